"""A figure that a decision table asks for, and that has no marks of its own."""

from __future__ import annotations

from fractions import Fraction

from indicators.rules.condition import AskedAlone
from scoring.base.arithmetic import Calculation, write_marks_term
from scoring.base.whole import Whole, choose
from scoring.rules.branch import KEPT
from scoring.rules.case import Case, compare_figure
from scoring.rules.goals import is_reached
from scoring.rules.line import Line
from scoring.rules.reach import EnoughMarks, FigureSpan, list_fulfilled
from scoring.rules.rule import ScoredRule
from scoring.rules.setting import Setting

BRANCH = f"""SELECT {KEPT}, CASE WHEN reached THEN full_marks ELSE 0 END AS top,
       1::HUGEINT AS bottom, NULL::VARCHAR AS error
FROM judged_figures WHERE kind = 'condition'"""


class ScoredAskedAlone(ScoredRule[AskedAlone]):
    """See :class:`indicators.rules.condition.AskedAlone`."""

    name = AskedAlone.name
    branches = (BRANCH,)

    def make_formula(self, line: Line) -> Whole | None:
        """What it stands for where its target is reached; without a target there is nothing to work out."""
        return choose(line.make_test(), line.put_full(), line.print_marks(Fraction(0))) if line.target else None

    def calculate(self, case: Case) -> Calculation:
        """The figure beside its target, if it has one."""
        reached = is_reached(case.part.part.target, case.figure) is not False
        return case.finish(
            write_marks_term(case.full if reached else Fraction(0)), [lambda: compare_figure(case)], "得 "
        )

    def find_reach(self, case: Case, wanted: EnoughMarks) -> tuple[FigureSpan, ...]:
        """Where the target is reached."""
        return list_fulfilled(case.part.part.target, case.figure) if wanted.is_met(case.full) else ()

    def describe(self, setting: Setting) -> str:
        """That it is asked for elsewhere."""
        return "只作判断的条件，本身不计分"

    def describe_next_step(self, case: Case, marks: Fraction) -> str | None:
        """Without a target there is nothing to reach; what its figure does is said by the table."""
        return "这一部分的数只作判定表的条件。" if case.part.part.target is None else None
