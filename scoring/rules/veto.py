"""A prohibition that decides over the total and has no marks of its own."""

from __future__ import annotations

from fractions import Fraction
from typing import ClassVar

import pyarrow as pa

from indicators.rules.veto import Veto
from scoring.base.arithmetic import Calculation, Words, write_marks_term
from scoring.base.parts import ScoredPart
from scoring.base.relations import Columns, Row
from scoring.rules.branch import KEPT
from scoring.rules.case import Case, compare_figure
from scoring.rules.goals import is_reached
from scoring.rules.rule import ScoredRule
from scoring.rules.setting import Setting

BRANCH = f"""SELECT {KEPT}, 0::HUGEINT AS top, 1::HUGEINT AS bottom, NULL AS error
FROM judged_figures WHERE kind = 'veto'"""


class ScoredVeto(ScoredRule[Veto]):
    """See :class:`indicators.rules.veto.Veto`."""

    name = Veto.name
    branches = (BRANCH,)
    #: ``zero``, or the best grade that is left.
    columns: ClassVar[Columns] = {"veto": pa.string()}
    holds_for_findings = True
    follows_figure = False
    no_formula = "系统值"

    def write_row(self, part: ScoredPart) -> Row:
        """What it does to the total."""
        return {"veto": "zero" if self.rule.total is not None else self.rule.grade_at_most}

    def find_end(self, part: ScoredPart, gains: bool) -> int:
        """It has no marks."""
        return 0

    def calculate(self, case: Case) -> Calculation:
        """The line of the calculation."""
        verdict = "触发否决" if is_reached(case.part.part.target, case.figure) is False else "不触发否决"
        before: list[Words] = [lambda: f"{compare_figure(case)}，{verdict}"]
        return case.finish(write_marks_term(Fraction(0)), before, "本项不计分：")

    def describe(self, setting: Setting) -> str:
        """How marks are given."""
        effect = "总分归零" if self.rule.total is not None else f"等次不得高于{self.rule.grade_at_most}"
        return f"本项不计分；没有达到目标的，{effect}"
