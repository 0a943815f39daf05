"""Which periods a measure reads: exactly those that must have been reported before it says anything."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from indicators.entries.tables import Dataset
from indicators.entries.targets import find_day
from indicators.measures.measure import Measure, Tally
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


def list_readings(measure: Measure, pack: Pack, year: int) -> list[Reading]:
    """What the measure reads of each dataset when ``year`` is scored, each once."""
    return list(dict.fromkeys(_read(measure, pack, year)))


def list_periods(measure: Measure, pack: Pack, year: int) -> list[tuple[str, int]]:
    """The same as single (dataset, period)."""
    readings = list_readings(measure, pack, year)
    return list(dict.fromkeys((reading.dataset, period) for reading in readings for period in reading.periods))


def _read(measure: Measure, pack: Pack, year: int) -> Iterator[Reading]:
    def of_year(name: str, when: int = year) -> Reading:
        return Reading(name, 0, 0) if pack.dataset(name).period.standing else Reading(name, when, when)

    def to_date(name: str, last: int = year) -> Reading:
        dataset = pack.dataset(name)
        return Reading(name, 0, 0) if dataset.period.standing else Reading(name, find_first(pack, dataset, last), last)

    def over(tally: Tally, when: int) -> Reading:
        return to_date(tally.dataset, when) if tally.over == "to_date" else of_year(tally.dataset, when)

    match measure.kind:
        case "count" | "sum" | "ratio":
            yield from (over(tally, year) for tally in measure.tallies())
        case "change":
            yield from (over(tally, when) for tally in measure.tallies() for when in (year, year - 1))
        case "share_of_people":
            people = measure.share_of_people
            assert people is not None
            yield of_year(people.roster.dataset)
            yield to_date(people.records.dataset) if people.within == "term" else of_year(people.records.dataset)
        case "latest":
            yield from (to_date(name) for name in measure.datasets())
        case "date" | "judgement" | "findings" | "imported":
            yield from (of_year(name) for name in measure.datasets())
        case "of_marks":
            return
        case kind:
            raise NotImplementedError(f"nobody says which periods the measure {kind} reads")


def reads_back(measure: Measure) -> tuple[str, ...]:
    """The datasets that a measure reads from their first period on."""
    if measure.latest is not None:
        return (measure.latest.dataset,)
    if measure.share_of_people is not None and measure.share_of_people.within == "term":
        return (measure.share_of_people.records.dataset,)
    return tuple(dict.fromkeys(tally.dataset for tally in measure.tallies() if tally.over == "to_date"))


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
