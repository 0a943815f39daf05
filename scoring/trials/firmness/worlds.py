"""Worlds drawn: the totals of all units under other weights, items, policies and peers, piece by piece.

A total is a float that is rounded to the printed decimals as official totals are, so that units tie as they would.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from scoring.trials.firmness.fields import Absence, Doubts, DrawInputs, Variant
from scoring.trials.firmness.weights import draw_factors

Real = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]


class DoubtSource(StrEnum):
    """Where doubt comes from."""

    weights = "weights"
    opened = "opened"
    counts = "counts"
    policy = "policy"
    peers = "peers"


ALL = frozenset(DoubtSource)
#: Totals of one piece: small enough that the steps from weights to ranks stay in the processor's cache.
PIECE = 400_000
#: A total that lies this little below a half of the last decimal, in floats, is meant to lie on it.
_HALF = 0.5 + 1e-7


@dataclass(frozen=True)
class DrawnWorlds:
    """Rounded ``totals`` (worlds by units) and the full marks that they are out of under the policy."""

    totals: Real
    full: Real


@dataclass(frozen=True)
class _Panel:
    """A review under one policy: its columns, and per unit what the share of what applies is worth.

    ``applicable`` has a column for each different row of what applies, and ``same`` says which is whose.
    """

    columns: Whole
    counted: Real
    applicable: Real
    same: Whole | None
    worth: Real


#: By column what items count more, in some rows: (column, rows, worlds by rows).
_Moved = list[tuple[int, Whole, Real]]


def draw_worlds(
    field: DrawInputs, number: int, rng: np.random.Generator, spread: float, sources: frozenset[DoubtSource]
) -> Iterator[DrawnWorlds]:
    """``number`` worlds in which the ``sources`` are free."""
    variants = field.variants if DoubtSource.policy in sources else field.variants[:1]
    absences: list[Absence | None] = [*field.absences] if DoubtSource.peers in sources and field.absences else [None]
    scenes = [(variant, absence) for variant in variants for absence in absences]
    # With very many scenes only some, so that each has a piece that is worth its making.
    order = rng.permutation(len(scenes))[: max(1, number // 8)]
    doubts = [field.opened] if DoubtSource.opened in sources else []
    doubts += [field.counted] if DoubtSource.counts in sources else []
    sections = np.unique([field.board.sections[n] for n in field.base], return_inverse=True)[1].ravel().tolist()
    piece = max(16, PIECE // max(field.number, 1))
    for place, chosen in enumerate(order):
        left = number // len(order) + (place < number % len(order))
        variant, absence = scenes[chosen]
        panels = _list_panels(field, variant, absence)
        while left > 0:
            taken = min(left, piece)
            left -= taken
            factors = np.ones((taken, len(field.board.indicators)))
            if DoubtSource.weights in sources:
                factors[:, field.base] = draw_factors(rng, field.marks[field.base], sections, spread, taken)
            moved = [each for doubt in doubts for each in _draw_items(doubt, variant, taken, rng)]
            yield DrawnWorlds(_add_up(field, variant, panels, factors, moved), variant.full)


def _draw_items(doubts: Doubts, variant: Variant, number: int, rng: np.random.Generator) -> _Moved:
    found: _Moved = []
    points = doubts.more.shape[1]
    for column in np.unique(doubts.columns).tolist():
        among = np.flatnonzero(doubts.columns == column)
        rows, more = doubts.rows[among], doubts.more[among]
        chosen = rng.integers(points, size=(number, len(among)), dtype=np.int16)
        amounts = more[np.arange(len(among)), chosen]
        if variant.stretch is not None:
            amounts = amounts * variant.stretch[rows, column]
        found.append((column, rows, amounts))
    return found


def _list_panels(field: DrawInputs, variant: Variant, absence: Absence | None) -> list[_Panel]:
    board, counted = field.board, variant.counted
    if absence is not None:
        counted = counted.copy()
        for column, more in absence.more.items():
            counted[:, column] += more if variant.stretch is None else more * variant.stretch[:, column]
    of = np.array([board.review_of[name] for name in board.sections])
    among = {review: field.base[of[field.base] == review] for review in board.reviews}
    weights = {
        review: np.where(variant.applicable[:, among[review]].sum(axis=1) > 0, weight, 0)
        for review, weight in board.reviews.items()
    }
    together = np.maximum(sum(weights.values(), np.zeros(field.number)), 1)
    found = []
    for review, columns in among.items():
        applicable, same = np.unique(variant.applicable[:, columns], axis=0, return_inverse=True)
        found.append(
            _Panel(
                columns,
                np.ascontiguousarray(counted[:, columns].T),
                np.ascontiguousarray(applicable.T),
                same.ravel() if len(applicable) > 1 else None,
                weights[review] * variant.full / together,
            )
        )
    return found


def _add_up(field: DrawInputs, variant: Variant, panels: list[_Panel], factors: Real, moved: _Moved) -> Real:
    """The totals of as many worlds as there are rows of ``factors``, in whole units of the last decimal."""
    board = field.board
    totals: Real | None = None
    for panel in panels:
        part = _bring(panel, factors, moved)
        totals = part if totals is None else totals + part
    assert totals is not None
    for section, cap in board.extra_caps.items():
        if board.kinds[section] in ("bonus", "deduction"):
            among = [n for n, name in enumerate(board.sections) if name == section]
            extra = np.tile(variant.counted[:, among].sum(axis=1), (len(factors), 1))
            for column, rows, amounts in moved:
                if column in among:
                    extra[:, rows] += amounts
            totals += np.floor(np.clip(extra, -cap, cap) + _HALF)
    if (board.floor, board.ceiling) != (None, None):
        np.clip(totals, board.floor, board.ceiling, out=totals)
    if board.zeroed.any():
        totals[:, board.zeroed] = 0
    return totals


def _bring(panel: _Panel, factors: Real, moved: _Moved) -> Real:
    """A review's part of the totals: brought to full marks and rounded half up."""
    own = factors[:, panel.columns]
    earned = own @ panel.counted
    for column, rows, amounts in moved:
        if column in panel.columns:
            earned[:, rows] += amounts * factors[:, [column]]
    applying = own @ panel.applicable
    np.maximum(applying, 1e-9, out=applying)
    if panel.same is None:
        earned *= 1 / applying
        earned *= panel.worth
    else:
        earned *= panel.worth
        earned /= applying[:, panel.same]
    earned += _HALF
    return np.floor(earned, out=earned)
