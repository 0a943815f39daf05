"""The office's key as somebody meets it who holds everything but the key: what is forged is refused by name.

Not proved here: that a key which lies on the same account as the data helps against whoever has that account. It does
not; a passphrase, or another machine that checks, does (docs/ledger.md).
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import Result

from data.backup.backup import make_backup
from data.clock import office_now
from data.runs.folder import hash_file
from data.signing.key import make_key
from data.store.workspace import Workspace
from data.trail.events import replace_head
from tests.cli.conftest import run_ducha
from tests.cli.ledger_office import Office, open_office
from tests.ledger.tampering import lower_marks_everywhere, take_backup
from tests.ledger.world import reach

PACK = "jincheng-2021-2025"
PASSPHRASE = "三更灯火五更鸡 1125"


@pytest.fixture
def key_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DUCHA_KEY", str(tmp_path / "keys" / "office.key"))
    return tmp_path / "keys" / "office.key"


@pytest.fixture
def office(tmp_path: Path, key_file: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """An office whose workspace has a key."""
    made = open_office(tmp_path, monkeypatch)
    made.done("key", "renew", "--reason", "启用签名密钥", by="adm")
    return made


def renew(office: Office, *words: str) -> str:
    office.done("key", "renew", "--reason", "换一把", *words, by="adm")
    return str(office.data("key", "show")["key"])


def seal_anew(backup: Path) -> None:
    """Make the manifest agree with the changed files, as somebody does who knows the format."""
    manifest = json.loads((backup / "manifest.json").read_bytes())
    manifest["files"] = {name: hash_file(backup / name) for name in manifest["files"]}
    (backup / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def test_a_backup_that_somebody_else_made_up_is_refused_by_name(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = office.done("backup", "-o", tmp_path / "own")
    own = office.data("key", "show")["key"]
    assert f"已用密钥 {own[:16]} 签名" in said
    assert office.done("restore", tmp_path / "own", "--check").startswith(f"签名属实：由密钥 {own[:16]} 于 ")
    # Another store that agrees with itself throughout: nothing but a signature tells it from ours.
    other = open_office(tmp_path / "other", monkeypatch)
    make_backup(other.workspace, tmp_path / "unsigned", now=office_now())
    stranger = make_key(tmp_path / "stranger.key", None, office_now())
    make_backup(other.workspace, tmp_path / "strange", now=office_now(), key=stranger)
    shutil.copytree(tmp_path / "unsigned", tmp_path / "borrowed")
    shutil.copy(tmp_path / "own" / "manifest.sig", tmp_path / "borrowed")
    again = Office(Workspace(tmp_path / "again"), office.world)
    assert "备份没有签名，而本办有签名密钥" in again.refused("restore", tmp_path / "unsigned")
    assert f"另一把密钥 {stranger.public.id} 签名的，不是本办的" in again.refused("restore", tmp_path / "strange")
    assert "备份与签名不符" in again.refused("restore", tmp_path / "borrowed")
    assert not again.workspace.root.exists()
    # Only by saying so.
    assert "不能证明是本办的" in office.done("restore", tmp_path / "unsigned", "--check", "--unsigned")
    named = office.run("restore", tmp_path / "strange", "--check", "--public-key", stranger.public.text)
    assert named.exit_code == 0 and "公钥取自命令所写" in named.stdout
    assert "已恢复到" in again.done("restore", tmp_path / "own")


def test_a_signed_backup_that_was_edited_is_refused_before_it_is_read(office: Office, tmp_path: Path) -> None:
    office.done("backup", "-o", tmp_path / "copy")
    rows = tmp_path / "copy" / "store" / "unsent.jsonl"
    rows.write_text("{}\n", encoding="utf-8")
    seal_anew(tmp_path / "copy")
    assert "备份与签名不符：签名以后被改动过" in office.refused("restore", tmp_path / "copy", "--check")
    (tmp_path / "copy" / "manifest.sig").write_text("[]", encoding="utf-8")
    assert "备份的签名读不懂" in office.refused("restore", tmp_path / "copy", "--check")


def test_whoever_knows_no_public_key_is_told_first_that_nothing_is_proved(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    public = office.data("key", "show")["key"]
    office.done("backup", "-o", tmp_path / "copy.zip")
    monkeypatch.setenv("DUCHA_KEY", str(tmp_path / "another machine" / "office.key"))
    said = office.done("restore", tmp_path / "copy.zip", "--check")
    assert said.startswith(f"注意：本机没有本办的公钥可对照，不能证明签名的密钥 {public[:16]} 是本办的")
    assert office.done("verify").startswith("注意：本机没有本办的公钥可对照")
    monkeypatch.setenv("DUCHA_PUBLIC_KEY", public.upper())
    assert office.done("restore", tmp_path / "copy.zip", "--check").startswith("签名属实")
    assert office.done("verify").startswith("未发现篡改")
    assert "不是公钥" in office.refused("restore", tmp_path / "copy.zip", "--check", "--public-key", public[:16])


def test_a_workspace_begins_with_the_accounts_key_and_never_beside_its_data(tmp_path: Path, key_file: Path) -> None:
    inside = tmp_path / "a" / "office.key"
    done = run_ducha("-w", tmp_path / "a", "init", "--pack", PACK, "--key", inside)
    assert "签名密钥不能放在工作区里" in done.stderr and not inside.exists()
    said = run_ducha("-w", tmp_path / "a", "verify")
    assert said.returncode == 0 and said.stdout.startswith("注意：本工作区没有督察办的签名密钥")
    done = run_ducha("-w", tmp_path / "b", "init", "--pack", PACK)
    assert "（新做的）" in done.stdout and key_file.stat().st_mode & 0o77 == 0
    # The office has one key, whatever it inspects; nothing was said of a key to who wants none.
    assert "（用已有的）" in run_ducha("-w", tmp_path / "c", "init", "--pack", PACK).stdout
    assert "密钥" not in run_ducha("-w", tmp_path / "d", "init", "--pack", PACK, "--no-key").stdout
    assert run_ducha("-w", tmp_path / "c", "verify").stdout.startswith("未发现篡改")
    key_file.chmod(0o644)
    made = run_ducha("-w", tmp_path / "c", "backup", "-o", tmp_path / "copy")
    assert made.returncode == 1 and "别的账号也能读或者改" in made.stderr and "备份没有签名" in made.stderr


def test_a_key_with_a_passphrase_signs_for_nobody_without_it(
    office: Office, key_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUCHA_KEY_PASSPHRASE", "短")
    assert "口令太短" in office.refused("key", "renew", "--reason", "加口令", by="adm")
    monkeypatch.setenv("DUCHA_KEY_PASSPHRASE", PASSPHRASE)
    renew(office)
    assert "sealed" in json.loads(key_file.read_bytes()) and "secret" not in json.loads(key_file.read_bytes())
    office.done("backup", "-o", tmp_path / "signed")
    monkeypatch.setenv("DUCHA_KEY_PASSPHRASE", PASSPHRASE + "x")
    assert "口令不对" in office.refused("trail", "anchor", tmp_path / "anchor.json")
    monkeypatch.delenv("DUCHA_KEY_PASSPHRASE")
    made = office.run("backup", "-o", tmp_path / "unsigned")
    # Better than none, and not in silence.
    assert made.exit_code == 1 and "没有口令不能签名" in made.stderr and "备份没有签名" in made.stderr
    assert "备份没有签名，而本办有签名密钥" in office.refused("restore", tmp_path / "unsigned", "--check")


def test_a_lost_key_is_renewed_by_an_administrator_with_an_event(
    office: Office, key_file: Path, tmp_path: Path
) -> None:
    former = office.data("key", "show")["key"]
    office.done("backup", "-o", tmp_path / "copy")
    office.done("trail", "anchor", tmp_path / "anchor.json")
    assert "只有系统管理才能更换签名密钥" in office.refused("key", "renew", "--reason", "丢了", by="ins1")
    assert office.data("key", "show")["key"] == former and not list(key_file.parent.glob("*.new"))
    key_file.unlink()
    public = renew(office)
    assert public != former and office.data("key", "show")["workspace"] == public
    office.done("trail", "export", "-o", tmp_path / "trail.jsonl")
    events = [json.loads(line) for line in (tmp_path / "trail.jsonl").read_text(encoding="utf-8").splitlines()]
    last = [event for event in events if event["object"] == "key"][-1]
    assert (last["actor"], last["reason"], last["outcome"]) == ("adm", "换一把", "noted")
    assert json.loads(last["after"])["former"] == former
    # What was signed before holds, until the key is said to have leaked.
    office.done("restore", tmp_path / "copy", "--check", "--anchor", tmp_path / "anchor.json")
    assert renew(office) != public
    office.done("restore", tmp_path / "copy", "--check")
    office.done("backup", "-o", tmp_path / "later")
    renew(office, "--leaked")
    assert "另一把密钥" in office.refused("restore", tmp_path / "later", "--check")


def test_a_renewal_that_was_killed_between_event_and_file_is_ended_by_the_next(
    office: Office, key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("scoring.cli.keys.put_in_place", lambda *_: 1 / 0)
        assert isinstance(
            office.run("key", "renew", "--reason", "泄露", "--leaked", by="adm").exception, ZeroDivisionError
        )
    before = office.data("key", "show")
    assert before["key"] != before["workspace"] and key_file.with_name("office.key.new").is_file()
    assert "已接着做完" in office.done("key", "renew", "--reason", "接着做", by="adm")
    after = office.data("key", "show")
    assert after["key"] == after["workspace"] == before["workspace"] and after["trusted"] == [after["key"]]


def test_a_key_on_the_trail_that_is_not_the_offices_is_named(office: Office, tmp_path: Path) -> None:
    stranger = make_key(tmp_path / "stranger.key", None, office_now())
    result = office.run("verify", "--public-key", stranger.public.text)
    assert result.exit_code == 1 and "签名密钥不是本办的：留痕登记的是" in result.stdout


def test_a_trail_written_anew_with_all_its_heads_shows_against_a_signed_anchor(office: Office, tmp_path: Path) -> None:
    reach(office.world, "finding", "confirmed")
    office.done("trail", "anchor", tmp_path / "anchor.json")
    assert "已经存在" in office.refused("trail", "anchor", tmp_path / "anchor.json")
    assert "在工作区里" in office.refused("trail", "anchor", office.workspace.root / "anchor.json")
    reach(office.world, "finding", "draft")
    assert "没有截去或改写" in office.done("trail", "anchor", tmp_path / "anchor.json", "--check")
    assert office.run("verify", "--anchor", tmp_path / "anchor.json").exit_code == 0
    lower_marks_everywhere(office.world)
    # Rows, chain and both heads agree with each other.
    assert office.run("verify").exit_code == 0
    found = office.run("trail", "anchor", tmp_path / "anchor.json", "--check")
    assert found.exit_code == 1 and "从那时起整段被改写过" in found.stdout
    assert "整段被改写过" in office.run("verify", "--anchor", tmp_path / "anchor.json").stdout


def test_a_trail_cut_off_with_its_heads_shows_and_a_forged_anchor_does_not_pass(office: Office, tmp_path: Path) -> None:
    head, restore = office.world.head(), take_backup(office.world)
    reach(office.world, "finding", "draft")
    office.done("trail", "anchor", tmp_path / "anchor.json")
    forged = json.loads((tmp_path / "anchor.json").read_bytes()) | {"events": 3}
    (tmp_path / "forged.json").write_text(json.dumps(forged), encoding="utf-8")
    assert "与签名不符" in office.refused("trail", "anchor", tmp_path / "forged.json", "--check")
    (tmp_path / "forged.json").write_text("{}", encoding="utf-8")
    assert "不是锚点文件" in office.refused("verify", "--anchor", tmp_path / "forged.json")
    restore()
    replace_head(office.workspace.root, head)
    assert office.run("verify").exit_code == 0
    found = office.run("verify", "--anchor", tmp_path / "anchor.json")
    assert found.exit_code == 1 and "末尾被截去" in found.stdout


def test_a_paper_is_proved_by_the_exported_trail_and_an_anchor_without_a_workspace(
    office: Office, tmp_path: Path
) -> None:
    """Not proved here: that the paper says what the office printed; only that its head is the office's."""
    printed = str(office.world.head())
    early, exported, anchor = tmp_path / "early.json", tmp_path / "trail.jsonl", tmp_path / "anchor.json"
    reach(office.world, "finding", "draft")
    office.done("trail", "anchor", anchor)
    reach(office.world, "finding", "confirmed")
    later = str(office.world.head())
    office.done("trail", "export", "-o", exported)
    public = office.data("key", "show")["key"]
    elsewhere = Office(Workspace(tmp_path / "nowhere"))

    def prove(head: str = printed, trail: Path = exported, signed: Path = anchor, key: str = public) -> Result:
        return elsewhere.run("trail", "prove", trail, "--head", head, "--anchor", signed, "--public-key", key)

    assert prove().exit_code == 0 and f"留痕第 {printed.split(':')[0]} 条" in prove().stdout
    assert "锚点只签到" in prove(head=later).stderr
    assert "与留痕第 2 条的摘要不符" in prove(head=f"2:{'0' * 64}").stderr
    stranger = make_key(tmp_path / "stranger.key", None, office_now())
    assert prove(key=stranger.public.text).exit_code == 1
    lines = exported.read_text(encoding="utf-8").splitlines(keepends=True)
    for changed, words in (
        ([*lines[:2], lines[2].replace('"actor":"', '"actor":"x'), *lines[3:]], "第 3 行被改过、删过或插过"),
        ([*lines[:2], *lines[3:]], "第 3 行被改过、删过或插过"),
        ([*lines[:2], "{}\n"], "第 3 行不是留痕"),
        (lines[:3], "没有锚点签到的"),
    ):
        early.write_text("".join(changed), encoding="utf-8")
        assert words in prove(trail=early).stderr
    assert "读不了" in prove(trail=tmp_path / "none.jsonl").stderr
