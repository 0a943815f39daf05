"""The line that declares a register complete, in a cell of a form or above a header: 「齐全至 2024-12-31」."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from data.cells.parser import parse_cell
from data.cells.values import CellMistake
from data.files.mistakes import FileMistake, name_cell
from data.files.names import fold_name
from data.files.raw_cells import RawCell
from data.files.raw_sheets import RawSheet, is_empty_cell
from indicators.entries.tables import Column

#: The cell of a form beside which an office says up to which day its register is complete.
COMPLETE_LABEL = "齐全至"
_LINE = re.compile(f"(?:本?(?:台账|表)(?:已)?)?{COMPLETE_LABEL}:?(.*)", re.DOTALL)
_COLUMN = Column(name="complete_to", title=COMPLETE_LABEL, type="date")


class DeclaredDay(NamedTuple):
    """The day as it was written, and the row and position of its cell."""

    written: RawCell
    row: int
    position: int


def find_line(sheet: RawSheet, before: int) -> DeclaredDay | None:
    """What is declared above row ``before``; None where nothing is, or the cell was left empty."""
    for row, cells in sheet.open_rows():
        if row >= before:
            return None
        for position, cell in enumerate(cells):
            found = _LINE.fullmatch(fold_name(cell)) if isinstance(cell, str) else None
            if found is None:
                continue
            # A form explains its cell in brackets; the day itself stands in the next one.
            words = found.group(1).strip()
            if words and not words.startswith("("):
                return DeclaredDay(words.rstrip("。；;"), row, position)
            answer = cells[position + 1] if position + 1 < len(cells) else None
            return None if is_empty_cell(answer) else DeclaredDay(answer, row, position + 1)
    return None


def read_line(sheet: RawSheet, line: DeclaredDay) -> date | FileMistake:
    """The day of a line, or why it is none."""
    value = parse_cell(line.written, _COLUMN)
    if isinstance(value, date):
        return value
    assert isinstance(value, CellMistake), "a column that takes no months yields days and mistakes"
    return FileMistake(sheet.file_name, sheet.sheet, name_cell(line.row, line.position), value.text)
