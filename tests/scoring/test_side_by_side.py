"""What stands beside marks on the pages: figures, progress, years, self-given marks, deadlines; of the demo's runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from data.intake.self_marks import read_self_marks
from data.ledger.ledger import open_ledger
from data.ledger.rows import FindingRow, RectificationRow
from data.runs.folder import RunFolder
from data.store.workspace import open_workspace
from indicators.pack.model import Pack
from indicators.reader import load_pack
from scoring.explain.stored import open_explanations
from scoring.explain.values import compare_values
from scoring.office.progress import list_progress
from scoring.office.self_marks import compare_self_marks
from scoring.office.upcoming import list_ledger_dues
from scoring.results.means import Mean
from scoring.results.scores import Scores, read_parts, read_scores
from scoring.results.years import list_years
from scoring.runs.store import list_runs, open_stored_run


@pytest.fixture(scope="module")
def pack(demo: Path) -> Pack:
    return load_pack(demo / "pack")


@pytest.fixture(scope="module")
def folder(demo: Path) -> RunFolder:
    workspace = open_workspace(demo)
    return open_stored_run(workspace, max(list_runs(workspace)))


@pytest.fixture(scope="module")
def scores(folder: RunFolder, pack: Pack) -> Scores:
    return read_scores(folder, pack).of_cohort("counties")


@pytest.fixture(scope="module")
def parts(folder: RunFolder) -> pl.DataFrame:
    return read_parts(folder)


def find_values(pack: Pack, scores: Scores, parts: pl.DataFrame, indicator: str) -> Any:
    return compare_values(pack, parts, scores, indicator)


@pytest.mark.parametrize(
    "indicator", ["35.reconsideration-training", "21.appearance", "4.one-lead", "11.catalogue", "35.lectures"]
)
def test_a_value_is_one_of_the_figures_of_the_explanation(
    pack: Pack, scores: Scores, parts: pl.DataFrame, folder: RunFolder, indicator: str
) -> None:
    stored = open_explanations(folder.path, folder)
    assert stored is not None
    values = find_values(pack, scores, parts, indicator)
    for unit in ("zezhou", "chengqu", "lingchuan"):
        record = next(each for each in stored.read_unit("counties", unit) if each.indicator == indicator)
        for part in record.parts:
            known = [f"{figure.value}{figure.unit}" for figure in part.figures]
            if part.outcome == "scored" and known:
                late = {f"逾期 {figure.value} 日" for figure in part.figures if figure.label == "逾期天数"}
                assert any(text in values.texts[unit] for text in {*known, *late})


def test_what_is_not_scored_shows_no_value(pack: Pack, scores: Scores, parts: pl.DataFrame) -> None:
    open_units = scores.items.filter((pl.col("indicator") == "29.two-planes") & (pl.col("outcome") != "scored"))
    texts = find_values(pack, scores, parts, "29.two-planes").texts
    assert len(open_units) and {texts[unit] for unit in open_units["unit"]} == {"—"}


def test_the_mean_is_of_the_ranked_units_that_have_a_figure(pack: Pack, scores: Scores, parts: pl.DataFrame) -> None:
    values = find_values(pack, scores, parts, "35.lectures")
    assert set(values.texts) == set(scores.totals["unit"])
    ranked = set(scores.totals.filter(pl.col("rank").is_not_null())["unit"])
    assert ranked < set(values.texts)
    texts = [text for unit, text in values.texts.items() if unit in ranked and text != "—"]
    numbers = [Fraction(text.removesuffix("条")) for text in texts]
    assert values.mean == (Mean(sum(numbers, Fraction(0)) / len(numbers), len(numbers)), "条")


def test_progress_counts_every_item_of_a_units_table_once(scores: Scores) -> None:
    rows = list_progress(scores, [], [], date(2025, 4, 10))
    assert [row.unit for row in rows] == scores.totals["unit"].to_list()
    assert all(row.items == row.known + row.pending + row.conflicts for row in rows)
    assert {row.name for row in rows if row.pending > 20} == {"晋城经济技术开发区"}


def test_a_rectification_is_late_only_while_it_lies_with_the_unit(scores: Scores) -> None:
    finding = FindingRow.read({"id": "f", "unit": "zezhou", "year": 2024, "state": "final"})
    due = RectificationRow.read({"unit": "zezhou", "finding": "f", "due_on": "2025-01-01"})
    states = [replace(due, state=state) for state in ("in_progress", "claimed", "closed_done")]
    stray = replace(due, finding="of another year", state="in_progress")
    row = next(
        each for each in list_progress(scores, [finding], [*states, stray], date(2025, 4, 1)) if each.unit == "zezhou"
    )
    assert (row.findings, row.rectifying, row.late, row.closed) == (1, 2, 1, 1)


def test_years_stand_side_by_side_with_the_last_change(scores: Scores) -> None:
    first = scores.totals.filter(pl.col("unit") != "zezhou").with_columns(pl.col("total") - 100)
    older = replace(scores, year=2023, totals=first)
    courses = {course.unit: course for course in list_years([older, scores])}
    assert list(courses) == scores.totals["unit"].to_list()
    assert courses["zezhou"].years[0] is None and courses["zezhou"].change is None
    assert {course.change for unit, course in courses.items() if unit != "zezhou"} == {100}


def test_self_given_marks_stand_beside_those_of_the_run(pack: Pack, scores: Scores) -> None:
    own = {("zezhou", "35.lectures"): Decimal("1.005"), ("zezhou", "29.bandwidth"): Decimal(1)}
    rows = {row.indicator: row for row in compare_self_marks(pack, scores, "zezhou", own)}
    assert (rows["35.lectures"].own, rows["35.lectures"].gap) == (101, 101 - (rows["35.lectures"].marks or 0))
    # Nothing was inspected of what is not scored: there is no difference yet.
    assert rows["29.bandwidth"].outcome == "conflict" and rows["29.bandwidth"].gap is None
    assert rows["4.lists"].own is None and rows["4.lists"].gap is None


def test_in_the_demo_some_counties_have_assessed_themselves(demo: Path, pack: Pack) -> None:
    own = read_self_marks(open_workspace(demo), pack, 2024)
    assert {unit for unit, _ in own} == {"chengqu", "gaoping", "zezhou", "lingchuan"}


def test_what_lies_in_the_ledger_is_counted_from_the_day_it_is_looked_at(demo: Path, pack: Pack) -> None:
    ledger = open_ledger(open_workspace(demo), pack)
    day = date(2025, 1, 10)
    dues = list_ledger_dues(ledger, "demo-lead", day)
    assert dues and all(due.left == (due.day - day).days for due in dues)
    assert min(due.left for due in dues) < 0
    assert [due.units for due in dues if due.what.startswith("决定复核申请")] == [("沁水县",)]
