"""The score sheet as a document: its totals, its items, and what they are quoted from."""

from __future__ import annotations

from indicators.pack.model import COUNTING
from indicators.pack.sheets import SheetColumn
from scoring.documents.blocks import Document, Heading, Paragraph, Row, Signature, Table, TableColumn
from scoring.documents.score import ScoreSheet

_WIDTHS: dict[SheetColumn, int] = {
    "section": 4,
    "indicator": 17,
    "full": 8,
    "basis": 26,
    "rule": 37,
    "actual": 38,
    "assessor": 11,
    "self_mark": 7,
    "mark": 10,
    "peer_mean": 9,
    "lost": 23,
    "evidence": 13,
    "remark": 13,
}
_CENTERED: tuple[SheetColumn, ...] = ("full", "self_mark", "mark", "peer_mean")


def lay_out_score(sheet: ScoreSheet) -> Document:
    """The score sheet as a table with its totals and signatures."""
    columns = tuple(
        TableColumn(title, _WIDTHS[name], "center" if name in _CENTERED else "left", name in _CENTERED)
        for name, title in sheet.columns
        if name != "section"
    )
    names = [name for name, _ in sheet.columns if name != "section"]
    rows: list[Row] = []
    for section in sheet.sections:
        rows.append(Row((section.title,), "group"))
        rows += [Row(tuple(item.cells[name] for name in names)) for item in section.rows]
        if section.kind in COUNTING:
            sums = {
                "indicator": "小计",
                "full": section.full if section.kind == "base" else "",
                "mark": section.subtotal,
            }
            rows.append(Row(tuple(sums.get(name, "") for name in names), "subtotal"))
    totals = Table(
        (TableColumn("项目", 6), TableColumn("结果", 8, "center", True), TableColumn("说明", 30)),
        tuple(Row((line.label, line.value, line.note)) for line in sheet.totals),
    )
    return Document(
        "score",
        f"{sheet.unit_name}-评分表",
        sheet.title,
        sheet.subtitle,
        sheet.letterhead,
        sheet.stamp,
        (
            Heading("一、合计"),
            totals,
            Heading("二、逐项评分"),
            Paragraph(sheet.sources, note=True),
            Table(columns, tuple(rows), "本年度没有考核指标。"),
            Signature(sheet.signatures, sheet.issuer),
        ),
        landscape=True,
    )
