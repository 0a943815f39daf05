"""What a reader hands over for a cell."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

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


@dataclass(frozen=True)
class PaleText(UnclearCell):
    """A text of which a run is as white as paper; on a ground of another colour it is read."""

    text: str = ""


STRUCK = UnclearCell("的单元格里有划掉的字（删除线），分不清还算不算；请删去划掉的字，核对后重新保存")
WHITE = UnclearCell("的单元格里是白底上的白字，看不见；请把字改成黑色，核对后保留或删去，重新保存")
SAME_COLOUR = UnclearCell("的单元格里字和底是同一种颜色，看不见；请把字改成黑色，核对后保留或删去，重新保存")
TINY = UnclearCell("的单元格里的字小得看不见；请把字号改大，核对后保留或删去，重新保存")
PICTURED = UnclearCell("的单元格用的是符号字体（如 Wingdings），显示出来的不是这些字；请改用普通字体，核对后重新填写")
REPEATED = UnclearCell("的单元格是「填充」对齐，把内容重复着显示；请改为常规对齐，核对后重新保存")
RULED = UnclearCell("的单元格有条件格式，会把内容藏起来或显示成别的；请删去这条条件格式，核对后重新保存")
FORMULAS = UnclearCell("所在的工作表正显示公式，不显示结果；请取消「显示公式」，核对后重新保存")
COVERED = UnclearCell("的单元格被合并的单元格盖住了，里面另有内容；请取消合并，核对后重新填写")
PICTURE = UnclearCell("的单元格里是图片，没有文字；请填写文字，图片另交")
UNSEEN = UnclearCell("的单元格里有内容，单元格格式却不让它照样显示；请把单元格格式改为常规，核对后重新保存")

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
