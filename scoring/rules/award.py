"""Marks earned for every item, from nothing up to a cap."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import ClassVar

import pyarrow as pa

from indicators.entries.amounts import OPEN_TITLE, has_no_end
from indicators.rules.award import Award
from scoring.base.amounts import write_marks, write_printed
from scoring.base.arithmetic import Calculation, Term, Words, equate, write_marks_term, write_term
from scoring.base.parts import ScoredPart
from scoring.base.relations import HUGE, Columns, Row
from scoring.base.whole import Whole, least, most, number, round_half_up
from scoring.measures.registry import find_measure
from scoring.rules import levels
from scoring.rules.branch import KEPT, SHARES
from scoring.rules.case import Case
from scoring.rules.line import Line, SubLine, find_decimals
from scoring.rules.reach import EnoughMarks, FigureSpan, turn_span
from scoring.rules.rule import ScoredRule
from scoring.rules.setting import Setting

BRANCH = f"""SELECT {KEPT}, least(cap * below, each * counted) AS top, below AS bottom, NULL AS error
FROM (SELECT *,
             CASE WHEN beyond_target THEN greatest(gap, 0) WHEN {SHARES} THEN num ELSE greatest(num, 0) END AS counted,
             CASE WHEN beyond_target THEN den * 1000000 WHEN {SHARES} THEN 1 ELSE den END AS below
      FROM judged_figures WHERE kind = 'award' AND NOT by_level)"""


class ScoredAward(ScoredRule[Award]):
    """See :class:`indicators.rules.award.Award`."""

    name = Award.name
    goes_by_number = True
    branches = (BRANCH, levels.BRANCH)
    columns: ClassVar[Columns] = {"each": HUGE, "cap": HUGE, "beyond_target": pa.bool_(), **levels.COLUMNS}
    relations: ClassVar[Mapping[str, Columns]] = levels.RELATIONS

    def write_row(self, part: ScoredPart) -> Row:
        """What an item earns where there are no levels."""
        return {
            "each": part.worth(self.rule.each) if self.rule.each is not None else None,
            "cap": part.worth(self.rule.cap),
            "by_level": self.rule.levels is not None,
            "beyond_target": self.rule.beyond_target,
        }

    def write_rows(self, part: ScoredPart) -> Iterator[tuple[str, Row]]:
        """What each level earns."""
        yield from levels.write_levels(self.rule.levels, part)

    def find_end(self, part: ScoredPart, gains: bool) -> int:
        """The cap, if anything earns anything."""
        amounts = [self.rule.each] if self.rule.each is not None else list((self.rule.levels or {}).values())
        return part.worth(self.rule.cap) if any(part.worth(amount) for amount in amounts) else 0

    def list_sub_lines(self, full: Fraction) -> tuple[SubLine, ...]:
        """A line for each level."""
        return levels.list_sub_lines(self.rule.levels, full)

    def make_formula(self, line: Line) -> Whole | None:
        """See :meth:`ScoredRule.make_formula`."""
        rule = self.rule
        cap = line.worth(rule.cap)
        if rule.levels is not None:
            earned, _, marks = line.add_levels(cap)
            if has_no_end(cap):
                return round_half_up(earned, number(marks), line.units)
            return round_half_up(least(earned, line.put("cap", cap, marks)), number(marks), line.units)
        assert rule.each is not None
        each = line.worth(rule.each)
        marks = find_decimals(each, cap)
        shares = line.part.part.measure.chosen.counts_missed
        if rule.beyond_target:
            way, goal = line.find_goal()
            goals = find_decimals(goal)
            gap, bottom = line.find_gap(goals, line.put("goal", goal, goals), way)
            counted, below = most(gap, number(0)), bottom * number(goals)
        elif shares:
            counted, below = line.figure("now"), number(1)
        else:
            top, below = line.share()
            counted = most(top, number(0))
        earned = line.put("each", each, marks) * counted
        if not has_no_end(cap):
            room = line.put("cap", cap, marks)
            earned = least(earned, room if below.text == "1" else room * below)
        return round_half_up(earned, below * number(marks), line.units)

    def calculate(self, case: Case) -> Calculation:
        """The line of the calculation."""
        rule, figure = self.rule, case.figure
        cap = case.worth(rule.cap)
        before: list[Words] = []
        if rule.levels is not None:
            earned = levels.add_levels(case, rule.levels)
        else:
            assert rule.each is not None
            number = write_term(max(figure.now, Fraction(0)))
            if rule.beyond_target:
                number, before = _count_beyond(case)
            earned = write_marks_term(case.worth(rule.each)) * number
        if earned.value > cap:

            def tell() -> str:
                return f"按规则应得 {equate(earned, unit='分')}，最多得 {write_marks_term(cap).text}"

            return case.finish(write_marks_term(cap), [*before, tell], "得 ")
        if not earned.value:
            return case.finish(write_marks_term(Fraction(0)), [*before, "没有可以得分的"], "得 ")
        return case.finish(earned, before)

    def describe(self, setting: Setting) -> str:
        """How marks are given."""
        rule, full = self.rule, setting.full
        limit = OPEN_TITLE if has_no_end(full) else f"最多得{write_marks(rule.cap, full)}"
        if rule.each is None:
            earned = "、".join(f"{level}每条{write_marks(worth, full)}" for level, worth in (rule.levels or {}).items())
            return f"{levels.name_order(setting, '级别')}得分：{earned}，{limit}"
        what = find_measure(setting.measure).find_achievement()
        beyond = "只算超过目标的部分，" if rule.beyond_target else ""
        return f"{beyond}{what}得{write_marks(rule.each, full)}，{limit}"

    def describe_next_step(self, case: Case, marks: Fraction) -> str | None:
        """One of a level more, where marks go by level."""
        if self.rule.levels is None:
            return None
        worths = {level: case.worth(worth) for level, worth in self.rule.levels.items()}
        amounts = "、".join(f"{level} {write_printed(worth, case.precision)} 分" for level, worth in worths.items())
        cap = case.worth(self.rule.cap)
        limit = OPEN_TITLE if has_no_end(cap) else f"合计最多 {write_printed(cap, case.precision)} 分"
        return f"每增加 1 条可得：{amounts}，{limit}。"

    def find_reach(self, case: Case, wanted: EnoughMarks) -> tuple[FigureSpan, ...]:
        """From as many as earn it."""
        rule, target = self.rule, case.part.part.target
        each = case.worth(rule.each) if rule.each is not None else Fraction(0)
        if not each or not wanted.is_met(case.worth(rule.cap)):
            return ()
        span = FigureSpan(low=wanted.least / each, low_in=not wanted.above)
        if not rule.beyond_target:
            return (span,)
        assert target is not None and target.at_least is not None
        return (turn_span(case.figure, replace(span, low=target.at_least.exact + wanted.least / each)),)

    def find_way(self, case: Case) -> int:
        """More of whatever earns marks."""
        return 1


def _count_beyond(case: Case) -> tuple[Term, list[Words]]:
    target, x = case.part.part.target, case.figure.actual
    assert target is not None and target.at_least is not None
    goal = target.at_least.exact
    if x.value <= goal:
        return write_term(0), [lambda: f"{equate(x, case.percent)}，没有超过目标 {case.goal_term(goal).text}"]
    return x - case.goal_term(goal), [lambda: f"超过目标的数：{equate(x - case.goal_term(goal))}"]
