"""Small counts as what they tell of: a part that counts 3 of 4 might as well have come out at 2 or 4 of 4.

For a part whose figure is a number of cases among cases, the rate behind it is drawn from its posterior and marked by
the rule of the part. Amounts of money or hours, dates, levels and whatever is compared with others are not drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import polars as pl

from indicators.pack.model import Pack
from scoring.base.amounts import count_points
from scoring.base.parts import ScoredPart, list_parts
from scoring.explain.calculation import calculate
from scoring.explain.figures import read_figure
from scoring.explain.pots import find_gain
from scoring.measures.figure import Figure
from scoring.results.scores import Scores, add_ranges
from scoring.rules.case import Case
from scoring.rules.registry import find_rule
from scoring.trials.firmness.fields import Doubts, find_places
from scoring.trials.firmness.openings import POINTS
from scoring.trials.firmness.rates import spread_rate
from scoring.trials.whatif import Board

Real = npt.NDArray[np.float64]
#: What of a part's row decides how it is spread.
_FIGURE = ["part", "num", "den", "points", "forced"]
#: Rates are told apart by half a percent, and of few cases by a whole one, so that what was marked need not be again.
_STEPS, _COARSE = 200, 100
#: More cases than this are no small number: the rate behind them is all but what it is.
FEW_CASES = 400
#: A step of this share of a part's marks at the very end of the scale is a rule about all, or about none.
_JUMP = Fraction(1, 20)


def list_counts(pack: Pack, scores: Scores, parts: pl.DataFrame, board: Board) -> Doubts:
    """The scored items of the board's units that rest on few cases; ``parts`` are those of the run.

    Items that may still change are not among them: see :mod:`scoring.trials.firmness.openings`.
    """
    rows, columns = find_places(board)
    items = add_ranges(scores.of_cohort(board.cohort.id).items).filter(
        (pl.col("outcome") == "scored") & ~pl.col("loose") & ~pl.col("varies")
    )
    settled = set(items.select("unit", "indicator").iter_rows())
    known = {part.number: part for part in list_parts(pack, scores.year) if part.cohort == board.cohort.id}
    rates = _Rates(pack, scores.precision)
    pots = _gather_pots(pack, board, parts.filter(pl.col("part").is_in(list(known))), scores.precision)
    mixed = np.random.default_rng(0)
    found: dict[tuple[int, int], Real] = {}
    scored = parts.filter(pl.col("part").is_in(list(known)) & (pl.col("outcome") == "scored"))
    # Of many units few have another figure: each is looked at once, in the order of the rows.
    distinct = scored.unique(_FIGURE, keep="first", maintain_order=True).with_row_index("place")
    spreads = [rates.spread(known[row["part"]], row) for row in distinct.iter_rows(named=True)]
    placed = scored.join(distinct.select(*_FIGURE, "place"), on=_FIGURE, nulls_equal=True, maintain_order="left")
    for unit, number, kind in placed.select("unit", "part", "place").iter_rows():
        name, more = known[number].indicator.id, spreads[kind]
        if (unit, name) not in settled or unit not in rows or name not in columns:
            continue
        if more is not None and (pot := pots.get((unit, name))) is not None:
            more = np.array([pot(known[number].index, round(each)) for each in more.tolist()], dtype=np.float64)
        if more is not None and more.any():
            place = rows[unit], columns[name]
            # Parts of one item are independent of each other.
            found[place] = more if place not in found else found[place] + mixed.permutation(more)
    return Doubts.of(((row, column, more) for (row, column), more in found.items()), POINTS)


def _gather_pots(
    pack: Pack, board: Board, parts: pl.DataFrame, precision: int
) -> dict[tuple[str, str], Callable[[int, int], int]]:
    """By unit and indicator with a pot, what more marks of a part are to the item: a bound may swallow them."""
    pots = {indicator.id: indicator for indicator in pack.indicators if indicator.pot is not None}
    own = parts.filter(pl.col("indicator").is_in(list(pots))).sort("part")
    return {
        (str(unit), str(name)): find_gain(pots[str(name)], board.cohort.id, rows.to_dicts(), precision)
        for (unit, name), rows in own.group_by("unit", "indicator", maintain_order=True)
    }


class _Rates:
    """Marks by rate, each found once."""

    def __init__(self, pack: Pack, precision: int) -> None:
        self._pack, self._precision = pack, precision
        self._marks: dict[tuple[int, int, int, int], float] = {}

    def spread(self, part: ScoredPart, row: dict[str, object]) -> Real | None:
        """Equally likely differences from the marks of now, in units of the last decimal; None where none are drawn."""
        if not part.indicator.has_own_marks(part.part) or row["forced"] is not None or row["points"] is None:
            return None
        figure = read_figure(part, row, self._pack, self._precision)
        if figure is None or not counts_cases(part, figure) or figure.of > FEW_CASES:
            return None
        case = Case(part, figure, self._precision)
        # Of rules about occurrences the number counts, of others the rate alone.
        of = figure.of if find_rule(part.part.marks).goes_by_number else Fraction(1)
        rates = self._keep_ends(case, of, spread_rate(float(figure.now), float(figure.of), POINTS))
        grain = 2 if figure.of <= _COARSE else 1
        drawn, where = np.unique(np.rint(rates * _STEPS / grain).astype(np.int64) * grain, return_inverse=True)
        marks = np.array([self._mark(case, of, rate) for rate in drawn.tolist()])
        return marks[where.ravel()] - float(int(str(row["points"])))

    def _keep_ends(self, case: Case, of: Fraction, rates: Real) -> Real:
        """A rule about all, or about none, asks for the number: the nearest one is all where it is all."""
        full, near = case.part.full * _JUMP * Fraction(10**self._precision, 1_000_000), 0.5 / float(case.figure.of)
        step = 2 / _STEPS
        if abs(self._mark(case, of, _STEPS) - self._mark(case, of, _STEPS - 2)) > full:
            rates = np.where(rates > 1 - near, 1.0, np.minimum(rates, 1 - step))
        if abs(self._mark(case, of, 0) - self._mark(case, of, 2)) > full:
            rates = np.where(rates < near, 0.0, np.maximum(rates, step))
        return rates

    def _mark(self, case: Case, of: Fraction, rate: int) -> float:
        # A fraction takes longer to be looked up than its two numbers.
        key = case.part.number, of.numerator, of.denominator, rate
        if (found := self._marks.get(key)) is None:
            moved = replace(case, figure=replace(case.figure, now=Fraction(rate, _STEPS) * case.figure.of))
            found = self._marks[key] = float(count_points(calculate(moved).marks, self._precision))
        return found


def counts_cases(part: ScoredPart, figure: Figure) -> bool:
    """Whether the figure is so many cases of so many, by a rule that depends on nothing else."""
    base, marks = part.part.measure.chosen.small_base, part.part.marks
    if not find_rule(marks).follows_figure or marks.chosen.find_levels() is not None:
        return False
    whole = base is not None and base.numerator.sum is None and base.denominator.sum is None
    return figure.form == "ratio" and (figure.is_share or whole) and 0 <= figure.now <= figure.of and figure.of > 0
