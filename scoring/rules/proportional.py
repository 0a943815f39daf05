"""Marks in proportion to the way from a start to the target."""

from __future__ import annotations

from fractions import Fraction
from typing import ClassVar

from indicators.rules.proportional import Proportional, find_goal
from scoring.base.parts import ScoredPart, to_millionths
from scoring.base.relations import HUGE, Columns, Row
from scoring.base.whole import Whole, least, most, number, round_half_up
from scoring.rules.branch import KEPT
from scoring.rules.line import Line, find_decimals
from scoring.rules.rule import ScoredRule

# (num * 10**6 - start * den) / ((goal - start) * den), both made positive, clipped to 0..1
BRANCH = f"""SELECT {KEPT},
       base * whole + (full_marks - base) * least(greatest(way, 0), whole) AS top, whole AS bottom, NULL AS error
FROM (SELECT *, sign(goal - start)::HUGEINT * (num * 1000000 - start * den) AS way, abs(goal - start) * den AS whole
      FROM judged_figures WHERE kind = 'proportional')"""


class ScoredProportional(ScoredRule[Proportional]):
    """See :class:`indicators.rules.proportional.Proportional`."""

    name = Proportional.name
    branches = (BRANCH,)
    columns: ClassVar[Columns] = {"base": HUGE, "start": HUGE}

    def write_row(self, part: ScoredPart) -> Row:
        """Where the line begins; it ends at the goal."""
        start = self.rule.start
        return {"base": part.worth(self.rule.base), "start": to_millionths(start.value) if start is not None else 0}

    def find_end(self, part: ScoredPart, gains: bool) -> int:
        """One end of the line or the other."""
        return part.full if gains else part.worth(self.rule.base)

    def make_formula(self, line: Line) -> Whole | None:
        """See :meth:`ScoredRule.make_formula`."""
        goal, rule = find_goal(line.target), self.rule
        if goal is None:
            return None
        end, start = Fraction(goal), Fraction(rule.start.value) if rule.start else Fraction(0)
        base = line.worth(rule.base)
        goals, marks = find_decimals(end, start), find_decimals(line.full, base)
        top, bottom = line.share()
        goal_cell, start_cell = line.put("goal", end, goals), number(0)
        if start:
            start_cell = line.put("start", start, goals)
        actual = top * number(goals)
        if end > start:
            way = actual - start_cell * bottom if start else actual
            whole = (goal_cell - start_cell if start else goal_cell) * bottom
        else:
            way = start_cell * bottom - actual
            whole = (start_cell - goal_cell) * bottom
        run = least(most(way, number(0)), whole)
        full = line.put("full", line.full, marks)
        earned = full * run
        if base:
            base_cell = line.put("base", base, marks)
            earned = base_cell * whole + (full - base_cell) * run
        return round_half_up(earned, whole * number(marks), line.units)
