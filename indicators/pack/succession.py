"""Who counts for whom in the table of a year: units that were founded, merged or ended meanwhile."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from indicators.pack.register import Register, UnitEntry


@dataclass(frozen=True)
class Succession:
    """The register as the table of ``year`` sees it on ``day``, the earlier of its last day and the as-of day.

    ``heirs``: for each unit that has ended by ``day`` and was merged, the unit that it lives on in.
    """

    register: Register
    year: int
    day: date
    heirs: Mapping[str, str]

    @classmethod
    def of_year(cls, register: Register, year: int, as_of: date) -> Succession:
        """The succession that decides over the table of a year as it stands on ``as_of``."""
        day = min(as_of, date(year, 12, 31))
        if all(unit.since is None and unit.until is None for unit in register.units):
            return cls(register, year, day, {})
        units = {unit.id: unit for unit in register.units}
        heirs = {unit.id: heir for unit in register.units if (heir := _find_heir(unit, units, day)) is not None}
        return cls(register, year, day, heirs)

    @cached_property
    def changed(self) -> bool:
        """Whether any unit was founded or has ended, ever; if not, all below is as if there were no time."""
        return any(unit.since is not None or unit.until is not None for unit in self.register.units)

    @cached_property
    def absent(self) -> frozenset[str]:
        """The units that exist on no day of the year up to ``day``: they have no newest state in its table."""
        first = date(self.year, 1, 1)
        # As of a day before the year its table holds who exists on that day.
        return frozenset(
            unit.id for unit in self.register.units if not unit.exists_within(min(first, self.day), self.day)
        )

    @cached_property
    def forebears(self) -> Mapping[str, tuple[UnitEntry, ...]]:
        """For each unit that a split founded, those whose data it reports anew: see :func:`find_forebears`."""
        return find_forebears(self.register.units)

    @cached_property
    def parted(self) -> frozenset[str]:
        """The units whose data are reported anew by others."""
        return frozenset(unit.id for units in self.forebears.values() for unit in units)

    @cached_property
    def takers(self) -> Mapping[str, tuple[str, ...]]:
        """For each unit that has ended by ``day``, those on whom its duties have passed."""
        if not self.changed:
            return {}
        units = {unit.id: unit for unit in self.register.units}

        def follow(name: str, seen: tuple[str, ...]) -> Iterator[str]:
            unit = units.get(name)
            if unit is not None and unit.last_day >= self.day:
                yield name
            elif unit is not None and name not in seen:  # a circle, which lint refuses, must not hold up a run
                for later in unit.successors or filter(None, (unit.successor,)):
                    yield from follow(later, (*seen, name))

        found = {name: tuple(dict.fromkeys(follow(name, ()))) for name in units if units[name].last_day < self.day}
        return {name: takers for name, takers in found.items() if takers}

    @cached_property
    def _merged(self) -> dict[str, list[UnitEntry]]:
        found: dict[str, list[UnitEntry]] = defaultdict(list)
        for unit in self.register.units:
            if unit.id in self.heirs:
                found[self.heirs[unit.id]].append(unit)
        return found

    @cached_property
    def below(self) -> Mapping[str, tuple[str, ...]]:
        """For each unit those that exist on ``day`` and whose parent it is, or lives on in it."""
        found: dict[str, list[str]] = defaultdict(list)
        for unit in self.register.units:
            if unit.parent is not None and unit.exists_within(self.day, self.day):
                found[self.heirs.get(unit.parent, unit.parent)].append(unit.id)
        return {name: tuple(units) for name, units in found.items()}

    def list_sources(self, unit: UnitEntry) -> tuple[UnitEntry, ...]:
        """The units whose data count for a unit: itself, then those that it took over, as the register has them."""
        return (unit, *self._merged.get(unit.id, ()))

    def list_reporters(self, unit: UnitEntry, period: int) -> tuple[UnitEntry, ...]:
        """Those of them that report a period: who existed in that year (0, the newest state: in the year scored).

        A unit that a split founded reports the years of those whose data it reports anew as well.
        """
        sources = self.list_sources(unit)
        if period == 0:
            return tuple(source for source in sources if source.id not in self.absent)
        return tuple(source for source in sources if any(each.exists_in(period) for each in self._list_line(source)))

    def _list_line(self, unit: UnitEntry) -> tuple[UnitEntry, ...]:
        return (unit, *self.forebears.get(unit.id, ()))

    def list_debtors(self, unit: UnitEntry, day: date) -> tuple[UnitEntry, ...]:
        """Those whose duty of a day the unit has to answer for: who existed on it, or reports anew who did."""
        sources = self.list_sources(unit)
        return tuple(
            source for source in sources if any(each.exists_within(day, day) for each in self._list_line(source))
        )

    def list_newcomers(self, units: Iterable[UnitEntry]) -> list[UnitEntry]:
        """The units that, with all that they took over, did not exist in the year before."""
        if not self.changed:
            return []
        return [unit for unit in units if not self.list_reporters(unit, self.year - 1)]


@dataclass(frozen=True)
class Changes:
    """What the register already knows of the rest of a year, after the day of its table.

    ``units``: those for whom other units' data will count; ``leaving``: those that end; ``arriving``: the units that
    some later table of the year has, and this one has not.
    """

    units: frozenset[str]
    leaving: frozenset[str]
    arriving: frozenset[str]

    @classmethod
    def of_rest(cls, register: Register, year: int, as_of: date) -> Changes:
        """The changes from the day of the table to the end of the year."""
        now, end = Succession.of_year(register, year, as_of), date(year, 12, 31)
        days = {unit.first_day for unit in register.units if unit.since is not None}
        days |= {unit.last_day + timedelta(days=1) for unit in register.units if unit.until is not None}
        units, leaving, arriving = set(), set(), set()
        for day in sorted(day for day in days if now.day < day <= end):
            later = Succession.of_year(register, year, day)
            for unit in register.units:
                here, there = unit.exists_within(now.day, now.day), unit.exists_within(day, day)
                if here and not there:
                    leaving.add(unit.id)
                elif there and not here:
                    arriving.add(unit.id)
                if {source.id for source in later.list_sources(unit)} != {one.id for one in now.list_sources(unit)}:
                    units.add(unit.id)
        return cls(frozenset(units), frozenset(leaving), frozenset(arriving))


def find_forebears(units: Iterable[UnitEntry]) -> dict[str, tuple[UnitEntry, ...]]:
    """For each unit that a split founded: who was split, who had been merged into that one, and their own forebears."""
    units = tuple(units)
    before: dict[str, list[UnitEntry]] = defaultdict(list)
    for unit in units:
        for later in unit.successors or filter(None, (unit.successor,)):
            before[later].append(unit)

    def follow(name: str, seen: dict[str, UnitEntry]) -> dict[str, UnitEntry]:
        for unit in before.get(name, ()):
            if unit.id not in seen:  # a circle, which lint refuses, must not hold up a run
                seen[unit.id] = unit
                follow(unit.id, seen)
        return seen

    founded = dict.fromkeys(name for unit in units for name in unit.successors)  # in the order of the register
    found = {}
    for name in founded:
        split = [unit for unit in before[name] if name in unit.successors]
        seen = {unit.id: unit for unit in split}
        for unit in split:
            follow(unit.id, seen)
        found[name] = tuple(unit for unit in units if unit.id in seen and unit.id != name)
    return found


def _find_heir(unit: UnitEntry, units: Mapping[str, UnitEntry], day: date) -> str | None:
    """The first unit along the chain of successors that has not ended by ``day``; None if there is none."""
    heir: UnitEntry | None = unit
    for _ in units:  # a circle, which lint refuses, must not hold up a run
        if heir is None or heir.last_day >= day:
            break
        heir = units.get(heir.successor) if heir.successor is not None else None
    return None if heir is None or heir is unit or heir.last_day < day else heir.id
