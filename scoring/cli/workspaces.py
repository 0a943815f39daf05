"""Commands that make and fill a workspace: init, import, batches."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from data.apart.process import prepare
from data.batches.received import receive_shared
from data.batches.records import is_demo_workspace, list_batches
from data.calendar.office_years import load_workspace_pack
from data.clock import office_time
from data.files.mistakes import FileRefused
from data.intake.check_reports import list_understood
from data.intake.declarations import Restriction
from data.intake.imports import Accepted, Fiction, import_files
from data.intake.mapped_sheets import read_mapping
from data.intake.self_marks import add_self_marks
from data.ledger.demonstration import WHAT_ENDS
from data.runs.adoption import begin_pack, check_pack_version, check_shipped
from data.runs.companions import check_companion, load_guests, load_host_pack
from data.runs.elsewhere import describe_uses
from data.store.workspace import Workspace, create_workspace, list_companions, open_workspace, open_workspace_store
from indicators.entries.refusal import Refusal
from indicators.meaning.drafts import refuse_drafts
from indicators.meaning.shared import describe_shared
from indicators.pack.model import Pack
from indicators.reader import find_pack, load_pack
from scoring.cli.check_report import save_report
from scoring.cli.console import (
    CommandRefused,
    FormatOption,
    TextFormat,
    enter_workspace,
    err,
    make_table,
    now,
    out,
    parse_day,
    refusals,
    show_progress,
    user,
)
from scoring.cli.keys import KeyOption, SealOption, ask_new_passphrase, give_key


def add_commands(app: typer.Typer) -> None:
    """Register the commands of this module."""
    app.command("init")(init)
    app.command("import")(import_)
    app.command("batches")(batches)


def init(
    context: typer.Context,
    pack: Annotated[str, typer.Option("--pack", help="指标包：自带的名称，或文件夹路径")],
    key: KeyOption = None,
    seal: SealOption = False,
    no_key: Annotated[bool, typer.Option("--no-key", help="不要签名密钥：备份和链头没有签名")] = False,
    beside: Annotated[
        bool, typer.Option("--beside", help="放在已有工作区的指标包旁边：同一张台账只报一次，评分、排名、权限各自一套")
    ] = False,
) -> None:
    """建立工作区，放入一份指标包，并登记督察办的签名密钥（本机账号还没有的，做一把）。"""
    with refusals():
        folder = find_pack(pack)
        loaded = load_pack(folder)
        refuse_drafts(loaded)
        passphrase = None if no_key else ask_new_passphrase(seal)
        place = Workspace(context.obj or Path("workspace"))
        if beside:
            place = _plan_companion(place.root, loaded)
        check_shipped(loaded)
        if place.store_url is not None or place.database_path.is_file():
            # The store may know the pack from another folder, or from an init that was broken off.
            check_pack_version(open_workspace_store(place), loaded)
        workspace = create_workspace(place.root, folder)
        begin_pack(workspace, loaded, now=now(), actor=user())
        out.print(f"已建立工作区 {workspace.root}", markup=False)
        out.print(
            f"指标包：{loaded.head.title}（版本 {loaded.head.version}，{len(loaded.indicators)} 个指标，"
            f"{len(loaded.registry.units)} 个单位）",
            markup=False,
        )
        if not no_key:
            give_key(workspace, key, passphrase)
        if beside:
            _describe_companion(workspace, loaded)


def _plan_companion(root: Path, pack: Pack) -> Workspace:
    """Where the workspace of a further pack will lie. Raises PacksDisagree, and CommandRefused for the host's own."""
    host = open_workspace(root)
    if host.host is not None:
        raise CommandRefused(f"{root} 本身就是并列的指标包，旁边不能再放；请用 -w 写明最外面的工作区")
    if load_pack(host.pack_folder).head.id == pack.head.id:
        raise CommandRefused(
            f"工作区用的就是指标包 {pack.head.id}；要换新版请用 ducha pack adopt，要并列放入另一份请换一个编号（id）"
        )
    place = Workspace(host.companions_folder / pack.head.id)
    check_companion(place, pack)
    return place


def _describe_companion(workspace: Workspace, pack: Pack) -> None:
    """What is shared from now on, what was taken over, and what is reported twice all the same."""
    host = load_host_pack(workspace)
    assert host is not None
    for line in describe_shared(host, pack):
        out.print(line, markup=False)
    for table in receive_shared(workspace, pack, now=now()):
        out.print(f"  「{table.title}」已有的 {table.batches} 批现在也用在这里", markup=False)
    out.print(f"办理这一份，请写 ducha --pack {pack.head.id} …", markup=False)


