"""Commands about the trail: verify, export, head."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Annotated

import typer

from data.ledger.anchor import acknowledge_clock, renew_head
from data.ledger.faults import FAULTS
from data.ledger.trail import Head, export_trail, read_head
from data.store import reading
from data.verification import verify_workspace
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
    """从头核对全部保存的内容：数据库、留痕、每一行数据、密码、证据、报送批次、指标包、评分运行。篡改可发现。"""
    heads = [parse_head(text) for text in known_head or ()]
    with refusals():
        workspace = find_workspace(context.obj)
        engine = open_workspace_store(workspace)
        found = verify_workspace(engine, workspace.root, now(), heads, files=files)
        problems = found.problems
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
            print_json({"events": head.seq, "head": str(head), "problems": listed, "notices": list(found.notices)})
        elif problems:
            for problem in problems:
                out.print(str(problem), markup=False)
            err.print(f"发现 {len(problems)} 处问题;请保留现场,与备份和以前导出的链头比对", markup=False)
        else:
            out.print(f"未发现篡改:{head.seq} 条留痕,链头 {head}", markup=False)
            for notice in found.notices:
                err.print(f"注意：{notice}。", markup=False)
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


ReasonOption = Annotated[str, typer.Option("--reason", help="理由,写进留痕")]
ActorOption = Annotated[str | None, typer.Option("--as", envvar="DUCHA_USER", help="谁在办理(系统管理)")]


@app.command("renew-head")
def renew_head_(context: typer.Context, reason: ReasonOption, actor: ActorOption = None) -> None:
    """链头文件丢了或读不懂时,先全面核对,再由系统管理说明理由重立。"""
    with refusals():
        workspace = find_workspace(context.obj)
        made = renew_head(open_workspace_store(workspace), workspace.root, actor or "", reason, now=now())
        out.print(f"已重立链头:{made}", markup=False)


@app.command("acknowledge-clock")
def acknowledge_clock_(context: typer.Context, reason: ReasonOption, actor: ActorOption = None) -> None:
    """时钟往回拨过(校时)的,由系统管理说明理由确认一次,以后核对不再提示。"""
    with refusals():
        workspace = find_workspace(context.obj)
        made = acknowledge_clock(open_workspace_store(workspace), workspace.root, actor or "", reason, now=now())
        out.print(f"已确认,留痕第 {made.seq} 条", markup=False)
