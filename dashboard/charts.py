"""Charts for paper and for every eye: one dark blue, one orange, and shapes and words beside the colours."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import polars as pl
import streamlit as st

from dashboard.server import FONT
from scoring.comparison import Ranked, StepDown
from scoring.robustness import Interval

#: Told apart without colours too: they differ in lightness (and in print, by their shapes).
DARK, WARM, PALE = "#1f4e79", "#d55e00", "#b9c4d0"
#: For a few units side by side: every one differs from the others by its shape; the colours are Okabe and Ito's.
_SHAPES = ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down"]
_COLOURS = ["#0072b2", "#d55e00", "#009e73", "#000000", "#cc79a7", "#e69f00"]
_BINS = 20
#: With more units than this their names cannot be read: they are counted in classes instead.
_NAMED = 40


def draw_totals(rows: Sequence[Ranked], precision: int) -> None:
    """Each unit's total as a dot on the line of what it may become; of many units the number in each class."""
    known = [row for row in rows if row.total is not None]
    if not known:
        return
    unit = 10**precision
    if len(known) > _NAMED:
        frame = pl.DataFrame({"总分": [(row.total or 0) / unit for row in known]})
        bars = (
            alt.Chart(frame)
            .mark_bar(color=DARK)
            .encode(x=alt.X("总分:Q", bin=alt.Bin(maxbins=_BINS), title="总分"), y=alt.Y("count()", title="单位数"))
        )
        _show(bars, 240)
        return
    frame = pl.DataFrame(
        {
            "单位": [row.name for row in known],
            "总分": [(row.total or 0) / unit for row in known],
            "最低": [(row.total if row.low is None else row.low) / unit for row in known],
            "最高": [(row.total if row.high is None else row.high) / unit for row in known],
            "名次": ["有名次" if row.rank is not None else "没有名次" for row in known],
        }
    )
    axis = alt.Y("单位:N", sort=None, title=None, axis=alt.Axis(labelLimit=220))
    scale = alt.Scale(zero=False, nice=True)
    spread = (
        alt.Chart(frame)
        .mark_rule(color=PALE, strokeWidth=6)
        .encode(y=axis, x=alt.X("最低:Q", scale=scale, title="总分(点)和可能的区间(粗线)"), x2="最高:Q")
    )
    dots = (
        alt.Chart(frame)
        .mark_point(filled=True, size=90, color=DARK)
        .encode(
            y=axis,
            x=alt.X("总分:Q", scale=scale),
            shape=alt.Shape(
                "名次:N", scale=alt.Scale(domain=["有名次", "没有名次"], range=["circle", "diamond"]), title=None
            ),
            tooltip=["单位", "总分", "最低", "最高", "名次"],
        )
    )
    _show(spread + dots, 26 * len(known) + 60)


def draw_waterfall_chart(steps: Sequence[StepDown], precision: int) -> None:
    """From full marks to the total, a bar for each step with its change written beside it."""
    unit = 10**precision
    rows, before = [], 0
    for number, step in enumerate(steps):
        low, high = (0, step.level) if step.kind != "change" else sorted((before, step.level))
        kind = "合计" if step.kind != "change" else "减少" if step.change < 0 else "增加"
        text = f"{step.level / unit:.{precision}f}" if step.kind != "change" else f"{step.change / unit:+.{precision}f}"
        rows.append(
            {"步骤": f"{number:02d} {step.title}", "低": low / unit, "高": high / unit, "类别": kind, "标注": text}
        )
        before = step.level
    floor = min((row["低"] for row in rows if row["类别"] != "合计"), default=0)
    start = max(0.0, float(int(float(floor) - 5)))
    for row in rows:
        row["低"] = max(float(str(row["低"])), start)
    frame = pl.DataFrame(rows)
    axis = alt.Y("步骤:N", sort=None, title=None, axis=alt.Axis(labelLimit=260, labelExpr="substring(datum.label, 3)"))
    colours = alt.Scale(domain=["合计", "减少", "增加"], range=[PALE, WARM, DARK])
    bars = (
        alt.Chart(frame)
        .mark_bar()
        .encode(
            y=axis,
            x=alt.X(
                "低:Q", scale=alt.Scale(domainMin=start, zero=False, nice=False), title=f"分(横轴从 {start:g} 分起)"
            ),
            x2="高:Q",
            color=alt.Color("类别:N", scale=colours, title=None),
            tooltip=["步骤", "标注"],
        )
    )
    texts = alt.Chart(frame).mark_text(align="left", dx=4, color="#1a1a1a").encode(y=axis, x="高:Q", text="标注:N")
    _show(bars + texts, 26 * len(rows) + 60)


def draw_profile(rows: Sequence[tuple[str, str, float | None]]) -> None:
    """Shares of full marks by section (section, unit, per cent), each unit with a shape of its own."""
    frame = pl.DataFrame(list(rows), schema=["一级指标", "单位", "得分率"], orient="row").drop_nulls()
    if frame.is_empty():
        return
    units = frame["单位"].unique(maintain_order=True).to_list()
    points = (
        alt.Chart(frame)
        # Hollow, so that two units at the same place are both seen.
        .mark_point(filled=False, size=90, strokeWidth=2.5)
        .encode(
            y=alt.Y("一级指标:N", sort=None, title=None, axis=alt.Axis(labelLimit=220, grid=True)),
            x=alt.X("得分率:Q", title="得分率(%)", scale=alt.Scale(zero=False)),
            shape=alt.Shape("单位:N", title=None, sort=units, scale=alt.Scale(domain=units, range=_SHAPES)),
            color=alt.Color("单位:N", title=None, sort=units, scale=alt.Scale(domain=units, range=_COLOURS)),
            tooltip=["一级指标", "单位", "得分率"],
        )
    )
    _show(points, 30 * frame["一级指标"].n_unique() + 60)


def draw_intervals(rows: Sequence[Interval]) -> None:
    """Each unit's rank as a dot on the line from its best to its worst."""
    frame = pl.DataFrame(
        {
            "单位": [row.name for row in rows],
            "名次": [row.rank for row in rows],
            "最好": [row.best for row in rows],
            "最差": [row.worst for row in rows],
        }
    )
    last = max(row.worst for row in rows)
    axis = alt.Y("单位:N", sort=None, title=None, axis=alt.Axis(labelLimit=220))
    scale = alt.Scale(domain=[1, max(last, 2)])
    ticks = alt.Axis(format="d", tickMinStep=1, tickCount=min(last, 20))
    title = "名次(点)和权重变化时的名次区间(粗线)"
    spread = (
        alt.Chart(frame)
        .mark_rule(color=PALE, strokeWidth=6)
        .encode(y=axis, x=alt.X("最好:Q", scale=scale, axis=ticks, title=title), x2="最差:Q")
    )
    dots = (
        alt.Chart(frame)
        .mark_point(filled=True, size=90, color=DARK)
        .encode(y=axis, x=alt.X("名次:Q", scale=scale, axis=ticks), tooltip=["单位", "名次", "最好", "最差"])
    )
    _show(spread + dots, 26 * len(rows) + 60)


def _show(chart: alt.Chart | alt.LayerChart, height: int) -> None:
    themed = chart.properties(height=height).configure(font=FONT).configure_axis(labelFontSize=12, titleFontSize=12)
    st.altair_chart(themed.configure_legend(orient="top", labelFontSize=12), width="stretch", theme=None)
