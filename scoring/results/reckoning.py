"""From the marks of items to a unit's total, once more and without SQL, by the pack's policies.

The engine's totals are compared with it before a run is kept; see docs/pack-format.md, Totals. Marks may be whole units
of the last decimal, as they are printed, or exact fractions of them: then nothing is rounded on the way either.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

import polars as pl

from indicators.pack.model import COUNTING, Cohort, Pack
from scoring.results.struck import list_struck

Marks = int | Fraction
OUTSIDE = ("not_applicable", "exempt")
_OPEN = ("pending", "conflict", "error")


class ReckonedItem(NamedTuple):
    """What a total is reckoned from: the columns of the engine's items that are read, in this order."""

    cohort: str
    unit: str
    indicator: str
    section: str
    outcome: str
    veto: str | None
    points: Decimal | int | None
    full_points: Decimal | int
    applicable_points: Decimal | int


@dataclass
class Sheet:
    """What the items of a unit come to, in units of the last decimal: by review and by section that adds or takes.

    ``removed`` is what left the table for good; ``zeroed`` says that a veto takes the whole total, and ``struck`` which
    sections count nothing.
    """

    earned: dict[str, Marks] = field(default_factory=dict)
    applicable: dict[str, int] = field(default_factory=dict)
    extras: dict[str, Marks] = field(default_factory=dict)
    removed: int = 0
    zeroed: bool = False
    struck: Collection[str] = ()


@dataclass(frozen=True)
class Sums:
    """The figures of a total, in units of the last decimal; ``base`` and ``total`` are None where nothing applies."""

    earned: Marks
    applicable: int
    full: int
    folded: Mapping[str, Marks]
    base: Marks | None
    bonus: Marks
    deduction: Marks
    total: Marks | None


class Reckoner:
    """Adds up for one cohort."""

    def __init__(self, pack: Pack, cohort: Cohort) -> None:
        self._policy, self._unit = pack.head.policy, 10**pack.head.precision
        self._full = int(cohort.full * self._unit)
        reviews = {review.id: review.weight[cohort.id] for review in pack.head.reviews if cohort.id in review.weight}
        self.weights = {name: Fraction(weight.value) for name, weight in reviews.items()} or {"": Fraction(1)}
        sections = pack.head.sections
        self._kinds = {section.id: section.kind for section in sections}
        self._reviews = {section.id: (section.review or "") if pack.head.reviews else "" for section in sections}
        self._lowest = {
            indicator.id: int(indicator.find_lowest(cohort.id) * self._unit)
            for indicator in pack.indicators
            if indicator.pot is not None and cohort.id in indicator.marks
        }
        self._caps = {s.id: int(s.cap[cohort.id] * self._unit) for s in sections if cohort.id in s.cap}

    def add(self, sheet: Sheet, item: ReckonedItem, marks: Marks | None, mean: Marks | None) -> None:
        """Add an item to a sheet: ``marks`` are its own where it is scored, ``mean`` those of the scored units."""
        kind, outcome, section = self._kinds[item.section], item.outcome, item.section
        applicable, full = int(item.applicable_points), int(item.full_points)
        if kind == "veto":
            sheet.zeroed = sheet.zeroed or item.veto == "zero"
        if kind not in COUNTING:
            return
        if kind != "base":
            lost = applicable if kind == "deduction" else 0
            least = -lost + self._lowest.get(item.indicator, 0)
            own = (marks or 0) - lost if outcome == "scored" else least if outcome in _OPEN else 0
            own = min(own, 0) if section in sheet.struck else own
            sheet.extras[section] = sheet.extras.get(section, 0) + own
            return
        policy = self._policy.exempt if outcome == "exempt" else self._policy.not_applicable
        earned: Marks = (marks or 0) if outcome == "scored" else 0
        if outcome in OUTSIDE and (policy == "full" or (policy == "peer_mean" and mean is not None)):
            earned, applicable = (full if policy == "full" else mean or 0), full
        elif policy == "out_of_scope":
            sheet.removed += full - applicable
        review = self._reviews[section]
        sheet.earned[review] = sheet.earned.get(review, 0) + (0 if section in sheet.struck else earned)
        sheet.applicable[review] = sheet.applicable.get(review, 0) + applicable

    def add_up(self, sheet: Sheet, *, exact: bool = False) -> Sums:
        """The figures of a sheet; ``exact`` rounds nothing."""
        full = self._full - sheet.removed
        taking = sum((weight for name, weight in self.weights.items() if sheet.applicable.get(name)), Fraction(0))
        folded: dict[str, Marks] = {}
        for name, weight in self.weights.items():
            if applicable := sheet.applicable.get(name):
                share = Fraction(sheet.earned.get(name, 0)) * weight * full / (applicable * taking)
                folded[name] = share if exact else round_units(share)
        base = sum(folded.values(), Fraction(0)) if folded else None
        limited = {name: self.limit_section(name, marks) for name, marks in sheet.extras.items()}
        bonus, deduction = (
            sum((marks for name, marks in limited.items() if self._kinds[name] == kind), Fraction(0))
            for kind in ("bonus", "deduction")
        )
        return Sums(
            sum(sheet.earned.values(), Fraction(0)),
            sum(sheet.applicable.values()),
            full,
            folded,
            base,
            bonus,
            deduction,
            None if base is None else Fraction(0) if sheet.zeroed else self._bound(base + bonus + deduction),
        )

    def limit_section(self, section: str, marks: Marks) -> Marks:
        """What of a section's marks counts in the total: no more, and no less, than its cap."""
        cap = self._caps.get(section)
        return marks if cap is None else max(min(marks, cap), -cap)

    def _bound(self, total: Marks) -> Marks:
        limits = self._policy.total
        total = total if limits.ceiling is None else min(total, self._count(limits.ceiling))
        return total if limits.floor is None else max(total, self._count(limits.floor))

    def _count(self, marks: Decimal) -> int:
        return int(marks * self._unit)


