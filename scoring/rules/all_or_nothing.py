"""The target or nothing."""

from __future__ import annotations

from typing import ClassVar

from indicators.rules.all_or_nothing import AllOrNothing
from scoring.base.amounts import write_marks
from scoring.base.arithmetic import Calculation, write_marks_term
from scoring.base.parts import ScoredPart
from scoring.base.relations import HUGE, Columns, Row
from scoring.base.whole import Whole, choose
from scoring.rules.branch import KEPT
from scoring.rules.case import Case, compare_figure
from scoring.rules.goals import is_reached
from scoring.rules.line import Line
from scoring.rules.reach import EnoughMarks, FigureSpan, list_fulfilled
from scoring.rules.rule import ScoredRule
from scoring.rules.setting import Setting, say_marks

BRANCH = f"""SELECT {KEPT}, CASE WHEN reached THEN full_marks ELSE otherwise END AS top,
       1::HUGEINT AS bottom, NULL::VARCHAR AS error
FROM judged_figures WHERE kind = 'all_or_nothing'"""


class ScoredAllOrNothing(ScoredRule[AllOrNothing]):
    """See :class:`indicators.rules.all_or_nothing.AllOrNothing`."""

    name = AllOrNothing.name
    branches = (BRANCH,)
    columns: ClassVar[Columns] = {"otherwise": HUGE}

    def write_row(self, part: ScoredPart) -> Row:
        """What is left without the target."""
        return {"otherwise": part.worth(self.rule.otherwise)}

    def find_end(self, part: ScoredPart, gains: bool) -> int:
        """A target that asks for more is reached; any other is missed."""
        return part.full if gains else part.worth(self.rule.otherwise)

    def make_formula(self, line: Line) -> Whole | None:
        """See :meth:`ScoredRule.make_formula`."""
        otherwise = line.worth(self.rule.otherwise)
        test = line.make_test()
        if otherwise:
            line.cells["base"] = otherwise
        return choose(test, line.put_full(), line.print_marks(otherwise))

    def calculate(self, case: Case) -> Calculation:
        """The line of the calculation."""
        reached = is_reached(case.part.part.target, case.figure)
        amount = case.full if reached else case.worth(self.rule.otherwise)
        return case.finish(write_marks_term(amount), [lambda: compare_figure(case)], "得 ")

    def find_reach(self, case: Case, wanted: EnoughMarks) -> tuple[FigureSpan, ...]:
        """Where the target is reached."""
        return list_fulfilled(case.part.part.target, case.figure) if wanted.is_met(case.full) else ()

    def describe(self, setting: Setting) -> str:
        """How marks are given."""
        return f"达到目标得{write_marks(setting.full)}，没有达到{say_marks(self.rule.otherwise, setting.full)}"
