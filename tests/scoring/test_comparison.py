"""Comparisons of the demo's runs: what a page shows adds up to what the run says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest

from data.store.workspace import open_workspace
from indicators.pack.model import Pack
from indicators.reader import load_pack
from scoring.office.upcoming import list_deadlines
from scoring.results.causes import DAY, PEERS, RULE, list_movements
from scoring.results.comparison import (
    Share,
    compare_indicator,
    compare_sections,
    draw_waterfall,
    find_next_grade,
    list_gaps,
    list_ranking,
    list_rises,
    measure_spread,
)
from scoring.results.losses import list_losses
from scoring.results.means import Mean
from scoring.results.rises import (
    LAST_YEAR,
    EarlierRuns,
    Rise,
    describe_extremes,
    find_earlier,
    find_extremes,
    name_earlier,
)
from scoring.results.scores import Scores, read_scores
from scoring.results.years import list_years
from scoring.runs.store import list_runs, open_stored_run


@pytest.fixture(scope="module")
def pack(demo: Path) -> Pack:
    return load_pack(demo / "pack")


@pytest.fixture(scope="module")
def runs(demo: Path, pack: Pack) -> dict[str, Scores]:
    workspace = open_workspace(demo)
    found = [read_scores(open_stored_run(workspace, run), pack) for run in list_runs(workspace)]
    return {f"{scores.year} {scores.as_of}": scores for scores in found}


@pytest.fixture(scope="module")
def newest(runs: dict[str, Scores]) -> Scores:
    return runs["2024 2025-04-10"]


def test_every_waterfall_ends_at_the_printed_total(pack: Pack, newest: Scores) -> None:
    for cohort in pack.head.cohorts:
        scores = newest.of_cohort(cohort.id)
        for unit, total in scores.totals.select("unit", "total").iter_rows():
            steps = draw_waterfall(pack, scores, unit)
            assert steps[-1].level == total
            assert steps[0].level + sum(step.change for step in steps) == total


def test_the_ranking_keeps_the_order_of_the_run_and_counts_changes_from_before(
    pack: Pack, runs: dict[str, Scores]
) -> None:
    newest, older, year = (
        runs[name].of_cohort("counties") for name in ("2024 2025-04-10", "2024 2025-03-10", "2023 2024-04-10")
    )
    rows = list_ranking(pack, newest, older, year)
    assert [row.unit for row in rows] == newest.totals["unit"].to_list()
    before = dict(year.totals.select("unit", "total").iter_rows())
    assert all(row.since_year == row.total - before[row.unit] for row in rows if row.total is not None)
    assert [row.since_run for row in list_ranking(pack, newest, None, None)] == [None] * len(rows)
    held = {row.unit_name: row.notes for row in rows}
    assert "暂不排名" in held["晋城经济技术开发区"]
    assert "一票否决：等次不高于良好" in held["陵川县"]


def test_who_fell_most_is_told_by_marks_on_every_page(pack: Pack, runs: dict[str, Scores]) -> None:
    newest, year = (runs[name].of_cohort("counties") for name in ("2024 2025-04-10", "2023 2024-04-10"))
    rises = list_rises(list_ranking(pack, newest, None, year))
    assert find_extremes(rises).worst == (min(rises, key=lambda rise: rise.marks),)
    assert sorted(map(str, rises)) == sorted(str(each.rise) for each in list_years([year, newest]) if each.rise)
    assert find_extremes([Rise("甲", -4, -3), Rise("乙", -520, 0), Rise("丙", -520, -1)]).worst == (
        Rise("丙", -520, -1),
    )
    assert describe_extremes([Rise("甲", 0, 1)], LAST_YEAR, 2) == ""
    ids = ["2022-20230410-a", "2023-20240410-b", "2023-20240501-c", "2024-20250310-d", "2024-20250410-e"]
    assert find_earlier(ids, "2024-20250410-e") == EarlierRuns("2024-20250310-d", "2023-20240501-c")
    assert find_earlier(ids, "2022-20230410-a") == EarlierRuns(None, None)
    assert [name_earlier(2024, year) for year in (2024, 2023, 2021)] == ["上次", "上年", "2021年度"]


def test_who_is_not_ranked_is_not_in_the_spread(newest: Scores) -> None:
    scores = newest.of_cohort("counties")
    spread = measure_spread(scores)
    ranked = scores.totals.filter(pl.col("rank").is_not_null())["total"].to_list()
    assert spread is not None and (spread.low, spread.high) == (min(ranked), max(ranked))
    assert spread.mean.number == len(ranked) < len(scores.totals)
    assert spread.mean.value == Fraction(sum(ranked), 100 * len(ranked))
    assert measure_spread(scores.of_units(frozenset())) is None


def test_sections_and_losses_add_up_to_the_items(pack: Pack, newest: Scores) -> None:
    scores = newest.of_cohort("counties")
    matrix = compare_sections(pack, scores)
    ranked = [unit for unit, rank in scores.totals.select("unit", "rank").iter_rows() if rank is not None]
    assert matrix.ranked == len(ranked) < len(matrix.units)
    for name, _, _ in matrix.sections:
        found = [matrix.cells[unit, name] for unit in ranked]
        assert matrix.means[name] == Share(sum(x.marks for x in found), sum(x.full for x in found), 0).per_mille
    for unit, _ in matrix.units:
        own = scores.items.filter((pl.col("unit") == unit) & (pl.col("section_kind") == "base"))
        base = [matrix.cells[unit, name] for name, _, kind in matrix.sections if kind == "base"]
        assert sum(share.marks for share in base) == own["counted"].sum()
        lost = sum(loss.lost for loss in list_losses(scores, unit) if pack.section(loss.section).kind == "base")
        inside = own.filter(~pl.col("outcome").is_in(["not_applicable", "exempt"]))
        assert lost == inside["applicable_marks"].sum() - inside["counted"].sum()


def test_an_open_item_has_no_rank_and_does_not_count_in_the_mean(newest: Scores) -> None:
    scores = newest.of_cohort("counties")
    rows = compare_indicator(scores, "4.lists")
    scored = [row for row in rows if row.outcome == "scored"]
    assert {row.rank for row in rows if row.outcome != "scored"} == {None}
    for row in scored:
        assert row.marks is not None
        assert row.rank == 1 + sum(other.marks > row.marks for other in scored if other.marks is not None)
        assert row.of == len(scored)


def test_an_items_mean_is_of_the_ranked_units_that_are_scored_there(newest: Scores) -> None:
    scores = newest.of_cohort("counties")
    ranked = set(scores.totals.filter(pl.col("rank").is_not_null())["unit"])
    moved = 0
    for indicator in scores.items["indicator"].unique():
        rows = compare_indicator(scores, indicator)
        known = [row.marks for row in rows if row.outcome == "scored" and row.unit in ranked and row.marks is not None]
        assert {row.mean for row in rows} == {
            Mean(Fraction(sum(known), 100 * len(known)), len(known)) if known else None
        }
        moved += len(known) < sum(row.outcome == "scored" for row in rows)
    assert moved, "who is not ranked is scored somewhere, and moves no mean"


def test_gaps_come_largest_first_and_leave_out_who_is_not_asked(newest: Scores) -> None:
    gaps = list_gaps(newest.of_cohort("counties"), ["yangcheng", "kaifaqu"])
    assert gaps == sorted(gaps, key=lambda gap: (-gap.gap, gap.indicator)) and gaps[0].gap > 0
    assert all(None not in gap.marks for gap in gaps)


def test_the_next_grade_is_reached_by_exactly_what_is_missing(pack: Pack) -> None:
    cohort = pack.head.cohorts[0]
    for total in range(0, 10_000, 7):
        grade = next(band.name for band in cohort.grades if band.holds(Decimal(total) / 100))
        better = find_next_grade(cohort, grade, total, 2)
        if better is None:
            continue
        band = next(band for band in cohort.grades if band.name == better.name)
        reached = Decimal(total + better.missing) / 100
        assert better.missing > 0 and band.holds(reached) and not band.holds(reached - Decimal("0.01"))
    assert find_next_grade(cohort, None, 5, 2) is None


def test_what_moved_names_the_inputs_that_changed(pack: Pack, runs: dict[str, Scores]) -> None:
    older, newer = runs["2024 2025-03-10"], runs["2024 2025-04-10"]
    moves = list_movements(older, newer, pack, pack)
    assert moves and all(move.causes == (DAY,) for move in moves)
    assert all(move.before != move.after for move in moves)
    first = moves[0]
    changed = tuple(
        item.model_copy(update={"strength": "weak"}) if item.id == first.indicator else item for item in pack.indicators
    )
    moved = list_movements(older, newer, pack, pack.model_copy(update={"indicators": changed}))
    assert next(move for move in moved if move.indicator == first.indicator).causes == (RULE, DAY)
    # A name alone is no rule.
    named = tuple(item.model_copy(update={"name": "改了名", "note": None}) for item in pack.indicators)
    renamed = list_movements(older, newer, pack, pack.model_copy(update={"indicators": named}))
    assert all(move.causes == (DAY,) for move in renamed)
    assert list_movements(newer, newer, pack, pack) == []
    same_day = list_movements(replace(older, as_of=newer.as_of), newer, pack, pack)
    assert {move.causes for move in same_day} == {(PEERS,)}


def test_new_data_of_a_unit_is_a_cause_for_that_unit_alone(pack: Pack, runs: dict[str, Scores]) -> None:
    older, newer = runs["2024 2025-03-10"], runs["2024 2025-04-10"]
    move = list_movements(older, newer, pack, pack)[0]
    dataset = pack.indicator(move.indicator).parts[0].measure.datasets()[0]
    batch = {"dataset": dataset, "parquet": "new.parquet", "live": [[move.unit, 2024]]}
    moves = list_movements(
        replace(older, as_of=newer.as_of), replace(newer, batches=(*newer.batches, batch)), pack, pack
    )
    touched = {found.unit for found in moves if found.indicator == move.indicator and "数据" in found.causes}
    assert touched == {move.unit}


def test_deadlines_name_who_is_still_asked_within_the_days(pack: Pack, newest: Scores) -> None:
    dues = list_deadlines(pack, newest, date(2025, 4, 10))
    assert any(due.day == date(2025, 4, 30) and "年度目录" in due.what for due in dues)
    assert all(date(2025, 4, 10) <= due.day <= date(2025, 6, 9) and due.units for due in dues)
    assert list_deadlines(pack, newest, date(2025, 5, 1), 5) == []
