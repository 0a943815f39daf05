"""The score sheet (评分表) of one unit, made of its stored explanation records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from itertools import groupby

from indicators.entries.shortlist import shorten_list
from indicators.pack.model import COUNTING, Indicator, Pack, Policy, Section
from indicators.pack.sheets import SheetColumn
from indicators.pack.sources import name_article
from scoring.base.amounts import write_printed
from scoring.base.effects import HARMLESS, find_effect, name_verdict
from scoring.base.total import Total
from scoring.documents.blocks import Stamp
from scoring.documents.totals import TotalLine, list_totals
from scoring.documents.view import RunView
from scoring.explain.explanation import ExplainedPart, Explanation, MissingTable, QuotedClause, ShownFigure
from scoring.results.losses import Loss, describe_loss
from scoring.results.means import NOTE
from scoring.results.means import TITLE as MEAN

SelfMarks = Mapping[tuple[str, str], str]
TITLES: dict[SheetColumn, str] = {
    "section": "一级指标",
    "indicator": "指标",
    "full": "分值",
    "basis": "依据原文",
    "rule": "评分规则",
    "actual": "完成情况（数据及来源）",
    "assessor": "评分单位",
    "self_mark": "自评",
    "mark": "得分",
    "peer_mean": MEAN,
    "lost": "扣分原因",
    "evidence": "佐证材料",
    "remark": "备注",
}
DISPUTED = "争议中：复核还没有决定，这一项的得分可能变。"
#: What stands beside the heading of items that count only for others.
INPUTS = "（供其他指标使用，不计入总分）"
#: So many rows or people are named in a cell of a sheet; the record names more, and the true number stands beside.
NAMED = 3


@dataclass(frozen=True)
class ScoreRow:
    """One item. ``cells`` are texts by column; ``mark`` is what it counts as a decimal, None where it has none."""

    indicator: str
    name: str
    section: str
    kind: str
    cells: dict[SheetColumn, str]
    full: str | None
    mark: str | None
    scored: bool
    record: Explanation = field(repr=False)


@dataclass(frozen=True)
class ScoreSection:
    """A first-level heading with its items; ``subtotal`` is what they count together, before any cap."""

    id: str
    title: str
    kind: str
    review: str | None
    rows: tuple[ScoreRow, ...]
    full: str
    subtotal: str


@dataclass(frozen=True)
class ScoreSheet:
    """Everything that a unit's score sheet says."""

    unit: str
    unit_name: str
    cohort: str
    cohort_title: str
    title: str
    subtitle: str
    letterhead: str
    issuer: str
    columns: tuple[tuple[SheetColumn, str], ...]
    sections: tuple[ScoreSection, ...]
    totals: tuple[TotalLine, ...]
    total: Total[str]
    sources: str
    signatures: tuple[str, ...]
    stamp: Stamp


def make_score_sheet(
    view: RunView, cohort: str, unit: str, records: Sequence[Explanation], self_marks: SelfMarks | None = None
) -> ScoreSheet:
    """The sheet of a unit. ``self_marks`` are the unit's own assessments by (unit, indicator), where there are any."""
    head = view.pack.head
    total = view.total(cohort, unit)
    sections = {section.id: section for section in head.sections}
    places = {section.id: (section.kind == "input", place) for place, section in enumerate(head.sections)}
    indicators = {indicator.id: indicator for indicator in view.pack.indicators}
    placed = sorted(records, key=lambda record: places[indicators[record.indicator].section])
    sources = number_sources(placed)
    losses = {loss.indicator: loss for loss in view.list_losses(cohort, unit)}
    found = []
    for name, group in groupby(placed, key=lambda record: indicators[record.indicator].section):
        rows = []
        for record in group:
            own = (self_marks or {}).get((unit, record.indicator), "")
            rows.append(_make_row(view, sections[name], record, own, sources, losses.get(record.indicator)))
        found.append(_make_section(sections[name], tuple(rows), head.precision))
    return ScoreSheet(
        unit=unit,
        unit_name=total.unit_name,
        cohort=cohort,
        cohort_title=view.cohort(cohort).title,
        title=f"{total.unit_name}评分表",
        subtitle=f"{head.title} · {view.year}年度 · {view.cohort(cohort).title}",
        letterhead=head.sheets.letterhead or "",
        issuer=head.sheets.issuer or head.issuer,
        columns=tuple((name, head.sheets.titles.get(name, TITLES[name])) for name in head.sheets.columns),
        sections=tuple(found),
        totals=tuple(list_totals(view, cohort, total)),
        total=total,
        sources=_count_sources(records, sources),
        signatures=head.sheets.signatures,
        stamp=view.stamp,
    )


def _make_section(section: Section, rows: tuple[ScoreRow, ...], precision: int) -> ScoreSection:
    full = sum((Decimal(row.full) for row in rows if row.full is not None), Decimal(0))
    marks = sum((Decimal(row.mark) for row in rows if row.mark is not None), Decimal(0))
    return ScoreSection(
        section.id,
        section.title + (INPUTS if section.kind == "input" else ""),
        section.kind,
        section.review,
        rows,
        write_printed(full, precision),
        write_printed(marks, precision),
    )


