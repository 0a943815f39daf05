"""What is done to stored things behind the program's back, and that verification, reading and backups name it.

The demo's workspace is tampered with as somebody with the account of the server could. It does not prove that a whole
store, written anew with another trail, is found: that takes a head that is kept elsewhere (tests/ledger).
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from data.backup.archive import BackupRefused, open_backup
from data.backup.backup import check_backup, make_backup, restore_backup
from data.backup.verification import verify_workspace
from data.clock import office_now
from data.runs.folder import RunChanged, hash_file, open_run_folder
from data.store.database import MIGRATIONS
from data.store.workspace import Workspace, open_workspace, open_workspace_store
from scoring.runs.store import StoredRun, check_run, list_runs, read_explanations, read_run
from tests.cli.conftest import start_ducha


@pytest.fixture
def office(demo: Path, tmp_path: Path) -> Workspace:
    shutil.copytree(demo, tmp_path / "office")
    return open_workspace(tmp_path / "office")


def find_faults(workspace: Workspace) -> set[str]:
    found = verify_workspace(open_workspace_store(workspace), workspace.root, office_now())
    return {problem.fault for problem in found.problems}


def newest(workspace: Workspace) -> Path:
    return workspace.runs_folder / list_runs(workspace)[-1]


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def run_sql(workspace: Workspace, *statements: str) -> None:
    with sqlite3.connect(workspace.database_path) as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


def edit_result(workspace: Workspace) -> None:
    edit(newest(workspace) / "result.json", '"outcome": "scored"', '"outcome": "exempt"')


def edit_result_and_its_hash(workspace: Workspace) -> None:
    edit_result(workspace)
    manifest = json.loads((newest(workspace) / "manifest.json").read_bytes())
    manifest["files"]["result.json"] = hash_file(newest(workspace) / "result.json")
    (newest(workspace) / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def take_the_hashes_away(workspace: Workspace) -> None:
    manifest = json.loads((newest(workspace) / "manifest.json").read_bytes())
    del manifest["files"]
    (newest(workspace) / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def swap_runs(workspace: Workspace) -> None:
    first, second = (workspace.runs_folder / run for run in list_runs(workspace)[:2])
    first.rename(first.with_name("swap"))
    second.rename(first)
    first.with_name("swap").rename(second)


def edit_explanation(workspace: Workspace) -> None:
    path = newest(workspace) / "explanations.jsonl.gz"
    content = bytearray(path.read_bytes())
    content[100] ^= 1
    path.write_bytes(content)


def edit_index(workspace: Workspace) -> None:
    edit(newest(workspace) / "explanations.index.json", '"start": 0', '"start": 1')


def edit_frozen_pack(workspace: Workspace) -> None:
    with next(workspace.packs_folder.glob("*/pack.yaml")).open("a", encoding="utf-8") as file:
        file.write("\n# 改\n")


def put_a_file_in(workspace: Workspace) -> None:
    (newest(workspace) / "another.json").write_text("{}", encoding="utf-8")


def edit_batch(workspace: Workspace) -> None:
    path = sorted(workspace.batches_folder.glob("lectures/*.parquet"))[0]
    path.write_bytes(path.read_bytes()[:-1] + b"x")


def find_ledger_rows(workspace: Workspace) -> Path:
    """The ledger's rows as a run read them: a file that no batch names."""
    return next(workspace.batches_folder.glob("findings/*.parquet"))


def edit_ledger_rows(workspace: Workspace) -> None:
    path = find_ledger_rows(workspace)
    path.write_bytes(path.read_bytes()[:-1] + b"x")


def delete_ledger_rows(workspace: Workspace) -> None:
    find_ledger_rows(workspace).unlink()


def delete_evidence(workspace: Workspace) -> None:
    next(path for path in workspace.evidence_folder.rglob("*") if path.is_file()).unlink()


def relabel_batch(workspace: Workspace) -> None:
    run_sql(workspace, "UPDATE batch SET rows = rows + 1 WHERE seq = 1")


