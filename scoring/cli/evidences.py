"""Commands about evidence that move bytes: add, get, redact."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer

from data.ledger.evidence import add_evidence, open_evidence, redact_evidence
from data.ledger.fields import SECRECY
from data.ledger.machines import FINDING
from data.ledger.reading import read_visible
from data.ledger.rights.deeds import check_action, find_transition
from data.ledger.rows import EvidenceRow, FindingRow, UserRow
from data.ledger.transitions import apply_transition
from scoring.cli.actions import IdArgument, make_app
from scoring.cli.console import CommandRefused, FormatOption, TextFormat, out
from scoring.cli.ledger import (
    AsOption,
    BaseOption,
    LatestOption,
    LedgerSession,
    ReasonOption,
    at_desk,
    choose_version,
    now,
    print_done,
)

app = make_app("evidence")


def add_commands(root: typer.Typer) -> None:
    """Register the commands of this module."""
    root.add_typer(app, name="evidence")


@app.command("add")
def add(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="证据文件：PDF、Word、Excel、PPT（不含宏）、图片、录音、录像或纯文本")],
    finding: Annotated[str | None, typer.Option("--finding", help="这份证据证明哪个问题：存入后即引用")] = None,
    unit: Annotated[str | None, typer.Option("--unit", help="证据是哪个单位的（写了 --finding 的不用写）")] = None,
    inspection: Annotated[str | None, typer.Option("--inspection", help="督察任务的编号")] = None,
    captured_on: Annotated[str | None, typer.Option("--captured-on", help="取得日期")] = None,
    part: Annotated[str | None, typer.Option("--part", help="页码或时段，如 第3页、02:10-03:05")] = None,
    secrecy: Annotated[str | None, typer.Option("--secrecy", help="密级：" + "、".join(SECRECY))] = None,
    description: Annotated[str | None, typer.Option("--description", help="说明")] = None,
    reason: ReasonOption = None,
    actor: AsOption = None,
    format: FormatOption = TextFormat.text,
) -> None:
    """存入一份证据：按内容的 SHA-256 存放，文件名只作文字记下。"""
    with at_desk(context.obj, actor, format, writes=True) as desk:
        given: dict[str, object] = {"unit": unit, "inspection": inspection, "captured_on": captured_on}
        given |= {"part": part, "secrecy": secrecy, "description": description}
        about = read_visible(desk.ledger, desk.actor, FindingRow, finding) if finding is not None else None
        if about is not None:
            action = _find_citing(desk, about)
            given |= {"unit": unit or about.unit, "inspection": inspection or about.inspection}
        given = {name: value for name, value in given.items() if value is not None}
        if not file.is_file():
            raise CommandRefused(f"没有文件 {file}")
        with file.open("rb") as source:
            row = add_evidence(desk.ledger, desk.actor, source, file.name, given, now=now())
        print_done(desk, "evidence", row, format, "存入")
        if about is not None:
            cited = {"evidence": [*(about.evidence or []), row.id]}
            place = (desk.ledger, desk.actor, "finding", about.id, action, cited)
            apply_transition(*place, base_version=about.version, reason=reason, now=now())
            if format is TextFormat.text:
                out.print(f"问题 {about.id} 已引用证据 {row.id}", markup=False)


def _find_citing(desk: LedgerSession, finding: FindingRow) -> str:
    """The action by which evidence is cited for a finding. Raises a RefusedAction for who may not.

    Asked before the file is stored: evidence that nobody may cite should not come in by this way.
    """
    action = "revise" if finding.state == "confirmed" else "edit"
    person = read_visible(desk.ledger, desk.actor, UserRow, desk.actor)
    check_action(FINDING, action, person)
    find_transition(FINDING, finding, action, person)
    return action


@app.command("get")
def get(
    context: typer.Context,
    id: IdArgument,
    output: Annotated[Path, typer.Option("-o", "--output", help="写入文件")],
    actor: AsOption = None,
) -> None:
    """取出一份证据，并核对它的摘要。"""
    with at_desk(context.obj, actor, TextFormat.text) as desk:
        row = read_visible(desk.ledger, desk.actor, EvidenceRow, id)
        with open_evidence(desk.ledger, row) as source, output.open("wb") as target:
            shutil.copyfileobj(source, target)
        out.print(f"证据 {id}（{row.original_name}）已写入 {output}，摘要相符", markup=False)


@app.command("redact")
def redact(
    context: typer.Context,
    id: IdArgument,
    order_number: Annotated[str, typer.Option("--order-number", help="销毁批准文号")],
    reason: Annotated[str, typer.Option("--reason", help="理由")],
    base_version: BaseOption = None,
    latest: LatestOption = False,
    actor: AsOption = None,
    format: FormatOption = TextFormat.text,
) -> None:
    """按批准销毁已排除的证据（由督察办负责人办理）：文件删去，摘要和留痕都留着。"""
    with at_desk(context.obj, actor, format, writes=True) as desk:
        version = choose_version(desk, "evidence", id, base_version, latest)
        row = redact_evidence(desk.ledger, desk.actor, id, order_number, reason, base_version=version, now=now())
        print_done(desk, "evidence", row, format, "销毁")