def _make_row(
    view: RunView,
    section: Section,
    record: Explanation,
    own: str,
    sources: Mapping[str, str],
    loss: Loss | None,
) -> ScoreRow:
    scored, kind = record.outcome == "scored", section.kind
    gone = _leaves_table(view.pack.head.policy, record.outcome)
    indicator, counted = view.pack.indicator(record.indicator), record.counted
    mark, shown = _find_mark(record, kind)
    if kind == "veto":
        shown = describe_veto(indicator, record)
    remarks = [
        DISPUTED if (record.unit, record.indicator) in view.disputed else "",
        "" if scored and kind == "base" and counted == record.marks else record.effect_on_total,
    ]
    cells: dict[SheetColumn, str] = {
        "section": section.title,
        "indicator": f"{record.indicator_name}\n（{record.indicator}）",
        "full": "—" if kind == "veto" or gone else record.full_marks,
        "basis": "\n".join(write_clause(clause, sources) for clause in record.clauses),
        "rule": "\n".join(record.rule),
        "actual": "\n".join(write_actual(record)),
        "assessor": _name_assessor(view.pack, record),
        "self_mark": own,
        "mark": shown,
        "peer_mean": _write_mean(view, record) if kind != "veto" else "",
        "lost": "\n".join([*_write_worth(loss, view.pack.head.precision), *write_loss(record, kind, shown)]),
        "evidence": "、".join(indicator.evidence) or "—",
        "remark": "\n".join(text for text in remarks if text),
    }
    full = record.full_marks if kind == "base" and not gone else None
    return ScoreRow(record.indicator, record.indicator_name, section.title, kind, cells, full, mark, scored, record)


def _find_mark(record: Explanation, kind: str) -> tuple[str | None, str]:
    """What an item adds to its section, and what is shown of it; of a veto nothing."""
    counted = record.counted
    if kind == "veto":
        return None, ""
    if record.outcome == "scored":
        # In a section that a veto strikes nothing counts of what an item has.
        mark = counted if kind in COUNTING else record.marks
        return mark, mark or ""
    # What stands in place of marks that are not there: a mean, full marks, the worst that can be.
    mark = counted if counted is not None and Fraction(counted) else None
    return mark, mark or record.outcome_text


def _name_assessor(pack: Pack, record: Explanation) -> str:
    assessors = pack.indicator(record.indicator).assessed_by
    if assessors is None:
        return ""
    return assessors.find(record.unit, pack.registry.unit(record.unit).kind) or ""


def _leaves_table(policy: Policy, outcome: str) -> bool:
    """Whether an item that ends so is taken out of the unit's full marks, which would not add up with it."""
    asked = {"not_applicable": policy.not_applicable, "exempt": policy.exempt}
    return asked.get(outcome) == "out_of_scope"


def _write_mean(view: RunView, record: Explanation) -> str:
    mean = view.item_means.get((record.cohort, record.indicator))
    return mean.write_marks(view.pack.head.precision) if mean is not None else ""


def describe_veto(indicator: Indicator, record: Explanation) -> str:
    """Whether a veto was triggered, or a stage passed, in a word."""
    if record.outcome != "scored":
        return str(record.outcome_text)
    applying = sum(part.outcome != "not_applicable" for part in record.parts)
    needed = min(indicator.find_needed() or applying, applying)
    effect = find_effect(indicator)
    assert effect is not None, "only vetoes stand in the sections of vetoes"
    return name_verdict(effect, sum(bool(part.reached) for part in record.parts) < needed)


def number_sources(records: Sequence[Explanation]) -> dict[str, str]:
    """The documents that the rules quote, numbered ①②③ in the order in which they are met."""
    titles = dict.fromkeys(clause.source for record in records for clause in record.clauses if clause.source)
    return {title: chr(ord("①") + place) if place < 20 else f"（{place + 1}）" for place, title in enumerate(titles)}


def write_clause(clause: QuotedClause, sources: Mapping[str, str]) -> str:
    """A clause with who stands behind its numbers: the document, by its number, or the office."""
    about = "、".join(clause.supports)
    if clause.local_choice is not None:
        return f"〔本办选择·{about}〕{clause.local_choice}"
    article = name_article(clause.article or None)
    return f"〔文件规定·{about}〕{sources[clause.source or '']}{article}：「{clause.quote}」"


def write_actual(record: Explanation) -> list[str]:
    """The figures of every part and where they come from: file, sheet and cells."""
    lines = []
    several = len(record.parts) > 1
    for number, part in enumerate(record.parts, 1):
        title = (part.title or f"第{number}部分") + "：" if several else ""
        figures = "，".join(_write_figure(figure) for figure in part.figures)
        missing = "、".join(_write_missing(each) for each in part.missing if not each.until)
        undeclared = "、".join(_write_missing(each) for each in part.missing if each.until)
        lacking = [f"没有报送{missing}"] if missing else []
        lacking += [f"没有声明齐全：{undeclared}"] if undeclared else []
        said = figures or "；".join(lacking) or part.outcome_text
        lines.append(f"{title}{said}。")
        lines += [f"来源：{text}" for text in _write_sources(part)]
    return lines


