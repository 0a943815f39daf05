"""稳健性: what the ranking would be with other marks for one item, or another weight for a section."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

import numpy as np
import polars as pl
import streamlit as st

from dashboard.charts import draw_intervals
from dashboard.choices import choose, choose_scores, keep, recall
from dashboard.keys import Robustness
from dashboard.parts import Cell, Column, link, name_items, show_rest, show_table
from dashboard.plain import say
from dashboard.session import current_visit, fragment, keep_by, list_visible_units
from indicators.entries.numbers import read_whole
from indicators.pack.model import Pack
from scoring.results.scores import Scores, write_marks
from scoring.trials.robustness import Pair, Trials, list_intervals, list_pairs, try_weights
from scoring.trials.whatif import Board, Outcome, build_board, play
from scoring.wording.ranges import write_places

PAGE = 50
NONE = ""
MOST, STEP = 300, 5
#: Marks as an address writes them.
_MARKS = re.compile("-?[0-9]{1,12}([.][0-9]{1,6})?")
WEIGHTS = {str(weight) for weight in range(0, MOST + 1, STEP)}
PAIRS = 10


def show() -> None:
    """The page."""
    context, actor = current_visit()
    st.header("稳健性：如果换一个数")
    if list_visible_units(actor) is not None:
        st.info("这一页会显示各单位的排名，只供督察办和领导查看。")
        return
    chosen = choose_scores(context, Robustness.RUN, Robustness.COHORT)
    if chosen is None:
        return
    run, pack, cohort, scores = chosen.run, chosen.pack, chosen.cohort.id, chosen.scores
    board = keep_by(
        (str(context.workspace.root.resolve()), run, cohort, "board"),
        lambda: build_board(pack, scores, cohort),
        "large",
    )
    if not board.units:
        st.info("这个考核组还没有单位有总分。")
        return
    _show_play(pack, board, scores, run)
    key = (str(context.workspace.root.resolve()), run, cohort, "trials")
    trials = keep_by(key, lambda: try_weights(board), "large")
    _show_intervals(trials, scores, cohort, run)
    _show_pairs(pack, trials, scores)


@fragment
def _show_play(pack: Pack, board: Board, scores: Scores, run: str) -> None:
    # Of the page only this is made anew when a figure is moved.
    if list_visible_units(current_visit()[1]) is not None:
        return
    cohort = board.cohort.id
    st.subheader("试一试：改一个数，看排名")
    left, right = st.columns(2)
    with left:
        moves = _ask_marks(board, scores)
    with right:
        weights = _ask_weight(pack, board)
    outcome, now = play(board, moves, weights), play(board)
    _show_ranking(board, now, outcome, cohort, run)
    st.caption(
        "只是试算，不改变任何结果。改动的是这一项的得分和这一方面的权重（其余按比例折算回满分）；"
        "按名次或均值计分的指标，别的单位的得分不跟着变。"
    )


def _ask_marks(board: Board, scores: Scores) -> dict[tuple[str, str], int]:
    st.markdown(say("##### 改一项得分"))
    names = dict(zip(board.units, board.names, strict=True))
    unit = choose("单位", [NONE, *board.units], Robustness.UNIT, "unit", lambda name: names.get(name, "不改"))
    if unit == NONE:
        return {}
    own = scores.items.filter((pl.col("unit") == unit) & ~pl.col("outcome").is_in(["not_applicable", "exempt"]))
    own = own.filter(pl.col("section_kind") != "veto")
    rows = {row["indicator"]: row for row in own.iter_rows(named=True)}
    items = name_items((name, row["indicator_name"]) for name, row in rows.items())
    indicator = choose(
        "指标",
        list(rows),
        Robustness.INDICATOR,
        "indicator",
        lambda name: items[name],
    )
    row, scale = rows[indicator], 10**board.precision
    top = row["applicable_marks"] if row["section_kind"] != "deduction" else 0
    bottom = 0 if row["section_kind"] != "deduction" else -row["applicable_marks"]
    now = write_marks(row["counted"], board.precision)
    low, high = min(bottom, row["counted"]), max(top, row["counted"])
    key = f"{Robustness.MARKS}-{unit}-{indicator}"
    recall(key, "marks", lambda text: _read_marks(text, low, high, scale), row["counted"] / scale)
    chosen = st.number_input(
        f"得分（现在 {now}，{write_marks(bottom, board.precision)} 到 {write_marks(top, board.precision)}）",
        min_value=low / scale,
        max_value=high / scale,
        step=max(1, (top - bottom) // 10) / scale,
        format=f"%.{board.precision}f",
        key=key,
    )
    marks = round(chosen * scale)
    keep(key, "marks", f"{marks / scale:.{board.precision}f}" if marks != row["counted"] else "")
    return {(unit, indicator): marks}


def _read_marks(text: str, low: int, high: int, scale: int) -> float | None:
    if not _MARKS.fullmatch(text):
        return None
    marks = Decimal(text) * scale
    return int(marks) / scale if low <= marks <= high else None


def _ask_weight(pack: Pack, board: Board) -> dict[str, int]:
    st.markdown(say("##### 改一方面的权重"))
    present = set(board.sections)
    titles = {section.id: section.title for section in pack.head.sections if section.id in present}
    base = [name for name in titles if board.kinds[name] == "base"]
    section = choose("一级指标", [NONE, *base], Robustness.SECTION, "section", lambda name: titles.get(name, "不改"))
    if section == NONE:
        return {}
    key = f"{Robustness.WEIGHT}-{section}"
    recall(key, "weight", lambda text: read_whole(text) if text in WEIGHTS else None, 100)
    weight = int(st.slider("权重是现在的百分之几", 0, MOST, step=STEP, key=key, format="%d%%"))
    keep(key, "weight", str(weight) if weight != 100 else "")
    return {section: weight}


def _show_ranking(board: Board, now: Outcome, then: Outcome, cohort: str, run: str) -> None:
    order = np.lexsort((-then.totals, then.ranks < 0)).tolist()
    moved = [n for n, other in zip(order, (now.ranks != then.ranks)[order].tolist(), strict=True) if other]
    regraded = sum(before != after for before, after in zip(now.grades, then.grades, strict=True))
    if (now.totals == then.totals).all():
        st.write("与现在相同。")
    else:
        st.write(f"{len(moved)} 个单位的名次变了，{regraded} 个单位的等次变了。")
    shown = order[:PAGE]
    if len(order) > PAGE:
        # With very many units the ones that move matter, and the top.
        others = set(moved)
        shown = (moved[:PAGE] + [n for n in order[: PAGE + len(moved)] if n not in others])[:PAGE]
        st.caption(f"共 {len(order)} 个单位，列出名次变化的和最前面的，至多 {PAGE} 个。")
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
    show_table([*columns, Column("名次变化"), Column("等次", "short")], rows, caption="试算的排名", shape="plain")


def _show_intervals(trials: Trials, scores: Scores, cohort: str, run: str) -> None:
    st.subheader("权重变一变，名次在哪里")
    rows = list_intervals(trials)
    if not rows:
        st.info("这个考核组还没有单位有名次。")
        return
    low, high = min(trials.weights), max(trials.weights)
    firm = sum(row.best == row.worst for row in rows)
    first = [row.name for row in rows if row.best == 1]
    st.write(
        f"任一方面的权重单独改为现在的 {low}% 到 {high}%（其余不变，共 {len(trials.tried)} 种试法）："
        f"{firm} 个单位名次不变，{len(rows) - firm} 个会变；能排到第 1 名的"
        + (f"只有{first[0]}。" if len(first) == 1 else f"有 {'、'.join(first[:5])}{'等' if len(first) > 5 else ''}。")
    )
    if len(rows) <= PAGE:
        draw_intervals(rows)
    shown = sorted(rows, key=lambda row: row.best - row.worst)[:PAGE] if len(rows) > PAGE else rows
    places = {row["unit"]: write_places(row, "–") for row in scores.totals.iter_rows(named=True)}
    lines: list[list[Cell]] = [
        [
            str(row.rank),
            link("unit", row.name, unit=row.unit, cohort=cohort, run=run),
            str(row.best),
            str(row.worst),
            "不变" if row.best == row.worst else f"会变（{row.best}–{row.worst}）",
            places.get(row.unit, ""),
        ]
        for row in shown
    ]
    columns = [Column("名次", "number"), Column("单位"), Column("最好", "number"), Column("最差", "number")]
    columns += [Column("名次区间", "short"), Column("可能的名次", "short")]
    show_table(columns, lines, caption="名次区间", shape="plain")
    st.caption("「名次区间」是权重变了会怎样；「可能的名次」是权重不变，未定的项目弄清以后会怎样，空着的没有区间。")
    if len(rows) > PAGE:
        st.caption(f"共 {len(rows)} 个单位，列出名次变得最多的 {PAGE} 个。")


def _show_pairs(pack: Pack, trials: Trials, scores: Scores) -> None:
    st.subheader("哪些单位分不出先后，换位的临界点在哪里")
    pairs = list_pairs(trials, scores)
    loose = [pair for pair in pairs if not pair.firm]
    if loose:
        st.write(f"{len(loose)} 对单位分不出先后，差得最少的是{loose[0].upper}和{loose[0].lower}。")
    else:
        st.write("试过的权重里，每两个单位都分得出先后。")
    precision = scores.precision

    def show_part(part: Sequence[Pair]) -> None:
        lines: list[list[Cell]] = [
            [
                f"{pair.upper} — {pair.lower}",
                write_marks(pair.gap, precision),
                "分得出" if pair.firm else "▲ 分不出",
                _write_reasons(pack, pair),
            ]
            for pair in part
        ]
        columns = [Column("一对单位（前 — 后）"), Column("相差（分）", "number"), Column("先后", "short")]
        show_table([*columns, Column("什么会使后面的追平或反超")], lines, caption="单位对（相差小的在前）")

    show_rest(pairs, PAIRS, show_part, "对")
    st.caption("相差的分数也是临界点：后面的单位再得这么多分就追平。临界点是试过的权重里离现在最近的一个。")


def _write_reasons(pack: Pack, pair: Pair) -> str:
    reasons = ["总分相同"] if pair.gap == 0 else []
    if pair.section is not None and pair.weight is not None:
        way = "升" if pair.weight > 100 else "降"
        reasons.append(f"「{pack.section(pair.section).title}」的权重{way}到 {pair.weight}%")
    if pair.open:
        reasons.append("未报、未到期或矛盾的项目弄清以后也可能换位")
    return "；".join(reasons) or "试过的权重都不会"


show()
