"""An explanation on the screen: clause, rule, figures with their cells, calculation, findings, next step.

Every word comes out of the record ``explain.v1``; here it only gets a place.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard.pieces.parts import Cell, ShownColumn, link, show_rest, show_table
from dashboard.pieces.plain import join_words, say
from data.ledger.machines import FINDING
from data.ledger.rows import EvidenceRow, FindingRow
from scoring.explain.explanation import CitedSource, ExplainedPart, Explanation, PeopleTold, QuotedClause
from scoring.explain.text import say_full, say_marks

#: So many people are listed by name.
PEOPLE = 50
#: So many rows of a source are seen at once; the others can be opened.
ROWS = 6


def show_explanation(record: Explanation, findings: list[FindingRow], evidence: dict[str, EvidenceRow]) -> None:
    """The whole record, with the findings and the evidence that this person may see."""
    # Few pieces of text, not many: a browser takes as long to set up one as to show it.
    marks = record.marks
    head = say_marks(record) if marks is not None else "没有得分"
    st.markdown(
        say(
            "#### {}\n\n:small[指标编号 {}]\n\n**{}**，{} · {}{}\n\n##### 1 依据：文件怎么说，本办定了什么",
            record.indicator_name,
            record.indicator,
            head,
            say_full(record),
            record.outcome_text,
            _add(record.reason_text),
        )
    )
    rows: list[list[Cell]] = [
        [
            "、".join(clause.supports),
            "本办选择" if clause.local_choice is not None else "文件规定",
            clause.local_choice or f"「{clause.quote}」",
            "" if clause.local_choice is not None else _name_place(clause),
        ]
        for clause in record.clauses
    ]
    show_table(
        [ShownColumn("定的是什么"), ShownColumn("谁定的", "short"), ShownColumn("内容"), ShownColumn("出处")], rows
    )
    rule = join_words([say("- {}", sentence) for sentence in record.rule], "\n")
    st.markdown(say("##### 2 规则\n\n{}\n\n##### 3 取数、原始单元格和算式", rule))
    for number, part in enumerate(record.parts, 1):
        _show_part(number, part, len(record.parts) > 1)
    for source in record.exemption:
        st.write("豁免：" + "；".join(row.text for row in source.rows))
    if len(record.parts) > 1 and record.calculation:
        st.markdown(say("**合计**：{}", record.calculation))
    st.markdown(say("**对总分**：{}\n\n##### 4 问题和证据", record.effect_on_total))
    _show_findings(findings, evidence)
    st.markdown(say("##### 5 下一步"))
    st.success(record.next_step, icon=None)


def _add(text: str) -> str:
    return f"：{text}" if text else ""


def _name_place(clause: QuotedClause) -> Cell:
    if not clause.article:
        return f"《{clause.source}》"
    return link("clauses", f"《{clause.source}》（{clause.article}）", article=clause.article)


def _show_part(number: int, part: ExplainedPart, several: bool) -> None:
    if several:
        st.markdown(say("**第 {} 部分{}** · {}", number, _add(part.title), part.outcome_text))
    if part.figures:
        rows: list[list[Cell]] = [[f.label, f.value, f.unit] for f in part.figures]
        show_table([ShownColumn("数据"), ShownColumn("数值", "number"), ShownColumn("单位")], rows)
    for missing in part.missing:
        year = f"{missing.period} 年度" if missing.period is not None else ""
        unit = f"原{missing.unit}" if missing.unit is not None else ""
        st.warning(f"没有报送：{unit}{year}《{missing.title}》")
    rows = list_source_rows(part.sources)
    if rows:
        show_rest(rows, ROWS, _show_source_rows, "条原始记录")
    if part.people is not None:
        _show_people(part.people)
    if part.calculation:
        st.markdown(say("**算式**：{}", part.calculation))
    if part.outcome != "scored":
        st.markdown(say("**{}**{}", part.outcome_text, _add(part.reason_text)))
    elif several and part.marks is not None:
        st.markdown(f"得 {part.marks} 分，满分 {part.full_marks} 分")


def list_source_rows(sources: Sequence[CitedSource]) -> list[list[Cell]]:
    """A line for each row that was read: what for, in which file, what its cells say and where they stand."""
    lines: list[list[Cell]] = []
    for source in sources:
        place = source.file or "（没有这样的记录）"
        place += f" {source.sheet}" if source.sheet else ""
        for row in source.rows:
            cells = "\n".join(" ".join(filter(None, (cell.cell, f"{cell.column}：{cell.value}"))) for cell in row.cells)
            lines.append([source.use, cells, row.remark or "", place])
        if not source.rows:
            lines.append([source.use, f"《{source.title}》共 {source.rows_total} 条", "", place])
        elif source.listed < source.rows_total:
            lines.append([source.use, f"另有 {source.rows_total - source.listed} 条没有列出", "", place])
    return lines


def _show_source_rows(rows: Sequence[Sequence[Cell]]) -> None:
    names = ("用途", "单元格、列和值", "怎么计", "文件")
    show_table([ShownColumn(name) for name in names], rows, caption="原始单元格", shape="stack")


def _show_people(people: PeopleTold) -> None:
    st.write(f"达到要求 {people.reached} 人，没有达到 {people.short} 人。")
    rows: list[list[Cell]] = [
        [person.name, person.in_post, person.has, person.required, person.unit] for person in people.missed[:PEOPLE]
    ]
    if rows:
        columns = [
            ShownColumn("姓名"),
            ShownColumn("在岗"),
            ShownColumn("实际", "number"),
            ShownColumn("要求", "number"),
            ShownColumn("单位"),
        ]
        show_table(columns, rows, caption="没有达到要求的人员")


def _show_findings(findings: list[FindingRow], evidence: dict[str, EvidenceRow]) -> None:
    if not findings:
        st.write("没有您可以查看的督察问题。")
        return
    rows: list[list[Cell]] = [
        [
            row.id,
            FINDING.state(row.state).word,
            row.statement or "",
            row.proposed_marks or "",
            "\n".join(evidence[name].original_name or name for name in row.evidence or [] if name in evidence),
        ]
        for row in findings
    ]
    columns = [
        ShownColumn("编号"),
        ShownColumn("状态"),
        ShownColumn("事实"),
        ShownColumn("建议扣分", "number"),
        ShownColumn("证据"),
    ]
    show_table(columns, rows, caption="督察问题")
