"""The marks of an item by its decision table, as a formula over the cells of the parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from indicators.pack.decisions import Cell, Conditions, DecisionTable
from indicators.pack.model import Indicator
from scoring.base.amounts import write_number
from scoring.explain.told import ToldPart

#: Why a table may have no formula; what stands in the check beside its result.
BY_INTERVAL, BY_INTERVAL_SHORT = "判定表按数落在哪个区间给分，表格里没有公式，只列系统的结果", "依区间"


def asks_interval(table: DecisionTable) -> bool:
    """Whether a row asks where a figure lies."""
    return any(not isinstance(cell, str) for row in table.rows for each in row.alternatives for cell in each.values())


def write_table_formula(
    indicator: Indicator, cohort: str, told: Sequence[ToldPart], cells: Sequence[str]
) -> str | None:
    """The table over the ``cells`` that hold 1 where a part reached its target, without the sign of equality.

    None where a row asks where a figure lies: then the engine's value stands.
    """
    table, full = indicator.table, Fraction(indicator.marks[cohort])
    assert table is not None
    if asks_interval(table):
        return None
    known = {part.title or "": (one, cell) for part, one, cell in zip(indicator.parts, told, cells, strict=True)}
    tests = [f"OR({','.join(_write_all(each, known) for each in row.alternatives)})" for row in table.rows]
    worths = [write_number(row.marks.share_of(full)) for row in table.rows]
    return _write_hits(table, tests, worths, write_number(table.find_otherwise().share_of(full)), write_number(full))


def _write_hits(table: DecisionTable, tests: list[str], worths: list[str], otherwise: str, full: str) -> str:
    if table.hit == "sum":
        added = "+".join(f"IF({test},{worth},0)" for test, worth in zip(tests, worths, strict=True))
        return f"IF(OR({','.join(tests)}),MIN({added},{full}),{otherwise})"
    text = otherwise
    for test, worth in reversed(list(zip(tests, worths, strict=True))):
        text = f"IF({test},{worth},{text})"
    return text


def _write_all(conditions: Conditions, known: Mapping[str, tuple[ToldPart, str]]) -> str:
    return f"AND({','.join(_write_test(cell, *known[title]) for title, cell in conditions.items())})"


def _write_test(cell: Cell, told: ToldPart, address: str) -> str:
    """Only a part that is scored has a number in its cell; what is open decides nothing here."""
    if not told.scored or cell == "not_applicable":
        return "TRUE" if told.outcome == cell == "not_applicable" else "FALSE"
    return f"{address}>=1" if cell == "reached" else f"{address}<1"
