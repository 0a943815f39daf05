"""How score sheets and notices look (评分表)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from indicators.entries.amounts import Text
from indicators.entries.tables import Entry

SheetColumn = Literal[
    "section",
    "indicator",
    "full",
    "basis",
    "rule",
    "actual",
    "assessor",
    "self_mark",
    "mark",
    "peer_mean",
    "lost",
    "evidence",
    "remark",
]


#: The order of the forms in use (一级指标、指标、分值、依据、评分规则、完成情况、自评、得分、扣分原因、佐证材料、备注).
SHEET_COLUMNS: tuple[SheetColumn, ...] = (
    "section",
    "indicator",
    "full",
    "basis",
    "rule",
    "actual",
    "self_mark",
    "mark",
    "lost",
    "evidence",
    "remark",
)


class Sheets(Entry):
    """How score sheets (评分表) and notices look: as the forms that the office already uses.

    ``letterhead`` stands above the title (版头), ``issuer`` above the date at the end (落款; the pack's issuer
    unless stated), ``signatures`` are the lines to sign on.
    """

    letterhead: Text | None = None
    issuer: Text | None = None
    columns: tuple[SheetColumn, ...] = SHEET_COLUMNS
    titles: dict[SheetColumn, Text] = Field(default_factory=dict)
    signatures: tuple[Text, ...] = ("评分人（签字）", "审核人（签字）", "被评单位负责人（签字）")
