"""Doubts written down: as text for people, as JSON and CSV for programs."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Sequence
from datetime import date
from itertools import groupby

from indicators.pack.doubts import KINDS
from scoring.doubts.doubt import Doubt, show_number
from scoring.results.result import guard_cell

SCHEMA = "ducha.doubts.v1"
#: So many doubts of one kind are printed for a unit; the others are counted: a list of 300 is read by nobody.
SHOWN = 3
#: So many rows are printed for a doubt.
_ROWS = 4
PROMISE = "疑点只请单位佐证，不影响任何得分。"
_TITLES = {
    "unit_name": "单位",
    "kind": "类别",
    "title": "疑点",
    "year": "年度",
    "seen": "看到的情况",
    "why": "为什么问",
    "evidence": "怎样佐证",
    "rows": "涉及行数",
    "cells": "数据出处（例）",
    "indicators": "相关指标",
    "rule": "疑点编号",
}


def write_text(doubts: Sequence[Doubt], year: int, as_of: date, most: int | None = SHOWN) -> str:
    """Doubts by unit, at most ``most`` of a kind for each unit (None: all), with the number of the others."""
    if not doubts:
        return f"{year} 年度（截至 {as_of}）：没有发现疑点。\n"
    counts = Counter(doubt.kind for doubt in doubts)
    units = len({doubt.unit for doubt in doubts})
    lines = [
        f"{year} 年度数据疑点（截至 {as_of}）：{units} 个单位共 {len(doubts)} 处。{PROMISE}",
        "、".join(f"{title} {counts[kind]}" for kind, title in KINDS.items() if counts[kind]),
    ]
    for _, own in groupby(doubts, key=lambda doubt: doubt.unit):
        group = list(own)
        lines += ["", f"{group[0].unit_name}（{len(group)} 处）"]
        for kind, same in groupby(group, key=lambda doubt: doubt.kind):
            of_kind = list(same)
            for doubt in of_kind[:most]:
                lines += _write_doubt(doubt)
            if hidden := of_kind[most:] if most is not None else []:
                lines.append(f"  [{KINDS[kind]}] 另有 {len(hidden)} 处，用 --unit {group[0].unit} 查看")
    return "\n".join(lines) + "\n"


def _write_doubt(doubt: Doubt) -> list[str]:
    lines = [
        f"  [{KINDS[doubt.kind]}] {doubt.title}",
        f"    看到：{doubt.seen}。",
        f"    为什么问：{doubt.why}",
        f"    怎样佐证：{'；'.join(doubt.evidence)}",
    ]
    if doubt.cells:
        lines.append(f"    数据：共 {doubt.rows} 行" + ("，例如" if doubt.rows > _ROWS else ""))
        lines += [f"      {row}" for row in doubt.cells[:_ROWS]]
    return lines


def write_json(doubts: Sequence[Doubt], year: int, as_of: date, fictional: bool) -> bytes:
    """All doubts as one document; numbers are texts, as exact as they were found."""
    content = {
        "schema": SCHEMA,
        "year": year,
        "as_of": as_of.isoformat(),
        "fictional": fictional,
        "affects_marks": False,
        "counts": {kind: sum(doubt.kind == kind for doubt in doubts) for kind in KINDS},
        "doubts": [_list_fields(doubt) for doubt in doubts],
    }
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def _list_fields(doubt: Doubt) -> dict[str, object]:
    return {
        "rule": doubt.rule,
        "kind": doubt.kind,
        "title": doubt.title,
        "unit": doubt.unit,
        "unit_name": doubt.unit_name,
        "year": doubt.year,
        "datasets": list(doubt.datasets),
        "indicators": list(doubt.indicators),
        "figures": [{"name": figure.name, "value": show_number(figure.value)} for figure in doubt.figures],
        "seen": doubt.seen,
        "why": doubt.why,
        "evidence": list(doubt.evidence),
        "rows": doubt.rows,
        "cells": [
            {
                "file": row.file,
                "sheet": row.sheet,
                "row": row.row,
                "cells": [{"column": cell.column, "address": cell.address, "value": cell.value} for cell in row.cells],
            }
            for row in doubt.cells
        ],
    }


def write_csv(doubts: Sequence[Doubt]) -> bytes:
    """One line for each doubt, with a BOM for Excel and WPS; text never becomes a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_TITLES.values())
    for doubt in doubts:
        fields = {
            **_list_fields(doubt),
            "kind": KINDS[doubt.kind],
            "evidence": "；".join(doubt.evidence),
            "indicators": "、".join(doubt.indicators),
            "cells": "\n".join(str(row) for row in doubt.cells[:_ROWS]),
        }
        writer.writerow([guard_cell(fields[name]) for name in _TITLES])
    return b"\xef\xbb\xbf" + out.getvalue().encode()
