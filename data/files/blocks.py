"""Rows of a sheet held by column, so that what is alike in all of them is read at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from data.files.raw_cells import RawCell
from data.files.raw_sheets import Row

Rows = NDArray[np.int64]
#: So many rows are held together; a whole number of the row groups of a batch.
ROWS_IN_BLOCK = 65_536
#: The first cells of a column that tell whether it comes in runs.
_LOOKED_AT = 256


@dataclass(frozen=True)
class CellColumn:
    """The cells of one column: texts, numbers (float64) or days (date32), null where a cell is empty.

    ``odd`` holds every cell that is none of these, or not of the kind of the others, by its place in the block.
    """

    cells: pa.Array
    odd: Mapping[int, RawCell] = field(default_factory=dict)

    @cached_property
    def coded(self) -> pa.DictionaryArray:
        """The cells with the distinct ones apart, in the order in which they come."""
        if pa.types.is_dictionary(self.cells.type):
            return self.cells
        return _encode_runs(self.cells) if comes_in_runs(self.cells) else self.cells.dictionary_encode()

    def cut(self, start: int, stop: int) -> CellColumn:
        """The cells from one place to another, without the last."""
        if stop - start == len(self.cells):
            return self
        odd = {at - start: cell for at, cell in self.odd.items() if start <= at < stop} if self.odd else {}
        cells = self.cells.slice(start, stop - start)
        if pa.types.is_dictionary(cells.type):
            # Of the distinct texts only those that are left.
            cells = cells.cast(pa.string())
        return CellColumn(cells, odd)

    def find_empty(self) -> NDArray[np.bool_]:
        """Where nothing at all is stored."""
        if pa.types.is_string(self.cells.type) or pa.types.is_dictionary(self.cells.type):
            none = np.append(_measure_texts(self.coded.dictionary) == 0, True)
            empty = np.zeros(len(self.cells), bool)
            if self.coded.null_count or none[:-1].any():
                empty = none[self.coded.indices.fill_null(len(none) - 1).to_numpy()]
        else:
            empty = np.array(self.cells.is_null().to_numpy(zero_copy_only=False), dtype=bool)
        if self.odd:
            empty[list(self.odd)] = [cell is None or cell == "" for cell in self.odd.values()]
        return empty

    def read_all(self) -> list[RawCell]:
        """The cells one by one."""
        cells: list[RawCell] = self.cells.to_pylist()
        for at, cell in self.odd.items():
            cells[at] = cell
        return cells


@dataclass(frozen=True)
class Block:
    """Rows by column: their numbers in the file, which grow, and the columns from the first one on."""

    rows: Rows
    columns: tuple[CellColumn, ...]

    def cut(self, start: int, stop: int) -> Block:
        """The rows from one place to another, without the last."""
        return Block(self.rows[start:stop], tuple(column.cut(start, stop) for column in self.columns))

    def measure_longest(self) -> int:
        """The bytes of the longest text, or more."""
        longest = 0
        for column in self.columns:
            texts = column.cells.dictionary if pa.types.is_dictionary(column.cells.type) else column.cells
            if pa.types.is_string(texts.type):
                longest = max(longest, int(_measure_texts(texts).max(initial=0)))
            longest = max(longest, *(len(cell) for cell in column.odd.values() if isinstance(cell, str)), 0)
        return longest

    def list_rows(self) -> Iterator[Row]:
        """The rows one by one, as ``RawSheet.open_rows`` gives them."""
        columns = [column.read_all() for column in self.columns]
        cells = zip(*columns, strict=True) if columns else (() for _ in self.rows)
        yield from zip(self.rows.tolist(), cells, strict=True)


def gather_rows(rows: Sequence[Row]) -> Block | None:
    """Rows of texts as a block; None where they differ in length."""
    width = len(rows[0][1])
    if any(len(cells) != width for _, cells in rows) or width == 0:
        return None
    columns = zip(*(cells for _, cells in rows), strict=True)
    numbers = np.array([number for number, _ in rows], dtype=np.int64)
    return Block(numbers, tuple(CellColumn(pa.array(cells, type=pa.string())) for cells in columns))


def join_chunks(column: pa.ChunkedArray) -> pa.Array:
    """One array of what was read in pieces."""
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def comes_in_runs(cells: pa.Array) -> bool:
    """Whether the same stands below one another often, as units do: then runs are found faster than texts are."""
    start = cells.slice(0, _LOOKED_AT)
    return len(start) == _LOOKED_AT and len(pc.run_end_encode(start).values) <= _LOOKED_AT // 16


def _encode_runs(cells: pa.Array) -> pa.DictionaryArray:
    runs = pc.run_end_encode(cells)
    ends = runs.run_ends.to_numpy()
    coded = runs.values.dictionary_encode()
    if coded.null_count:
        return cells.dictionary_encode()
    codes = np.repeat(coded.indices.to_numpy(), np.diff(ends, prepend=0))
    return pa.DictionaryArray.from_arrays(pa.array(codes), coded.dictionary, safe=False)


def _measure_texts(texts: pa.Array) -> NDArray[Any]:
    """How many bytes each text has; 0 for null."""
    offsets = np.frombuffer(texts.buffers()[1], dtype=np.int32)
    return np.diff(offsets[texts.offset : texts.offset + len(texts) + 1])
