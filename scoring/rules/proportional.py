"""Marks in proportion to the way from a start to the target."""

from __future__ import annotations

from fractions import Fraction
from typing import ClassVar

from indicators.rules.proportional import Proportional, find_goal
from scoring.base.amounts import write_figure, write_marks
from scoring.base.arithmetic import Calculation, equate, write_marks_term
from scoring.base.parts import ScoredPart, to_millionths
from scoring.base.relations import HUGE, Columns, Row
from scoring.base.whole import Whole, least, most, number, round_half_up
from scoring.rules.branch import KEPT
from scoring.rules.case import Case, compare_figure
from scoring.rules.line import Line, find_decimals
from scoring.rules.reach import EnoughMarks, FigureSpan, turn_span
from scoring.rules.rule import ScoredRule
from scoring.rules.setting import Setting

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
        end, start = Fraction(goal), rule.start.exact if rule.start else Fraction(0)
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

    def calculate(self, case: Case) -> Calculation:
        """The line of the calculation."""
        line, goal = self.rule, find_goal(case.part.part.target)
        assert goal is not None
        base, start = case.worth(line.base), line.start.exact if line.start else Fraction(0)
        x, end = case.figure.actual, Fraction(goal)
        way = (x.value - start) / (end - start)
        if way >= 1:
            return case.finish(write_marks_term(case.full), [lambda: compare_figure(case)], "得 ")
        if way <= 0:

            def tell() -> str:
                shown = equate(x, case.percent, case.unit)
                return f"{shown}，没有好过起点 {case.goal_term(start).text}" if start else shown

            return case.finish(write_marks_term(base), [tell], "得 ")
        share = x
        if start:
            share = (x - case.goal_term(start)) / (case.goal_term(end) - case.goal_term(start))
        elif end != 1:
            share = x / case.goal_term(end)
        if not base:
            return case.finish(write_marks_term(case.full) * share)
        whole = write_marks_term(base) + (write_marks_term(case.full) - write_marks_term(base)) * share
        return case.finish(whole)

    def find_reach(self, case: Case, wanted: EnoughMarks) -> tuple[FigureSpan, ...]:
        """From the place on the line that is worth it."""
        line, goal = self.rule, find_goal(case.part.part.target)
        assert goal is not None
        base, start, end = (
            case.worth(line.base),
            line.start.exact if line.start else Fraction(0),
            Fraction(goal),
        )
        if base >= case.full or not wanted.is_met(case.full):
            return ()
        place = start + (wanted.least - base) / (case.full - base) * (end - start)
        span = (
            FigureSpan(low=place, low_in=not wanted.above)
            if end > start
            else FigureSpan(high=place, high_in=not wanted.above)
        )
        return (turn_span(case.figure, span),)

    def describe(self, setting: Setting) -> str:
        """How marks are given."""
        line, full, unit = self.rule, setting.full, setting.unit
        base = line.base.of(full)
        if line.start is None and not base and not setting.measure.chosen.looks_back:
            return f"达到目标得{write_marks(full)}；没有达到的，按实际占目标的比例得分"
        start = write_figure(line.start, unit) if line.start is not None else f"0{unit}"
        lowest = f"得{write_marks(base)}" if base else "不得分"
        return f"达到目标得{write_marks(full)}；在{start}或者比它更差的{lowest}；两者之间按比例得分"
