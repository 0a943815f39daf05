"""Run the cases of a pack through the same engine that scores the units."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from data.batches import BatchFile, Inputs, write_batch
from data.cells import CellMistake, Span, parse_cell
from indicators.cases import Case, Rows, load_cases
from indicators.model import Indicator, Pack
from indicators.tables import Dataset
from scoring.results import list_items
from scoring.run import score


@dataclass(frozen=True)
class Failure:
    """A case that does not hold: where it stands and, in words, what is different."""

    file: str
    line: int
    case: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: 用例 {self.case}:{self.text}"


@dataclass(frozen=True)
class CaseReport:
    """How many cases were run, which failed, and the indicators without any case."""

    run: int
    failures: list[Failure]
    untested: list[str]


def run_cases(pack: Pack, folder: Path, progress: Callable[[Iterable[Any]], Iterable[Any]] = iter) -> CaseReport:
    """Run all cases of the pack in ``folder``. ``progress`` may wrap the iteration to show it."""
    cases = load_cases(folder)
    failures = []
    for file, line, case in progress(cases):
        text = check_case(pack, case)
        if text is not None:
            failures.append(Failure(file, line, case.id, text))
    tested = {case.indicator for _, _, case in cases}
    untested = [indicator.id for indicator in pack.indicators if indicator.id not in tested]
    return CaseReport(len(cases), failures, untested)


def check_case(pack: Pack, case: Case) -> str | None:
    """None when the case holds, else a sentence about the difference."""
    cohorts = {cohort.id: cohort for cohort in pack.head.cohorts}
    if case.cohort not in cohorts or case.indicator not in {indicator.id for indicator in pack.indicators}:
        return f"考核组 {case.cohort} 或指标 {case.indicator} 不存在"
    day = min(date.fromisoformat(case.as_of), date(case.year, 12, 31))
    members = [unit.id for unit in pack.members(cohorts[case.cohort], day)]
    if not members:
        return f"考核组 {case.cohort} 没有单位"
    unit = case.unit or members[0]
    if unit not in members:
        return f"单位 {unit} 不在考核组 {case.cohort} 里;这个组有:{'、'.join(members[:20])}"
    if not pack.head.years.holds(case.year):
        return f"{case.year} 年不在指标包的年度里"
    with tempfile.TemporaryDirectory() as folder:
        try:
            inputs = _write_inputs(pack, case, unit, Path(folder))
        except ValueError as error:
            return str(error)
        restricted = _restrict(pack, case.indicator)
        result = score(restricted, inputs, case.year, date.fromisoformat(case.as_of), threads=1)
        items = list_items(pack, result)
    wanted = (case.cohort, unit, case.indicator)
    found = [item for item in items if (item["cohort"], item["unit"], item["indicator"]) == wanted]
    if not found:
        return f"{case.year} 年 {case.cohort} 的评分表里没有这个指标"
    return _compare(case, found[0])


def _compare(case: Case, item: dict[str, Any]) -> str | None:
    got, expected = item["outcome"], case.expect
    if got != expected.outcome:
        reason = f"({item['reason']})" if item["reason"] else ""
        return f"结果应为 {expected.outcome},实为 {got}{reason}"
    if expected.reason is not None and item["reason"] != expected.reason:
        return f"原因应为 {expected.reason},实为 {item['reason']}"
    # A deduction is written as a positive number in a case, like everywhere in a pack.
    marks = None if item["marks"] is None else abs(Decimal(item["marks"]))
    if expected.marks is not None and marks != expected.marks:
        return f"得分应为 {expected.marks},实为 {marks}"
    return None


def _restrict(pack: Pack, indicator: str) -> Pack:
    """The pack with this indicator and those whose marks it uses: a case says nothing about others."""
    kept: dict[str, Indicator] = {}
    waiting = [indicator]
    while waiting:
        entry = pack.indicator(waiting.pop())
        kept[entry.id] = entry
        waiting += [
            name
            for part in entry.parts
            if part.measure.of_marks is not None
            for name in part.measure.of_marks.indicators
            if name not in kept
        ]
    chosen = tuple(entry for entry in pack.indicators if entry.id in kept)
    return pack.model_copy(update={"indicators": chosen})


def _write_inputs(pack: Pack, case: Case, unit: str, folder: Path) -> Inputs:
    rows: dict[str, list[dict[str, Any]]] = {}
    scopes: set[tuple[str, str, int]] = set()
    named = {dataset.id: dataset for dataset in pack.datasets}
    for owner, tables in ((unit, case.rows), *case.others.items()):
        for name, entries in _known(tables, named):
            for entry in entries:
                row = _parse_row(named[name], entry, owner, case.year, len(rows.get(name, [])) + 2)
                rows.setdefault(name, []).append(row)
                scopes.add((name, owner, row["_period"]))
            if not entries:
                scopes.add((name, owner, _period(named[name], case.year)))
    for names, year in ((case.reported, case.year), (case.reported_before, case.year - 1)):
        for name in names:
            if name not in named:
                raise ValueError(f"台账 {name} 不存在")
            scopes.add((name, unit, _period(named[name], year)))
    for name, _owner, period in list(scopes):
        if named[name].covers == "all_units":
            scopes |= {(name, other.id, period) for other in pack.registry.units}
    files = []
    for name, entries in sorted(rows.items()):
        path = write_batch(folder, named[name], entries)
        files.append(BatchFile(name, name, path, f"{name}.csv", "", None, {}, len(entries), None))
    return Inputs(tuple(files), frozenset(scopes))


def _known(tables: Rows, named: dict[str, Dataset]) -> Iterable[tuple[str, list[dict[str, str | None]]]]:
    for name, entries in tables.items():
        if name not in named:
            raise ValueError(f"台账 {name} 不存在")
        yield name, entries


def _period(dataset: Dataset, year: int) -> int:
    return 0 if dataset.period.standing else year


def _parse_row(dataset: Dataset, entry: dict[str, str | None], unit: str, year: int, number: int) -> dict[str, Any]:
    unknown = [name for name in entry if dataset.column(name) is None]
    if unknown:
        raise ValueError(f"台账 {dataset.id} 没有列 {'、'.join(unknown)}")
    filled: dict[str, str | None] = {**entry, dataset.unit: unit}
    if dataset.period.year is not None:
        filled.setdefault(dataset.period.year, str(year))
    row: dict[str, Any] = {"_unit": unit, "_sheet": None, "_row": number}
    for column in dataset.columns:
        value: Any = filled.get(column.name)
        if value is not None and column.type not in ("unit", "indicator"):
            value = parse_cell(str(value), column)
            if isinstance(value, CellMistake):
                raise ValueError(f"台账 {dataset.id} 第 {number - 1} 行 {column.name}:{value.text}")
        if isinstance(value, Span):
            row[f"{column.name}__last"] = value.last
            value = value.first
        row[column.name] = value
    period = dataset.period
    if period.standing:
        row["_period"] = 0
    else:
        value = row[period.year] if period.year is not None else row[period.date or ""]
        row["_period"] = value.year if isinstance(value, date) else value
    return row
