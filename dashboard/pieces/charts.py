"""Charts for paper and for every eye: one dark blue, one orange, and shapes and words beside the colours.

They are written as Vega-Lite itself: a library that builds and checks it takes longer than the rest of a page.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import streamlit as st

from dashboard.pieces.plain import FONT
from scoring.explain.curves import Curve
from scoring.results.comparison import Ranked, StepDown
from scoring.results.scores import write_marks
from scoring.trials.firmness.report import UnitRow

#: Told apart without colours too: they differ in lightness (and in print, by their shapes).
DARK, WARM, PALE = "#1f4e79", "#d55e00", "#b9c4d0"
#: For a few units side by side: every one differs from the others by its shape; the colours are Okabe and Ito's.
_SHAPES = ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down"]
_COLOURS = ["#0072b2", "#d55e00", "#009e73", "#000000", "#cc79a7", "#e69f00"]
_BINS = 20
#: With more units than this their names cannot be read: they are counted in classes instead.
_NAMED = 40

Spec = dict[str, Any]
_ROWS = "rows"


def _draw_classes(totals: Sequence[float]) -> None:
    classes = {"field": "总分", "type": "quantitative", "bin": {"maxbins": _BINS}, "title": "总分"}
    number = {"aggregate": "count", "type": "quantitative", "title": "单位数"}
    bars: Spec = {"mark": {"type": "bar", "color": DARK}, "encoding": {"x": classes, "y": number}}
    _show(bars, [{"总分": total} for total in totals], 240)


def draw_totals(rows: Sequence[Ranked], precision: int) -> None:
    """Each unit's total as a dot on the line of what it may become; of many units the number in each class."""
    known = [row for row in rows if row.total is not None]
    if not known:
        return
    unit = 10**precision
    if len(known) > _NAMED:
        _draw_classes([(row.total or 0) / unit for row in known])
        return
    values = [
        {
            "单位": row.unit_name,
            "总分": (row.total or 0) / unit,
            "最低": ((row.total if row.low is None else row.low) or 0) / unit,
            "最高": ((row.total if row.high is None else row.high) or 0) / unit,
            "名次": "有名次" if row.rank is not None else "没有名次",
        }
        for row in known
    ]
    scale = {"zero": False, "nice": True}
    spread: Spec = {
        "mark": {"type": "rule", "color": PALE, "strokeWidth": 6},
        "encoding": {
            "y": _name_down("单位"),
            "x": _measure("最低", scale=scale, title="总分（点）和可能的区间（粗线）"),
            "x2": {"field": "最高"},
        },
    }
    shapes = {"domain": ["有名次", "没有名次"], "range": ["circle", "diamond"]}
    dots: Spec = {
        "mark": {"type": "point", "filled": True, "size": 90, "color": DARK},
        "encoding": {
            "y": _name_down("单位"),
            "x": _measure("总分", scale=scale),
            "shape": {"field": "名次", "type": "nominal", "scale": shapes, "title": None},
            "tooltip": _tell("单位", "总分", "最低", "最高", "名次"),
        },
    }
    _show({"layer": [spread, dots]}, values, 26 * len(known) + 60)


def draw_waterfall_chart(steps: Sequence[StepDown], precision: int) -> None:
    """From full marks to the total, a bar for each step with its change written beside it."""
    unit = 10**precision
    values: list[Spec] = []
    before = 0
    for number, step in enumerate(steps):
        low, high = (0, step.level) if step.kind != "change" else sorted((before, step.level))
        kind = "合计" if step.kind != "change" else "减少" if step.change < 0 else "增加"
        changing = step.kind == "change"
        text = write_marks(step.change if changing else step.level, precision, signed=changing)
        values.append(
            {"步骤": f"{number:02d} {step.title}", "低": low / unit, "高": high / unit, "类别": kind, "标注": text}
        )
        before = step.level
    floor = min((row["低"] for row in values if row["类别"] != "合计"), default=0)
    start = max(0.0, float(int(floor - 5)))
    for row in values:
        row["低"] = max(row["低"], start)
    # The number in front keeps the order, and two steps of one title apart; it is not shown.
    down = _name_down("步骤", limit=260, labelExpr="substring(datum.label, 3)")
    scale = {"domainMin": start, "zero": False, "nice": False}
    colours = {"domain": ["合计", "减少", "增加"], "range": [PALE, WARM, DARK]}
    bars: Spec = {
        "mark": {"type": "bar"},
        "encoding": {
            "y": down,
            "x": _measure("低", scale=scale, axis={"tickCount": 12}, title=f"分（横轴从 {start:g} 分起）"),
            "x2": {"field": "高"},
            "color": {"field": "类别", "type": "nominal", "scale": colours, "title": None},
            "tooltip": _tell("步骤", "标注"),
        },
    }
    texts: Spec = {
        "mark": {"type": "text", "align": "left", "dx": 4, "color": "#1a1a1a"},
        "encoding": {"y": down, "x": _measure("高"), "text": {"field": "标注", "type": "nominal"}},
    }
    _show({"layer": [bars, texts]}, values, 26 * len(values) + 60)


