"""Marks lost for every day late, or by two tiers: late and never done."""

from __future__ import annotations

from typing import ClassVar

from indicators.rules.late import Late
from scoring.base.parts import ScoredPart
from scoring.base.relations import HUGE, Columns, Row
from scoring.rules.branch import KEPT
from scoring.rules.rule import ScoredRule

BRANCH = f"""SELECT {KEPT},
       full_marks - least(cap, CASE WHEN each IS NOT NULL THEN days_low * each
                                    ELSE late * late_each + missing * missing_each END) AS top,
       1::HUGEINT AS bottom, NULL AS error
FROM judged_figures WHERE kind = 'late'"""


class ScoredLate(ScoredRule[Late]):
    """See :class:`indicators.rules.late.Late`."""

    model = Late
    branches = (BRANCH,)
    columns: ClassVar[Columns] = {"each": HUGE, "late_each": HUGE, "missing_each": HUGE, "cap": HUGE}
    ends_when_missing = True

    def write_row(self, rule: Late, part: ScoredPart) -> Row:
        """The cost of a day, or of the two tiers."""
        costs = {"each": rule.per_day, "late_each": rule.late, "missing_each": rule.missing, "cap": rule.cap}
        return {name: part.worth(cost) if cost is not None else None for name, cost in costs.items()}

    def needs_days(self, rule: Late, part: ScoredPart) -> bool:
        """Tiers ask for no days."""
        return rule.per_day is not None

    def find_bounds(self, rule: Late, part: ScoredPart, members: int) -> tuple[int, int]:
        """No more is lost than the cap."""
        return part.full - part.worth(rule.cap), part.full


RULE = ScoredLate()
