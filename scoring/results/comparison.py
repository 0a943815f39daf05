"""Units beside units: ranking with changes, sections as a matrix, one indicator across all, gaps, losses, grades.

Pure functions of stored runs. Whoever may see only some units gets rows of those alone; means and ranks are of all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from indicators.pack.grades import sort_grades
from indicators.pack.model import COUNTING, Cohort, Pack
from scoring.base.item import ResultItem
from scoring.base.total import Total
from scoring.results.differences import compare_standings
from scoring.results.losses import OUTSIDE, list_losses
from scoring.results.means import Mean, find_mean, list_ranked
from scoring.results.rises import Rise
from scoring.results.scores import Scores
from scoring.wording.totals import describe_total

#: A cell of the matrix stands out where its share of full marks is this far from the group's, in per cent points.
FAR = 10


@dataclass(frozen=True, kw_only=True)
class Ranked(Total[int]):
    """A line of the ranking. The changes are None where the unit was not there or had no total or rank."""

    notes: str
    since_run: int | None
    since_year: int | None
    rank_since_run: int | None
    rank_since_year: int | None


def list_ranking(pack: Pack, scores: Scores, last_run: Scores | None, last_year: Scores | None) -> list[Ranked]:
    """The lines of one cohort's ``scores`` in their order, with changes of total and rank (a rise is positive)."""
    outside = _count_outside(scores)
    earlier = [_compare(last_run, scores), _compare(last_year, scores)]
    rows = []
    for row in scores.list_totals():
        marks, places = zip(*(side.get(row.unit, _NOWHERE) for side in earlier), strict=True)
        rows.append(
            Ranked(
                **vars(row),
                notes=describe_total(row, pack, outside.get(row.unit, 0)),
                since_run=marks[0],
                since_year=marks[1],
                rank_since_run=places[0],
                rank_since_year=places[1],
            )
        )
    return rows


def list_rises(rows: Iterable[Ranked]) -> list[Rise]:
    """How the units that are ranked now and were ranked the year before rose since then."""
    return [
        Rise(row.unit_name, row.since_year, row.rank_since_year)
        for row in rows
        if row.since_year is not None and row.rank_since_year is not None
    ]


def _count_outside(scores: Scores) -> dict[str, int]:
    found = scores.items.filter(pl.col("outcome").is_in(OUTSIDE)).group_by("unit").len()
    return dict(found.iter_rows())


_Rise = tuple[int | None, int | None]
_NOWHERE: _Rise = (None, None)