def widen_scopes(workspace: Workspace) -> None:
    run_sql(workspace, "UPDATE batch_scope SET period = 2019 WHERE rowid = (SELECT max(rowid) FROM batch_scope)")


def invent_batch(workspace: Workspace) -> None:
    columns = "dataset, file_name, file_sha256, parquet_name, rows, columns, sheet, nil_report, accepted_at"
    columns += ", accepted_by, fictional"
    run_sql(
        workspace,
        f"INSERT INTO batch (seq, id, {columns}) SELECT 9999, 'x-009999', {columns} FROM batch WHERE seq = 1",
    )


def delete_batch(workspace: Workspace) -> None:
    run_sql(
        workspace,
        "DELETE FROM batch_scope WHERE batch_id = (SELECT id FROM batch WHERE seq = 1)",
        "DELETE FROM batch WHERE seq = 1",
    )


def declare_for_longer(workspace: Workspace) -> None:
    run_sql(workspace, "UPDATE register_declaration SET complete_to = '2026-12-31' WHERE seq = 1")


def withdraw_declaration(workspace: Workspace) -> None:
    run_sql(workspace, "DELETE FROM register_declaration WHERE seq = 1")


def invent_calendar(workspace: Workspace) -> None:
    columns = "seq, year, content, days_sha256, imported_at, imported_by"
    run_sql(workspace, f"INSERT INTO calendar ({columns}) VALUES (1, 2027, '{{}}', '', '', '')")


def forget_run(workspace: Workspace) -> None:
    run_sql(workspace, f"DELETE FROM run WHERE id = '{newest(workspace).name}'")


def link_evidence(workspace: Workspace) -> None:
    path = next(path for path in workspace.evidence_folder.rglob("*") if path.is_file())
    path.rename(workspace.root.parent / "elsewhere")
    path.symlink_to(workspace.root.parent / "elsewhere")


def hang_a_trigger_on_batches(workspace: Workspace) -> None:
    run_sql(workspace, "CREATE TRIGGER quiet BEFORE INSERT ON batch BEGIN SELECT RAISE(IGNORE); END")


def poison_an_index(workspace: Workspace) -> None:
    """Two findings disappear from an index, and so from every list that uses it; the table still has them."""
    run_sql(
        workspace,
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_master SET sql = replace(sql, '(unit, state)', '(unit, state) WHERE unit <> ''zezhou''') "
        "WHERE name = 'finding_by_unit'",
    )
    run_sql(workspace, "REINDEX finding_by_unit")
    run_sql(
        workspace,
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_master SET sql = replace(sql, ' WHERE unit <> ''zezhou''', '') WHERE name = 'finding_by_unit'",
    )


TAMPERING: list[tuple[Callable[[Workspace], None], str]] = [
    (edit_result, "run_changed"),
    (edit_result_and_its_hash, "run_changed"),
    (take_the_hashes_away, "run_changed"),
    (swap_runs, "run_changed"),
    (edit_explanation, "run_changed"),
    (edit_index, "run_changed"),
    (put_a_file_in, "run_changed"),
    (declare_for_longer, "register_changed"),
    (withdraw_declaration, "register_changed"),
    (invent_calendar, "calendar_changed"),
    (forget_run, "run_missing"),
    (edit_frozen_pack, "pack_changed"),
    (edit_batch, "batch_changed"),
    (edit_ledger_rows, "batch_changed"),
    (delete_ledger_rows, "batch_missing"),
    (delete_evidence, "evidence_missing"),
    (relabel_batch, "batch_changed"),
    (widen_scopes, "batch_changed"),
    (invent_batch, "batch_invented"),
    (delete_batch, "batch_missing"),
    (link_evidence, "link"),
    (hang_a_trigger_on_batches, "guard"),
    (poison_an_index, "store_damaged"),
]


def test_a_workspace_that_nobody_touched_is_in_order(office: Workspace) -> None:
    found = verify_workspace(open_workspace_store(office), office.root, office_now())
    assert found.problems == () and found.notices == ()


