"""Sheets of a workbook -> their words: a row a line of cells set apart by |, merged words in every row.

A merged number stands in its first row only: it is one for all of them together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from data.files.contents import Content
from data.files.raw_cells import ErrorCell, RawCell, ShownNumber, UncachedFormula, UnclearCell, exact_number
from data.files.raw_sheets import RawSheet
from data.files.readers import read_sheets
from indicators.entries.amounts import plain

_NUMBER = re.compile("[\\d.,]+分?")


def read_tables(file_name: str, content: Content) -> str:
    """The words of all visible sheets. Raises FileRefused."""
    return "\n".join(line for sheet in read_sheets(file_name, content) for line in _list_lines(sheet)) + "\n"


def _list_lines(sheet: RawSheet) -> Iterator[str]:
    rows = {row: [_write_cell(cell) for cell in cells] for row, cells in sheet.open_rows()}
    for merge in sheet.merges:
        first = rows.get(merge.top, [])
        words = first[merge.left] if merge.left < len(first) else ""
        if _NUMBER.fullmatch(words):
            continue
        # Down every row that it reaches over; to the right it is one cell.
        for row in range(merge.top + 1, merge.bottom + 1):
            cells = rows.get(row)
            if cells is not None:
                cells += [""] * (merge.left + 1 - len(cells))
                cells[merge.left] = words
    width = max((len(cells) for cells in rows.values()), default=0)
    for row, cells in sorted(rows.items()):
        if row not in sheet.hidden_rows and any(cells):
            # What stands alone in its row is a title or a note, and no row of a table.
            alone = cells[0] if not any(cells[1:]) else None
            yield alone if alone is not None else " | ".join(cells + [""] * (width - len(cells)))


def _write_cell(cell: RawCell) -> str:
    """What a person reads in a cell, in one line."""
    if cell is None or isinstance(cell, ErrorCell | UncachedFormula | UnclearCell):
        return ""
    if isinstance(cell, ShownNumber) and cell.shown is not None:
        return cell.shown
    if isinstance(cell, float) and not isinstance(cell, bool):
        return plain(exact_number(cell))
    return re.sub(r"\s+", " ", str(cell)).replace("|", "｜").strip()
