"""Marks lost for every day late, or by two tiers: late and never done."""

from __future__ import annotations

from fractions import Fraction
from typing import ClassVar

from indicators.rules.late import Late
from scoring.base.parts import ScoredPart
from scoring.base.relations import HUGE, Columns, Row
from scoring.base.whole import Whole, cell, number
from scoring.rules.branch import KEPT
from scoring.rules.line import COLUMNS, Line, SubLine, find_decimals
from scoring.rules.rule import ScoredRule

BRANCH = f"""SELECT {KEPT},
       full_marks - least(cap, CASE WHEN each IS NOT NULL THEN days_low * each
                                    ELSE late * late_each + missing * missing_each END) AS top,
       1::HUGEINT AS bottom, NULL AS error
FROM judged_figures WHERE kind = 'late'"""


class ScoredLate(ScoredRule[Late]):
    """See :class:`indicators.rules.late.Late`."""

    name = Late.name
    branches = (BRANCH,)
    columns: ClassVar[Columns] = {"each": HUGE, "late_each": HUGE, "missing_each": HUGE, "cap": HUGE}
    ends_when_missing = True
    goes_by_days = True

    def write_row(self, part: ScoredPart) -> Row:
        """The cost of a day, or of the two tiers."""
        rule = self.rule
        costs = {"each": rule.per_day, "late_each": rule.late, "missing_each": rule.missing, "cap": rule.cap}
        return {name: part.worth(cost) if cost is not None else None for name, cost in costs.items()}

    def needs_days(self, part: ScoredPart) -> bool:
        """Tiers ask for no days."""
        return self.rule.per_day is not None

    def find_bounds(self, part: ScoredPart, members: int) -> tuple[int, int]:
        """No more is lost than the cap."""
        return part.full - part.worth(self.rule.cap), part.full

    def list_sub_lines(self, full: Fraction) -> tuple[SubLine, ...]:
        """The two tiers."""
        tiers = (("其中：逾期", "late", self.rule.late), ("其中：没有完成", "missing", self.rule.missing))
        return tuple(SubLine(title, key, each.share_of(full)) for title, key, each in tiers if each is not None)

    def make_formula(self, line: Line) -> Whole | None:
        """See :meth:`ScoredRule.make_formula`."""
        rule = self.rule
        cap = line.worth(rule.cap)
        if cap > line.full:
            return None
        if rule.per_day is not None:
            each = line.worth(rule.per_day)
            marks = find_decimals(line.full, cap, each)
            days = cell(f"{COLUMNS['now'][0]}{line.row}", 0, 1)
            line.scale = 1
            return line.take_off(days * line.put("each", each, marks), cap, number(1), marks)
        cost, _, marks = line.add_levels(cap)
        return line.take_off(cost, cap, number(1), marks)
