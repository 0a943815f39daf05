"""指标与依据: the plan's words with their tasks marked, each with its indicators, and back; the checklists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import streamlit as st

from dashboard.pieces.parts import Cell, Markup, ShownColumn, link, name_items, show_table
from dashboard.pieces.plain import say
from dashboard.runs.choices import choose, keep, recall
from dashboard.visits.keys import Clauses
from dashboard.visits.session import Context, current_visit
from dashboard.visits.shelf import keep_by
from indicators.entries.amounts import name_marks
from indicators.meaning.coverage import WAYS, Coverage, count_ways, find_way, list_coverage
from indicators.meaning.marked import MarkedParagraph, mark_obligations
from indicators.meaning.overlaid import KINDS, describe_chain, list_layer_differences
from indicators.pack.model import Indicator, Pack
from scoring.explain.record import write_clause
from scoring.wording.rules import describe_rule

TEXT, TABLE = "看原文", "看指标"
VIEWS = {"text": TEXT, "table": TABLE}
_STYLE = """<style>
.dc-text p {line-height:1.9; text-indent:2em; margin:.3rem 0}
.dc-text mark {background:#e3edf7; border-bottom:2px solid #1f4e79; padding:0}
.dc-text mark.waived {background:#f1f1f1; border-bottom:2px dashed #777}
.dc-text mark.open {background:#fff; border-bottom:3px double #d55e00}
.dc-text sup a {text-decoration:none; font-size:.7rem; padding:0 .15rem}
</style>"""
_SIGNS = {"covered": "", "waived": "○", "open": "✗"}


def show() -> None:
    """The page."""
    context, _ = current_visit()
    st.header("指标与依据")
    pack = context.pack
    usual = TABLE if "indicator" in st.query_params else TEXT
    recall(Clauses.VIEW, "view", VIEWS.get, usual)
    view = st.segmented_control("看什么", [TEXT, TABLE], key=Clauses.VIEW, required=True)
    keep(Clauses.VIEW, "view", next(word for word, title in VIEWS.items() if title == view))
    if view == TEXT:
        _show_text(context, pack)
    else:
        _show_indicator(pack)


def _show_text(context: Context, pack: Pack) -> None:
    rows = _find_coverage(pack)
    st.write(keep_by((pack.sha256, "ways"), lambda: count_ways(list(rows.values()))) + "。")
    st.caption("实线：有指标考核，点编号看指标；虚线 ○：说明了不考核的理由；双线 ✗：还没有考核。")
    _show_layers(pack)
    known: list[str] = []
    for source in pack.sources:
        if source.id not in pack.texts:
            continue
        paragraphs = keep_by((pack.sha256, source.id, "marked"), lambda name=source.id: mark_obligations(pack, name))  # type: ignore[misc]
        articles = list(dict.fromkeys(paragraph.article for paragraph in paragraphs if paragraph.article))
        if not articles:
            continue
        # The first document has the plain address, as links write it; every other one has its own.
        suffix = f"-{source.id}" if known else ""
        known.append(source.id)
        article = choose(
            f"《{source.title}》的条",
            ["", *articles],
            f"{Clauses.ARTICLE}{suffix}",
            f"article{suffix}",
            lambda name: f"（{name}）" if name else "全文",
        )
        st.html(
            keep_by(
                (pack.sha256, source.id, article, "text"),
                lambda article=article, paragraphs=paragraphs: _write_text(article, paragraphs, rows),  # type: ignore[misc]
            )
        )
        if article:
            _show_tasks(pack, [row for row in rows.values() if row.article == article])


def _show_layers(pack: Pack) -> None:
    """What differs from the packs that it extends; nothing where it extends none."""
    if not pack.layers:
        return
    lines: list[list[Cell]] = [
        [
            each.name if each.kind == "removed" else link("clauses", each.name, indicator=each.indicator),
            KINDS[each.kind],
            each.text,
        ]
        for each in list_layer_differences(pack)
    ]
    with st.expander("与上级指标包的差别"):
        st.write(say("{}。没有列出的与上级相同。", describe_chain(pack)))
        show_table([ShownColumn("指标"), ShownColumn("怎么变", "short"), ShownColumn("内容")], lines)


def _find_coverage(pack: Pack) -> dict[str, Coverage]:
    return keep_by((pack.sha256, "coverage"), lambda: {row.obligation: row for row in list_coverage(pack)})


def _write_text(article: str, paragraphs: Sequence[MarkedParagraph], rows: Mapping[str, Coverage]) -> str:
    """One article, or all of the text where none is named."""
    chosen = (each for each in paragraphs if article in ("", each.article))
    return _STYLE + f'<div class="dc-text">{"".join(_write_paragraph(each, rows) for each in chosen)}</div>'


def _write_paragraph(paragraph: MarkedParagraph, rows: Mapping[str, Coverage]) -> str:
    written = []
    for piece in paragraph.pieces:
        if not piece.obligations:
            written.append(escape(piece.text))
            continue
        states = [rows[name].state for name in piece.obligations]
        kind = "covered" if "covered" in states else states[0]
        links = "".join(_write_mark(rows[name]) for name in piece.obligations)
        written.append(f'<mark class="{kind}">{escape(piece.text)}</mark><sup>{links}</sup>')
    return f"<p>{''.join(written)}</p>"


def _write_mark(row: Coverage) -> str:
    if row.indicators:
        return link("clauses", row.obligation, indicator=row.indicators[0]).html
    return f'<span title="{escape(row.waived or "", quote=True)}">{_SIGNS[row.state]}{escape(row.obligation)}</span>'


def _show_tasks(pack: Pack, rows: list[Coverage]) -> None:
    names = name_items((indicator.id, indicator.name) for indicator in pack.indicators)
    lines: list[list[Cell]] = [
        [
            row.obligation,
            row.quote,
            row.state_text,
            Markup("<br>".join(link("clauses", names[name], indicator=name).html for name in row.indicators))
            if row.indicators
            else row.waived or "",
        ]
        for row in rows
    ]
    columns = [ShownColumn("任务"), ShownColumn("原文"), ShownColumn("怎么考核"), ShownColumn("指标（不考核的写理由）")]
    show_table(columns, lines, caption="这一条的任务")


def _show_indicator(pack: Pack) -> None:
    names = name_items((indicator.id, indicator.name) for indicator in pack.indicators)
    name = choose("指标", list(names), Clauses.INDICATOR, "indicator", lambda one: names[one])
    indicator = pack.indicator(name)
    st.markdown(say("#### {}", indicator.name))
    st.caption(f"指标编号 {indicator.id}")
    titles = {cohort.id: cohort.title for cohort in pack.head.cohorts}
    worth = "，".join(f"{titles[cohort]} {name_marks(marks)}" for cohort, marks in indicator.marks.items())
    st.write(f"{pack.section(indicator.section).title} · {WAYS[find_way(indicator)]} · {worth}。")
    _show_sources(pack, indicator)
    for cohort in indicator.marks:
        with st.expander(f"规则：{titles[cohort]}", expanded=len(indicator.marks) == 1):
            for sentence in describe_rule(indicator, cohort, pack):
                st.write(say("- {}", sentence))
    if indicator.checklist:
        st.markdown(say("**核查清单**（评定以前逐条看）"))
        for number, line in enumerate(indicator.checklist, 1):
            st.write(say("{}. {}", number, line))
    if indicator.evidence:
        st.write(say("**要看的材料**：{}", "、".join(indicator.evidence)))
    tasks = [row for row in _find_coverage(pack).values() if row.obligation in indicator.obligations]
    if tasks:
        lines: list[list[Cell]] = [
            [link("clauses", f"（{row.article}）", article=row.article), row.obligation, row.quote] for row in tasks
        ]
        show_table([ShownColumn("条"), ShownColumn("任务"), ShownColumn("原文")], lines, caption="考核的任务")
    else:
        st.write("没有对应的任务编号：是这一条的定性任务，或者本办自定的规则。")


def _show_sources(pack: Pack, indicator: Indicator) -> None:
    clauses = [write_clause(pack, cite) for cite in indicator.cites]
    lines: list[list[Cell]] = [
        [
            "、".join(clause["supports"]),
            "本办选择" if clause["local_choice"] is not None else "文件规定",
            clause["local_choice"] or f"「{clause['quote']}」",
            link("clauses", f"（{clause['article']}）", article=clause["article"]) if clause["article"] else "",
        ]
        for clause in clauses
    ]
    given = sum(clause["local_choice"] is None for clause in clauses)
    st.write(f"{given} 处由文件规定，{len(clauses) - given} 处由本办选择。")
    columns = [ShownColumn("定的是什么"), ShownColumn("谁定的", "short"), ShownColumn("内容"), ShownColumn("条")]
    show_table(columns, lines, caption="文件给了什么，本办定了什么")


show()
