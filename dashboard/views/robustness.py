"""稳健性: what the ranking would be with other marks for one item, or another weight for a section."""

from __future__ import annotations

import numpy as np
import polars as pl
import streamlit as st

from dashboard.keys import Robustness
from dashboard.parts import Cell, Column, choose, choose_cohort, choose_run, link, show_table
from dashboard.session import (
    check_fragment,
    current_actor,
    keep_by,
    list_visible_units,
    open_context,
    read_cohort_scores,
    read_run_pack,
    read_run_scores,
)
from indicators.model import Pack
from scoring.scores import Scores, write_marks
from scoring.whatif import Board, Outcome, build_board, play

PAGE = 50
NONE = ""


def show() -> None:
    """The page."""
    context, actor = open_context(), current_actor()
    st.header("稳健性:如果换一个数")
    if list_visible_units(actor) is not None:
        st.info("这一页会显示各单位的排名,只供督察办和领导查看。")
        return
    left, right = st.columns(2)
    with left:
        run = choose_run(context, Robustness.RUN)
    if run is None:
        return
    pack, everything = read_run_pack(context, run), read_run_scores(context, run)
    with right:
        cohort = choose_cohort(pack, everything, Robustness.COHORT)
    scores = read_cohort_scores(context, run, cohort)
    board = keep_by(
        (str(context.workspace.root.resolve()), run, cohort, "board"),
        lambda: build_board(pack, scores, cohort),
        "large",
    )
    if not board.units:
        st.info("这个考核组还没有单位有总分。")
        return
    _show_play(pack, board, scores, run)


@st.fragment
def _show_play(pack: Pack, board: Board, scores: Scores, run: str) -> None:
    # Of the page only this is made anew when a figure is moved.
    check_fragment()
    cohort = board.cohort.id
    left, right = st.columns(2)
    with left:
        moves = _ask_marks(board, scores)
    with right:
        weights = _ask_weight(pack, board)
    outcome, now = play(board, moves, weights), play(board)
    _show_ranking(board, now, outcome, cohort, run)
    st.caption(
        "只是试算,不改变任何结果。改动的是这一项的得分和这一方面的权重(其余按比例折算回满分);"
        "按名次或均值计分的指标,别的单位的得分不跟着变。"
    )


def _ask_marks(board: Board, scores: Scores) -> dict[tuple[str, str], int]:
    st.subheader("改一项得分")
    names = dict(zip(board.units, board.names, strict=True))
    unit = choose("单位", [NONE, *board.units], Robustness.UNIT, "unit", lambda name: names.get(name, "不改"))
    if unit == NONE:
        return {}
    own = scores.items.filter((pl.col("unit") == unit) & ~pl.col("outcome").is_in(["not_applicable", "exempt"]))
    own = own.filter(pl.col("section_kind") != "veto")
    rows = {row["indicator"]: row for row in own.iter_rows(named=True)}
    indicator = choose(
        "指标",
        list(rows),
        Robustness.INDICATOR,
        "indicator",
        lambda name: f"{name} {rows[name]['indicator_name']}",
    )
    row, scale = rows[indicator], 10**board.precision
    top = row["applicable_marks"] if row["section_kind"] != "deduction" else 0
    bottom = 0 if row["section_kind"] != "deduction" else -row["applicable_marks"]
    now = write_marks(row["counted"], board.precision)
    key = f"{Robustness.MARKS}-{unit}-{indicator}"
    chosen = st.number_input(
        f"得分(现在 {now},{write_marks(bottom, board.precision)} 到 {write_marks(top, board.precision)})",
        min_value=min(bottom, row["counted"]) / scale,
        max_value=max(top, row["counted"]) / scale,
        value=row["counted"] / scale,
        step=max(1, (top - bottom) // 10) / scale,
        format=f"%.{board.precision}f",
        key=key,
    )
    return {(unit, indicator): round(chosen * scale)}


def _ask_weight(pack: Pack, board: Board) -> dict[str, int]:
    st.subheader("改一方面的权重")
    present = set(board.sections)
    titles = {section.id: section.title for section in pack.head.sections if section.id in present}
    base = [name for name in titles if board.kinds[name] == "base"]
    section = choose("一级指标", [NONE, *base], Robustness.SECTION, "section", lambda name: titles.get(name, "不改"))
    if section == NONE:
        return {}
    weight = st.slider("权重是现在的百分之几", 0, 300, 100, 5, key=f"{Robustness.WEIGHT}-{section}", format="%d%%")
    return {section: int(weight)}


def _show_ranking(board: Board, now: Outcome, then: Outcome, cohort: str, run: str) -> None:
    st.subheader("排名")
    order = np.lexsort((-then.totals, then.ranks < 0)).tolist()
    moved = [n for n, other in zip(order, (now.ranks != then.ranks)[order].tolist(), strict=True) if other]
    regraded = sum(before != after for before, after in zip(now.grades, then.grades, strict=True))
    if (now.totals == then.totals).all():
        st.write("与现在相同。")
    else:
        st.write(f"{len(moved)} 个单位的名次变了,{regraded} 个单位的等次变了。")
    shown = order[:PAGE]
    if len(order) > PAGE:
        # With very many units the ones that move matter, and the top.
        others = set(moved)
        shown = (moved[:PAGE] + [n for n in order[: PAGE + len(moved)] if n not in others])[:PAGE]
        st.caption(f"共 {len(order)} 个单位,列出名次变化的和最前面的,至多 {PAGE} 个。")
    precision = board.precision
    rows: list[list[Cell]] = []
    for n in shown:
        before, after = int(now.ranks[n]), int(then.ranks[n])
        step = before - after
        sign = "—" if before < 0 else f"▲ 升 {step} 名" if step > 0 else f"▼ 降 {-step} 名" if step else "不变"
        rows.append(
            [
                str(after) if after > 0 else "—",
                link("unit", board.names[n], unit=board.units[n], cohort=cohort, run=run),
                write_marks(int(then.totals[n]), precision),
                write_marks(int(then.totals[n] - now.totals[n]), precision, signed=True),
                sign,
                then.grades[n] or "—",
            ]
        )
    columns = [Column("名次", "number"), Column("单位"), Column("总分", "number"), Column("增减", "number")]
    show_table([*columns, Column("名次变化"), Column("等次", "short")], rows, caption="试算的排名")


show()