@pytest.mark.parametrize(("tamper", "fault"), TAMPERING, ids=lambda value: getattr(value, "__name__", value))
def test_what_was_done_is_named(office: Workspace, tamper: Callable[[Workspace], None], fault: str) -> None:
    tamper(office)
    assert fault in find_faults(office)


@pytest.mark.parametrize("tamper", [edit_result, edit_result_and_its_hash, take_the_hashes_away, swap_runs])
def test_a_changed_run_is_not_even_read(office: Workspace, tamper: Callable[[Workspace], None]) -> None:
    run = list_runs(office)[-1] if tamper is not swap_runs else list_runs(office)[0]
    tamper(office)
    with pytest.raises(RunChanged, match="与保存时不同"):
        read_run(office, run)


@pytest.mark.parametrize("tamper", [edit_explanation, edit_index])
def test_a_changed_explanation_is_not_even_read(office: Workspace, tamper: Callable[[Workspace], None]) -> None:
    tamper(office)
    run = read_run(office)
    with pytest.raises(RunChanged, match="与保存时不同"), read_explanations(office, run) as stored:
        list(stored.read_all())


def test_what_other_accounts_can_read_is_named(office: Workspace) -> None:
    (office.root / "ducha.db").chmod(0o644)
    engine = open_workspace_store(office)
    assert verify_workspace(engine, office.root, office_now()).notices == (), "nobody else can enter the folder"
    office.root.chmod(0o755)
    found = verify_workspace(engine, office.root, office_now())
    assert found.problems == () and len(found.notices) == 1
    assert re.fullmatch(
        r"有 \d+ 个文件或文件夹别的账号也能读（.*）；请在服务器上执行 chmod -R go= .*", found.notices[0]
    )
    for path in (office.root, *office.root.rglob("*")):
        path.chmod(path.stat().st_mode & 0o700)
    assert verify_workspace(engine, office.root, office_now()).notices == ()


def test_what_a_command_writes_is_for_its_own_account_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        done = start_ducha("-w", tmp_path / "w", "init", "--pack", "published-dates")
    finally:
        os.umask(before)
    assert done.returncode == 0, done.stderr
    made = [tmp_path / "w", *(tmp_path / "w").rglob("*")]
    assert len(made) > 5 and not any(path.stat().st_mode & 0o077 for path in made)


def test_a_planted_run_is_no_run(office: Workspace) -> None:
    shutil.copytree(newest(office), office.runs_folder / "2024-20250410-000000000000")
    assert "2024-20250410-000000000000" not in list_runs(office)
    found = verify_workspace(open_workspace_store(office), office.root, office_now())
    assert found.problems == () and "没有登记，程序不读它" in found.notices[0]


def test_a_backup_brings_back_every_run_down_to_its_recomputation(office: Workspace, tmp_path: Path) -> None:
    made = make_backup(office, tmp_path / "copy.zip", now=office_now())
    assert made.problems == ()
    with open_backup(tmp_path / "copy.zip") as folder:
        assert check_backup(folder, now=office_now()).problems == ()
        restored = restore_backup(folder, tmp_path / "restored", None)
    assert list_runs(restored) == list_runs(office)
    for run in list_runs(restored):
        check_run(restored, read_run(restored, run))
    assert find_faults(restored) == set()


def test_a_backup_holds_nothing_but_what_belongs_to_the_workspace(office: Workspace, tmp_path: Path) -> None:
    foreign = {"secrets.toml", "runs/x/manifest.json", "batches/lectures/other.parquet", "packs/y/pack.yaml"}
    for name in foreign:
        (office.root / name).parent.mkdir(parents=True, exist_ok=True)
        (office.root / name).write_text("x", encoding="utf-8")
    make_backup(office, tmp_path / "copy", now=office_now())
    held = {path.relative_to(tmp_path / "copy").as_posix() for path in (tmp_path / "copy").rglob("*") if path.is_file()}
    assert not held & foreign