def _compare(earlier: Scores | None, scores: Scores) -> dict[str, _Rise]:
    """By unit how many marks and places it rose; marks are None where these decimals do not hold the difference."""
    if earlier is None:
        return {}
    grain = 10 ** max(0, earlier.precision - scores.precision)
    return {
        each.unit: (None if each.marks is None or each.marks % grain else each.marks // grain, each.places)
        for each in compare_standings(earlier, scores)
    }


@dataclass(frozen=True)
class Spread:
    """Of the totals of a cohort's ranked units: the lowest, the mean and the highest."""

    low: int
    mean: Mean
    high: int


def measure_spread(scores: Scores) -> Spread | None:
    """The spread of the ranked units' totals; None where nobody is ranked."""
    ranked = find_ranked(scores)
    found = {unit: total for unit, total in scores.totals.select("unit", "total").iter_rows() if unit in ranked}
    mean = average_marks(scores, found)
    return None if mean is None else Spread(min(found.values()), mean, max(found.values()))


def find_ranked(scores: Scores) -> frozenset[str]:
    """The units of one cohort that have a rank."""
    return list_ranked(scores.list_totals())


def average_marks(scores: Scores, points: Mapping[str, int]) -> Mean | None:
    """The mean of marks by unit of one cohort, given in whole units of the last decimal."""
    return find_mean(points, find_ranked(scores), 10**scores.precision)


def count_bands(scores: Scores, cohort: Cohort) -> list[tuple[str, int]]:
    """How many units have each grade, the best first, and how many none."""
    counts = dict(scores.totals.group_by("grade").len().iter_rows())
    bands = [(grade.name, counts.get(grade.name, 0)) for grade in reversed(sort_grades(cohort.grades))]
    return [*bands, ("未定等次", counts[None])] if counts.get(None) else bands


@dataclass(frozen=True)
class NextGrade:
    """The next better grade, and by how much the total falls short of it."""

    name: str
    missing: int


def find_next_grade(cohort: Cohort, grade: str | None, total: int | None, precision: int) -> NextGrade | None:
    """What is missing to the next better grade; None at the top, without a total or where there are no grades."""
    if total is None or grade is None:
        return None
    unit = 10**precision
    for better in sort_grades(cohort.grades):
        if better.low is None:
            continue
        bound, included = better.low
        needed = -int(-(bound * unit) // 1) if included else int(bound * unit // 1) + 1
        if total < needed:
            return NextGrade(better.name, needed - total)
    return None


@dataclass(frozen=True)
class Share:
    """What a unit has of a section: marks now, marks that apply, and those among them that are still open."""

    marks: int
    full: int
    open: int

    @property
    def per_mille(self) -> int | None:
        """Marks in thousandths of what applies, rounded half up; None where nothing applies."""
        return None if self.full <= 0 else (2000 * self.marks + self.full) // (2 * self.full)


@dataclass(frozen=True)
class Matrix:
    """Units by sections of one cohort: ``cells`` by (unit, section).

    ``means``: by section the share in thousandths of the ``ranked`` units together, how many they are.
    """

    units: tuple[tuple[str, str], ...]
    sections: tuple[tuple[str, str, str], ...]
    cells: Mapping[tuple[str, str], Share]
    means: Mapping[str, int | None]
    ranked: int


def compare_sections(pack: Pack, scores: Scores) -> Matrix:
    """The matrix of one cohort, in the order of its ranking and of the table."""
    open_marks = (
        pl.when(pl.col("outcome").is_in(["pending", "conflict", "error"])).then("applicable_marks").otherwise(0)
    )
    sums = scores.items.group_by("unit", "section").agg(
        pl.col("counted").sum(), pl.col("applicable_marks").sum(), open_marks.sum().alias("open")
    )
    cells = {
        (unit, section): Share(marks, full, still)
        for unit, section, marks, full, still in sums.select(
            "unit", "section", "counted", "applicable_marks", "open"
        ).iter_rows()
    }
    ranked = find_ranked(scores)
    whole = {
        section: Share(marks, full, 0).per_mille
        for section, marks, full in sums.filter(pl.col("unit").is_in(list(ranked)))
        .group_by("section")
        .agg(pl.col("counted", "applicable_marks").sum())
        .iter_rows()
    }
    known = set(sums["section"].unique())
    sections = tuple((s.id, s.title, s.kind) for s in pack.head.sections if s.id in known and s.counts)
    means = {section: whole.get(section) for section, _, _ in sections}
    units = tuple(scores.totals.select("unit", "unit_name").iter_rows())
    return Matrix(units, sections, cells, means, len(ranked))


@dataclass(frozen=True)
class PeerResult:
    """An indicator of one unit among its group: the rank is by marks among all ``of`` scored units, 1 the best."""

    unit: str
    name: str
    outcome: str
    marks: int | None
    full: int | None
    mean: Mean | None
    rank: int | None
    of: int


def compare_indicator(scores: Scores, indicator: str) -> list[PeerResult]:
    """One indicator across a cohort, in the order of the ranking; ties share a rank."""
    items = {item.unit: item for item in scores.list_items(indicator=indicator)}
    own = {unit: item.marks for unit, item in items.items() if item.outcome == "scored" and item.marks is not None}
    scored, mean = sorted(own.values(), reverse=True), average_marks(scores, own)
    # Many units share few marks: the place of each mark is looked for once.
    places = {marks: number for number, marks in reversed(list(enumerate(scored, 1)))}
    return [
        PeerResult(
            unit,
            name,
            items[unit].outcome,
            items[unit].marks,
            items[unit].applicable_marks if items[unit].section_kind != "deduction" else 0,
            mean,
            places[own[unit]] if unit in own else None,
            len(scored),
        )
        for unit, name in scores.totals.select("unit", "unit_name").iter_rows()
        if unit in items
    ]


@dataclass(frozen=True)
class Gap:
    """An indicator of several units: what each counts now (None: not in its table), and best minus worst."""

    indicator: str
    name: str
    marks: tuple[int | None, ...]
    gap: int


def list_gaps(scores: Scores, units: Sequence[str]) -> list[Gap]:
    """The indicators of one cohort in which the units differ, the largest gap first."""
    items: dict[str, dict[str, ResultItem[int]]] = {}
    for item in scores.of_units(frozenset(units)).list_items():
        items.setdefault(item.indicator, {})[item.unit] = item
    gaps = []
    for indicator, own in items.items():
        marks = tuple(_counted(own.get(unit)) for unit in units)
        known = [value for value in marks if value is not None]
        if len(known) > 1 and max(known) > min(known):
            name = next(iter(own.values())).indicator_name
            gaps.append(Gap(indicator, name, marks, max(known) - min(known)))
    return sorted(gaps, key=lambda gap: (-gap.gap, gap.indicator))


def _counted(item: ResultItem[int] | None) -> int | None:
    if item is None or item.outcome in OUTSIDE or item.section_kind not in COUNTING:
        return None
    return item.counted


@dataclass(frozen=True)
class StepDown:
    """A bar of the waterfall, from one level to the next; ``kind`` is start, change or end."""

    title: str
    kind: str
    change: int
    level: int


def draw_waterfall(pack: Pack, scores: Scores, unit: str) -> list[StepDown]:
    """From full marks to the total of a unit in one cohort; what the steps add up to is the printed total.

    Rescaling, weighting, caps, limits and a veto are steps of their own, so that nothing is hidden.
    """
    total = next(row for row in scores.list_totals() if row.unit == unit)
    level = total.full or 0
    steps = [StepDown("满分", "start", 0, level)]
    if total.base is None:
        return steps

    def add(title: str, change: int) -> None:
        nonlocal level
        if change:
            level += change
            steps.append(StepDown(title, "change", change, level))

    titles = {section.id: section.title for section in pack.head.sections}
    lost: dict[str, int] = {}
    for loss in list_losses(scores, unit):
        if pack.section(loss.section).kind == "base":
            lost[loss.section] = lost.get(loss.section, 0) + loss.lost
    for section, title in titles.items():
        add(title, -lost.get(section, 0))
    add("折算和加权", total.base - level)
    add("加分", total.bonus)
    add("扣分", total.deduction)
    if total.total is not None:
        add("一票否决" if total.zeroed else "上下限", total.total - level)
    steps.append(StepDown("总分", "end", 0, level))
    return steps
