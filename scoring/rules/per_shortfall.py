"""Marks lost for every step that the figure falls short of its target."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import ClassVar

import pyarrow as pa

from indicators.rules.per_shortfall import Beyond, PerShortfall
from scoring.base.amounts import write_marks
from scoring.base.arithmetic import Calculation, equate, write_marks_term
from scoring.base.parts import ScoredPart, to_millionths
from scoring.base.relations import HUGE, Columns, Row
from scoring.base.whole import Whole, choose, compare, least, most, number, round_half_up
from scoring.rules.branch import KEPT
from scoring.rules.calculation import deduct, measure_distance
from scoring.rules.case import Case, compare_figure
from scoring.rules.goals import find_shortfall
from scoring.rules.line import Line, find_decimals
from scoring.rules.reach import EnoughMarks, FigureSpan, turn_span
from scoring.rules.rule import ScoredRule
from scoring.rules.setting import Setting, counts_wholes, name_step, say_limit, say_partial
from scoring.rules.steps import allow_steps, count_steps, floor_steps, need_steps, write_cost

_cost, _unit = write_cost("greatest(-gap, 0)", "den", "per", "partial", "each")
_more, _more_unit = write_cost("greatest(gap, 0)", "den", "beyond_per", "beyond_partial", "beyond_each")
BRANCH = f"""SELECT {KEPT},
       CASE WHEN gap > 0 AND beyond_each IS NOT NULL
            THEN at_target * more_bottom + least(more_top, (full_marks - at_target) * more_bottom)
            ELSE greatest(at_target * cost_bottom - least(cost_top, cap * cost_bottom), 0) END AS top,
       CASE WHEN gap > 0 AND beyond_each IS NOT NULL THEN more_bottom ELSE cost_bottom END AS bottom, NULL AS error
