"""What goes back to a unit: its feedback, to be edited, and the problems that it has to mend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from scoring.base.amounts import write_printed
from scoring.documents.blocks import Block, Document, Heading, Paragraph, Row, Signature, Table, TableColumn
from scoring.documents.notice import WORST
from scoring.documents.score import write_loss
from scoring.documents.view import RunView
from scoring.explain.explanation import CitedSource, Explanation, ShownRow
from scoring.results.losses import Loss, describe_loss
from scoring.results.means import TITLE as MEAN
from scoring.results.scores import write_marks
from scoring.wording.full_grades import describe_full
from scoring.wording.ranges import say_range
from scoring.wording.totals import STATUS, describe_rounding


@dataclass(frozen=True)
class Rectification:
    """A line of the rectification ledger (整改台账), as the ledger hands it over; empty where nothing is known.

    ``finding`` is the number of the ledger's finding, empty for one that came by file; ``year`` its year while it
    stands; ``idle``: it moves no mark.
    """

    number: str
    problem: str
    source: str = ""
    kind: str = ""
    severity: str = ""
    unit: str = ""
    leader: str = ""
    contact: str = ""
    goal: str = ""
    measures: str = ""
    due: str = ""
    progress: str = ""
    state: str = ""
    evidence: str = ""
    checker: str = ""
    opinion: str = ""
    closed_on: str = ""
    relapsed: str = ""
    finding: str = ""
    year: int | None = None
    idle: bool = False


RECTIFICATION_COLUMNS: tuple[tuple[str, str, int], ...] = (
    ("number", "编号", 4),
    ("problem", "问题描述", 12),
    ("source", "来源", 6),
    ("kind", "类型", 4),
    ("severity", "严重程度", 3),
    ("unit", "责任单位", 5),
    ("leader", "责任领导", 4),
    ("contact", "责任人及电话", 6),
    ("goal", "整改目标", 8),
    ("measures", "整改措施", 10),
    ("due", "整改时限", 5),
    ("progress", "进展", 3),
    ("state", "状态", 4),
    ("evidence", "佐证", 6),
    ("checker", "核查人", 4),
    ("opinion", "核查意见", 8),
    ("closed_on", "销号日期", 5),
    ("relapsed", "是否反弹", 3),
)


_APPEAL = "对以上得分有异议的，请对照本单位评分表逐项核对依据、规则、数据出处和算式，在规定期限内书面申请复核。"


def make_feedback(
    view: RunView, cohort: str, unit: str, records: Sequence[Explanation], register: Sequence[Rectification] = ()
) -> Document:
    """A unit's feedback (一县一册反馈意见): a draft to be edited. ``register`` is what the ledger has of the unit."""
    head, total = view.pack.head, view.total(cohort, unit)
    kinds = {section.id: section.kind for section in head.sections}
    sections: dict[str, str] = {indicator.id: kinds[indicator.section] for indicator in view.pack.indicators}
    by_indicator = {record.indicator: record for record in records}
    found = [loss for loss in view.list_losses(cohort, unit) if loss.provisional or loss.outcome == "scored"]
    held = sum(loss.provisional for loss in found)
    losses = [(loss, by_indicator[loss.indicator]) for loss in found[: held + WORST]]
    rules = view.describe_rules()
    blocks: list[Block] = [
        Paragraph(_open_letter(view, cohort, unit)),
        *([Paragraph(rules)] if rules else []),
        *(Heading("一、失分最多的项目"), _table_losses(view, losses)),
        *(Heading("二、发现的问题"), *_list_findings(view, records, register)),
        *(Heading(f"三、与{MEAN}差距最大的项目"), _table_gaps(view, cohort, records, sections)),
        *(Heading("四、下一步怎样提高得分"), *_list_next_steps(view, losses)),
        *(Heading("五、还没有结果的项目"), *_list_open(records)),
        *(Heading("六、复核"), Paragraph(_APPEAL), Signature((), head.sheets.issuer or head.issuer)),
    ]
    return Document(
        "feedback",
        f"{total.unit_name}-反馈意见",
        f"关于{total.unit_name}{view.year}年度评分情况的反馈意见",
        "（代拟稿）",
        head.sheets.letterhead or "",
        view.stamp,
        tuple(blocks),
    )


def _open_letter(view: RunView, cohort: str, unit: str) -> str:
    """What was scored, and where the unit stands."""
    head, total, mean = view.pack.head, view.total(cohort, unit), view.mean(cohort)
    rank = f"列本组第 {total.rank} 名" if total.rank is not None else STATUS[total.status]
    opening = (
        "\n".join([f"{total.unit_name}：", *view.describe_vetoes(cohort, unit), ""])
        + f"按照《{head.title}》，现将{view.year}年度评分情况反馈如下。"
        f"数据截至{view.stamp.as_of}。总分 {total.total or '—'} 分（满分 {total.full} 分），{rank}"
        + (f"，等次{total.grade}" if total.grade else "")
        + (f"（{full}）" if (full := describe_full(total, view.pack)) else "")
        + (
            f"，{mean.words} {mean.write_marks(head.precision)} 分，"
            f"本单位{mean.write_gap(Fraction(total.total), head.precision)}"
            if mean is not None and total.total is not None
            else ""
        )
        + "。"
    )
    if rounding := describe_rounding(total):
        opening += f"{rounding}。"
    return opening + say_range(total, view.pack)


def _list_open(records: Sequence[Explanation]) -> list[Block]:
    open_items = [record for record in records if record.outcome in ("pending", "conflict", "error")]
    return [
        Paragraph(f"{place}. {record.indicator_name}：{record.outcome_text}。{record.next_step}")
        for place, record in enumerate(open_items, 1)
    ] or [Paragraph("没有。")]


