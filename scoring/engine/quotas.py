"""Quotas of grades: who has a grade by marks and stands beyond its quota has the next one, and what may come of it.

Everything is read from the finished totals, so that a pack without quotas asks nothing more of the engine.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from indicators.pack.grades import Quota, sort_grades
from indicators.pack.model import Cohort, Pack
from scoring.base.bands import has_quotas, settle_quotas
from scoring.base.calculator import fetch_frame
from scoring.base.connection import EngineConnection

# ``levelled``: the worst rank if whoever may be level with a unit's worst total counted as before it.
_CHANCES = """SELECT t.cohort, t.unit, t.sure_rank, t.levelled, t.may_be_capped, coalesce(c.arriving, 0) AS arriving
FROM total_ranges t
LEFT JOIN changing_cohorts c ON c.cohort = t.cohort"""


@dataclass(frozen=True)
class Chance:
    """What one unit may still come to; grades are places of :func:`sort_grades`, ``now`` is None without a rank."""

    unit: str
    now: int | None
    rank: int | None
    best: int
    worst: int
    rank_best: int
    rank_worst: int
    levelled: int
    sure_rank: bool
    may_be_capped: bool

    @property
    def is_settled(self) -> bool:
        """Whether rank, ties and grade by marks are what they are."""
        return self.sure_rank and self.rank_best == self.rank_worst and self.best == self.worst


def apply_quotas(connection: EngineConnection, pack: Pack, totals: pl.DataFrame) -> pl.DataFrame:
    """``totals`` with grades and their ranges as the quotas of the pack leave them."""
    limited = [cohort for cohort in pack.head.cohorts if has_quotas(cohort)]
    if not limited:
        return totals
    chances = totals.join(fetch_frame(connection, _CHANCES), on=["cohort", "unit"], how="left", maintain_order="left")
    said: dict[tuple[str, str], tuple[str | None, str | None, str | None]] = {}
    for cohort in limited:
        names = [*(grade.name for grade in sort_grades(cohort.grades)), None]
        own = chances.filter((pl.col("cohort") == cohort.id) & pl.col("rank_best").is_not_null())
        arriving = max(own.get_column("arriving").to_list(), default=0)
        equal = "out_of_scope" not in (pack.head.policy.not_applicable, pack.head.policy.exempt)
        for unit, places in _settle(cohort, _read(cohort, own), arriving, equal).items():
            now, best, worst = (None if place is None else names[place] for place in places)
            said[(cohort.id, unit)] = (now, best, worst)
    keys = list(totals.select("cohort", "unit").iter_rows())
    grades = list(totals.select("grade", "grade_best", "grade_worst").iter_rows())
    rows = [said.get(key, old) for key, old in zip(keys, grades, strict=True)]
    columns = {name: [row[place] for row in rows] for place, name in enumerate(("grade", "grade_best", "grade_worst"))}
    return totals.with_columns(pl.Series(name, values, pl.String) for name, values in columns.items())


def _read(cohort: Cohort, own: pl.DataFrame) -> list[Chance]:
    places = {grade.name: place for place, grade in enumerate(sort_grades(cohort.grades))}
    columns = ("unit", "grade", "rank", "grade_best", "grade_worst", "rank_best", "rank_worst", "levelled")
    return [
        Chance(
            unit,
            places.get(grade, -1) if rank is not None else None,
            rank,
            places.get(best, -1),
            places.get(worst, -1),
            first,
            last,
            levelled,
            sure,
            capped,
        )
        for unit, grade, rank, best, worst, first, last, levelled, sure, capped in own.select(
            *columns, "sure_rank", "may_be_capped"
        ).iter_rows()
    ]


def _settle(
    cohort: Cohort, chances: list[Chance], arriving: int, equal: bool
) -> dict[str, tuple[int | None, int, int]]:
    """By unit the place of the grade now, at best and at worst; ``equal``: nobody's full marks can change."""
    among = [chance for chance in chances if chance.now is not None]
    standings = np.array([chance.now for chance in among], dtype=np.int64)
    order = np.array([chance.rank for chance in among], dtype=np.int64)
    now: dict[str, int] = dict(
        zip((c.unit for c in among), settle_quotas(cohort, standings, order).tolist(), strict=True)
    )
    if not arriving and all(chance.is_settled for chance in chances):
        return {chance.unit: (now[chance.unit],) * 3 for chance in chances}
    field = _Field(cohort, chances, arriving, equal)
    return {
        chance.unit: (now.get(chance.unit), field.find_best(chance), field.find_worst(chance)) for chance in chances
    }


class _Field:
    """How many may and how many surely are ranked, and what quotas leave at least and at most."""

    def __init__(self, cohort: Cohort, chances: list[Chance], arriving: int, equal: bool) -> None:
        self.quotas: list[Quota | None] = [grade.quota for grade in sort_grades(cohort.grades)]
        self.fewest = sum(chance.sure_rank for chance in chances)
        self.most = len(chances) + arriving
        self.capped, self.equal = sum(chance.may_be_capped for chance in chances), equal

    def find_best(self, chance: Chance) -> int:
        """The next one where enough units are surely before it that have the best grade by marks as it has."""
        top = len(self.quotas) - 1
        quota = self.quotas[top]
        if quota is None or not self.equal or chance.best != top or not top:
            return chance.best
        before = chance.rank_best - 1 - self.capped
        return top - 1 if before >= quota.count_places(self.most) else top

    def find_worst(self, chance: Chance) -> int:
        """Down through quotas one below the other, as far as it is not surely within one."""
        place = chance.worst
        while place > 0 and (quota := self.quotas[place]) is not None:
            rank = chance.levelled if quota.ties == "none" else chance.rank_worst
            if rank <= quota.count_places(self.fewest):
                break
            place -= 1
        return place
