"""Marks earned for every item, from nothing up to a cap."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import ClassVar

import pyarrow as pa

from indicators.rules.award import Award
from scoring.base.parts import ScoredPart
from scoring.base.relations import HUGE, Columns, Row
from scoring.base.whole import Whole, least, most, number, round_half_up
from scoring.rules import levels
from scoring.rules.branch import KEPT, SHARES
from scoring.rules.line import Line, SubLine, find_decimals
from scoring.rules.rule import ScoredRule

BRANCH = f"""SELECT {KEPT}, least(cap * below, each * counted) AS top, below AS bottom, NULL AS error
FROM (SELECT *,
             CASE WHEN beyond_target THEN greatest(gap, 0) WHEN {SHARES} THEN num ELSE greatest(num, 0) END AS counted,
             CASE WHEN beyond_target THEN den * 1000000 WHEN {SHARES} THEN 1 ELSE den END AS below
      FROM judged_figures WHERE kind = 'award' AND NOT by_level)"""


class ScoredAward(ScoredRule[Award]):
    """See :class:`indicators.rules.award.Award`."""

    name = Award.name
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
            return round_half_up(least(earned, line.put("cap", cap, marks)), number(marks), line.units)
        assert rule.each is not None
        each = line.worth(rule.each)
        marks = find_decimals(each, cap)
        shares = line.part.part.measure.chosen.figure in ("share_of_people", "date_each")
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
        room = line.put("cap", cap, marks)
        earned = least(line.put("each", each, marks) * counted, room if below.text == "1" else room * below)
        return round_half_up(earned, below * number(marks), line.units)
