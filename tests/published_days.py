"""Writes the calendar of days of work that the program brings: ``python -m tests.published_days``.

It is taken from the library chinesecalendar, which follows the notices of the State Council's General Office. The
product never asks the library: what it reckons by is the file, and a test holds the two together.
"""

from __future__ import annotations

import importlib.metadata
import json
from collections.abc import Iterator
from datetime import date, timedelta

import chinese_calendar
from chinese_calendar.constants import Holiday, holidays, workdays

from indicators.pack.calendar import SHIPPED

NAMES = {each.value: each.chinese for each in Holiday}
ONE_DAY = timedelta(days=1)


def list_years() -> list[int]:
    """The years of which the library knows the notices."""
    return sorted({day.year for day in holidays})


def list_holidays(year: int) -> Iterator[tuple[str, date, date]]:
    """Name, first and last day of each holiday of a year."""
    run: tuple[str, date, date] | None = None
    for day in sorted(day for day in holidays if day.year == year):
        name = NAMES[holidays[day]]
        if run is not None and run[0] == name and run[2] + ONE_DAY == day:
            run = (name, run[1], day)
            continue
        if run is not None:
            yield run
        run = (name, day, day)
    if run is not None:
        yield run


def write_calendar() -> str:
    """The file: a line for each year, so that a change of one is seen as one."""
    lines = ",\n".join(json.dumps(describe_year(year), ensure_ascii=False) for year in list_years())
    return f'{{"calendar": [\n{lines}\n]}}\n'


def describe_year(year: int) -> dict[str, object]:
    """A year as a pack's ``calendar.yaml`` has it."""
    version = importlib.metadata.version("chinesecalendar")
    found: dict[str, object] = {
        "year": year,
        "notice": f"国务院办公厅公布的{year}年放假安排（据 chinesecalendar {version} 整理）",
        "holidays": [{"name": name, "first": str(a), "last": str(b)} for name, a, b in list_holidays(year)],
    }
    worked = [str(day) for day in sorted(workdays) if day.year == year and day.weekday() >= 5]
    return found | ({"workdays": worked} if worked else {})


def is_working_day(day: date) -> bool:
    """What the library says."""
    return bool(chinese_calendar.is_workday(day))


if __name__ == "__main__":
    SHIPPED.write_text(write_calendar(), encoding="utf-8")
