"""Cases name what the pack has: indicators, groups, units, tables and their columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from indicators.entries.mistakes import Mistake
from indicators.entries.nearest import suggest
from indicators.pack.cases import Case
from indicators.pack.model import Pack


def find_case_mistakes(pack: Pack, cases: Sequence[tuple[str, int, Case]]) -> list[Mistake]:
    """What is wrong with what cases name, each at its case; what they expect is found out by running them."""
    return [
        Mistake(file, line, f"用例 {case.id}：{text}")
        for file, line, case in cases
        for text in dict.fromkeys((*_describe_names(pack, case), *_describe_rows(pack, case)))
    ]


def _describe_names(pack: Pack, case: Case) -> Iterator[str]:
    for what, name, known in (
        ("指标", case.indicator, [indicator.id for indicator in pack.indicators]),
        ("考核组", case.cohort, [cohort.id for cohort in pack.head.cohorts]),
    ):
        if name not in known:
            yield f"{what} {name} 不存在{suggest(name, known)}"
    units = [unit.id for unit in pack.registry.units]
    for unit in (*((case.unit,) if case.unit is not None else ()), *case.others):
        if unit not in units:
            yield f"单位 {unit} 没有登记{suggest(unit, units)}"
    if not pack.head.years.holds(case.year):
        yield f"{case.year} 年不在指标包的年度里；请改 year"


def _describe_rows(pack: Pack, case: Case) -> Iterator[str]:
    datasets = {dataset.id: dataset for dataset in pack.datasets}
    tables = (case.rows, *case.others.values())
    named = [*(name for rows in tables for name in rows), *case.reported, *case.reported_before, *case.undeclared]
    for name in dict.fromkeys(named):
        if name not in datasets:
            yield f"台账 {name} 不存在{suggest(name, list(datasets))}"
    for rows in tables:
        for name, entries in rows.items():
            if name not in datasets:
                continue
            columns = [column.name for column in datasets[name].columns]
            for column in dict.fromkeys(key for entry in entries for key in entry if key not in columns):
                yield f"台账 {name} 没有列 {column}{suggest(column, columns)}"
