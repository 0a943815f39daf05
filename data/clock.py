"""The office's clock: moments are stored as UTC; what people read, type and count in days is the office's own time.

The time zone is that of China unless the environment's DUCHA_TIMEZONE names another (``Asia/Urumqi``). It is not the
machine's: a server that runs on UTC would count a deadline until eight in the morning of the day after.
"""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from indicators.entries.refusal import Refusal

DEFAULT_ZONE = "Asia/Shanghai"


class UnknownZone(Refusal):
    """DUCHA_TIMEZONE names no time zone."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"环境变量 DUCHA_TIMEZONE 写的「{name}」不是时区名；请写成 {DEFAULT_ZONE} 这样，或者不设")


def office_zone() -> tzinfo:
    """The office's time zone. Raises UnknownZone."""
    return _find_zone(os.environ.get("DUCHA_TIMEZONE", "").strip() or DEFAULT_ZONE)


@cache
def _find_zone(name: str) -> tzinfo:
    if name == DEFAULT_ZONE:
        # Known without the system's table of time zones, which a small server may lack; there is no summer time.
        return timezone(timedelta(hours=8), name)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UnknownZone(name) from None


def office_now() -> datetime:
    """This moment as the office's clock on the wall shows it."""
    return datetime.now(office_zone()).replace(microsecond=0)


def utc_now() -> datetime:
    """This moment, for the log of faults: the office's time zone may be what is at fault."""
    return datetime.now(UTC)


def office_time(moment: datetime | str) -> datetime:
    """A moment, or its stored text, as the office's clock on the wall showed it."""
    found = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return found.astimezone(office_zone())


def office_day(moment: datetime | str) -> date:
    """The day of a moment, as the office counts days."""
    return office_time(moment).date()


def store_moment(moment: datetime) -> str:
    """A moment as it is stored: UTC, so that texts sort as moments do."""
    return moment.astimezone(UTC).isoformat()
