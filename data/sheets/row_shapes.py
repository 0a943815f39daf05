"""What a row looks like before its cells are read."""

from __future__ import annotations

import re
from collections.abc import Sequence

from data.files.names import fold_name
from data.files.raw_cells import RawCell
from data.files.raw_sheets import is_empty_cell
from data.sheets.other_rows import plain_number


def looks_like_data(cells: Sequence[RawCell]) -> bool:
    """Whether a row above the header holds several numbers, as no title does."""
    numbers = [cell for cell in cells if plain_number(cell) or (isinstance(cell, str) and fold_name(cell).isdecimal())]
    return len(numbers) >= 2 and sum(not is_empty_cell(cell) for cell in cells) >= 3


def numbers_rows(cell: RawCell) -> bool:
    """Whether a cell can be the number of a row: 1, 1.2, (3), 一."""
    text = fold_name(cell) if isinstance(cell, str) else plain_number(cell)
    return re.fullmatch(r"\(?[0-9一二三四五六七八九十百]{1,6}(?:[.-][0-9]{1,4})*\)?[.、]?", text) is not None


def find_lone_cell(cells: Sequence[RawCell]) -> int | None:
    """The position of the only cell that holds anything; None if there are more, or none."""
    found = None
    for position, cell in enumerate(cells):
        if cell is not None and cell != "" and not is_empty_cell(cell):
            if found is not None:
                return None
            found = position
    return found
