"""Rules as typed relations: what the SQL joins with, so that no number of a rule is pasted into it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pyarrow as pa

from indicators.pack.model import Pack
from scoring.base.parts import ScoredPart, to_millionths
from scoring.base.relations import HUGE, Row, make_table
from scoring.engine.bounds import write_bounds
from scoring.engine.decisions import CELL_COLUMNS, ROW_COLUMNS, write_cells, write_item, write_rows
from scoring.engine.decisions import ITEM_COLUMNS as TABLE_COLUMNS
from scoring.engine.pots import NODE_COLUMNS, write_nodes, write_part
from scoring.engine.pots import PART_COLUMNS as POT_COLUMNS
from scoring.engine.rising import find_end, only_rises
from scoring.rules.registry import RULES, find_rule

#: What every part has, whatever its kind of marks.
_PART_COLUMNS: dict[str, pa.DataType] = {
    "part": pa.int32(),
    "cohort": pa.string(),
    "indicator": pa.string(),
    "figure": pa.int32(),
    "layer": pa.int32(),
    "measure": pa.string(),
    "kind": pa.string(),
    "full_marks": HUGE,
    "past_due": pa.bool_(),
    "rises": pa.bool_(),
    "end_marks": HUGE,
    "needs_days": pa.bool_(),
    "compared": pa.bool_(),
    "direction": pa.int32(),
    "goal": HUGE,
    "strict": pa.bool_(),
    "least": HUGE,
    "most": HUGE,
    "may_leave": pa.bool_(),
    "keeps": pa.bool_(),
    "over": pa.bool_(),
    **POT_COLUMNS,
}
#: One row per part: the parameters of all kinds of marks side by side.
PART_COLUMNS = _PART_COLUMNS | {name: kind for rule in RULES.values() for name, kind in rule.columns.items()}
#: Further relations of which a part has any number of rows.
RELATIONS = {
    name: {"part": pa.int32(), **columns} for rule in RULES.values() for name, columns in rule.relations.items()
}
ITEM_COLUMNS = {
    "cohort": pa.string(),
    "indicator": pa.string(),
    "section": pa.string(),
    "section_kind": pa.string(),
    "review": pa.string(),
    "parts": pa.int32(),
    "needed": pa.int32(),
    "full_marks": HUGE,
    "lowest": HUGE,
    "whole": pa.bool_(),
    **TABLE_COLUMNS,
}


def write_parameters(
    pack: Pack, parts: tuple[ScoredPart, ...], year: int, as_of: date, members: Mapping[str, int]
) -> dict[str, pa.Table]:
    """The relations that carry the rules of the year's table, by name: see the column lists above.

    ``members``: how many units a cohort has, or may come to have.
    """
    beside: dict[str, list[Row]] = {name: [] for name in RELATIONS}
    for part in parts:
        for name, row in find_rule(part.part.marks).write_rows(part):
            beside[name].append({"part": part.number, **row})
    rows = [
        _write_part(part, pack, as_of) | write_bounds(pack, part, members[part.cohort], year, as_of) for part in parts
    ]
    return {
        "parts": make_table(rows, PART_COLUMNS),
        **{name: make_table(found, RELATIONS[name]) for name, found in beside.items()},
        "indicators": make_table(_write_indicators(pack, parts), ITEM_COLUMNS),
        "table_rows": make_table(write_rows(parts), ROW_COLUMNS),
        "table_cells": make_table(write_cells(parts), CELL_COLUMNS),
        "pot_nodes": make_table(write_nodes(parts), NODE_COLUMNS),
    }


def _write_part(part: ScoredPart, pack: Pack, as_of: date) -> dict[str, object]:
    measure = part.part.measure.chosen
    rule = find_rule(part.part.marks)
    return {
        "part": part.number,
        "cohort": part.cohort,
        "indicator": part.indicator.id,
        "figure": part.figure,
        "layer": part.layer,
        "measure": measure.figure,
        "kind": rule.name,
        "full_marks": part.full,
        # A single date decides by its own verdict whether it is due.
        "past_due": measure.is_deadline or part.last_day is None or as_of > part.last_day,
        "rises": only_rises(part, pack),
        "end_marks": find_end(part),
        "needs_days": rule.needs_days(part),
        "compared": rule.compares,
        **_write_target(part),
        **write_part(part),
        **rule.write_row(part),
    }


def _write_target(part: ScoredPart) -> dict[str, object]:
    target = part.part.target
    if target is None:
        return {}
    if target.by is not None:
        # A single date's figure is its days late; dates judged one by one are a share of rows in time.
        if part.part.measure.chosen.is_deadline:
            return {"direction": -1, "goal": 0}
        return {"direction": 1, "goal": 1_000_000}
    if target.none is not None:
        return {"direction": 0, "goal": 0}
    if (trend := target.rising or target.falling) is not None:
        sign = 1 if target.rising is not None else -1
        least = to_millionths(trend.at_least.value) if trend.at_least else 0
        return {"direction": sign, "goal": sign * least, "strict": trend.at_least is None}
    amount = target.at_least or target.at_most or target.equals
    assert amount is not None
    direction = {"at_least": 1, "at_most": -1, "equals": 0}[target.kind]
    return {"direction": direction, "goal": to_millionths(amount.value)}


def _write_indicators(pack: Pack, parts: tuple[ScoredPart, ...]) -> list[dict[str, Any]]:
    rows = []
    for part in parts:
        if part.index:
            continue
        indicator, section = part.indicator, pack.section(part.indicator.section)
        rows.append(
            {
                "cohort": part.cohort,
                "indicator": indicator.id,
                "section": section.id,
                "section_kind": section.kind,
                "review": section.review or "",
                "parts": len(indicator.parts),
                "needed": indicator.find_needed(),
                "full_marks": to_millionths(indicator.marks[part.cohort]),
                "lowest": to_millionths(indicator.find_lowest(part.cohort)),
                "whole": indicator.pot is not None or indicator.table is not None,
                **write_item(part),
            }
        )
    return rows
