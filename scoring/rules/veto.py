"""A prohibition that decides over the total and has no marks of its own."""

from __future__ import annotations

from typing import ClassVar

import pyarrow as pa

from indicators.rules.veto import Veto
from scoring.base.parts import ScoredPart
from scoring.base.relations import Columns, Row
from scoring.rules.branch import KEPT
from scoring.rules.rule import ScoredRule

BRANCH = f"""SELECT {KEPT}, 0::HUGEINT AS top, 1::HUGEINT AS bottom, NULL AS error
FROM judged_figures WHERE kind = 'veto'"""


class ScoredVeto(ScoredRule[Veto]):
    """See :class:`indicators.rules.veto.Veto`."""

    name = Veto.name
    branches = (BRANCH,)
    #: ``zero``, or the best grade that is left.
    columns: ClassVar[Columns] = {"veto": pa.string()}
    holds_for_findings = True
    no_formula = "系统值"

    def write_row(self, part: ScoredPart) -> Row:
        """What it does to the total."""
        return {"veto": "zero" if self.rule.total is not None else self.rule.grade_at_most}

    def find_end(self, part: ScoredPart, gains: bool) -> int:
        """It has no marks."""
        return 0
