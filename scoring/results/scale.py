"""What marks of an item are worth in the scale of the unit's total (折合总分): rescaled, weighted and capped, exactly.

A total is worked out once with the item as it counts and once as it would count; the difference of the two is the
answer, rounded only where totals are rounded. The limits of a total and a veto are left out: marks of a unit whose
total stands at 0 because nothing is known yet are worth what they will be worth.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from indicators.pack.model import Pack
from scoring.results.scores import Scores

if TYPE_CHECKING:
    from scoring.engine.run import Result

_MILLION = 1_000_000
_OF_UNIT = ("cohort", "unit")


@dataclass(frozen=True)
class _Sums:
    """Of a unit: (earned, applicable) by review, what sections beyond the base count uncapped, and its full marks."""

    reviews: dict[str, tuple[int, int]]
    extras: dict[str, int]
    full: int


class Scale:
    """The totals of one result, ready to be worked out with other marks."""

    def __init__(self, pack: Pack, items: pl.DataFrame, totals: pl.DataFrame) -> None:
        """``items`` and ``totals`` have the columns of a :class:`scoring.results.scores.Scores`."""
        head = pack.head
        self._unit = 10**head.precision
        self._sections = {section.id: section for section in head.sections}
        self._weights = {
            cohort.id: {r.id: int(r.weight[cohort.id].value * _MILLION) for r in head.reviews if cohort.id in r.weight}
            or {"": _MILLION}
            for cohort in head.cohorts
        }
        self._sums = self._add_up(pack, items, totals)
        self._totals: dict[tuple[str, str], int] = {}

    def _add_up(self, pack: Pack, items: pl.DataFrame, totals: pl.DataFrame) -> dict[tuple[str, str], _Sums]:
        reviews = {section.id: section.review or "" for section in pack.head.sections}
        base: dict[tuple[str, str], dict[str, tuple[int, int]]] = {}
        extras: dict[tuple[str, str], dict[str, int]] = {}
        own = add_applying(pack, items).filter(pl.col("section_kind") == "base")
        own = own.with_columns(pl.col("section").replace_strict(reviews, return_dtype=pl.String).alias("review"))
        for cohort, unit, review, earned, applying in (
            own.group_by(*_OF_UNIT, "review").agg(pl.col("counted").sum(), pl.col("applies").sum()).iter_rows()
        ):
            base.setdefault((cohort, unit), {})[review] = (earned, applying)
        beyond = items.filter(pl.col("section_kind").is_in(["bonus", "deduction"]))
        for cohort, unit, section, counted in (
            beyond.group_by(*_OF_UNIT, "section").agg(pl.col("counted").sum()).iter_rows()
        ):
            extras.setdefault((cohort, unit), {})[section] = counted
        return {
            (cohort, unit): _Sums(base.get((cohort, unit), {}), extras.get((cohort, unit), {}), full)
            for cohort, unit, full in totals.select(*_OF_UNIT, "full").iter_rows()
        }

    def convert(self, cohort: str, unit: str, changes: Mapping[str, int]) -> int | None:
        """By how much the total would rise if sections counted so much more; None where it has no base.

        All are whole units of the last decimal.
        """
        sums = self._sums.get((cohort, unit))
        if sums is None or not any(applicable > 0 for _, applicable in sums.reviews.values()):
            return None
        if (now := self._totals.get((cohort, unit))) is None:
            now = self._totals[(cohort, unit)] = self._find_total(cohort, sums, {})
        return self._find_total(cohort, sums, changes) - now

    def tell_basis(self, cohort: str, unit: str, section: str) -> object:
        """All that :meth:`convert` goes by where this section alone changes: the same for the same answers."""
        sums = self._sums.get((cohort, unit))
        if sums is None or self._sections[section].kind == "base":
            return sums and (sums.reviews, sums.full)
        return sums.extras.get(section, 0), any(applicable > 0 for _, applicable in sums.reviews.values())

    def _find_total(self, cohort: str, sums: _Sums, changes: Mapping[str, int]) -> int:
        more: dict[str, int] = {}
        for section, change in changes.items():
            if self._sections[section].kind == "base":
                review = self._sections[section].review or ""
                more[review] = more.get(review, 0) + change
        weights, total = self._weights[cohort], 0
        applying = {review: found for review, found in sums.reviews.items() if found[1] > 0 and review in weights}
        together = sum(weights[review] for review in applying)
        for review, (earned, applicable) in applying.items():
            share = 2 * (earned + more.get(review, 0)) * weights[review] * sums.full + applicable * together
            # A review that weighs nothing alone has nothing to be divided by.
            total += share // (2 * applicable * together) if together else 0
        for name, extra in self._sections.items():
            if extra.kind in ("bonus", "deduction") and cohort in extra.cap:
                cap = int(extra.cap[cohort] * self._unit)
                total += max(-cap, min(cap, sums.extras.get(name, 0) + changes.get(name, 0)))
        return total


def measure_scores(pack: Pack, scores: Scores) -> Scale:
    """The scale of a stored run, or of a whole cohort of it: means of peers are of all."""
    return Scale(pack, scores.items, scores.totals)


def measure_result(pack: Pack, result: Result) -> Scale:
    """The scale of a result as the engine gives it."""
    renamed = {"counted": "counted_points", "applicable_marks": "applicable_points", "full_marks": "full_points"}
    return Scale(
        pack,
        result.items.select(
            *_OF_UNIT,
            *("indicator", "section", "section_kind", "outcome"),
            **{name: pl.col(column).cast(pl.Int64) for name, column in renamed.items()},
        ),
        result.totals.select(*_OF_UNIT, pl.col("full_points").cast(pl.Int64).alias("full")),
    )


def add_applying(pack: Pack, items: pl.DataFrame) -> pl.DataFrame:
    """The items with the column ``applies``: the marks out of which each counts, also where a policy credits it."""
    policy = {"exempt": pack.head.policy.exempt, "not_applicable": pack.head.policy.not_applicable}
    credits = [outcome for outcome, rule in policy.items() if rule in ("full", "peer_mean")]
    means = [outcome for outcome, rule in policy.items() if rule == "peer_mean"]
    # A mean is of those that are scored: where nobody is, there is none.
    scored = (pl.col("outcome") == "scored").any().over("cohort", "indicator")
    credited = pl.col("outcome").is_in(credits) & (~pl.col("outcome").is_in(means) | scored)
    return items.with_columns(pl.when(credited).then("full_marks").otherwise("applicable_marks").alias("applies"))
