"""稳健性: who can be told apart and why not, and what the ranking would be with another number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

import numpy as np
import streamlit as st

from dashboard.pieces.charts import draw_intervals
from dashboard.pieces.parts import Cell, ShownColumn, link, name_items, show_rest, show_table
from dashboard.pieces.plain import say
from dashboard.pieces.waiting import show_wait
from dashboard.runs.choices import choose, choose_scores, keep, recall
from dashboard.runs.firm import read_study
from dashboard.visits.keys import Robustness
from dashboard.visits.session import Context, current_visit, fragment, list_visible_units, read_run_folder
from dashboard.visits.shelf import Key, find_or_begin, keep_by
from data.runs.folder import RunFolder
from indicators.entries.amounts import has_no_end
from indicators.entries.numbers import read_whole
from indicators.entries.refusal import Refusal
from indicators.entries.shortlist import shorten_list
from indicators.pack.model import COUNTING, Pack
from scoring.results.reckoning import OUTSIDE
from scoring.results.scores import Scores, read_parts, write_marks
from scoring.trials.firmness.apart_study import FirmnessPage, find_firmness_apart, write_firmness
from scoring.trials.firmness.report import PairRow, write_chance
from scoring.trials.firmness.study import MANY
from scoring.trials.whatif import Board, Outcome, build_board, play
from scoring.wording.ranges import write_places

PAGE = 50
NONE = ""
#: So many marks more may be tried where there is no upper end.
MORE = 100
MOST, STEP = 300, 5
#: Marks as an address writes them.
_MARKS = re.compile("-?[0-9]{1,12}([.][0-9]{1,6})?")
WEIGHTS = {str(weight) for weight in range(0, MOST + 1, STEP)}
PAIRS, FEW = 10, 5


def show() -> None:
    """The page."""
    context, actor = current_visit()
    st.header("稳健性：名次稳不稳，换一个数会怎样")
    if list_visible_units(actor) is not None:
        st.info("这一页会显示各单位的排名，只供督察办和领导查看。")
        return
    chosen = choose_scores(context, Robustness.RUN, Robustness.COHORT)
    if chosen is None:
        return
    run, pack, cohort, scores = chosen.run, chosen.pack, chosen.cohort.id, chosen.scores
    key = *context.key_run(run), cohort
    board = keep_by((*key, "board"), lambda: build_board(pack, scores, cohort), "large")
    if not board.units:
        st.info("这个考核组还没有单位有总分。")
        return
    number = len(board.units)
    if number > MANY:
        folder = read_run_folder(context, run)
        _show_many((*key, "firmness"), context, folder, scores, cohort, number)
    else:
        shown = keep_by((*key, "firmness"), lambda: _write_firmness(context, pack, scores, cohort), "large")
        _show_firmness(shown, scores, cohort, run)
    _show_play(pack, board, scores, run)


def _write_firmness(context: Context, pack: Pack, scores: Scores, cohort: str) -> FirmnessPage:
    study, folder = read_study(context, scores.run, pack, scores, cohort), read_run_folder(context, scores.run)
    return write_firmness(study, pack, scores, read_parts(folder), cohort, PAGE)


def _show_many(key: Key, context: Context, folder: RunFolder, scores: Scores, cohort: str, number: int) -> None:
    """Of very many units the study takes longer than anybody waits for a page: it is made beside the pages."""
    try:
        shown = find_or_begin(key, lambda: find_firmness_apart(context.workspace, folder, cohort, PAGE))
    except Refusal as refusal:
        st.error(f"名次稳不稳没有算出来：{refusal}。重新打开这一页会再算一次。")
        return
    if shown is None:
        words = f"正在试算 {number} 个单位的名次稳不稳，单位多的要一两分钟。"
        show_wait(key, f"{words}算好以后会出现在这里；可以先看下面或别的页。")
    else:
        _show_firmness(shown, scores, cohort, scores.run)


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
    rows = {
        item.indicator: item
        for item in scores.list_items(unit)
        if item.outcome not in OUTSIDE and item.section_kind in COUNTING
    }
    items = name_items((name, row.indicator_name) for name, row in rows.items())
    indicator = choose(
        "指标",
        list(rows),
        Robustness.INDICATOR,
        "indicator",
        lambda name: items[name],
    )
    row, scale = rows[indicator], 10**board.precision
    applicable = row.applicable_marks or 0
    top, bottom = (0, -applicable) if row.section_kind == "deduction" else (applicable, 0)
    now = write_marks(row.counted, board.precision)
    if has_no_end(top, scale):
        top = row.counted + MORE * scale
    low, high = min(bottom, row.counted), max(top, row.counted)
    key = f"{Robustness.MARKS}-{unit}-{indicator}"
    recall(key, "marks", lambda text: _read_marks(text, low, high, scale), row.counted / scale)
    chosen = st.number_input(
        f"得分（现在 {now}，{write_marks(bottom, board.precision)} 到 {write_marks(top, board.precision)}）",
        min_value=low / scale,
        max_value=high / scale,
        step=max(1, (top - bottom) // 10) / scale,
        format=f"%.{board.precision}f",
        key=key,
    )
    marks = round(chosen * scale)
    keep(key, "marks", f"{marks / scale:.{board.precision}f}" if marks != row.counted else "")
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
    columns = [
        ShownColumn("名次", "number"),
        ShownColumn("单位"),
        ShownColumn("总分", "number"),
        ShownColumn("增减", "number"),
    ]
    show_table(
        [*columns, ShownColumn("名次变化"), ShownColumn("等次", "short")], rows, caption="试算的排名", shape="plain"
    )


def _show_firmness(shown: FirmnessPage, scores: Scores, cohort: str, run: str) -> None:
    rows = shown.units
    if not rows:
        st.info("这个考核组还没有单位有名次。")
        return
    firm = sum(row.best == row.worst for row in rows)
    st.markdown(say("**{}**", shown.said))
    st.write(f"{len(rows)} 个有名次的单位里，{firm} 个的名次稳得住，{len(rows) - firm} 个的名次有一段区间。")
    st.caption(shown.explained)
    st.subheader("名次区间")
    _show_units(shown, scores, cohort, run)
    st.subheader("哪些单位分不出先后，换位的临界点在哪里")
    _show_pairs(shown.pairs, scores.precision)
    if shown.edges:
        lines: list[list[Cell]] = [[name, grade, words] for name, grade, words in shown.edges]
        columns = [ShownColumn("单位"), ShownColumn("可能变为", "short"), ShownColumn("离界限多远，什么会使它过界")]
        show_table(columns, lines[:PAGE], caption="等次可能变的单位", shape="plain")
    _show_sources(shown)


def _show_units(shown: FirmnessPage, scores: Scores, cohort: str, run: str) -> None:
    rows = shown.units
    if len(rows) <= PAGE:
        draw_intervals(rows)
    listed = sorted(rows, key=lambda row: row.best - row.worst)[:PAGE] if len(rows) > PAGE else rows
    places = {row.unit: write_places(row, "–") for row in scores.list_totals()}
    lines: list[list[Cell]] = [
        [
            str(row.rank),
            link("unit", row.name, unit=row.unit, cohort=cohort, run=run),
            "不变" if row.best == row.worst else f"{row.best}–{row.worst}",
            write_chance(row.held),
            "、".join(f"{name} {write_chance(chance)}" for name, chance in row.grades) or "—",
            places.get(row.unit, ""),
        ]
        for row in listed
    ]
    columns = [
        ShownColumn("名次", "number"),
        ShownColumn("单位"),
        ShownColumn("名次区间", "short"),
        ShownColumn("保住现在的名次", "number"),
    ]
    columns += [ShownColumn("各等次的可能"), ShownColumn("可能的名次", "short")]
    show_table(columns, lines, caption="名次区间", shape="plain")
    st.caption(
        f"「名次区间」是{shown.level:.0%}的试算里名次所在的最短一段，只在现在有名次的单位之间比；"
        "「可能的名次」是权重不变，未定的项目无论怎样弄清、没有名次的单位无论怎样进来都不会超出的范围，空着的没有区间。"
    )
    if len(rows) > PAGE:
        st.caption(f"共 {len(rows)} 个单位，列出名次区间最宽的 {PAGE} 个。")


def _show_pairs(pairs: Sequence[PairRow], precision: int) -> None:
    def show_part(part: Sequence[PairRow]) -> None:
        lines: list[list[Cell]] = [
            [
                f"{pair.upper} — {pair.lower}",
                write_marks(pair.gap, precision),
                "分得出" if pair.firm else "▲ 分不出",
                write_chance(pair.ahead),
                pair.words,
            ]
            for pair in part
        ]
        columns = [
            ShownColumn("相邻的单位（前 — 后）"),
            ShownColumn("相差（分）", "number"),
            ShownColumn("先后", "short"),
        ]
        columns += [ShownColumn("前者在前", "number"), ShownColumn("什么会使它们持平")]
        show_table(columns, lines, caption="相邻的单位（分不出的在前）")

    show_rest(pairs, PAIRS, show_part, "对")
    st.caption("临界点按公式直接算出（不取整），是离现在最近的一个；「前者在前」是试算里前一单位名次在前的比例。")


def _show_sources(shown: FirmnessPage) -> None:
    st.subheader("不确定从哪里来")
    lines: list[list[Cell]] = [list(row) for row in shown.sources]
    columns = [
        ShownColumn("来源"),
        ShownColumn("占比", "number"),
        ShownColumn("区间宽度（已排名单位平均，名）", "number"),
    ]
    columns += [ShownColumn("单独使多少对单位分不出", "number")]
    show_table(columns, lines, caption="各来源单独变动时", shape="plain")
    for why, titles in shown.telling:
        named = shorten_list([f"「{title}」" for title in titles], FEW, "项")
        st.write(f"{why}、分不出单位的指标：{named}。")
    for group in shown.same[:FEW]:
        st.write(f"排出的次序几乎一样的指标：{group}。")
    if shown.shifted:
        st.write(shown.shifted)


show()
