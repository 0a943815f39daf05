"""Results for download: all of them for the office, the own unit alone for a contact, a new run for who may score."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from data.batches.registers import declare_register
from data.clock import office_zone
from data.ledger.ledger import Ledger, open_ledger
from data.store.workspace import Workspace, create_workspace
from data.trail.refusals import RoleRefused
from indicators.reader import find_pack, load_pack
from scoring.documents import pdf
from scoring.documents.export import Exporter, Format, Kind, list_subjects
from scoring.documents.ledger import name_head
from scoring.documents.view import open_view
from scoring.office.exports import SheetsAsked, export_run, export_sheets
from scoring.runs.newer import write_newer
from scoring.runs.rescoring import may_rescore, rescore
from scoring.runs.store import StoredRun, list_runs
from tests.ledger.world import World, found_world, reach

Scored = tuple[World, Workspace, StoredRun]


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Scored:
    root = tmp_path_factory.mktemp("exports") / "w"
    workspace = create_workspace(root, find_pack("jincheng-2021-2025"))
    ledger: Ledger = open_ledger(workspace, load_pack(workspace.pack_folder))
    world = found_world(ledger)
    return world, workspace, rescore(ledger, workspace, "ins1", 2024, date(2025, 4, 10), now=world.tick())


def test_the_office_takes_what_is_stored_byte_for_byte(scored: Scored) -> None:
    world, _, run = scored
    for person in ("ins1", "rev", "lead", "app", "ver", "ldr", "aud"):
        assert export_run(world.ledger, person, run, "json").content == run.result
    for format in ("csv", "parquet"):
        export = export_run(world.ledger, "lead", run, format)  # type: ignore[arg-type]
        assert export.content == (run.files.path / f"items.{format}").read_bytes()
        assert export.file_name == f"评分结果-{run.id}.{format}"


def test_a_contact_takes_the_own_unit_alone_in_every_format(scored: Scored) -> None:
    world, _, run = scored
    export = export_run(world.ledger, "zz", run, "json")
    assert export.file_name == f"评分结果-{run.id}-泽州县.json"
    content = json.loads(export.content)
    assert content["items"] == [row for row in run.content["items"] if row["unit"] == "zezhou"] != []
    assert {row["unit"] for row in content["totals"]} == {"zezhou"} and "batches" not in content["run"]
    text = export_run(world.ledger, "zz", run, "csv").content
    assert text.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"))))
    assert {row["unit"] for row in rows} == {"zezhou"} and len(rows) == len(content["items"])
    table = pq.read_table(io.BytesIO(export_run(world.ledger, "zz", run, "parquet").content))
    assert set(table["unit"].to_pylist()) == {"zezhou"} and table.num_rows == len(rows)
    for other in ("高平市", "陵川县", "gaoping"):
        assert other.encode() not in export.content + text


@pytest.mark.parametrize("person", ["adm", "nobody"])
def test_who_sees_no_results_takes_none(scored: Scored, person: str) -> None:
    with pytest.raises(RoleRefused):
        export_run(scored[0].ledger, person, scored[2], "csv")


def test_a_confirmed_finding_changes_the_next_run_and_only_the_office_computes_it(scored: Scored) -> None:
    world, workspace, run = scored
    # While the inspection runs nobody knows whether these are all; the office says so.
    later, pack = datetime(2025, 4, 10, tzinfo=office_zone()), world.ledger.pack
    declare_register(workspace, pack, "findings", date(2024, 12, 31), now=later, user="lead")
    declared = rescore(world.ledger, workspace, "lead", 2024, date(2025, 4, 10), now=world.tick())
    reach(world, "finding", "confirmed")
    for person in ("zz", "rev", "ldr", "aud", "adm", "nobody"):
        assert not may_rescore(world.ledger, person)
        with pytest.raises(RoleRefused, match="只有督察员和督察办负责人才能重新评分"):
            rescore(world.ledger, workspace, person, 2024, date(2025, 4, 10), now=world.tick())
    assert set(list_runs(workspace)) == {run.id, declared.id}
    again = rescore(world.ledger, workspace, "lead", 2024, date(2025, 4, 10), now=world.tick())
    marks = {
        name: [
            row["marks"]
            for row in each.content["items"]
            if (row["unit"], row["indicator"]) == ("zezhou", "10.unlawful-decisions")
        ]
        for name, each in (("open", run), ("before", declared), ("after", again))
    }
    assert marks == {"open": [None], "before": ["0.00"], "after": ["-1.50"]}


def test_a_pdf_is_set_in_a_process_that_gives_its_memory_back(scored: Scored) -> None:
    world, workspace, run = scored
    pdf._open_compiler.cache_clear()
    asked = SheetsAsked("score", "pdf", unit="zezhou")
    apart = export_sheets(world.ledger, workspace, "lead", run, asked, world.now)
    assert pdf._open_compiler.cache_info().currsize == 0, "the typesetter is in another process, with its typefaces"
    with open_view(workspace, run, trail=name_head(world.ledger)) as view:
        (subject,) = list_subjects(view, [Kind.score], None, "zezhou")
        newer = write_newer(workspace, world.ledger, run)
        here = Exporter(replace(view, stamp=replace(view.stamp, newer=newer))).make(subject, Format.pdf)
    assert (apart.file_name, apart.content) == here


def test_the_folder_of_the_run_is_never_in_an_export(scored: Scored, tmp_path: Path) -> None:
    world, workspace, run = scored
    for person in ("zz", "lead"):
        assert str(workspace.root).encode() not in export_run(world.ledger, person, run, "json").content
