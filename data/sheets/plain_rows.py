"""Which rows of a block are data beyond doubt, so that nothing but their values has to be looked at."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from data.files.blocks import Block, CellColumn
from data.files.raw_cells import RawCell
from data.sheets.row_shapes import numbers_rows

Mask = NDArray[np.bool_]
#: So many filled cells from the left tell what a row is.
LOOKED_AT = 3
#: Without a sign or character that could tell of totals, notes, stamps or examples.
_PLAIN = r"^[0-9A-Za-z\x{4e00}-\x{9fa5}][0-9A-Za-z_\-\x{4e00}-\x{9fa5}]*$"
_TELLING = "[计总示章页]"
#: A clock has a colon, as notes have.
_MOMENT = r"^[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2} [0-9]{1,2}:[0-9]{2}(:[0-9]{2})?$"


@dataclass(frozen=True)
class PlainRows:
    """What the header says of where cells may stand.

    ``is_plain`` judges the text of one of the first cells, ``titles`` are those that may come again, folded.
    ``untitled`` are positions up to ``last`` under no title, ``ignored`` such as only number the rows; ``is_text``
    asks for a cell under every title.
    """

    is_plain: Callable[[str], bool]
    titles: Sequence[str]
    untitled: Sequence[int]
    ignored: Sequence[int]
    last: int
    is_text: bool

    def find(self, block: Block) -> Mask:
        """The rows of the block that are data, with cells under titles only."""
        count, width = len(block.rows), len(block.columns)
        if self.is_text and width <= self.last:
            return np.zeros(count, bool)
        plain = self._judge_first(block)
        for position in (*self.untitled, *range(self.last + 1, width)):
            if position < width:
                plain &= block.columns[position].find_empty()
        for position in self.ignored:
            if position < width:
                column = block.columns[position]
                plain &= column.find_empty() | self._judge(column, _find_numbering, numbers_rows)
        return plain

    def _judge_first(self, block: Block) -> Mask:
        """Whether the first filled cells of each row, more than one, tell of nothing but data."""
        plain = np.ones(len(block.rows), bool)
        looked = np.zeros(len(block.rows), dtype=np.int16)
        for column in block.columns:
            if looked.min() >= LOOKED_AT:
                break
            full = ~column.find_empty()
            asked = full & (looked < LOOKED_AT)
            if asked.any():
                plain &= ~asked | self._judge(column, self._find_plain, self._is_plain_cell)
            looked += full
        return plain & (looked > 1)

    def _judge(
        self, column: CellColumn, judge: Callable[[pa.Array], Mask], judge_one: Callable[[RawCell], bool]
    ) -> Mask:
        coded = column.coded
        found = np.append(judge(coded.dictionary), True)
        mask: Mask = np.ones(len(coded), bool)
        if not found.all():
            mask = found[coded.indices.fill_null(len(coded.dictionary)).to_numpy()]
        for at, cell in column.odd.items():
            mask[at] = judge_one(cell)
        return mask

    def _find_plain(self, cells: pa.Array) -> Mask:
        if not pa.types.is_string(cells.type):
            return np.ones(len(cells), bool)
        titles = pa.array(self.titles, type=pa.string())
        # Letters and figures alone tell of nothing, and are known at once; most titles are without figures.
        plain = pc.and_not(pc.ascii_is_alnum(cells), self._find_titles(cells, titles))
        found: Mask = np.array(plain.to_numpy(zero_copy_only=False), dtype=bool)
        rest = np.flatnonzero(~found)
        if len(rest):
            found[rest] = self._find_plain_words(cells.take(pa.array(rest)), titles)
        return found

    def _find_titles(self, cells: pa.Array, titles: pa.Array) -> pa.Array:
        """Which of the cells, if they are letters and figures alone, may be titles."""
        if self._numbered:
            return pc.is_in(pc.ascii_lower(cells), titles)
        letters = pc.ascii_is_alpha(cells)
        return pc.and_(letters, pc.is_in(pc.ascii_lower(cells), titles)) if pc.any(letters).as_py() else letters

    @cached_property
    def _numbered(self) -> bool:
        """Whether a title has a figure in it."""
        return any(re.search("[0-9]", title) for title in self.titles)

    def _find_plain_words(self, cells: pa.Array, titles: pa.Array) -> Mask:
        plain = pc.and_not(pc.match_substring_regex(cells, _PLAIN), pc.match_substring_regex(cells, _TELLING))
        plain = pc.and_not(plain, pc.is_in(pc.utf8_lower(cells), titles))
        plain = pc.or_(plain, pc.match_substring_regex(cells, _MOMENT))
        found: Mask = np.array(plain.to_numpy(zero_copy_only=False), dtype=bool)
        rest = np.flatnonzero(~found)
        found[rest] = [self.is_plain(text) for text in cells.take(pa.array(rest)).to_pylist()]
        return found

    def _is_plain_cell(self, cell: RawCell) -> bool:
        return not isinstance(cell, str) or self.is_plain(cell)


def _find_numbering(cells: pa.Array) -> Mask:
    return np.array([numbers_rows(cell) for cell in cells.to_pylist()], dtype=bool)