def round_units(value: Fraction) -> int:
    """Whole units, half up."""
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


#: By cohort, unit and indicator what an item's marks are more than they are printed, in units of the last decimal.
Errors = dict[tuple[str, str, str], Fraction]


def gather_sheets(pack: Pack, items: pl.DataFrame, errors: Errors | None = None) -> dict[tuple[str, str], Sheet]:
    """By cohort and unit what the marks of its items come to, before caps and rescaling.

    As they are printed, means rounded; with ``errors`` unrounded.
    """
    means, struck = _find_means(items, errors), list_struck(pack, items)
    reckoners = {cohort.id: Reckoner(pack, cohort) for cohort in pack.head.cohorts}
    sheets: dict[tuple[str, str], Sheet] = {}
    for row in map(ReckonedItem._make, items.select(ReckonedItem._fields).iter_rows()):
        cohort, unit, indicator = row.cohort, row.unit, row.indicator
        marks: Marks | None = None if row.points is None else int(row.points)
        if errors and marks is not None:
            marks += errors.get((cohort, unit, indicator), 0)
        mean = means.get((cohort, indicator))
        reckoners[cohort].add(
            sheets.setdefault((cohort, unit), Sheet(struck=struck.get((cohort, unit), ()))), row, marks, mean
        )
    return sheets


def _find_means(items: pl.DataFrame, errors: Errors | None) -> dict[tuple[str, str], Marks]:
    """The mean marks of the scored units by cohort and indicator."""
    scored = items.filter(pl.col("outcome") == "scored")
    lost: dict[tuple[str, str], Fraction] = {}
    if errors:
        for cohort, unit, indicator in scored.select("cohort", "unit", "indicator").iter_rows():
            if (error := errors.get((cohort, unit, indicator))) is not None:
                lost[(cohort, indicator)] = lost.get((cohort, indicator), Fraction(0)) + error
    means: dict[tuple[str, str], Marks] = {}
    sums = scored.group_by("cohort", "indicator").agg(pl.col("points").sum(), pl.len())
    for cohort, indicator, points, number in sums.iter_rows():
        mean = (int(points) + lost.get((cohort, indicator), Fraction(0))) / Fraction(number)
        means[(cohort, indicator)] = round_units(mean) if errors is None else mean
    return means
