"""A row of a result's totals, as documents and pages read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

#: How marks are held: as decimal texts, or as whole units of the last decimal.
Mark = TypeVar("Mark", str, int)


@dataclass(frozen=True, kw_only=True)
class Total(Generic[Mark]):
    """What a unit of a cohort has; the fields are those of ``result.v1``, which says what they mean.

    What a run of before it was kept does not hold has its value here.
    """

    cohort: str
    unit: str
    unit_name: str
    rank: int | None
    status: str
    total: Mark | None
    full: Mark | None
    low: Mark | None
    high: Mark | None
    rank_best: int | None = None
    rank_worst: int | None = None
    grade: str | None = None
    grade_best: str | None = None
    grade_worst: str | None = None
    widest: str | None = None
    widest_marks: Mark | None = None
    grade_cap: str | None = None
    zeroed: bool | None = None
    veto_open: bool | None = None
    earned: Mark | None = None
    applicable: Mark | None = None
    base: Mark | None = None
    bonus: Mark
    deduction: Mark
    known_share: str | None = None
    exact_total: str | None = None
    exact_rank: int | None = None
    exact_grade: str | None = None