def _write_figure(figure: ShownFigure) -> str:
    space = "" if figure.unit in ("", "%") else " "
    return f"{figure.label} {figure.value}{space}{figure.unit}"


def _write_missing(missing: MissingTable) -> str:
    year = f"{missing.period}年度" if missing.period is not None else ""
    return f"{year}《{missing.title}》"


def _write_sources(part: ExplainedPart) -> list[str]:
    """One line for each file: the first rows that count, and how many there are."""
    found = []
    told: set[tuple[str, str]] = set()
    for source in part.sources:
        rows = _name_file_once([row.text for row in source.rows][:NAMED], source.file or "")
        key = (source.dataset, source.use)
        if key in told:
            continue
        told.add(key)
        listed = "；".join(rows) or "没有记录"
        rest = f"（共 {source.rows_total} 条，其余见逐项说明）" if source.rows_total > len(rows) else ""
        found.append(f"《{source.title}》{source.use}：{listed}{rest}")
    people = part.people
    if people is not None:
        found += [f"{row.text}" for person in people.missed[:1] for row in person.rows[:NAMED]]
    return found


def _name_file_once(rows: list[str], file: str) -> list[str]:
    """Rows of the same file: its name stands before the first of them."""
    return [text.removeprefix(f"{file} ") if place else text for place, text in enumerate(rows)]


def write_loss(record: Explanation, kind: str, shown: str = "") -> list[str]:
    """Why marks are missing: the calculation of every part that lost some, and who fell short.

    ``shown`` is what stands in the column of marks.
    """
    if record.outcome != "scored":
        return [f"{record.outcome_text}：{record.reason_text}"] if record.reason_text else []
    if kind == "veto":
        return [] if shown in HARMLESS else [record.calculation]
    lost = record.counted if kind == "deduction" else None
    if (lost is not None and not Fraction(lost)) or (lost is None and record.marks == record.full_marks):
        return []
    if kind == "bonus" and Fraction(record.marks or 0) >= 0:
        return []
    lines = []
    several = len(record.parts) > 1
    for number, part in enumerate(record.parts, 1):
        if not part.calculation or (part.marks is not None and part.marks == part.full_marks):
            continue
        if part.marks is None and part.reached:
            continue
        title = f"「{part.title or f'第{number}部分'}」" if several else ""
        lines.append(f"{title}{part.calculation}")
        lines += _name_missed(part)
    if several and not any(part.marks for part in record.parts):
        lines.append(record.calculation)
    elif several and sum(Fraction(part.marks or 0) for part in record.parts) != Fraction(record.marks or 0):
        # Parts of one pot: what each leaves of the pot does not add up to the item.
        lines.append(f"合计：{record.calculation}")
    return lines


def _write_worth(loss: Loss | None, precision: int) -> list[str]:
    """What the loss is in the total, where that is another number or may still be given back."""
    if loss is None or not (loss.provisional or loss.in_total not in (None, loss.lost)):
        return []
    return [f"{describe_loss(loss, precision)}。"]


def _name_missed(part: ExplainedPart) -> list[str]:
    people = part.people
    if people is None or not people.missed:
        return []
    named = [
        f"{person.name}（应达到{person.required}{person.unit}，实有{person.has}{person.unit}）"
        for person in people.missed[:NAMED]
    ]
    return [f"没有达到要求：{shorten_list(named, len(named), '人', number=people.short)}"]


def _count_sources(records: Sequence[Explanation], sources: Mapping[str, str]) -> str:
    """The documents by their numbers, how many numbers they give and how many the office chose."""
    given: dict[str, int] = {}
    chosen: dict[str, int] = {}
    for record in records:
        for local, counts in ((False, given), (True, chosen)):
            clauses = [clause for clause in record.clauses if (clause.local_choice is not None) is local]
            # Once for each item, and in the order in which they are met: that of a set differs from process to process.
            for name in dict.fromkeys(name for clause in clauses for name in clause.supports):
                counts[name] = counts.get(name, 0) + 1
    said = [
        f"{name}：文件规定 {given.get(name, 0)} 项、本办选择 {chosen.get(name, 0)} 项"
        for name in dict.fromkeys([*given, *chosen])
    ]
    titles = "；".join(f"{number}《{title}》" for title, number in sources.items())
    return (
        (f"依据文件：{titles}。\n" if titles else "") + f"本表共 {len(records)} 项。数字的来历——{'；'.join(said)}"
        f"（同一项可以两者都有）。每一项见「依据原文」：〔文件规定〕是文件原话，〔本办选择〕是文件没有规定、由本办确定的。{NOTE}"
    )