@pytest.mark.parametrize("name", ["store.url", "secrets.toml", "store/other.jsonl", "evidence/ab/run.sh"])
def test_what_was_smuggled_into_a_backup_is_refused_by_name(office: Workspace, tmp_path: Path, name: str) -> None:
    make_backup(office, tmp_path / "copy", now=office_now())
    path = tmp_path / "copy" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("postgresql://elsewhere", encoding="utf-8")
    manifest = json.loads((tmp_path / "copy" / "manifest.json").read_bytes())
    manifest["files"][name] = hash_file(path)
    (tmp_path / "copy" / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert f"{name} 不属于工作区，不该在备份里" in check_backup(tmp_path / "copy", now=office_now()).problems


def test_a_backup_that_lost_a_file_with_its_line_says_that_it_is_needed(office: Workspace, tmp_path: Path) -> None:
    make_backup(office, tmp_path / "copy", now=office_now())
    manifest = json.loads((tmp_path / "copy" / "manifest.json").read_bytes())
    name = next(name for name in manifest["files"] if name.startswith("batches/"))
    del manifest["files"][name]
    (tmp_path / "copy" / name).unlink()
    (tmp_path / "copy" / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert f"{name} 是评分或留痕用到的，备份里没有" in check_backup(tmp_path / "copy", now=office_now()).problems


MALFORMED: list[Callable[[dict[str, object]], object]] = [
    lambda manifest: {**manifest, "head": 7},
    lambda manifest: {**manifest, "head": None},
    lambda manifest: {**manifest, "files": ["a"]},
    lambda manifest: {**manifest, "files": {"a": 1}},
    lambda manifest: {**manifest, "files": {"a\nb": "x"}},
    lambda manifest: {**manifest, "files": None},
    lambda manifest: {**manifest, "migrations": None},
    lambda manifest: {**manifest, "migrations": [1]},
    lambda manifest: [manifest],
    lambda manifest: "manifest",
]


@pytest.mark.parametrize("spoil", MALFORMED)
def test_a_malformed_manifest_is_refused_in_a_sentence(
    tmp_path: Path, spoil: Callable[[dict[str, object]], object]
) -> None:
    good = {"schema": "ducha.backup.v1", "migrations": [], "head": f"0:{'0' * 64}", "files": {}}
    (tmp_path / "manifest.json").write_text(json.dumps(spoil(good)), encoding="utf-8")
    with pytest.raises(BackupRefused, match=r"督察备份|不该有的文件名"):
        check_backup(tmp_path, now=office_now())


@pytest.mark.parametrize("line", ["no json", "[]", "{}", '{"id": {"a": 1}}', '{"nothing": 1}', "[" * 100_000])
def test_rows_that_are_none_are_refused_in_a_sentence(tmp_path: Path, line: str) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "run.jsonl").write_text(line + "\n", encoding="utf-8")
    names = [migration.__name__ for migration in MIGRATIONS]
    files = {"store/run.jsonl": hash_file(tmp_path / "store" / "run.jsonl")}
    manifest = {"schema": "ducha.backup.v1", "migrations": names, "head": f"0:{'0' * 64}", "files": files}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(BackupRefused, match="读不懂"):
        check_backup(tmp_path, now=office_now())


def test_an_archive_with_two_entries_of_one_name_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("manifest.json", "{}")
        archive.writestr("manifest.json", "{ }")
    with pytest.raises(BackupRefused, match="有两份"), open_backup(tmp_path / "two.zip"):
        pass


def test_an_archive_that_would_not_fit_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with zipfile.ZipFile(tmp_path / "large.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", "{}")
        archive.writestr("batches/a", b"\0" * 10_000_000)
    usage = shutil.disk_usage(tmp_path)._replace(free=70 * 1024**2)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    with pytest.raises(BackupRefused, match="展开后放不下"), open_backup(tmp_path / "large.zip"):
        pass


def test_a_run_is_recomputed_from_an_opened_backup(office: Workspace, tmp_path: Path) -> None:
    make_backup(office, tmp_path / "copy", now=office_now())
    place = sorted((tmp_path / "copy" / "runs").iterdir())[0]
    run = open_run_folder(place)
    check_run(Workspace(tmp_path / "copy"), StoredRun(place.name, run, run.manifest, run.read("result.json")))
