"""Commands about the trail: verify, export, head."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Annotated

import typer

from data.ledger.trail import Head, export_trail, read_head
from data.ledger.verify import FAULTS, verify_trail
from data.store import reading
from data.workspace import open_workspace_store
from scoring.cli.console import err, find_workspace, out, refusals, write_output
from scoring.cli.ledger import FormatOption, TextFormat, now, print_json

app = typer.Typer(help="留痕:核对、导出、链头。", no_args_is_help=True, rich_markup_mode=None)


def parse_head(text: str) -> Head:
    """A head as it was printed. Raises typer.BadParameter."""
    try:
        return Head.parse(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


@app.command("verify")
def verify(
    context: typer.Context,
    known_head: Annotated[
        list[str] | None, typer.Option("--known-head", help="以前打印或导出过的链头(序号:摘要),可写几次")
    ] = None,
    files: Annotated[bool, typer.Option("--files/--no-files", help="是否重新核对每一份证据文件的摘要")] = True,
    format: FormatOption = TextFormat.text,
) -> None:
    """从头核对留痕:链、时间、每一行数据、密码、证据文件。篡改可发现。"""
    heads = [parse_head(text) for text in known_head or ()]
    with refusals():
        workspace = find_workspace(context.obj)
        engine = open_workspace_store(workspace)
        problems = verify_trail(engine, workspace.root, now(), heads, files=files)
        with reading(engine) as connection:
            head = read_head(connection)
        if format is TextFormat.json:
            listed = [
                {
                    "fault": each.fault,
                    "title": FAULTS[each.fault],
                    "sentence": each.sentence,
                    "seq": each.seq,
                    "object": each.object,
                    "object_id": each.object_id,
                }
                for each in problems
            ]
            print_json({"events": head.seq, "head": str(head), "problems": listed})
        elif problems:
            for problem in problems:
                out.print(str(problem), markup=False)
            err.print(f"发现 {len(problems)} 处问题;请保留现场,与备份和以前导出的链头比对", markup=False)
        else:
            out.print(f"未发现篡改:{head.seq} 条留痕,链头 {head}", markup=False)
        if problems:
            raise typer.Exit(1)


@app.command("export")
def export(
    context: typer.Context,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="写入文件(默认打印)")] = None,
) -> None:
    """导出全部留痕,每条一行 JSON;链头印在标准错误上,请抄下来另存。"""
    with refusals():
        text = io.StringIO()
        head = export_trail(open_workspace_store(find_workspace(context.obj)), text)
        write_output(text.getvalue().encode(), output)
        err.print(f"共 {head.seq} 条,链头 {head}", markup=False)


@app.command("head")
def head_(context: typer.Context, format: FormatOption = TextFormat.text) -> None:
    """现在的链头:抄在别处,以后用 trail verify --known-head 核对。"""
    with refusals():
        with reading(open_workspace_store(find_workspace(context.obj))) as connection:
            head = read_head(connection)
        if format is TextFormat.json:
            print_json({"seq": head.seq, "hash": head.hash, "head": str(head)})
        else:
            out.print(str(head), markup=False)
