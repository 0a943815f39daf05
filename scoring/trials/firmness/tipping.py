"""Tipping points in closed form: the least change of one weight, or of one item's marks, that turns something around.

With the weight of a section or an indicator times t, and the others as they are, what a unit has of what applies is
(E₀ + E₁t) / (A₀ + A₁t) of its full marks: two units are level where a quadratic has a root, and a unit stands at the
edge of a grade where a straight line has one. Nothing is tried out, so nothing between two trials is missed. Totals are
taken unrounded and without the limits of a total.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from indicators.pack.grades import sort_grades
from scoring.trials.firmness.fields import DrawInputs

Real = npt.NDArray[np.float64]
_NEAR = 1e-9
_TINY = 1e-13


@dataclass(frozen=True)
class Weight:
    """What is weighted: a ``section`` or an ``indicator`` (``kind``), by its id."""

    kind: str
    name: str


@dataclass(frozen=True)
class Tip:
    """``times``: by what the weight would have to be multiplied, at the least change."""

    weight: Weight
    times: float


@dataclass(frozen=True)
class Lift:
    """So many more marks of one item, at the least, would bring the lower of two units level, before rounding.

    ``items`` are the indicators that have so much room, the one with the most room first; none where no single item
    has it. Marks are in units of the last decimal.
    """

    marks: float
    items: tuple[str, ...]


@dataclass(frozen=True)
class Edge:
    """The bound of a grade beside a unit's total: that of ``bound``; ``grade`` is what the unit would have beyond.

    ``marks`` of the total are missing (above 0) or to spare (0 or below), in units of the last decimal.
    """

    bound: str
    grade: str
    marks: float
    tip: Tip | None


class Shares:
    """Each unit's share of its full marks as a function of each single weight.

    By unit and weight the share is ``gain`` · (e0 + e1 t) / (a0 + a1 t) + ``rest``.
    """

    def __init__(self, field: DrawInputs) -> None:
        self.field, board, own = field, field.board, field.variants[0]
        # A sum and a product of all, in which each weight has its row.
        self.weights: list[Weight] = []
        columns: list[list[int]] = []
        reviews: list[int] = []
        among = [
            [int(n) for n in field.base if board.review_of[board.sections[n]] == review] for review in board.reviews
        ]
        for place, every in enumerate(among):
            sections = {board.sections[n]: [m for m in every if board.sections[m] == board.sections[n]] for n in every}
            named = [(Weight("section", name), own_columns) for name, own_columns in sections.items()]
            single = [(Weight("indicator", board.indicators[n]), [n]) for n in every]
            for weight, chosen in [*(named if len(named) > 1 else []), *(single if len(single) > 1 else [])]:
                self.weights.append(weight)
                columns.append(chosen)
                reviews.append(place)
        holds = np.zeros((len(board.indicators), len(columns)))
        for number, chosen in enumerate(columns):
            holds[chosen, number] = 1
        earned = np.stack([own.counted[:, every].sum(axis=1) for every in among], axis=1)
        applying = np.stack([own.applicable[:, every].sum(axis=1) for every in among], axis=1)
        weighed = np.where(applying > 0, np.array(list(board.reviews.values()), dtype=np.float64), 0.0)
        taking = weighed / np.maximum(weighed.sum(axis=1, keepdims=True), _NEAR)
        each = taking * earned / np.maximum(applying, _NEAR)
        self.now: Real = each.sum(axis=1) + _add_extras(field)
        self.e1, self.a1 = own.counted @ holds, own.applicable @ holds
        self.e0, self.a0 = earned[:, reviews] - self.e1, applying[:, reviews] - self.a1
        self.gain = taking[:, reviews]
        self.rest = self.now[:, None] - each[:, reviews]
        #: By unit and review what one unit of marks of an item adds to the share.
        self.worth = taking / np.maximum(applying, _NEAR)
        self._review = {name: place for place, name in enumerate(board.reviews)}

    def find_worth(self, unit: int, column: int) -> float:
        """What one unit of marks of a base item adds to the share of full marks."""
        board = self.field.board
        return float(self.worth[unit, self._review[board.review_of[board.sections[column]]]])

    def pick(self, roots: Real, below: Real) -> Tip | None:
        """The weight of the least change; ``roots`` and what stands below the line there are by weight."""
        held = np.where((roots >= 0) & (below > _NEAR), np.abs(roots - 1), np.inf)
        if not held.size or not np.isfinite(held).any():
            return None
        place = np.unravel_index(int(held.argmin()), held.shape)
        return Tip(self.weights[int(place[-1])], float(roots[place]))


def _add_extras(field: DrawInputs) -> Real:
    """What sections that add or take away count, as a share of full marks."""
    board, own = field.board, field.variants[0]
    found = np.zeros(field.number)
    for section, cap in board.extra_caps.items():
        if board.kinds[section] in ("bonus", "deduction"):
            among = [n for n, name in enumerate(board.sections) if name == section]
            found += np.clip(own.counted[:, among].sum(axis=1), -cap, cap)
    return np.asarray(found / np.maximum(own.full, 1))


def find_swap(shares: Shares, upper: int, lower: int) -> Tip | None:
    """The one weight whose least change makes two units level; None where no single weight does."""
    s, u, v = shares, upper, lower
    apart = s.rest[u] - s.rest[v]
    square = s.gain[u] * s.e1[u] * s.a1[v] - s.gain[v] * s.e1[v] * s.a1[u] + apart * s.a1[u] * s.a1[v]
    linear = (
        s.gain[u] * (s.e0[u] * s.a1[v] + s.e1[u] * s.a0[v])
        - s.gain[v] * (s.e0[v] * s.a1[u] + s.e1[v] * s.a0[u])
        + apart * (s.a0[u] * s.a1[v] + s.a1[u] * s.a0[v])
    )
    constant = s.gain[u] * s.e0[u] * s.a0[v] - s.gain[v] * s.e0[v] * s.a0[u] + apart * s.a0[u] * s.a0[v]
    roots = find_roots(square, linear, constant)
    below = np.minimum(s.a0[u] + s.a1[u] * roots, s.a0[v] + s.a1[v] * roots)
    return s.pick(roots, below)


def find_roots(square: Real, linear: Real, constant: Real) -> Real:
    """The roots of quadratics, two rows, NaN where there is none; a straight line has one."""
    size = np.maximum(np.maximum(np.abs(square), np.abs(linear)), np.abs(constant))
    straight = np.abs(square) <= _TINY * size
    with np.errstate(divide="ignore", invalid="ignore"):
        under = linear * linear - 4 * square * constant
        # The root that is not found by subtracting what is nearly equal; the other follows from it.
        half = -(linear + np.copysign(np.sqrt(under), linear)) / 2
        first = np.where(straight, np.where(np.abs(linear) > _TINY * size, -constant / linear, np.nan), half / square)
        second = np.where(straight, np.nan, constant / half)
    return np.stack([first, second])


def find_edges(shares: Shares, unit: int) -> list[Edge]:
    """The next better grade and the next worse one, as far as there are; caps of vetoes and quotas are not minded."""
    field, s = shares.field, shares
    full = max(float(field.variants[0].full[unit]), 1.0)
    total, scale = float(s.now[unit]) * full, 10**field.board.precision
    bands = sort_grades(field.board.cohort.grades)
    edges = [(float(band.low[0]) * scale, place) for place, band in enumerate(bands) if band.low and not band.by_rank]
    above = min((edge for edge in edges if edge[0] > total), default=None)
    below = max((edge for edge in edges if edge[0] <= total), default=None)
    found = []
    for edge, beside in ((above, 0), (below, -1)):
        if edge is None or edge[1] + beside < 0:
            continue
        apart = s.rest[unit] - edge[0] / full
        line = s.gain[unit] * s.e1[unit] + apart * s.a1[unit], s.gain[unit] * s.e0[unit] + apart * s.a0[unit]
        roots = find_roots(np.zeros_like(apart), *line)
        tip = s.pick(roots, s.a0[unit] + s.a1[unit] * roots)
        found.append(Edge(bands[edge[1]].name, bands[edge[1] + beside].name, edge[0] - total, tip))
    return found


def find_lift(shares: Shares, upper: int, lower: int) -> Lift:
    """By how many marks of one item the lower unit would draw level, and which of its items have so much room."""
    board, own = shares.field.board, shares.field.variants[0]
    gap = max(float(shares.now[upper] - shares.now[lower]), 0.0)
    needed, roomy = [], []
    for column in shares.field.base.tolist():
        worth = shares.find_worth(lower, column)
        room = float(own.applicable[lower, column] - own.counted[lower, column])
        if worth > 0 and own.applicable[lower, column] > 0:
            needed.append(gap / worth)
            if room > 0 and room >= gap / worth - _NEAR:
                roomy.append((-room, board.indicators[column]))
    return Lift(min(needed, default=math.inf), tuple(name for _, name in sorted(roomy)))
