"""A ladder: marks by the interval that the figure lies in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import ClassVar

import pyarrow as pa

from indicators.entries.intervals import Range
from indicators.rules.ladder import Ladder, Step
from scoring.base.amounts import write_range
from scoring.base.arithmetic import Calculation, equate, write_marks_term
from scoring.base.parts import ScoredPart, to_millionths
from scoring.base.relations import HUGE, Columns, Row
from scoring.base.whole import Test, Whole, both, choose, compare, number
from scoring.rules.branch import KEPT_OF_K
from scoring.rules.case import Case, describe_lateness
from scoring.rules.line import Line, find_decimals
from scoring.rules.reach import EnoughMarks, FigureSpan, turn_span
from scoring.rules.rule import ScoredRule
from scoring.rules.setting import Setting, say_marks

BRANCH = f"""SELECT {KEPT_OF_K}, s.marks AS top, 1::HUGEINT AS bottom, NULL AS error
FROM judged_figures k
JOIN steps s ON s.part = k.part
 AND (s.low IS NULL OR k.num * 1000000 > s.low * k.den OR (s.low_included AND k.num * 1000000 = s.low * k.den))
 AND (s.high IS NULL OR k.num * 1000000 < s.high * k.den OR (s.high_included AND k.num * 1000000 = s.high * k.den))
WHERE k.kind = 'ladder'"""


class ScoredLadder(ScoredRule[Ladder]):
    """See :class:`indicators.rules.ladder.Ladder`."""

    name = Ladder.name
    branches = (BRANCH,)
    relations: ClassVar[Mapping[str, Columns]] = {
        "steps": {
            "low": HUGE,
            "low_included": pa.bool_(),
            "high": HUGE,
            "high_included": pa.bool_(),
            "marks": HUGE,
        }
    }

    def write_rows(self, part: ScoredPart) -> Iterator[tuple[str, Row]]:
        """The ends and the marks of each step."""
        yield from (("steps", {**_write_ends(step), "marks": part.worth(step.marks)}) for step in self.rule.steps)

    def needs_days(self, part: ScoredPart) -> bool:
        """The figure of a single date are its days late."""
        return part.part.measure.chosen.is_deadline

    def find_end(self, part: ScoredPart, gains: bool) -> int | None:
        """The highest step, unless marks rise and fall on the way there."""
        marks = list_rungs(self.rule, part)
        return marks[-1] if marks in (sorted(marks), sorted(marks, reverse=True)) else None

    def may_fall(self, part: ScoredPart) -> bool:
        """A step may be worth less than the one below."""
        return any(high < low for low, high in pairwise(list_rungs(self.rule, part)))

    def make_formula(self, line: Line) -> Whole | None:
        """See :meth:`ScoredRule.make_formula`."""
        steps = self.rule.steps
        ends = [Fraction(end[0]) for step in steps for end in (step.low, step.high) if end is not None]
        goals = find_decimals(*ends) if ends else 1
        top, bottom = line.share()
        result = line.print_marks(line.worth(steps[-1].marks))
        for step in reversed(steps[:-1]):
            test = _hold(step, top * number(goals), bottom, goals)
            marks = line.print_marks(line.worth(step.marks))
            result = marks if test is None else choose(test, marks, result)
        return result

    def calculate(self, case: Case) -> Calculation:
        """The line of the calculation."""
        step = next(step for step in self.rule.steps if _holds(step, case.figure.actual.value))

        def tell() -> str:
            if case.figure.is_deadline:
                return describe_lateness(case.figure)
            shown = equate(case.figure.actual, case.percent, case.unit)
            return f"{shown}，落在「{write_range(step, case.unit)}」这一档"

        return case.finish(write_marks_term(case.worth(step.marks)), [tell], "得 ")

    def find_reach(self, case: Case, wanted: EnoughMarks) -> tuple[FigureSpan, ...]:
        """The steps that are worth it."""
        enough = (step for step in self.rule.steps if wanted.is_met(case.worth(step.marks)))
        return tuple(turn_span(case.figure, _make_span(step)) for step in enough)

    def describe(self, setting: Setting) -> str:
        """How marks are given."""
        days, full = setting.measure.chosen.is_deadline, setting.full
        steps = [
            f"{_describe_days(step) if days else write_range(step, setting.unit)}{say_marks(step.marks, full)}"
            for step in self.rule.steps
        ]
        return "；".join(steps)

    def find_way(self, case: Case) -> int:
        """To the end of the ladder that is worth more."""
        low = next(step for step in self.rule.steps if step.low is None)
        high = next(step for step in self.rule.steps if step.high is None)
        gain = case.worth(high.marks) - case.worth(low.marks)
        return 1 if gain > 0 else -1 if gain < 0 else 0


def list_rungs(rule: Ladder, part: ScoredPart) -> list[int]:
    """The marks of the steps from the lowest to the highest."""
    steps = sorted(rule.steps, key=lambda step: (step.low is not None, step.low or ()))
    return [part.worth(step.marks) for step in steps]


def _write_ends(interval: Range) -> Row:
    low, high = interval.low, interval.high
    return {
        "low": to_millionths(low[0]) if low else None,
        "low_included": low[1] if low else None,
        "high": to_millionths(high[0]) if high else None,
        "high_included": high[1] if high else None,
    }


def _hold(step: Range, top: Whole, bottom: Whole, goals: int) -> Test | None:
    """Whether the figure lies in a step; None where every figure does."""

    def edge(end: Decimal) -> Whole:
        whole = int(Fraction(end) * goals)
        return number(whole) * bottom if whole else number(0)

    tests = []
    if step.low is not None:
        tests.append(compare(top, ">=" if step.low[1] else ">", edge(step.low[0])))
    if step.high is not None:
        tests.append(compare(top, "<=" if step.high[1] else "<", edge(step.high[0])))
    if not tests:
        return None
    return tests[0] if len(tests) == 1 else both(tests[0], tests[1])


def _make_span(step: Range) -> FigureSpan:
    low, high = (None if end is None else Fraction(end[0]) for end in (step.low, step.high))
    return FigureSpan(low, high, step.low is None or step.low[1], step.high is None or step.high[1])


def _describe_days(step: Step) -> str:
    """A step of a ladder over days late."""
    if step.low is None and step.high is not None and step.high[0] <= 0:
        return "按期完成的"
    if step.low is not None and step.low == (Decimal(0), False) and step.at_most is not None:
        return f"逾期{step.at_most}日以内（含）的"
    return f"逾期{write_range(step, '日')}的"


def _holds(step: Range, x: Fraction) -> bool:
    """Whether a fraction lies in the interval."""
    low, high = step.low, step.high
    return (low is None or x > low[0] or (low[1] and x == low[0])) and (
        high is None or x < high[0] or (high[1] and x == high[0])
    )
