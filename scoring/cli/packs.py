"""Commands about packs: new, extend, rebase, lint, test, coverage, to-excel, from-excel, adopt."""

from __future__ import annotations

import json
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from data.intake.annotated import name_copy
from data.runs.adoption import adopt_pack
from data.runs.companions import refuse_disagreements
from data.store.workspace import open_workspace
from indicators.entries.nearest import suggest
from indicators.lint.advice import list_advice
from indicators.lint.rosters import describe_rosters
from indicators.lint.scales import list_notices
from indicators.meaning.coverage import WAYS, count_ways, list_coverage, list_indicator_coverage, write_page
from indicators.meaning.drafts import describe_drafts, describe_left_words
from indicators.meaning.overlaid import KINDS, describe_chain, list_layer_differences
from indicators.meaning.shared import describe_shared
from indicators.pack.cases import load_cases, load_tables, load_unnoticed
from indicators.pack.model import Pack
from indicators.reader import find_pack, lint_folder, load_pack
from indicators.texts.unscored_deadlines import list_unscored_deadlines
from scoring.cases.run import run_cases
from scoring.cases.survivors import HEAD, explain_by_author, find_survivors
from scoring.cases.tables import run_tables
from scoring.cli import pack_versions
from scoring.cli.console import (
    CommandRefused,
    err,
    find_workspace,
    make_table,
    now,
    out,
    refusals,
    show_progress,
    user,
    write_output,
)
from scoring.cli.pack_diff import diff, find_moment
from scoring.office.drafting import describe_draft, write_draft
from scoring.office.extending import extend_pack
from scoring.office.rebasing import describe_rebased, rebase_pack
from scoring.office.rulebooks import RulebookRefused, read_rulebook, write_rulebook

app = typer.Typer(
    help="指标包：从文件起草（new）、检查（lint）、用例（test）、对任务的覆盖（coverage），"
    "叠在上级的包上面（extend）、换上级的新版（rebase），转成 Excel 再转回（to-excel、from-excel），对照两份（diff），"
    "提交（submit）和批准（approve）新版。",
    no_args_is_help=True,
)


def add_commands(root: typer.Typer) -> None:
    """Register the commands of this module."""
    app.command("diff")(diff)
    pack_versions.add_versions(app)
    root.add_typer(app, name="pack")


PackName = Annotated[str, typer.Argument(help="指标包：自带的名称，或文件夹路径")]


@app.command("new")
def new(
    source: Annotated[
        Path, typer.Argument(help="方案、办法、通知、任务表、评分表：txt、docx、pdf；评分表也可以是 xlsx")
    ],
    output: Annotated[Path, typer.Option("-o", "--output", help="草稿放进这个文件夹；不能已经有东西")],
    id: Annotated[str, typer.Option("--id", help="指标包的编号：小写字母、数字、连字符")] = "draft",
    title: Annotated[str | None, typer.Option("--title", help="标题（不写就用原文第一行）")] = None,
    year: Annotated[int | None, typer.Option("--year", help="从哪一年起评分（不写就是今年）")] = None,
) -> None:
    """从一份文件或评分表起草指标包：每项的原文、数值、期限、单位和建议的写法。逐项确认以前不能评分。"""
    with refusals():
        made = write_draft(source, output, id=id, title=title, year=year or now().year)
        for line in describe_draft(made, output):
            out.print(line, markup=False)


@app.command("extend")
def extend(
    base: Annotated[str, typer.Argument(help="上级指标包：自带的名称，或文件夹路径")],
    output: Annotated[Path, typer.Option("-o", "--output", help="本级的指标包放进这个文件夹；不能已经有东西")],
    id: Annotated[str, typer.Option("--id", help="本级指标包的编号：小写字母、数字、连字符")],
    title: Annotated[str, typer.Option("--title", help="本级指标包的标题")],
    issuer: Annotated[str, typer.Option("--issuer", help="本级的督察办")],
) -> None:
    """在上级指标包上面起一份本级的：上级的整个放在 base 里，本级只写加严、增加和上级留给下级定的内容。"""
    with refusals():
        for line in extend_pack(find_pack(base), output, id=id, title=title, issuer=issuer):
            out.print(line, markup=False)


