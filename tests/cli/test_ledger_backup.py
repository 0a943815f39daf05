"""Trail and backup at the command line: what is found, what is refused, and that a restore is the same ledger.

Not proved here: every kind of tampering (tests/ledger/test_trail.py), and that a disk keeps what it was given.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import sqlite3
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from data.ledger.evidence import place_of
from data.ledger.ledger import Ledger
from data.ledger.logins import find_login, open_login
from data.ledger.transitions import apply_transition
from data.ledger.verify import verify_trail
from data.store.database import list_runs, open_store
from data.store.workspace import Workspace, open_workspace_store
from tests.cli.ledger_office import Office, open_office, read_pack
from tests.ledger.conftest import postgresql
from tests.ledger.postgres import Server
from tests.ledger.world import finding_fields, reach

__all__ = ["postgresql"]


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    # Not the one that a command of another test may have made.
    monkeypatch.setenv("DUCHA_KEY", str(tmp_path / "keys" / "office.key"))
    return open_office(tmp_path, monkeypatch)


def change_behind(office: Office, statement: str) -> None:
    with sqlite3.connect(office.workspace.database_path) as store:
        store.execute(statement)


def test_an_untouched_trail_is_said_to_be_so_with_its_head(office: Office) -> None:
    head = office.done("trail", "head").strip()
    said = office.done("trail", "verify", "--known-head", head)
    first, rest = said.split("\n", 1)
    assert first.startswith("注意：本工作区没有督察办的签名密钥，备份和链头都没有签名")
    assert rest == f"未发现篡改：{head.partition(':')[0]} 条留痕，链头 {head}\n"
    assert office.data("trail", "verify")["problems"] == []
    assert "不是留痕链头" in office.run("trail", "verify", "--known-head", "12").stderr


def test_every_problem_is_a_line_and_exit_code_1(office: Office) -> None:
    head = office.done("trail", "head").strip()
    change_behind(office, "UPDATE ledger_user SET name = '别人' WHERE id = 'ins1'")
    result = office.run("trail", "verify")
    assert result.exit_code == 1
    assert "数据与留痕不符：ins1 的「姓名」不是经程序改的" in result.stdout
    listed = json.loads(office.run("trail", "verify", "--format", "json").stdout)
    assert [each["fault"] for each in listed["problems"]] == ["row_changed"]
    forged = f"{head.partition(':')[0]}:{'a' * 64}"
    assert "整段被改写过" in office.run("trail", "verify", "--known-head", forged).stdout


def test_the_export_has_a_line_per_event_and_ends_with_the_head(office: Office, tmp_path: Path) -> None:
    result = office.run("trail", "export", "-o", tmp_path / "trail.jsonl")
    events = [json.loads(line) for line in (tmp_path / "trail.jsonl").read_text(encoding="utf-8").splitlines()]
    assert f"链头 {events[-1]['seq']}:{events[-1]['hash']}" in result.stderr
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))


def test_nothing_is_written_onto_a_trail_whose_end_is_gone(office: Office) -> None:
    finding = reach(office.world, "finding", "draft")
    change_behind(office, "DROP TRIGGER ledger_event_delete")
    change_behind(office, "DELETE FROM ledger_event WHERE seq = (SELECT max(seq) FROM ledger_event)")
    said = office.refused("finding", "submit", finding, "--latest", by="ins1")
    assert "留痕有问题，先不写入。末尾被截去" in said and "ducha trail verify" in said
    assert office.run("finding", "show", finding, by="ins1").exit_code == 0


def test_without_the_head_file_one_is_warned_and_goes_on(office: Office) -> None:
    finding = reach(office.world, "finding", "draft")
    (office.workspace.root / "trail.head").unlink()
    result = office.run("finding", "submit", finding, "--latest", by="ins1")
    assert result.exit_code == 0 and "trail.head 不见了" in result.stderr


@pytest.mark.parametrize("name", ["copy", "copy.zip"])
def test_a_backup_is_checked_and_restored_as_the_same_ledger(office: Office, tmp_path: Path, name: str) -> None:
    finding = reach(office.world, "finding", "notified")
    made = office.data("backup", "-o", tmp_path / name)
    assert made["problems"] == []
    assert f"链头 {made['head']}" in office.done("restore", tmp_path / name, "--check", "--known-head", made["head"])
    again = Office(Workspace(tmp_path / "again"), office.world)
    assert "已恢复到" in again.done("restore", tmp_path / name)
    assert again.done("trail", "head").strip() == made["head"]
    assert "未发现篡改" in again.done("trail", "verify")
    assert again.data("finding", "show", finding, by="ins1") == office.data("finding", "show", finding, by="ins1")
    again.done("finding", "reopen-review", reach_confirmed(again), "--latest", "--reason", "重审", by="lead")
    assert office.refused("backup", "-o", tmp_path / name) == f"{tmp_path / name} 已经存在，不会覆盖；请换一个名字\n"
    assert "不是空文件夹" in again.refused("restore", tmp_path / name)


def test_a_backup_logs_nobody_in(office: Office, tmp_path: Path) -> None:
    ledger = office.world.ledger
    id = open_login(ledger.engine, office.world.row("user", "lead"), office.world.now)
    assert find_login(ledger.engine, office.world.now, id=id) is not None
    office.data("backup", "-o", tmp_path / "copy")
    assert "login.jsonl" not in [path.name for path in (tmp_path / "copy" / "store").iterdir()]
    again = Office(Workspace(tmp_path / "again"), office.world)
    again.done("restore", tmp_path / "copy")
    assert find_login(open_workspace_store(again.workspace), office.world.now, id=id) is None


def test_evidence_that_vanished_is_named_and_what_was_to_be_destroyed_is(office: Office, tmp_path: Path) -> None:
    (tmp_path / "own.pdf").write_bytes(b"%PDF-1.7 of its own")
    id = office.data("evidence", "add", tmp_path / "own.pdf", "--unit", "泽州县", by="ins1")["id"]
    office.done("evidence", "exclude", id, "--latest", "--reason", "涉密", by="lead")
    place = place_of(office.workspace.evidence_folder, office.world.row("evidence", id)["sha256"])
    bytes_of_it = place.read_bytes()
    office.done("evidence", "redact", id, "--latest", "--order-number", "销1号", "--reason", "涉密", by="lead")
    assert not place.exists() and office.run("verify", "--no-files").exit_code == 0
    # As if the process had been killed after the order, or somebody had put the file back.
    place.write_bytes(bytes_of_it)
    assert f"已下令销毁的证据 {id} 文件还在" in office.run("verify").stderr
    office.done("backup", "-o", tmp_path / "copy")
    assert not place.exists() and not (tmp_path / "copy" / "evidence" / place.parent.name / place.name).exists()
    # Not by order: the row alone says that it was to be destroyed, so nothing of ours deletes the file.
    kept = next(path for path in office.workspace.evidence_folder.glob("*/*"))
    change_behind(office, f"UPDATE evidence SET state = 'redacted' WHERE sha256 = '{kept.name}'")
    assert "数据与留痕不符" in office.run("verify").stdout
    office.run("backup", "-o", tmp_path / "after")
    assert kept.exists()
    change_behind(office, f"UPDATE evidence SET state = 'kept' WHERE sha256 = '{kept.name}'")
    kept.unlink()
    for words in (("verify",), ("verify", "--no-files")):
        result = office.run(*words)
        assert result.exit_code == 1 and "证据文件不见了" in result.stdout


def test_before_a_backup_goes_what_killed_processes_left(office: Office, tmp_path: Path) -> None:
    left = [office.workspace.root / ".ducha-draft-0a", office.workspace.runs_folder / ".ducha-draft-0b"]
    left[1].mkdir(parents=True)
    left[0].write_text("1:", encoding="utf-8")
    for path in left:
        os.utime(path, (0, 0))
    office.done("backup", "-o", tmp_path / "copy")
    assert not any(path.exists() for path in left)


def reach_confirmed(office: Office) -> str:
    ledger = Ledger(open_workspace_store(office.workspace), office.workspace.root, read_pack())
    office.world.ledger = ledger
    return reach(office.world, "finding", "confirmed")


def test_what_was_done_to_a_backup_is_named(office: Office, tmp_path: Path) -> None:
    office.done("backup", "-o", tmp_path / "good")

    def check(change: str, text: str | None) -> str:
        bad = tmp_path / "bad"
        shutil.rmtree(bad, ignore_errors=True)
        shutil.copytree(tmp_path / "good", bad)
        path = next(bad.glob(change)) if "*" in change else bad / change
        if text is None:
            path.unlink()
        else:
            path.write_text(text, encoding="utf-8")
        said = office.refused("restore", bad, "--check")
        assert "没有恢复" in said or "不是督察备份" in said
        return said

    assert "与清单上的摘要不符" in check("evidence/*/*", "%PDF-别的")
    assert "不见了" in check("evidence/*/*", None)
    assert "store/ledger_event.jsonl 与清单上的摘要不符" in check("store/ledger_event.jsonl", "")
    assert "不在清单上" in check("extra.txt", "")
    assert "不是督察备份" in check("manifest.json", "{}")
    assert "没有备份" in office.refused("restore", tmp_path / "nothing", "--check")
    (tmp_path / "text.zip").write_text("x", encoding="utf-8")
    assert "不是备份" in office.refused("restore", tmp_path / "text.zip", "--check")
    with zipfile.ZipFile(tmp_path / "evil.zip", "w") as archive:
        archive.writestr("../x", "x")
    assert "不该有的文件名" in office.refused("restore", tmp_path / "evil.zip", "--check")
    assert not (tmp_path.parent / "x").exists()


def test_a_manifest_that_was_written_anew_shows_against_the_trail_or_a_head(office: Office, tmp_path: Path) -> None:
    head = office.done("trail", "head").strip()
    old = office.data("backup", "-o", tmp_path / "old")
    reach(office.world, "finding", "draft")
    later = office.done("trail", "head").strip()
    assert old["head"] == head
    said = office.refused("restore", tmp_path / "old", "--check", "--known-head", later)
    assert "末尾被截去" in said
    assert office.run("restore", tmp_path / "old", "--check", "--known-head", head).exit_code == 0


def test_damaged_evidence_is_backed_up_and_told(office: Office, tmp_path: Path) -> None:
    place = next(path for path in office.workspace.evidence_folder.glob("*/*"))
    place.write_bytes(b"%PDF-1.7\nforged")
    result = office.run("backup", "-o", tmp_path / "copy")
    assert result.exit_code == 1 and "的文件被改动过，摘要不符" in result.stderr
    assert (tmp_path / "copy" / "manifest.json").is_file()


def _write(root: str, url: str, number: int, count: int) -> None:
    ledger = Ledger(open_store(url), Path(root), read_pack())
    now = datetime(2024, 6, 1, 9, number, tzinfo=UTC)
    given = {"inspection": "督察〔2024〕0001号", "unit": "zezhou", "statement": f"第 {number} 个人写的"}
    for turn in range(count):
        apply_transition(ledger, "ins1", "finding", None, "draft", given, now=now + timedelta(seconds=turn))


def test_a_backup_is_consistent_while_four_people_write(office: Office, tmp_path: Path) -> None:
    finding_fields(office.world)
    root, url = str(office.workspace.root), str(office.workspace.database_path)
    office.world.now = datetime(2024, 6, 1, 9, 30, tzinfo=UTC)
    people = [multiprocessing.Process(target=_write, args=(root, url, number, 40)) for number in range(4)]
    for person in people:
        person.start()
    heads = []
    for turn in range(3):
        heads.append(office.data("backup", "-o", tmp_path / f"copy{turn}")["head"])
        assert office.run("restore", tmp_path / f"copy{turn}", "--check").exit_code == 0
    for person in people:
        person.join()
        assert person.exitcode == 0
    assert len(office.world.rows("finding")) == 160
    # Every backup was a moment of the one chain.
    assert "未发现篡改" in office.done("trail", "verify", *(word for head in heads for word in ("--known-head", head)))


def test_postgresql_is_backed_up_and_restored_into_an_empty_database_only(
    office: Office, postgresql: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.done("backup", "-o", tmp_path / "copy")
    url = _create_database(postgresql, "restored")
    monkeypatch.setenv("DUCHA_STORE", url)
    shared = Office(Workspace(tmp_path / "shared"), office.world)
    shared.done("restore", tmp_path / "copy")
    assert "未发现篡改" in shared.done("trail", "verify")
    office.world.ledger = Ledger(open_store(url), shared.workspace.root, read_pack())
    finding = reach(office.world, "finding", "confirmed")
    other = Office(Workspace(tmp_path / "other"), office.world)
    shared.done("backup", "-o", tmp_path / "second.zip")
    assert "数据库里已有数据" in other.refused("restore", tmp_path / "second.zip")
    monkeypatch.delenv("DUCHA_STORE")
    other.done("restore", tmp_path / "second.zip")
    assert other.data("finding", "show", finding, by="ins1")["state"] == "confirmed"
    assert verify_trail(open_workspace_store(other.workspace), other.workspace.root, office.world.tick()) == []
    assert list_runs(open_workspace_store(other.workspace)) == []


def _create_database(server: Server, name: str) -> str:
    server.run(f"CREATE DATABASE {name}")
    return server.url(name)