FROM (SELECT *, {_cost} AS cost_top, {_unit} AS cost_bottom,
             coalesce({_more}, 0) AS more_top, coalesce({_more_unit}, 1) AS more_bottom
      FROM judged_figures WHERE kind = 'per_shortfall')"""


class ScoredPerShortfall(ScoredRule[PerShortfall]):
    """See :class:`indicators.rules.per_shortfall.PerShortfall`."""

    name = PerShortfall.name
    branches = (BRANCH,)
    columns: ClassVar[Columns] = {
        "each": HUGE,
        "per": HUGE,
        "partial": pa.string(),
        "cap": HUGE,
        "at_target": HUGE,
        "beyond_each": HUGE,
        "beyond_per": HUGE,
        "beyond_partial": pa.string(),
    }

    def write_row(self, part: ScoredPart) -> Row:
        """The size and the cost of a step on either side of the target."""
        beyond = self.rule.beyond
        return {
            "each": part.worth(self.rule.each),
            "per": to_millionths(self.rule.per.value),
            "partial": self.rule.partial,
            "cap": part.worth(self.rule.limit),
            "at_target": part.worth(self.rule.at_target),
            "beyond_each": part.worth(beyond.each) if beyond else None,
            "beyond_per": to_millionths(beyond.per.value) if beyond else None,
            "beyond_partial": beyond.partial if beyond else None,
        }

    def find_end(self, part: ScoredPart, gains: bool) -> int:
        """Far beyond the target, or so far short of it that the cap is reached."""
        at_target = part.worth(self.rule.at_target)
        if gains:
            return part.full if self.rule.beyond is not None and part.worth(self.rule.beyond.each) else at_target
        return max(0, at_target - part.worth(self.rule.limit)) if part.worth(self.rule.each) else at_target

    def make_formula(self, line: Line) -> Whole | None:
        """See :meth:`ScoredRule.make_formula`."""
        rule = self.rule
        way, goal = line.find_goal()
        at_target, each, per = line.worth(rule.at_target), line.worth(rule.each), rule.per.exact
        cap = min(line.worth(rule.cap), at_target) if rule.cap is not None else at_target
        beyond = rule.beyond
        more_each, more_per = (line.worth(beyond.each), beyond.per.exact) if beyond else (Fraction(0), Fraction(1))
        goals = find_decimals(goal, per, more_per)
        marks = find_decimals(line.full, at_target, each, cap, more_each)
        gap, bottom = line.find_gap(goals, line.put("goal", goal, goals), way)
        start = line.put("full", line.full, marks) if at_target == line.full else line.put("base", at_target, marks)
        cost, room = line.put("each", each, marks), line.put("cap", cap, marks) if cap != at_target else start
        size = line.put("per", per, goals) * bottom
        short = most(number(0) - gap, number(0))
        if rule.partial == "exact":
            result = round_half_up(start * size - least(short * cost, room * size), size * number(marks), line.units)
        else:
            steps = floor_steps(short, size, rule.partial)
            result = round_half_up(start - least(steps * cost, room), number(marks), line.units)
        if beyond is None:
            return result
        more_size = number(int(more_per * goals)) * bottom
        extra, rest = number(int(more_each * marks)), line.put("full", line.full, marks) - start
        over = most(gap, number(0))
        if beyond.partial == "exact":
            better = round_half_up(
                start * more_size + least(over * extra, rest * more_size), more_size * number(marks), line.units
            )
        else:
            steps = floor_steps(over, more_size, beyond.partial)
            better = round_half_up(start + least(steps * extra, rest), number(marks), line.units)
        return choose(compare(gap, ">", number(0)), better, result)

    def calculate(self, case: Case) -> Calculation:
        """The line of the calculation."""
        rule, target, x = self.rule, case.part.part.target, case.figure.actual
        assert target is not None
        way, goal = find_shortfall(target, x.value)
        at_target = case.worth(rule.at_target)
        cap = min(case.worth(rule.limit), at_target)
        per = case.goal_term(rule.per)
        distance = measure_distance(case, x, goal)
        gap = (x.value - goal) * way if way else -abs(x.value - goal)
        if gap >= 0:
            if rule.beyond is not None and gap > 0:
                size = case.goal_term(rule.beyond.per)
                steps, before = count_steps(distance, size, rule.beyond.partial, rule.beyond.per.exact == 1)
                extra = write_marks_term(case.worth(rule.beyond.each)) * steps
                room = case.full - at_target
                if extra.value > room:
                    return case.finish(
                        write_marks_term(case.full),
                        [*before, lambda: f"按超过的数应加 {equate(extra, unit='分')}，加满为止"],
                        "得 ",
                    )
                return case.finish(write_marks_term(at_target) + extra, before)
            return case.finish(write_marks_term(at_target), [lambda: compare_figure(case)], "得 ")
        steps, before = count_steps(distance, per, rule.partial, rule.per.exact == 1)
        return deduct(case, at_target, write_marks_term(case.worth(rule.each)) * steps, cap, before)

    def find_reach(self, case: Case, wanted: EnoughMarks) -> tuple[FigureSpan, ...]:
        """As near to the target as the cost allows, or as far beyond it as is wanted."""
        rule, target, at_target = self.rule, case.part.part.target, case.worth(self.rule.at_target)
        assert target is not None
        way, goal = find_shortfall(target, case.figure.actual.value)
        if wanted.is_met(at_target):
            each, beyond = case.worth(rule.each), Fraction(-1)
            if not each:
                return ()
            edge, closed = allow_steps(at_target - wanted.least, each, rule, wanted.above)
        else:
            each, beyond = case.worth(rule.beyond.each) if rule.beyond is not None else Fraction(0), Fraction(1)
            if rule.beyond is None or not each or not wanted.is_met(case.full):
                return ()
            edge, closed = need_steps(wanted.least - at_target, each, rule.beyond, wanted.above)
        low = FigureSpan(low=goal + beyond * edge, low_in=closed)
        high = FigureSpan(high=goal - beyond * edge, high_in=closed)
        both = FigureSpan(low.low, high.high, closed, closed)
        return (turn_span(case.figure, {1: low, -1: high, 0: both}[way]),)

    def describe(self, setting: Setting) -> str:
        """How marks are given."""
        rule, full, unit = self.rule, setting.full, setting.unit
        at_target = rule.at_target.of(full)
        partial = "" if counts_wholes(rule.per, unit) else say_partial(rule.partial, rule.per, unit)
        step, cost = name_step(rule.per, unit), write_marks(rule.each, full)
        limit = say_limit(rule.limit.of(full), at_target)
        text = f"达到目标得{write_marks(at_target)}，每差{step}扣{cost}{partial}，{limit}"
        return f"{text}；{_describe_beyond(rule.beyond, full, unit)}" if rule.beyond is not None else text


def _describe_beyond(beyond: Beyond, full: Decimal, unit: str) -> str:
    partial = "" if counts_wholes(beyond.per, unit) else say_partial(beyond.partial, beyond.per, unit)
    more = write_marks(beyond.each, full)
    return f"比目标每好{name_step(beyond.per, unit)}加{more}{partial}，最高得{write_marks(full)}"
