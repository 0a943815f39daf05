"""Batches supersede each other by scope, are never erased, and survive crashes and rivals.

Not proven here: a power cut (only that files are synced before the commit), and PostgreSQL.
"""

from __future__ import annotations

import multiprocessing
import os
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import data.intake.imports
from data.batches.parquet import write_batch
from data.batches.records import current_inputs, list_batches, register_batch
from data.cells.columns import arrow_schema
from data.intake.imports import Accepted, import_files
from data.store.workspace import Workspace, open_workspace
from indicators.entries.tables import Dataset
from indicators.pack.model import Pack
from tests.data.conftest import NOW, PEOPLE, Import, make_pack, write_csv

HEADER = ["单位", "年度", "纠错数", "办结数"]
FINES_HEADER = ["单位", "年度", "指标编号", "文号"]


def test_the_schema_holds_exact_types_and_the_way_back_to_the_cell() -> None:
    training, people = make_pack().datasets[0], Dataset(**PEOPLE)
    assert arrow_schema(training) == pa.schema(
        [
            ("unit", pa.string()),
            ("person", pa.string()),
            ("held_on", pa.date32()),
            ("topic", pa.string()),
            ("hours", pa.decimal128(18, 1)),
            ("category", pa.string()),
            ("_unit", pa.string()),
            ("_period", pa.int32()),
            ("_sheet", pa.string()),
            ("_row", pa.int32()),
        ]
    )
    assert arrow_schema(people).names[2:6] == ["joined", "joined__last", "left", "left__last"]


def test_a_month_is_stored_as_its_first_and_last_day(
    take: Import, inbox: Path, workspace: Workspace, pack: Pack
) -> None:
    take(write_csv(inbox / "people.csv", ["单位", "姓名", "到任日期"], ["甲县", "张三", "2024-02"]))
    [file] = current_inputs(workspace, pack).files
    [row] = pq.read_table(file.path).to_pylist()
    assert (row["joined"], row["joined__last"]) == (date(2024, 2, 1), date(2024, 2, 29))
    assert (row["left"], row["left__last"], row["_period"]) == (None, None, 0)


def test_a_file_is_named_by_its_content(tmp_path: Path) -> None:
    dataset = make_pack().dataset("people")
    row = {"unit": "a", "person": "张三", "joined": date(2024, 3, 1), "_unit": "a", "_period": 0, "_row": 2}
    path = write_batch(tmp_path, dataset, [row])
    assert path.parent == tmp_path / "people"
    assert len(path.stem) == 16
    assert write_batch(tmp_path, dataset, pq.read_table(path)) == path
    assert write_batch(tmp_path, dataset, [row, row]) != path
    assert pq.read_table(path).to_pylist()[0]["joined__last"] == date(2024, 3, 1)
    assert len(list(path.parent.iterdir())) == 2
    with pytest.raises(ValueError, match="schema"):
        write_batch(tmp_path, dataset, pa.table({"unit": ["a"]}))


def test_a_newer_report_supersedes_and_the_history_stays(
    take: Import, inbox: Path, workspace: Workspace, pack: Pack
) -> None:
    take(write_csv(inbox / "cases-1.csv", HEADER, ["甲县", 2024, 1, 3]))
    old = current_inputs(workspace, pack).files[0]
    [new] = take(write_csv(inbox / "cases-2.csv", HEADER, ["甲县", 2024, 2, 3]), user="李某")
    inputs = current_inputs(workspace, pack)
    assert [file.id for file in inputs.files] == [new.batch_id]
    assert inputs.files[0].live is None
    first, second = list_batches(workspace)
    assert (first.id, first.superseded, first.accepted_by, first.accepted_at) == (old.id, True, "王某", NOW)
    assert (second.id, second.superseded, second.accepted_by) == (new.batch_id, False, "李某")
    assert old.path.exists()


def test_an_import_tells_which_batches_lose_something_to_it(take: Import, inbox: Path) -> None:
    def report(name: str, *rows: list[Any]) -> Accepted:
        return take(write_csv(inbox / f"cases-{name}.csv", ["单位", "年度", "纠错数", "办结数"], *rows))[0]

    first = report("1", ["甲县", 2024, 0, 1], ["乙县", 2024, 0, 1])
    second = report("2", ["甲县", 2023, 0, 1])
    third = report("3", ["甲县", 2024, 0, 2])
    fourth = report("4", ["甲县", 2024, 0, 3], ["甲县", 2023, 0, 3], ["丙县", 2024, 0, 3])
    fifth = report("5", ["乙县", 2024, 0, 4])
    assert [batch.replaced for batch in (first, second)] == [(), ()]
    assert third.replaced == (first.batch_id,)
    assert fourth.replaced == (second.batch_id, third.batch_id)
    assert fifth.replaced == (first.batch_id,)
    assert report("5", ["乙县", 2024, 0, 4]).replaced == ()


def test_a_report_of_some_scopes_leaves_the_others_current(
    take: Import, inbox: Path, workspace: Workspace, pack: Pack
) -> None:
    rows = [["甲县", 2023, 1, 3], ["甲县", 2024, 1, 3], ["乙县", 2024, 1, 3]]
    [first] = take(write_csv(inbox / "cases-1.csv", HEADER, *rows))
    [second] = take(write_csv(inbox / "cases-2.csv", HEADER, ["甲县", 2024, 2, 3]))
    inputs = current_inputs(workspace, pack)
    assert [(file.id, file.live) for file in inputs.files] == [
        (first.batch_id, (("a", 2023), ("b", 2024))),
        (second.batch_id, None),
    ]
    assert inputs.scopes == {("cases", "a", 2023), ("cases", "a", 2024), ("cases", "b", 2024)}
    assert [batch.partly_superseded for batch in list_batches(workspace)] == [True, False]


