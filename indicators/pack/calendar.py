"""Days of work (工作日历) as data: for each year which days are off and which weekends are worked, with the source."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache, cached_property
from pathlib import Path

from pydantic import Field, model_validator

from indicators.entries.amounts import Integer, Text
from indicators.entries.refusal import Refusal
from indicators.entries.tables import Entry
from indicators.entries.targets import Day

#: The calendar that the program brings, written by ``python -m tests.published_days``.
SHIPPED = Path(__file__).parents[1] / "packs" / "calendar.json"
#: No longer holiday than this is believed.
MAX_DAYS_OFF = 31
SATURDAY = 5


class CalendarEnds(Refusal):
    """A deadline depends on days of work of a ``year`` whose calendar is not known."""

    def __init__(self, year: int) -> None:
        self.year = year
        super().__init__(
            f"工作日历里没有 {year} 年的放假安排，算不出工作日期限；"
            f"国务院办公厅公布后请用 ducha calendar import 导入那一年的放假安排"
        )


class DaysOff(Entry):
    """A holiday: every day from ``first`` to ``last`` is off, whatever its weekday."""

    name: Text
    first: Day
    last: Day

    @model_validator(mode="after")
    def _agree(self) -> DaysOff:
        if self.first > self.last:
            raise ValueError(f"「{self.name}」放假的第一天 {self.first} 晚于最后一天 {self.last}；请调换")
        if (date.fromisoformat(self.last) - date.fromisoformat(self.first)).days >= MAX_DAYS_OFF:
            raise ValueError(f"「{self.name}」放假超过 {MAX_DAYS_OFF} 天，不像是一个节日；请核对 first 和 last")
        return self

    def list_days(self) -> Iterator[date]:
        """Its days, in order."""
        day, last = date.fromisoformat(self.first), date.fromisoformat(self.last)
        while day <= last:
            yield day
            day += timedelta(days=1)


class CalendarYear(Entry):
    """One year as it was published. All days lie in ``year``: what a notice says of another year stands in that one.

    Every Saturday and Sunday is off and every other day is worked, but for ``holidays`` (off) and ``workdays``
    (weekends that are worked instead). ``notice`` says so, with its ``number`` and the day of issue.
    """

    year: Integer
    notice: Text = Field(title="依据的通知")
    number: Text | None = None
    issued_on: Day | None = None
    holidays: tuple[DaysOff, ...] = Field(min_length=1, title="放假")
    workdays: tuple[Day, ...] = Field(default=(), title="周末上班的日子")

    @model_validator(mode="after")
    def _agree(self) -> CalendarYear:
        off = [day for each in self.holidays for day in each.list_days()]
        worked = [date.fromisoformat(day) for day in self.workdays]
        if outside := sorted(day for day in (*off, *worked) if day.year != self.year):
            raise ValueError(
                f"{self.year} 年的放假安排里有 {outside[0]}，不在这一年；跨年的假期请分开，各写在自己的年份下"
            )
        if doubled := sorted(day for day, count in Counter((*off, *worked)).items() if count > 1):
            raise ValueError(f"{doubled[0]} 在 {self.year} 年的放假安排里写了两次；请删去一处")
        if idle := sorted(day for day in worked if day.weekday() < SATURDAY):
            raise ValueError(f"{idle[0]} 不是周六、周日，本来就上班；workdays 只写调来上班的周末，请删去")
        return self

    @cached_property
    def days_off(self) -> frozenset[date]:
        """The days of its holidays."""
        return frozenset(day for each in self.holidays for day in each.list_days())

    @cached_property
    def days_worked(self) -> frozenset[date]:
        """The weekends that are worked."""
        return frozenset(map(date.fromisoformat, self.workdays))

    @property
    def title(self) -> str:
        """The notice as it is cited."""
        return f"{self.notice}（{self.number}）" if self.number else self.notice

    def hash(self) -> str:
        """SHA-256 of which days of the year are worked: two years with the same days have the same hash."""
        return self._hashed

    @cached_property
    def _hashed(self) -> str:
        days = {"year": self.year, "off": sorted(map(str, self.days_off)), "worked": sorted(map(str, self.days_worked))}
        return hashlib.sha256(json.dumps(days, sort_keys=True).encode()).hexdigest()


class CalendarFile(Entry):
    """The file ``calendar.yaml``: of a pack, or one to be imported."""

    calendar: tuple[CalendarYear, ...] = Field(min_length=1, title="放假安排")

    @model_validator(mode="after")
    def _agree(self) -> CalendarFile:
        years = Counter(each.year for each in self.calendar)
        if doubled := sorted(year for year, count in years.items() if count > 1):
            raise ValueError(f"{doubled[0]} 年的放假安排写了两份；请合成一份")
        return self


class WorkCalendar(Entry):
    """The years that are known, each once. Asked for any other it raises :class:`CalendarEnds`."""

    years: tuple[CalendarYear, ...]

    @cached_property
    def _known(self) -> dict[int, CalendarYear]:
        return {each.year: each for each in self.years}

    def find_year(self, year: int) -> CalendarYear | None:
        """What is known of a year."""
        return self._known.get(year)

    def hash(self) -> str:
        """SHA-256 of all years that are known."""
        return self._hashed

    @cached_property
    def _hashed(self) -> str:
        return hashlib.sha256("".join(each.hash() for each in self.years).encode()).hexdigest()

    def is_working_day(self, day: date) -> bool:
        """Whether ``day`` is worked. Raises :class:`CalendarEnds`."""
        known = self._known.get(day.year)
        if known is None:
            raise CalendarEnds(day.year)
        return day not in known.days_off if day.weekday() < SATURDAY else day in known.days_worked

    def list_other_years(self, other: WorkCalendar) -> list[int]:
        """The years that both know, with other days."""
        both = sorted(self._known.keys() & other._known.keys())
        return [year for year in both if self._known[year].hash() != other._known[year].hash()]

    def overlaid(self, years: tuple[CalendarYear, ...]) -> WorkCalendar:
        """This calendar with ``years`` in the place of its own."""
        if not years:
            return self
        merged = {each.year: each for each in (*self.years, *years)}
        return WorkCalendar(years=tuple(merged[year] for year in sorted(merged)))


@cache
def read_shipped() -> WorkCalendar:
    """The calendar that the program brings."""
    # JSON, for commands that only show what is stored should not have to load a reader of YAML.
    held = CalendarFile.model_validate(json.loads(SHIPPED.read_text(encoding="utf-8")))
    return WorkCalendar(years=held.calendar)


@cache
def overlay_shipped(years: tuple[CalendarYear, ...]) -> WorkCalendar:
    """The shipped calendar with a pack's own years in it."""
    return read_shipped().overlaid(years)
