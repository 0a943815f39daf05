"""What would have to happen for a unit to draw level, as a change of one of its own figures."""

from __future__ import annotations

import math
from collections.abc import Iterable

import polars as pl

from indicators.pack.model import Pack
from scoring.base.parts import ScoredPart, list_parts
from scoring.explain.changes import FigureMove, describe_change, find_change_to
from scoring.explain.figures import read_figure
from scoring.results.scores import Scores
from scoring.rules.case import Case
from scoring.rules.registry import find_rule

#: So many indicators with room are looked at, those with the most room first.
_LOOKED = 8


class Levers:
    """The figures of a run's scored items that have one part and a rule for the figure alone."""

    def __init__(self, pack: Pack, scores: Scores, parts: pl.DataFrame, cohort: str) -> None:
        self._pack, self._precision, self._parts = pack, scores.precision, parts
        self._single = {
            part.indicator.id: part
            for part in list_parts(pack, scores.year)
            if part.cohort == cohort and len(part.indicator.parts) == 1 and part.indicator.combine == "sum"
        }

    def find(self, unit: str, indicators: Iterable[str], marks: float) -> str:
        """The change of one figure with the fewest steps that brings so many more marks of its item; empty for none.

        ``marks`` are in units of the last decimal and rounded up to a whole one.
        """
        best: tuple[int, str, FigureMove] | None = None
        for name in list(indicators)[:_LOOKED]:
            part = self._single.get(name)
            change = self._change(part, unit, math.ceil(marks - 1e-6)) if part is not None else None
            if change is not None and (best is None or change.steps < best[0]):
                best = change.steps, name, change
        if best is None:
            return ""
        title = next(each.name for each in self._pack.indicators if each.id == best[1])
        return f"「{title}」{describe_change(best[2], self._pack)}"

    def _change(self, part: ScoredPart, unit: str, more: int) -> FigureMove | None:
        if not find_rule(part.part.marks).follows_figure:
            return None
        rows = self._parts.filter((pl.col("part") == part.number) & (pl.col("unit") == unit)).to_dicts()
        if len(rows) != 1 or rows[0]["outcome"] != "scored" or rows[0]["forced"] is not None:
            return None
        figure = read_figure(part, rows[0], self._pack, self._precision)
        if figure is None or figure.is_deadline or figure.one_by_one:
            return None
        case = Case(part, figure, self._precision)
        return find_change_to(case, int(rows[0]["points"]) + more)
