"""Where rounding the parts moved a grade or a place: the total that nothing was rounded for, beside the printed one.

The printed total stands: marks are rounded once, at the part, so that what is printed adds up. But forty items of 2.5
at 89.8 % are 89.80 and print 90.00; where such a total crosses the edge of a grade, or passes or meets another unit,
that is said. Each part brings its marks as a fraction, so all is exact. What a rule itself defines by printed numbers
(a figure made of other items' marks, a comparison at twelve decimals) stays as the rule says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from indicators.pack.grades import sort_grades
from indicators.pack.model import Cohort, Indicator, Pack
from scoring.base.amounts import is_finite, round_half_up, write_number, write_printed
from scoring.base.bands import find_standing, settle_quotas
from scoring.base.pots import settle_pot
from scoring.results.reckoning import Errors, Reckoner, Sheet, gather_sheets

if TYPE_CHECKING:
    from scoring.engine.run import Result

PLACES = 12


@dataclass(frozen=True)
class Moved:
    """The unrounded total of a unit in marks, and the place and grade that it would have."""

    total: Fraction
    rank: int | None
    grade: str | None

    def write(self, precision: int) -> str:
        """The total as a decimal that shows on which side of its printed value it lies."""
        if is_finite(self.total, precision):
            return write_printed(self.total, precision)
        if is_finite(self.total, PLACES):
            return write_number(self.total, PLACES)
        places, printed = precision + 2, round_half_up(self.total, precision)
        while places < PLACES and round_half_up(self.total, places) == printed:
            places += 1
        return write_number(self.total, places)


def find_moved(pack: Pack, result: Result) -> dict[tuple[str, str], Moved]:
    """By cohort and unit, those whose grade or place is another one than it would be unrounded."""
    sheets = gather_sheets(pack, result.items, find_errors(pack, result.parts))
    moved: dict[tuple[str, str], Moved] = {}
    for cohort in pack.head.cohorts:
        rows = result.totals.filter((pl.col("cohort") == cohort.id) & pl.col("total").is_not_null())
        exact = _total_exactly(pack, cohort, rows["unit"].to_list(), sheets)
        ranked = rows.filter(pl.col("rank").is_not_null()).select("unit", "full_points").iter_rows()
        shares = {unit: exact[unit] / int(full) for unit, full in ranked}
        places = _find_places(list(shares.values()))
        graded = rows.filter(pl.col("grade").is_not_null()).select("unit", "grade_cap").iter_rows()
        ranks = {unit: places[share] for unit, share in shares.items()}
        grades = _find_grades(cohort, {unit: (exact[unit] / 10**result.precision, cap) for unit, cap in graded}, ranks)
        for unit, *printed in rows.select("unit", "rank", "grade").iter_rows():
            rank, grade = ranks.get(unit), grades.get(unit)
            if [rank, grade] != printed:
                moved[(cohort.id, unit)] = Moved(exact[unit] / 10**result.precision, rank, grade)
    return moved


def find_errors(pack: Pack, parts: pl.DataFrame) -> Errors:
    """By how much items were rounded down (up, below zero), in units of the last decimal; the others are left out."""
    summed = [indicator.id for indicator in pack.indicators if indicator.combine == "sum"]
    errors = _find_pot_errors(pack, parts)
    rounded = parts.filter(
        pl.col("exact_top").is_not_null() & (pl.col("outcome") == "scored") & pl.col("indicator").is_in(summed)
    )
    columns = ("cohort", "unit", "indicator", "points", "exact_top", "exact_bottom")
    for cohort, unit, indicator, points, top, bottom in rounded.select(columns).iter_rows():
        key = (cohort, unit, indicator)
        errors[key] = errors.get(key, Fraction(0)) + Fraction(int(top), int(bottom)) - int(points)
    return errors


def _find_pot_errors(pack: Pack, parts: pl.DataFrame) -> Errors:
    """The same of items whose parts share a pot: what it would come to if no part had been rounded.

    A unit that is exempt has no marks in a comparison, though its figure is scored.
    """
    pots = {indicator.id: indicator for indicator in pack.indicators if indicator.pot is not None}
    own = parts.filter(pl.col("indicator").is_in(list(pots))).with_columns(
        place=pl.col("part") - pl.col("part").min().over("cohort", "indicator")
    )
    printed: dict[tuple[str, str, str], dict[int, Fraction]] = {}
    exact: dict[tuple[str, str, str], dict[int, Fraction]] = {}
    columns = ("cohort", "unit", "indicator", "place", "points", "exact_top", "exact_bottom", "reached")
    unit = 10**pack.head.precision
    void = set()
    for *key, place, points, top, bottom, reached in (
        own.filter((pl.col("outcome") == "scored") & pl.col("points").is_not_null()).select(columns).iter_rows()
    ):
        cohort, name, indicator = key
        if pots[indicator].parts[place].voids:
            void |= set() if reached else {(cohort, name, indicator)}
            continue
        marks = Fraction(int(points), unit)
        printed.setdefault((cohort, name, indicator), {})[place] = marks
        unrounded = marks if top is None else Fraction(int(top), int(bottom) * unit)
        exact.setdefault((cohort, name, indicator), {})[place] = unrounded
    return {
        key: unit * (_settle(pots[key[2]], key[0], exact[key]) - _settle(pots[key[2]], key[0], marks))
        for key, marks in printed.items()
        if key not in void and exact[key] != marks
    }


def _settle(indicator: Indicator, cohort: str, marks: Mapping[int, Fraction]) -> Fraction:
    return settle_pot(indicator, cohort, marks)[-1].value


def _total_exactly(
    pack: Pack, cohort: Cohort, units: list[str], sheets: Mapping[tuple[str, str], Sheet]
) -> dict[str, Fraction]:
    reckoner = Reckoner(pack, cohort)
    found = {unit: reckoner.add_up(sheets[(cohort.id, unit)], exact=True).total for unit in units}
    return {unit: Fraction(total) for unit, total in found.items() if total is not None}


def _find_places(shares: list[Fraction]) -> dict[Fraction, int]:
    """1 and as many more as are strictly better."""
    places: dict[Fraction, int] = {}
    for place, share in enumerate(sorted(shares, reverse=True), 1):
        places.setdefault(share, place)
    return places


def _find_grades(
    cohort: Cohort, totals: Mapping[str, tuple[Fraction, str | None]], ranks: Mapping[str, int]
) -> dict[str, str | None]:
    """By unit, of its total and what a veto leaves; quotas are for who is ranked."""
    names = [*(grade.name for grade in sort_grades(cohort.grades)), None]
    found = {unit: find_standing(cohort, total, cap) for unit, (total, cap) in totals.items()}
    among = [unit for unit in found if unit in ranks]
    standings, order = (np.array([by[unit] for unit in among], dtype=np.int64) for by in (found, ranks))
    found |= zip(among, settle_quotas(cohort, standings, order).tolist(), strict=True)
    return {unit: names[place] for unit, place in found.items()}
