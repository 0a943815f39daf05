"""Deadlines and working days, by the calendar of the pack."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from indicators.entries.targets import By, add_months, find_day
from indicators.measures.rows import LateUnit
from indicators.pack.calendar import CalendarEnds, WorkCalendar
from indicators.pack.model import Pack

#: Before the year that is scored: rows that are still judged may be as old as this.
YEARS_BEFORE = 10
#: More days of work than any deadline has.
GAP = 10_000
#: A year has more days of work than this.
LEAST_WORKED = 200


def shift_rest_day(day: date, policy: str, calendar: WorkCalendar) -> date:
    """``day`` moved off a rest day as the pack declares (as_is, next_working_day, previous_working_day)."""
    if policy == "as_is":
        return day
    step = timedelta(days=1 if policy == "next_working_day" else -1)
    while not calendar.is_working_day(day):
        day += step
    return day


def add_working_days(day: date, count: int, calendar: WorkCalendar) -> date:
    """The ``count``-th working day after ``day``; ``day`` itself for 0."""
    while count > 0:
        day += timedelta(days=1)
        count -= calendar.is_working_day(day)
    return day


def find_last_day(by: By, year: int, pack: Pack, started: date | None = None) -> date:
    """The last day that is still in time. Raises CalendarEnds.

    ``started`` is the event's date for deadlines that run from an event.
    """
    if by.on is not None:
        deadline = date.fromisoformat(by.on)
    elif by.every is not None:
        deadline = find_day(by.every, year + by.years_later)
    else:
        assert started is not None
        if by.days is not None:
            deadline = started + timedelta(days=by.days)
        elif (months := by.count_months()) is not None:
            deadline = add_months(started, months)
        else:
            deadline = add_working_days(started, by.working_days or 0, pack.calendar)
    deadline = shift_rest_day(deadline, pack.head.policy.rest_day, pack.calendar)
    return deadline if by.day_itself == "in_time" else deadline - timedelta(days=1)


def count_late(last_day: date, day: date, unit: LateUnit) -> int:
    """How long after the last day in time a later day is; a week or a month that has started is a whole one."""
    days = (day - last_day).days
    if unit == "month":
        return 12 * (day.year - last_day.year) + day.month - last_day.month + (day.day > last_day.day)
    return days if unit == "day" else -(-days // 7)


def list_used_years(pack: Pack, year: int) -> range:
    """The years whose days of work are looked at for the table of a year."""
    deadlines, due = list_deadlines(pack, year)
    later = max([by.years_later for by in deadlines] + due, default=0)
    longest = max((_count_years(by) for by in deadlines if by.after is not None), default=0)
    return range(year - YEARS_BEFORE, year + max(later, longest) + 2)


def _count_years(by: By) -> int:
    """So many years after its event a deadline ends at the most."""
    spans = ((by.working_days or 0) // LEAST_WORKED, (by.days or 0) // 365, (by.count_months() or 0) // 12)
    return max(spans) + 1


def list_deadlines(pack: Pack, year: int) -> tuple[list[By], list[int]]:
    """The deadlines of a year's table, and how many years later its figures are due."""
    parts = [part for indicator in pack.indicators if indicator.years.holds(year) for part in indicator.parts]
    deadlines = [part.target.by for part in parts if part.target is not None and part.target.by is not None]
    return deadlines, [part.due.years_later for part in parts if part.due is not None]


def hash_used_years(pack: Pack, year: int) -> dict[str, str]:
    """The hash of each of these years that is known, by year; none where no rule asks for days of work.

    A run is named by it, and compared with another.
    """
    worked = any(by.working_days is not None for by in list_deadlines(pack, year)[0])
    if not worked and pack.head.policy.rest_day == "as_is":
        return {}
    return {str(each.year): each.hash() for each in cut_calendar(pack, year).years}


def cut_calendar(pack: Pack, year: int) -> WorkCalendar:
    """What is known of the years that are looked at."""
    known = (pack.calendar.find_year(each) for each in list_used_years(pack, year))
    return WorkCalendar(years=tuple(each for each in known if each is not None))


@lru_cache(maxsize=16)
def list_working_days(first: int, last: int, calendar: WorkCalendar) -> tuple[tuple[date, int, bool], ...]:
    """Every day of those years that the calendar knows: the day, working days up to it, is it one."""
    rows: list[tuple[date, int, bool]] = []
    ordinal = 0
    day = date(first, 1, 1)
    while day.year <= last:
        try:
            working = calendar.is_working_day(day)
        except CalendarEnds:
            # No deadline is counted across a year that is not known.
            ordinal += GAP
            day = date(day.year + 1, 1, 1)
            continue
        ordinal += working
        rows.append((day, ordinal, working))
        day += timedelta(days=1)
    return tuple(rows)
