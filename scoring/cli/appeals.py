"""Commands about appeals that score anew: sign, attach-run."""

from __future__ import annotations

from typing import Annotated

import typer

from data.ledger.machines import MACHINES
from data.ledger.rows import AppealRow
from scoring.cli.actions import IdArgument, make_app
from scoring.cli.console import FormatOption, TextFormat, err, out
from scoring.cli.ledger import (
    AsOption,
    BaseOption,
    LatestOption,
    LedgerSession,
    at_desk,
    choose_version,
    now,
    print_json,
)
from scoring.office.decisions import Decision, attach_run, sign_decision
from scoring.results.written_differences import tell_difference

app = make_app("appeal")


def add_commands(root: typer.Typer) -> None:
    """Register the commands of this module."""
    root.add_typer(app, name="appeal")


@app.command("sign")
def sign(
    context: typer.Context,
    id: IdArgument,
    base_version: BaseOption = None,
    latest: LatestOption = False,
    actor: AsOption = None,
    format: FormatOption = TextFormat.text,
) -> None:
    """签发拟定的复核决定（由督察办负责人办理）：撤销或变更的，随即重新评分，把前后得分之差附在决定上。"""
    with at_desk(context.obj, actor, format, writes=True) as desk:
        version = choose_version(desk, "appeal", id, base_version, latest)

        def tell(row: AppealRow) -> None:
            err.print(f"复核申请 {id} 已签发：{MACHINES['appeal'].state(row.state).word}", markup=False)

        decision = sign_decision(
            desk.workspace, desk.ledger, desk.actor, id, base_version=version, now=now(), before_scoring=tell
        )
        _print_decision(desk, decision, format)


@app.command("attach-run")
def attach(
    context: typer.Context,
    id: Annotated[str, typer.Argument(help="已签发的复核申请")],
    actor: AsOption = None,
    format: FormatOption = TextFormat.text,
) -> None:
    """重新评分，把与最近一次评分运行之差附在已签发的决定上（签发时没有来得及的，由督察办负责人补办）。"""
    with at_desk(context.obj, actor, format, writes=True) as desk:
        _print_decision(desk, attach_run(desk.workspace, desk.ledger, desk.actor, id, now=now()), format)


def _print_decision(desk: LedgerSession, decision: Decision, format: TextFormat) -> None:
    if format is TextFormat.json:
        print_json(decision.appeal)
    elif decision.comparison is not None:
        out.print(tell_difference(decision.comparison), markup=False, end="")
    elif decision.appeal.state == "dismissed":
        out.print("维持原认定，得分不变", markup=False)
    else:
        out.print("这个年度还没有评分运行，没有可比的得分；评分后可用 ducha appeal attach-run 补附", markup=False)
