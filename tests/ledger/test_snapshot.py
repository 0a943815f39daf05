"""Scoring reads what counts in the ledger through a file that stays: confirmed findings, judgements, exemptions.

Not proven here: that a pack's words about its marks are right.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from data.batches.records import Inputs, current_inputs
from data.batches.registers import declare_register
from data.clock import office_now
from data.ledger.ledger import open_ledger
from data.ledger.reading import list_disputed, list_missing_steps
from data.ledger.snapshot import snapshot_ledger
from data.store.database import list_runs
from data.store.workspace import create_workspace, open_workspace, open_workspace_store
from indicators.entries.tables import Dataset
from indicators.pack.model import Pack
from indicators.reader import find_pack, load_pack
from scoring.runs.store import check_run, store_run
from tests.ledger.world import PATHS, World, finding_fields, found_world, reach, step_fields, walk


@pytest.fixture
def office(tmp_path: Path, store_url: str, pack: Pack) -> World:
    """A workspace that names its store, with the ledger's people and inspection in it."""
    workspace = create_workspace(tmp_path / "office", find_pack("jincheng-2021-2025"))
    if "://" in store_url:
        (workspace.root / "store.url").write_text(store_url + "\n", encoding="utf-8")
        workspace.database_path.unlink()
        assert open_workspace(workspace.root) == workspace
    return found_world(open_ledger(workspace, pack))


def read_inputs(world: World) -> Inputs:
    return current_inputs(open_workspace(world.ledger.root), world.ledger.pack)


def read_rows(world: World, dataset: str) -> list[dict[str, Any]]:
    files = [file for file in read_inputs(world).files if file.dataset == dataset]
    assert len(files) <= 1
    return [row for file in files for row in pq.read_table(file.path).to_pylist()]


def test_an_empty_ledger_changes_no_input(tmp_path: Path, pack: Pack) -> None:
    workspace = create_workspace(tmp_path / "office", find_pack("jincheng-2021-2025"))
    assert current_inputs(workspace, pack) == Inputs((), frozenset())
    assert list(workspace.batches_folder.iterdir()) == []


def test_only_what_is_confirmed_is_read_and_row_n_is_the_nth_finding(office: World) -> None:
    for state in ("draft", "submitted", "returned", "withdrawn", "confirmed", "notified", "final", "correcting"):
        reach(office, "finding", state)
    rows = read_rows(office, "findings")
    assert [(row["number"], row["state"], row["_row"]) for row in rows] == [
        ("督问〔2024〕0005号", "已认定", 1),
        ("督问〔2024〕0006号", "已反馈", 2),
        ("督问〔2024〕0007号", "已定案", 3),
        ("督问〔2024〕0008号", "已定案", 4),
    ]
    # The correction to 1 mark waits for its approval: what was approved counts.
    assert [str(row["proposed_marks"]) for row in rows] == ["1.50"] * 4
    assert (rows[0]["unit"], rows[0]["_unit"], rows[0]["_period"], rows[0]["found_on"]) == (
        "zezhou",
        "zezhou",
        2024,
        date(2024, 5, 3),
    )
    scopes = read_inputs(office).scopes
    assert {scope for scope in scopes if scope[0] == "findings"} == {
        ("findings", "zezhou", 2024),
        ("findings", "gaoping", 2024),
    }


def test_a_suggestion_costs_nothing_and_of_other_kinds_nobody_says_so(office: World) -> None:
    fields = {**finding_fields(office), "proposed_marks": None}
    for given in ({"kind": "建议"}, {"kind": "一票否决", "indicator": "34.fraud"}):
        id = office.do("ins1", "finding", None, "draft", {**fields, **given})["id"]
        for actor, action in (("ins1", "submit"), ("rev", "confirm")):
            office.do(actor, "finding", id, action)
    rows = read_rows(office, "findings")
    assert [(row["indicator"], row["proposed_marks"]) for row in rows] == [
        ("10.unlawful-decisions", Decimal("0.00")),
        ("34.fraud", None),
    ]


