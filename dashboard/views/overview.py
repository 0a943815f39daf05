"""总览: who is ahead, who fell back and why, and what is due."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial

import streamlit as st

from dashboard.pieces.charts import draw_totals
from dashboard.pieces.parts import Cell, ShownColumn, link, show_rest, show_table
from dashboard.pieces.plain import join_words, say
from dashboard.rulebook.handing_in import show_waiting
from dashboard.runs.changed_rules import find_changed_rules
from dashboard.runs.choices import choose, choose_scores, name_run, page_through
from dashboard.runs.disputed import MARK, WHY, find_disputed
from dashboard.runs.firm import read_study
from dashboard.runs.newer import find_since, show_trial
from dashboard.visits.keys import Overview
from dashboard.visits.session import (
    Context,
    current_visit,
    list_visible_units,
    read_cohort_scores,
    read_run_pack,
    read_run_scores,
    today,
)
from dashboard.visits.shelf import keep_by
from data.ledger.reading import list_granted
from data.ledger.rows import UserRow
from indicators.entries.shortlist import shorten_list
from indicators.pack.grades import describe_quotas
from indicators.pack.model import Cohort, Pack
from scoring.office.upcoming import DAYS, list_deadlines, list_ledger_dues
from scoring.results.causes import APPEAL, DATA, DAY, PEERS, RULE, list_movements
from scoring.results.changed_rules import CHANGED, ChangedRules, describe_changes
from scoring.results.comparison import Ranked, count_bands, list_ranking, list_rises, measure_spread
from scoring.results.differences import ItemDifference, ItemState
from scoring.results.rises import LAST_RUN, LAST_YEAR, describe_extremes, describe_places, find_earlier
from scoring.results.scores import Scores, write_marks
from scoring.results.vetoes import describe_vetoes, list_vetoes
from scoring.trials.firmness.study import MANY
from scoring.wording import describe_outcome
from scoring.wording.ranges import PROMISE, describe_widest, write_range
from scoring.wording.totals import BY_SHARE

PAGE = 50
MOVED, MOST_MOVED = 8, 200
CAUSES = {
    RULE: "指标包里的规则改了",
    APPEAL: "复核改了认定",
    DATA: "报了新的或者改了的数据",
    DAY: "两次评分的截止日不同，其间到期的项目开始计分",
    PEERS: "自己的输入没有变，同组其他单位变了",
}


def show() -> None:
    """The page."""
    context, actor = current_visit()
    st.header("总览")
    show_waiting(context, actor)
    chosen = choose_scores(context, Overview.RUN, Overview.COHORT)
    if chosen is None:
        return
    run, pack, cohort, scores = chosen.run, chosen.pack, chosen.cohort.id, chosen.scores
    visible = list_visible_units(actor)
    rows = _rank(context, pack, run, cohort, visible)
    if not rows:
        st.info("这个考核组里没有您可以查看的单位。")
        return
    key = *context.key_run(run), cohort, visible
    for words in keep_by((*key, "vetoes"), lambda: describe_vetoes(list_vetoes(scores.of_units(visible), pack))):
        st.error(words)
    said = keep_by((*key, context.runs, "sentence"), lambda: _say(scores, rows, visible is None))
    st.markdown(said)
    if visible is None and sum(row.rank is not None for row in rows) in range(2, MANY + 1):
        st.write(read_study(context, run, pack, scores, cohort).tell())
    earlier = find_earlier(tuple(reversed(context.runs)), run)
    since = {LAST_RUN: earlier.last_run, LAST_YEAR: earlier.last_year}
    rules = {title: find_changed_rules(context, run, older) for title, older in since.items()}
    for words in describe_changes(rules):
        st.warning(words)
    if visible is None and find_since(context, run).newer:
        show_trial(context, actor, scores, cohort)
    _show_ranking(pack, rows, scores, actor, find_disputed(context, scores.year), rules)
    if visible is None:
        _show_distribution(chosen.cohort, scores, rows)
    _show_dues(context, actor, pack, scores, cohort, visible)
    _show_movements(context, run, cohort, visible)


def _rank(context: Context, pack: Pack, run: str, cohort: str, visible: frozenset[str] | None) -> list[Ranked]:
    earlier = find_earlier(tuple(reversed(context.runs)), run)
    before = earlier.last_run, earlier.last_year
    units = None if visible is None else tuple(sorted(visible))
    return keep_by(
        (context.root, run, *before, cohort, units, "ranking"),
        lambda: list_ranking(
            pack,
            read_cohort_scores(context, run, cohort).of_units(visible),
            *(read_cohort_scores(context, name, cohort) if name is not None else None for name in before),
        ),
    )


def _say(scores: Scores, rows: list[Ranked], everybody: bool) -> str:
    spread, precision = measure_spread(scores), scores.precision
    if spread is None:
        return f"{scores.year} 年度，截至 {scores.as_of}：还没有单位能排名。"
    words = [
        f"{scores.year} 年度，截至 {scores.as_of}：{spread.mean.number} 个单位有名次，"
        f"{spread.mean.words} {spread.mean.write_marks(precision)} 分，"
        f"最高 {write_marks(spread.high, precision)}，最低 {write_marks(spread.low, precision)}。"
    ]
    if everybody:
        firsts = "、".join(row.unit_name for row in rows if row.rank == 1)
        bottom = max((row.rank for row in rows if row.rank is not None), default=None)
        last = "、".join(row.unit_name for row in rows if bottom is not None and row.rank == bottom)
        words.append(say("**第 1 名 {}**，末位 {}。", firsts, last))
        words.append(describe_extremes(list_rises(rows), LAST_YEAR, precision))
        if waiting := sum(row.rank is None for row in rows):
            words.append(f"{waiting} 个单位没有名次，原因见「说明」。")
    return join_words(words)


_RANKING = [
    ShownColumn("名次", "number"),
    ShownColumn("单位", "short"),
    ShownColumn("总分", "number"),
    ShownColumn("满分", "number"),
    ShownColumn("可能的区间", "number"),
    ShownColumn("等次", "short"),
    ShownColumn(f"比{LAST_RUN}", "number"),
    ShownColumn(f"比{LAST_YEAR}", "number"),
    ShownColumn("说明"),
]


def _show_ranking(
    pack: Pack,
    rows: list[Ranked],
    scores: Scores,
    actor: UserRow,
    disputed: Mapping[str, list[str]],
    rules: Mapping[str, ChangedRules | None],
) -> None:
    precision = scores.precision
    shown = page_through(rows, PAGE, Overview.PAGE, Overview.SEARCH, lambda row: row.unit_name)
    lines: list[list[Cell]] = [
        [
            "—" if row.rank is None else str(row.rank),
            link("unit", row.unit_name, unit=row.unit, cohort=scores.cohort, run=scores.run),
            write_marks(row.total, precision),
            write_marks(row.full, precision),
            _write_range(row, precision),
            row.grade or "—",
            _write_change(row.since_run, row.rank_since_run, precision, rules[LAST_RUN]),
            _write_change(row.since_year, row.rank_since_year, precision, rules[LAST_YEAR]),
            _write_notes(pack, row, disputed, precision),
        ]
        for row in shown
    ]
    own = [number for number, row in enumerate(shown) if row.unit == actor.unit]
    show_table(_RANKING, lines, caption="排名", own=own)
    quotas = describe_quotas(next(entry for entry in pack.head.cohorts if entry.id == scores.cohort).grades)
    order = f"{BY_SHARE}。" if len(set(scores.totals["full"])) > 1 else ""
    st.caption(
        f"{order}{f'等次的名额：{quotas}。' if quotas else ''}「可能的区间」：{PROMISE}"
        "▲ 升 ▼ 降，括号里是名次变化。"
        f"「{LAST_RUN}」是同一年度的前一次评分，「{LAST_YEAR}」是上一年度最近一次评分。"
        + (WHY if any(row.unit in disputed for row in shown) else "")
    )


def _write_notes(pack: Pack, row: Ranked, disputed: Mapping[str, list[str]], precision: int) -> str:
    number = len(disputed.get(row.unit, ()))
    widest = describe_widest(row, pack, lambda marks: write_marks(marks, precision))
    return "；".join(filter(None, (row.notes, f"{number} 项{MARK}" if number else "", widest)))


def _write_range(row: Ranked, precision: int) -> str:
    return write_range(row, lambda marks: write_marks(marks, precision), "–", "\n")


def _write_change(marks: int | None, places: int | None, precision: int, rules: ChangedRules | None) -> str:
    if marks is None:
        return "—"
    sign = "▲" if marks > 0 else "▼" if marks < 0 else "="
    moved = "" if places is None else f"\n（{describe_places(places)}）"
    why = f"\n{CHANGED}" if rules and (marks or places) else ""
    return f"{sign} {write_marks(marks, precision, signed=True)}{moved}{why}"


def _show_distribution(cohort: Cohort, scores: Scores, rows: list[Ranked]) -> None:
    st.subheader("分布")
    bands = count_bands(scores, cohort)
    left, right = st.columns([3, 2])
    with left:
        draw_totals(rows, scores.precision)
    with right:
        if bands:
            show_table(
                [ShownColumn("等次", "short"), ShownColumn("单位数", "number")],
                [[name, str(n)] for name, n in bands],
                caption="等次",
            )
            st.write("，".join(f"{name} {number} 个" for name, number in bands if number) + "。")
        else:
            st.write("这个考核组不分等次。")


def _show_dues(
    context: Context, actor: UserRow, pack: Pack, scores: Scores, cohort: str, visible: frozenset[str] | None
) -> None:
    st.subheader(f"{DAYS} 天内到期和已经过期")
    dues = keep_by(
        (*context.key_run(scores.run), cohort, visible, "deadlines"),
        lambda: list_deadlines(pack, scores.of_units(visible), scores.as_of),
    )
    if context.runs[0] == scores.run:
        key = *context.key_ledger(), actor.id, today(), "ledger dues"
        dues = dues + keep_by(key, lambda: list_ledger_dues(context.ledger, actor.id, today()))
    if not dues:
        st.write(f"从截止日 {scores.as_of} 起 {DAYS} 天内没有到期的事项。")
        return
    late = sum(due.left < 0 for due in dues)
    due = len(dues) - late
    st.write(say("{} 项将要到期，**{} 项已经过期**。", due, late) if late else f"{due} 项将要到期。")
    lines: list[list[Cell]] = [
        [
            due.day.isoformat(),
            f"还有 {due.left} 天" if due.left >= 0 else f"▲ 已过 {-due.left} 天",
            due.kind,
            due.what if due.indicator is None else link("clauses", due.what, indicator=due.indicator),
            _write_units(due.units),
        ]
        for due in sorted(dues, key=lambda due: (due.left, due.what))
    ]
    columns = [
        ShownColumn("到期", "short"),
        ShownColumn("还有", "short"),
        ShownColumn("类别", "short"),
        ShownColumn("事项"),
        ShownColumn("单位"),
    ]
    show_table(columns, lines, caption="到期事项")
    st.caption(f"方案期限从评分的截止日 {scores.as_of} 数起，整改和复核的期限从今天 {today()} 数起。")


def _write_units(units: tuple[str, ...]) -> str:
    return shorten_list(units, len(units) if len(units) <= 10 else 8, "个单位")


_MOVES = [
    ShownColumn("单位"),
    ShownColumn("指标"),
    ShownColumn("原来", "number"),
    ShownColumn("现在", "number"),
    ShownColumn("变化", "number"),
    ShownColumn("哪些输入变了"),
]


def _show_moves(moves: Sequence[ItemDifference], *, run: str, precision: int) -> None:
    lines: list[list[Cell]] = [
        [
            link("unit", move.unit_name, unit=move.unit, cohort=move.cohort, run=run, item=move.indicator),
            move.indicator_name,
            *(_write_item(side, precision) for side in (move.before, move.after)),
            write_marks(move.change, precision, signed=True),
            "、".join(move.causes),
        ]
        for move in moves
    ]
    show_table(_MOVES, lines, caption="变化的项目（变化大的在前）")


def _show_movements(context: Context, run: str, cohort: str, visible: frozenset[str] | None) -> None:
    year = run.split("-")[0]
    others = [name for name in context.runs if name != run and name.startswith(f"{year}-")]
    st.subheader("什么变了，为什么")
    if not others:
        st.write("这一年度只有一次评分运行，还没有可比的。")
        return
    older = choose("与哪次运行比", others, Overview.SINCE, "since", name_run)
    new, old = read_run_scores(context, run), read_run_scores(context, older)
    granted = keep_by((*context.key_ledger(), "granted"), lambda: list_granted(context.ledger))
    everybodys = keep_by(
        (*context.key_run(run), older, granted, "movements"),
        lambda: list_movements(old, new, read_run_pack(context, older), read_run_pack(context, run), granted),
    )
    moves = keep_by(
        (*context.key_run(run), older, granted, cohort, visible, "moves"),
        lambda: [each for each in everybodys if each.cohort == cohort and (visible is None or each.unit in visible)],
    )
    if not moves:
        st.write("没有一项得分变化。")
        return
    counts = Counter(cause for move in moves for cause in move.causes)
    st.write(
        f"{len({move.unit for move in moves})} 个单位的 {len(moves)} 项有变化。涉及的原因："
        + "、".join(f"{cause} {number} 项" for cause, number in counts.most_common())
        + "（一项可以有几个原因）。"
    )
    show_rest(moves[:MOST_MOVED], MOVED, partial(_show_moves, run=run, precision=new.precision), "项变化")
    if len(moves) > MOST_MOVED:
        st.caption(f"只列出变化最大的 {MOST_MOVED} 项，其余见各单位的页面。")
    if causes := [f"{cause}：{CAUSES[cause]}" for cause in counts if cause in CAUSES]:
        st.caption("；".join(causes) + "。")


def _write_item(side: ItemState | None, precision: int) -> str:
    if side is None:
        return "—"
    return write_marks(side.counted, precision) if side.outcome == "scored" else describe_outcome(side.outcome)


show()
