"""What quotas make of the best and the worst grade, read from docs/pack-format.md (Ranges, step 5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Protocol

from tests.reference.ranges import Places
from tests.reference.results import Bounds
from tests.reference.rows import Setting
from tests.reference.totals import count_quota, list_downward, share_grades


class Chances(Protocol):
    """What is read of one unit on its way to bounds."""

    share_low: Fraction
    share_high: Fraction
    may_rank: bool
    must_rank: bool
    caps_perhaps: list[str]


def bound_quotas(
    setting: Setting, places: Places, sums: Mapping[str, Chances], bounds: dict[str, Bounds]
) -> dict[str, Bounds]:
    """The same bounds where nothing has a quota."""
    downward = list_downward(places.cohort)
    if not any(grade.quota for grade in downward):
        return bounds
    names = [grade.name for grade in downward]
    ranked = {unit: found for unit, found in sums.items() if found.may_rank}
    settled = not places.newcomers and all(
        found.must_rank
        and bounds[unit].rank_best == bounds[unit].rank_worst
        and bounds[unit].grade_best == bounds[unit].grade_worst
        for unit, found in ranked.items()
    )
    fewest = sum(found.must_rank for found in ranked.values())
    most = len(ranked) + places.newcomers
    capped = sum(bool(found.caps_perhaps) for found in ranked.values())
    policy = setting.pack.head.policy
    equal = "out_of_scope" not in (policy.not_applicable, policy.exempt)
    result = dict(bounds)
    for unit, found in ranked.items():
        bound = bounds[unit]
        if bound.grade_best is None or bound.grade_worst is None or bound.rank_best is None or not bound.rank_worst:
            continue
        best, worst = names.index(bound.grade_best), names.index(bound.grade_worst)
        level = places.newcomers + sum(other.share_high >= found.share_low for other in ranked.values())
        while worst < len(names) - 1 and (quota := downward[worst].quota) is not None:
            rank = bound.rank_worst if quota.ties == "all" else level
            if rank <= count_quota(downward[worst], fewest):
                break
            worst += 1
        if not best and equal and downward[0].quota and len(names) > 1:
            best += bound.rank_best - 1 - capped >= count_quota(downward[0], most)
        result[unit] = replace(bound, grade_best=names[best], grade_worst=names[worst])
    if settled:
        given = share_grades(
            places.cohort,
            {unit: bounds[unit].grade_best for unit in ranked},
            {unit: found.share_low for unit, found in ranked.items()},
        )
        return bounds | {
            unit: replace(bounds[unit], grade_best=given[unit], grade_worst=given[unit]) for unit in ranked
        }
    return result
