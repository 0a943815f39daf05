"""A cohort's ranked units as floats that can be drawn from: what each item counts, and by which policies else it might.

Made from a :class:`scoring.trials.whatif.Board`; the units stand in the order of the ranking.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import polars as pl

from indicators.pack.model import Pack
from scoring.results.scores import Scores
from scoring.trials.whatif import Board, build_board, play

Real = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
#: What may be done with items that do not apply, besides what the pack says; see ``indicators.pack.model.Policy``.
POLICIES = ("rescale", "peer_mean", "out_of_scope", "full")
#: Not among the policies of a pack: what applies is brought to the full marks of its own section.
WITHIN_SECTION = "within_section"


@dataclass(frozen=True)
class Variant:
    """One policy for what does not apply: units by indicators of the base sections, in units of the last decimal.

    ``stretch`` is by what an item's own marks are multiplied under the policy.
    """

    policy: str
    counted: Real
    applicable: Real
    full: Real
    stretch: Real | None = None


@dataclass(frozen=True)
class Doubts:
    """Items that may count something else: entry ``n`` is an item of unit ``rows[n]`` and indicator ``columns[n]``.

    ``more[n]`` holds equally likely differences from what it counts now, in units of the last decimal.
    """

    rows: Whole
    columns: Whole
    more: Real

    @staticmethod
    def of(found: Iterable[tuple[int, int, Real]], points: int) -> Doubts:
        """From (row, column, differences)."""
        listed = list(found)
        return Doubts(
            np.array([row for row, _, _ in listed], dtype=np.int64),
            np.array([column for _, column, _ in listed], dtype=np.int64),
            np.array([more for _, _, more in listed], dtype=np.float64).reshape(len(listed), points),
        )


@dataclass(frozen=True)
class Absence:
    """What items would count if one peer were not compared with: differences by column, over all units."""

    peer: int
    more: Mapping[int, Real]


@dataclass(frozen=True)
class DrawInputs:
    """All that draws are made of. ``base`` are the board's columns that add up to the base part of totals.

    ``variants[0]`` is the pack's own policy. ``marks`` are the official weights of all columns.
    """

    board: Board
    ranks: Whole
    totals: Whole
    marks: Real
    base: Whole
    variants: tuple[Variant, ...]
    opened: Doubts
    counted: Doubts
    absences: tuple[Absence, ...]

    @property
    def number(self) -> int:
        """How many units are ranked."""
        return len(self.board.units)


def order_board(board: Board) -> Board:
    """The ranked units alone, the first of the ranking first."""
    ranks = play(board).ranks
    chosen = np.array([n for n in np.argsort(ranks, kind="stable") if ranks[n] > 0], dtype=np.int64)
    units = tuple(board.units[n] for n in chosen)
    return replace(
        board,
        units=units,
        names=tuple(board.names[n] for n in chosen),
        counted=board.counted[chosen],
        applicable=board.applicable[chosen],
        full=board.full[chosen],
        zeroed=board.zeroed[chosen],
        ranked=board.ranked[chosen],
        caps={unit: board.caps[unit] for unit in units},
    )


def build_field(
    pack: Pack,
    scores: Scores,
    cohort: str,
    opened: Doubts | None = None,
    counted: Doubts | None = None,
    absences: tuple[Absence, ...] = (),
    board: Board | None = None,
) -> DrawInputs:
    """The field of a cohort of a run; ``board`` where the ordered board is at hand."""
    board = board if board is not None else order_board(build_board(pack, scores, cohort))
    none = Doubts.of((), 1)
    items = scores.of_cohort(cohort).items.filter(pl.col("section_kind") == "base")
    now = play(board)
    full = _spread(items, "full_marks", board)
    return DrawInputs(
        board=board,
        ranks=now.ranks,
        totals=now.totals,
        marks=full.max(axis=0) if len(board.units) else np.zeros(len(board.indicators)),
        base=np.array([n for n, name in enumerate(board.sections) if board.kinds[name] == "base"], dtype=np.int64),
        variants=tuple(_list_variants(pack, board, items, full)),
        opened=opened if opened is not None else none,
        counted=counted if counted is not None else none,
        absences=absences,
    )


def find_places(board: Board) -> tuple[dict[str, int], dict[str, int]]:
    """Rows by unit and columns by indicator."""
    return {unit: n for n, unit in enumerate(board.units)}, {name: n for n, name in enumerate(board.indicators)}


def _spread(items: pl.DataFrame, value: str | pl.Expr, board: Board) -> Real:
    """A column of items as units by indicators, 0 where there is no item."""
    rows, columns = find_places(board)
    found = np.zeros((len(rows), len(columns)))
    named = items.select("unit", "indicator", (pl.col(value) if isinstance(value, str) else value).alias("value"))
    for unit, indicator, amount in named.iter_rows():
        if unit in rows:
            found[rows[unit], columns[indicator]] = amount or 0
    return found


def _list_variants(pack: Pack, board: Board, items: pl.DataFrame, full: Real) -> Iterable[Variant]:
    """The pack's own policy, and each other that gives anything else."""
    own = Variant(
        pack.head.policy.not_applicable,
        board.counted.astype(np.float64),
        board.applicable.astype(np.float64),
        board.full.astype(np.float64),
    )
    yield own
    applying = _spread(items, "applicable_marks", board)
    base = np.array([board.kinds[name] == "base" for name in board.sections])
    if (applying[:, base] >= full[:, base]).all():
        return
    outside = _spread(items, pl.col("outcome") == "not_applicable", board) > 0
    excused = _spread(items, pl.col("outcome") == "exempt", board) > 0
    means = _find_means(items, board)
    for policy in POLICIES:
        # What leaves the table and what is scaled up give the same shares of full marks, and ranks go by them.
        if policy in (own.policy, *({"rescale", "out_of_scope"} if own.policy in ("rescale", "out_of_scope") else ())):
            continue
        credit = full if policy == "full" else np.broadcast_to(means, full.shape) if policy == "peer_mean" else None
        there = outside & ~np.isnan(means) if policy == "peer_mean" else outside
        counted = np.where(outside, 0.0, own.counted)
        applicable = np.where(outside, applying, own.applicable)
        if credit is not None:
            counted, applicable = np.where(there, credit, counted), np.where(there, full, applicable)
        removed = np.where(excused, pack.head.policy.exempt == "out_of_scope", policy == "out_of_scope")
        whole = float(board.cohort.full * 10**board.precision)
        yield Variant(policy, counted, applicable, whole - ((full - applying) * removed)[:, base].sum(axis=1))
    if own.policy == "rescale":
        yield _fit_sections(board, own, full)


def _find_means(items: pl.DataFrame, board: Board) -> Real:
    scored = items.filter(pl.col("outcome") == "scored").group_by("indicator").agg(pl.col("marks").mean())
    means: dict[str, object] = dict(scored.iter_rows())
    return np.array([np.nan if means.get(name) is None else means[name] for name in board.indicators])


def _fit_sections(board: Board, own: Variant, full: Real) -> Variant:
    """What applies in a section is worth all of the section; a section of which nothing applies leaves."""
    stretch = np.ones_like(own.counted)
    for section in dict.fromkeys(board.sections):
        among = [n for n, name in enumerate(board.sections) if name == section and board.kinds[name] == "base"]
        there, whole = own.applicable[:, among].sum(axis=1), full[:, among].sum(axis=1).max(initial=0.0)
        stretch[:, among] = np.where(there > 0, whole / np.where(there > 0, there, 1.0), 1.0)[:, None]
    return Variant(WITHIN_SECTION, own.counted * stretch, own.applicable * stretch, own.full, stretch)
