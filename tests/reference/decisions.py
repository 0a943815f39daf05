"""Decision tables, read from docs/pack-format.md: every cell true, false or open, and what that leaves open above."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from indicators.entries.intervals import Range
from indicators.pack.decisions import Cell
from indicators.pack.model import Indicator
from tests.reference.awards import lies_in, worth
from tests.reference.results import PartResult

OPEN = ("pending", "conflict", "error")


class Verdict(NamedTuple):
    """The least and the most that a row, or what is asked in it, can turn out to be: false 0, true 1."""

    least: int
    most: int


def ask(cell: Cell, part: PartResult) -> Verdict:
    """What a cell says of a part."""
    if part.outcome in OPEN:
        return Verdict(0, 1)
    applies = part.outcome == "scored"
    if isinstance(cell, Range):
        value = (
            part.numerator / part.denominator if applies and part.numerator is not None and part.denominator else None
        )
        holds = value is not None and lies_in(cell, value)
    else:
        holds = not applies if cell == "not_applicable" else applies and part.reached is (cell == "reached")
    return Verdict(int(holds), int(holds))


def all_of(verdicts: Sequence[Verdict]) -> Verdict:
    return Verdict(min(one.least for one in verdicts), min(one.most for one in verdicts))


def any_of(verdicts: Sequence[Verdict]) -> Verdict:
    return Verdict(max(one.least for one in verdicts), max(one.most for one in verdicts))


def look_up(indicator: Indicator, parts: Sequence[PartResult], full: Fraction) -> Fraction | None:
    """The marks of the table; None while it is open which rows hold, as far as that matters."""
    table = indicator.table
    assert table is not None
    if not any(part.outcome == "scored" for part in parts):
        return None
    known = {part.title: result for part, result in zip(indicator.parts, parts, strict=True)}
    rows = [
        any_of([all_of([ask(cell, known[title]) for title, cell in each.items()]) for each in row.alternatives])
        for row in table.rows
    ]
    worths = [worth(row.marks, full) for row in table.rows]
    if table.hit == "sum":
        if any(row.least != row.most for row in rows):
            return None
        held = [amount for row, amount in zip(rows, worths, strict=True) if row.least]
        return min(full, sum(held, Fraction(0))) if held else worth(table.find_otherwise(), full)
    for row, amount in zip(rows, worths, strict=True):
        if row.least:
            return amount
        if row.most:
            return None
    return worth(table.find_otherwise(), full)
