"""A decision table worked out for one unit: which rows hold, and the marks that they give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from indicators.entries.intervals import Range
from indicators.pack.decisions import Cell, Conditions
from indicators.pack.model import Indicator

OPEN = ("pending", "conflict", "error")


@dataclass(frozen=True)
class Known:
    """What is known of a part: its outcome, whether it reached its target, and its figure."""

    outcome: str
    reached: bool | None
    value: Fraction | None


@dataclass(frozen=True)
class TableResult:
    """The rows that hold and count, from 0, and the marks: None while open parts leave it undecided."""

    rows: tuple[int, ...]
    marks: Fraction | None


def find_part(indicator: Indicator, title: str) -> int:
    """The index of the part with a title."""
    return [part.title for part in indicator.parts].index(title)


def decide(indicator: Indicator, cohort: str, known: Sequence[Known]) -> TableResult:
    """What the table of an indicator says of its parts."""
    table, full = indicator.table, Fraction(indicator.marks[cohort])
    assert table is not None
    by_title = {part.title or "": one for part, one in zip(indicator.parts, known, strict=True)}
    states = [find_any([_find_all(each, by_title) for each in row.alternatives]) for row in table.rows]
    holding = tuple(number for number, state in enumerate(states) if state)
    if not holding:
        return TableResult((), None if None in states else table.find_otherwise().share_of(full))
    if table.hit == "sum":
        added = sum((table.rows[number].marks.share_of(full) for number in holding), Fraction(0))
        return TableResult(holding, None if None in states else min(full, added))
    first = holding[0]
    marks = None if None in states[:first] else table.rows[first].marks.share_of(full)
    return TableResult((first,), marks)


def find_any(states: Sequence[bool | None]) -> bool | None:
    """Whether one of them holds; None where that is open."""
    return True if True in states else None if None in states else False


def _find_all(conditions: Conditions, known: Mapping[str, Known]) -> bool | None:
    states = [_holds(cell, known[title]) for title, cell in conditions.items()]
    return False if False in states else None if None in states else True


def _holds(cell: Cell, part: Known) -> bool | None:
    """Whether a cell holds; what does not apply holds no cell but the one that asks for that."""
    if part.outcome in OPEN:
        return None
    if part.outcome == "not_applicable" or cell == "not_applicable":
        return part.outcome == "not_applicable" and cell == "not_applicable"
    if isinstance(cell, Range):
        assert part.value is not None
        return lies_in(cell, part.value)
    return bool(part.reached) == (cell == "reached")


def lies_in(interval: Range, value: Fraction) -> bool:
    """Whether a figure lies in an interval."""
    low, high = interval.low, interval.high
    return (low is None or value > Fraction(low[0]) or (low[1] and value == Fraction(low[0]))) and (
        high is None or value < Fraction(high[0]) or (high[1] and value == Fraction(high[0]))
    )