CompleteOption = Annotated[
    str | None, typer.Option("--complete-to", help="声明：文件里替所有单位报的台账齐全至这一天（2024-12-31）")
]
MappingOption = Annotated[
    Path | None, typer.Option("--mapping", help="对照表（YAML）：这些是别的平台导出的文件，列名和用词按它换")
]
ReportOption = Annotated[
    Path | None,
    typer.Option("--report", help="核对报告（xlsx）：列的对应、收的行、每处错误；有错的文件另存一份带批注的"),
]
EndDemoOption = Annotated[
    bool, typer.Option("--end-demo", help="这些是真实数据：演示工作区到此结束演示，演示账号全部停用")
]


def import_(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(help="CSV、xlsx 等文件，或装着它们的文件夹")],
    dataset: Annotated[str | None, typer.Option("--dataset", help="台账（不写则按表名、文件名或表头认）")] = None,
    unit: Annotated[str | None, typer.Option("--unit", help="只许有这个单位的行；零报告时必写")] = None,
    year: Annotated[int | None, typer.Option("--year", help="只许有这一年的行；零报告时必写")] = None,
    nil_report: Annotated[bool, typer.Option("--nil-report", help="零报告：文件没有数据行，表示确实为零")] = False,
    complete_to: CompleteOption = None,
    mapping: MappingOption = None,
    check: Annotated[bool, typer.Option("--check", help="只核对，不收下")] = False,
    show_mapping: Annotated[bool, typer.Option("--show-mapping", help="列出每一列认成了台账的哪一列")] = False,
    report: ReportOption = None,
    fictional: Annotated[bool, typer.Option("--fictional", help="这些是演示数据（虚构的）")] = False,
    end_demo: EndDemoOption = False,
    format: FormatOption = TextFormat.text,
) -> None:
    """导入报送数据：全部核对无误才收下，有一处错就整批退回并逐处说明。"""
    if fictional and end_demo:
        raise typer.BadParameter("--fictional 和 --end-demo 只能写一个")
    with refusals():
        workspace = enter_workspace(context.obj)
        # It loads what it needs while the pack is read.
        prepare("data.intake.checking")
        pack, in_demo = add_self_marks(load_workspace_pack(workspace)), is_demo_workspace(workspace)
        restriction = _restrict(pack, dataset, unit, year, nil_report, complete_to, mapping)
        try:
            accepted = _import_files(workspace, pack, paths, restriction, check, Fiction(fictional, end_demo))
        except FileRefused as refused:
            _print_refused(refused, save_report(report, refused, paths) if report is not None else "", format)
            raise
        said = save_report(report, list_understood(accepted, pack), paths) if report is not None else ""
        if format is TextFormat.json:
            _print_taken([_list_fields(entry) for entry in accepted], [])
            return
        _print_accepted(accepted, pack)
        _print_understood(accepted, show_mapping, said)
        _tell_uses(workspace, pack, accepted) if check else _feed_companions(workspace)
        if in_demo and not all(entry.fictional or entry.status == "left_out" for entry in accepted):
            out.print(describe_end(check), markup=False)


def _tell_uses(workspace: Workspace, pack: Pack, accepted: Sequence[Accepted]) -> None:
    """Which further packs of the workspace would count what was checked."""
    reports = [(pack.dataset(each.dataset), each.scopes) for each in accepted if each.status != "left_out"]
    for said in describe_uses(pack, load_guests(workspace), reports):
        out.print(said, markup=False)


def _feed_companions(workspace: Workspace) -> None:
    """Let the further packs of the workspace take over what they share; whatever they lack, they take when opened."""
    for companion in list_companions(workspace):
        try:
            pack = load_pack(companion.pack_folder)
            for table in receive_shared(companion, pack, now=now()):
                out.print(f"《{pack.head.title}》同时使用：「{table.title}」{table.batches} 批", markup=False)
        except Refusal as refusal:
            err.print(f"注意：并列的指标包 {companion.root.name} 没有接到数据：{refusal}", markup=False)


def _restrict(
    pack: Pack,
    dataset: str | None,
    unit: str | None,
    year: int | None,
    nil_report: bool,
    complete_to: str | None,
    mapping: Path | None,
) -> Restriction:
    return {
        "dataset": dataset,
        "unit": unit,
        "year": year,
        "nil_report": nil_report,
        "complete_to": parse_day(complete_to) if complete_to is not None else None,
        "mapping": read_mapping(mapping, pack) if mapping is not None else None,
    }


