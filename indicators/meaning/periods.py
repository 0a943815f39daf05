"""Which periods a measure reads: exactly those that must have been reported before it says anything."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from indicators.entries.tables import Dataset
from indicators.entries.targets import find_day
from indicators.measures.kind import Kind
from indicators.pack.model import Pack, Part


class Reading(NamedTuple):
    """That a measure reads a dataset from the period ``first`` to ``last``; both are 0 for the newest state."""

    dataset: str
    first: int
    last: int

    @property
    def periods(self) -> range:
        """The periods, one by one."""
        return range(self.first, self.last + 1)


def find_first(pack: Pack, dataset: Dataset, year: int) -> int:
    """The first period of a reading up to ``year``: the dataset's own, else that of the pack, else the year itself."""
    first = dataset.since if dataset.since is not None else pack.head.years.first
    return year if first is None else min(first, year)


def list_readings(measure: Kind, pack: Pack, year: int) -> list[Reading]:
    """What the measure reads of each dataset when ``year`` is scored, each once."""
    found = []
    for rows in measure.list_rows():
        dataset = pack.dataset(rows.dataset)
        for last in (year + shift for shift in rows.years):
            first = find_first(pack, dataset, last) if rows.over == "to_date" else last
            found.append(Reading(dataset.id, 0, 0) if dataset.period.standing else Reading(dataset.id, first, last))
    return list(dict.fromkeys(found))


def list_periods(measure: Kind, pack: Pack, year: int) -> list[tuple[str, int]]:
    """The same as single (dataset, period)."""
    readings = list_readings(measure, pack, year)
    return list(dict.fromkeys((reading.dataset, period) for reading in readings for period in reading.periods))


def reads_back(measure: Kind) -> tuple[str, ...]:
    """The datasets that a measure reads from their first period on."""
    return tuple(dict.fromkeys(rows.dataset for rows in measure.list_rows() if rows.over == "to_date"))


def find_needed_day(part: Part, dataset: Dataset, period: int, year: int, as_of: date) -> date:
    """The day up to which a register must be declared complete before the part reads its ``period``.

    The period's last day; in the scored year (and for the newest state) the day on which the part is due, which
    may lie later where a row's year is not the year of its date. No later than ``as_of``.
    """
    if period not in (0, year):
        return min(date(period, 12, 31), as_of)
    day = _find_nominal_day(part, year)
    if dataset.period.date is not None:
        day = min(day, date(year, 12, 31))
    return min(day, as_of)


def _find_nominal_day(part: Part, year: int) -> date:
    """The day that the rule names, before it is moved off a day of rest."""
    by = part.target.by if part.target is not None else None
    if by is not None and by.on is not None:
        return date.fromisoformat(by.on)
    if by is not None and by.every is not None:
        return find_day(by.every, year + by.years_later)
    if part.due is not None:
        return find_day(part.due.every, year + part.due.years_later)
    return date(year, 12, 31)
