"""The command export: every stored run as tables for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scoring.cli.console import err, find_workspace, out, refusals
from scoring.runs.history import export_history


def add_commands(app: typer.Typer) -> None:
    """Register the command of this module."""
    app.command("export")(export)


def export(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="写到哪个新文件夹")],
    year: Annotated[list[int] | None, typer.Option("--year", help="只要这些年度（可以写几次）")] = None,
    last: Annotated[bool, typer.Option("--last", help="每个年度只要截止日最晚的一次")] = False,
) -> None:
    """把保存的全部评分运行（各年度、各次）写成 Parquet 表，供别的程序打开；得分是精确小数，不改动任何运行。"""
    with refusals():
        workspace = find_workspace(context.obj)
        with err.status("导出中…"):
            found = export_history(workspace, folder, tuple(year or ()), last=last)
        out.print(f"{len(found)} 次评分运行已写入 {folder}（各列的意思见其中的 说明.md）", markup=False)
