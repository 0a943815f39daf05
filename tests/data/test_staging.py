"""While an import runs, what it has read lies in a folder of its own: never read as data, and gone when it ends."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

import data.apart.process
import data.batches.parquet
import data.batches.staging
import data.intake.checked_sheets
import data.intake.imports
import data.sheets.reader
from data.batches.parquet import BatchDraft, write_batch
from data.batches.records import current_inputs, list_batches
from data.batches.staging import open_staging
from data.files.mistakes import FileRefused
from data.intake.imports import import_files
from data.store.workspace import Workspace
from indicators.pack.model import Pack
from tests.data.conftest import NOW, PEOPLE, TRAINING_HEADER, Import, make_pack, training_row, write_csv, write_xlsx


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three rows a chunk, six rows a row group, and nothing held in memory; all in this process, which is told so."""
    monkeypatch.setattr(data.apart.process, "FORKS", False)
    for module in (data.sheets.reader, data.batches.parquet):
        monkeypatch.setattr(module, "CHUNK", 3)
    monkeypatch.setattr(data.batches.parquet, "ROWS_IN_GROUP", 6)
    monkeypatch.setattr(data.batches.staging, "HELD", 10)


def list_staged(workspace: Workspace) -> list[str]:
    return sorted(path.name for path in workspace.staging_folder.iterdir() if path.name != ".gate")


def many_rows(count: int) -> list[list[Any]]:
    return [training_row(主题=f"第{number}讲", 学时="0.5") for number in range(count)]


def read_stored(workspace: Workspace, pack: Pack) -> tuple[Path, list[dict[str, Any]]]:
    [file] = current_inputs(workspace, pack).files
    return file.path, pq.read_table(file.path).to_pylist()


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("count", [1, 3, 6, 13])
def test_rows_of_all_chunks_are_stored_in_the_order_of_the_file(
    take: Import, inbox: Path, workspace: Workspace, pack: Pack, count: int
) -> None:
    [accepted] = take(write_csv(inbox / "training.csv", TRAINING_HEADER, *many_rows(count)))
    path, rows = read_stored(workspace, pack)
    assert accepted.rows == count
    assert [(row["topic"], row["_row"]) for row in rows] == [(f"第{n}讲", n + 2) for n in range(count)]
    assert pq.ParquetFile(path).num_row_groups == -(-count // 6)
    assert list_staged(workspace) == []


def test_a_file_of_one_row_group_has_the_bytes_that_its_table_has(
    take: Import, inbox: Path, workspace: Workspace, pack: Pack, tmp_path: Path
) -> None:
    take(write_csv(inbox / "training.csv", TRAINING_HEADER, *many_rows(9)))
    path, _ = read_stored(workspace, pack)
    assert write_batch(tmp_path, pack.dataset("training"), pq.read_table(path)).name == path.name


@pytest.mark.usefixtures("small_chunks")
def test_rows_of_different_chunks_are_checked_against_each_other(take: Import, inbox: Path) -> None:
    rows = many_rows(9)
    rows[8] = training_row(主题="第 0 讲", 学时="0.5")
    rows[4] = training_row(主题="大课", 学时="22")
    with pytest.raises(FileRefused) as refused:
        take(write_csv(inbox / "training.csv", TRAINING_HEADER, *rows, ["合计", "", "", "", "26", ""]))
    assert [str(mistake) for mistake in refused.value.mistakes] == [
        "training.csv A10：第 10 行与第 2 行重复（单位 甲县、姓名 张三、培训日期 2024-03-01、主题 第 0 讲）；"
        "请只留一行（全角、大小写、空格不同的写法算同一个）",
        "training.csv E10：同一「单位、姓名、培训日期」的「学时」合计不能超过 24："
        "第 2、3、4、5、6、7、8、9、10 行合计 26；请核对",
    ]


@pytest.mark.usefixtures("small_chunks")
def test_one_person_in_two_units_is_found_across_chunks(workspace: Workspace, inbox: Path) -> None:
    rows = [["甲县", f"张{number}", "2020-01", ""] for number in range(5)]
    path = write_csv(
        inbox / "people.csv", ["单位", "姓名", "到任日期", "离任日期"], *rows, ["乙县", "张1", "2021-05", ""]
    )
    with pytest.raises(FileRefused, match="B7：「张1」同时在两个单位任职：第 3 行在「甲县」，第 7 行在「乙县」"):
        import_files(workspace, make_pack(PEOPLE), [path], now=NOW, user="王某")


@pytest.mark.usefixtures("small_chunks")
def test_subtotals_and_merged_cells_reach_over_chunks(
    take: Import, inbox: Path, workspace: Workspace, pack: Pack
) -> None:
    import openpyxl

    path = write_xlsx(
        inbox / "培训学时.xlsx", {"培训学时": [TRAINING_HEADER, *many_rows(8), ["合计", None, None, None, 4]]}
    )
    book = openpyxl.load_workbook(path)
    book.active.merge_cells("A2:A9")
    book.save(path)
    [accepted] = take(path)
    _, rows = read_stored(workspace, pack)
    assert [row["unit"] for row in rows] == ["a"] * 8
    assert any("第 10 行是合计行（合计），核对相符" in remark for remark in accepted.remarks)


def test_what_was_read_is_what_was_hashed_even_if_the_file_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data.batches.staging, "HELD", 10)
    path = tmp_path / "a.csv"
    path.write_bytes(b"x" * 100)
    with open_staging(tmp_path / "staging") as staging:
        held = staging.hold_file(path)
        path.write_bytes(b"y" * 100)
        assert isinstance(held.content, Path)
        assert held.content.read_bytes() == b"x" * 100