def draw_profile(rows: Sequence[tuple[str, str, float | None]]) -> None:
    """Shares of full marks by section (section, unit, per cent), each unit with a shape of its own."""
    values = [
        {"一级指标": section, "单位": unit, "得分率": share} for section, unit, share in rows if share is not None
    ]
    if not values:
        return
    units, sections = (list(dict.fromkeys(row[name] for row in values)) for name in ("单位", "一级指标"))
    told = {"field": "单位", "type": "nominal", "title": None, "sort": units}
    points: Spec = {
        # Hollow, so that two units at the same place are both seen.
        "mark": {"type": "point", "filled": False, "size": 90, "strokeWidth": 2.5},
        "encoding": {
            "y": _name_down("一级指标", grid=True),
            "x": _measure("得分率", title="得分率（%）", scale={"zero": False}),
            "shape": {**told, "scale": {"domain": units, "range": _SHAPES}},
            "color": {**told, "scale": {"domain": units, "range": _COLOURS}},
            "tooltip": _tell("一级指标", "单位", "得分率"),
        },
    }
    _show(points, values, 30 * len(sections) + 60)


def draw_intervals(rows: Sequence[UnitRow]) -> None:
    """Each unit's rank as a dot on the line from its best to its worst."""
    values = [{"单位": row.name, "名次": row.rank, "最好": row.best, "最差": row.worst} for row in rows]
    last = max(row.worst for row in rows)
    scale = {"domain": [1, max(last, 2)]}
    ticks = {"format": "d", "tickMinStep": 1, "tickCount": min(last, 20)}
    title = "名次（点）和名次区间（粗线）"
    spread: Spec = {
        "mark": {"type": "rule", "color": PALE, "strokeWidth": 6},
        "encoding": {
            "y": _name_down("单位"),
            "x": _measure("最好", scale=scale, axis=ticks, title=title),
            "x2": {"field": "最差"},
        },
    }
    dots: Spec = {
        "mark": {"type": "point", "filled": True, "size": 90, "color": DARK},
        "encoding": {
            "y": _name_down("单位"),
            "x": _measure("名次", scale=scale, axis=ticks),
            "tooltip": _tell("单位", "名次", "最好", "最差"),
        },
    }
    _show({"layer": [spread, dots]}, values, 26 * len(rows) + 60)


def _name_down(field: str, limit: int = 220, **axis: Any) -> Spec:
    """A name to a line, in the order of the rows."""
    return {"field": field, "type": "nominal", "sort": None, "title": None, "axis": {"labelLimit": limit, **axis}}


def draw_curve(curve: Curve) -> None:
    """Marks over the figure: a line, or a dot for each whole thing."""
    values: list[Spec] = [{"数值": float(figure), "得分": float(marks)} for figure, marks in curve.points]
    title = "数值（%）" if curve.share else f"数值（{curve.unit}）" if curve.unit else "数值"
    mark = {"type": "point", "filled": True, "size": 60} if curve.whole else {"type": "line", "strokeWidth": 2.5}
    drawn: Spec = {
        "mark": {**mark, "color": DARK},
        "encoding": {
            "x": _measure("数值", title=title, scale={"nice": False}),
            "y": _measure("得分"),
            "tooltip": _tell("数值", "得分"),
        },
    }
    _show(drawn, values, 180)


def _measure(field: str, **more: Any) -> Spec:
    return {"field": field, "type": "quantitative", **more}


def _tell(*fields: str) -> list[Spec]:
    """What is told of a mark under the pointer."""
    return [{"field": field, "title": field} for field in fields]


def _show(chart: Spec, values: Sequence[Spec], height: int) -> None:
    text = {"labelFontSize": 12, "titleFontSize": 12}
    config = {"font": FONT, "axis": text, "legend": {"orient": "top", "labelFontSize": 12}}
    spec = {
        "data": {"name": _ROWS},
        "datasets": {_ROWS: _pack_rows(values)},
        **chart,
        "height": height,
        "config": config,
    }
    st.vega_lite_chart(spec=spec, width="stretch", theme=None)


def _pack_rows(values: Sequence[Spec]) -> bytes:
    """The rows as the browser gets them: Streamlit would make a table of pandas of them first."""
    table = pa.Table.from_pylist(list(values))
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    return bytes(sink.getvalue())
