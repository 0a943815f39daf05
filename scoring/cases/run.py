"""Run the cases of a pack through the same engine that scores the units."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from data.batches.parquet import write_batch
from data.batches.records import BatchFile, Inputs
from data.batches.registers import EVERYBODY, FOR_GOOD, Declared
from data.cells.parser import parse_cell
from data.cells.values import CellMistake, Span
from data.store.drafts import draft_folder
from indicators.entries.tables import Dataset
from indicators.meaning.periods import find_first, reads_back
from indicators.pack.cases import Expected, PackCase, Rows, TableCase, load_cases
from indicators.pack.dated import Unchangeable
from indicators.pack.model import Pack
from scoring.base.item import ResultItem
from scoring.cases.stages import CaseNeeds, cast_part, set_stage
from scoring.engine.run import score
from scoring.explain.record import explain_item
from scoring.results.result import list_items

#: So many cases are scored at once: enough to share the preparation, few enough for a bar to move.
TOGETHER = 50


@dataclass(frozen=True)
class Failure:
    """A case that does not hold: where it stands and, in words, what is different."""

    file: str
    line: int
    case: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}：用例 {self.case}：{self.text}"


@dataclass(frozen=True)
class CaseReport:
    """How many cases were run, which failed, and the indicators without any case."""

    run: int
    failures: list[Failure]
    untested: list[str]


def run_cases(pack: Pack, folder: Path, progress: Callable[[Sequence[Any]], Iterable[Any]] = iter) -> CaseReport:
    """Run all cases of the pack in ``folder``. ``progress`` may wrap the iteration over groups of cases to show it."""
    cases = load_cases(folder)
    found: dict[str, str] = {}
    trials = [Trial(pack, case) for _, _, case in cases]
    for group in progress(group_trials(trials)):
        found |= check_cases(pack, [trials[place].case for place in group])
    failures = [Failure(file, line, case.id, found[case.id]) for file, line, case in cases if case.id in found]
    tested = {case.indicator for _, _, case in cases}
    untested = [indicator.id for indicator in pack.indicators if indicator.id not in tested]
    return CaseReport(len(cases), failures, untested)


class Trial(NamedTuple):
    """A case to be scored by a pack, which may differ from others in its indicators."""

    pack: Pack
    case: PackCase


#: What came of a trial: the item, or why there is none.
@dataclass(frozen=True)
class TriedItem:
    """An item that a case came to, with the line of its explanation where the case expects one."""

    item: ResultItem[str]
    calculation: str = ""


Tried = TriedItem | str


def group_trials(trials: Sequence[Trial]) -> list[list[int]]:
    """The places of trials that can be scored together: of one moment, and not exempt, since exemptions are the
    pack's own table."""
    together: dict[object, list[int]] = {}
    for number, (pack, case) in enumerate(trials):
        tables = [case.rows, *case.others.values()]
        exempt = any(pack.head.exemptions in rows for rows in tables) or pack.head.exemptions in case.reported
        together.setdefault((case.year, case.as_of, number if exempt else None), []).append(number)
    groups = together.values()
    return [group[start : start + TOGETHER] for group in groups for start in range(0, len(group), TOGETHER)]


def check_cases(pack: Pack, cases: Sequence[PackCase]) -> dict[str, str]:
    """For each case that does not hold, by its id, a sentence about the difference."""
    trials = [Trial(pack, case) for case in cases]
    tried = [(trials[place].case, item) for group in group_trials(trials) for place, item in try_group(trials, group)]
    return {case.id: text for case, item in tried if (text := describe_difference(case, item)) is not None}


def try_group(trials: Sequence[Trial], group: Sequence[int]) -> Iterator[tuple[int, Tried]]:
    """Score the trials at some places, all of one moment, in one run: each place with its item."""
    placed: list[_Placed] = []
    with draft_folder() as folder:
        gathered: list[Inputs] = []
        for place, found in _place_cases(trials, group, folder, gathered):
            if isinstance(found, str):
                yield place, found
            else:
                placed.append(found)
        if not placed:
            return
        moment = placed[0].case
        stage = set_stage(placed[0].pack, [each.part for each in placed])
        inputs = Inputs(
            tuple(file for each in gathered for file in each.files),
            frozenset[tuple[str, str, int]]().union(*(each.scopes for each in gathered)),
            frozenset[Declared]().union(*(each.declared for each in gathered)),
        )
        result = score(stage, inputs, moment.year, date.fromisoformat(moment.as_of), threads=1)
        items = {(item.cohort, item.unit, item.indicator): TriedItem(item) for item in list_items(stage, result)}
        for each in placed:
            if each.case.expect.sentence is not None and each.key in items:
                said = explain_item(stage, inputs, result, *each.key)["calculation"]
                items[each.key] = replace(items[each.key], calculation=said)
    for each in placed:
        none = f"{each.case.year} 年 {each.case.cohort} 的评分表里没有这个指标"
        yield each.place, items.get(each.key, none)


class _Placed(NamedTuple):
    """A trial on the stage: its place among the trials, and its item's cohort, unit and name there."""

    place: int
    pack: Pack
    case: PackCase
    part: CaseNeeds
    key: tuple[str, str, str]


