"""Commands about runs: score, rank, explain, sql, rerun, runs.

Each imports what it alone needs when it is called: an explanation that is stored is read without an engine.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from data.batches.records import Inputs, current_inputs
from data.calendar.office_years import load_workspace_pack, reckon_by_office
from data.register.units import Registry
from data.runs.folder import read_moment
from data.store.workspace import Workspace, check_workspace_writable, open_workspace_store
from indicators.entries.mistakes import PackRefused
from indicators.pack.model import Pack
from indicators.pack.succession import Succession
from scoring.base.parts import list_parts
from scoring.cli.collecting import collect_seldom, collecting_later
from scoring.cli.console import (
    CommandRefused,
    FormatOption,
    TextFormat,
    enter_workspace,
    err,
    find_workspace,
    now,
    out,
    parse_day,
    refusals,
    user,
    write_output,
)
from scoring.cli.disputed import MARK, read_disputed, write_disputed
from scoring.explain.explanation import Explanation
from scoring.explain.stored import open_explanations
from scoring.explain.text import render_explanation
from scoring.measures.raw import Moment
from scoring.runs.known_packs import load_known_pack
from scoring.runs.store import (
    StoredRun,
    check_run,
    list_runs,
    load_engine,
    read_inputs,
    read_run,
    recompute_run,
    store_run,
)
from scoring.wording.totals import FICTIONAL

if TYPE_CHECKING:
    from scoring.base.connection import OpenConnection
    from scoring.engine.run import Result
    from scoring.runs.newer import Newer


class OutputFormat(StrEnum):
    """How results are written."""

    json = "json"
    csv = "csv"
    parquet = "parquet"
    table = "table"


class Engine(StrEnum):
    """What carries the statements of a run out; the result is the same."""

    duckdb = "duckdb"
    spark = "spark"


MasterOption = Annotated[
    str | None, typer.Option("--master", help="Spark 集群的地址（spark://host:7077）；不写就用本机")
]
BatchesOption = Annotated[
    str | None,
    typer.Option("--batches", help="Spark 到哪里读报送批次（hdfs://…、s3a://…，与工作区的 batches 文件夹内容相同）"),
]
MemoryOption = Annotated[
    float | None,
    typer.Option("--memory", min=0.5, help="DuckDB 最多用多少 GiB 内存，放不下的暂存在工作区的 staging 文件夹"),
]
RunOption = Annotated[str | None, typer.Option("--run", help="评分运行的编号（默认最近一次）")]


def add_commands(app: typer.Typer) -> None:
    """Register the commands of this module."""
    app.command("score")(score_)
    app.command("rank")(rank)
    app.command("explain")(explain)
    app.command("sql")(sql)
    app.command("rerun")(rerun)
    app.command("runs")(runs)


def score_(
    context: typer.Context,
    year: Annotated[int, typer.Option("--year", help="评分年度")],
    as_of: Annotated[str, typer.Option("--as-of", help="截止日：只看到这一天为止已知的情况")],
    format: Annotated[OutputFormat, typer.Option("--format", help="输出形式")] = OutputFormat.table,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="写入文件（默认打印）")] = None,
    engine: Annotated[Engine, typer.Option("--engine", help="用什么计算；结果逐字节相同")] = Engine.duckdb,
    master: MasterOption = None,
    batches: BatchesOption = None,
    memory: MemoryOption = None,
) -> None:
    """按现行数据给一个年度评分，保存这次运行，并输出结果。"""
    day = parse_day(as_of)
    collect_seldom()
    with collecting_later():
        load_engine()
    with refusals():
        workspace = enter_workspace(context.obj)
        pack = reckon_by_office(load_known_pack(workspace), open_workspace_store(workspace))
        inputs = current_inputs(workspace, pack)
        # A spinner on a terminal, nothing in a pipe: the engine's own steps cannot be counted beforehand.
        with (
            err.status("评分中…"),
            _open_engine(engine, workspace, pack, inputs, (master, batches), memory) as open_with,
        ):
            run, result = store_run(workspace, pack, inputs, year, day, now=now(), user=user(), open_with=open_with)
        _write_result(pack, run, result, format, output)
        err.print(f"评分运行 {run.id} 已保存在 {run.files.path}", markup=False)
        _print_twins(workspace, run)


def _print_twins(workspace: Workspace, run: StoredRun) -> None:
    from scoring.runs.versions import find_twins

    for line in (line for twin in find_twins(workspace, run) for line in twin.lines):
        err.print(line, markup=False)


def _write_result(pack: Pack, run: StoredRun, result: Result, format: OutputFormat, output: Path | None) -> None:
    from scoring.cli import tables
    from scoring.results.result import lay_out_items, write_csv
    from scoring.runs.interchange import make_items, write_table

    if format is OutputFormat.json:
        write_output(run.result, output)
    elif format is OutputFormat.csv:
        write_output(write_csv(lay_out_items(pack, result)), output)
    elif format is OutputFormat.parquet:
        if output is None:
            raise CommandRefused("Parquet 不是文字，请用 -o 写明文件")
        write_output(write_table(make_items(run.files)), output)
    else:
        text = tables.write_ranking(pack, run.content)
        if output is not None:
            write_output(text.encode(), output)
        else:
            out.print(text, markup=False, end="")


def _open_engine(
    engine: Engine,
    workspace: Workspace,
    pack: Pack,
    inputs: Inputs,
    places: tuple[str | None, str | None],
    memory: float | None,
) -> AbstractContextManager[OpenConnection | None]:
    """What a run opens its connections with. ``places``: where Spark is, and where it finds the batches."""
    if engine is Engine.duckdb:
        if any(place is not None for place in places):
            raise CommandRefused("--master 和 --batches 只与 --engine spark 一起用")
        if memory is None:
            return nullcontext()
        from scoring.runs.scratch import open_scratch

        check_workspace_writable(workspace)
        return open_scratch(workspace.staging_folder, memory)
    if memory is not None:
        raise CommandRefused("--memory 只与 DuckDB 一起用；Spark 的内存在 spark-defaults.conf 里定")
    from scoring.spark.opening import open_spark

    return open_spark(workspace, pack, inputs, *places)


def rank(
    context: typer.Context,
    cohort: Annotated[str | None, typer.Option("--cohort", help="只看一个考核组")] = None,
    run: RunOption = None,
    format: FormatOption = TextFormat.text,
) -> None:
    """排名、可能的分数区间，以及各单位失分最多的指标。"""
    from scoring.cli import tables
    from scoring.runs.account import read_account
    from scoring.runs.newer import describe_newer, describe_other_days
    from scoring.runs.versions import find_twins

    with refusals():
        workspace = find_workspace(context.obj)
        stored = read_run(workspace, run)
        pack, _ = read_inputs(workspace, stored)
        if cohort is not None and cohort not in {entry.id for entry in pack.head.cohorts}:
            known = "、".join(f"{entry.id}（{entry.title}）" for entry in pack.head.cohorts)
            raise CommandRefused(f"没有考核组 {cohort}；已有：{known}")
        disputed = read_disputed(workspace, pack, stored.manifest["year"])
        if cohort is not None:
            inside = {row.unit for row in stored.list_totals() if row.cohort == cohort}
            disputed = {pair for pair in disputed if pair[0] in inside}
        newer = _find_newer(workspace, stored)
        if format is TextFormat.json:
            write_output(_write_ranks(stored, cohort, disputed, newer), None)
            return
        text = tables.write_ranking(pack, stored.content, cohort) + write_disputed(pack, disputed)
        out.print(text, markup=False, end="")
        for line in _tell_firmness(pack, stored, cohort):
            out.print(line, markup=False)
        account = read_account(stored.files)
        left_out = f"{account.sentence}（哪些、为什么：ducha doubts）" if account is not None else ""
        twins = (twin.sentence for twin in find_twins(workspace, stored))
        others = describe_other_days(list_runs(workspace), stored.id)
        for line in (left_out, describe_newer(newer), others, *twins):
            if line:
                out.print(f"\n{line}", markup=False)


def _write_ranks(
    stored: StoredRun, cohort: str | None, disputed: Iterable[tuple[str, str]], newer: Iterable[Newer]
) -> bytes:
    totals = [row for row in stored.content["totals"] if cohort in (None, row["cohort"])]
    pairs = [{"unit": unit, "indicator": indicator} for unit, indicator in sorted(disputed)]
    found = {"run": stored.id, "totals": totals, "disputed": pairs, "newer": [asdict(each) for each in newer]}
    return (json.dumps(found, ensure_ascii=False) + "\n").encode()


def _tell_firmness(pack: Pack, stored: StoredRun, cohort: str | None) -> list[str]:
    """Who cannot be told apart, of each cohort that is not too large to be studied for a line."""
    from scoring.results.scores import read_parts, read_scores
    from scoring.trials.firmness.study import MANY, make_study

    scores, parts, found = read_scores(stored.files, pack), read_parts(stored.files), []
    for entry in pack.head.cohorts:
        ranked = scores.of_cohort(entry.id).totals["rank"].is_not_null().sum()
        if cohort in (None, entry.id) and 1 < ranked <= MANY:
            found.append(f"\n{entry.title}：{make_study(pack, scores, parts, entry.id).tell()}")
    return found


def _find_newer(workspace: Workspace, stored: StoredRun) -> list[Newer]:
    """What is newer than the run; a stored ranking can be read where the pack of now cannot."""
    from data.ledger.ledger import open_ledger
    from scoring.runs.newer import Newer, list_newer

    try:
        pack = load_workspace_pack(workspace)
    except PackRefused:
        return [Newer("pack", "指标包", "指标包（现在的读不出来）")]
    return list_newer(workspace, open_ledger(workspace, pack), stored.manifest)


def _find_place(
    pack: Pack, stored: StoredRun, unit: str, indicator: str, cohort: str | None, succession: Succession
) -> tuple[str, str]:
    """Cohort and unit id for what the user typed; a merged unit leads to its heir. Refused with near names."""
    registry = Registry.from_register(pack.registry)
    found = registry.resolve(unit, succession.day)
    if found is None and registry.list_claims(unit):
        raise CommandRefused(f"「{unit}」先后是{registry.describe_claims(unit)}的名称；请改写编号")
    if found is not None and (heir := succession.heirs.get(found)) is not None:
        err.print(f"「{unit}」已并入「{registry.name(heir)}」，下面是并入后的单位。", markup=False)
        found = heir
    if found is None:
        close = "、".join(registry.suggest(unit))
        raise CommandRefused(f"没有单位「{unit}」" + (f"；是不是：{close}" if close else ""))
    if indicator not in {entry.id for entry in pack.indicators}:
        close = "、".join(entry.id for entry in pack.indicators if indicator in entry.id or indicator in entry.name)
        raise CommandRefused(
            f"没有指标「{indicator}」" + (f"；相近的有：{close}" if close else "；用 ducha rank 或指标包查编号")
        )
    items = [
        item
        for item in stored.list_items()
        if item.unit == found and item.indicator == indicator and cohort in (None, item.cohort)
    ]
    if not items:
        raise CommandRefused(f"「{unit}」的评分表里没有指标 {indicator}（不属于它的考核组，或不在这个年度）")
    if len(items) > 1:
        raise CommandRefused(
            f"「{unit}」属于几个考核组，请用 --cohort 写明：{'、'.join(item.cohort for item in items)}"
        )
    return items[0].cohort, found


def explain(
    context: typer.Context,
    unit: Annotated[str, typer.Argument(help="单位：编号、名称或别名")],
    indicator: Annotated[str, typer.Argument(help="指标编号")],
    cohort: Annotated[str | None, typer.Option("--cohort", help="单位属于几个考核组时写明哪一个")] = None,
    run: RunOption = None,
    format: Annotated[TextFormat, typer.Option("--format", help="text 或 json（explain.v1）")] = TextFormat.text,
) -> None:
    """凭什么得（扣）这些分：原文、规则、数据出处、算式、再进一步要做什么。"""
    with refusals():
        workspace = find_workspace(context.obj)
        stored = read_run(workspace, run)
        pack, inputs = read_inputs(workspace, stored)
        year, as_of = read_moment(stored.manifest)
        succession = Succession.of_year(pack.registry, year, as_of)
        place, found = _find_place(pack, stored, unit, indicator, cohort, succession)
        record = _find_record(pack, inputs, stored, place, found, indicator)
        disputed = (found, indicator) in read_disputed(workspace, pack, year)
        if format is TextFormat.json:
            told = {**record.write(), "fictional": stored.manifest["fictional"], "disputed": disputed}
            write_output((json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode(), None)
        else:
            if stored.manifest["fictional"]:
                out.print(FICTIONAL, markup=False)
            if disputed:
                out.print(f"{MARK}：这一项有复核申请还没有决定，得分可能变。", markup=False)
            out.print(render_explanation(record), markup=False)


def _find_record(pack: Pack, inputs: Inputs, stored: StoredRun, cohort: str, unit: str, indicator: str) -> Explanation:
    """The stored explanation; computed anew for a run that was stored without any."""
    explanations = open_explanations(stored.files.path, stored.files)
    if explanations is None:
        from scoring.engine.run import score
        from scoring.explain.record import explain_item

        result = score(pack, inputs, *read_moment(stored.manifest))
        return Explanation.model_validate(explain_item(pack, inputs, result, cohort, unit, indicator, run_id=stored.id))
    return next(record for record in explanations.read_unit(cohort, unit) if record.indicator == indicator)


def sql(
    context: typer.Context,
    indicator: Annotated[str | None, typer.Argument(help="指标编号（不写则打印整次运行的 SQL）")] = None,
    run: RunOption = None,
) -> None:
    """打印评分所用的 SQL；写明指标时，只打印同样的语句中与它有关的部分。"""
    with refusals():
        workspace = find_workspace(context.obj)
        stored = read_run(workspace, run)
        if indicator is None:
            write_output(stored.files.read("run.sql"), None)
            return
        pack, _ = read_inputs(workspace, stored)
        write_output(_write_indicator_sql(pack, stored, indicator).encode(), None)


def _write_indicator_sql(pack: Pack, stored: StoredRun, indicator: str) -> str:
    year, as_of = read_moment(stored.manifest)
    parts = [part for part in list_parts(pack, year) if part.indicator.id == indicator]
    if not parts:
        raise CommandRefused(f"{year} 年的评分表里没有指标「{indicator}」")
    from scoring.engine.run import compile_layer

    queries = compile_layer(pack, parts, Moment(year, as_of)).queries
    return "\n\n".join(f"-- {name}\n{text};" for name, text in queries.items()) + "\n"


def rerun(
    context: typer.Context,
    run: Annotated[str, typer.Argument(help="评分运行的编号")],
    check: Annotated[bool, typer.Option("--check", help="与保存的结果逐字节比较")] = False,
) -> None:
    """用当时的指标包和数据重新计算一次运行。"""
    with refusals():
        workspace = find_workspace(context.obj)
        stored = read_run(workspace, run)
        if check:
            check_run(workspace, stored)
            out.print(f"评分运行 {stored.id} 复算一致（{len(stored.result)} 字节逐一相同）", markup=False)
            return
        write_output(recompute_run(workspace, stored), None)


def runs(context: typer.Context) -> None:
    """列出保存的评分运行。"""
    with refusals():
        for name in list_runs(find_workspace(context.obj)):
            out.print(name, markup=False)
