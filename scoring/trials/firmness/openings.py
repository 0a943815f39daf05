"""Items that may still end otherwise, as what they may still count: best, worst and in between, all equally likely."""

from __future__ import annotations

import numpy as np
import polars as pl

from indicators.entries.amounts import OPEN_MARKS
from indicators.pack.model import COUNTING
from scoring.results.scores import Scores, add_ranges
from scoring.trials.firmness.fields import Doubts, find_places
from scoring.trials.whatif import Board

#: So many equally likely ends of an item.
POINTS = 33


def list_openings(scores: Scores, board: Board) -> Doubts:
    """The items of the board's units that are open, or known but not settled, and count within their printed range.

    What does not apply now is not drawn here, though it may yet turn out to apply; nor is a veto that is open, for who
    has one has no rank; nor what has no upper end, of which no end is likelier than another.
    """
    rows, columns = find_places(board)
    items = _list_unsettled(scores, board).filter(~_has_no_end(board))
    found = []
    names = ("unit", "indicator", "section_kind", "low_points", "high_points", "applicable_marks", "counted")
    for unit, indicator, kind, low, high, applicable, counted in items.select(names).iter_rows():
        if unit in rows and indicator in columns:
            taken = applicable if kind == "deduction" else 0
            ends = np.linspace(low - taken, high - taken, POINTS) - counted
            found.append((rows[unit], columns[indicator], ends))
    return Doubts.of(found, POINTS)


def list_endless(scores: Scores, board: Board) -> tuple[str, ...]:
    """The names of the board's units with an item that is not settled and has no upper end, in their order."""
    found = set(_list_unsettled(scores, board).filter(_has_no_end(board))["unit"])
    return tuple(name for unit, name in zip(board.units, board.names, strict=True) if unit in found)


def _list_unsettled(scores: Scores, board: Board) -> pl.DataFrame:
    return add_ranges(scores.of_cohort(board.cohort.id).items).filter(
        (pl.col("loose") | pl.col("varies"))
        & ~pl.col("outcome").is_in(["not_applicable", "exempt"])
        & pl.col("section_kind").is_in(COUNTING)
        & (pl.col("low_points") < pl.col("high_points"))
    )


def _has_no_end(board: Board) -> pl.Expr:
    half: pl.Expr = pl.col("high_points") * 2 >= int(OPEN_MARKS) * 10**board.precision
    return half