def test_a_finding_knows_the_one_before_it_and_whether_it_came_back_after_rectification(office: World) -> None:
    pack = load_pack(Path(__file__).parents[2] / "docs" / "combined-pack")
    numbers = {}
    days = ("2024-05-03", "2024-05-02", "2024-05-03", "2024-05-04")
    for day, indicator in zip(days, ("10.unlawful-decisions",) * 3 + ("34.fraud",), strict=True):
        fields = {**finding_fields(office), "seen_on": day, "indicator": indicator}
        fields |= {"kind": "一票否决", "proposed_marks": None} if indicator == "34.fraud" else {}
        id = office.do("ins1", "finding", None, "draft", fields)["id"]
        numbers[id] = (day, indicator)
        for actor, action in (("ins1", "submit"), ("rev", "confirm")):
            office.do(actor, "finding", id, action)
    walk(office, "rectification", [*PATHS["rectification", "closed_done"], "relapse"])
    (frame,) = snapshot_ledger(office.ledger.engine, pack)
    rows = frame.table.to_pylist()
    assert [row["found_before"] for row in rows[:4]] == [date(2024, 5, 2), None, date(2024, 5, 2), None]
    # A withdrawn finding repeats nothing, and only the finding whose rectification was opened again came back.
    assert [row["relapsed"] for row in rows] == [False] * 4 + [True]


def test_judgements_and_exemptions_are_read_once_given_and_approved(office: World) -> None:
    given = reach(office, "judgement", "given")
    walk(office, "exemption", ["propose"])
    assert read_rows(office, "exemptions") == []
    walk(office, "exemption", ["propose", "approve"])
    judged, exempt = read_rows(office, "judgements"), read_rows(office, "exemptions")
    assert [(row["inspector"], row["level"], row["marks"], row["reason"]) for row in judged] == [
        ("李督", "良", None, "场所分设，录音录像不全")
    ]
    # No column of theirs shows the number, so it stands where a file names a sheet.
    assert [row["_sheet"] for row in judged] == [given]
    assert [(row["approver"], row["year"], row["expires_on"]) for row in exempt] == [
        ("钱主任", 2024, date(2025, 12, 31))
    ]


def test_a_run_counts_the_findings_and_recomputes_after_the_ledger_has_moved_on(office: World) -> None:
    workspace, pack = open_workspace(office.ledger.root), office.ledger.pack
    appeal = reach(office, "appeal", "reviewing")
    # The inspection goes on: that nothing else was found in the year is the office's word.
    declare_register(workspace, pack, "findings", date(2024, 12, 31), now=office_now(), user="周办")
    assert list_disputed(office.ledger) == {("zezhou", "10.unlawful-decisions")}

    def score() -> tuple[Any, str, int]:
        run, result = store_run(
            workspace, pack, read_inputs(office), 2024, date(2025, 3, 31), now=office.now, user="周办"
        )
        item = next(
            row
            for row in result.items.to_dicts()
            if (row["unit"], row["indicator"]) == ("zezhou", "10.unlawful-decisions")
        )
        return run, item["outcome"], item["points"]

    first, outcome, points = score()
    # 4 marks less the proposed 1.5; under appeal the number stays.
    assert (outcome, points) == ("scored", 250)
    assert "督察台账（问题）" in [entry["file"] for entry in first.manifest["batches"]]
    office.do("app", "appeal", appeal, "propose", {"outcome": "撤销", "decision": "认定有误"})
    office.do("lead", "appeal", appeal, "uphold")
    assert list_disputed(office.ledger) == set()
    second, outcome, points = score()
    assert (outcome, points) == ("scored", 400)
    assert second.id != first.id
    check_run(workspace, first)
    assert {run.id for run in list_runs(open_workspace_store(workspace))} == {first.id, second.id}


def test_the_missing_steps_are_told_in_order(office: World) -> None:
    id = walk(office, "inspection", ["draft"])
    office.do("ins1", "inspection", id, "record_step", step_fields(office, "decide"))
    assert list_missing_steps(office.row("inspection", id)) == [
        "制定督查方案",
        "作出督查结论",
        "核查整改情况",
        "运用督查结论",
    ]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"columns": ["unit", "year", "number", "indicator"]}, "ledger: findings 还需要列 state"),
        ({"extra": {"name": "hours", "title": "学时", "type": "decimal"}}, "列 hours 督察台账填不出来"),
        (
            {"extra": {"name": "found_on", "title": "日期", "type": "text"}},
            "列 found_on 由督察台账填写，type 请写 date",
        ),
    ],
)
def test_a_table_that_the_ledger_cannot_fill_is_refused(change: dict[str, Any], words: str) -> None:
    types = {"unit": "unit", "year": "year", "indicator": "indicator"}
    names = change.get("columns", ["unit", "year", "number", "indicator", "state"])
    columns = [{"name": name, "title": name, "type": types.get(name, "text")} for name in names]
    columns += [change["extra"]] if "extra" in change else []
    entry = {"id": "f", "title": "问题", "ledger": "findings", "columns": columns, "key": ["number"]}
    with pytest.raises(ValueError, match=words):
        Dataset.model_validate({**entry, "period": {"year": "year"}})
