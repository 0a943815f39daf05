"""Deadlines and working days, by the State Council's calendar as the ``chinesecalendar`` library carries it."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

import chinese_calendar

from indicators.entries.refusal import Refusal
from indicators.entries.targets import By, add_months, find_day


class CalendarEnds(Refusal):
    """A deadline depends on working days of a ``year`` for which no calendar has been published."""

    def __init__(self, year: int) -> None:
        self.year = year
        super().__init__(
            f"工作日历里没有 {year} 年的放假安排，算不出工作日期限；国务院办公厅公布后请更新工作日历（chinesecalendar）"
        )


def is_working_day(day: date) -> bool:
    """Whether ``day`` is a working day (weekends made up for count). Raises :class:`CalendarEnds`."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        raise CalendarEnds(day.year) from None


def shift_rest_day(day: date, policy: str) -> date:
    """``day`` moved off a rest day as the pack declares (as_is, next_working_day, previous_working_day)."""
    if policy == "as_is":
        return day
    step = timedelta(days=1 if policy == "next_working_day" else -1)
    while not is_working_day(day):
        day += step
    return day


def add_working_days(day: date, count: int) -> date:
    """The ``count``-th working day after ``day``; ``day`` itself for 0."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def find_last_day(by: By, year: int, rest_day: str, started: date | None = None) -> date:
    """The last day that is still in time.

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
            deadline = add_working_days(started, by.working_days or 0)
    deadline = shift_rest_day(deadline, rest_day)
    return deadline if by.day_itself == "in_time" else deadline - timedelta(days=1)


@lru_cache(maxsize=16)
def list_working_days(first: int, last: int) -> tuple[tuple[date, int, bool], ...]:
    """Every day of those years that the calendar knows: the day, working days up to it, is it one."""
    rows: list[tuple[date, int, bool]] = []
    ordinal = 0
    day = date(first, 1, 1)
    while day.year <= last:
        try:
            working = is_working_day(day)
        except CalendarEnds:
            day = date(day.year + 1, 1, 1)
            continue
        ordinal += working
        rows.append((day, ordinal, working))
        day += timedelta(days=1)
    return tuple(rows)
