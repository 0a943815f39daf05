"""Copies of many small batches: what they hold, when one is made, and that none is trusted for being there.

That a run comes to the same with and without them stands in ``tests/scoring/test_compact_runs.py``.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data.backup.backup import check_backup, make_backup, restore_backup
from data.backup.verification import verify_workspace
from data.batches import compact_store, compaction
from data.batches.compact_store import open_compacts
from data.batches.compaction import CompactFile, find_differing, list_small, open_compact, write_compact
from data.batches.parquet import store_content, write_batch
from data.batches.records import BatchFile, Inputs, current_inputs, ledger_batch
from data.runs.folder import read_moment
from data.store.drafts import PREFIX
from data.store.workspace import Workspace, open_workspace, open_workspace_store
from indicators.entries.tables import Column, Dataset, Period
from indicators.pack.model import Pack
from indicators.reader import load_pack
from scoring.base.batch_rows import list_sources
from scoring.runs.store import read_run, store_run

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)


DATASET = Dataset(
    id="lectures",
    title="讲座",
    columns=(
        Column(name="unit", title="单位", type="unit"),
        Column(name="year", title="年度", type="year"),
        Column(name="held_on", title="日期", type="date", required=False),
    ),
    key=("unit", "year"),
    period=Period(year="year"),
)


class Office(NamedTuple):
    """The demo's workspace, where two batches are many."""

    workspace: Workspace
    pack: Pack

    def read(self) -> Inputs:
        """What a run reads; the copies are gone when this returns, except from their places."""
        inputs = current_inputs(self.workspace, self.pack)
        with open_compacts(self.workspace, self.pack, inputs, now=NOW, user="zz") as read:
            for file in read.files:
                assert file.within is None or file.within.path.is_file()
            return read

    def list_copies(self) -> list[Path]:
        """Those in their places; runs hold theirs in folders of their own."""
        found = self.workspace.compact_folder.glob("*/*.parquet")
        return sorted(path for path in found if not path.parent.name.startswith(PREFIX))

    def list_faults(self) -> list[str]:
        found = verify_workspace(open_workspace_store(self.workspace), self.workspace.root, NOW)
        return [problem.fault for problem in found.problems]


