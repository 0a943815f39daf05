"""Marks in proportion to the way from a start to the target."""

from __future__ import annotations

from typing import ClassVar

from indicators.rules.proportional import Proportional
from scoring.base.parts import ScoredPart, to_millionths
from scoring.base.relations import HUGE, Columns, Row
from scoring.rules.branch import KEPT
from scoring.rules.rule import ScoredRule

# (num * 10**6 - start * den) / ((goal - start) * den), both made positive, clipped to 0..1
BRANCH = f"""SELECT {KEPT},
       base * whole + (full_marks - base) * least(greatest(way, 0), whole) AS top, whole AS bottom, NULL AS error
FROM (SELECT *, sign(goal - start)::HUGEINT * (num * 1000000 - start * den) AS way, abs(goal - start) * den AS whole
      FROM judged_figures WHERE kind = 'proportional')"""


class ScoredProportional(ScoredRule[Proportional]):
    """See :class:`indicators.rules.proportional.Proportional`."""

    model = Proportional
    branches = (BRANCH,)
    columns: ClassVar[Columns] = {"base": HUGE, "start": HUGE}

    def write_row(self, rule: Proportional, part: ScoredPart) -> Row:
        """Where the line begins; it ends at the goal."""
        return {"base": part.worth(rule.base), "start": to_millionths(rule.start.value) if rule.start else 0}

    def find_end(self, rule: Proportional, part: ScoredPart, gains: bool) -> int:
        """One end of the line or the other."""
        return part.full if gains else part.worth(rule.base)


RULE = ScoredProportional()
