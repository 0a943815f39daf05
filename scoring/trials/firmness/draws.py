"""Many worlds at once, and the rank of everybody in each: an exact count of what was drawn.

No mark of a run is touched. Memory grows with units by units, for the distribution of ranks, not with the number of
worlds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from indicators.pack.grades import sort_grades
from scoring.base.bands import settle_quotas
from scoring.trials.firmness.fields import DrawInputs
from scoring.trials.firmness.places import RankCounts
from scoring.trials.firmness.worlds import ALL, DoubtSource, draw_worlds
from scoring.trials.whatif import find_bands

Real = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

#: With few units each is compared with every other, with more with so many that follow it.
FEW, REACH = 100, 30


@dataclass(frozen=True)
class Draws:
    """What came of ``number`` worlds. Units are in the order of the field.

    ``ranks[u, r]``: in how many unit u had rank r + 1. ``ahead[o, u]`` and ``behind[o, u]``: in how many unit u was
    before, and after, unit u + o + 1. ``grades[u, g]``: in how many it had grade g of ``bands``, the lowest first,
    and in the last column none.
    """

    number: int
    ranks: Whole
    ahead: Whole
    behind: Whole
    grades: Whole
    bands: tuple[str, ...]

    @property
    def chances(self) -> Real:
        """The probability of each rank of each unit."""
        return self.ranks / self.number

    def find_ranges(self, level: float) -> tuple[Whole, Whole]:
        """Best and worst rank of each unit: the shortest range that holds it in so many of all worlds, or more.

        Of ranges of the same length the most probable one, and of those the best.
        """
        units = len(self.ranks)
        if not units:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        needed = int(np.ceil(level * self.number - 1e-9))
        # Only ranks that occurred, all units in one line: a unit's counts fill its own stretch of ``number``.
        unit, rank = np.nonzero(self.ranks)
        after = np.cumsum(self.ranks[unit, rank])
        before = after - self.ranks[unit, rank]
        held = before + needed <= (unit + 1) * self.number
        unit, first, before = unit[held], rank[held], before[held]
        end = np.searchsorted(after, before + needed)
        size = (rank[end] - first + 1) * (self.number + 1) - (after[end] - before)
        starts = np.flatnonzero(np.diff(unit, prepend=-1))
        least = np.minimum.reduceat(size, starts)
        chosen = np.flatnonzero(size == least[unit])
        chosen = chosen[np.unique(unit[chosen], return_index=True)[1]]
        return first[chosen] + 1, rank[end[chosen]] + 1

    def find_order(self, first: int, second: int) -> tuple[float, float]:
        """How probable it is that the first of two units is before the second, and after it.

        IndexError where the two were not compared: the second is not within reach below the first.
        """
        step = second - first - 1
        if step < 0:
            raise IndexError(step)
        return float(self.ahead[step, first] / self.number), float(self.behind[step, first] / self.number)


def draw_ranks(
    field: DrawInputs,
    number: int,
    *,
    seed: int,
    spread: float = 0.25,
    sources: frozenset[DoubtSource] = ALL,
    pairs: bool = True,
    grades: bool = True,
) -> Draws:
    """``number`` worlds in which the ``sources`` are free; the same seed gives the same worlds.

    ``spread`` is that of :func:`scoring.trials.firmness.weights.draw_factors`. Without ``pairs`` or ``grades`` those
    of the result are empty.
    """
    rng = np.random.default_rng(seed)
    units, board = field.number, field.board
    reach = (units - 1 if units <= FEW else REACH) if pairs and units else 0
    bands = sort_grades(board.cohort.grades)
    ahead, behind = np.zeros((reach, units), dtype=np.int64), np.zeros((reach, units), dtype=np.int64)
    graded = np.zeros((units, len(bands) + 1), dtype=np.int64)
    places = RankCounts(units)
    for world in draw_worlds(field, number, rng, spread, sources) if units else ():
        scores = places.add(world)
        for step in range(1, reach + 1):
            first, second = scores[:, :-step], scores[:, step:]
            ahead[step - 1, :-step] += np.count_nonzero(first < second, axis=0)
            behind[step - 1, :-step] += np.count_nonzero(first > second, axis=0)
        if grades and bands:
            found = settle_quotas(board.cohort, find_bands(board, world.totals), scores)
            for place in range(-1, len(bands)):
                graded[:, place] += np.count_nonzero(found == place, axis=0)
    return Draws(number, places.counts, ahead, behind, graded, tuple(band.name for band in bands))
