"""Numbers of a rule that change in time: which value holds on which day, and which one a year is scored by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import floor
from typing import Literal

from pydantic import Field, model_validator

from indicators.entries.amounts import ArticleNumber, Id, Integer, Name, Text, parse_quantity, plain
from indicators.entries.refusal import Refusal
from indicators.entries.tables import Entry
from indicators.entries.targets import Day

#: Numbers have six decimals; a value in proportion to days is rounded half up to the last of them.
DECIMALS = 6


class NumberChange(Entry):
    """From a day on one number of a rule is another one.

    ``number`` leads to it from the part (``part``, counted from 1), or without one from the indicator:
    ``target.at_least``, ``marks.per_occurrence.each.1``. What stands there holds until the first change. Within
    its year a change applies in proportion to days (``pro_rata``), only from the next year on (``next_year``), or to
    each row by the day in its column ``date`` (``by_date``), in whatever year that row counts.
    """

    title: Text
    part: Integer | None = Field(default=None, title="第几部分")
    number: Text = Field(title="哪个数")
    since: Day = Field(alias="from", title="从哪天起")
    value: Text = Field(title="改为")
    within_year: Literal["pro_rata", "next_year", "by_date"] = Field(title="当年怎么算")
    day_column: Name | None = Field(default=None, alias="date", title="按哪列日期")
    source: Id | None = None
    article: ArticleNumber | None = None
    quote: Text | None = None
    local_choice: Text | None = None

    @model_validator(mode="after")
    def _dated(self) -> NumberChange:
        if (self.within_year == "by_date") != (self.day_column is not None):
            raise ValueError(
                f"「{self.title}」的变动：within_year: by_date（按每条记录的日期适用）和 date（记录里的日期列）一起写"
            )
        return self

    @model_validator(mode="after")
    def _one(self) -> NumberChange:
        quoted = self.source is not None and self.quote is not None
        if quoted == (self.local_choice is not None) or (self.source is None) != (self.quote is None):
            raise ValueError(
                f"「{self.title}」的变动请写改它的文件（source、article 和 quote），或写 local_choice，二者取一"
            )
        return self

    @property
    def first_day(self) -> date:
        """The first day of the new value."""
        return date.fromisoformat(self.since)

    @property
    def place(self) -> tuple[int | None, str]:
        """Which number it is about."""
        return self.part, self.number


class HeldValue(Entry):
    """A value from one day of a year to another, both included; ``change`` brought it, None: the first value."""

    value: Text
    first: Day
    last: Day
    change: NumberChange | None = None


class Valid(Entry):
    """The ``value`` of a number that a year is scored by, and the spans of the year that it was made from.

    One span: the value holds all year. ``later``: what changes within the year and applies from the next.
    ``date``: each row takes the value of the span in which its day lies, ``value`` being the last;
    ``level`` is the level of rows that was divided so, empty where they have none, None where no amount was.
    """

    title: Text
    part: Integer | None = None
    value: Text
    spans: tuple[HeldValue, ...]
    later: NumberChange | None = None
    date: Name | None = None
    level: str | None = None


class Unchangeable(Refusal):
    """A change that cannot be applied, in a sentence; ``number`` is its position."""

    def __init__(self, number: int, text: str) -> None:
        self.number = number
        super().__init__(text)


@dataclass(frozen=True)
class Numbered:
    """A change and its position in the indicator."""

    at: int
    change: NumberChange


def resolve_changes(body: object, changes: Iterable[NumberChange], year: int) -> list[Valid]:
    """Put into ``body``, an indicator in plain values, what each number is in a year; says what was put.

    What goes by the date of each row is left as it is. Raises Unchangeable.
    """
    found = []
    for own in group_changes(changes):
        change = own[0].change
        if change.within_year == "by_date":
            continue
        try:
            place = find_place(body, change.part, change.number)
        except NoSuchNumber as error:
            raise Unchangeable(own[0].at, str(error)) from None
        valid = _find_valid(str(place.value), own, year)
        place.put(valid.value)
        found.append(valid)
    return found


def group_changes(changes: Iterable[NumberChange]) -> list[list[Numbered]]:
    """The changes of each number, in the order of their days. Raises Unchangeable where they are not."""
    groups: dict[tuple[int | None, str], list[Numbered]] = {}
    for at, change in enumerate(changes):
        groups.setdefault(change.place, []).append(Numbered(at, change))
    for own in groups.values():
        for earlier, later in pairwise(own):
            if later.change.first_day <= earlier.change.first_day:
                text = f"「{later.change.title}」从 {later.change.since} 起的值不晚于前一个的 {earlier.change.since}"
                raise Unchangeable(later.at, f"{text}；一天只能有一个值，请按先后写")
            if "by_date" in (kinds := {earlier.change.within_year, later.change.within_year}) and len(kinds) > 1:
                text = f"「{later.change.title}」有的变动按每条记录的日期适用（by_date），有的不是"
                raise Unchangeable(later.at, f"{text}；同一个数请都写成一种")
    return list(groups.values())


class NoSuchNumber(Refusal):
    """A way that leads to no single value of an indicator, in a sentence."""


@dataclass(frozen=True)
class NumberPlace:
    """Where a single value of an indicator in plain values stands: what holds it, and the keys that lead to it."""

    holder: object
    keys: tuple[str, ...]

    @property
    def value(self) -> object:
        """What stands there."""
        return _list_keys(self.holder)[self.keys[-1]]

    def put(self, value: str) -> None:
        """Let another value stand there."""
        if isinstance(self.holder, list):
            self.holder[int(self.keys[-1]) - 1] = value
        elif isinstance(self.holder, dict):
            self.holder[self.keys[-1]] = value


def find_place(body: object, part: int | None, number: str) -> NumberPlace:
    """The place of the value that ``number`` leads to, from a part or from the indicator. Raises NoSuchNumber.

    The keys begin at the indicator: ``parts``, the number of the part, and so on.
    """
    current, rest = body, number
    if part is not None:
        rest = f"parts.{part}.{rest}"
    walked: tuple[str, ...] = ()
    while True:
        known = _list_keys(current)
        key = next((key for key in known if rest == key or rest.startswith(f"{key}.")), None)
        if key is None:
            listed = "、".join(known)
            where = f"第{part}部分" if part is not None else "这项指标"
            raise NoSuchNumber(f"{where}没有 {number} 这个数（找不到 {rest}{f'；这里有：{listed}' if listed else ''}）")
        walked = (*walked, key)
        inner = known[key]
        if rest == key:
            if isinstance(inner, dict | list):
                raise NoSuchNumber(f"{number} 不是一个数，请写到具体的键")
            return NumberPlace(current, walked)
        current, rest = inner, rest[len(key) + 1 :]


def _list_keys(value: object) -> dict[str, object]:
    if isinstance(value, list):
        return {str(number): each for number, each in enumerate(value, 1)}
    return dict(value) if isinstance(value, dict) else {}


def _find_valid(first: str, own: list[Numbered], year: int) -> Valid:
    """The value of one number in a year. Exactly one value is valid on each day."""
    days = [each.change.first_day for each in own]
    begin, end = date(year, 1, 1), date(year, 12, 31)
    past = [each.change for each, day in zip(own, days, strict=True) if day <= begin]
    within = [each for each, day in zip(own, days, strict=True) if begin < day <= end]
    now = past[-1] if past else None
    spans = [(begin, now)] + [
        (each.change.first_day, each.change) for each in within if each.change.within_year == "pro_rata"
    ]
    ends = [*(day - timedelta(days=1) for day, _ in spans[1:]), end]
    told = tuple(
        HeldValue(value=first if change is None else change.value, first=str(day), last=str(last), change=change)
        for (day, change), last in zip(spans, ends, strict=True)
    )
    last = within[-1].change if within and within[-1].change.within_year == "next_year" else None
    value = told[0].value if len(told) == 1 else _share_out(told, within[0])
    return Valid.model_validate(
        {"title": own[0].change.title, "part": own[0].change.part, "value": value, "spans": told, "later": last}
    )


def count_days(span: HeldValue) -> int:
    """The days of a span, both ends included."""
    return (date.fromisoformat(span.last) - date.fromisoformat(span.first)).days + 1


def _share_out(spans: tuple[HeldValue, ...], numbered: Numbered) -> str:
    """The mean of the values by their days, rounded half up to six decimals."""
    try:
        values = [parse_quantity(span.value) for span in spans]
    except ValueError:
        text = f"「{numbered.change.title}」不是数，不能按天数折算；请写 within_year: next_year"
        raise Unchangeable(numbered.at, text) from None
    if len({value.percent for value in values}) > 1:
        text = f"「{numbered.change.title}」有的值是百分数，有的不是，不能按天数折算；请写成同一种"
        raise Unchangeable(numbered.at, text)
    days = [count_days(span) for span in spans]
    mean = sum((Fraction(value.value) * n for value, n in zip(values, days, strict=True)), Fraction(0)) / sum(days)
    rounded = Decimal(floor(mean * 10**DECIMALS + Fraction(1, 2))).scaleb(-DECIMALS)
    shown = plain(rounded.scaleb(2 if values[0].percent else 0))
    return f"{shown}%" if values[0].percent else shown
