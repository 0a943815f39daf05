"""A checked pack in the form that loads fast is the same pack, down to the digits that its author wrote.

What this does not prove: that every pack there could be goes through; one that does not is read from its YAML.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from data.batches.records import current_inputs
from data.runs.folder import RunChanged
from data.store.workspace import Workspace, create_workspace
from indicators import reader
from indicators.pack import compact
from indicators.pack.compact import read_compact, write_compact
from indicators.pack.model import Pack
from indicators.reader import PACKS, load_pack
from scoring.runs.frozen_pack import read_frozen_pack
from scoring.runs.known_packs import load_known_pack
from scoring.runs.store import StoredRun, open_stored_run, store_run

EXAMPLE = Path(__file__).parents[2] / "docs" / "example-pack"
FOLDERS = sorted(path.parent for path in (*PACKS.glob("*/pack.yaml"), EXAMPLE / "pack.yaml"))
NOW = datetime(2025, 4, 10, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_it_comes_back_as_it_was_read(folder: Path) -> None:
    pack = load_pack(folder)
    content = write_compact(pack)
    again = read_compact(content)
    assert again == pack and repr(again) == repr(pack) and again is not pack
    assert again.texts == pack.texts and write_compact(again) == content


def test_what_another_code_wrote_or_what_is_none_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    content = write_compact(load_pack(EXAMPLE))
    monkeypatch.setattr(compact, "hash_code", lambda: "another")
    assert read_compact(content) is None
    monkeypatch.undo()
    held = json.loads(content)
    held["pack"]["head"]["another"] = "key"
    for bad in (json.dumps(held).encode(), b"", b"[]", b'{"code": 1}', content[:-1]):
        assert read_compact(bad) is None


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, StoredRun]:
    workspace = create_workspace(tmp_path_factory.mktemp("compact") / "w", EXAMPLE)
    pack = load_pack(EXAMPLE)
    inputs = current_inputs(workspace, pack)
    return workspace, store_run(workspace, pack, inputs, 2024, date(2025, 4, 10), now=NOW, user="王某")[0]


def refuse(folder: Path) -> Pack:
    raise AssertionError(f"{folder} was read again")


def test_a_stored_run_has_its_pack_without_reading_yaml(
    scored: tuple[Workspace, StoredRun], monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, run = scored
    monkeypatch.setattr(reader, "_READ", {})
    monkeypatch.setattr(reader, "_read_pack", refuse)
    pack = read_frozen_pack(workspace, run.files)
    # The run's stands beside it, reckoned by the run's own calendar.
    assert load_pack(workspace.pack_folder).sha256 == pack.sha256, "nor is the workspace's, which has the same bytes"
    monkeypatch.setattr(reader, "_READ", {})
    monkeypatch.setattr(compact, "hash_code", lambda: "a later release")
    with pytest.raises(AssertionError, match="was read again"):
        read_frozen_pack(workspace, run.files)


def test_its_copy_is_not_trusted_without_its_hash(
    scored: tuple[Workspace, StoredRun], monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, run = scored
    path = run.files.path / "pack.json"
    content = path.read_bytes()
    monkeypatch.setattr(reader, "_READ", {})
    try:
        path.write_bytes(content.replace(b"1.0", b"1.1", 1))
        with pytest.raises(RunChanged, match=r"pack\.json 的内容被改动过"):
            read_frozen_pack(workspace, open_stored_run(workspace, run.id))
    finally:
        path.write_bytes(content)


def test_a_workspaces_pack_is_that_of_its_newest_run_as_long_as_no_byte_differs(
    scored: tuple[Workspace, StoredRun], monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, _ = scored
    known = load_pack(workspace.pack_folder)
    monkeypatch.setattr(reader, "_READ", {})
    monkeypatch.setattr(reader, "_read_pack", refuse)
    assert load_known_pack(workspace) == known
    monkeypatch.setattr(reader, "_READ", {})
    extra = workspace.pack_folder / "sources" / "more.txt"
    extra.write_text("又一份", encoding="utf-8")
    try:
        with pytest.raises(AssertionError, match="was read again"):
            load_known_pack(workspace)
    finally:
        extra.unlink()