def _place_cases(
    trials: Sequence[Trial], group: Sequence[int], folder: Path, gathered: list[Inputs]
) -> Iterator[tuple[int, _Placed | str]]:
    """Each place with what stands there, or why nothing does. Rows are added to those ``gathered``."""
    stored: dict[int, int] = {}
    for number, place in enumerate(group):
        pack, case = trials[place]
        try:
            unit = _find_unit(pack.of_year(case.year), case)
            # Of one case that is tried by several packs the rows are there once.
            data = stored.get(id(case), number)
            part = cast_part(pack.of_year(case.year), case.indicator, number, data)
            if data == number:
                gathered.append(write_inputs(pack.of_year(case.year), case, unit, part, folder))
            if part.names_nobody:
                stored.setdefault(id(case), number)
        except (ValueError, Unchangeable) as error:
            yield place, str(error)
            continue
        yield place, _Placed(place, pack, case, part, (case.cohort, unit, part.ids[case.indicator]))


def _find_unit(pack: Pack, case: PackCase) -> str:
    """The unit that a case is about. Raises ValueError where the pack has no such place."""
    cohorts = {cohort.id: cohort for cohort in pack.head.cohorts}
    if case.cohort not in cohorts or case.indicator not in {indicator.id for indicator in pack.indicators}:
        raise ValueError(f"考核组 {case.cohort} 或指标 {case.indicator} 不存在")
    day = min(date.fromisoformat(case.as_of), date(case.year, 12, 31))
    members = [unit.id for unit in pack.members(cohorts[case.cohort], day)]
    if not members:
        raise ValueError(f"考核组 {case.cohort} 没有单位")
    unit = case.unit or members[0]
    if unit not in members:
        raise ValueError(f"单位 {unit} 不在考核组 {case.cohort} 里；这个组有：{'、'.join(members[:20])}")
    if not pack.head.years.holds(case.year):
        raise ValueError(f"{case.year} 年不在指标包的年度里")
    return unit


def describe_difference(case: PackCase, item: Tried) -> str | None:
    """What is not as the case expects, in a sentence; None where all is."""
    if isinstance(item, str):
        return item
    return compare_item(case.expect, item)


def compare_item(expected: Expected, tried: TriedItem) -> str | None:
    """What of an item is not as expected, in a sentence; None where all is."""
    item, got = tried.item, tried.item.outcome
    if got != expected.outcome:
        reason = f"（{item.reason}）" if item.reason else ""
        return f"结果应为 {expected.outcome}，实为 {got}{reason}"
    if expected.reason is not None and item.reason != expected.reason:
        return f"原因应为 {expected.reason}，实为 {item.reason}"
    # A deduction is written as a positive number in a case, like everywhere in a pack.
    marks = None if item.marks is None else Decimal(item.marks)
    marks = -marks if marks is not None and item.section_kind == "deduction" else marks
    if expected.marks is not None and marks != expected.marks:
        return f"得分应为 {expected.marks}，实为 {marks}"
    veto = item.veto or "none"
    if expected.veto is not None and veto != expected.veto:
        return f"否决应为 {expected.veto}，实为 {veto}"
    if expected.sentence is not None and expected.sentence not in (said := tried.calculation):
        return f"算式里应有「{expected.sentence}」，实为「{said}」"
    return None


def write_inputs(pack: Pack, case: PackCase | TableCase, unit: str, part: CaseNeeds, folder: Path) -> Inputs:
    """The rows and scopes of a case under the names that its datasets have on the stage."""
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
    scopes |= _list_earlier(pack, case, scopes)
    registers = {(name, period) for name, _, period in scopes if named[name].is_register}
    scopes |= {(name, other.id, period) for name, period in registers for other in pack.registry.units}
    files = []
    for name, entries in sorted(rows.items()):
        if (new := part.rename_dataset(pack, name)) is not None:
            table = named[name].model_copy(update={"id": new})
            path = write_batch(folder, table, [_rename_indicators(table, row, part) for row in entries])
            files.append(BatchFile(new, new, path, f"{name}.csv", "", None, {}, len(entries), None, False))
    known = frozenset(
        (new, unit, period) for name, unit, period in scopes if (new := part.rename_dataset(pack, name)) is not None
    )
    declared = frozenset(
        Declared(new, EVERYBODY, period, FOR_GOOD)
        for name, period in registers
        if name not in case.undeclared and (new := part.rename_dataset(pack, name)) is not None
    )
    return Inputs(tuple(files), known, declared)


def _list_earlier(
    pack: Pack, case: PackCase | TableCase, scopes: set[tuple[str, str, int]]
) -> set[tuple[str, str, int]]:
    """The earlier periods of what was reported for the case's year, where the indicator reads up to that year."""
    read = {
        (name, period)
        for entry in pack.indicators
        for part in entry.parts
        for name in reads_back(part.measure.chosen)
        for period in range(find_first(pack, pack.dataset(name), case.year), case.year)
    }
    of_year = {(name, unit) for name, unit, period in scopes if period == case.year}
    return {(name, unit, period) for name, unit in of_year for table, period in read if table == name}


def _rename_indicators(dataset: Dataset, row: dict[str, Any], part: CaseNeeds) -> dict[str, object]:
    named = {column.name for column in dataset.columns if column.type == "indicator"}
    return {name: part.ids.get(value, value) if name in named else value for name, value in row.items()}


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
    row: dict[str, object] = {"_unit": unit, "_sheet": None, "_row": number}
    for column in dataset.columns:
        value: object = filled.get(column.name)
        if value is not None and column.type not in ("unit", "indicator"):
            value = parse_cell(str(value), column)
            if isinstance(value, CellMistake):
                raise ValueError(f"台账 {dataset.id} 第 {number - 1} 行 {column.name}：{value.text}")
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
