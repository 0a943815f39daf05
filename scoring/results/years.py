"""The same units in several years, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scoring.results.rises import Rise
from scoring.results.scores import Scores


@dataclass(frozen=True)
class Course:
    """A unit's total and rank in each year (None: it was not there); ``change`` of the total in the last one."""

    unit: str
    name: str
    years: tuple[tuple[int | None, int | None] | None, ...]
    change: int | None

    @property
    def rise(self) -> Rise | None:
        """From the year before the last to the last; None unless the unit is ranked in both."""
        (before, rank_before), (now, rank) = (year or (None, None) for year in self.years[-2:])
        if before is None or now is None or rank_before is None or rank is None:
            return None
        return Rise(self.name, now - before, rank_before - rank)


def list_years(years: Sequence[Scores]) -> list[Course]:
    """The units of one cohort, ``years`` from the oldest, in the order of the newest ranking; then those gone since."""
    names: dict[str, str] = {}
    found: list[dict[str, tuple[int | None, int | None]]] = []
    for scores in years:
        rows = scores.totals.select("unit", "unit_name", "total", "rank").rows()
        found.append({unit: (total, rank) for unit, _, total, rank in rows})
    for scores in reversed(years):
        for unit, name in scores.totals.select("unit", "unit_name").iter_rows():
            names.setdefault(unit, name)
    courses = []
    for unit, name in names.items():
        own = tuple(rows.get(unit) for rows in found)
        last = [year[0] if year is not None else None for year in own[-2:]]
        change = last[1] - last[0] if len(last) == 2 and last[0] is not None and last[1] is not None else None
        courses.append(Course(unit, name, own, change))
    return courses
