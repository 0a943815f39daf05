"""What becomes of a cell: a typed value, or the words that refuse it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from typing import NamedTuple

from data.files.names import drop_invisible
from indicators.entries.tables import Column


class Span(NamedTuple):
    """The days that a date stands for: first and last are equal unless only the month is known."""

    first: date
    last: date


@dataclass(frozen=True)
class CellMistake:
    """What is wrong with the cell and how to mend it."""

    text: str


#: text, choice, unit and indicator columns: str; integer and year: int; flag: bool; decimal: Decimal
#: with exactly ``column.decimals`` places; date: date, with ``month_allowed`` Span; empty: None.
CellValue = None | str | int | bool | Decimal | date | Span
Parsed = CellValue | CellMistake

# Full-width forms as an input method types them. NFKC would fold more, and turn 10\u00b2 into 102.
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: ord(" "), 0x2212: ord("-")}


def half_width(text: str) -> str:
    """``text`` with full-width forms as half-width ones and single spaces, no other character changed."""
    return " ".join(text.translate(_FULL_WIDTH).split())


def refuse_invisible(text: str, column: Column) -> CellMistake | None:
    """The sentence for figures with invisible characters among them: such can even show them in another order."""
    if drop_invisible(text) == text:
        return None
    return CellMistake(f"「{column.title}」里有看不见的字符（多半是复制带来的）；请删去整格后重新填写")


def _show_time(value: time | timedelta) -> str:
    """A time of the day or a length of time in hours, minutes and seconds."""
    if isinstance(value, time):
        return value.isoformat("seconds")
    seconds = abs(round(value.total_seconds()))
    sign = "-" if value < timedelta(0) else ""
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def refuse_kind(value: object, column: Column, wanted: str) -> CellMistake:
    """The sentence for a cell whose kind (date, time, true/false) cannot stand in the column."""
    title = column.title
    if isinstance(value, bool):
        return CellMistake(f"「{title}」应为{wanted}，单元格里是逻辑值 {str(value).upper()}；请改填{wanted}")
    if isinstance(value, (time, timedelta)):
        return CellMistake(f"「{title}」应为{wanted}，单元格里是时间 {_show_time(value)}；请把单元格格式改为常规后重填")
    if isinstance(value, date):
        return CellMistake(
            f"「{title}」应为{wanted}，单元格里是日期 {value.isoformat()[:10]}（可能是 Excel 自动改的）；"
            "请把单元格格式改为文本后重填"
        )
    return CellMistake(f"「{title}」应为{wanted}，填的是「{value}」；请改填{wanted}")
