"""A ladder: marks by the interval that the figure lies in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import ClassVar

import pyarrow as pa

from indicators.entries.intervals import Range
from indicators.rules.ladder import Ladder
from scoring.base.parts import ScoredPart, to_millionths
from scoring.base.relations import HUGE, Columns, Row
from scoring.base.whole import Test, Whole, both, choose, compare, number
from scoring.rules.branch import KEPT_OF_K
from scoring.rules.line import Line, find_decimals
from scoring.rules.rule import ScoredRule

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
