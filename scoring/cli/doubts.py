"""The command that lists doubts about reported data."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from data.batches.records import Inputs, current_inputs
from data.calendar.office_years import load_workspace_pack
from data.register.units import Registry
from data.runs.folder import read_moment
from data.store.workspace import Workspace
from indicators.pack.doubts import KINDS
from indicators.pack.model import Pack
from scoring.cli.console import CommandRefused, enter_workspace, err, out, parse_day, refusals, write_output
from scoring.doubts import find_doubts
from scoring.doubts.listing import SHOWN, write_csv, write_json, write_text
from scoring.runs.account import keep_account
from scoring.runs.manifests import is_fictional
from scoring.runs.store import read_inputs, read_run
from scoring.wording.totals import FICTIONAL


class DoubtFormat(StrEnum):
    """How doubts are written."""

    text = "text"
    json = "json"
    csv = "csv"


def add_commands(app: typer.Typer) -> None:
    """Register the command of this module."""
    app.command("doubts")(doubts)


def doubts(
    context: typer.Context,
    year: Annotated[int | None, typer.Option("--year", help="年度：按现行数据查（要同时写 --as-of）")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="截止日：只看到这一天为止已知的情况")] = None,
    run: Annotated[str | None, typer.Option("--run", help="按一次评分运行的数据查（默认最近一次）")] = None,
    unit: Annotated[str | None, typer.Option("--unit", help="只看一个单位，列出它的全部疑点")] = None,
    kind: Annotated[str | None, typer.Option("--kind", help=f"只看一类疑点：{'、'.join(KINDS)}")] = None,
    format: Annotated[DoubtFormat, typer.Option("--format", help="text、json 或 csv")] = DoubtFormat.text,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="写入文件（默认打印）")] = None,
) -> None:
    """数据疑点：哪里值得问一句、为什么问、什么材料能说清。不影响任何得分。"""
    _check_options(year, as_of, run, kind)
    day = parse_day(as_of) if as_of is not None else None
    with refusals():
        workspace = enter_workspace(context.obj)
        pack, inputs, chosen, moment = _choose_data(workspace, year, day, run)
        if not pack.doubts:
            err.print("这个指标包没有写疑点（doubts.yaml），没有什么可查", markup=False)
        wanted = _find_unit(pack, unit) if unit is not None else None
        with err.status("核对数据中…"):
            found = find_doubts(pack, inputs, chosen, moment)
        found = [doubt for doubt in found if wanted in (None, doubt.unit) and kind in (None, doubt.kind)]
        fictional = is_fictional(inputs)
        if format is DoubtFormat.json:
            write_output(write_json(found, chosen, moment, fictional), output)
            return
        if format is DoubtFormat.csv:
            write_output(write_csv(found), output)
            return
        text = write_text(found, chosen, moment, None if wanted is not None else SHOWN)
        text = f"{FICTIONAL}\n{text}" if fictional else text
        if wanted is None and kind is None:
            text += "\n" + "".join(f"{line}\n" for line in keep_account(pack, inputs, chosen, moment).lines)
        if output is not None:
            write_output(text.encode(), output)
        else:
            out.print(text, markup=False, end="")


def _check_options(year: int | None, as_of: str | None, run: str | None, kind: str | None) -> None:
    if (year is None) != (as_of is None):
        raise typer.BadParameter("--year 和 --as-of 请一起写；都不写则查最近一次评分运行的数据")
    if year is not None and run is not None:
        raise typer.BadParameter("--run 自带年度和截止日，请不要再写 --year、--as-of")
    if kind is not None and kind not in KINDS:
        known = "、".join(f"{name}（{title}）" for name, title in KINDS.items())
        raise typer.BadParameter(f"没有「{kind}」这一类疑点；可用：{known}")


def _choose_data(
    workspace: Workspace, year: int | None, day: date | None, run: str | None
) -> tuple[Pack, Inputs, int, date]:
    """Pack, data, year and day: the current data of a moment, or those of a stored run."""
    if year is not None and day is not None:
        pack = load_workspace_pack(workspace)
        return pack, current_inputs(workspace, pack), year, day
    stored = read_run(workspace, run)
    pack, inputs = read_inputs(workspace, stored)
    return pack, inputs, *read_moment(stored.manifest)


def _find_unit(pack: Pack, unit: str) -> str:
    registry = Registry.from_register(pack.registry)
    found = registry.resolve(unit)
    if found is None:
        close = "、".join(registry.suggest(unit))
        raise CommandRefused(f"没有单位「{unit}」" + (f"；是不是：{close}" if close else ""))
    return found
