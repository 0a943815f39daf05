"""Cases about a whole table: what several units reported, and the totals, ranks and grades that come out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from data.store.drafts import draft_folder
from indicators.pack.cases import ExpectedTotal, Placed, TableCase, load_tables
from indicators.pack.model import Pack
from scoring.base.item import ResultItem
from scoring.cases.run import Failure, TriedItem, compare_item, write_inputs
from scoring.cases.stages import CaseNeeds
from scoring.engine.run import Result, score
from scoring.explain.record import explain_item
from scoring.results.result import list_items, list_totals

Progress = Callable[[Sequence[Placed[TableCase]]], Iterable[Placed[TableCase]]]
#: What is expected of a total as a number, and as it stands.
_NUMBERS = {
    "total": "总分",
    "full": "满分",
    "base": "基础分",
    "bonus": "加分",
    "deduction": "扣分",
    "low": "总分至少",
    "high": "总分至多",
}
_TEXTS = {
    "status": "状态",
    "grade": "等次",
    "rank": "名次",
    "rank_best": "最好的名次",
    "rank_worst": "最差的名次",
    "grade_best": "最好的等次",
    "grade_worst": "最差的等次",
}


def run_tables(pack: Pack, folder: Path, progress: Progress = iter) -> tuple[int, list[Failure]]:
    """How many cases about whole tables were run, and every difference."""
    tables = load_tables(folder)
    return len(tables), [
        Failure(each.file, each.line, each.case.id, text)
        for each in progress(tables)
        for text in check_table(pack, each.case)
    ]


def check_table(pack: Pack, table: TableCase) -> list[str]:
    """Every difference between what is expected and what comes out, in a sentence each."""
    pack, day = pack.of_year(table.year), date.fromisoformat(table.as_of)
    whole = CaseNeeds(
        pack.indicators,
        pack.datasets,
        {each.id: each.id for each in pack.datasets},
        {i.id: i.id for i in pack.indicators},
    )
    with draft_folder() as folder:
        try:
            inputs = write_inputs(pack, table, "", whole, folder)
        except ValueError as error:
            return [str(error)]
        result = score(pack, inputs, table.year, day, threads=1)
        said = {
            (unit, name): explain_item(pack, inputs, result, table.cohort, unit, name)["calculation"]
            for unit, expected in table.expect.items()
            for name, item in expected.items.items()
            if item.sentence is not None
        }
    return list(_compare(pack, table, result, said))


def _compare(pack: Pack, table: TableCase, result: Result, said: Mapping[tuple[str, str], str]) -> Iterator[str]:
    totals = {row["unit"]: row for row in list_totals(pack, result) if row["cohort"] == table.cohort}
    items = {(row.unit, row.indicator): row for row in list_items(pack, result) if row.cohort == table.cohort}
    names = {unit.id: unit.name for unit in pack.registry.units}
    for unit, expected in table.expect.items():
        if unit not in totals:
            yield f"单位 {unit} 不在考核组 {table.cohort} 的评分表里"
            continue
        own = [row for (holder, _), row in items.items() if holder == unit]
        for text in (*_compare_total(expected, totals[unit]), *_compare_sections(expected, own)):
            yield f"{names[unit]}：{text}"
        for name, item in expected.items.items():
            if (row := items.get((unit, name))) is None:
                yield f"{names[unit]}：{table.year} 年的评分表里没有指标 {name}"
            elif (difference := compare_item(item, TriedItem(row, said.get((unit, name), "")))) is not None:
                yield f"{names[unit]}：{name} {difference}"


def _compare_total(expected: ExpectedTotal, row: Mapping[str, Any]) -> Iterator[str]:
    for field, title in _NUMBERS.items():
        wanted, found = getattr(expected, field), row[field]
        if wanted is not None and (found is None or Decimal(found) != wanted):
            yield f"{title}应为 {wanted}，实为 {'没有' if found is None else found}"
    for field, title in _TEXTS.items():
        wanted, found = getattr(expected, field), row[field]
        if wanted is not None and found != wanted:
            yield f"{title}应为 {wanted}，实为 {'没有' if found is None else found}"


def _compare_sections(expected: ExpectedTotal, rows: Sequence[ResultItem[str]]) -> Iterator[str]:
    for section, wanted in expected.sections.items():
        found = sum((Decimal(row.counted or 0) for row in rows if row.section == section), Decimal(0))
        if found != wanted:
            yield f"一级指标 {section} 应为 {wanted}，实为 {found}"
