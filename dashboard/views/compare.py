"""县区对比: units by sections, a few units side by side, one indicator across all units, years side by side."""

from __future__ import annotations

from html import escape

import streamlit as st

from dashboard.charts import draw_profile
from dashboard.keys import Compare
from dashboard.parts import (
    Cell,
    Column,
    Markup,
    choose,
    choose_cohort,
    choose_run,
    choose_some,
    link,
    page_through,
    show_table,
)
from dashboard.session import (
    Context,
    current_actor,
    keep_by,
    list_visible_units,
    open_context,
    read_cohort_scores,
    read_run_pack,
    read_run_scores,
)
from scoring.comparison import FAR, Matrix, Share, compare_indicator, compare_sections, list_gaps
from scoring.scores import Scores, write_marks
from scoring.wording import describe_outcome

PAGE, MOST, GAPS = 50, 6, 40


def show() -> None:
    """The page."""
    context, actor = open_context(), current_actor()
    st.header("县区对比")
    if list_visible_units(actor) is not None:
        st.info("这一页比较各单位,只供督察办和领导查看;本单位的情况请看「单位」页。")
        return
    left, right = st.columns(2)
    with left:
        run = choose_run(context, Compare.RUN)
    if run is None:
        return
    pack, everything = read_run_pack(context, run), read_run_scores(context, run)
    with right:
        cohort = choose_cohort(pack, everything, Compare.COHORT)
    scores = read_cohort_scores(context, run, cohort)
    if not len(scores.totals):
        st.info("这个考核组没有单位。")
        return
    matrix = keep_by(
        (str(context.workspace.root.resolve()), run, cohort, "matrix"), lambda: compare_sections(pack, scores)
    )
    _show_matrix(matrix, scores, cohort)
    _show_side_by_side(matrix, scores)
    _show_indicator(scores, cohort)
    _show_years(context, cohort)


def _show_matrix(matrix: Matrix, scores: Scores, cohort: str) -> None:
    st.subheader("各单位各方面")
    sections = [(name, title) for name, title, kind in matrix.sections if kind == "base"]
    extras = [(name, title) for name, title, kind in matrix.sections if kind != "base"]
    columns = [Column("单位"), *(Column(title, "number") for _, title in sections + extras)]
    shown = page_through(matrix.units, PAGE, Compare.PAGE, Compare.SEARCH, lambda unit: unit[1])
    lines: list[list[Cell]] = []
    for unit, name in shown:
        cells: list[Cell] = [link("unit", name, unit=unit, cohort=cohort, run=scores.run)]
        cells += [_write_share(matrix.cells.get((unit, s)), matrix.means[s], scores.precision) for s, _ in sections]
        cells += [_write_extra(matrix.cells.get((unit, s)), scores.precision) for s, _ in extras]
        lines.append(cells)
    means: list[Cell] = ["全组得分率"]
    means += ["—" if matrix.means[s] is None else f"{(matrix.means[s] or 0) / 10:.1f}%" for s, _ in sections]
    show_table(columns, [*lines, [*means, *("" for _ in extras)]], caption="得分率(得分/适用的满分)")
    st.caption(
        f"▲ 比全组得分率高 {FAR} 个百分点以上,▼ 低 {FAR} 个百分点以上,? 有未报、未到期或矛盾的项目;颜色只是辅助。"
        "没有计分的项目按 0 分算在内。"
    )


def _write_share(share: Share | None, mean: int | None, precision: int) -> Cell:
    if share is None or share.per_mille is None:
        return "不适用"
    far = 0 if mean is None else share.per_mille - mean
    sign = "▲" if far >= 10 * FAR else "▼" if far <= -10 * FAR else ""
    shade = f"rgba(31,78,121,{min(share.per_mille, 1000) / 1000 * 0.35:.2f})" if share.per_mille > 0 else "transparent"
    text = f"{sign}{'?' if share.open else ''} {share.per_mille / 10:.1f}%"
    title = f"{write_marks(share.marks, precision)} / {write_marks(share.full, precision)} 分"
    return Markup(
        f'<span title="{escape(title)}" style="background:{shade};display:block;padding:0 .3rem">{escape(text)}</span>'
    )


def _write_extra(share: Share | None, precision: int) -> Cell:
    return "" if share is None or not share.marks else write_marks(share.marks, precision, signed=True)


