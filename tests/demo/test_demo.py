"""The demo reports: always the same bytes, marked as fictional, taken by the importer, and showing every case.

Not proved here: that the marks of the demo are right (the cases of the pack and the reference scorer do that),
and that the figures are likely in a real city.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from data.batches.records import current_inputs
from data.demo import fill_ledger, generate_demo
from data.intake.imports import import_files
from data.ledger.ledger import Ledger
from data.ledger.verify import verify_trail
from data.store.database import open_store
from data.store.workspace import Workspace, create_workspace
from data.trail.events import read_head_file
from indicators.entries.targets import Target
from indicators.measures.registry import Measure
from indicators.pack.cases import load_cases
from indicators.pack.model import Pack
from indicators.reader import find_pack, load_pack
from indicators.rules.registry import MarksRule
from indicators.rules.relative import FORMS, Relative
from scoring.base.item import ResultItem
from scoring.cases.run import run_cases
from scoring.engine.run import Result, score
from scoring.results.result import list_items, list_totals

FICTIONAL = "演示数据（虚构）"
NOW = datetime(2025, 4, 10, 9, 0, tzinfo=UTC)
OUTCOMES = {"scored", "pending", "not_applicable", "conflict", "exempt", "error"}
#: What the pack of the demonstration has no use for is scored here, by cases with marks that were worked out by hand.
SHOWN = [Path(__file__).parents[2] / "docs" / name for name in ("forms-pack", "combined-pack", "composed-pack")]


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack(find_pack("jincheng-2021-2025"))


@pytest.fixture(scope="module")
def files(pack: Pack, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return generate_demo(pack, tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="module")
def workspace(pack: Pack, files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    found = create_workspace(tmp_path_factory.mktemp("workspace") / "here", find_pack("jincheng-2021-2025"))
    import_files(found, pack, files, now=NOW, user="演示")
    return found


@pytest.fixture(scope="module")
def result(pack: Pack, workspace: Workspace) -> Result:
    return score(pack, current_inputs(workspace, pack), 2024, date(2025, 4, 10))


@pytest.fixture(scope="module")
def items(pack: Pack, result: Result) -> list[ResultItem[str]]:
    return list_items(pack, result)


@pytest.fixture(scope="module")
def counties(pack: Pack, result: Result) -> list[dict[str, Any]]:
    return [row for row in list_totals(pack, result) if row["cohort"] == "counties"]


def hash_files(paths: list[Path]) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def read_first_cell(path: Path) -> str:
    """The first cell of a CSV file, or of the first sheet of a workbook."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as lines:
            return next(csv.reader(lines))[0]
    return str(CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()[0][0])