def test_a_nil_report_supersedes_rows(take: Import, inbox: Path, workspace: Workspace, pack: Pack) -> None:
    take(write_csv(inbox / "cases-1.csv", HEADER, ["甲县", 2024, 1, 3]))
    take(write_csv(inbox / "cases-2.csv", HEADER), nil_report=True, unit="a", year=2024)
    inputs = current_inputs(workspace, pack)
    assert [file.rows for file in inputs.files] == [0]
    assert inputs.scopes == {("cases", "a", 2024)}


def test_one_office_reports_for_all_units(take: Import, inbox: Path, workspace: Workspace, pack: Pack) -> None:
    take(write_csv(inbox / "fines.csv", FINES_HEADER, ["甲县", 2024, "1.fines", "一"]))
    assert current_inputs(workspace, pack).scopes == {("fines", unit, 2024) for unit in ("a", "b", "c", "sj")}


def test_inputs_come_in_the_order_of_dataset_and_id(
    take: Import, inbox: Path, workspace: Workspace, pack: Pack
) -> None:
    for number, unit in enumerate(["乙县", "甲县", "丙县"]):
        take(write_csv(inbox / f"fines-{number}.csv", FINES_HEADER, [unit, 2020 + number, "1.fines", "一"]))
        take(write_csv(inbox / f"cases-{number}.csv", HEADER, [unit, 2024, 1, 3]))
    keys = [(file.dataset, file.id) for file in current_inputs(workspace, pack).files]
    assert keys == sorted(keys)
    assert len(keys) == 6


def test_data_of_a_dataset_that_the_pack_no_longer_has_are_left_out(
    take: Import, inbox: Path, workspace: Workspace
) -> None:
    take(write_csv(inbox / "cases.csv", HEADER, ["甲县", 2024, 1, 3]))
    assert current_inputs(workspace, make_pack(PEOPLE)).files == ()
    assert len(list_batches(workspace)) == 1


def test_a_crash_before_the_commit_leaves_nothing_new(
    take: Import, inbox: Path, workspace: Workspace, pack: Pack
) -> None:
    take(write_csv(inbox / "cases-1.csv", HEADER, ["甲县", 2024, 1, 3]))
    before = current_inputs(workspace, pack)
    second = write_csv(inbox / "cases-2.csv", HEADER, ["甲县", 2024, 2, 3])
    process = multiprocessing.get_context("fork").Process(target=_die_before_the_commit, args=(workspace, pack, second))
    process.start()
    process.join(60)
    assert process.exitcode == 9
    assert len(list((workspace.batches_folder / "cases").iterdir())) == 2
    again = open_workspace(workspace.root)
    assert current_inputs(again, pack) == before
    assert len(list_batches(again)) == 1
    assert take(second)[0].status == "new"


def _die_before_the_commit(workspace: Workspace, pack: Pack, path: Path) -> None:

    def register_and_die(*arguments: object) -> str:
        register_batch(*arguments)  # type: ignore[arg-type]
        os._exit(9)

    data.intake.imports.register_batch = register_and_die  # type: ignore[assignment, attr-defined]
    import_files(workspace, pack, [path], now=NOW, user="王某")


def test_two_processes_importing_at_once_lose_nothing(inbox: Path, workspace: Workspace, pack: Pack) -> None:
    context = multiprocessing.get_context("fork")
    start = context.Barrier(2)
    processes = [context.Process(target=_import_years, args=(workspace, pack, inbox, unit, start)) for unit in "ab"]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)
    assert [process.exitcode for process in processes] == [0, 0]
    assert current_inputs(workspace, pack).scopes == {
        ("cases", unit, year) for unit in "ab" for year in range(2000, 2020)
    }
    batches = list_batches(workspace)
    assert [batch.seq for batch in batches] == list(range(1, 41))
    assert len({batch.id for batch in batches}) == 40


def _import_years(workspace: Workspace, pack: Pack, inbox: Path, unit: str, start: object) -> None:
    start.wait()  # type: ignore[attr-defined]
    for year in range(2000, 2020):
        path = write_csv(inbox / f"cases-{unit}-{year}.csv", HEADER, [unit, year, 1, 3])
        import_files(workspace, pack, [path], now=NOW, user=unit)


def test_the_same_report_from_two_processes_is_taken_once(inbox: Path, workspace: Workspace, pack: Pack) -> None:
    path = write_csv(inbox / "cases.csv", HEADER, *[[unit, 2024, 1, 3] for unit in "abc"])
    context = multiprocessing.get_context("fork")
    processes = [
        context.Process(target=import_files, args=(workspace, pack, [path]), kwargs={"now": NOW, "user": user})
        for user in ("甲", "乙", "丙")
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert len(list_batches(workspace)) == 1


def test_hours_are_stored_as_decimals(take: Import, inbox: Path, workspace: Workspace, pack: Pack) -> None:
    header = ["单位", "姓名", "培训日期", "主题", "学时"]
    take(write_csv(inbox / "training.csv", header, ["甲县", "张三", "2024-03-01", "法", "0.1"]))
    [file] = current_inputs(workspace, pack).files
    assert pq.read_table(file.path)["hours"].to_pylist() == [Decimal("0.1")]
