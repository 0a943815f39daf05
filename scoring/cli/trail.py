"""Commands about the trail: verify, export, prove, head, anchor."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.engine import Engine

from data.backup.verification import verify_workspace
from data.clock import office_time
from data.ledger.verify import verify_trail
from data.signing.place import find_trusted
from data.signing.trust import NOBODY, Trusted
from data.store.database import reading
from data.store.workspace import open_workspace_store
from data.trail.anchor import acknowledge_clock, renew_head
from data.trail.anchors import Anchor, AnchorRefused, read_anchor, write_anchor
from data.trail.events import Head, export_trail, read_head
from data.trail.faults import FAULTS
from data.trail.proof import NotProved, prove_head
from scoring.cli.console import FormatOption, TextFormat, err, find_workspace, list_apart, out, refusals, write_output
from scoring.cli.keys import PublicOption, open_signing_key
from scoring.cli.ledger import now, print_json

app = typer.Typer(help="留痕：核对、导出、链头。", no_args_is_help=True, rich_markup_mode=None)


def add_commands(root: typer.Typer) -> None:
    """Register the commands of this module."""
    root.add_typer(app, name="trail")
    root.command("verify")(verify)


def parse_head(text: str) -> Head:
    """A head as it was printed. Raises typer.BadParameter."""
    try:
        return Head.parse(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


AnchorOption = Annotated[
    list[Path] | None, typer.Option("--anchor", help="以前写出的锚点文件（ducha trail anchor），可写几次")
]


def read_anchors(paths: Sequence[Path] | None, trusted: Trusted) -> list[Anchor]:
    """The anchors in files. Raises AnchorRefused and SignatureRefused."""
    return [read_anchor(path, trusted) for path in paths or ()]


@app.command("verify")
def verify(
    context: typer.Context,
    known_head: Annotated[
        list[str] | None, typer.Option("--known-head", help="以前打印或导出过的链头（序号：摘要），可写几次")
    ] = None,
    anchor: AnchorOption = None,
    public_key: PublicOption = None,
    files: Annotated[bool, typer.Option("--files/--no-files", help="是否重新核对每一份证据文件的摘要")] = True,
    format: FormatOption = TextFormat.text,
) -> None:
    """从头核对全部保存的内容：数据库、留痕、每一行数据、密码、证据、报送批次、指标包、评分运行。篡改可发现。"""
    heads = [parse_head(text) for text in known_head or ()]
    with refusals():
        workspace = find_workspace(context.obj)
        engine = open_workspace_store(workspace)
        trusted = find_trusted(public_key)
        heads += [each.head for each in read_anchors(anchor, trusted)]
        found = verify_workspace(engine, workspace.root, now(), heads, files=files, trusted=trusted)
        problems = found.problems
        if found.caution and format is TextFormat.text:
            out.print(f"{found.caution}。", markup=False)
        with reading(engine) as connection:
            head = read_head(connection)
        if format is TextFormat.json:
            listed = [{"fault": each.fault, "title": FAULTS[each.fault], **asdict(each)} for each in problems]
            notices = [found.caution] if found.caution else []
            notices += found.notices
            print_json({"events": head.seq, "head": str(head), "problems": listed, "notices": notices})
        elif problems:
            for problem in problems:
                out.print(str(problem), markup=False)
            err.print(f"发现 {len(problems)} 处问题；请保留现场，与备份和以前导出的链头比对", markup=False)
        else:
            out.print(f"未发现篡改：{head.seq} 条留痕，链头 {head}", markup=False)
            for notice in (*found.notices, *list_apart(workspace, "verify")):
                err.print(f"注意：{notice}。", markup=False)
        if problems:
            raise typer.Exit(1)


@app.command("anchor")
def anchor_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="锚点文件")],
    check: Annotated[bool, typer.Option("--check", help="不写，而是拿这份以前写的来核对现在的留痕")] = False,
    public_key: PublicOption = None,
) -> None:
    """把现在的链头签名写进一个文件，请存到另一台机器上；--check 用它核对：从头截去、改写过的都会指出来。"""
    with refusals():
        workspace = find_workspace(context.obj)
        engine = open_workspace_store(workspace)
        if check:
            _check_anchor(engine, workspace.root, read_anchor(file, find_trusted(public_key)), public_key)
            return
        content = write_anchor(engine, workspace.root, open_signing_key(), now=now())
        if file.resolve().is_relative_to(workspace.root.resolve()):
            raise AnchorRefused(f"{file} 在工作区里，证明不了什么；请写到别处，再存到另一台机器上")
        try:
            with file.open("xb") as target:
                target.write(content)
        except FileExistsError:
            raise AnchorRefused(f"{file} 已经存在，不会覆盖；请换一个名字") from None
        made = read_anchor(file, NOBODY)
        out.print(f"已写入 {file}：{made.head.seq} 条留痕，密钥 {made.key.id}。请存到另一台机器上。", markup=False)


def _check_anchor(engine: Engine, root: Path, anchor: Anchor, named: str | None) -> None:
    """Say whether the trail still goes on from an anchor. Raises typer.Exit where it does not."""
    when = f"{office_time(anchor.at):%Y-%m-%d %H:%M}"
    if not find_trusted(named):
        out.print(f"注意：本机没有本办的公钥可对照，不能证明密钥 {anchor.key.id} 是本办的。", markup=False)
    problems = verify_trail(engine, root, now(), [anchor.head], files=False)
    for problem in problems:
        out.print(str(problem), markup=False)
    if problems:
        err.print(f"留痕与 {when} 的锚点（第 {anchor.head.seq} 条）对不上，或另有问题；请保留现场", markup=False)
        raise typer.Exit(1)
    out.print(
        f"留痕从 {when} 的锚点（第 {anchor.head.seq} 条，密钥 {anchor.key.id}）接下来，没有截去或改写", markup=False
    )


@app.command("export")
def export(
    context: typer.Context,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="写入文件（默认打印）")] = None,
) -> None:
    """导出全部留痕，每条一行 JSON；链头印在标准错误上，请抄下来另存。"""
    with refusals():
        text = io.StringIO()
        head = export_trail(open_workspace_store(find_workspace(context.obj)), text)
        write_output(text.getvalue().encode(), output)
        err.print(f"共 {head.seq} 条，链头 {head}", markup=False)


@app.command("prove")
def prove(
    exported: Annotated[Path, typer.Argument(help="导出的留痕（ducha trail export）")],
    head: Annotated[str, typer.Option("--head", help="文书上印的链头（序号：摘要）")],
    anchor: Annotated[Path, typer.Option("--anchor", help="文书印出以后写的锚点文件（ducha trail anchor）")],
    public_key: PublicOption = None,
) -> None:
    """证明一份文书上的链头是本办的：不用工作区，在任何机器上核对导出的留痕、锚点和公钥。"""
    printed = parse_head(head)
    with refusals():
        trusted = find_trusted(public_key)
        signed = read_anchor(anchor, trusted)
        if not trusted:
            out.print(f"注意：本机没有本办的公钥可对照，不能证明密钥 {signed.key.id} 是本办的。", markup=False)
        try:
            with exported.open(encoding="utf-8") as lines:
                event = prove_head(lines, printed, signed)
        except (OSError, UnicodeDecodeError):
            raise NotProved(f"读不了导出的留痕 {exported}") from None
        when = f"{office_time(datetime.fromisoformat(event.at)):%Y-%m-%d %H:%M}"
        out.print(f"链头是 {when} 留痕第 {printed.seq} 条，在密钥 {signed.key.id} 签过的留痕里，没有改写", markup=False)


@app.command("head")
def head_(context: typer.Context, format: FormatOption = TextFormat.text) -> None:
    """现在的链头：抄在别处，以后用 trail verify --known-head 核对。"""
    with refusals():
        with reading(open_workspace_store(find_workspace(context.obj))) as connection:
            head = read_head(connection)
        if format is TextFormat.json:
            print_json({"seq": head.seq, "hash": head.hash, "head": str(head)})
        else:
            out.print(str(head), markup=False)


ReasonOption = Annotated[str, typer.Option("--reason", help="理由，写进留痕")]
ActorOption = Annotated[str | None, typer.Option("--as", envvar="DUCHA_USER", help="谁在办理（系统管理）")]


@app.command("renew-head")
def renew_head_(context: typer.Context, reason: ReasonOption, actor: ActorOption = None) -> None:
    """链头文件丢了或读不懂时，先全面核对，再由系统管理说明理由重立。"""
    with refusals():
        workspace = find_workspace(context.obj)
        made = renew_head(open_workspace_store(workspace), workspace.root, actor or "", reason, now=now())
        out.print(f"已重立链头：{made}", markup=False)


@app.command("acknowledge-clock")
def acknowledge_clock_(context: typer.Context, reason: ReasonOption, actor: ActorOption = None) -> None:
    """时钟往回拨过（校时）的，由系统管理说明理由确认一次，以后核对不再提示。"""
    with refusals():
        workspace = find_workspace(context.obj)
        made = acknowledge_clock(open_workspace_store(workspace), workspace.root, actor or "", reason, now=now())
        out.print(f"已确认，留痕第 {made.seq} 条", markup=False)
