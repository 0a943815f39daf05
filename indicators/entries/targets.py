"""Targets (目标): what was asked. A closed set, exactly one per part."""

from __future__ import annotations

import calendar
import re
from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, model_validator

from indicators.entries.amounts import Amount, Integer, Name
from indicators.entries.directions import Directions
from indicators.entries.mistakes import show_value
from indicators.entries.one_of import OneOf
from indicators.entries.tables import Entry


def parse_month_day(value: object) -> str:
    """``04-30`` or ``04-end``. Raises ``ValueError`` with a Chinese sentence."""
    if not isinstance(value, str) or not re.fullmatch(r"(0[1-9]|1[0-2])-([0-3][0-9]|end)", value):
        raise ValueError(f'{show_value(value)}应写成 月-日（"04-30"），月底写 "04-end"')
    text = str(value)
    month, day = text.split("-")
    if text == "02-29":
        raise ValueError('02-29 不是每年都有；二月底请写 "02-end"')
    longest = {"02": 28, "04": 30, "06": 30, "09": 30, "11": 30}.get(month, 31)
    if day != "end" and not 1 <= int(day) <= longest:
        raise ValueError(f'{int(month)} 月没有 {int(day)} 日；月底请写 "{month}-end"')
    return text


def parse_day(value: object) -> str:
    """``2023-12-31``. Raises ``ValueError`` with a Chinese sentence."""
    # fromisoformat alone would take 20231231 and 2023-W52-7 too.
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            pass
    raise ValueError(f"{show_value(value)}不是一个存在的日期；请写成 2023-12-31")


#: How many months after an event a deadline may lie.
MAX_MONTHS = 120
#: How many years after the scored one a deadline may lie.
MAX_YEARS_LATER = 5

MonthDay = Annotated[str, BeforeValidator(parse_month_day)]
Day = Annotated[str, BeforeValidator(parse_day)]


def add_months(day: date, count: int) -> date:
    """The same day so many months on (back, below zero), or the last of a month that is too short for it."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def find_day(month_day: str, year: int) -> date:
    """``04-30`` or ``04-end`` in ``year``."""
    month, day = month_day.split("-")
    last = calendar.monthrange(year, int(month))[1]
    return date(year, int(month), last if day == "end" else int(day))


class By(Entry):
    """Done by a date.

    Exactly one of: ``on`` one fixed day; ``every`` a month-day of the year that is scored, shifted by
    ``years_later``; ``days``, ``working_days``, ``months`` or ``years`` after the date in the column ``after`` of the
    same row. A month after the 31st ends on the last day of a shorter month, a year after 29 February on the 28th.
    ``day_itself`` states whether the day named is still in time: 「4月底前」「以前」 in_time,
    「4月1日之前」 too_late. There is no default: the words of the document decide.
    """

    on: Day | None = None
    every: MonthDay | None = None
    years_later: Integer = 0
    days: Integer | None = None
    working_days: Integer | None = None
    months: Integer | None = None
    years: Integer | None = None
    after: Name | None = None
    day_itself: Literal["in_time", "too_late"]

    @model_validator(mode="after")
    def _one(self) -> By:
        spans = (self.days, self.working_days, self.months, self.years)
        if sum(form is not None for form in (self.on, self.every, *spans)) != 1:
            raise ValueError(
                "期限只写一种：on（某日）、every（每年某月某日），或某事件之后的 days、working_days、months、years"
            )
        if (self.after is None) != all(span is None for span in spans):
            raise ValueError("days、working_days、months、years 必须和 after（起算日期的列）一起写")
        if self.years_later and self.every is None:
            raise ValueError("years_later（几年之后）只和 every 一起写；请删去 years_later")
        if not 0 <= self.years_later <= MAX_YEARS_LATER:
            raise ValueError(f"years_later（几年之后）请写 0 到 {MAX_YEARS_LATER} 之间的整数")
        if (self.days or self.working_days or 0) < 0 or (self.days or self.working_days or 0) > 3660:
            raise ValueError("期限的天数请写 0 到 3660 之间的整数")
        if self.count_months() is not None and not 1 <= (self.count_months() or 0) <= MAX_MONTHS:
            raise ValueError(
                f"期限的月数请写 1 到 {MAX_MONTHS} 之间的整数，年数请写 1 到 {MAX_MONTHS // 12} 之间的整数"
            )
        return self

    def count_months(self) -> int | None:
        """How many months after the event, of years too; None where days are counted or nothing is."""
        return self.months if self.years is None else 12 * self.years


class Trend(Entry):
    """Rising or falling; with ``at_least`` by no less than that much, otherwise by anything above nothing."""

    at_least: Amount | None = None

    @model_validator(mode="after")
    def _agree(self) -> Trend:
        if self.at_least is not None and self.at_least.value < 0:
            raise ValueError("至少升降多少（at_least）写幅度，不能为负；下降请用 falling")
        return self


class Nothing(Entry):
    """A prohibition: the count must be 0. Written ``none: {}``."""


class Target(OneOf):
    """Exactly one member."""

    noun = "目标"
    #: Which way its numbers move so that it is harder to reach: a day that is earlier is a lower one.
    tighter: ClassVar[Directions] = {
        "at_least": "up",
        "at_most": "down",
        "rising.at_least": "up",
        "falling.at_least": "up",
        "by.on": "down",
        "by.every": "down",
        "by.years_later": "down",
        "by.days": "down",
        "by.working_days": "down",
        "by.months": "down",
        "by.years": "down",
    }

    @property
    def prefers_higher(self) -> bool:
        """Whether a figure that is higher is nearer to it; the other way round where it is not, but for ``equals``."""
        return self.at_least is not None or self.rising is not None

    at_least: Amount | None = None
    at_most: Amount | None = None
    equals: Amount | None = None
    by: By | None = None
    rising: Trend | None = None
    falling: Trend | None = None
    none: Nothing | None = None
