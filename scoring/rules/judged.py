"""Marks that an inspector gives, within a range or by levels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import ClassVar

from indicators.rules.judged import Judged
from scoring.base.parts import ScoredPart
from scoring.base.relations import HUGE, Columns, Row
from scoring.base.whole import Whole, number, round_half_up
from scoring.rules import levels
from scoring.rules.branch import KEPT
from scoring.rules.line import Line, SubLine
from scoring.rules.rule import ScoredRule

BRANCH = f"""SELECT {KEPT}, num * 1000000 AS top, den AS bottom,
       CASE WHEN lowest * 1000000 < low * den OR highest * 1000000 > high * den THEN 'outside_range' END AS error
FROM judged_figures WHERE kind = 'judged' AND NOT by_level"""


class ScoredJudged(ScoredRule[Judged]):
    """See :class:`indicators.rules.judged.Judged`."""

    name = Judged.name
    branches = (BRANCH, levels.BRANCH)
    columns: ClassVar[Columns] = {"low": HUGE, "high": HUGE, **levels.COLUMNS}
    relations: ClassVar[Mapping[str, Columns]] = levels.RELATIONS

    def write_row(self, part: ScoredPart) -> Row:
        """Within what marks may be given."""
        ends = self.rule.find_judged_range()
        low, high = (part.worth(end) for end in ends) if ends is not None else (None, None)
        return {"low": low, "high": high, "by_level": self.rule.levels is not None}

    def write_rows(self, part: ScoredPart) -> Iterator[tuple[str, Row]]:
        """What each level gives."""
        yield from levels.write_levels(self.rule.levels, part)

    def list_sub_lines(self, full: Fraction) -> tuple[SubLine, ...]:
        """A line for each level."""
        return levels.list_sub_lines(self.rule.levels, full)

    def make_formula(self, line: Line) -> Whole | None:
        """See :meth:`ScoredRule.make_formula`."""
        rule = self.rule
        if rule.levels is None:
            return round_half_up(line.figure("now"), line.figure("of"), line.units)
        counted, judges, marks = line.add_levels()
        return round_half_up(counted, judges * number(marks), line.units)
