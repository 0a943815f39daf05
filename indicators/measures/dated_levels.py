"""Levels that days divide: of what changes within a year each row counts by the value of its own day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class DatedLevels:
    """The column with the ``date`` of a row, and for each level the days from which it is another one.

    Where rows have no levels the days stand under the empty name. A level that is not named stays one level.
    """

    date: str
    days: Mapping[str, tuple[str, ...]]

    def list_names(self, level: str = "") -> list[str]:
        """What a level is called before, between and after its days; itself alone where none divides it."""
        days = [date.fromisoformat(day) for day in self.days.get(level, ())]
        if not days:
            return [level]
        return [f"{level}（{span}）" if level else span for span in _name_spans(days)]


def _name_spans(days: list[date]) -> Iterator[str]:
    """The spans that days divide all time into, in their order."""
    for before, day in zip([None, *days], days, strict=False):
        last = _write(day - timedelta(days=1))
        yield f"{last}以前" if before is None else f"{_write(before)}至{last}"
    yield f"{_write(days[-1])}起"


def _write(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
