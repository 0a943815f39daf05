"""``ducha pack submit|approve|return|withdraw|revoke|versions``: rules handed in, and approved by a second person."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from data.ledger.machines import RULES
from data.ledger.rows import RulesRow
from scoring.cli.actions import IdArgument, add_actions
from scoring.cli.console import FormatOption, TextFormat, out, show_progress
from scoring.cli.ledger import AsOption, BaseOption, LatestOption, at_desk, choose_version, now, print_done
from scoring.office.rule_versions import approve_rules, submit_rules


def add_versions(app: typer.Typer) -> None:
    """Register them, and those of the machine of rules, on the commands about packs."""
    app.command("submit")(submit)
    app.command("approve")(approve)
    add_actions(app, RULES, "versions", "version", "history")


def submit(
    context: typer.Context,
    pack: Annotated[Path, typer.Argument(help="新版指标包的文件夹")],
    reason: Annotated[str, typer.Option("--reason", help="为什么改，写进留痕")],
    from_day: Annotated[str, typer.Option("--from", help="从哪一天起施行，如 2026-01-01；不早于批准之日")],
    actor: AsOption = None,
    format: FormatOption = TextFormat.text,
) -> None:
    """提交一个新版的规则：写法没有错误、用例全部相符才收，整个文件夹按校验码存进工作区，等另一个人批准。"""
    with at_desk(context.obj, actor, format, writes=True) as desk:
        row = submit_rules(
            desk.ledger,
            desk.workspace,
            desk.actor,
            pack,
            reason,
            from_day,
            now=now(),
            progress=lambda cases: show_progress(cases, "运行用例"),
        )
        print_done(desk, "rules", row, format, "提交")


def approve(
    context: typer.Context,
    id: IdArgument,
    base_version: BaseOption = None,
    latest: LatestOption = False,
    actor: AsOption = None,
    format: FormatOption = TextFormat.text,
) -> None:
    """批准一个规则版本：由提交人以外的督察办负责人办理；从施行日期起，评分按它计算，以前的评分运行不变。"""
    with at_desk(context.obj, actor, format, writes=True) as desk:
        version = choose_version(desk, "rules", id, base_version, latest)
        row = approve_rules(desk.ledger, desk.workspace, desk.actor, id, base_version=version, now=now())
        print_done(desk, "rules", row, format, "批准")
        if format is TextFormat.text:
            done = RulesRow.read(row)
            out.print(f"{done.release} 版自 {done.in_force_from} 起施行", markup=False)
