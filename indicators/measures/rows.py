"""The rows that a measure reads: of which dataset, under which conditions, of which years, and what they must hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal, NamedTuple

from pydantic import BeforeValidator, Field, PlainSerializer, model_validator

from indicators.entries.amounts import Flag, Integer, Name, Scalar, Text, parse_number, plain
from indicators.entries.tables import Entry
from indicators.entries.targets import MAX_MONTHS, parse_day, parse_month_day

#: The key of a mapping of conditions that leaves out rows in which several hold together; no column is called so.
EXCEPT = "not"


class OtherColumn(Entry):
    """The value of another column of the same row; of a date so many ``days`` or ``months`` on (back, below zero)."""

    column: Name
    days: Integer = 0
    months: Integer = 0

    @model_validator(mode="after")
    def _one(self) -> OtherColumn:
        if self.days and self.months:
            raise ValueError("days（几日之后）与 months（几个月之后）不能同时写；请删去一个")
        if abs(self.days) > 3660 or abs(self.months) > MAX_MONTHS:
            raise ValueError(
                f"days 请写 -3660 到 3660 之间的整数，months 请写 -{MAX_MONTHS} 到 {MAX_MONTHS} 之间的整数"
            )
        return self

    @property
    def is_shifted(self) -> bool:
        """Whether it is another day than the one in the column."""
        return bool(self.days or self.months)


def _parse_condition(value: object) -> object:
    if isinstance(value, str):
        return {"any_of": [_quoted(value)]}
    if isinstance(value, list):
        return {"any_of": [_quoted(item) for item in value]}
    if isinstance(value, dict) and "not" in value and "none_of" not in value:
        rest = {key: item for key, item in value.items() if key != "not"}
        banned = value["not"]
        return {**rest, "none_of": [_quoted(item) for item in (banned if isinstance(banned, list) else [banned])]}
    return value


def _quoted(value: object) -> object:
    # A year or a number in a condition needs no quotes: the column's own type says what it is.
    return Scalar(value, value.line) if isinstance(value, Scalar) else value


def _parse_bound(value: object) -> object:
    if isinstance(value, OtherColumn | Decimal):
        return value
    if isinstance(value, dict):
        return OtherColumn.model_validate(value)
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]+-[0-9]+", value):
        return parse_day(value)
    if isinstance(value, str) and re.fullmatch(r"[0-9]{2}-([0-9]{2}|end)", value):
        if value.endswith("end"):
            raise ValueError(f'条件里不能写「{value}」；请写到日，如 "06-30"')
        return parse_month_day(value)
    return parse_number(value)


def _write_bound(bound: Decimal | str | OtherColumn) -> object:
    if isinstance(bound, OtherColumn):
        return bound.model_dump(exclude_defaults=True)
    return plain(bound) if isinstance(bound, Decimal) else bound


#: A number, a day (2024-07-01), a month and day of whatever year (07-01), or what another column holds.
Bound = Annotated[
    Decimal | str | OtherColumn, BeforeValidator(_parse_bound), PlainSerializer(_write_bound, when_used="json")
]


class Condition(Entry):
    """What a column must hold. All members that are given must hold; an empty cell decides only ``empty``.

    ``excluded`` stands only under the key ``not`` of a mapping: rows that meet all of one of these do not count.
    """

    any_of: tuple[Text, ...] = ()
    none_of: tuple[Text, ...] = ()
    at_least: Bound | None = None
    at_most: Bound | None = None
    above: Bound | None = None
    below: Bound | None = None
    same_as: Name | None = None
    differs_from: Name | None = None
    empty: Flag | None = None
    excluded: tuple[dict[Name, Annotated[Condition, BeforeValidator(_parse_condition)]], ...] = ()

    @property
    def bounds(self) -> tuple[tuple[str, Bound], ...]:
        """The comparisons, each with its sign."""
        signs = (("at_least", ">="), ("at_most", "<="), ("above", ">"), ("below", "<"))
        found = ((sign, getattr(self, name)) for name, sign in signs)
        return tuple((sign, bound) for sign, bound in found if bound is not None)

    @property
    def compared(self) -> tuple[str, ...]:
        """The columns that it is compared with."""
        others = [bound.column for _, bound in self.bounds if isinstance(bound, OtherColumn)]
        return tuple(dict.fromkeys(name for name in (*others, self.same_as, self.differs_from) if name is not None))

    @property
    def asks_value(self) -> bool:
        """Whether it says anything about a value, and not only if there is one."""
        return bool(self.any_of or self.none_of or self.bounds or self.compared or self.excluded)

    @property
    def can_be_open(self) -> bool:
        """Whether nobody knows of an empty cell if it fulfils it."""
        return self.asks_value and self.empty is not False

    @model_validator(mode="after")
    def _some(self) -> Condition:
        if not self.asks_value and self.empty is None:
            raise ValueError("条件不能为空；请写一个值、一列值，或删去这一列")
        return self


def _parse_where(value: object) -> object:
    if not isinstance(value, dict) or EXCEPT not in value or isinstance(value[EXCEPT], Condition):
        return value
    groups = value[EXCEPT]
    if isinstance(groups, dict) and "excluded" in groups:
        return value
    groups = groups if isinstance(groups, list) else [groups]
    if not groups or not all(isinstance(group, dict) and group for group in groups):
        raise ValueError("not（除去）后面请写同时成立的条件：`not: {列: 值, 列: 值}`；几组分别除去就写成列表")
    return {**value, EXCEPT: {"excluded": groups}}


Where = Annotated[dict[Name, Annotated[Condition, BeforeValidator(_parse_condition)]], BeforeValidator(_parse_where)]


def list_asked(where: Where) -> Iterator[tuple[str, Condition]]:
    """Every column that conditions speak of, with what is asked of it; one that is compared with must hold a value."""
    for name, condition in where.items():
        for group in condition.excluded:
            yield from list_asked(group)
        if name != EXCEPT:
            yield name, condition
        yield from ((other, Condition(differs_from=name)) for other in condition.compared)


Over = Literal["year", "to_date"]


class Tally(Entry):
    """Rows of a dataset counted, or one column of them added up, ``less`` another (总数减去依法剔除的数).

    ``over: year`` takes the rows of the year that is scored; ``to_date`` all rows up to that year.
    Rows whose event date lies after the as-of date are not yet known and never counted.
    """

    dataset: Name
    where: Where = Field(default_factory=dict)
    sum: Name | None = None
    less: Name | None = None
    over: Over = "year"

    @model_validator(mode="after")
    def _agree(self) -> Tally:
        if self.less is not None and self.sum is None:
            raise ValueError("less（要减去的列）只和 sum 一起写；请补上 sum 或删去 less")
        return self

    def read(self, *years: int) -> Rows:
        """Its rows, of the scored year or of the years given."""
        return Rows(self.dataset, self.where, self.over, (self.sum, self.less), years=years or (0,))


#: In what lateness is told: days, or weeks or months of which a started one is a whole one.
LateUnit = Literal["day", "week", "month"]


class Beside(NamedTuple):
    """What target and marks read beside a measure.

    A column of a judgement, the date that starts a deadline, and in what lateness is told.
    """

    judged: str | None = None
    after: str | None = None
    late_unit: LateUnit = "day"


ALONE = Beside()


@dataclass(frozen=True)
class Rows:
    """Rows of one dataset that a measure reads.

    ``where`` is None where an author can write no conditions. ``over`` counts from each year of ``years``, which are
    relative to the one that is scored. ``needed`` are the columns without which a row that counts says nothing, and
    ``watched`` those whose empty cells can still change a known figure (the needed ones unless stated). Rows
    ``of_indicator`` name the indicator that they are about, and only those in one of ``states`` count where these are
    given. ``judged_date`` is the column of the date that is judged itself: an empty one says that it is not done.
    ``people`` - they are a roster, on which everybody must have a number.
    """

    dataset: str
    where: Where | None
    over: Over = "year"
    needed: tuple[str | None, ...] = ()
    watched: tuple[str | None, ...] | None = None
    years: tuple[int, ...] = (0,)
    of_indicator: bool = False
    states: tuple[str, ...] = ()
    judged_date: str | None = None
    people: bool = False

    def list_needed(self) -> tuple[str, ...]:
        """The columns that a row must fill."""
        return tuple(name for name in self.needed if name is not None)

    def list_watched(self) -> tuple[str, ...]:
        """The columns that may still change the figure."""
        watched = self.needed if self.watched is None else self.watched
        return tuple(name for name in watched if name is not None)