def _import_files(
    workspace: Workspace, pack: Pack, paths: Sequence[Path], restriction: Restriction, check: bool, fiction: Fiction
) -> list[Accepted]:
    return import_files(
        workspace,
        pack,
        paths,
        only_check=check,
        now=now(),
        user=user(),
        fiction=fiction,
        progress=lambda files: show_progress(files, "核对文件"),
        **restriction,
    )


def _print_taken(accepted: list[dict[str, object]], mistakes: list[dict[str, object]]) -> None:
    text = json.dumps({"accepted": accepted, "mistakes": mistakes}, ensure_ascii=False)
    out.print_json(text, ensure_ascii=False)


def _print_refused(refused: FileRefused, said: str, format: TextFormat) -> None:
    """Where the report lies; for a program every mistake, and then the command ends."""
    if format is TextFormat.json:
        _print_taken([], [asdict(mistake) for mistake in refused.mistakes])
        raise typer.Exit(1) from None
    if said:
        out.print(said, markup=False)


def describe_end(only_checked: bool) -> str:
    """What real data mean for the demonstration: what they would do, or have done."""
    if only_checked:
        return f"这是演示工作区：收下真实数据要加 --end-demo（{WHAT_ENDS}），是演示数据加 --fictional。"
    return f"{WHAT_ENDS}。需要登录的人，请用 ducha user add 添加。"


_STATUS = {
    "new": "已收下",
    "unchanged": "与现有批次相同，未重复收",
    "checked": "核对无误，未收下",
    "left_out": "没有填，未收",
}


def _print_accepted(accepted: Sequence[Accepted], pack: Pack) -> None:
    table = make_table("", [("文件", ""), ("台账", ""), ("行数", "right"), ("批次", ""), ("", "")])
    for entry in accepted:
        mark = _STATUS[entry.status]
        if entry.replaced:
            mark += f"，取代 {'、'.join(entry.replaced)}（全部或一部分）"
        table.add_row(_name_place(entry), pack.dataset(entry.dataset).title, str(entry.rows), entry.batch_id, mark)
    out.print(table)


def _print_understood(accepted: Sequence[Accepted], whole_mapping: bool, said: str) -> None:
    """What was understood beyond the letter: columns with titles of their own, and the remarks; then ``said``."""
    for entry in accepted:
        renamed = [column for column in entry.mapping if whole_mapping or column.written != column.title]
        if not renamed and not entry.remarks:
            continue
        out.print(f"\n{_name_place(entry)}", markup=False)
        if renamed:
            columns = "；".join(f"{column.letter} 列「{column.written}」→「{column.title}」" for column in renamed)
            out.print(f"  列的对应：{columns}", markup=False)
        for remark in entry.remarks:
            out.print(f"  {remark}", markup=False)
    if said:
        out.print(said, markup=False)


def _name_place(entry: Accepted) -> str:
    return f"{entry.file_name} {entry.sheet}" if entry.sheet else entry.file_name


def _list_fields(entry: Accepted) -> dict[str, object]:
    """An accepted sheet as plain values, for programs."""
    return {
        "file": entry.file_name,
        "sheet": entry.sheet,
        "dataset": entry.dataset,
        "status": entry.status,
        "batch": entry.batch_id or None,
        "rows": entry.rows,
        "nil_report": entry.nil_report,
        "fictional": entry.fictional,
        "scopes": [{"unit": unit, "period": period} for unit, period in sorted(entry.scopes)],
        "replaced": list(entry.replaced),
        "complete_to": entry.complete_to.isoformat() if entry.complete_to is not None else None,
        "mapping": [column._asdict() for column in entry.mapping],
        "remarks": list(entry.remarks),
    }


def batches(context: typer.Context) -> None:
    """报送历史：每一批的文件、行数，以及是否已被新的一批取代。"""
    with refusals():
        workspace = enter_workspace(context.obj)
        pack = load_workspace_pack(workspace)
        titles = {entry.id: entry.title for entry in pack.datasets}
        names = (("批次", ""), ("台账", ""), ("文件", ""), ("行数", "right"), ("收到", ""), ("状态", ""))
        table = make_table("", names)
        for record in list_batches(workspace):
            state = "已被取代" if record.superseded else "部分被取代" if record.partly_superseded else "现行"
            state += "（演示数据）" if record.fictional else ""
            table.add_row(
                record.id,
                titles.get(record.dataset, record.dataset),
                record.file_name,
                str(record.rows),
                f"{office_time(record.accepted_at):%Y-%m-%d %H:%M}",
                state,
            )
        out.print(table)
