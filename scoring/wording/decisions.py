"""A decision table in words: one line for each row, as it stands on paper."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from indicators.entries.intervals import Range
from indicators.pack.decisions import Cell, Conditions
from indicators.pack.model import Indicator, Pack
from scoring.base.amounts import write_marks, write_range
from scoring.base.decisions import find_part
from scoring.measures.registry import find_measure

_HITS = {
    "first": "自上而下，第一行成立的为准",
    "only": "各行互不重叠，成立的那一行为准",
    "sum": "成立的各行相加",
}
_VERDICTS = {"reached": "达到目标", "missed": "没有达到目标", "not_applicable": "不适用"}


def describe_table(indicator: Indicator, cohort: str, pack: Pack) -> list[str]:
    """How the table is read, its rows, and what is had where none holds; of an indicator with a table."""
    table, full = indicator.table, Fraction(indicator.marks[cohort])
    assert table is not None
    limit = f"，最多{write_marks(full)}" if table.hit == "sum" else ""
    return [
        f"按判定表计分（{_HITS[table.hit]}{limit}）：",
        *(
            f"第{number}行：{'；或者，'.join(_join(indicator, each, pack) for each in row.alternatives)}的，"
            f"得{write_marks(row.marks.share_of(full))}。"
            for number, row in enumerate(table.rows, 1)
        ),
        *(
            [f"没有一行成立的，得{write_marks(table.find_otherwise().share_of(full))}。"]
            if table.otherwise is not None or table.hit == "sum"
            else []
        ),
    ]


def _join(indicator: Indicator, conditions: Conditions, pack: Pack) -> str:
    return "，且".join(_list_cells(indicator, conditions, pack))


def _list_cells(indicator: Indicator, conditions: Conditions, pack: Pack) -> Iterator[str]:
    for title, cell in conditions.items():
        yield f"「{title}」{_describe_cell(indicator, title, cell, pack)}"


def _describe_cell(indicator: Indicator, title: str, cell: Cell, pack: Pack) -> str:
    if isinstance(cell, Range):
        measure = indicator.parts[find_part(indicator, title)].measure
        return write_range(cell, find_measure(measure).find_unit(pack))
    return _VERDICTS[cell]
