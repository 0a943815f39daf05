"""What is said beside a grade: whose marks reach a better one that is full."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from indicators.pack.grades import sort_grades
from indicators.pack.model import Pack
from scoring.base.bands import find_standing, has_quotas
from scoring.base.total import Mark, Total


def describe_full(row: Total[Mark], pack: Pack) -> str:
    """达到「优秀」分数线，名额已满: of a row of totals whose marks reach a better grade than it has; empty otherwise.

    ``total`` of the row is a decimal string or whole units of the last decimal.
    """
    cohort = next((entry for entry in pack.head.cohorts if entry.id == row.cohort), None)
    total, grade, cap = row.total, row.grade, row.grade_cap
    if cohort is None or total is None or grade is None or not has_quotas(cohort):
        return ""
    marks = Decimal(total) if isinstance(total, str) else Decimal(total).scaleb(-pack.head.precision)
    better = sort_grades(cohort.grades)[find_standing(cohort, Fraction(marks), cap)]
    if better.name == grade or better.by_rank:
        return ""
    return f"达到「{better.name}」分数线，名额已满"
