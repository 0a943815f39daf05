"""The record as text for a terminal: clause, rule, figures with their cells, calculation, marks, next step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from indicators.entries.amounts import OPEN_TITLE
from indicators.pack.sources import name_article
from scoring.base.amounts import write_day
from scoring.base.remarks import IN_BOTH
from scoring.explain.explanation import (
    CitedSource,
    ExplainedPart,
    Explanation,
    PeopleTold,
    QuotedClause,
    ShownFigure,
    ShownRow,
)


def render_explanation(record: Explanation) -> str:
    """A record of ``explain_item`` as plain text with line breaks."""
    day = write_day(date.fromisoformat(record.as_of))
    lines = [
        f"{record.unit_name} · {record.indicator_name}（{record.indicator}）",
        f"{record.section} · {record.year}年度，截止{day}" + (f" · 运行 {record.run}" if record.run else ""),
        _write_head(record),
        "",
        "依据",
        *(f"  {_write_clause(clause)}" for clause in record.clauses),
        "",
        "规则",
        *(f"  {sentence}" for sentence in record.rule),
    ]
    several = len(record.parts) > 1
    for number, part in enumerate(record.parts, 1):
        title = part.title or (f"第{number}部分" if several else "")
        lines += ["", f"数据与计算{f'：{title}' if title else ''}"]
        lines += [f"  {line}" for line in _write_part(part, several)]
    for source in record.exemption:
        lines += ["", "豁免", *(f"  {row.text}" for row in source.rows)]
    if several and record.calculation:
        lines += ["", "合计", f"  {record.calculation}"]
    lines += ["", "对总分", f"  {record.effect_on_total}", "", "下一步", f"  {record.next_step}"]
    return "\n".join(lines)


def say_marks(record: Explanation) -> str:
    """The marks of an item, and first what it takes off where marks are only taken off."""
    if record.full_marks == OPEN_TITLE:
        return f"得分 {record.marks} 分"
    marks, full, counted = (Fraction(text or 0) for text in (record.marks, record.full_marks, record.counted))
    if full and counted < 0 and counted == marks - full:
        return f"扣 {(record.counted or '').lstrip('-')} 分，扣后剩 {record.marks} 分"
    return f"得分 {record.marks} 分"


def _write_head(record: Explanation) -> str:
    if record.marks is not None:
        return f"{say_marks(record)}，{say_full(record)} · {record.outcome_text}"
    reason = f"：{record.reason_text}" if record.reason_text else ""
    return f"没有得分，{say_full(record)} · {record.outcome_text}{reason}"


def say_full(record: Explanation) -> str:
    """The full marks of an item, or that there is no upper end."""
    return record.full_marks if record.full_marks == OPEN_TITLE else f"满分 {record.full_marks} 分"


def _write_clause(clause: QuotedClause) -> str:
    about = "、".join(clause.supports)
    if clause.local_choice is not None:
        return f"[{about}] 本办选择：{clause.local_choice}"
    article = name_article(clause.article or None)
    return f"[{about}] 《{clause.source}》{article}：「{clause.quote}」"


def _write_part(part: ExplainedPart, several: bool) -> list[str]:
    lines = []
    if part.figures:
        shown = [_write_figure(figure) for figure in part.figures]
        lines.append(f"数据：{'，'.join(shown)}")
    for missing in part.missing:
        year = f"{missing.period}年度 " if missing.period is not None else ""
        unit = f"原{missing.unit} " if missing.unit is not None else ""
        what = f"没有声明齐全到 {missing.until}" if missing.until else "没有报送"
        lines.append(f"{what}：{unit}{year}《{missing.title}》")
    lines += _write_sources(part.sources)
    if part.people is not None:
        lines += _write_people(part.people)
    if part.calculation:
        lines.append(f"计算：{part.calculation}")
    if part.outcome != "scored":
        lines.append(f"{part.outcome_text}：{part.reason_text}")
    elif several and part.marks is not None:
        lines.append(f"得分：{part.marks} 分，满分 {part.full_marks} 分")
    return lines


def _write_figure(figure: ShownFigure) -> str:
    unit = figure.unit
    space = "" if unit in ("", "%") else " "
    return f"{figure.label} {figure.value}{space}{unit}"


def _write_sources(sources: Sequence[CitedSource]) -> list[str]:
    lines: list[str] = []
    told: set[tuple[str, str]] = set()
    for source in sources:
        if (source.dataset, source.use) not in told:
            told.add((source.dataset, source.use))
            count, listed = source.rows_total, source.listed
            partly = {row.remark == IN_BOTH for row in source.rows} != {True, False}
            rest = f"，下面列出 {listed} 条" if listed < count and partly else ""
            lines.append(f"来源：《{source.title}》{source.use}，共 {count} 条{rest}")
        lines += _write_rows(source.rows, source.rows_total, source.listed)
    return lines


def _write_rows(rows: Sequence[ShownRow], total: int, listed: int) -> list[str]:
    """The rows; where some count only on one side of a ratio, those that count on both are summed up."""
    telling = [row for row in rows if row.remark != IN_BOTH]
    if not telling or len(telling) == len(rows) or len(rows) < listed:
        return [f"  {row.text}" for row in rows]
    rest = f"  其余 {total - len(telling)} 条{IN_BOTH}"
    return [*(f"  {row.text}" for row in telling), rest]


_CLASHES = {"person_in_two_units": "同时在两个单位任职", "number_of_two_people": "在同一单位对应两个姓名"}


def _write_people(people: PeopleTold) -> list[str]:
    running = f"，任期未满暂不计入 {people.running} 人" if people.running else ""
    lines = [f"人员：达到要求 {people.reached} 人，没有达到 {people.short} 人{running}"]
    # A run that was stored before names the people alone.
    if people.doubled:
        lines.append(f"同时在两个单位名册上的人员：{'、'.join(people.doubled)}")
    for clash in people.clashes:
        lines.append(f"编号 {clash.id} {_CLASHES[clash.reason]}：")
        lines += [f"  {place.unit_name}：{place.text}" for place in clash.places]
    listed = len(people.missed)
    if listed < people.short:
        lines.append(f"下面列出没有达到的 {listed} 人")
    for person in people.missed:
        name = person.name if person.name == person.id else f"{person.name}（{person.id}）"
        post = f"，在岗 {person.in_post}" if person.in_post else ""
        lines.append(f"  {name}：应达到 {person.required}{person.unit}，实有 {person.has}{person.unit}{post}")
        lines += [f"    {row.text}" for row in person.rows]
    return lines