def _show_side_by_side(matrix: Matrix, scores: Scores) -> None:
    st.subheader("几个单位并排")
    names = dict(matrix.units)
    first = [unit for unit, _ in matrix.units[:2]]
    label = f"选 2 到 {MOST} 个单位(可以输入名称查找)"
    units = choose_some(label, list(names), Compare.UNITS, "units", lambda unit: names[unit], MOST, first)
    if len(units) < 2:
        st.info("请至少选两个单位。")
        return
    rows = []
    for section, title, kind in matrix.sections:
        for unit in units:
            share = matrix.cells.get((unit, section))
            if kind == "base" and share is not None:
                rows.append((title, names[unit], None if share.per_mille is None else share.per_mille / 10))
    draw_profile(rows)
    gaps = list_gaps(scores, units)
    if not gaps:
        st.write("这几个单位各项得分都相同。")
        return
    columns = [Column("指标"), *(Column(names[unit], "number") for unit in units), Column("差距", "number")]
    precision = scores.precision
    lines: list[list[Cell]] = [
        [
            link("clauses", f"{gap.indicator} {gap.name}", indicator=gap.indicator),
            *(write_marks(marks, precision, none="不适用") for marks in gap.marks),
            write_marks(gap.gap, precision),
        ]
        for gap in gaps[:GAPS]
    ]
    top = gaps[0]
    st.write(f"共有 {len(gaps)} 项不同,差距最大的是「{top.name}」({write_marks(top.gap, precision)} 分)。")
    show_table(columns, lines, caption="差距(大的在前)")


def _show_indicator(scores: Scores, cohort: str) -> None:
    st.subheader("一项指标,所有单位")
    titles = dict(
        scores.items.select("indicator", "indicator_name").unique(subset="indicator", maintain_order=True).iter_rows()
    )
    indicator = choose("指标", list(titles), Compare.INDICATOR, "indicator", lambda name: f"{name} {titles[name]}")
    rows = compare_indicator(scores, indicator)
    precision = scores.precision
    columns = [Column("单位"), Column("结果", "short"), Column("得分", "number"), Column("满分", "number")]
    columns += [Column("全组平均", "number"), Column("名次", "number"), Column("比平均", "number")]
    key = Compare.INDICATOR_PAGE
    if len(rows) > PAGE:
        pages = -(-len(rows) // PAGE)
        number = int(st.number_input(f"第几页(共 {pages} 页)", 1, pages, key=key))
        rows = rows[(number - 1) * PAGE : number * PAGE]
    lines: list[list[Cell]] = [
        [
            link("unit", row.name, unit=row.unit, cohort=cohort, run=scores.run, item=indicator),
            describe_outcome(row.outcome),
            write_marks(row.marks, precision),
            write_marks(row.full, precision),
            write_marks(row.mean, precision),
            "—" if row.rank is None else f"{row.rank}/{row.of}",
            "—" if row.marks is None or row.mean is None else write_marks(row.marks - row.mean, precision, signed=True),
        ]
        for row in rows
    ]
    show_table(columns, lines, caption=f"{indicator} {titles[indicator]}")
    st.caption("点单位名称看这一项的取数、原始单元格和算式。")


def _show_years(context: Context, cohort: str) -> None:
    st.subheader("各年度并排")
    newest: dict[str, str] = {}
    for run in context.runs:
        newest.setdefault(run.split("-")[0], run)
    years = sorted(newest)
    if len(years) < 2:
        st.write("只有一个年度的评分运行。")
        return
    totals: dict[str, dict[str, tuple[int | None, int | None]]] = {}
    names: dict[str, str] = {}
    precision = 0
    for year in years:
        scores = read_run_scores(context, newest[year]).of_cohort(cohort)
        precision = scores.precision
        for unit, name, total, rank in scores.totals.select("unit", "unit_name", "total", "rank").iter_rows():
            totals.setdefault(unit, {})[year] = (total, rank)
            names[unit] = name
    columns = [Column("单位"), *(Column(f"{year} 年度", "number") for year in years)]
    units = list(totals)
    lines: list[list[Cell]] = [
        [names[unit], *(_write_year(totals[unit].get(year), precision) for year in years)] for unit in units[:PAGE]
    ]
    show_table(columns, lines, caption="各年度总分和名次(每年取最近一次运行)")
    if len(units) > PAGE:
        st.caption(f"只列出前 {PAGE} 个单位,其余请看「总览」的各年度运行。")


def _write_year(found: tuple[int | None, int | None] | None, precision: int) -> str:
    if found is None:
        return "—"
    total, rank = found
    return write_marks(total, precision) + (f"(第 {rank} 名)" if rank is not None else "(没有名次)")


show()
