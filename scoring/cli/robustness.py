"""The command robustness: how firm the ranking of a stored run is."""

from __future__ import annotations

import json
from io import StringIO
from typing import Annotated

import typer
from rich.console import Console

from indicators.pack.model import Cohort, Pack
from scoring.cli.console import (
    CommandRefused,
    FormatOption,
    TextFormat,
    find_workspace,
    make_table,
    out,
    refusals,
    write_output,
)
from scoring.cli.runs import RunOption
from scoring.results.scores import Scores, read_parts, read_scores, write_marks
from scoring.runs.frozen_pack import read_frozen_pack
from scoring.runs.store import open_stored_run
from scoring.trials.firmness.levers import Levers
from scoring.trials.firmness.report import (
    describe_same,
    describe_shifted,
    describe_telling,
    list_grade_edges,
    list_neighbours,
    list_sources,
    list_units,
    write_chance,
)
from scoring.trials.firmness.study import SPREAD, Study, make_study
from scoring.trials.firmness.telling import list_telling


def add_commands(app: typer.Typer) -> None:
    """Register the command of this module."""
    app.command("robustness")(robustness)


def robustness(
    context: typer.Context,
    cohort: Annotated[str | None, typer.Option("--cohort", help="只看一个考核组")] = None,
    run: RunOption = None,
    worlds: Annotated[int | None, typer.Option("--draws", min=100, max=1_000_000, help="试算多少次")] = None,
    seed: Annotated[int | None, typer.Option("--seed", min=0, help="种子（默认由评分运行的编号得出）")] = None,
    spread: Annotated[float, typer.Option("--spread", min=0.0, max=2.0, help="权重上下多少，0.25 即 25%")] = SPREAD,
    format: FormatOption = TextFormat.text,
) -> None:
    """名次稳不稳：权重、未定的项目、数目小的偶然性等一起变，哪些单位分不出先后。不改变任何得分。"""
    with refusals():
        workspace = find_workspace(context.obj)
        folder = open_stored_run(workspace, run)
        pack = read_frozen_pack(workspace, folder)
        chosen = [entry for entry in pack.head.cohorts if cohort in (None, entry.id)]
        if not chosen:
            known = "、".join(f"{entry.id}（{entry.title}）" for entry in pack.head.cohorts)
            raise CommandRefused(f"没有考核组 {cohort}；已有：{known}")
        scores, parts = read_scores(folder, pack), read_parts(folder)
        studies = [
            (entry, make_study(pack, scores, parts, entry.id, worlds=worlds, seed=seed, spread=spread))
            for entry in chosen
        ]
        if format is TextFormat.json:
            found = {"run": folder.path.name, "cohorts": [_list_study(entry, study) for entry, study in studies]}
            write_output((json.dumps(found, ensure_ascii=False) + "\n").encode(), None)
            return
        for entry, study in studies:
            levers = Levers(pack, scores, parts, entry.id)
            out.print(_write_study(pack, scores, entry, study, levers), markup=False, end="")


def _list_study(cohort: Cohort, study: Study) -> dict[str, object]:
    board = study.field.board
    return {
        "cohort": cohort.id,
        "seed": study.seed,
        "draws": study.draws.number,
        "spread": study.spread,
        "level": study.level,
        "sentence": study.describe(),
        "units": [
            {
                "unit": row.unit,
                "rank": row.rank,
                "rank_best": row.best,
                "rank_worst": row.worst,
                "rank_probabilities": [round(float(chance), 6) for chance in study.draws.chances[n]],
                "grade_probabilities": {name: round(chance, 6) for name, chance in row.grades},
            }
            for n, row in enumerate(list_units(study))
        ],
        "pairs": [
            {
                "upper": board.units[pair.upper],
                "lower": board.units[pair.lower],
                "before": pair.ahead,
                "after": pair.behind,
            }
            for pair in study.pairs
        ],
        "tiers": [list(board.units[first : last + 1]) for first, last in study.tiers],
        "sources": {part.source: {"share": part.share, "width": part.width} for part in study.parts},
        "indicators": [
            {"indicator": row.indicator, "applies": row.applies, "full": row.full, "none": row.none, "share": row.share}
            for row in (list_telling(study.field) if study.field.number else [])
        ],
    }


def _write_study(pack: Pack, scores: Scores, cohort: Cohort, study: Study, levers: Levers) -> str:
    buffer = StringIO()
    console = Console(file=buffer, width=150, highlight=False, color_system=None)
    rows = list_units(study)
    if not rows:
        console.print(f"\n{cohort.title}：没有单位有名次", markup=False)
        return buffer.getvalue()
    console.print(f"\n{cohort.title}：{study.describe()}\n{study.explain()}", markup=False)
    right = "right"
    table = make_table(
        "", [("名次", right), ("单位", ""), ("总分", right), ("名次区间", right), ("保住名次", right), ("等次", "")]
    )
    for row in rows:
        grades = "、".join(f"{name}{write_chance(chance)}" for name, chance in row.grades)
        range_ = str(row.best) if row.best == row.worst else f"{row.best}–{row.worst}"
        total = write_marks(row.total, scores.precision)
        table.add_row(str(row.rank), row.name, total, range_, write_chance(row.held), grades)
    console.print(table)
    table = make_table(
        "相邻的单位", [("前 — 后", ""), ("相差", right), ("前者在前", right), ("先后", ""), ("什么会使它们持平", "")]
    )
    for pair in list_neighbours(study, pack, levers):
        gap = write_marks(pair.gap, scores.precision)
        firm = "分得出" if pair.firm else "分不出"
        table.add_row(f"{pair.upper} — {pair.lower}", gap, write_chance(pair.ahead), firm, pair.words)
    console.print(table)
    headings = [("来源", ""), ("占比", right), ("区间宽度（已排名单位平均）", right), ("单独使多少对分不出", right)]
    table = make_table("不确定从哪里来", headings)
    for source in list_sources(study):
        table.add_row(*source)
    console.print(table)
    for name, edge, words in list_grade_edges(study, pack):
        console.print(f"等次可能变：{name}到{edge.grade}，{words}", markup=False)
    for why, titles in describe_telling(study.field, pack):
        console.print(f"{why}的指标{len(titles)}项：{'、'.join(titles)}", markup=False)
    for group in describe_same(study.field, pack):
        console.print(f"排出的次序几乎一样的指标：{group}", markup=False)
    if shifted := describe_shifted(study, pack):
        console.print(shifted, markup=False)
    return buffer.getvalue()
