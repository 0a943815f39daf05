"""The tags of rows and cells in the XML of a sheet, taken apart all at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from data.files.xlsx_rows import count_column

Places = NDArray[np.int64]
Mask = NDArray[np.bool_]
TEXT, NUMBER, DAY, ODD = range(4)
#: Attributes each at most once and in the order in which programs write them, so that none is written twice.
_ROW = (
    r'^<row r="(?P<n>[0-9]{1,7})"(?: spans="[0-9: ]*")?(?: s="[0-9]+")?(?: customFormat="[01]")?'
    r'(?: ht="[1-9][0-9.]*")?(?: customHeight="[01]")?(?: outlineLevel="[0-9]")?'
    r'(?: thickTop="[01]")?(?: thickBot="[01]")?(?: x14ac:dyDescent="[0-9.]+")?>\s*$'
)
#: No entity, no tag, nothing that XML cannot hold or would change.
_TEXT = r"[^<>&\x00-\x1f\x7f\x{fffe}\x{ffff}]+"
_CELL = (
    r'^<c r="(?P<l>[A-Z]{1,3})(?P<n>[0-9]{1,7})"(?: s="(?P<s>[0-9]{1,5})")?(?: t="(?P<t>s|n|str|inlineStr)")?'
    rf'(?:/>|>(?:<v>(?P<v>{_TEXT})</v>|<is><t(?: xml:space="preserve")?>(?P<i>{_TEXT})</t></is>)?</c>)'
    r"\s*(?P<e></row>)?\s*$"
)


@dataclass(frozen=True)
class Cells:
    """Cells one after another: their columns, types and styles as written (empty where none is), and what they hold."""

    columns: Places
    kinds: pa.Array
    styles: pa.Array
    values: pa.Array
    inline: pa.Array

    def cut(self, start: int, stop: int) -> Cells:
        """The cells from one place to another, without the last."""
        parts = (each.slice(start, stop - start) for each in (self.kinds, self.styles, self.values, self.inline))
        return Cells(self.columns[start:stop], *parts)

    def take(self, places: Places) -> Cells:
        """The cells at these places."""
        if len(places) == len(self.columns):
            return self
        at = pa.array(places)
        parts = (each.take(at) for each in (self.kinds, self.styles, self.values, self.inline))
        return Cells(self.columns[places], *parts)

    @property
    def has_value(self) -> Mask:
        """Which cells have a stored value."""
        return to_mask(pc.not_equal(self.values, ""))

    @property
    def has_inline(self) -> Mask:
        """Which cells have a text of their own."""
        return to_mask(pc.not_equal(self.inline, ""))

    def is_kind(self, kind: str) -> Mask:
        """Which cells are of that type."""
        return to_mask(pc.equal(self.kinds, kind))

    def judge(self, judge: Callable[[str, str], int]) -> NDArray[np.int8]:
        """A judgement on the type and style of every cell."""
        kinds, styles = self.kinds.dictionary_encode(), self.styles.dictionary_encode()
        names, others = kinds.dictionary.to_pylist(), styles.dictionary.to_pylist()
        table = np.array([[judge(kind, style) for style in others] for kind in names], dtype=np.int8)
        found: NDArray[np.int8] = table.reshape(len(names), len(others))[
            kinds.indices.to_numpy(), styles.indices.to_numpy()
        ]
        return found


class Lines:
    """The rows of a piece of a sheet and their cells. ``rows`` are the places of rows among all tags; a piece that
    does not begin with a row has none."""

    def __init__(self, content: bytes) -> None:
        codes = np.frombuffer(content + b"    ", dtype=np.uint8)
        tags = np.flatnonzero(codes == ord("<"))
        second, third, fourth, fifth = (codes[tags + step] for step in range(1, 5))
        is_cell = (second == ord("c")) & _ends_name(third)
        is_row = (second == ord("r")) & (third == ord("o")) & (fourth == ord("w")) & _ends_name(fifth)
        self._starts = tags[is_cell | is_row]
        row_tags = is_row[is_cell | is_row]
        self._size = len(content)
        self.rows = np.flatnonzero(row_tags)
        if not len(self.rows) or self.rows[0] or content[: self._starts[0]].strip():
            self.rows = np.zeros(0, dtype=np.int64)
            return
        offsets = np.append(self._starts, len(content)).astype(np.int32)
        lines = pa.StringArray.from_buffers(len(self._starts), pa.py_buffer(offsets.tobytes()), pa.py_buffer(content))
        found = pc.extract_regex(lines.take(pa.array(self.rows)), _ROW)
        self._fine_rows = to_mask(found.is_valid())
        self.numbers = _read_numbers(found, self._fine_rows)
        places = np.flatnonzero(~row_tags)
        self.owners = np.cumsum(row_tags)[places] - 1
        cells = pc.extract_regex(lines.take(pa.array(places)), _CELL)
        self._fine_cells = to_mask(cells.is_valid())
        self._own_numbers = _read_numbers(cells, self._fine_cells)
        self._ends = to_mask(pc.not_equal(cells.field("e"), ""))
        letters = cells.field("l").dictionary_encode()
        columns = np.array([count_column(each) for each in letters.dictionary.to_pylist()], dtype=np.int64)
        self.cells = Cells(
            columns[letters.indices.to_numpy()] if len(columns) else np.zeros(0, dtype=np.int64),
            *(cells.field(name) for name in ("t", "s", "v", "i")),
        )

    @property
    def cell_rows(self) -> Places:
        """The number of the row of every cell."""
        found: Places = self.numbers[self.owners]
        return found

    def find_plain(self) -> Mask:
        """The rows of which every tag is a plain one, in the order in which the format demands them."""
        last = np.append(self.owners[1:] != self.owners[:-1], True) if len(self.owners) else np.zeros(0, bool)
        fine = self._fine_cells & (self._own_numbers == self.cell_rows) & (self._ends == last)
        columns = self.cells.columns
        fine[1:] &= (columns[1:] > columns[:-1]) | last[:-1]
        grow = np.diff(self.numbers, prepend=0) > 0
        grow[1:] |= ~self._fine_rows[:-1]
        filled = np.bincount(self.owners, minlength=len(self.rows)) > 0
        return self._fine_rows & grow & filled & self.all_cells(fine)

    def all_cells(self, fine: Mask) -> Mask:
        """The rows all of whose cells are so."""
        found: Mask = np.bincount(self.owners[~fine], minlength=len(self.rows)) == 0
        return found

    def find_cells(self, first: int, end: int) -> tuple[int, int]:
        """Where the cells of the rows from one to another begin and end."""
        start, stop = np.searchsorted(self.owners, [first, end])
        return int(start), int(stop)

    def find_bytes(self, first: int, end: int) -> tuple[int, int]:
        """Where the rows from one to another begin and end in the piece."""
        stop = self._starts[self.rows[end]] if end < len(self.rows) else self._size
        return int(self._starts[self.rows[first]]), int(stop)


def to_mask(found: pa.Array) -> Mask:
    """A boolean array, where null is false."""
    return np.asarray(found.fill_null(False).to_numpy(zero_copy_only=False), dtype=bool)


def _ends_name(codes: NDArray[np.uint8]) -> Mask:
    return np.isin(codes, np.frombuffer(b" >/", dtype=np.uint8))


def _read_numbers(found: pa.Array, fine: Mask) -> Places:
    numbers: Places = pc.if_else(pa.array(fine), found.field("n"), "0").cast(pa.int64()).to_numpy().copy()
    return numbers
