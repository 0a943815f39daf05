"""What a unit is asked for in a year: the indicators that apply to it, and the datasets that these read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from indicators.entries.tables import Dataset
from indicators.pack.model import Indicator, Pack
from indicators.pack.register import UnitEntry


@dataclass(frozen=True)
class Asked:
    """A dataset that somebody is asked to fill in, and the indicators for which."""

    dataset: Dataset
    indicators: tuple[Indicator, ...]


def list_applying(pack: Pack, unit: UnitEntry, year: int) -> tuple[Indicator, ...]:
    """The indicators of the year whose marks a cohort of the unit has, except those never asked of it."""
    return find_applying(pack, year).get(unit.id, ())


def find_applying(pack: Pack, year: int) -> dict[str, tuple[Indicator, ...]]:
    """Unit id -> what ``list_applying`` says of it, for every unit of the register."""
    members = {cohort.id: {unit.id for unit in pack.members(cohort)} for cohort in pack.head.cohorts}
    held = [indicator for indicator in pack.indicators if indicator.years.holds(year)]
    # A bit for each indicator: thousands of units have few different tables, and those that have the same share it.
    tables = {unit.id: 0 for unit in pack.registry.units}
    for number, indicator in enumerate(held):
        asked = set().union(*(members[cohort] for cohort in indicator.marks))
        for name in asked - {unit.id for unit in indicator.list_excluded(pack.registry, year)}:
            tables[name] |= 1 << number
    shared = {
        table: tuple(indicator for number, indicator in enumerate(held) if table >> number & 1)
        for table in set(tables.values())
    }
    return {name: shared[table] for name, table in tables.items()}


def is_own(dataset: Dataset) -> bool:
    """Whether each unit reports it for itself; otherwise one office does for all."""
    return dataset.covers == "rows" and dataset.reported_by is None


def list_asked(pack: Pack, unit: UnitEntry, year: int) -> list[Asked]:
    """The datasets that the unit reports for itself, in the order of the pack."""
    applying = list_applying(pack, unit, year)
    return [each for each in _group(pack, applying) if is_own(each.dataset)]


def find_asked(pack: Pack, year: int) -> dict[str, list[Asked]]:
    """Unit id -> what ``list_asked`` says of it, for every unit of the register."""
    applying = find_applying(pack, year)
    shared = {id(found): found for found in applying.values()}
    grouped = {key: [each for each in _group(pack, found) if is_own(each.dataset)] for key, found in shared.items()}
    return {name: grouped[id(found)] for name, found in applying.items()}


def list_asked_of_offices(pack: Pack, year: int) -> list[Asked]:
    """The datasets that one office reports for all, in the order of the pack."""
    return [each for each in _group(pack, list_held(pack, year)) if not is_own(each.dataset)]


def list_held(pack: Pack, year: int) -> tuple[Indicator, ...]:
    """The indicators of the year that apply to any unit."""
    groups = {id(group): group for group in find_applying(pack, year).values()}
    applying = {indicator.id for group in groups.values() for indicator in group}
    return tuple(indicator for indicator in pack.indicators if indicator.id in applying)


def _group(pack: Pack, indicators: Iterable[Indicator]) -> list[Asked]:
    reading: dict[str, list[Indicator]] = {dataset.id: [] for dataset in pack.datasets}
    for indicator in indicators:
        for name in dict.fromkeys(name for part in indicator.parts for name in part.measure.datasets()):
            reading[name].append(indicator)
    return [
        Asked(dataset, tuple(reading[dataset.id]))
        for dataset in pack.datasets
        if reading[dataset.id] or dataset.id == pack.head.exemptions
    ]


def list_wanted(dataset: Dataset, column: str, indicators: Iterable[Indicator]) -> tuple[str, ...]:
    """The choices of a column that the indicators look at; all of them unless every reading names its own."""
    found = dataset.column(column)
    assert found is not None
    wanted: set[str] = set()
    for indicator in indicators:
        for part in indicator.parts:
            conditions = [
                where.get(column) for name, where in part.measure.chosen.list_conditions() if name == dataset.id
            ]
            reads = part.measure.datasets().count(dataset.id)
            if reads and (not conditions or any(each is None or not each.any_of for each in conditions)):
                return found.choices
            wanted |= {value for each in conditions if each is not None for value in each.any_of}
    return tuple(choice for choice in found.choices if choice in wanted) or found.choices
