"""县区对比: units by sections, a few units side by side, one indicator across all units, years side by side."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from html import escape

import streamlit as st

from dashboard.pieces.charts import draw_profile
from dashboard.pieces.parts import Cell, Markup, ShownColumn, link, show_rest, show_table
from dashboard.pieces.plain import say
from dashboard.runs.changed_rules import find_changed_rules
from dashboard.runs.choices import choose, choose_number, choose_scores, choose_some, page_through
from dashboard.runs.compared import (
    SIDE_BY_SIDE,
    find_years,
    name_indicators,
    read_gaps,
    read_matrix,
    read_peers,
    read_years,
    write_extra,
)
from dashboard.visits.keys import Compare
from dashboard.visits.session import (
    Context,
    compare_run_values,
    current_visit,
    list_visible_units,
    read_cohort_scores,
    today,
)
from dashboard.visits.shelf import keep_by
from data.ledger.reading import list_findings, list_visible
from data.ledger.rows import RectificationRow, UserRow
from indicators.entries.shortlist import shorten_list
from indicators.pack.model import Cohort, Pack
from scoring.office.progress import list_progress
from scoring.results.changed_rules import CHANGED
from scoring.results.comparison import (
    FAR,
    Gap,
    Matrix,
    PeerResult,
    Share,
)
from scoring.results.losses import OUTSIDE
from scoring.results.means import NOTE, TITLE
from scoring.results.reckoning import Reckoner
from scoring.results.rises import describe_extremes, name_earlier
from scoring.results.scores import Scores, write_marks
from scoring.wording import describe_outcome
from scoring.wording.ranges import PROMISE, name_widest, write_places, write_span

PAGE, MOST, GAPS = 50, 6, 12


def show() -> None:
    """The page."""
    context, actor = current_visit()
    st.header("县区对比")
    if list_visible_units(actor) is not None:
        st.info("这一页比较各单位，只供督察办和领导查看；本单位的情况请看「单位」页。")
        return
    chosen = choose_scores(context, Compare.RUN, Compare.COHORT)
    if chosen is None:
        return
    pack, scores, cohort = chosen.pack, chosen.scores, chosen.cohort.id
    if not len(scores.totals):
        st.info("这个考核组没有单位。")
        return
    matrix, titles = read_matrix(context, pack, scores), name_indicators(context, scores)
    _show_matrix(pack, matrix, scores, chosen.cohort)
    _show_side_by_side(context, matrix, scores, titles)
    _show_indicator(context, pack, scores, titles)
    _show_progress(context, actor, scores, cohort)
    _show_years(context, cohort, scores.run)


def _show_standings(pack: Pack, scores: Scores, cohort: str, shown: Collection[str]) -> None:
    """Where totals and ranks of the units shown stand, and where they may still go."""
    columns = [ShownColumn("名次", "number"), ShownColumn("单位", "short"), ShownColumn("总分", "number")]
    columns += [ShownColumn("可能的总分", "number"), ShownColumn("可能的名次", "number"), ShownColumn("主要看哪一项")]

    def write(marks: int) -> str:
        return write_marks(marks, scores.precision)

    lines: list[list[Cell]] = [
        [
            "—" if row.rank is None else str(row.rank),
            link("unit", row.unit_name, unit=row.unit, cohort=cohort, run=scores.run),
            write_marks(row.total, scores.precision),
            write_span(row, write, "–"),
            write_places(row, "–"),
            name_widest(row, pack, write),
        ]
        for row in scores.list_totals()
        if row.unit in shown
    ]
    show_table(columns, lines, caption="总分和名次，还可能变到哪里")
    st.caption(f"「可能的总分」和「可能的名次」：{PROMISE}")


def _show_matrix(pack: Pack, matrix: Matrix, scores: Scores, cohort: Cohort) -> None:
    st.subheader("各单位各方面")
    sections = [(name, title) for name, title, kind in matrix.sections if kind == "base"]
    extras = [(name, title) for name, title, kind in matrix.sections if kind != "base"]
    columns = [ShownColumn("单位"), *(ShownColumn(title, "number") for _, title in sections + extras)]
    shown = page_through(matrix.units, PAGE, Compare.PAGE, Compare.SEARCH, lambda unit: unit[1])
    lines: list[list[Cell]] = []
    limit = Reckoner(pack, cohort).limit_section
    for unit, name in shown:
        cells: list[Cell] = [link("unit", name, unit=unit, cohort=cohort.id, run=scores.run)]
        cells += [_write_share(matrix.cells.get((unit, s)), matrix.means[s], scores.precision) for s, _ in sections]
        for section, _ in extras:
            made = matrix.cells.get((unit, section))
            cells.append("" if made is None else write_extra(made.marks, limit(section, made.marks), scores.precision))
        lines.append(cells)
    means: list[Cell] = [f"{matrix.ranked} 个已排名单位"]
    means += ["—" if matrix.means[s] is None else f"{(matrix.means[s] or 0) / 10:.1f}" for s, _ in sections]
    known = [(matrix.means[section] or 0, title) for section, title in sections if matrix.means[section] is not None]
    if known:
        best, worst = max(known), min(known)
        st.write(
            f"{matrix.ranked} 个已排名单位合起来做得最好的是「{best[1]}」（{best[0] / 10:.1f}%），"
            f"最差的是「{worst[1]}」（{worst[0] / 10:.1f}%）。"
        )
    rows = [*lines, [*means, *("" for _ in extras)]] if matrix.ranked else lines
    show_table(columns, rows, caption="得分率（%，得分占适用满分的比例）", shape="grid")
    st.caption(
        f"▲ 比已排名单位合起来的得分率高 {FAR} 个百分点以上，▼ 低 {FAR} 个百分点以上，"
        "？有未报、未到期或矛盾的项目；颜色深浅只是辅助。"
        "没有计分的项目按 0 分算在内；加分和扣分写的是分数，超过上限的另写计入总分的数。"
    )
    _show_standings(pack, scores, cohort.id, [unit for unit, _ in shown])


def _write_share(share: Share | None, mean: int | None, precision: int) -> Cell:
    if share is None or share.per_mille is None:
        return "不适用"
    far = 0 if mean is None else share.per_mille - mean
    sign = "▲" if far >= 10 * FAR else "▼" if far <= -10 * FAR else ""
    shade = f"rgba(31,78,121,{min(share.per_mille, 1000) / 1000 * 0.35:.2f})" if share.per_mille > 0 else "transparent"
    text = f"{sign}{'?' if share.open else ''} {share.per_mille / 10:.1f}"
    title = f"{write_marks(share.marks, precision)} / {write_marks(share.full, precision)} 分"
    style = f"background:{shade};display:block;white-space:nowrap"
    return Markup(f'<span title="{escape(title)}" style="{style}">{escape(text)}</span>')


def _show_side_by_side(context: Context, matrix: Matrix, scores: Scores, titles: Mapping[str, str]) -> None:
    st.subheader("几个单位并排")
    names = dict(matrix.units)
    first = [unit for unit, _ in matrix.units[:SIDE_BY_SIDE]]
    label = f"选 2 到 {MOST} 个单位（可以输入名称查找）"
    units = choose_some(label, list(names), Compare.UNITS, "units", lambda unit: names[unit], MOST, first)
    if len(units) < 2:
        st.info("请至少选两个单位。")
        return
    _show_profile(matrix, units, names)
    gaps = read_gaps(context, scores, units)
    if not gaps:
        st.write("这几个单位各项得分都相同。")
        return
    columns = [
        ShownColumn("指标"),
        *(ShownColumn(names[unit], "number") for unit in units),
        ShownColumn("差距", "number"),
    ]
    precision, top = scores.precision, gaps[0]

    def show_gaps(part: Sequence[Gap]) -> None:
        lines: list[list[Cell]] = [
            [
                link("clauses", titles[gap.indicator], indicator=gap.indicator),
                *(write_marks(marks, precision, none="不适用") for marks in gap.marks),
                write_marks(gap.gap, precision),
            ]
            for gap in part
        ]
        show_table(columns, lines, caption="各项得分的差距（大的在前）", shape="plain")

    st.write(f"共有 {len(gaps)} 项得分不同，差距最大的是「{top.name}」（{write_marks(top.gap, precision)} 分）。")
    show_rest(gaps, GAPS, show_gaps, "项差距")


def _show_profile(matrix: Matrix, units: Sequence[str], names: Mapping[str, str]) -> None:
    """The sections of a few units: where the gap is widest, as a chart and as a table."""
    points: list[tuple[str, str, float | None]] = []
    lines: list[list[Cell]] = []
    widest: tuple[int, str] = (-1, "")
    for section, title, kind in matrix.sections:
        if kind != "base":
            continue
        found = [matrix.cells.get((unit, section)) for unit in units]
        shares = [None if share is None else share.per_mille for share in found]
        points += [
            (title, names[unit], None if share is None else share / 10)
            for unit, share in zip(units, shares, strict=True)
        ]
        known = [share for share in shares if share is not None]
        gap = max(known) - min(known) if len(known) > 1 else None
        if gap is not None:
            widest = max(widest, (gap, title))
        cells = ["不适用" if share is None else f"{share / 10:.1f}" for share in shares]
        lines.append([title, *cells, "—" if gap is None else f"{gap / 10:.1f}"])
    if widest[0] > 0:
        st.write(f"各方面差距最大的是「{widest[1]}」，相差 {widest[0] / 10:.1f} 个百分点。")
    draw_profile(points)
    columns = [
        ShownColumn("一级指标"),
        *(ShownColumn(names[unit], "number") for unit in units),
        ShownColumn("差距", "number"),
    ]
    show_table(columns, lines, caption="各方面得分率（%）", shape="plain")


def _describe_ends(rows: Sequence[PeerResult], precision: int) -> str:
    known = sorted((row for row in rows if row.marks is not None), key=lambda row: -(row.marks or 0))
    if not known:
        return ""
    most, least = known[0].marks, known[-1].marks
    if most == least:
        return f"{len(known)} 个单位得分都是 {write_marks(most, precision)}。"
    first, last = ("、".join(row.name for row in known if row.marks == marks) for marks in (most, least))
    return (
        f"得分最高的是{_shorten(first)}（{write_marks(most, precision)}），"
        f"最低的是{_shorten(last)}（{write_marks(least, precision)}）。"
    )


def _show_indicator(context: Context, pack: Pack, scores: Scores, titles: Mapping[str, str]) -> None:
    st.subheader("一项指标，所有单位")
    cohort = scores.cohort
    indicator = choose("指标", list(titles), Compare.INDICATOR, "indicator", lambda name: titles[name])
    rows = read_peers(context, scores, indicator)
    precision = scores.precision
    if words := _describe_ends(rows, precision):
        st.write(words)
    if len(rows) > PAGE:
        pages = -(-len(rows) // PAGE)
        number = choose_number(f"第几页（共 {pages} 页）", 1, pages, 1, Compare.INDICATOR_PAGE, "indicator_page")
        rows = rows[(number - 1) * PAGE : number * PAGE]
    values = compare_run_values(context, pack, scores, cohort, indicator)
    columns = [ShownColumn("单位"), ShownColumn("数值"), ShownColumn("得分", "number"), ShownColumn("满分", "number")]
    columns += [ShownColumn("名次", "number"), ShownColumn(TITLE, "number"), ShownColumn("比平均", "number")]
    lines: list[list[Cell]] = [
        [
            link("unit", row.name, unit=row.unit, cohort=cohort, run=scores.run, item=indicator),
            values.texts.get(row.unit, "—"),
            write_marks(row.marks, precision) if row.outcome == "scored" else describe_outcome(row.outcome),
            "—" if row.outcome in OUTSIDE else write_marks(row.full, precision),
            "—" if row.rank is None else f"{row.rank}/{row.of}",
            "—" if row.mean is None else row.mean.write_marks(precision),
            _write_gap(row, precision),
        ]
        for row in rows
    ]
    show_table(columns, lines, caption=titles[indicator])
    said = [NOTE]
    if values.mean is not None:
        mean, unit = values.mean
        said.append(f"数值的 {mean.words}：{mean.write_figure(unit)}。")
    st.caption(f"{''.join(said)}点单位名称看这一项的取数、原始单元格和算式。")


def _write_gap(row: PeerResult, precision: int) -> str:
    if row.marks is None or row.mean is None:
        return "—"
    return write_marks(row.marks - row.mean.count_points(precision), precision, signed=True)


def _shorten(names: str) -> str:
    found = names.split("、")
    return names if len(found) <= 4 else shorten_list(found, 3, "个单位")


def _show_progress(context: Context, actor: UserRow, scores: Scores, cohort: str) -> None:
    st.subheader("数据、问题和整改的进展")
    rows = keep_by(
        (*context.key_run(scores.run), context.head, cohort, actor.id, today(), "progress"),
        lambda: list_progress(
            scores,
            list_findings(context.ledger, actor.id),
            list_visible(context.ledger, actor.id, RectificationRow),
            today(),
        ),
    )
    open_items, late = sum(row.pending + row.conflicts for row in rows), sum(row.late for row in rows)
    found, rectifying = sum(row.findings for row in rows), sum(row.rectifying for row in rows)
    said = f"{open_items} 项还没有结果；{found} 个问题，{rectifying} 项在整改"
    st.write(say("{}，**{} 项逾期**。", said, late) if late else f"{said}。")
    columns = [ShownColumn("单位"), ShownColumn("有结果的项", "number"), ShownColumn("未报或未到期", "number")]
    columns += [ShownColumn("数据矛盾", "number"), ShownColumn("问题", "number"), ShownColumn("整改中", "number")]
    columns += [ShownColumn("整改逾期", "number"), ShownColumn("已销号或终止", "number")]
    shown = rows[:PAGE]
    lines: list[list[Cell]] = [
        [
            link("unit", row.name, unit=row.unit, cohort=cohort, run=scores.run),
            f"{row.known}/{row.items}",
            _write_count(row.pending),
            _write_count(row.conflicts, "▲ "),
            _write_count(row.findings),
            _write_count(row.rectifying),
            _write_count(row.late, "▲ "),
            _write_count(row.closed),
        ]
        for row in shown
    ]
    show_table(columns, lines, caption="各单位的状态和进展")
    if len(rows) > PAGE:
        st.caption(f"列出前 {PAGE} 个单位。")


def _write_count(number: int, sign: str = "") -> str:
    return f"{sign}{number}" if number else "0"


def _show_years(context: Context, cohort: str, run: str) -> None:
    st.subheader("各年度并排")
    runs = find_years(context, run)
    years = list(runs)
    if len(years) < 2:
        st.write("只有一个年度的评分运行。")
        return
    rows, precision = read_years(context, runs, cohort), read_cohort_scores(context, runs[years[-1]], cohort).precision
    earlier = name_earlier(int(years[-1]), int(years[-2]))
    rises = [row.rise for row in rows if row.rise is not None]
    if words := describe_extremes(rises, earlier, precision):
        st.write(f"{years[-1]} 年度{words}")
    rules = find_changed_rules(context, runs[years[-1]], runs[years[-2]])
    if rules is not None:
        st.warning(rules.describe(earlier))
    columns = [
        ShownColumn("单位"),
        *(ShownColumn(f"{year} 年度", "number") for year in years),
        ShownColumn(f"比{earlier}", "number"),
    ]
    lines: list[list[Cell]] = [
        [
            row.name,
            *(_write_year(year, precision) for year in row.years),
            "—" if row.change is None else _write_rise(row.change, precision, rules is not None),
        ]
        for row in rows[:PAGE]
    ]
    show_table(columns, lines, caption="各年度总分和名次（每年取最近一次运行）", shape="plain")
    if len(rows) > PAGE:
        st.caption(f"只列出前 {PAGE} 个单位，其余请看「总览」的各年度运行。")


def _write_rise(change: int, precision: int, rules_changed: bool) -> str:
    sign = "▲" if change > 0 else "▼" if change < 0 else "="
    why = f"\n{CHANGED}" if rules_changed and change else ""
    return f"{sign} {write_marks(change, precision, signed=True)}{why}"


def _write_year(found: tuple[int | None, int | None] | None, precision: int) -> str:
    if found is None:
        return "—"
    total, rank = found
    return write_marks(total, precision) + (f"（第 {rank} 名）" if rank is not None else "（没有名次）")


show()
