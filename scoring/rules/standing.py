"""Where a unit stands among the others of its cohort: figures are compared at twelve decimals, as the engine does."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from scoring.base.amounts import round_half_up

PLACES = 12


@dataclass(frozen=True)
class Peers:
    """The figures of the cohort's units that have one, as the engine compares them; ``ordered`` is ascending."""

    values: Mapping[str, Fraction]
    ordered: tuple[Fraction, ...]
    total: Fraction
    higher: bool


@dataclass(frozen=True)
class Standing:
    """Where a unit with the figure ``own``, as the engine compares it, stands among its peers, itself included."""

    peers: Peers
    own: Fraction

    @property
    def values(self) -> Mapping[str, Fraction]:
        """The figures by unit."""
        return self.peers.values

    @property
    def higher(self) -> bool:
        """Whether more is better."""
        return self.peers.higher

    @property
    def best(self) -> Fraction:
        """The best figure of the cohort."""
        return self.peers.ordered[-1 if self.higher else 0]

    @property
    def worst(self) -> Fraction:
        """The worst figure of the cohort."""
        return self.peers.ordered[0 if self.higher else -1]

    @property
    def place(self) -> int:
        """1 and as many more as are strictly better."""
        ordered = self.peers.ordered
        return 1 + (len(ordered) - bisect_right(ordered, self.own) if self.higher else bisect_left(ordered, self.own))

    @property
    def ahead(self) -> Fraction | None:
        """The nearest figure that is strictly better; None for the best."""
        ordered = self.peers.ordered
        place = bisect_right(ordered, self.own) if self.higher else bisect_left(ordered, self.own) - 1
        return ordered[place] if 0 <= place < len(ordered) else None


def gather_peers(figures: Mapping[str, Fraction], *, higher: bool) -> Peers:
    """The figures of a cohort by unit, ready to be compared; ``higher`` is better or not."""
    values = {name: round_half_up(value, PLACES) for name, value in figures.items()}
    return Peers(values, tuple(sorted(values.values())), sum(values.values(), Fraction(0)), higher)
