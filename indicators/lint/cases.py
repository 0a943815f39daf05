"""Cases name what the pack has: indicators, groups, units, tables and their columns."""

from __future__ import annotations

from collections.abc import Iterator

from indicators.entries.mistakes import Mistake
from indicators.entries.nearest import suggest
from indicators.pack.cases import CaseFolder, PackCase, TableCase
from indicators.pack.model import Pack


def find_case_mistakes(pack: Pack, found: CaseFolder) -> list[Mistake]:
    """What is wrong with what cases name, each at its case; what they expect is found out by running them."""
    known = [indicator.id for indicator in pack.indicators]
    return [
        *(
            Mistake(each.file, each.line, f"用例 {each.case.id}：{text}")
            for each in found.list_all()
            for text in dict.fromkeys((*_describe_names(pack, each.case), *_describe_rows(pack, each.case)))
        ),
        *(
            Mistake(each.file, each.line, f"unnoticed：指标 {name} 不存在{suggest(name, known)}")
            for each in found.unnoticed
            if (name := each.case.indicator) not in known
        ),
    ]


def _describe_names(pack: Pack, case: PackCase | TableCase) -> Iterator[str]:
    cohorts = [cohort.id for cohort in pack.head.cohorts]
    if case.cohort not in cohorts:
        yield f"考核组 {case.cohort} 不存在{suggest(case.cohort, cohorts)}"
    indicators = [indicator.id for indicator in pack.indicators]
    named = (
        [case.indicator]
        if isinstance(case, PackCase)
        else [name for each in case.expect.values() for name in each.items]
    )
    for name in named:
        if name not in indicators:
            yield f"指标 {name} 不存在{suggest(name, indicators)}"
    units = [unit.id for unit in pack.registry.units]
    for unit in _list_units(case):
        if unit not in units:
            yield f"单位 {unit} 没有登记{suggest(unit, units)}"
    sections = [section.id for section in pack.head.sections]
    for name in () if isinstance(case, PackCase) else [name for each in case.expect.values() for name in each.sections]:
        if name not in sections:
            yield f"一级指标 {name} 不存在{suggest(name, sections)}"
    if not pack.head.years.holds(case.year):
        yield f"{case.year} 年不在指标包的年度里；请改 year"


def _list_units(case: PackCase | TableCase) -> list[str]:
    if isinstance(case, TableCase):
        return [*case.units, *case.expect]
    return [*([case.unit] if case.unit is not None else []), *case.others]


def _describe_rows(pack: Pack, case: PackCase | TableCase) -> Iterator[str]:
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
