"""The grade of a total: its band, what a veto leaves, and what a quota lets in.

Places count from the lowest grade, which is 0; -1 is none.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import numpy.typing as npt

from indicators.entries.intervals import Range
from indicators.pack.grades import sort_grades
from indicators.pack.model import Cohort

Whole = npt.NDArray[np.int64]


def has_quotas(cohort: Cohort) -> bool:
    """Whether some grade of the cohort has a quota."""
    return any(grade.quota is not None for grade in cohort.grades)


def find_standing(cohort: Cohort, total: Fraction, cap: str | None) -> int:
    """The place of the band that holds the total, or of the grade ``cap`` that a veto leaves where that is lower."""
    ordered = sort_grades(cohort.grades)
    held = next((place for place, grade in enumerate(ordered) if _holds(grade, total)), -1)
    return min(held, next((place for place, grade in enumerate(ordered) if grade.name == cap), len(ordered)))


def _holds(band: Range, total: Fraction) -> bool:
    low, high = band.low, band.high
    return (low is None or total > Fraction(low[0]) or (low[1] and total == Fraction(low[0]))) and (
        high is None or total < Fraction(high[0]) or (high[1] and total == Fraction(high[0]))
    )


def settle_quotas(cohort: Cohort, standings: Whole, order: npt.NDArray[np.signedinteger]) -> Whole:
    """Places of grades after all quotas, from the best grade down: who stands beyond one has the next grade.

    Ranked units along the last axis. ``standings`` are places by marks, ``order`` is less for the better rank and
    equal for equal ranks.
    """
    found, grades, number = standings.copy(), sort_grades(cohort.grades), standings.shape[-1]
    last = np.iinfo(order.dtype).max
    for place in range(len(grades) - 1, 0, -1):
        quota = grades[place].quota
        if quota is None or (places := quota.count_places(number)) >= number:
            continue
        asking = found == place
        keys = np.where(asking, order, last)
        lined = np.sort(keys, axis=-1)
        if quota.ties == "none":
            inside = keys < lined[..., places : places + 1]
        elif places:
            inside = keys <= lined[..., places - 1 : places]
        else:
            inside = np.zeros_like(asking)
        found[asking & ~inside] = place - 1
    return found
