"""Which row of a decision table holds, as a line."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from indicators.pack.model import Indicator
from scoring.base.amounts import write_printed
from scoring.base.decisions import Known, TableResult, decide
from scoring.explain.told import ToldPart


def read_decision(indicator: Indicator, cohort: str, told: Sequence[ToldPart]) -> TableResult:
    """What the table says of the parts of a record."""
    return decide(indicator, cohort, [Known(part.outcome, part.reached, part.value) for part in told])


def write_decision(indicator: Indicator, cohort: str, told: Sequence[ToldPart], precision: int) -> str:
    """The row that decides, or the rows that are added."""
    table, full = indicator.table, Fraction(indicator.marks[cohort])
    assert table is not None
    decision = read_decision(indicator, cohort, told)
    marks = write_printed(decision.marks or Fraction(0), precision)
    rows = "、".join(str(number + 1) for number in decision.rows)
    if not decision.rows:
        return f"判定表没有一行成立，得 {marks} 分"
    if len(decision.rows) == 1:
        return f"判定表第 {rows} 行成立，得 {marks} 分"
    worths = [table.rows[number].marks.share_of(full) for number in decision.rows]
    added = " + ".join(f"{write_printed(worth, precision)} 分" for worth in worths)
    total = sum(worths, Fraction(0))
    limit = f"，最多算 {marks} 分" if total > full else ""
    return f"判定表第 {rows} 行成立；{added} = {write_printed(total, precision)} 分{limit}"
