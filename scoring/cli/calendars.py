"""The commands by which an office imports years of its calendar of days of work, and that list what is known."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from data.calendar.office_years import import_calendar, list_calendars, load_workspace_pack
from data.clock import office_time
from data.store.workspace import open_workspace_store
from indicators.pack.calendar import read_shipped
from scoring.cli.console import find_workspace, make_table, now, out, refusals, user


def add_commands(app: typer.Typer) -> None:
    """Register the commands of this module."""
    group = typer.Typer(help="工作日历：导入某年的放假安排，列出各年用的是哪一份。", no_args_is_help=True)
    group.command("import")(import_years)
    group.command("list")(list_years)
    app.add_typer(group, name="calendar")


def import_years(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="放假安排，写法同指标包的 calendar.yaml，里面写明依据的通知")],
) -> None:
    """导入放假安排：从此按它算工作日期限，以前的评分运行不变。"""
    with refusals():
        workspace = find_workspace(context.obj)
        years = import_calendar(workspace, file, now=now(), user=user())
        for year in years:
            out.print(f"已导入 {year.year} 年放假安排：{year.title}（校验码 {year.hash()[:16]}）", markup=False)
        if not years:
            out.print("这些年份的放假安排已经是这样，没有改动", markup=False)


def list_years(context: typer.Context) -> None:
    """列出已知各年的放假安排：依据、来自哪里、校验码。"""
    with refusals():
        workspace = find_workspace(context.obj)
        pack = load_workspace_pack(workspace)
        held = {each.year.year: each for each in list_calendars(open_workspace_store(workspace)) if each.holds}
        own = {each.year for each in pack.calendar_years}
        columns = [
            ("年", "right"),
            ("依据", ""),
            ("放假", "right"),
            ("调休上班", "right"),
            ("来自", ""),
            ("校验码", ""),
        ]
        table = make_table("", columns)
        for year in pack.calendar.years:
            where = "本程序" if year == read_shipped().find_year(year.year) else "指标包" if year.year in own else ""
            if year.year in held:
                record = held[year.year]
                where = f"{record.imported_by} {office_time(record.imported_at):%Y-%m-%d} 导入"
            days = str(len(year.days_off)), str(len(year.days_worked))
            table.add_row(str(year.year), year.title, *days, where, year.hash()[:16])
        out.print(table)
