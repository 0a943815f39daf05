"""Results for download: all of them for the office, the own unit alone for a contact, a new run for who may score."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from data.apart.process import ChildLimits
from data.batches.registers import declare_register
from data.clock import office_zone
from data.ledger.ledger import Ledger, open_ledger
from data.store.workspace import Workspace, create_workspace
from data.trail.refusals import RoleRefused
from indicators.reader import find_pack, load_pack
from scoring.documents import apart, pdf
from scoring.documents.apart import NotMade, SheetMaker
from scoring.documents.export import DocumentKind, Exporter, Format, list_subjects
from scoring.documents.ledger import name_head
from scoring.documents.view import open_view
from scoring.office.exports import SheetsAsked, _gather, export_run, export_sheets
from scoring.runs.newer import write_newer
from scoring.runs.rescoring import may_rescore, rescore
from scoring.runs.store import StoredRun, list_runs
from tests.ledger.world import World, found_world, reach

ROOT = Path(__file__).parents[2]
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
        assert export_run(world.ledger, person, run.files, "json").content == run.result
    export = export_run(world.ledger, "lead", run.files, "csv")
    assert export.content == (run.files.path / "items.csv").read_bytes()
    assert export.file_name == f"评分结果-{run.id}.csv"


def test_the_office_takes_parquet_with_exact_decimals(scored: Scored) -> None:
    world, _, run = scored
    export = export_run(world.ledger, "lead", run.files, "parquet")
    assert export.file_name == f"评分结果-{run.id}.parquet"
    table = pq.read_table(io.BytesIO(export.content))
    assert [None if marks is None else str(marks) for marks in table["marks"].to_pylist()] == [
        row["marks"] for row in run.content["items"]
    ]


def test_a_contact_takes_the_own_unit_alone_in_every_format(scored: Scored) -> None:
    world, _, run = scored
    export = export_run(world.ledger, "zz", run.files, "json")
    assert export.file_name == f"评分结果-{run.id}-泽州县.json"
    content = json.loads(export.content)
    assert content["items"] == [row for row in run.content["items"] if row["unit"] == "zezhou"] != []
    assert {row["unit"] for row in content["totals"]} == {"zezhou"} and "batches" not in content["run"]
    text = export_run(world.ledger, "zz", run.files, "csv").content
    assert text.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"))))
    assert {row["unit"] for row in rows} == {"zezhou"} and len(rows) == len(content["items"])
    table = pq.read_table(io.BytesIO(export_run(world.ledger, "zz", run.files, "parquet").content))
    assert set(table["unit"].to_pylist()) == {"zezhou"} and table.num_rows == len(rows)
    for other in ("高平市", "陵川县", "gaoping"):
        assert other.encode() not in export.content + text


@pytest.mark.parametrize("person", ["adm", "nobody"])
def test_who_sees_no_results_takes_none(scored: Scored, person: str) -> None:
    with pytest.raises(RoleRefused):
        export_run(scored[0].ledger, person, scored[2].files, "csv")


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


def test_documents_are_made_in_a_process_that_gives_its_memory_back(scored: Scored) -> None:
    world, workspace, run = scored
    pdf._open_compiler.cache_clear()
    with open_view(workspace, run, trail=name_head(world.ledger)) as view:
        newer = write_newer(workspace, world.ledger, run.manifest)
        here = Exporter(replace(view, stamp=replace(view.stamp, newer=newer)))
        for kind, unit in ((DocumentKind.score, "zezhou"), (DocumentKind.notice, None)):
            subject = list_subjects(view, [kind], "counties", unit)[0]
            for form in Format:
                asked = SheetsAsked(kind, form, cohort="counties", unit=unit)
                made = export_sheets(world.ledger, workspace, "lead", run.files, asked, world.now)
                if form is Format.pdf:
                    assert pdf._open_compiler.cache_info().currsize == 0, "the typesetter was not started here"
                assert (made.file_name, made.content) == here.make(subject, form), "the same bytes"
                pdf._open_compiler.cache_clear()


#: What all exports leave behind in the process that asks for them, in MiB: an archive of PDFs alone would leave 300.
KEPT = 64


def test_who_asks_for_files_keeps_nothing_of_what_makes_them(scored: Scored) -> None:
    _, workspace, _ = scored
    done = subprocess.run(
        [sys.executable, "-m", "tests.scoring.all_files", str(workspace.root)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < KEPT


def test_a_child_that_is_killed_is_a_sentence_and_the_next_file_is_made(scored: Scored) -> None:
    world, workspace, run = scored
    material = _gather(world.ledger, workspace, run.files, world.now, whole=True)
    with SheetMaker(material) as maker:
        (subject,) = maker.list_subjects(DocumentKind.score, None, "zezhou")
        os.kill(maker._child._pid, signal.SIGKILL)
        with pytest.raises(NotMade) as stopped:
            maker.make(subject, Format.docx)
        assert str(stopped.value) == "文件没有做成：处理到一半，那个进程意外停了；请再试一次；还是这样，请告诉技术人员"
        assert maker.make(subject, Format.docx)[1].startswith(b"PK")


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (ChildLimits(0.01, 1 << 31), "超过 0 秒还没有做完"),
        (ChildLimits(60, 1 << 31, answer=99), "要用的内存或写出的内容"),
    ],
)
def test_a_file_that_takes_too_much_is_refused_in_a_sentence(
    scored: Scored, monkeypatch: pytest.MonkeyPatch, limits: ChildLimits, words: str
) -> None:
    world, workspace, run = scored
    monkeypatch.setattr(apart, "FOR_A_FILE", limits)
    for person, asked in (("lead", SheetsAsked("score", "pdf")), ("zz", SheetsAsked("score", "xlsx"))):
        with pytest.raises(NotMade, match=f"^文件没有做成：{words}"):
            export_sheets(world.ledger, workspace, person, run.files, asked, world.now)


def test_the_folder_of_the_run_is_never_in_an_export(scored: Scored, tmp_path: Path) -> None:
    world, workspace, run = scored
    for person in ("zz", "lead"):
        assert str(workspace.root).encode() not in export_run(world.ledger, person, run.files, "json").content
