"""The command by which an office declares a register complete up to a day, and that lists what is declared."""

from __future__ import annotations

from typing import Annotated

import typer

from data.batches.registers import declare_register, find_register, list_declarations
from data.calendar.office_years import load_workspace_pack
from data.clock import office_time
from data.store.workspace import Workspace, open_workspace_store
from indicators.pack.model import Pack
from scoring.cli.console import enter_workspace, make_table, now, out, parse_day, refusals, user


def add_commands(app: typer.Typer) -> None:
    """Register the command of this module."""
    app.command("declare")(declare)


def declare(
    context: typer.Context,
    dataset: Annotated[str | None, typer.Argument(help="台账：编号或名称；不写则列出各台账声明到了哪一天")] = None,
    complete_to: Annotated[str | None, typer.Option("--complete-to", help="齐全至这一天（含当日）：2024-12-31")] = None,
    year: Annotated[int | None, typer.Option("--year", help="声明的是哪一年度；不写则按日期和已报的年度")] = None,
    nil_report: Annotated[bool, typer.Option("--nil-report", help="这一年度确实一件也没有")] = False,
) -> None:
    """声明一份替所有单位报的台账齐全至某日：从此没有写到的单位才是零。"""
    with refusals():
        workspace = enter_workspace(context.obj)
        pack = load_workspace_pack(workspace)
        if dataset is None:
            _list_registers(workspace, pack)
            return
        if complete_to is None:
            raise typer.BadParameter("请写 --complete-to 日期")
        day = parse_day(complete_to)
        periods = declare_register(workspace, pack, dataset, day, year=year, nothing=nil_report, now=now(), user=user())
        table = find_register(pack, dataset)
        years = "、".join(f"{period} 年" for period in periods if period)
        out.print(f"已登记声明：「{table.title}」{years}齐全至 {day}（声明人 {user()}）", markup=False)


def _list_registers(workspace: Workspace, pack: Pack) -> None:
    """Every register of the pack with what is declared of it; what a newer batch overtook is no declaration."""
    declared = list_declarations(open_workspace_store(workspace))
    columns = [("台账", ""), ("年度", "right"), ("齐全至", ""), ("声明人", ""), ("声明时间", ""), ("现状", "")]
    table = make_table("", columns)
    for register in (each for each in pack.datasets if each.is_register):
        mine = [each for each in declared if each.dataset == register.id]
        newest = {each.period: each for each in mine}
        if not newest:
            table.add_row(register.title, "", "没有声明", "", "", "没有写到的单位都待报")
        for period, each in sorted(newest.items()):
            table.add_row(
                register.title,
                str(period or "最新状态"),
                str(each.complete_to),
                each.declared_by,
                f"{office_time(each.declared_at):%Y-%m-%d %H:%M}",
                "有效" if each.holds else "之后又收了新的一批，要重新声明",
            )
    out.print(table)
