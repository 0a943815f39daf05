"""What a reader hands over for a cell, what becomes of it, and the words that refuse it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import NamedTuple

from data.units import drop_invisible
from indicators.tables import Column

#: No zeros before the number: with them it is a code.
_PLAIN = re.compile(r"(-?(?:0|[1-9][0-9]*|[1-9][0-9]{0,2}(?:,[0-9]{3})+|(?=\.))(?:\.[0-9]+)?)(%)?")


class PercentNumber(float):
    """A number that its cell shows with a percent sign: 0.9 is shown as 90%."""


class ShownNumber(float):
    """A number that its cell shows in a format of its own: 7 as 0007, 30 as 30人, 120000 as 12.

    ``shown`` is what a person reads, and None where that is not known.
    """

    shown: str | None

    def __new__(cls, number: float, shown: str | None) -> ShownNumber:
        made = super().__new__(cls, number)
        made.shown = shown
        return made


class MonthDate(date):
    """The first day of a month in a cell that shows the month only."""


class PartOfDate(date):
    """A day in a cell that shows less than year and month of it: typed as 3月1日, it got the year of that day."""


@dataclass(frozen=True)
class ErrorCell:
    """A formula that failed, such as ``#DIV/0!``."""

    code: str

    def __str__(self) -> str:
        return self.code


@dataclass(frozen=True)
class UncachedFormula:
    """A formula whose result the file does not hold: a program wrote it, and Excel has never worked it out."""

    def __str__(self) -> str:
        return "公式"


@dataclass(frozen=True)
class UnclearCell:
    """A cell whose content is not what a person reads in it; ``reason`` goes on after the name of the column."""

    reason: str

    def __str__(self) -> str:
        return "看不清的内容"


STRUCK = UnclearCell("的单元格里有划掉的字(删除线),分不清还算不算;请删去划掉的字,核对后重新保存")
PICTURE = UnclearCell("的单元格里是图片,没有文字;请填写文字,图片另交")
UNSEEN = UnclearCell("的单元格里有内容,单元格格式却不让它照样显示;请把单元格格式改为常规,核对后重新保存")

#: Figures and signs that are set above or below the line: 30 with a note 1 is no 301.
RAISED = {
    "superscript": str.maketrans("0123456789+-=()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾"),
    "subscript": str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎"),
}

#: What a reader hands over. Numbers of a workbook are floats, empty cells ``None`` or ``""``.
RawCell = (
    None | bool | int | float | str | date | datetime | time | timedelta | ErrorCell | UncachedFormula | UnclearCell
)


def exact_number(number: float) -> Decimal:
    """The number as a spreadsheet has it: of 15 digits, for what lies beyond is dust of its sums (1.1 + 2.2)."""
    return Decimal(f"{number:.15g}")


def read_shown(shown: str) -> Decimal | None:
    """The number that a person reads in a cell, or None if other figures or words stand beside it."""
    found = _PLAIN.fullmatch(shown.strip())
    if found is None:
        return None
    number = Decimal(found[1].replace(",", ""))
    return number / 100 if found[2] else number


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
    return CellMistake(f"「{column.title}」里有看不见的字符(多半是复制带来的);请删去整格后重新填写")


def refuse_kind(value: object, column: Column, wanted: str) -> CellMistake:
    """The sentence for a cell whose kind (date, time, true/false) cannot stand in the column."""
    title = column.title
    if isinstance(value, bool):
        return CellMistake(f"「{title}」应为{wanted},单元格里是逻辑值 {str(value).upper()};请改填{wanted}")
    if isinstance(value, (time, timedelta)):
        return CellMistake(f"「{title}」应为{wanted},单元格里是时间 {value};请把单元格格式改为常规后重填")
    if isinstance(value, date):
        return CellMistake(
            f"「{title}」应为{wanted},单元格里是日期 {value.isoformat()[:10]}(可能是 Excel 自动改的);"
            "请把单元格格式改为文本后重填"
        )
    return CellMistake(f"「{title}」应为{wanted},填的是「{value}」;请改填{wanted}")
