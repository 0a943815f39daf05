"""The ranking as it would be now: what a new run then gives, to the last digit.

That only what changed need be found again, for any pack and data, is a law in test_laws.
"""

from __future__ import annotations

import io
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from data.ledger.evidence import add_evidence
from data.ledger.ledger import open_ledger
from data.ledger.rows import FindingRow
from data.runs.folder import read_moment
from data.store.workspace import Workspace, open_workspace
from indicators.pack.model import Pack
from indicators.reader import find_pack, load_pack
from scoring.engine.run import Result
from scoring.results.differences import UnitDifference, compare_totals
from scoring.results.scores import Scores, read_scores, restore_result
from scoring.runs.earlier import find_affected
from scoring.runs.rescoring import rescore
from scoring.runs.store import list_runs, read_run
from scoring.trials.changed_pack import try_packs
from scoring.trials.preview import describe_shift, score_now
from scoring.trials.untelling import list_untelling
from tests.ledger.world import World, finding_fields

FINDING = "10.unlawful-decisions"


@pytest.fixture
def office(demo: Path, tmp_path: Path) -> tuple[World, Workspace]:
    """A copy of the demo, whose ledger is worked on by its own people."""
    workspace = open_workspace(shutil.copytree(demo, tmp_path / "workspace"))
    now = datetime(2026, 12, 1, 9, tzinfo=UTC)
    evidence = dict.fromkeys(("ins1-zezhou", "ins1-gaoping"), "")
    return World(open_ledger(workspace, load_pack(workspace.pack_folder)), now, evidence=evidence), workspace


def list_moved(before: Scores | Result, after: Scores | Result) -> list[UnitDifference]:
    """The counties whose total, rank or grade is another one."""
    own = (each.totals.filter(pl.col("cohort") == "counties") for each in (before, after))
    return [unit for unit in compare_totals(*own) if unit.moved]


def find_unit(before: Result, after: Result) -> UnitDifference:
    return next(each for each in compare_totals(before.totals, after.totals) if each.unit == "zezhou")


def confirm(world: World, unit: str, marks: str) -> None:
    inspection = next(row for row in world.rows("inspection") if row["state"] == "active" and unit in row["units"])
    author = inspection["team"][0]
    paper = add_evidence(world.ledger, author, io.BytesIO(b"%PDF-1.7"), "现场.pdf", {"unit": unit}, now=world.tick())
    given = {
        "inspection": inspection["id"],
        "seen_on": inspection["begins_on"],
        "proposed_marks": marks,
        "evidence": [paper["id"]],
    }
    row = world.do(author, "finding", None, "draft", finding_fields(world, unit) | given)
    world.do(author, "finding", row["id"], "submit")
    world.do("demo-reviewer", "finding", row["id"], "confirm")


def test_what_was_confirmed_stands_in_the_ranking_that_a_new_run_gives(office: tuple[World, Workspace]) -> None:
    world, workspace = office
    ledger, pack = world.ledger, world.ledger.pack
    run = read_run(workspace, list_runs(workspace)[-1])
    scores = read_scores(run.files, pack)
    result = restore_result(run.files, pack, scores)
    before = score_now(workspace, pack, run.files, result)
    assert list_moved(scores, before) == []

    # What it will do is told before it is confirmed.
    inspection = next(row for row in world.rows("inspection") if row["state"] == "active" and "zezhou" in row["units"])
    about = finding_fields(world, "zezhou") | {"id": "新", "year": scores.year, "seen_on": inspection["begins_on"]}
    supposed = FindingRow.read({**about, "proposed_marks": "1.5"})
    told = score_now(workspace, pack, run.files, result, supposed=[supposed])
    said = describe_shift(find_unit(before, told), 2)
    standing = before.totals.filter(pl.col("cohort") == "counties", pl.col("rank").is_not_null())
    others = [int(row["total"]) for row in standing.iter_rows(named=True) if row["unit"] != "zezhou"]
    old = int(standing.filter(pl.col("unit") == "zezhou")["total"].item())
    places = [1 + sum(other > own for other in others) for own in (old, old - 150)]
    assert places[0] < places[1]
    totals = f"{old / 100:.2f} → {(old - 150) / 100:.2f}"
    assert said == f"{totals}，第 {places[0]} 名 → 第 {places[1]} 名"
    slight = score_now(workspace, pack, run.files, result, supposed=[replace(supposed, proposed_marks="0.01")])
    said_slight = describe_shift(find_unit(before, slight), 2)
    assert said_slight == f"{old / 100:.2f} → {(old - 1) / 100:.2f}，名次不变"

    confirm(world, "zezhou", "1.5")
    files = sorted(workspace.batches_folder.rglob("*"))
    seen = score_now(workspace, pack, run.files, result)
    moment = read_moment(run.manifest)
    assert not any(shift.moving for shift in try_packs(workspace, pack, pack, *moment))
    assert any(told.verdict == "人人满分" for told in list_untelling(workspace, pack, *moment))
    assert sorted(workspace.batches_folder.rglob("*")) == files, "nothing is stored for a look"
    assert told.totals.equals(seen.totals)
    shifts = {shift.unit: shift for shift in list_moved(scores, seen)}
    assert describe_shift(shifts["zezhou"], 2).startswith(totals)
    assert describe_shift(find_unit(told, seen), 2) == "总分不变，名次不变"
    assert (shifts["zezhou"].marks or 0) < 0
    passed = [shift for unit, shift in shifts.items() if unit != "zezhou"]
    assert passed and all(shift.marks == 0 and shift.places for shift in passed)

    as_of = date.fromisoformat(run.manifest["as_of"])
    new = rescore(ledger, workspace, "demo-lead", scores.year, as_of, now=world.tick())
    stored = read_scores(new.files, pack)
    assert list_moved(stored, seen) == []
    for column in ("total", "rank", "grade"):
        assert_frame_equal(
            stored.totals.select("cohort", "unit", pl.col(column).cast(pl.String)),
            seen.totals.select("cohort", "unit", pl.col(column).cast(pl.String)),
        )
    assert seen.items.equals(restore_result(new.files, pack, stored).items)


def test_what_another_program_found_is_never_mixed_with_what_this_one_finds(demo: Path) -> None:
    workspace = open_workspace(demo)
    run = read_run(workspace, list_runs(workspace)[-1])
    pack = load_pack(workspace.pack_folder)
    scores = read_scores(run.files, pack)
    result = restore_result(run.files, pack, scores)
    wrong = replace(result, items=result.items.with_columns(points=pl.col("points") * 0))
    assert not score_now(workspace, pack, run.files, wrong).totals.equals(scores.totals), "taken over where it may be"
    engine = run.manifest["engine"]
    for program in engine:
        other = {**run.manifest, "engine": {**engine, program: "0.1"}}
        now = score_now(workspace, pack, replace(run.files, manifest=other), wrong)
        assert list_moved(scores, now) == []


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack(find_pack("jincheng-2021-2025"))


def test_findings_touch_few_indicators_and_those_that_use_their_marks(pack: Pack) -> None:
    found = find_affected(pack, {"findings"})
    reading = {
        indicator.id
        for indicator in pack.indicators
        for part in indicator.parts
        if "findings" in part.measure.datasets()
    }
    users = {
        indicator.id
        for indicator in pack.indicators
        for part in indicator.parts
        if part.measure.of_marks and set(part.measure.of_marks.indicators) & found
    }
    assert FINDING in reading and found == reading | users and len(found) < 20
    assert find_affected(pack, set()) == frozenset()
