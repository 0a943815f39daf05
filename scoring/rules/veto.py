"""A prohibition that decides over the total, or over a section, and has no marks of its own."""

from __future__ import annotations

from fractions import Fraction
from typing import ClassVar

import pyarrow as pa

from indicators.rules.veto import Veto
from scoring.base.arithmetic import Calculation, Words, write_marks_term
from scoring.base.effects import describe_effect, say_verdict
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
    #: ``zero``, the best grade that is left, or what is said of a section.
    columns: ClassVar[Columns] = {"veto": pa.string()}
    holds_for_findings = True
    follows_figure = False
    no_formula = "系统值"

    def write_row(self, part: ScoredPart) -> Row:
        """What it does to the total, or to a section."""
        return {"veto": self.rule.find_effect().code}

    def find_end(self, part: ScoredPart, gains: bool) -> int:
        """It has no marks."""
        return 0

    def calculate(self, case: Case) -> Calculation:
        """The line of the calculation."""
        struck = is_reached(case.part.part.target, case.figure) is False
        verdict = say_verdict(self.rule.find_effect(), struck)
        before: list[Words] = [lambda: f"{compare_figure(case)}，{verdict}"]
        return case.finish(write_marks_term(Fraction(0)), before, "本项不计分：")

    def describe(self, setting: Setting) -> str:
        """How marks are given."""
        return f"本项不计分；没有达到目标的，{describe_effect(self.rule.find_effect(), setting.pack)}"
