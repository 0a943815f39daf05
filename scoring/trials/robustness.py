"""How firm a ranking is: the ranks under other weights of sections, and what would turn a pair of units around.

One section at a time gets each of the tried weights while the others keep theirs, and the ranking is made anew with
the printed totals. What is said holds for exactly these trials; several weights moved at once may do more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np

from scoring.results.scores import Scores
from scoring.trials.whatif import Board, Whole, play

#: Per cent of a section's weight: from half to one and a half times, and with very many units fewer steps.
WEIGHTS = tuple(weight for weight in range(50, 151, 5) if weight != 100)
FEW_WEIGHTS = (50, 75, 90, 110, 125, 150)
_MANY, _PAIRED = 300, 40


@dataclass(frozen=True)
class Trials:
    """``tried`` are (section, weight); totals and ranks of each trial in the order of the board's units."""

    board: Board
    weights: tuple[int, ...]
    tried: tuple[tuple[str, int], ...]
    totals: Whole
    ranks: Whole
    now: Whole
    now_ranks: Whole


def try_weights(board: Board, weights: Sequence[int] | None = None) -> Trials:
    """Every base section with every one of the ``weights``, the others unchanged."""
    chosen = tuple(weights or (WEIGHTS if len(board.units) <= _MANY else FEW_WEIGHTS))
    sections = [name for name in dict.fromkeys(board.sections) if board.kinds[name] == "base"]
    tried = tuple((section, weight) for section in sections for weight in chosen)
    outcomes = [play(board, None, {section: weight}) for section, weight in tried]
    now = play(board)
    shape = (len(tried), len(board.units))
    totals = np.array([each.totals for each in outcomes], dtype=np.int64).reshape(shape)
    ranks = np.array([each.ranks for each in outcomes], dtype=np.int64).reshape(shape)
    return Trials(board, chosen, tried, totals, ranks, now.totals, now.ranks)


@dataclass(frozen=True)
class Interval:
    """The rank of a unit, and its best and worst in all trials."""

    unit: str
    name: str
    rank: int
    best: int
    worst: int


def list_intervals(trials: Trials) -> list[Interval]:
    """The ranked units in the order of the ranking."""
    board, found = trials.board, []
    for number in _order(trials):
        column = [int(trials.now_ranks[number]), *(int(rank) for rank in trials.ranks[:, number])]
        found.append(Interval(board.units[number], board.names[number], column[0], min(column), max(column)))
    return found


@dataclass(frozen=True)
class Pair:
    """Two ranked units and what lies between them, ``upper`` being ahead (or level).

    ``section`` and ``weight``: the least change of a weight by which the lower draws level or goes ahead. ``open``:
    whether the totals that both may still take overlap, because something is not known yet.
    """

    upper: str
    lower: str
    gap: int
    section: str | None
    weight: int | None
    open: bool
    neighbours: bool

    @property
    def firm(self) -> bool:
        """Whether they can be told apart, as far as was tried."""
        return self.gap > 0 and self.section is None and not self.open


def list_pairs(trials: Trials, scores: Scores) -> list[Pair]:
    """Neighbours in the ranking, and with few units every other pair that cannot be told apart; the closest first."""
    order, board = _order(trials), trials.board
    next_to = set(pairwise(order))
    chosen = list(combinations(order, 2)) if len(order) <= _PAIRED else list(next_to)
    bounds: Mapping[str, tuple[int | None, int | None]] = {
        unit: (low, high) for unit, low, high in scores.totals.select("unit", "low", "high").iter_rows()
    }
    found = []
    for upper, lower in chosen:
        tip = _find_tip(trials, upper, lower)
        low, high = bounds[board.units[upper]][0], bounds[board.units[lower]][1]
        pair = Pair(
            board.names[upper],
            board.names[lower],
            int(trials.now[upper] - trials.now[lower]),
            tip[0] if tip else None,
            tip[1] if tip else None,
            low is not None and high is not None and high >= low,
            (upper, lower) in next_to,
        )
        if pair.neighbours or not pair.firm:
            found.append(pair)
    return sorted(found, key=lambda pair: (pair.gap, pair.upper, pair.lower))


def _order(trials: Trials) -> list[int]:
    ranked = [number for number, rank in enumerate(trials.now_ranks) if rank > 0]
    return sorted(ranked, key=lambda number: int(trials.now_ranks[number]))


def _find_tip(trials: Trials, upper: int, lower: int) -> tuple[str, int] | None:
    caught = np.flatnonzero(trials.totals[:, lower] >= trials.totals[:, upper])
    if not len(caught):
        return None
    return min((trials.tried[number] for number in caught), key=lambda each: abs(each[1] - 100))
