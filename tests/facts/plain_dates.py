"""The date rule of the pack ``published-dates`` read a second time, in plain Python, without the pack."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from datetime import date

Span = tuple[date, date]


def read_span(text: str) -> Span | None:
    """First and last possible day of a date (``2024-03-05``) or a month (``2024-03``); None for an empty cell."""
    if not text:
        return None
    numbers = [int(part) for part in text.split("-")]
    if len(numbers) == 2:
        year, month = numbers
        return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
    return date(*numbers), date(*numbers)


def judge(row: Mapping[str, str], last_day: date, as_of: date, year_end: date | None = None) -> str:
    """The verdict on one report; ``row`` holds ``drafted_on``, ``published_on`` and ``url_date`` or lacks them.

    With ``year_end`` a report that was published by then is a conflict. ``late`` includes a report that
    was not published at all by ``as_of``.
    """
    drafted, published, address = (read_span(row.get(name, "")) for name in ("drafted_on", "published_on", "url_date"))
    first = published or drafted
    last = published or address
    if year_end is not None and last is not None and last[1] <= year_end:
        return "before_year_end"
    if published and address and published[1] <= last_day < address[1]:
        return "dates_disagree"
    if published and drafted and published[1] < drafted[0]:
        return "dates_disagree"
    if (first is None and last is None) or (first is not None and first[0] > as_of):
        return "late" if as_of > last_day else "not_due"
    if last is not None and last[1] <= last_day:
        return "in_time"
    if first is not None and first[0] > last_day:
        return "late"
    return "evidence_needed"