@app.command("rebase")
def rebase(
    upper: Annotated[str, typer.Argument(help="本级的指标包，叠在上级的上面：文件夹路径")],
    base: Annotated[str, typer.Option("--base", help="上级指标包的新版：自带的名称，或文件夹路径")],
    version: Annotated[str, typer.Option("--version", help="换了上级以后，本级的版本号")],
    output: Annotated[Path, typer.Option("-o", "--output", help="放进这个文件夹；不能已经有东西")],
) -> None:
    """上级出了新版：把本级的指标包换到新版上面，列出上级改了什么、本级的哪些内容不再合用。原来的不动。"""
    with refusals():
        made = rebase_pack(find_pack(upper), find_pack(base), output, version=version)
        for line in describe_rebased(made, output):
            out.print(line, markup=False)


@app.command("lint")
def lint(
    pack: PackName,
    data: Annotated[Path | None, typer.Option("--data", help="用这个工作区现有的数据，看哪些指标分不出高低")] = None,
    year: Annotated[int | None, typer.Option("--year", help="看哪个年度（默认最近一次评分的）")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="截止日（默认最近一次评分的）")] = None,
    beside: Annotated[
        Path | None, typer.Option("--beside", help="要和这个工作区的指标包并列：同一张台账的写法有没有不同")
    ] = None,
) -> None:
    """检查指标包和用例的全部写法，一次列出所有错误；不算错、但该知道的列为提示。"""
    with refusals():
        if data is None and (year is not None or as_of is not None):
            raise CommandRefused("--year 和 --as-of 只与 --data 一起用")
        loaded = lint_folder(find_pack(pack))
        out.print(
            f"没有错误：{len(loaded.indicators)} 个指标，{len(loaded.datasets)} 张台账，"
            f"{len(loaded.registry.units)} 个单位",
            markup=False,
        )
        for notice in _list_all_notices(loaded):
            out.print(f"提示 {notice}", markup=False)
        if beside is not None:
            host = load_pack(open_workspace(beside).pack_folder)
            refuse_disagreements(host, loaded)
            for line in describe_shared(host, loaded):
                out.print(line, markup=False)
        if data is not None:
            _tell_untelling(data, loaded, year, as_of)


def _list_all_notices(pack: Pack) -> Iterator[object]:
    yield from describe_drafts(pack)
    yield from describe_left_words(pack)
    yield from describe_rosters(pack)
    yield from (*list_notices(pack), *list_advice(pack), *list_unscored_deadlines(pack))


def _tell_untelling(data: Path, pack: Pack, year: int | None, as_of: str | None) -> None:
    """Print what the data of a workspace says of the rules."""
    from scoring.trials.untelling import list_untelling

    when, day = find_moment(data, year, as_of)
    out.print(f"用 {data.name} 里 {when} 年度截至 {day} 的数据试算：", markup=False)
    found = list(list_untelling(open_workspace(data), pack, when, day))
    for each in found:
        out.print(f"提示 {each}", markup=False)
    if not found:
        out.print("每个指标都分得出高低，没有两个指标排出一样的先后", markup=False)


