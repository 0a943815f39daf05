"""A rule as people check it: the sentence, the clause, the numbers that it was given, and its marks over the figure."""

from __future__ import annotations

import streamlit as st

from dashboard.pieces.charts import draw_curve
from dashboard.pieces.parts import Cell, ShownColumn, link, name_items, show_table
from dashboard.pieces.plain import say
from dashboard.runs.choices import choose
from dashboard.visits.session import Context, read_run_manifest, today
from dashboard.visits.work_keys import RulesKey
from data.runs.folder import read_moment
from indicators.entries.amounts import name_marks
from indicators.pack.model import Indicator, Pack
from scoring.base.parts import list_parts
from scoring.explain.curves import Curve, find_curve, list_samples
from scoring.explain.record import write_clause
from scoring.wording.rules import describe_rule, name_part

#: What is said of a rule: its sentences, and its parts by title, each with its curve.
Shown = tuple[tuple[str, ...], tuple[tuple[str, Curve | None], ...]]


def show_rules(context: Context, pack: Pack) -> None:
    """One indicator of a version, chosen from all of them."""
    names = name_items((indicator.id, indicator.name) for indicator in pack.indicators)
    st.subheader(f"逐条看 {pack.head.version} 版的规则")
    show_rule(context, pack, choose("指标", list(names), RulesKey.INDICATOR, "indicator", lambda one: names[one]))


def show_rule(context: Context, pack: Pack, name: str) -> None:
    """An indicator: what it is worth, what it rests on, its sentences, and its marks over the figure."""
    indicator = pack.indicator(name)
    titles = {cohort.id: cohort.title for cohort in pack.head.cohorts}
    worth = "，".join(f"{titles[cohort]} {name_marks(marks)}" for cohort, marks in indicator.marks.items())
    st.write(f"{pack.section(indicator.section).title} · {worth}。")
    _show_clauses(pack, indicator)
    year = _choose_year(context, pack)
    parts = [part for part in list_parts(pack, year) if part.indicator.id == name]
    alike: dict[Shown, list[str]] = {}
    for cohort in indicator.marks:
        curves = ((name_part(part.part), find_curve(part, pack)) for part in parts if part.cohort == cohort)
        told = tuple(describe_rule(indicator, cohort, pack)), tuple(curves)
        alike.setdefault(told, []).append(titles[cohort])
    for (sentences, shown), cohorts in alike.items():
        st.markdown(say("**{}**", "、".join(cohorts)))
        for sentence in sentences:
            st.write(say("- {}", sentence))
        for part, curve in shown:
            if curve is not None:
                _show_marks(f"数值多少，得几分{part}（{year} 年度）", curve)
    undrawn = dict.fromkeys(part for _, shown in alike for part, curve in shown if curve is None)
    if undrawn:
        named = "".join(undrawn) or "这一项"
        st.caption(f"{named}的得分不由当年的一个数决定（评定、日期、与往年或别的单位比较、分等级），不画图。")


def _choose_year(context: Context, pack: Pack) -> int:
    """The year of the newest run where the version is about it, else a year that it is about: rules change in time."""
    years = pack.head.years
    scored = read_moment(read_run_manifest(context, context.runs[0]))[0] if context.runs else today().year
    return scored if years.holds(scored) else years.last or years.first or scored


def _show_clauses(pack: Pack, indicator: Indicator) -> None:
    rows: list[list[Cell]] = []
    for cite in indicator.cites:
        clause = write_clause(pack, cite)
        article, quote = clause.get("article"), clause.get("quote")
        rows.append(
            [
                "、".join(clause.get("supports") or ()),
                str(clause.get("local_choice") or f"「{quote}」"),
                link("clauses", f"（{article}）", article=str(article)) if article else "本办选择",
            ]
        )
    show_table([ShownColumn("定的是什么"), ShownColumn("依据"), ShownColumn("条")], rows)


def _show_marks(title: str, curve: Curve) -> None:
    """The chart of a part, and the same as a table for who reads no chart."""
    draw_curve(curve)
    samples = list_samples(curve)
    columns = [ShownColumn("数值"), *(ShownColumn(figure, "number") for figure, _ in samples)]
    show_table(columns, [["得分", *(marks for _, marks in samples)]], caption=title, shape="plain")