def test_a_refused_import_leaves_nothing(take: Import, inbox: Path, workspace: Workspace) -> None:
    good = write_csv(inbox / "training.csv", TRAINING_HEADER, training_row())
    bad = write_csv(inbox / "training-2.csv", TRAINING_HEADER, training_row(单位="丁县"))
    with pytest.raises(FileRefused):
        take(good, bad)
    assert list_staged(workspace) == []
    assert list(workspace.batches_folder.iterdir()) == []


def _import_and_die(workspace: Workspace, pack: Pack, path: Path, moment: str) -> None:
    def die(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    if moment == "with the first rows on disk":
        data.batches.staging.BatchDraft.finish = die  # type: ignore[method-assign, assignment]
    else:
        data.intake.imports.store_drafts = die  # type: ignore[assignment, attr-defined]
    data.batches.staging.HELD = 10
    data.apart.process.FORKS = False
    import_files(workspace, pack, [path], now=NOW, user="王某")


@pytest.mark.parametrize("moment", ["with the first rows on disk", "with everything checked"])
def test_what_a_killed_import_leaves_is_never_read_and_goes_with_the_next(
    take: Import, inbox: Path, workspace: Workspace, pack: Pack, moment: str
) -> None:
    path = write_csv(inbox / "training.csv", TRAINING_HEADER, *many_rows(5))
    context = multiprocessing.get_context("fork")
    process = context.Process(target=_import_and_die, args=(workspace, pack, path, moment))
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    assert len(list_staged(workspace)) == 2, "a folder and its lock"
    assert current_inputs(workspace, pack).files == ()
    assert list_batches(workspace) == []
    assert list(workspace.batches_folder.iterdir()) == []
    assert take(path)[0].status == "new"
    assert list_staged(workspace) == []


@pytest.fixture
def running(workspace: Workspace) -> Iterator[Path]:
    """The folder of an import that has not ended yet."""
    with open_staging(workspace.staging_folder) as staging:
        (staging.folder / "rows").touch()
        yield staging.folder


def test_an_import_that_still_runs_keeps_its_folder(take: Import, inbox: Path, running: Path) -> None:
    take(write_csv(inbox / "training.csv", TRAINING_HEADER, training_row()))
    assert (running / "rows").exists()


def test_only_to_check_writes_nothing_into_the_workspace(take: Import, inbox: Path, workspace: Workspace) -> None:
    take(write_csv(inbox / "training.csv", TRAINING_HEADER, training_row()), only_check=True)
    assert not workspace.staging_folder.exists()


def test_mistakes_of_rows_and_between_rows_are_listed_up_to_a_number(
    take: Import, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data.apart.process, "FORKS", False)
    for module in (data.sheets.reader, data.intake.checked_sheets):
        monkeypatch.setattr(module, "MOST_MISTAKES", 20)
    for path, last in (
        (write_csv(inbox / "training.csv", TRAINING_HEADER, *many_negative(50)), "第 22 行"),
        (write_csv(inbox / "training-2.csv", TRAINING_HEADER, *[training_row(学时="0.1")] * 50), "第 23 行"),
    ):
        with pytest.raises(FileRefused) as refused:
            take(path)
        *listed, end = refused.value.mistakes
        assert len(listed) == 20
        assert (end.cell, end.text) == (last, f"错误太多，只看到{last}；请先改正已列出的错误")


def test_after_too_many_mistakes_no_further_file_is_read(
    take: Import, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data.intake.imports, "MOST_IN_ALL", 3)
    paths = [write_csv(inbox / f"training-{number}.csv", TRAINING_HEADER, *many_negative(2)) for number in range(4)]
    with pytest.raises(FileRefused) as refused:
        take(*paths)
    assert [mistake.file for mistake in refused.value.mistakes] == [
        *["training-0.csv"] * 2,
        *["training-1.csv"] * 2,
        "training-2.csv",
    ]
    assert refused.value.mistakes[-1].text == "前面的文件错误太多，从这个文件起没有看；请先改正已列出的错误"


def many_negative(count: int) -> list[list[Any]]:
    return [training_row(主题=f"第{number}讲", 学时="-1") for number in range(count)]


def test_a_draft_gives_its_rows_again(tmp_path: Path, pack: Pack) -> None:
    """An empty one is a nil report: a file without rows."""
    draft = BatchDraft(tmp_path / "a.parquet", pack.dataset("people"))
    draft.finish()
    assert pq.read_table(draft.path).num_rows == 0
    assert list(draft.read(["person"])) == []
