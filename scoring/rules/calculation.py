"""Steps that the calculation lines of several kinds of marks have in common."""

from __future__ import annotations

from fractions import Fraction

from scoring.base.arithmetic import Calculation, Term, Words, equate, write_marks_term
from scoring.rules.case import Case


def deduct(case: Case, start: Fraction, cost: Term, cap: Fraction, before: list[Words]) -> Calculation:
    """``start`` less what it costs, or less the cap where it costs more."""
    if not cost.value:
        return case.finish(write_marks_term(start), [*before, "不扣分"], "得 ")
    if cost.value <= cap:
        return case.finish(write_marks_term(start) - cost, before)

    def tell() -> str:
        limit = "扣完为止" if cap == start else f"最多扣 {write_marks_term(cap).text}"
        return f"按次数应扣 {equate(cost, unit='分' if cost.level < 3 else '')}，{limit}"

    return case.finish(write_marks_term(start) - write_marks_term(cap), [*before, tell])


def measure_distance(case: Case, x: Term, goal: Fraction) -> Term:
    """How far the figure is from the goal, as a difference that is not negative."""
    edge = case.goal_term(goal)
    if not goal and x.value > 0:
        return x
    return edge - x if x.value < goal else x - edge
