"""The ledger at the command line: every action of every machine, what is refused, and who sees what.

Not proved here: the rules of the machines themselves (tests/ledger), only that the command line says and hears
them rightly.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
import pytest
import typer

from data.ledger.machines import MACHINES
from data.ledger.verify import verify_trail
from scoring.cli.actions import APART, list_rows, name_command
from scoring.cli.entries import ENTRIES, is_many, name_option
from scoring.cli.main import app
from scoring.wording.findings import IDLE
from tests.cli.conftest import run_ducha
from tests.cli.ledger_office import Office, open_office
from tests.ledger.world import EXAMPLES, PATHS, PREPARED, example, finding_fields, reach

GROUPS = {"rectification": "rectify", "rules": "pack"}


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    return open_office(tmp_path, monkeypatch)


def type_options(kind: str, given: dict[str, Any]) -> list[str]:
    """The fields as a person types them."""
    words = []
    for name, value in given.items():
        if value is None:
            continue
        values = value if is_many(kind, name) else [value]
        for each in values:
            words += [name_option(name), type_entry(each) if (kind, name) in ENTRIES else str(each)]
    return words


def type_entry(entry: dict[str, Any]) -> str:
    parts = (f"{name}={','.join(value) if isinstance(value, list) else value}" for name, value in entry.items())
    return ";".join(parts)


def list_commands() -> list[tuple[str, str | None, str]]:
    return [
        (kind, row.source, row.action)
        for kind, machine in MACHINES.items()
        for row in machine.transitions
        if not row.cascade and (kind, row.action) not in APART
    ]


def test_every_action_of_every_machine_is_a_command_that_does_it(office: Office) -> None:
    world = office.world
    for kind, source, action in list_commands():
        id = None if source is None else reach(world, kind, source, action)
        actor, given = example(world, kind, source, action)
        command = [GROUPS.get(kind, kind), name_command(action), *([] if id is None else [id, "--latest"])]
        reason = ["--reason", "事由如此"] if any(row.needs_reason for row in list_rows(MACHINES[kind], action)) else []
        done = office.data(*command, *type_options(kind, given), *reason, by=actor)
        transition = MACHINES[kind].find(source, action)
        assert transition is not None
        after = world.row(kind, done["id"])
        assert after["state"] == transition.target, (kind, source, action)
        assert after["updated_by"] == actor
        for name, value in given.items():
            if name not in ("units", "unit", "steps", "reports", "verification", "evidence"):
                assert after[name] == value, (kind, action, name)
    assert verify_trail(world.ledger.engine, world.ledger.root, world.now) == []


def test_every_command_says_what_it_does_in_chinese() -> None:
    def look(command: click.Command, path: str) -> None:
        assert command.help and not command.help.isascii(), path
        for parameter in command.params:
            if parameter.name not in ("help", "context"):
                text = getattr(parameter, "help", None)
                assert text and not text.isascii(), f"{path} {parameter.name}"
        for name, each in getattr(command, "commands", {}).items():
            look(each, f"{path} {name}")

    root = typer.main.get_command(app)
    for name in (
        "inspection",
        "finding",
        "evidence",
        "appeal",
        "rectify",
        "judgement",
        "exemption",
        "user",
        "trail",
        "pack",
    ):
        look(root.commands[name], name)  # type: ignore[attr-defined]


def test_the_tables_of_the_tests_and_of_the_machines_know_the_same_actions() -> None:
    known = {(kind, name.partition(":")[0]) for kind, name in EXAMPLES}
    assert {(kind, action) for kind, _, action in list_commands()} <= known
    assert PATHS and PREPARED


def test_who_acts_must_be_named_and_must_be_an_active_user(office: Office) -> None:
    assert office.run("finding", "list").exit_code == 2
    assert "没有用户「nobody」" in office.refused("finding", "list", by="nobody")
    office.world.do("adm", "user", "ins2", "disable")
    assert "账号已停用" in office.refused("finding", "list", by="ins2")
    assert "王督的账号已停用" in office.refused("exemption", "approve", "无", "--base-version", 1, by="ins2")


def test_a_refusal_is_the_sentence_on_stderr_and_exit_code_1(office: Office) -> None:
    world = office.world
    finding = reach(world, "finding", "submitted")
    world.do("adm", "user", "ins1", "edit", {"roles": ["inspector", "reviewer"]})
    result = office.run("finding", "confirm", finding, "--latest", by="ins1")
    assert (result.exit_code, result.stderr, result.stdout) == (1, "您是该问题的起草人，不能自己认定\n", "")
    said = office.run("finding", "confirm", finding, "--latest", "--format", "json", by="ins1")
    assert json.loads(said.stdout)["refused"] == "您是该问题的起草人，不能自己认定"
    assert world.row("finding", finding)["state"] == "submitted"


def test_one_must_say_which_version_one_saw(office: Office) -> None:
    finding = reach(office.world, "finding", "draft")
    for words in ([], ["--latest", "--base-version", 1]):
        result = office.run("finding", "edit", finding, "--statement", "改", *words, by="ins1")
        assert result.exit_code == 2 and "请写明 --base-version" in result.stderr


def test_a_stale_save_shows_both_versions_side_by_side(office: Office) -> None:
    finding = reach(office.world, "finding", "draft")
    office.done("finding", "edit", finding, "--place", "政务大厅", "--base-version", 1, by="ins2")
    edit = ("finding", "edit", finding, "--place", "会议室", "--base-version", 1)
    shown = office.refused(*edit, by="ins1")
    assert "已由王督改为第 2 版，您看到的是第 1 版；不同之处：发现地点" in shown
    (line,) = [line for line in shown.splitlines() if line.startswith("≠") and "发现地点" in line]
    assert line.split()[-3:] == ["县政府办公室", "│", "政务大厅"]
    result = office.run(*edit, "--format", "json", by="ins1")
    said = json.loads(result.stdout)
    assert said["differing"] == ["place"]
    assert (said["base"]["place"], said["current"]["place"]) == ("县政府办公室", "政务大厅")
    assert office.world.row("finding", finding)["place"] == "政务大厅"


def test_a_stale_save_tells_a_contact_nothing_that_is_hidden_otherwise(office: Office) -> None:
    appeal = reach(office.world, "appeal", "reviewing")
    office.world.do("app", "appeal", appeal, "propose", {"outcome": "维持", "decision": "内部意见"})
    result = office.run("appeal", "take-back", appeal, "--base-version", 1, "--reason", "撤", by="zz")
    assert result.exit_code == 1
    assert "内部意见" not in result.output


def test_a_county_lists_and_shows_only_what_it_may_see(office: Office) -> None:
    draft, told = reach(office.world, "finding", "draft"), reach(office.world, "finding", "notified")
    assert [row["id"] for row in office.data("finding", "list", by="zz")] == [told]
    assert office.data("finding", "list", by="gp") == []
    assert {row["id"] for row in office.data("finding", "list", by="ins1")} == {draft, told}
    assert "无权查看" in office.refused("finding", "show", draft, by="zz")
    assert "authors" not in office.data("finding", "show", told, by="zz")
    assert "申请复核到：" in office.done("finding", "show", told, by="zz")
    assert "留痕只供督察办和审计查看" in office.refused("finding", "history", told, by="zz")
    assert "赵复" not in office.done("finding", "show", told, by="zz")
    assert "rev 认定" in office.done("finding", "history", told, by="aud")


def test_lists_are_narrowed_by_unit_state_and_year(office: Office) -> None:
    draft = reach(office.world, "finding", "draft")
    ids = lambda *words: [row["id"] for row in office.data("finding", "list", *words, by="ins1")]  # noqa: E731
    assert ids("--unit", "泽州县", "--state", "草稿", "--year", 2024) == [draft]
    assert ids("--unit", "高平市") == ids("--state", "final") == ids("--year", 2023) == []
    assert "可用：draft（草稿）" in office.refused("finding", "list", "--state", "什么", by="ins1")


def test_wrong_words_are_told(office: Office) -> None:
    finding = reach(office.world, "finding", "draft")
    step = ("inspection", "record-step", office.world.inspection, "--latest", "--step")
    assert "请写作 step=…；number=…；on=…" in office.refused(*step, "作出督查结论", by="ins1")
    assert "请填日期" in office.refused(*step, "step=作出督查结论；number=1号；on=昨天", by="ins1")
    assert "没有可以清空的字段" in office.refused("finding", "edit", finding, "--latest", "--clear", "版本", by="ins1")
    assert "请填整数" in office.refused("exemption", "propose", "--year", "今年", by="ins1")
    office.done("finding", "edit", finding, "--latest", "--clear", "place", by="ins1")
    assert office.world.row("finding", finding)["place"] is None


@pytest.mark.parametrize(
    ("option", "value", "sentence"),
    [
        ("--statement", "a\x00b", "看不见的字符"),
        ("--place", "县\u202e府", "改变书写方向"),
        ("--seen-on", "2024-04-30", "早于督察开始"),
        ("--proposed-marks", "99", "超过指标"),
        ("--unit", "火星", "单位名册里没有"),
    ],
)
def test_bad_content_is_refused_and_leaves_one_event(office: Office, option: str, value: str, sentence: str) -> None:
    finding = reach(office.world, "finding", "draft")
    before, head = office.world.row("finding", finding), office.world.head()
    assert sentence in office.refused("finding", "edit", finding, "--latest", option, value, by="ins1")
    assert office.world.row("finding", finding) == before
    assert office.world.head().seq == head.seq + 1


def test_a_reason_of_blanks_is_none(office: Office) -> None:
    finding = reach(office.world, "finding", "submitted")
    assert "请写明理由" in office.refused("finding", "return", finding, "--latest", "--reason", "  \u3000", by="rev")


def test_evidence_is_stored_cited_and_given_out_again(office: Office, tmp_path: Path) -> None:
    finding = reach(office.world, "finding", "draft")
    paper = tmp_path / "纪要.pdf"
    paper.write_bytes(b"%PDF-1.7\nminutes")
    said = office.done("evidence", "add", paper, "--finding", finding, "--part", "第3页", by="ins1")
    cited = office.world.row("finding", finding)["evidence"]
    assert cited[-1] in said and f"问题 {finding} 已引用证据 {cited[-1]}" in said
    row = office.data("evidence", "show", cited[-1], by="ins1")
    assert (row["unit"], row["part"], row["original_name"]) == ("zezhou", "第3页", "纪要.pdf")
    office.done("evidence", "get", cited[-1], "-o", tmp_path / "back.pdf", by="ins1")
    assert (tmp_path / "back.pdf").read_bytes() == paper.read_bytes()


def test_bad_evidence_is_refused_and_no_row_is_there(office: Office, tmp_path: Path) -> None:
    rows = len(office.world.rows("evidence"))
    empty, script = tmp_path / "空.pdf", tmp_path / "x.sh"
    empty.touch()
    script.write_text("#!/bin/sh\n", encoding="utf-8")
    assert "0 字节" in office.refused("evidence", "add", empty, "--unit", "泽州县", by="ins1")
    assert "认不出文件类型" in office.refused("evidence", "add", script, "--unit", "泽州县", by="ins1")
    assert "没有文件" in office.refused("evidence", "add", tmp_path / "no.pdf", "--unit", "泽州县", by="ins1")
    confirmed = reach(office.world, "finding", "submitted")
    script.write_bytes(b"%PDF-1.7\n")
    assert "不能修改" in office.refused("evidence", "add", script, "--finding", confirmed, by="ins1")
    assert len(office.world.rows("evidence")) == rows


def test_excluded_evidence_is_redacted_by_order(office: Office) -> None:
    id = reach(office.world, "evidence", "excluded")
    office.done("evidence", "redact", id, "--latest", "--order-number", "销1号", "--reason", "涉密", by="lead")
    assert office.world.row("evidence", id)["state"] == "redacted"


def test_a_ledger_begins_with_an_administrator(office: Office, tmp_path: Path) -> None:
    empty = open_empty(tmp_path)
    done = run_ducha("-w", empty, "user", "add", "adm", "--name", "管理员", "--first")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "已添加用户 adm，现在是「启用」（第 1 版）\n"
    again = run_ducha("-w", empty, "user", "add", "b", "--name", "乙", "--first")
    assert again.returncode == 1 and "没有用户" in again.stderr
    added = run_ducha("-w", empty, "user", "add", "ins", "--name", "甲", "--role", "inspector", DUCHA_USER="adm")
    assert added.returncode == 0, added.stderr


def open_empty(root: Path) -> Path:
    done = run_ducha("-w", root / "empty", "init", "--pack", "jincheng-2021-2025")
    assert done.returncode == 0, done.stderr
    return root / "empty"


def test_a_password_is_set_from_stdin_and_never_shown(office: Office) -> None:
    result = office.run("user", "set-password", "ins1", "--stdin", by="adm", input="correct horse battery\n")
    assert result.exit_code == 0, result.output
    assert "horse" not in result.output
    assert "credential" not in office.data("user", "show", "ins1", by="adm")
    assert office.run("user", "set-password", "ins2", "--stdin", by="ins1", input="x" * 12).exit_code == 1


def test_a_finding_is_drafted_with_the_words_of_its_fields(office: Office) -> None:
    given = finding_fields(office.world)
    said = office.done("finding", "draft", *type_options("finding", given), by="ins1")
    assert "已起草问题 督问〔2024〕0001号，现在是「草稿」（第 1 版）" in said
    shown = office.done("finding", "show", "督问〔2024〕0001号", by="ins1")
    assert "单位：泽州县" in shown and "建议扣分：1.5" in shown


def test_a_finding_that_can_move_no_mark_says_so_at_every_command(office: Office) -> None:
    finding = reach(office.world, "finding", "draft")
    assert IDLE not in office.done("finding", "show", finding, by="ins1")
    edit = ("finding", "edit", finding, "--latest", "--indicator", "12.accountability", "--proposed-marks", "0.5")
    assert IDLE in office.done(*edit, by="ins1")
    assert IDLE in office.done("finding", "show", finding, by="ins1")
