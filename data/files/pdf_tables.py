"""Signs within rules that are drawn on a page -> rows of a table, each cell by the four rules around it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from data.files.pdf_lines import CELL_BAR, PdfLine, Sign, join_words, list_lines

#: Rules this near to each other are one.
_NEAR = 2.5
_NUMBER = re.compile("[\\d.,]+分?")


class PageRules(NamedTuple):
    """Rules of a page: across (left, right, y) and upright (bottom, top, x), in points."""

    across: Sequence[tuple[float, float, float]]
    upright: Sequence[tuple[float, float, float]]


class PdfCell(NamedTuple):
    """A place between four rules."""

    left: int
    right: int
    bottom: int
    top: int


def take_rows(signs: Sequence[Sign], rules: PageRules) -> tuple[list[PdfLine], list[Sign]]:
    """The rows of all tables of a page, and the signs that stand in none.

    A cell over several rows or columns stands in each of them, as in a document of words; a number only once. A frame
    around a page, or a single box, is no table.
    """
    cells: dict[PdfCell, list[Sign]] = defaultdict(list)
    outside: list[Sign] = []
    for sign in signs:
        cell = _find_cell(sign, rules)
        if cell is None:
            outside.append(sign)
        else:
            cells[cell].append(sign)
    rows: list[PdfLine] = []
    for table in _part_tables(list(cells)):
        if len({cell.left for cell in table}) > 1:
            rows += _list_rows({cell: cells[cell] for cell in table})
        else:
            outside += [sign for cell in table for sign in cells[cell]]
    return rows, outside


def _find_cell(sign: Sign, rules: PageRules) -> PdfCell | None:
    x, y = (sign.left + sign.right) / 2, sign.y + sign.size / 4
    walls = [place for low, high, place in rules.upright if low - _NEAR <= y <= high + _NEAR]
    floors = [place for low, high, place in rules.across if low - _NEAR <= x <= high + _NEAR]
    left, right = max((w for w in walls if w <= x), default=None), min((w for w in walls if w > x), default=None)
    bottom, top = max((f for f in floors if f <= y), default=None), min((f for f in floors if f > y), default=None)
    if left is None or right is None or bottom is None or top is None:
        return None
    return PdfCell(*(round(each / _NEAR) for each in (left, right, bottom, top)))


def _part_tables(cells: Sequence[PdfCell]) -> list[list[PdfCell]]:
    """The cells by table: those that meet or overlap in height."""
    tables: list[list[PdfCell]] = []
    for cell in sorted(cells, key=lambda each: (-each.top, each.left)):
        if tables and cell.top >= min(each.bottom for each in tables[-1]) - 1:
            tables[-1].append(cell)
        else:
            tables.append([cell])
    return tables


def _list_rows(cells: dict[PdfCell, list[Sign]]) -> list[PdfLine]:
    texts = {cell: _write_cell(signs) for cell, signs in cells.items()}
    edges = sorted({edge for cell in cells for edge in (cell.top, cell.bottom)}, reverse=True)
    columns = sorted({cell.left for cell in cells})
    rows: list[PdfLine] = []
    for top, bottom in pairwise(edges):
        covering = [cell for cell in cells if cell.top >= top and cell.bottom <= bottom]
        if top - bottom < 2 or not covering:
            continue
        words = [_find_text(covering, column, top, texts) for column in columns]
        size = max(sign.size for cell in covering for sign in cells[cell])
        left, right = min(cell.left for cell in covering) * _NEAR, max(cell.right for cell in covering) * _NEAR
        rows.append(PdfLine(left, right, top * _NEAR, size, CELL_BAR.join(words), is_row=True))
    return rows


def _find_text(covering: Sequence[PdfCell], column: int, top: int, texts: dict[PdfCell, str]) -> str:
    cell = next((cell for cell in covering if cell.left <= column < cell.right), None)
    if cell is None:
        return ""
    goes_on = cell.top > top
    return "" if goes_on and _NUMBER.fullmatch(texts[cell]) else texts[cell]


def _write_cell(signs: Sequence[Sign]) -> str:
    text = ""
    for line in list_lines(signs):
        text = join_words(text, line.text.replace(CELL_BAR, " ").replace("|", "｜"))
    return text
