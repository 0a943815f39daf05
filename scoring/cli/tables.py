"""The ranking as lines of text: it reads the stored result and computes nothing but sums for display."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from io import StringIO
from typing import Any

from rich.console import Console
from rich.table import Table

from indicators.pack.model import Cohort, Pack
from scoring.base.item import ITEM_FIELDS, ResultItem
from scoring.base.total import Total
from scoring.cli.console import make_table
from scoring.results.losses import list_losses
from scoring.results.scale import measure_scores
from scoring.results.scores import Scores, frame_items, make_scores, write_marks
from scoring.wording import describe_outcome
from scoring.wording.ranges import describe_widest, write_range
from scoring.wording.totals import FICTIONAL, describe_total

WORST = 3
MANY = 60


def write_ranking(pack: Pack, content: dict[str, Any], cohort: str | None = None) -> str:
    """Rankings of all cohorts (or one), and where each unit lost most."""
    buffer = StringIO()
    console = Console(file=buffer, width=150, highlight=False, color_system=None)
    run = content["run"]
    console.print(f"{pack.head.title}", markup=False)
    console.print(f"{run['year']} 年度，截至 {run['as_of']}；评分运行 {run['id']}", markup=False)
    if run["fictional"]:
        console.print(FICTIONAL, markup=False)
    if pack.head.not_a_ranking:
        console.print(pack.head.not_a_ranking, markup=False)
    for entry in pack.head.cohorts:
        if cohort is None or entry.id == cohort:
            _print_cohort(console, pack, entry, content)
    return buffer.getvalue()


def _print_cohort(console: Console, pack: Pack, cohort: Cohort, content: dict[str, Any]) -> None:
    written = [row for row in content["totals"] if row["cohort"] == cohort.id]
    totals = [Total(**row) for row in written]
    items = _list_items(content, cohort)
    if not totals:
        console.print(f"\n{cohort.title}：没有单位", markup=False)
        return
    headings = [("名次", "right"), ("单位", ""), ("总分", "right"), ("满分", "right"), ("可能区间", "right")]
    table = make_table(f"\n{cohort.title}", [*headings, ("等次", ""), ("说明", "")])
    outside = Counter(item.unit for item in items if item.outcome in ("not_applicable", "exempt"))
    for row in totals:
        rank = "" if row.rank is None else str(row.rank)
        total, full = row.total or "—", row.full or "—"
        notes = "\n".join(
            filter(None, (describe_total(row, pack, outside.get(row.unit, 0)), describe_widest(row, pack)))
        )
        table.add_row(rank, row.unit_name, total, full, write_range(row, dash="–"), row.grade or "", notes)
    console.print(table)
    if not any(row.status == "ranked" for row in totals):
        _print_outcomes(console, items)
        return
    if len(totals) > MANY:
        console.print(f"\n单位超过 {MANY} 个，失分明细见运行文件夹中的 items.csv，或用 ducha explain 查看单个单位。")
        return
    scores = make_scores(pack.head.precision, content["run"], frame_items([vars(item) for item in items]), written)
    console.print()
    console.print(_list_worst(pack, scores))


def _list_items(content: dict[str, Any], cohort: Cohort) -> list[ResultItem[str]]:
    """The items of a group; what an older result does not say of them is None."""
    found = (ResultItem(*(row.get(name) for name in ITEM_FIELDS)) for row in content["items"])
    return [item for item in found if item.cohort == cohort.id]


def _list_worst(pack: Pack, scores: Scores) -> Table:
    """Where each unit lost most, what is only held back first."""
    columns = [("单位", ""), ("失分", "right"), ("折合总分", "right"), ("指标", ""), ("结果", "")]
    worst = make_table("失分最多的指标（含未报、矛盾等还没有计分的）", columns)
    scale, precision = measure_scores(pack, scores), scores.precision
    for unit, name in scores.totals.select("unit", "unit_name").iter_rows():
        for index, loss in enumerate(list_losses(scores, unit, scale)[:WORST]):
            marks = [write_marks(value, precision) for value in (loss.lost, loss.in_total)]
            outcome = "已暂扣，待核实" if loss.provisional else describe_outcome(loss.outcome)
            worst.add_row(name if index == 0 else "", *marks, f"{loss.indicator} {loss.name}", outcome)
    return worst


def _print_outcomes(console: Console, items: list[ResultItem[str]]) -> None:
    """For cohorts that are not ranked: how many items ended how, per indicator."""
    counted = [(name, "right") for name in ("满分", "部分", "零分", "合计")]
    table = make_table("", [("指标", ""), ("结果", ""), *counted])
    counts: dict[tuple[str, str], list[int]] = {}
    for item in items:
        key = (f"{item.indicator} {item.indicator_name}", describe_outcome(item.outcome))
        row = counts.setdefault(key, [0, 0, 0, 0])
        row[3] += 1
        if item.section_kind == "base" and item.marks is not None and item.full_marks is not None:
            marks, full = Decimal(item.marks), Decimal(item.full_marks)
            row[0 if marks == full else 2 if marks == 0 else 1] += 1
    for (indicator, outcome), row in counts.items():
        shown = [str(number) if outcome == describe_outcome("scored") else "" for number in row[:3]]
        table.add_row(indicator, outcome, *shown, str(row[3]))
    console.print(table)
