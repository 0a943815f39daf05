"""Calendars for random worlds: other days off than the real ones, and now and then a year that nobody knows yet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from indicators.pack.calendar import CalendarYear, DaysOff, WorkCalendar
from tests.reference.results import NoCalendar

YEARS_BEFORE, YEARS_AFTER = 10, 6


def random_calendar(rng: Random, year: int) -> WorkCalendar:
    """The years around one; in one of four calendars the next is not known, in some of these a later one is again."""
    unknown = {year + 1} if rng.random() < 0.25 else set()
    if unknown and rng.random() < 0.5:
        unknown |= set(range(year + 2, year + YEARS_AFTER + 1))
    years = (each for each in range(year - YEARS_BEFORE, year + YEARS_AFTER + 1) if each not in unknown)
    return WorkCalendar(years=tuple(_random_year(rng, each) for each in years))


def _random_year(rng: Random, year: int) -> CalendarYear:
    end = date(year, 12, 31)
    starts = [date(year, 1, 1), *(date(year, month, rng.randint(1, 25)) for month in (4, 9, 12))]
    off = [(start, min(end, start + timedelta(days=rng.randint(0, 3)))) for start in starts]
    taken = {start + timedelta(days=n) for start, last in off for n in range((last - start).days + 1)}
    free = (date(year, month, rng.randint(1, 28)) for month in (1, 3, 4, 12))
    worked = sorted({day for day in free if day.weekday() > 4 and day not in taken})
    holidays = tuple(DaysOff(name="节", first=str(start), last=str(last)) for start, last in off)
    return CalendarYear(year=year, notice="随机", holidays=holidays, workdays=tuple(map(str, worked)))


def ask(calendar: WorkCalendar) -> Callable[[date], bool]:
    """Whether a day is worked, as the reference asks it: by the lists themselves."""
    off = {day for year in calendar.years for each in year.holidays for day in each.list_days()}
    worked = {day for year in calendar.years for day in year.workdays}
    known = {year.year for year in calendar.years}

    def is_working_day(day: date) -> bool:
        if day.year not in known:
            raise NoCalendar
        return str(day) in worked or (day.weekday() <= 4 and day not in off)

    return is_working_day