@app.command("test")
def test(
    pack: PackName,
    mutants: Annotated[
        bool,
        typer.Option("--mutants", help="再把规则逐处改动一步，看有没有用例发现：列出没有发现的改动和能发现它的用例"),
    ] = False,
    only: Annotated[list[str] | None, typer.Option("--indicator", help="只改这个指标（可以写几次）")] = None,
) -> None:
    """运行指标包自带的用例：给定这些数据，应得这些分。"""
    with refusals():
        folder = find_pack(pack)
        loaded = load_pack(folder)
        report = run_cases(loaded, folder, lambda cases: show_progress(cases, "运行用例"))
        for failure in report.failures:
            err.print(str(failure), markup=False)
        tables, differences = run_tables(loaded, folder, lambda each: show_progress(each, "运行全表用例"))
        for failure in differences:
            err.print(str(failure), markup=False)
        for name in report.untested:
            out.print(f"没有用例：{name}", markup=False)
        held = report.run - len(report.failures)
        out.print(f"{report.run} 个用例，{held} 个相符，{len(report.failures)} 个不符", markup=False)
        if tables:
            missed = len({failure.case for failure in differences})
            out.print(f"{tables} 个全表用例，{tables - missed} 个相符，{missed} 个不符", markup=False)
        if report.failures or differences:
            raise typer.Exit(1)
        if mutants and not _tell_survivors(loaded, folder, only or []):
            raise typer.Exit(1)


def _tell_survivors(pack: Pack, folder: Path, only: list[str]) -> bool:
    """Print the changes that no case notices; whether none of them makes a difference in any case that was found."""
    known = [indicator.id for indicator in pack.indicators]
    for name in only:
        if name not in known:
            raise CommandRefused(f"没有指标 {name}{suggest(name, known)}")
    cases = [case for _, _, case in load_cases(folder)]
    tables = [each.case for each in load_tables(folder)]
    found = find_survivors(pack, cases, tables, lambda groups: show_progress(groups, "逐处改动"), only)
    said = [each.case for each in load_unnoticed(folder) if not only or each.case.indicator in only]
    report, stale = explain_by_author(found, said)
    for each in report.survivors:
        if each.indicator == HEAD:
            out.print(f"{HEAD} {each.text}：没有全表用例发现", markup=False)
            continue
        why = f"没有差别：{each.reason}" if each.reason else "没有用例发现，也没有找到能看出差别的数据"
        told = "没有用例发现" if each.witness is not None else why
        out.print(f"{each.indicator} {each.text}：{told}", markup=False)
        if each.witness is not None:
            out.print(f"  这个用例能发现：\n{each.witness}", markup=False)
    for text in stale:
        err.print(text, markup=False)
    seen, unexplained = report.list_seen(), report.list_unexplained()
    explained = len(report.survivors) - len(seen) - len(unexplained)
    out.print(
        f"{report.tried} 处改动，{report.tried - len(report.survivors)} 处有用例发现，{len(seen)} 处没有发现，"
        f"{explained} 处没有差别，{len(unexplained)} 处没有找到差别",
        markup=False,
    )
    return not seen and not stale


@app.command("to-excel")
def to_excel(
    pack: PackName,
    output: Annotated[Path, typer.Option("-o", "--output", help="写到这个 xlsx 文件")],
) -> None:
    """把指标包写成一个 Excel 工作簿：一行一条规则，带下拉框和常用说法；改好用 from-excel 转回来，内容不丢。"""
    with refusals():
        if output.suffix.lower() != ".xlsx":
            raise CommandRefused("请写一个以 .xlsx 结尾的文件名")
        made = write_rulebook(find_pack(pack))
        write_output(made.content, output)
        out.print(f"《{made.pack.head.title}》写在 {output}；YAML 里的注释不在其中", markup=False)
        if made.others:
            out.print(f"注意 没有收进工作簿，请另外保存：{'、'.join(made.others)}", markup=False)


@app.command("from-excel")
def from_excel(
    workbook: Annotated[Path, typer.Argument(help="to-excel 写出、改好的工作簿")],
    output: Annotated[Path, typer.Option("-o", "--output", help="指标包放进这个文件夹；不能已经有东西")],
) -> None:
    """把工作簿转回指标包文件夹（YAML）：有错时一处也不写，另存一份在单元格上批注了全部错误的副本。"""
    with refusals():
        try:
            pack = read_rulebook(workbook, output)
        except RulebookRefused as error:
            for mistake in error.mistakes:
                err.print(str(mistake), markup=False)
            beside = ""
            if error.copy is not None:
                copy = workbook.with_name(name_copy(workbook.name))
                write_output(error.copy, copy)
                beside = f"；带批注的副本：{copy}"
            raise CommandRefused(f"{error}{beside}") from None
        out.print(f"《{pack.head.title}》写在 {output}：{len(pack.indicators)} 个指标", markup=False)