def _table_losses(view: RunView, losses: Sequence[tuple[Loss, Explanation]]) -> Table:
    columns = (
        TableColumn("项目", 9),
        TableColumn("满分", 4, "center", True),
        TableColumn("得分", 4, "center", True),
        TableColumn("失分", 4, "center", True),
        TableColumn("折合总分", 5, "center", True),
        TableColumn("原因", 18),
    )
    precision = view.pack.head.precision
    rows = []
    for loss, record in losses:
        reasons = write_loss(record, loss.kind)
        deducts = loss.kind == "deduction"
        cells = (
            record.indicator_name,
            "—" if deducts else record.full_marks,
            (record.counted if deducts else record.marks) or "—",
            write_marks(loss.lost, precision),
            write_marks(loss.in_total, precision),
            "\n".join([f"{describe_loss(loss, precision)}。", *reasons] if loss.provisional else reasons),
        )
        rows.append(Row(cells))
    return Table(columns, tuple(rows), "已计分的项目都没有失分。")


def _list_findings(view: RunView, records: Sequence[Explanation], register: Sequence[Rectification]) -> list[Block]:
    """One list of what came by file and what the ledger has: first what the run read, word for word."""
    texts = [
        f"{record.indicator_name}：{describe_finding(row)}（出处：{name_place(source, row)}）"
        for record, source, row in list_cited(records)
    ]
    cited = {row.number for _, _, row in list_cited(records)}
    for line in register:
        if line.year == view.year and line.finding not in cited:
            counted = "不影响得分" if line.idle else "这次评分没有计入"
            texts.append(f"{line.problem}（出处：{line.source}；{counted}）")
    told = [Paragraph(f"{place}. {text}") for place, text in enumerate(dict.fromkeys(texts), 1)]
    return [*told] or [Paragraph("没有认定的问题。")]


def list_cited(records: Sequence[Explanation]) -> list[tuple[Explanation, CitedSource, ShownRow]]:
    """The findings that the run read, each with its item and the source that it stands in."""
    return [
        (record, source, row)
        for record in records
        for part in record.parts
        for source in part.sources
        if source.use == "认定的问题"
        for row in source.rows
    ]


def name_place(source: CitedSource, row: ShownRow) -> str:
    """Where a finding comes from: the ledger, by its number, or a row of a file."""
    if row.number:
        return f"督察台账 {row.number}"
    return f"{source.file} {source.sheet or ''}第{row.row}行".replace("  ", " ")


def describe_finding(row: ShownRow) -> str:
    """The cells of a finding, in words."""
    return "；".join(f"{cell.column}：{cell.value}" for cell in row.cells)


def _table_gaps(view: RunView, cohort: str, records: Sequence[Explanation], kinds: dict[str, str]) -> Table:
    columns = (
        TableColumn("项目", 12),
        TableColumn("满分", 4, "center", True),
        TableColumn("得分", 4, "center", True),
        TableColumn(MEAN, 6, "center", True),
        TableColumn("差", 4, "center", True),
    )
    gaps = []
    for record in records:
        found = view.item_means.get((cohort, record.indicator))
        if found is None or record.marks is None or kinds[record.indicator] != "base":
            continue
        mean = found.write_marks(view.pack.head.precision)
        gap = Fraction(record.marks) - Fraction(mean)
        if gap < 0:
            gaps.append((gap, (record.indicator_name, record.full_marks, record.marks, mean)))
    rows = tuple(
        Row((*told, write_printed(gap, view.pack.head.precision)))
        for gap, told in sorted(gaps, key=lambda entry: entry[0])[:WORST]
    )
    return Table(columns, rows, f"没有低于{MEAN}的项目。")


def _list_next_steps(view: RunView, losses: Sequence[tuple[Loss, Explanation]]) -> list[Block]:
    """What would win marks back; of those that are only held back first that they may be given back."""
    texts = []
    for place, (loss, record) in enumerate(losses, 1):
        worth = f"{describe_loss(loss, view.pack.head.precision)}。"
        texts.append(f"{place}. {record.indicator_name}：{worth}{record.next_step}")
    return [Paragraph(text) for text in texts] or [Paragraph("没有需要补的。")]


def make_rectification(view: RunView, rows: Sequence[Rectification], name: str, title: str) -> Document:
    """The rectification ledger (整改台账) of rows that the ledger hands over."""
    head = view.pack.head
    table = Table(
        tuple(TableColumn(title_, width) for _, title_, width in RECTIFICATION_COLUMNS),
        tuple(Row(tuple(getattr(row, field) for field, _, _ in RECTIFICATION_COLUMNS)) for row in rows),
        "没有需要整改的问题。",
    )
    return Document(
        "rectification",
        name,
        title,
        f"{head.title} · {view.year}年度",
        head.sheets.letterhead or "",
        view.stamp,
        (table, Signature(("填表人（签字）", "核查人（签字）"), head.sheets.issuer or head.issuer)),
        landscape=True,
    )


def list_rectifications(
    view: RunView, cohort: str, unit: str, records: Sequence[Explanation], register: Sequence[Rectification] = ()
) -> list[Rectification]:
    """One list of the problems to be mended: the ledger's with their progress, then what else the run read.

    Who mends what by when is kept in the ledger; of what came by file only the problem itself is known.
    """
    name = view.total(cohort, unit).unit_name
    known = {line.finding for line in register}
    found = list(register)
    for record, source, row in list_cited(records):
        if row.number and row.number in known:
            continue
        origin = f"{record.indicator_name}（{name_place(source, row)}）"
        problem, number = describe_finding(row), str(len(found) + 1)
        found.append(Rectification(number, problem, origin, unit=name, state="待整改", finding=row.number or ""))
    return found
