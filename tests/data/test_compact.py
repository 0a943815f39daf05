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
from data.batches import compact, compact_store
from data.batches.compact import find_differing, list_small, open_compact, write_compact
from data.batches.compact_store import open_compacts
from data.batches.records import BatchFile, Inputs, current_inputs, ledger_batch
from data.cells.columns import arrow_schema
from data.store.database import reading
from data.store.drafts import PREFIX
from data.store.workspace import Workspace, open_workspace, open_workspace_store
from data.trail.noted import read_noted
from indicators.entries.tables import Dataset
from indicators.pack.model import Pack
from indicators.reader import load_pack
from scoring.base.batch_rows import list_sources

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)


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

    def read_noted(self, dataset: str) -> dict[str, object]:
        with reading(open_workspace_store(self.workspace)) as connection:
            return read_noted(connection, "compact", dataset) or {}


@pytest.fixture
def office(demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    for module in (compact, compact_store):
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
    assert office.list_faults() == []


def test_a_copy_that_is_there_is_read_again_and_nothing_is_left_beside_it(office: Office) -> None:
    assert office.read() == office.read()
    copies = office.list_copies()
    assert len({path.parent for path in copies}) == len(copies)
    drafts = [path for path in office.workspace.compact_folder.rglob("*") if path.name.startswith(PREFIX)]
    assert not drafts


def test_a_newer_batch_is_read_beside_the_copy_until_there_are_many(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset, small, folder = find_many(office)
    path, sha256 = write_compact(folder, dataset, [file.path for file in small[2:]])
    copy = open_compact(path, sha256, dataset)
    assert copy is not None
    monkeypatch.setattr(compact, "MANY", 2)
    assert not copy.is_outdated(small) and not copy.is_outdated(small[4:])
    monkeypatch.setattr(compact, "MANY", 1)
    assert copy.is_outdated(small) and copy.is_outdated(small[4:])


def find_many(office: Office) -> tuple[Dataset, list[BatchFile], Path]:
    """The dataset with most small batches, these, and a folder for a copy."""
    inputs = current_inputs(office.workspace, office.pack)
    found = [
        (dataset, list_small(dataset, inputs.files, office.workspace.batches_folder / dataset.id))
        for dataset in office.pack.datasets
    ]
    dataset, small = max(found, key=lambda each: len(each[1]))
    return dataset, small, office.workspace.compact_folder / dataset.id


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


@pytest.mark.parametrize("tamper", [damage, forge, cut, take_away, link])
def test_a_copy_that_is_not_what_was_noted_is_made_anew(office: Office, tamper: Callable[[Path], None]) -> None:
    whole = office.read()
    (first, *_), contents = office.list_copies(), {path: path.read_bytes() for path in office.list_copies()}
    tamper(first)
    expected = {take_away: [], link: ["link"]}.get(tamper, ["compact_changed"])
    assert office.list_faults() == expected
    assert office.read() == whole
    assert {path: path.read_bytes() for path in office.list_copies()} == contents
    assert office.list_faults() == [] and not first.is_symlink()


def test_a_forged_copy_that_the_trail_was_made_to_note_is_found_row_by_row(office: Office) -> None:
    dataset, small, folder = find_many(office)
    path, _ = write_compact(folder, dataset, [file.path for file in small])
    batches = office.workspace.batches_folder / dataset.id
    assert find_differing(path, batches) is None
    content = path.read_bytes()
    forge(path)
    assert find_differing(path, batches) is not None
    path.write_bytes(content)
    rows, told = pq.read_table(path), pq.read_metadata(path).metadata
    with pq.ParquetWriter(path, rows.schema.remove_metadata()) as writer:
        # One batch is left out of the rows and still said to be held.
        writer.write_table(rows.filter(pa.compute.not_equal(rows.column("_batch"), rows.column("_batch")[0])))
        writer.add_key_value_metadata({b"ducha.batches": told[b"ducha.batches"]})
    assert find_differing(path, batches) == str(rows.column("_batch")[0])


def test_a_batch_that_was_changed_or_has_other_columns_is_left_where_it_lies(office: Office) -> None:
    dataset, small, folder = find_many(office)
    place = office.workspace.batches_folder / dataset.id
    other = place / "0123456789abcdef.parquet"
    table = pq.read_table(small[0].path)
    pq.write_table(table.drop_columns("_sheet"), other)
    named = compact.store_content(place, other)[0]
    damage(small[1].path)
    paths = [named, *(file.path for file in small)]
    copy = open_compact(*write_compact(folder, dataset, paths), dataset)
    assert copy is not None and copy.left == {named.name, small[1].path.name}
    assert copy.held == {file.path.name for file in small} - copy.left
    # What could not be taken is no reason to try again and again.
    assert not copy.is_outdated([replace(small[0], path=path) for path in paths])


def test_a_copy_of_other_columns_is_not_read(office: Office) -> None:
    dataset, small, folder = find_many(office)
    path, sha256 = write_compact(folder, dataset, [file.path for file in small])
    assert open_compact(path, sha256, dataset) is not None
    fewer = dataset.model_copy(update={"columns": dataset.columns[:-1]})
    assert arrow_schema(fewer) != arrow_schema(dataset)
    assert open_compact(path, sha256, fewer) is None
    assert open_compact(path, "0" * 64, dataset) is None


def test_large_doubled_and_ledger_batches_are_never_copied(office: Office) -> None:
    dataset, small, _ = find_many(office)
    first, place = small[0], small[0].path.parent
    others = [
        replace(first, rows=compact.SMALL + 1),
        replace(first, id=ledger_batch(dataset.id)),
        replace(first, path=place.parent / "elsewhere" / first.path.name),
    ]
    assert list_small(dataset, others, place) == []
    assert first not in list_small(dataset, [*small, replace(first, id="again")], place)


def test_a_backup_holds_no_copy_and_what_is_restored_makes_its_own(office: Office, tmp_path: Path) -> None:
    office.read()
    made = make_backup(office.workspace, tmp_path / "backup", now=NOW)
    assert not made.problems and not (tmp_path / "backup" / "compact").exists()
    assert check_backup(tmp_path / "backup", now=NOW).problems == ()
    again = Office(restore_backup(tmp_path / "backup", tmp_path / "again", None), office.pack)
    assert again.list_faults() == [] and count_copied(again.read()) == count_copied(office.read())
    assert [path.name for path in again.list_copies()] == [path.name for path in office.list_copies()]


def test_who_reads_a_copy_keeps_it_while_another_one_is_made(office: Office) -> None:
    inputs = current_inputs(office.workspace, office.pack)
    with open_compacts(office.workspace, office.pack, inputs, now=NOW, user="zz") as read:
        for path in office.list_copies():
            path.unlink()
        assert all(path.is_file() for path in list_sources(read.files))


def test_where_no_copy_can_be_made_batches_are_read_where_they_lie(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(compact_store, "write_compact", refuse)
    assert count_copied(office.read()) == 0
    monkeypatch.undo()
    (office.workspace.root / "compact").rmdir()
    (office.workspace.root / "compact").write_text("in the way", encoding="utf-8")
    assert count_copied(office.read()) == 0


def test_where_files_have_no_second_names_a_run_holds_a_copy_of_its_own(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError("no links here")

    whole = office.read()
    monkeypatch.setattr(os, "link", refuse)
    assert office.read() == whole and count_copied(whole) == count_copied(office.read())
