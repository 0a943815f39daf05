"""What the figures of one layer come to in SQL: shared scans, single CTEs and one branch for each figure or scan."""

from __future__ import annotations

from dataclasses import dataclass, field

from indicators.pack.model import Pack
from scoring.measures.people import PeopleLayer
from scoring.measures.raw import Moment
from scoring.measures.tallies import TALLIED_RAW, Scans


@dataclass
class Layer:
    """SQL that grows figure by figure. ``split`` are the figures for which a unit answers for the duties of several."""

    pack: Pack
    moment: Moment
    split: frozenset[int]
    scans: Scans = field(init=False)
    shares: PeopleLayer = field(init=False)
    _ctes: dict[str, str] = field(default_factory=dict)
    _branches: list[str] = field(default_factory=list)
    _levels: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.scans = Scans(self.pack, self.moment)
        self.shares = PeopleLayer(self.pack, self.moment)

    def add(self, branch: str, ctes: dict[str, str] | None = None, levels: str | None = None) -> None:
        """Take over a figure that shares no scan with others: its branch, its CTEs, and its counts per level."""
        self._branches.append(branch)
        self._ctes |= ctes or {}
        self._levels += [levels] if levels is not None else []

    def write_ctes(self) -> dict[str, str]:
        """All CTEs, those before that others read."""
        return {**self.scans.write_ctes(), **self.shares.write_ctes(), **self._ctes}

    def list_branches(self) -> list[str]:
        """One for all tallies, then one for each other figure."""
        return [*([TALLIED_RAW] if self.scans.tallied else []), *self.shares.branches, *self._branches]

    def list_levels(self) -> list[str]:
        """The counts per level."""
        return [*self.scans.levels, *self._levels]
