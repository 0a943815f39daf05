"""Days are the office's, whatever zone a moment is told in and the machine stands in."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from data.clock import UnknownZone, office_day, office_now, office_time, store_moment

ROOT = Path(__file__).parents[2]
PARTS = ("indicators", "data", "scoring", "dashboard", "tests", "benchmarks")
LATE = datetime(2025, 3, 31, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize("moment", [LATE, LATE.isoformat(), LATE.astimezone(timezone(timedelta(hours=-5)))])
def test_half_past_eleven_at_night_in_greenwich_is_the_next_morning_here(moment: datetime | str) -> None:
    assert office_day(moment) == date(2025, 4, 1)
    assert f"{office_time(moment):%Y-%m-%d %H:%M}" == "2025-04-01 07:30"


def test_a_moment_is_stored_as_utc_and_read_back() -> None:
    assert store_moment(office_time(LATE)) == "2025-03-31T23:30:00+00:00"
    assert office_time(store_moment(office_time(LATE))) == LATE


def test_the_zone_can_be_another_and_not_nonsense(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUCHA_TIMEZONE", "America/New_York")
    assert office_day(LATE) == date(2025, 3, 31) and office_now().utcoffset() != timedelta(hours=8)
    monkeypatch.setenv("DUCHA_TIMEZONE", "火星")
    with pytest.raises(UnknownZone, match="「火星」不是时区名；请写成 Asia/Shanghai 这样"):
        office_day(LATE)


def test_the_machines_own_zone_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    assert office_now().utcoffset() == timedelta(hours=8)


def test_nothing_but_the_office_s_clock_is_asked_what_time_it_is() -> None:
    """Product, tests and benchmarks have one clock. Time that is measured (``time.monotonic``) is another thing."""
    asked = re.compile(r"\b(?:datetime|date|time)\.(?:now|today|utcnow|time|time_ns|localtime|gmtime|ctime)\(")
    files = sorted(path for part in PARTS for path in (ROOT / part).rglob("*.py"))
    asking = {str(path.relative_to(ROOT)) for path in files if asked.search(path.read_text(encoding="utf-8"))}
    assert asking == {"data/clock.py"}
