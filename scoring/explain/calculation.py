"""The marks that a figure gets by its rule, step by step."""

from __future__ import annotations

from fractions import Fraction

from scoring.base.arithmetic import Calculation, write_marks_term
from scoring.rules.case import Case
from scoring.rules.registry import find_rule


def calculate(case: Case) -> Calculation:
    """The marks of a part by its rule, or as a year before of zero settles them."""
    if case.forced is None:
        return find_rule(case.part.part.marks).calculate(case)
    still = case.forced == "full"
    words = f"上年度为 0，本年度{'仍' if still else '不'}为 0，按规则算{'' if still else '没有'}达到"
    return case.finish(write_marks_term(case.full if still else Fraction(0)), [words], "得 ")
