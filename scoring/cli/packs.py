"""Commands about packs: lint, test, coverage."""

from __future__ import annotations

import json
from collections import Counter
from typing import Annotated

import typer

from indicators.coverage import list_coverage
from indicators.reader import find_pack, load_pack
from scoring.cases import run_cases
from scoring.cli.console import err, make_table, out, refusals, show_progress

app = typer.Typer(help="检查指标包:写法(lint)、用例(test)、对原文任务的覆盖(coverage)。", no_args_is_help=True)
PackName = Annotated[str, typer.Argument(help="指标包:自带的名称,或文件夹路径")]


@app.command("lint")
def lint(pack: PackName) -> None:
    """检查指标包的全部写法,一次列出所有错误。"""
    with refusals():
        loaded = load_pack(find_pack(pack))
        out.print(
            f"没有错误:{len(loaded.indicators)} 个指标,{len(loaded.datasets)} 张台账,"
            f"{len(loaded.registry.units)} 个单位",
            markup=False,
        )


@app.command("test")
def test(pack: PackName) -> None:
    """运行指标包自带的用例:给定这些数据,应得这些分。"""
    with refusals():
        folder = find_pack(pack)
        loaded = load_pack(folder)
        report = run_cases(loaded, folder, lambda cases: show_progress(cases, "运行用例"))
        for failure in report.failures:
            err.print(str(failure), markup=False)
        for name in report.untested:
            out.print(f"没有用例:{name}", markup=False)
        held = report.run - len(report.failures)
        out.print(f"{report.run} 个用例,{held} 个相符,{len(report.failures)} 个不符", markup=False)
        if report.failures:
            raise typer.Exit(1)


@app.command("coverage")
def coverage(
    pack: PackName,
    format: Annotated[str, typer.Option("--format", help="table 或 json")] = "table",
) -> None:
    """原文的每项任务由哪些指标考核,哪些还没有。"""
    if format not in ("table", "json"):
        raise typer.BadParameter("--format 只能是 table 或 json")
    with refusals():
        rows = list_coverage(load_pack(find_pack(pack)))
        if format == "json":
            out.print_json(json.dumps([row.as_dict() for row in rows], ensure_ascii=False))
            return
        table = make_table("", [("任务", ""), ("条", ""), ("原文", ""), ("状态", ""), ("指标", "")])
        for row in rows:
            table.add_row(row.obligation, row.article, row.quote, row.state_text, "、".join(row.indicators))
        out.print(table)
        counts = Counter(row.state_text for row in rows)
        out.print("合计:" + ",".join(f"{state} {count} 项" for state, count in counts.items()), markup=False)