@app.command("adopt")
def adopt(
    context: typer.Context,
    pack: Annotated[Path, typer.Argument(help="新版指标包的文件夹；也可以是工作区里改好的 pack")],
    reason: Annotated[str, typer.Option("--reason", help="为什么换，写进留痕")],
) -> None:
    """让工作区改用指标包的新版：只在还没有督察办负责人账号时可用，有了就要一人提交（submit）、另一人批准（approve）。"""
    with refusals():
        if not reason.strip() or not reason.isprintable():
            raise CommandRefused("请写明为什么换用新版")
        workspace = find_workspace(context.obj)
        taken = adopt_pack(workspace, pack, reason.strip(), now=now(), actor=user())
        if taken is None:
            out.print("工作区用的已经是这一份，没有改动", markup=False)
        else:
            out.print(f"已改用《{taken.head.title}》{taken.head.version} 版；下一次评分起按它计算", markup=False)


class CoverageFormat(StrEnum):
    """How the matrix is written."""

    table = "table"
    json = "json"
    markdown = "markdown"


class Way(StrEnum):
    """From which side the matrix is read."""

    obligation = "obligation"
    indicator = "indicator"


@app.command("coverage")
def coverage(
    pack: PackName,
    by: Annotated[Way, typer.Option("--by", help="按任务（obligation）看，或按指标（indicator）看")] = Way.obligation,
    format: Annotated[
        CoverageFormat, typer.Option("--format", help="输出形式；markdown 两面都写")
    ] = CoverageFormat.table,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="写入文件（默认打印）")] = None,
) -> None:
    """原文的每项任务由哪些指标考核、怎么考核，每个指标考核哪些任务。"""
    with refusals():
        loaded = load_pack(find_pack(pack))
        if format is CoverageFormat.markdown:
            write_output(write_page(loaded).encode(), output)
            return
        if format is CoverageFormat.json:
            rows = list_coverage(loaded) if by is Way.obligation else list_indicator_coverage(loaded)
            text = json.dumps([row.as_dict() for row in rows], ensure_ascii=False, indent=1)
            write_output(f"{text}\n".encode(), output)
            return
        if output is not None:
            raise CommandRefused("表格只打印在屏幕上；要写入文件，请用 --format json 或 markdown")
        out.print(_tabulate_obligations(loaded) if by is Way.obligation else _tabulate_indicators(loaded))
        out.print(count_ways(list_coverage(loaded)), markup=False)
        if loaded.layers:
            out.print(_tabulate_layers(loaded))
            out.print(f"{describe_chain(loaded)}；没有列出的与上级相同", markup=False)


def _tabulate_obligations(pack: Pack) -> Table:
    table = make_table("", [("任务", ""), ("条", ""), ("原文", ""), ("怎么考核", ""), ("指标，或不考核的理由", "")])
    for row in list_coverage(pack):
        what = "、".join(row.indicators) or row.waived or ""
        table.add_row(row.obligation, row.article, row.quote, row.state_text, what)
    return table


def _tabulate_layers(pack: Pack) -> Table:
    table = make_table("与上级指标包的差别", [("指标", ""), ("名称", ""), ("怎么变", ""), ("内容", "")])
    for each in list_layer_differences(pack):
        table.add_row(each.indicator, each.name, KINDS[each.kind], each.text)
    return table


def _tabulate_indicators(pack: Pack) -> Table:
    table = make_table("", [("指标", ""), ("名称", ""), ("条", ""), ("怎么考核", ""), ("任务", "")])
    for row in list_indicator_coverage(pack):
        tasks = "、".join(row.obligations) or "—"
        table.add_row(row.indicator, row.name, "、".join(row.articles), WAYS[row.way], tasks)
    return table
