"""What explanations are given of a run, and which items of two runs stand on the same.

An explanation follows from the pack, the rows that its indicator reads, and these grounds: it is given nothing else of
a result. Each ground tells what differs in it, and all of them are asked, so that one that is added is compared too.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, NamedTuple, Self

import polars as pl

from indicators.pack.model import Pack
from scoring.base.parts import list_parts
from scoring.results.scale import Scale, measure_result
from scoring.results.struck import Struck, list_struck
from scoring.rules.registry import find_rule

if TYPE_CHECKING:
    from scoring.engine.run import Result


class ItemPlace(NamedTuple):
    """An item of a run, and the section that it counts in."""

    cohort: str
    unit: str
    indicator: str
    section: str


class Ground(ABC):
    """Something of a run that its explanations tell of."""

    @abstractmethod
    def find_moved(self, before: Self, places: Sequence[ItemPlace]) -> set[ItemPlace]:
        """Those of the items of this run whose explanations may find something else here than in the run before."""


@dataclass(frozen=True)
class ItemRows(Ground):
    """The items as the engine gave them, each of whom its own explanation tells."""

    frame: pl.DataFrame

    def list_places(self) -> list[ItemPlace]:
        """All of them, in their order."""
        return [ItemPlace(*row) for row in self.frame.select(ItemPlace._fields).iter_rows()]

    def find_moved(self, before: ItemRows, places: Sequence[ItemPlace]) -> set[ItemPlace]:
        """Items of which a column is not the same."""
        new = self.frame.join(before.frame, on=self.frame.columns, how="anti", nulls_equal=True)
        return set(ItemRows(new).list_places())


@dataclass(frozen=True)
class PartRows(Ground):
    """The parts as the engine gave them: an item tells of its own, and of all of a part that is ``comparing`` units."""

    frame: pl.DataFrame
    comparing: frozenset[int]

    def find_moved(self, before: PartRows, places: Sequence[ItemPlace]) -> set[ItemPlace]:
        """Items with a part that is not the same, or that is compared with such a one."""
        sides = ((before.frame, self.frame), (self.frame, before.frame))
        rows = pl.concat([one.join(other, on=one.columns, how="anti", nulls_equal=True) for one, other in sides])
        moved = set(rows.select("part", "cohort", "unit", "indicator").iter_rows())
        own = {(cohort, unit, name) for _, cohort, unit, name in moved}
        compared = {(cohort, name) for part, cohort, _, name in moved if part in self.comparing}
        return {each for each in places if each[:3] in own or (each.cohort, each.indicator) in compared}


@dataclass(frozen=True)
class Worths(Ground):
    """What marks are worth in a unit's total."""

    scale: Scale

    def find_moved(self, before: Worths, places: Sequence[ItemPlace]) -> set[ItemPlace]:
        """Items whose marks may be worth something else."""
        return {
            each
            for each in places
            if self.scale.tell_basis(each.cohort, each.unit, each.section)
            != before.scale.tell_basis(each.cohort, each.unit, each.section)
        }


@dataclass(frozen=True)
class Strikes(Ground):
    """Vetoes that leave nothing of a section."""

    struck: Struck

    def find(self, cohort: str, unit: str, section: str) -> str | None:
        """The veto by which a section of a unit counts nothing, if there is one."""
        return self.struck.get((cohort, unit), {}).get(section)

    def find_moved(self, before: Strikes, places: Sequence[ItemPlace]) -> set[ItemPlace]:
        """Items of sections that another veto strikes, or one has come or gone."""
        return {
            each
            for each in places
            if self.find(each.cohort, each.unit, each.section) != before.find(each.cohort, each.unit, each.section)
        }


@dataclass(frozen=True)
class Grounds:
    """All that explanations are given of a run beside its pack and its moment: each field is a :class:`Ground`."""

    items: ItemRows
    parts: PartRows
    worths: Worths
    strikes: Strikes

    def list_same(self, before: Grounds) -> list[ItemPlace]:
        """The items of this run that stand on the same in the one before, as far as a result goes."""
        places, moved = self.items.list_places(), set[ItemPlace]()
        for each in fields(self):
            ground: Ground = getattr(self, each.name)
            moved |= ground.find_moved(getattr(before, each.name), places)
        return [place for place in places if place not in moved]


def gather_grounds(pack: Pack, result: Result) -> Grounds:
    """Those of a result by a pack of its year."""
    comparing = (part.number for part in list_parts(pack, result.year) if find_rule(part.part.marks).compares)
    return Grounds(
        ItemRows(result.items),
        PartRows(result.parts, frozenset(comparing)),
        Worths(measure_result(pack, result)),
        Strikes(list_struck(pack, result.items)),
    )
