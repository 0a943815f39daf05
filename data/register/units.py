"""The register of units: the names and aliases under which a file may call them, now and earlier."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from data.files.names import fold_name, fold_once
from indicators.entries.nearest import LONGEST_WORD, find_nearest
from indicators.pack.register import Register, UnitEntry
from indicators.pack.succession import find_forebears


class Undecided(str):
    """A name that several units had one after another, still to be told apart by the time of its row."""


@dataclass(frozen=True)
class Claim:
    """A unit that a name means, and the first and the last day on which the name was its own."""

    unit: str
    first: date
    last: date

    def holds(self, on: date | int) -> bool:
        """Whether the name was its own on a day, or on some day of a year."""
        if isinstance(on, int):
            return self.first.year <= on <= self.last.year
        return self.first <= on <= self.last


@dataclass(frozen=True)
class Registry:
    """Units by every name that they go by or went by.

    A name leads to its unit whatever the time; only one that several units had, one after another, needs a time.
    """

    units: tuple[UnitEntry, ...]

    @classmethod
    def from_register(cls, register: Register) -> Registry:
        """The registry of ``pack.registry``. A name that two units claim for the same time stands for neither then."""
        return cls(register.units)

    @cached_property
    def _ids(self) -> Mapping[str, str]:
        """The unit of every name that only one had."""
        return self._meanings[0]

    @cached_property
    def _contested(self) -> Mapping[str, tuple[Claim, ...]]:
        return self._meanings[1]

    @cached_property
    def _meanings(self) -> tuple[dict[str, str], dict[str, tuple[Claim, ...]]]:
        owners: dict[str, UnitEntry] = {}
        several: dict[str, list[UnitEntry]] = {}
        for unit in self.units:
            for word, _, _ in unit.namings():
                name = fold_once(word)
                if (first := owners.setdefault(name, unit)).id != unit.id:
                    several.setdefault(name, [first]).append(unit)
        contested = {name: _list_claims(name, units) for name, units in several.items()}
        return {name: unit.id for name, unit in owners.items() if name not in several}, contested

    @cached_property
    def _names(self) -> Mapping[str, str]:
        return {unit.id: unit.name for unit in self.units}

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {unit.id: at for at, unit in enumerate(self.units)}

    @cached_property
    def dated(self) -> Mapping[str, UnitEntry]:
        """The units that were founded or ended on a known day, by id."""
        return {unit.id: unit for unit in self.units if unit.since is not None or unit.until is not None}

    @cached_property
    def forebears(self) -> Mapping[str, tuple[UnitEntry, ...]]:
        """For each unit that a split founded, those whose data it reports anew."""
        return find_forebears(self.units)

    def resolve(self, name: str, on: date | int | None = None) -> str | None:
        """The id of the unit with that id, name or alias, also a former one; None if there is none, or not just one.

        ``on``, a day or a year, decides between units that had the name one after another.
        """
        found = self._ids.get(fold_name(name))
        if found is not None or on is None:
            return found
        units = {claim.unit for claim in self.list_claims(name) if claim.holds(on)}
        return units.pop() if len(units) == 1 else None

    def list_claims(self, name: str) -> tuple[Claim, ...]:
        """Who had a name that several units had, and when; empty for every other name."""
        return self._contested.get(fold_name(name), ())

    def describe_claims(self, name: str) -> str:
        """The units that had a name, each with its time: 「甲局」(2021年以前)和「乙局」(2022年以后)."""
        claims = sorted(self.list_claims(name), key=lambda claim: (claim.first, claim.last))
        return "和".join(f"「{self.name(claim.unit)}」（{claim.unit}，{_describe_time(claim)}）" for claim in claims)

    def suggest(self, name: str) -> tuple[str, ...]:
        """Full names of at most three units that are called nearly so, the closest first."""
        folded = fold_name(name)
        near = find_nearest(folded, self._ids, 6, 0.5)
        if 2 <= len(folded) <= LONGEST_WORD:
            near += [known for known in self._ids if folded in known or (len(known) >= 2 and known in folded)]
        return tuple(dict.fromkeys(self._names[self._ids[known]] for known in near))[:3]

    def find(self, unit: str) -> UnitEntry | None:
        """The entry of a unit id."""
        at = self._places.get(unit)
        return None if at is None else self.units[at]

    def list_entries(self, units: Iterable[str]) -> list[UnitEntry]:
        """The entries of these ids, in the order of the register."""
        return [self.units[at] for at in sorted({self._places[unit] for unit in units if unit in self._places})]

    def name(self, unit: str) -> str:
        """The full name of a unit id; the id itself if the register does not know it."""
        return self._names.get(unit, unit)


def _list_claims(name: str, units: Sequence[UnitEntry]) -> tuple[Claim, ...]:
    """When these units had the name, which all of them had; a unit may be named more than once."""
    return tuple(
        Claim(unit.id, first, last)
        for unit in {unit.id: unit for unit in units}.values()
        for word, first, last in unit.namings()
        if fold_name(word) == name
    )


def _describe_time(claim: Claim) -> str:
    start = "" if claim.first == date.min else f"{claim.first.isoformat()} 起"
    end = "" if claim.last == date.max else f"到 {claim.last.isoformat()} 为止"
    return f"{start}{'，' if start and end else ''}{end}" or "一直"