def read_csv_cells(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.reader(lines):
            yield from row


def test_the_same_seed_gives_the_same_bytes(pack: Pack, files: list[Path], tmp_path: Path) -> None:
    assert hash_files(generate_demo(pack, tmp_path)) == hash_files(files)


def test_the_ledger_comes_out_the_same_every_time_and_a_second_filling_changes_nothing(
    pack: Pack, tmp_path: Path
) -> None:
    heads = set()
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        ledger = Ledger(open_store(tmp_path / name / "ducha.db"), tmp_path / name, pack)
        fill_ledger(ledger)
        heads.add(read_head_file(ledger.root))
        fill_ledger(ledger)
        heads.add(read_head_file(ledger.root))
        assert verify_trail(ledger.engine, ledger.root, NOW) == []
    assert len(heads) == 1


def test_another_seed_gives_other_people_in_the_same_files(pack: Pack, files: list[Path], tmp_path: Path) -> None:
    other = hash_files(generate_demo(pack, tmp_path, seed=1))
    assert other.keys() == hash_files(files).keys()
    assert other != hash_files(files)


def test_every_file_says_that_it_is_fictional_in_its_name_and_at_its_head(files: list[Path]) -> None:
    assert [path.name for path in files if FICTIONAL not in path.name] == []
    assert {read_first_cell(path) for path in files} == {FICTIONAL}


def test_every_dataset_is_reported_and_the_rosters_name_hundreds_of_people(pack: Pack, workspace: Workspace) -> None:
    rows: dict[str, int] = {}
    for batch in current_inputs(workspace, pack).files:
        rows[batch.dataset] = rows.get(batch.dataset, 0) + batch.rows
    assert rows.keys() == {dataset.id for dataset in pack.datasets}
    assert rows["people"] > 500
    assert rows["training"] > 2000


def test_people_and_cases_carry_numbers_that_no_authority_gives_out(pack: Pack, files: list[Path]) -> None:
    for path in files:
        if path.suffix == ".xlsx":
            roster = CalamineWorkbook.from_path(path).get_sheet_by_name("人员花名册").to_python()
            place = roster[0].index("人员编号")
            assert all(re.fullmatch("P[0-9]{6}", str(row[place])) for row in roster[1:])
        if path.name.startswith("行政诉讼案件"):
            numbers = [cell for cell in read_csv_cells(path) if "行初" in cell]
            assert numbers and all("虚" in number for number in numbers)


@pytest.mark.parametrize("outcome", sorted(OUTCOMES))
def test_every_outcome_occurs(items: list[ResultItem[str]], outcome: str) -> None:
    assert [item for item in items if item.outcome == outcome]


@pytest.mark.parametrize(
    "reason",
    [
        "not_reported",
        "not_due",
        "counts_missing",
        "row_missing",
        "evidence_needed",
        "numerator_above_denominator",
        "contradicting_rows",
        "person_in_two_units",
        "dates_disagree",
        "before_year_end",
        "unknown_level",
    ],
)
def test_every_common_reason_for_having_no_marks_occurs(items: list[ResultItem[str]], reason: str) -> None:
    assert [item for item in items if item.reason == reason]


def list_scored_parts(pack: Pack, scored: set[str]) -> Iterator[tuple[str, str | None, str, Relative | None]]:
    for indicator in pack.indicators:
        for part in indicator.parts if indicator.id in scored else ():
            target = part.target.kind if part.target is not None else None
            yield part.measure.kind, target, part.marks.kind, part.marks.relative


def list_shown_parts(folder: Path) -> Iterator[tuple[str, str | None, str, Relative | None]]:
    """The parts of an example pack that its cases score, all of which hold."""
    pack = load_pack(folder)
    assert run_cases(pack, folder).failures == []
    yield from list_scored_parts(
        pack, {case.indicator for _, _, case in load_cases(folder) if case.expect.outcome == "scored"}
    )


def test_every_member_of_the_three_closed_sets_is_scored_somewhere(pack: Pack, items: list[ResultItem[str]]) -> None:
    parts = list(list_scored_parts(pack, {item.indicator for item in items if item.outcome == "scored"}))
    parts += [part for folder in SHOWN for part in list_shown_parts(folder)]
    measures, targets, marks, relatives = (set(found) for found in zip(*parts, strict=True))
    assert measures == set(Measure.model_fields)
    assert targets - {None} == set(Target.model_fields)
    assert marks == set(MarksRule.model_fields)
    assert {rule.kind for rule in relatives if rule is not None} == set(FORMS)


def test_only_an_exemption_that_still_runs_exempts(items: list[ResultItem[str]]) -> None:
    exempt = [(item.unit, item.indicator) for item in items if item.outcome == "exempt"]
    assert exempt == [("qinshui", "18.drills")]


def test_the_counties_are_told_apart_and_one_unit_cannot_be_ranked_yet(counties: list[dict[str, Any]]) -> None:
    ranked = [row for row in counties if row["rank"] is not None]
    assert [row["rank"] for row in ranked] == [1, 2, 3, 4, 5, 6]
    assert {row["grade"] for row in ranked} >= {"优秀", "合格"}
    assert [row["unit"] for row in counties if row["rank"] is None] == ["kaifaqu"]


def test_what_is_open_could_still_change_the_order(counties: list[dict[str, Any]]) -> None:
    ranked = [row for row in counties if row["rank"] is not None]
    behind = [(row, ahead) for row in ranked for ahead in ranked if ahead["rank"] < row["rank"]]
    assert [row["unit"] for row, ahead in behind if Decimal(row["high"]) > Decimal(ahead["total"])]


def test_every_indicator_of_the_counties_has_data(pack: Pack, items: list[ResultItem[str]]) -> None:
    asked = {indicator.id for indicator in pack.indicators if "counties" in indicator.marks}
    scored = {item.indicator for item in items if item.cohort == "counties" and item.outcome == "scored"}
    assert asked - scored == set()


def test_a_grade_is_capped_and_a_total_is_taken_away(
    pack: Pack, workspace: Workspace, counties: list[dict[str, Any]]
) -> None:
    assert [row["unit"] for row in counties if row["grade_cap"] == "良好"] == ["lingchuan"]
    year_before = score(pack, current_inputs(workspace, pack), 2023, date(2024, 4, 10))
    zeroed = [row for row in list_totals(pack, year_before) if row["zeroed"]]
    assert [(row["unit"], row["total"]) for row in zeroed] == [("minzheng", "0.00")]
