"""The target or nothing."""

from __future__ import annotations

from typing import ClassVar

from indicators.rules.all_or_nothing import AllOrNothing
from scoring.base.parts import ScoredPart
from scoring.base.relations import HUGE, Columns, Row
from scoring.rules.branch import KEPT
from scoring.rules.rule import ScoredRule

BRANCH = f"""SELECT {KEPT}, CASE WHEN reached THEN full_marks ELSE otherwise END AS top,
       1::HUGEINT AS bottom, NULL::VARCHAR AS error
FROM judged_figures WHERE kind = 'all_or_nothing'"""


class ScoredAllOrNothing(ScoredRule[AllOrNothing]):
    """See :class:`indicators.rules.all_or_nothing.AllOrNothing`."""

    model = AllOrNothing
    branches = (BRANCH,)
    columns: ClassVar[Columns] = {"otherwise": HUGE}

    def write_row(self, rule: AllOrNothing, part: ScoredPart) -> Row:
        """What is left without the target."""
        return {"otherwise": part.worth(rule.otherwise)}

    def find_end(self, rule: AllOrNothing, part: ScoredPart, gains: bool) -> int:
        """A target that asks for more is reached; any other is missed."""
        return part.full if gains else part.worth(rule.otherwise)


RULE = ScoredAllOrNothing()
