"""Items whose marks a decision table gives: its cells asked of every unit, its rows, and what is decided."""

from __future__ import annotations

import pyarrow as pa

from indicators.entries.intervals import Range
from scoring.base.decisions import find_part
from scoring.base.parts import ScoredPart, to_millionths
from scoring.base.relations import HUGE, Columns, Row
from scoring.base.sql import write_with
from scoring.engine.part_ranges import OPEN

ROW_COLUMNS: Columns = {
    "cohort": pa.string(),
    "indicator": pa.string(),
    "layer": pa.int32(),
    "number": pa.int32(),
    "marks": HUGE,
}
CELL_COLUMNS: Columns = {
    "cohort": pa.string(),
    "indicator": pa.string(),
    "layer": pa.int32(),
    "number": pa.int32(),
    "choice": pa.int32(),
    "part": pa.int32(),
    "verdict": pa.string(),
    "low": HUGE,
    "low_included": pa.bool_(),
    "high": HUGE,
    "high_included": pa.bool_(),
}
#: In ``indicators``: how rows count, and what is had where none holds.
ITEM_COLUMNS: Columns = {"hit": pa.string(), "otherwise": HUGE}

# Kleene's logic: what is open is NULL, and what it cannot change is known all the same.
_CELLS = f"""SELECT c.cohort, r.unit, c.indicator, c.number, c.choice,
       CASE WHEN r.outcome IN {OPEN} THEN NULL
            WHEN c.verdict = 'not_applicable' THEN r.outcome = 'not_applicable'
            WHEN r.outcome = 'not_applicable' THEN FALSE
            WHEN c.verdict = 'reached' THEN r.reached
            WHEN c.verdict = 'missed' THEN NOT r.reached
            ELSE (c.low IS NULL OR r.num * 1000000 > c.low * r.den
                  OR (c.low_included AND r.num * 1000000 = c.low * r.den))
             AND (c.high IS NULL OR r.num * 1000000 < c.high * r.den
                  OR (c.high_included AND r.num * 1000000 = c.high * r.den)) END AS holds
FROM table_cells c
JOIN part_results r ON r.part = c.part
WHERE c.layer = (SELECT layer FROM current_layer)"""

_CHOICES = """SELECT cohort, unit, indicator, number, choice,
       CASE WHEN bool_or(NOT holds) THEN FALSE WHEN count(*) > count(holds) THEN NULL ELSE TRUE END AS holds
FROM asked GROUP BY cohort, unit, indicator, number, choice"""

_ROWS = """SELECT cohort, unit, indicator, number,
       CASE WHEN bool_or(holds) THEN TRUE WHEN count(*) > count(holds) THEN NULL ELSE FALSE END AS holds
FROM choices GROUP BY cohort, unit, indicator, number"""

_HITS = """SELECT h.cohort, h.unit, h.indicator,
       min(h.number) FILTER (WHERE h.holds) AS first_row,
       min(h.number) FILTER (WHERE h.holds IS NULL) AS first_open,
       arg_min(t.marks, h.number) FILTER (WHERE h.holds) AS first_marks,
       sum(t.marks) FILTER (WHERE h.holds) AS all_marks
FROM holding h
JOIN table_rows t ON t.cohort = h.cohort AND t.indicator = h.indicator AND t.number = h.number
GROUP BY h.cohort, h.unit, h.indicator"""

_STATES = f"""SELECT s.cohort, s.unit, s.indicator, bool_or(s.outcome = 'scored') AS known,
       bool_or(s.varies AND s.outcome NOT IN {OPEN}) AS varies
FROM part_ranges s
JOIN parts p ON p.part = s.part
WHERE p.layer = (SELECT layer FROM current_layer)
GROUP BY s.cohort, s.unit, s.indicator"""

_DECIDED = """SELECT h.cohort, h.unit, h.indicator, s.varies, d.full_marks // g.grain AS full_points,
       CASE WHEN h.first_row IS NULL THEN d.otherwise // g.grain
            WHEN d.hit = 'sum' THEN least(d.full_marks, h.all_marks) // g.grain
            ELSE h.first_marks // g.grain END AS points,
       s.known AND (h.first_open IS NULL OR (d.hit <> 'sum' AND coalesce(h.first_row < h.first_open, FALSE))) AS decided
FROM hits h
JOIN indicators d ON d.cohort = h.cohort AND d.indicator = h.indicator
JOIN states s ON s.cohort = h.cohort AND s.unit = h.unit AND s.indicator = h.indicator
CROSS JOIN precision_grain g"""

#: One row for each unit and indicator with a table, as :func:`scoring.engine.pots.compile_pots` has them for pots.
TABLES = write_with(
    {
        "asked": _CELLS,
        "choices": _CHOICES,
        "holding": _ROWS,
        "hits": _HITS,
        "states": _STATES,
        "decided_tables": _DECIDED,
    },
    """SELECT cohort, unit, indicator, points, CASE WHEN decided AND NOT varies THEN points ELSE 0 END AS low,
       CASE WHEN decided AND NOT varies THEN points ELSE full_points END AS high, decided
FROM decided_tables""",
)


def write_rows(parts: tuple[ScoredPart, ...]) -> list[Row]:
    """The rows of the year's tables, with :data:`ROW_COLUMNS`."""
    return [
        {**_place(part), "number": number, "marks": to_millionths(row.marks.of(part.indicator.marks[part.cohort]))}
        for part in parts
        if part.index == 0 and part.indicator.table is not None
        for number, row in enumerate(part.indicator.table.rows)
    ]


def write_cells(parts: tuple[ScoredPart, ...]) -> list[Row]:
    """What their rows ask of parts, with :data:`CELL_COLUMNS`; ``choice`` tells the alternatives of a row apart."""
    return [
        {
            **_place(part),
            "number": number,
            "choice": choice,
            "part": part.number + find_part(part.indicator, title),
            **(_write_interval(cell) if isinstance(cell, Range) else {"verdict": cell}),
        }
        for part in parts
        if part.index == 0 and part.indicator.table is not None
        for number, row in enumerate(part.indicator.table.rows)
        for choice, conditions in enumerate(row.alternatives)
        for title, cell in conditions.items()
    ]


def _place(part: ScoredPart) -> Row:
    return {"cohort": part.cohort, "indicator": part.indicator.id, "layer": part.layer}


def _write_interval(interval: Range) -> Row:
    low, high = interval.low, interval.high
    return {
        "low": to_millionths(low[0]) if low is not None else None,
        "low_included": low[1] if low is not None else None,
        "high": to_millionths(high[0]) if high is not None else None,
        "high_included": high[1] if high is not None else None,
    }


def write_item(part: ScoredPart) -> Row:
    """The values of :data:`ITEM_COLUMNS` of the indicator; none where it has no table."""
    table = part.indicator.table
    if table is None:
        return {}
    return {"hit": table.hit, "otherwise": to_millionths(table.find_otherwise().of(part.indicator.marks[part.cohort]))}
