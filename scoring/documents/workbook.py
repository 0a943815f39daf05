"""What all workbooks share: formats, print set-up, text that never becomes a formula, bytes that never change."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime, time
from functools import lru_cache

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from scoring.documents.blocks import Stamp

#: A row of a spreadsheet is at most 409 points high: longer texts go on in the rows below.
MOST_LINES = 28
#: Points that a line of 9 point text takes, and how many of its narrow characters go into a unit of column width.
LINE, DENSITY = 12.5, 1.2
_SPECIAL = str.maketrans({name: None for name in map(chr, [*range(9), 11, 12, *range(14, 32)])})


def clean(text: str) -> str:
    """``text`` without control characters, which XML cannot hold."""
    return text.translate(_SPECIAL)


class _Sheet(Worksheet):  # type: ignore[misc]
    """A worksheet for which a formula that stands in many workbooks is made ready only once."""

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        # The library looks in each formula for thirty functions, a fifth of the time that a workbook takes. Should it
        # ever call this otherwise, that time is lost again and nothing else.
        return _prepare_formula(formula, expand_future_functions)


@lru_cache(maxsize=8192)
def _prepare_formula(formula: str, expand: bool) -> str:
    return str(Worksheet()._prepare_formula(formula, expand))


class Formats:
    """How cells of a workbook look, by what they are for."""

    def __init__(self, book: xlsxwriter.Workbook, precision: int, size: float) -> None:
        marks = "0." + "0" * precision if precision else "0"
        border = {"border": 1, "valign": "vcenter", "text_wrap": True, "font_name": "宋体", "font_size": size}
        make = book.add_format
        self.title = make({"font_name": "方正小标宋简体", "font_size": 18, "align": "center", "valign": "vcenter"})
        self.subtitle = make({"font_name": "楷体", "font_size": 11, "align": "center", "valign": "vcenter"})
        self.letterhead = make({"font_name": "仿宋", "font_size": 11, "font_color": "#C00000", "align": "center"})
        self.warning = make({"font_name": "黑体", "font_size": 10, "font_color": "#C00000", "align": "center"})
        self.plain = make({"font_name": "宋体", "font_size": size, "text_wrap": True, "valign": "top"})
        self.sign = make({"font_name": "宋体", "font_size": size, "align": "right", "valign": "top"})
        self.heading = make({"font_name": "黑体", "font_size": 12, "text_wrap": True, "valign": "vcenter"})
        self.head = make({**border, "font_name": "黑体", "align": "center", "bg_color": "#E7EDF5"})
        self.group = make({**border, "font_name": "黑体", "bg_color": "#F5F7FA"})
        self.left = make({**border})
        self.long = make({**border, "valign": "top"})
        self.name = make({**border, "text_wrap": False, "shrink": True})
        self.section = make({**border, "align": "center", "valign": "top"})
        self.percent = make({**border, "align": "right", "num_format": "0%"})
        self.permille = make({**border, "align": "right", "num_format": "0.0000%"})
        self.center = make({**border, "align": "center"})
        self.right = make({**border, "align": "right"})
        self.marks = make({**border, "align": "center", "num_format": marks})
        self.number = make({**border, "align": "right", "num_format": "General"})
        self.whole = make({**border, "align": "center", "num_format": "0"})
        self.sum = make({**border, "align": "center", "font_name": "黑体", "num_format": marks, "bg_color": "#F5F7FA"})

    def choose(self, name: str) -> Format:
        """The format of that name."""
        return getattr(self, name)


class Book:
    """A workbook in memory. ``day`` is all that it says of time."""

    def __init__(self, stamp: Stamp, day: date, title: str, precision: int, size: float = 9) -> None:
        self._buffer = io.BytesIO()
        options = {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self.book = xlsxwriter.Workbook(self._buffer, options)
        self.stamp, self.size, self.line = stamp, size, LINE * size / 9
        self.book.set_properties({"title": clean(title), "created": datetime.combine(day, time())})
        self.book.set_calc_mode("auto")
        self.formats = Formats(self.book, precision, size)

    def add_sheet(
        self, name: str, widths: Sequence[float], head: int, landscape: bool = True, tall: int = 0
    ) -> Worksheet:
        """A sheet set up to be printed: ``head`` is the row of the table's head, repeated and frozen (-1: none).

        ``tall`` is how many pages it may be long, 0 for as many as it needs.
        """
        sheet = self.book.add_worksheet(name, _Sheet)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        if landscape:
            sheet.set_landscape()
        sheet.set_paper(9)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        sheet.fit_to_pages(1, tall)
        sheet.center_horizontally()
        if head >= 0:
            sheet.repeat_rows(head)
            sheet.freeze_panes(head + 1, 0)
        line = clean(self.stamp.line).replace("&", "&&")
        if len(line) > 200:
            line = f"{line[:199]}…"
        if self.stamp.warning:
            warning = clean(self.stamp.warning).replace("&", "&&")
            sheet.set_header(f"&R&9{warning[:200]}")
        sheet.set_footer(f"&L&8{line}&R&8第 &P 页 共 &N 页")
        return sheet

    def write_top(self, sheet: Worksheet, columns: int, lines: Sequence[tuple[str, str, float]]) -> int:
        """Lines over the table, (format, text, height), each over its whole width; the row after them."""
        row = 0
        for name, text, height in lines:
            if text:
                merge(sheet, row, 0, row, columns - 1, clean(text), self.formats.choose(name))
                sheet.set_row(row, height)
                row += 1
        return row

    def close(self) -> bytes:
        """The workbook's bytes."""
        self.book.close()
        return self._buffer.getvalue()


def merge(sheet: Worksheet, top: int, left: int, bottom: int, right: int, text: str, form: Format) -> None:
    """Text over several cells, or in one."""
    if (top, left) == (bottom, right):
        sheet.write_string(top, left, text, form)
        return
    sheet.merge_range(top, left, bottom, right, "", form)
    sheet.write_string(top, left, text, form)


def find_room(width: float) -> int:
    """How many narrow characters of 9 point text go into a line of a column; one is kept free for the edges."""
    return max(int(width * DENSITY) - 2, 2)


def measure(text: str) -> int:
    """The width of a text in narrow characters: what is not ASCII counts as two."""
    return 2 * len(text) - len(text.encode("ascii", "ignore"))


@lru_cache(maxsize=8192)
def split_text(text: str, width: float, most: int = MOST_LINES) -> tuple[tuple[str, int], ...]:
    """A text in pieces of at most ``most`` lines each, with how many; cut between characters and at ends of lines.

    Rules and clauses are the same for all units: what was split once is remembered.
    """
    room = find_room(width)
    lines: list[tuple[str, bool]] = []
    for line in clean(text).split("\n"):
        start = 0
        while measure(line[start:]) > room:
            end = start + room // 2
            while measure(line[start : end + 1]) <= room:
                end += 1
            lines.append((line[start:end], False))
            start = end
        lines.append((line[start:], True))
    pieces = []
    for first in range(0, len(lines), most):
        part = lines[first : first + most]
        piece = "".join(words + ("\n" if ends else "") for words, ends in part)
        pieces.append((piece.removesuffix("\n"), len(part)))
    return tuple(pieces)
