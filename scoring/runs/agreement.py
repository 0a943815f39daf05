"""One truth: before a run is kept, every mark is met a second time on another way, and every sum is added up again.

The calculation line of each part is compared where it is written (``scoring.explain.parts``). Here follow the
formulas of the workbook, the items that the printed parts make, and the totals that the printed items make.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from operator import itemgetter

import polars as pl

from indicators.pack.model import Indicator, Pack
from scoring.base.parts import list_parts
from scoring.engine.run import Result
from scoring.explain.decisions import read_decision
from scoring.explain.explanation import Explanation
from scoring.explain.pots import reckon_pot
from scoring.explain.record import UnitRecords
from scoring.explain.stored import Record
from scoring.explain.told import take_told
from scoring.formulas.formula import Formulas
from scoring.formulas.lines import PartLine
from scoring.formulas.worked import work_out
from scoring.results.disagreement import SUM, MarksDiffer
from scoring.results.reckoning import Marks, Reckoner, Sheet, gather_sheets
from scoring.results.scores import write_marks

_ENDS = itemgetter("cohort", "indicator", "outcome", "marks", "full_marks", "parts")
_PARTS: Callable[[Record], list[Record]] = itemgetter("parts")
_PART_ENDS = itemgetter("outcome", "marks", "reached", "operands")
#: So many comparisons are kept for other units with the same figures.
KEPT = 20_000
#: The figures of a total that are added up again, and what they are called.
_SUMS = {
    "earned": "各项得分合计",
    "applicable": "适用的分值",
    "full_points": "满分",
    "base": "基础分",
    "bonus": "加分",
    "deduction": "扣分",
    "total": "总分",
}


def check_records(pack: Pack, year: int, found: Iterable[UnitRecords]) -> Iterator[UnitRecords]:
    """The records as they come, each compared with the workbook's formulas and added up. Raises MarksDiffer."""
    formulas = Formulas(pack.head.precision)
    lines: dict[tuple[str, str], list[PartLine]] = {}
    for part in list_parts(pack, year):
        lines.setdefault((part.cohort, part.indicator.id), []).append(PartLine(part))
    indicators = {indicator.id: indicator for indicator in pack.indicators}
    agreed: set[tuple[object, ...]] = set()
    for unit in found:
        for told in unit.records:
            if isinstance(told, bytes):
                # Compared when it was stored.
                continue
            if (ends := _list_ends(told)) in agreed:
                continue
            record = _read_figures(told)
            for line, piece in zip(lines[(unit.cohort, record.indicator)], record.parts, strict=True):
                work_out(formulas, line, 1, piece, record)
            check_item(indicators[record.indicator], record)
            if len(agreed) >= KEPT:
                agreed.clear()
            agreed.add(ends)
        yield unit


def _list_ends(told: Record) -> tuple[object, ...]:
    """All that a comparison looks at: records that are the same in it agree or differ together."""
    *ends, parts = _ENDS(told)
    return (*ends, *((*end, f"{operands}") for *end, operands in map(_PART_ENDS, parts)))


def _read_figures(told: Record) -> Explanation:
    """The record with its types, without the rows that it cites: most of it, and no comparison looks at them."""
    parts = [{**part, "sources": (), "people": None, "missing": ()} for part in map(dict, _PARTS(told))]
    return Explanation.model_validate({**told, "clauses": (), "exemption": (), "parts": parts})


def check_item(indicator: Indicator, record: Explanation) -> None:
    """The item's marks are those that its printed parts make. Raises MarksDiffer."""
    if record.outcome != "scored":
        return
    made = _reckon_item(indicator, record)
    if record.marks is None or Decimal(record.marks) != made:
        given = "没有分数" if record.marks is None else f"{record.marks} 分"
        raise MarksDiffer(record.unit_name, record.indicator_name, given, f"{made} 分", SUM)


def _reckon_item(indicator: Indicator, record: Explanation) -> Decimal | None:
    told = take_told(record.parts)
    if indicator.pot is not None:
        return _write(reckon_pot(indicator, record.cohort, told))
    if indicator.table is not None:
        decided = read_decision(indicator, record.cohort, told).marks
        return None if decided is None else _write(decided)
    if indicator.combine == "sum":
        return sum((Decimal(part.marks) for part in record.parts if part.marks is not None), Decimal(0))
    applying = [part for part in told if part.outcome != "not_applicable"]
    needed = min(indicator.find_needed() or len(applying), len(applying))
    enough = sum(bool(part.reached) for part in applying) >= needed
    return Decimal(record.full_marks) if enough else Decimal(0)


def _write(marks: Fraction) -> Decimal:
    return Decimal(marks.numerator) / marks.denominator


def check_totals(pack: Pack, result: Result) -> None:
    """Every total of a result is what its items make. Raises MarksDiffer."""
    sheets = gather_sheets(pack, result.items)
    day, precision = result.as_of, result.precision
    names = {unit.id: unit for unit in pack.registry.units}
    for cohort in pack.head.cohorts:
        reckoner = Reckoner(pack, cohort)
        for row in result.totals.filter(pl.col("cohort") == cohort.id).iter_rows(named=True):
            sums = reckoner.add_up(sheets.get((cohort.id, row["unit"]), Sheet()))
            again: dict[str, Marks | None] = {
                "earned": None if sums.base is None else sums.earned,
                "applicable": None if sums.base is None else sums.applicable,
                "full_points": sums.full,
                "base": sums.base,
                "bonus": sums.bonus,
                "deduction": sums.deduction,
                "total": sums.total,
            }
            for name, title in _SUMS.items():
                if row[name] != again[name]:
                    other = again[name]
                    shown = [write_marks(None if x is None else int(x), precision) for x in (row[name], other)]
                    raise MarksDiffer(names[row["unit"]].name_on(day), title, f"{shown[0]} 分", f"{shown[1]} 分", SUM)