@pytest.fixture
def office(demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    for module in (compaction, compact_store):
        monkeypatch.setattr(module, "MANY", 1)
    workspace = open_workspace(shutil.copytree(demo, tmp_path / "office"))
    return Office(workspace, load_pack(workspace.pack_folder))


def count_copied(inputs: Inputs) -> int:
    return sum(file.within is not None for file in inputs.files)


def test_a_copy_has_every_row_with_its_batch_and_the_batches_stay(office: Office) -> None:
    before = {path: path.read_bytes() for path in office.workspace.batches_folder.rglob("*.parquet")}
    read = office.read()
    assert count_copied(read) > 20 and len(list_sources(read.files)) < len(read.files) - 20
    for path in office.list_copies():
        rows = pq.read_table(path)
        for name in rows.column("_batch").unique().to_pylist():
            own = rows.filter(pa.compute.equal(rows.column("_batch"), name)).drop_columns("_batch")
            assert own.equals(pq.read_table(office.workspace.batches_folder / path.parent.name / name))
    for path, content in before.items():
        assert path.read_bytes() == content
    assert office.read() == read
    copies = office.list_copies()
    assert len({path.parent for path in copies}) == len(copies), "a copy that is there is read again"
    assert not [path for path in office.workspace.compact_folder.iterdir() if path.name.startswith(PREFIX)]
    assert office.list_faults() == []


class Batches(NamedTuple):
    """Five batches of two rows, and the folders of them and of copies."""

    small: list[BatchFile]
    folder: Path
    copies: Path

    def copy(self, dataset: Dataset = DATASET) -> CompactFile | None:
        return open_compact(*write_compact(self.copies, dataset, [file.path for file in self.small]), dataset)


@pytest.fixture
def batches(tmp_path: Path) -> Batches:
    small = []
    for number in range(5):
        rows = [
            {"unit": name, "year": 2024, "held_on": None, "_unit": name, "_period": 2024, "_sheet": None, "_row": row}
            for row, name in enumerate((f"u{number}", "all"), start=2)
        ]
        path = write_batch(tmp_path, DATASET, rows)
        small.append(BatchFile(str(number), "lectures", path, "", "", None, {}, 2, None, False))
    return Batches(small, tmp_path / "lectures", tmp_path / "copies")


def test_it_is_time_for_a_copy_where_many_lie_beside_it_or_do_not_count_any_more(
    batches: Batches, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = batches._replace(small=batches.small[2:]).copy()
    assert copy is not None
    monkeypatch.setattr(compaction, "MANY", 2)
    assert not copy.is_outdated(batches.small) and not copy.is_outdated(batches.small[4:])
    monkeypatch.setattr(compaction, "MANY", 1)
    assert copy.is_outdated(batches.small) and copy.is_outdated(batches.small[4:])


def damage(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def forge(path: Path) -> None:
    """A copy in which one row stands twice, as whole as any."""
    rows, told = pq.read_table(path), pq.read_metadata(path).metadata
    with pq.ParquetWriter(path, rows.schema.remove_metadata()) as writer:
        writer.write_table(pa.concat_tables([rows.slice(0, 1), rows]))
        writer.add_key_value_metadata({key: told[key] for key in (b"ducha.batches", b"ducha.left")})


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:100])


def take_away(path: Path) -> None:
    path.unlink()


def link(path: Path) -> None:
    elsewhere = path.parents[3] / path.name
    path.rename(elsewhere)
    path.symlink_to(elsewhere)


TAMPERING: list[tuple[Callable[[Path], None], list[str]]] = [
    (damage, ["compact_changed"]),
    (forge, ["compact_changed"]),
    (cut, ["compact_changed"]),
    (take_away, []),
    (link, ["link"]),
]


def test_a_copy_that_is_not_what_was_noted_is_told_and_made_anew(office: Office) -> None:
    whole = office.read()
    contents = {path: path.read_bytes() for path in office.list_copies()}
    for (tamper, faults), path in zip(TAMPERING, contents, strict=False):
        tamper(path)
        assert office.list_faults() == faults, tamper
        assert office.read() == whole
        assert {path: path.read_bytes() for path in office.list_copies()} == contents
        assert not path.is_symlink()
    assert office.list_faults() == []


def test_a_forged_copy_that_the_trail_was_made_to_note_is_found_row_by_row(batches: Batches) -> None:
    copy = batches.copy()
    assert copy is not None and find_differing(copy.path, batches.folder) is None
    path, content = copy.path, copy.path.read_bytes()
    forge(path)
    assert find_differing(path, batches.folder) == batches.small[0].path.name
    path.write_bytes(content)
    rows, told = pq.read_table(path), pq.read_metadata(path).metadata
    with pq.ParquetWriter(path, rows.schema.remove_metadata()) as writer:
        # One batch is left out of the rows and still said to be held.
        writer.write_table(rows.slice(2))
        writer.add_key_value_metadata({b"ducha.batches": told[b"ducha.batches"]})
    assert find_differing(path, batches.folder) == batches.small[0].path.name


def test_a_batch_that_was_changed_or_has_other_columns_is_left_where_it_lies(batches: Batches) -> None:
    other = batches.folder / "other"
    pq.write_table(pq.read_table(batches.small[0].path).drop_columns("_sheet"), other)
    named, _ = store_content(batches.folder, other)
    damage(batches.small[1].path)
    every = [replace(batches.small[0], path=named), *batches.small]
    copy = batches._replace(small=every).copy()
    assert copy is not None and copy.left == {named.name, batches.small[1].path.name}
    assert copy.held == {file.path.name for file in every} - copy.left
    # What could not be taken is no reason to try again and again.
    assert not copy.is_outdated(every)


def test_a_copy_of_other_columns_or_bytes_is_not_read(batches: Batches) -> None:
    path, sha256 = write_compact(batches.copies, DATASET, [file.path for file in batches.small])
    assert open_compact(path, sha256, DATASET) is not None
    assert open_compact(path, sha256, DATASET.model_copy(update={"columns": DATASET.columns[:-1]})) is None
    assert open_compact(path, "0" * 64, DATASET) is None


def test_large_doubled_and_ledger_batches_are_never_copied(batches: Batches) -> None:
    first = batches.small[0]
    others = [
        replace(first, rows=compaction.SMALL + 1),
        replace(first, id=ledger_batch("lectures")),
        replace(first, path=batches.folder.parent / first.path.name),
    ]
    assert list_small(DATASET, others, batches.folder) == []
    doubled = [*batches.small, replace(first, id="again")]
    assert list_small(DATASET, doubled, batches.folder) == batches.small[1:]


def test_a_stored_run_is_found_again_through_copies(office: Office) -> None:
    stored = read_run(office.workspace)
    inputs, moment = current_inputs(office.workspace, office.pack), read_moment(stored.manifest)
    assert not office.list_copies()
    # Other bytes than the stored ones would be refused.
    run, _ = store_run(office.workspace, office.pack, inputs, *moment, now=NOW, user="zz")
    assert run.id == stored.id and run.result == stored.result and office.list_copies()


def test_a_backup_holds_no_copy_and_what_is_restored_makes_its_own(office: Office, tmp_path: Path) -> None:
    office.read()
    made = make_backup(office.workspace, tmp_path / "backup", now=NOW)
    assert not made.problems and not (tmp_path / "backup" / "compact").exists()
    assert check_backup(tmp_path / "backup", now=NOW).problems == ()
    again = Office(restore_backup(tmp_path / "backup", tmp_path / "again", None), office.pack)
    assert again.list_faults() == [] and count_copied(again.read()) == count_copied(office.read())
    assert [path.name for path in again.list_copies()] == [path.name for path in office.list_copies()]


def test_who_reads_a_copy_keeps_it_and_files_need_no_second_names(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError("no links here")

    for way in (os.link, refuse):
        monkeypatch.setattr(os, "link", way)
        inputs = current_inputs(office.workspace, office.pack)
        with open_compacts(office.workspace, office.pack, inputs, now=NOW, user="zz") as read:
            for path in office.list_copies():
                path.unlink()
            assert count_copied(read) > 20 and all(path.is_file() for path in list_sources(read.files))


def test_where_no_copy_can_be_made_batches_are_read_where_they_lie(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(compact_store, "write_compact", refuse)
    assert count_copied(office.read()) == 0
    (office.workspace.root / "compact").rmdir()
    (office.workspace.root / "compact").write_text("in the way", encoding="utf-8")
    assert count_copied(office.read()) == 0
