"""Sheets of an xlsx workbook by column: rows written in the plain way are split at once, others element by element.

Plain is a row of which every tag is one of those that all programs write, with nothing but a number, a text or the
number of a shared text in a cell. Formulas, runs of formatted text, entities, and whatever else makes a cell odd
leave the row to ``xlsx_rows``, which stays the only truth about it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import IO
from xml.etree import ElementTree
from xml.parsers import expat

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.files.blocks import Block, CellColumn
from data.files.packages import local_name, refuse_declarations
from data.files.raw_cells import RawCell
from data.files.raw_sheets import Row
from data.files.rich_texts import Strings
from data.files.xlsx_lines import DAY, NUMBER, ODD, TEXT, Cells, Lines, Mask, Places, to_mask
from data.files.xlsx_rows import LARGEST_AREA, LAST_ROW, RowReader, Styles

_PIECE = 1 << 20
_HEAD = 1 << 20
_OPEN, _CLOSE = b"<sheetData>", b"</sheetData>"
_MAIN = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_ROOT = re.compile(rb"<worksheet\b[^<>]*>")
_UTF8 = re.compile(rb"""\s*(?:<\?xml version=["']1\.0["'](?: encoding=["'](?i:utf-8)["'])?[^<>]*\?>\s*)?<worksheet\b""")
_NUMBER = r"^-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?$"
_INDEX = "^[0-9]{1,9}$"
#: Days from the first one that spreadsheets count to that of Arrow; before the 61st they count one too many.
_EPOCH, _FIRST, _LAST = 25569, 61, 2958466
_TRIED = 45292.0


class SheetBlocks:
    """The rows of one sheet, of which ``open_part`` gives the XML from its start, again and again."""

    def __init__(self, open_part: Callable[[], IO[bytes]], styles: Styles, strings: Strings, rows: RowReader) -> None:
        self._open_part = open_part
        self._styles = styles
        self._strings = strings
        self._rows = rows
        self._head = b""
        self._root = b""

    def read_head(self) -> list[ElementTree.Element] | None:
        """What stands before the rows; None if the sheet is not written plainly enough to be split.

        It takes one pass over the sheet, since a comment anywhere could hide what looks like rows.
        """
        with self._open_part() as part:
            start = part.read(_HEAD)
            refuse_declarations(start)
            head, opened, _ = start.partition(_OPEN)
            root = _ROOT.search(head)
            if not opened or root is None or _MAIN not in root[0] or _UTF8.match(head) is None:
                return None
            if start.find(b"<?", 2) >= 0 or not self._is_plain(start, part) or self._shared_texts is None:
                return None
        self._head, self._root = head + opened, root[0]
        try:
            element = ElementTree.fromstring(self._head + _CLOSE + b"</worksheet>")
        except ElementTree.ParseError:
            return None
        children = [*element]
        return children[:-1] if children and local_name(children[-1]) == "sheetData" else None

    def _is_plain(self, start: bytes, part: IO[bytes]) -> bool:
        named, before = 0, b""
        piece = start
        while piece:
            joined = before + piece
            if b"<!" in joined or (before and b"<?" in joined):
                return False
            named += joined.count(b"sheetData") - before.count(b"sheetData")
            before = joined[-16:]
            piece = part.read(_HEAD)
        return named == 2

    def read(self) -> Iterator[Block | Row]:
        """The rows but for empty ones. May raise TooLarge, ValueError, LookupError or SyntaxError."""
        with self._open_part() as part:
            part.read(len(self._head))
            buffer, ended = b"", False
            while not ended:
                piece = part.read(_PIECE)
                buffer += piece
                rows, closed, tail = buffer.partition(_CLOSE)
                ended = bool(closed)
                if not ended:
                    if not piece:
                        raise ValueError("a sheet that breaks off")
                    cut = buffer.rfind(b"</row>") + len(b"</row>")
                    rows, buffer = (buffer[:cut], buffer[cut:]) if cut >= len(b"</row>") else (b"", buffer)
                if rows.strip():
                    yield from self._split(rows)
            self._check_tail(tail, part)

    def _check_tail(self, tail: bytes, part: IO[bytes]) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.Parse(self._head + _CLOSE + tail)
        while piece := part.read(_HEAD):
            parser.Parse(piece)
        parser.Parse(b"", True)

    def _split(self, content: bytes) -> Iterator[Block | Row]:
        lines = Lines(content)
        undeclared = b"x14ac:" in content and b"xmlns:x14ac=" not in self._root
        if undeclared or not len(lines.rows):
            yield from self._read_apart(content)
            return
        plain = lines.find_plain() & self._find_readable(lines)
        ends = [0, *(np.flatnonzero(plain[1:] != plain[:-1]) + 1).tolist(), len(plain)]
        for first, end in pairwise(ends):
            # Numbers that do not grow are for the other way to refuse.
            if plain[first] and lines.numbers[first] > self._rows.last:
                yield self._build_block(lines, first, end)
                self._rows.last = int(lines.numbers[end - 1])
            else:
                start, stop = lines.find_bytes(first, end)
                yield from self._read_apart(content[start:stop])

    def _read_apart(self, content: bytes) -> Iterator[Row]:
        for element in ElementTree.fromstring(self._root + _OPEN + content + _CLOSE + b"</worksheet>")[0]:
            if local_name(element) == "row":
                for row, cells in self._rows.read(element):
                    if cells:
                        yield row, cells

    @cached_property
    def _shared_texts(self) -> pa.Array | None:
        """The shared texts; None if they are no text at all."""
        ends = np.frombuffer(self._strings.ends, dtype=np.uint64).astype(np.int64)
        offsets = np.append(np.zeros(1, np.int64), ends)
        packed = bytes(self._strings.packed)
        try:
            packed.decode()
        except UnicodeDecodeError:
            return None
        return pa.LargeStringArray.from_buffers(len(ends), pa.py_buffer(offsets.tobytes()), pa.py_buffer(packed))

    def _find_readable(self, lines: Lines) -> Mask:
        """The rows of which every cell has a type and a style that there are, and lies where a table may reach."""
        cells = lines.cells
        shared, full, own = cells.is_kind("s"), cells.has_value, cells.has_inline
        fine = cells.is_kind("inlineStr") == own
        count = len(self._strings.ends)
        indexes = shared & full
        fine &= ~indexes | _match(cells.values, _INDEX)
        fine &= ~indexes | (_to_numbers(cells.values, indexes & fine) < count)
        numbers = full & (cells.is_kind("") | cells.is_kind("n"))
        fine &= ~numbers | _match(cells.values, _NUMBER)
        # A sign that stands for another.
        fine &= ~to_mask(pc.match_substring(cells.inline, "_x")) & ~to_mask(pc.match_substring(cells.values, "_x"))
        fine &= cells.judge(self._has_style) == 1
        fine &= (lines.cell_rows * (cells.columns + 1) <= LARGEST_AREA) & (lines.cell_rows <= LAST_ROW)
        return lines.all_cells(fine)

    def _has_style(self, kind: str, style: str) -> int:
        return int(int(style or 0) < len(self._styles.cells) or not (style or self._styles.cells))

    def _build_block(self, lines: Lines, first: int, end: int) -> Block:
        """The plain rows from one to another, without the last."""
        start, stop = lines.find_cells(first, end)
        cells = lines.cells.cut(start, stop)
        owners = lines.owners[start:stop] - first
        rows = lines.numbers[first:end]
        full = cells.has_value | cells.has_inline
        width = int(cells.columns[full].max(initial=-1)) + 1
        columns = []
        for column in range(width):
            places = np.flatnonzero((cells.columns == column) & full)
            columns.append(self._build_column(cells.take(places), owners[places], len(rows)))
        return Block(rows, tuple(columns))

    def _build_column(self, cells: Cells, owners: Places, count: int) -> CellColumn:
        kinds = cells.judge(self._name_kind)
        if (kinds == DAY).any():
            days = _to_numbers(cells.values, (kinds == DAY) & _match(cells.values, _INDEX))
            kinds[(kinds == DAY) & ((days < _FIRST) | (days >= _LAST))] = ODD
        if self._strings.unclear and (kinds == TEXT).any():
            struck = np.isin(_to_numbers(cells.values, cells.is_kind("s")), [*self._strings.unclear])
            kinds[struck & cells.is_kind("s")] = ODD
        usual = max((TEXT, NUMBER, DAY), key=lambda kind: int((kinds == kind).sum()))
        mine, rest = np.flatnonzero(kinds == usual), np.flatnonzero(kinds != usual)
        found = {TEXT: self._read_texts, NUMBER: _read_numbers, DAY: _read_days}[usual](cells.take(mine))
        if len(mine) < count:
            places = np.zeros(count, dtype=np.int64)
            absent = np.ones(count, bool)
            places[owners[mine]] = np.arange(len(mine))
            absent[owners[mine]] = False
            found = found.take(pa.array(places, mask=absent))
        return CellColumn(found, self._read_odd(cells.take(rest), owners[rest]))

    def _name_kind(self, kind: str, style: str) -> int:
        """What a cell of this type and style holds, if its value is as usual."""
        dressed = self._styles.find(style or None)
        if kind in ("s", "inlineStr", "str"):
            return TEXT if dressed is None or dressed.keeps_text else ODD
        if dressed is None:
            return NUMBER
        format_ = dressed.format
        if dressed.unclear is not None or len(format_.sections) != 1 or format_.sections[0].condition is not None:
            return ODD
        section = format_.sections[0]
        if len(section.pieces) == 1 and (section.has("general") or section.has("text")):
            return NUMBER
        tried = format_.show(_TRIED, self._styles.since_1904)
        is_day = type(tried) is date and section.has("day") and tried == date(2024, 1, 1)
        return DAY if is_day and type(format_.show(_TRIED + 1, self._styles.since_1904)) is date else ODD

    def _read_texts(self, cells: Cells) -> pa.Array:
        shared = cells.is_kind("s")
        if not shared.any():
            return pc.if_else(pa.array(cells.has_inline), cells.inline, cells.values)
        if shared.all():
            coded = cells.values.cast(pa.int64()).dictionary_encode()
            assert self._shared_texts is not None
            words = self._shared_texts.take(coded.dictionary).cast(pa.string())
            return pa.DictionaryArray.from_arrays(coded.indices, words)
        texts = pc.if_else(pa.array(cells.has_inline), cells.inline, cells.values)
        found = zip(texts.to_pylist(), shared.tolist(), strict=True)
        return pa.array([self._strings[int(text)] if is_shared else text for text, is_shared in found], pa.string())

    def _read_odd(self, cells: Cells, owners: Places) -> dict[int, RawCell]:
        odd: dict[int, RawCell] = {}
        known: dict[tuple[str, str, str, str], RawCell] = {}
        parts = (cells.kinds, cells.styles, cells.values, cells.inline)
        for at, cell in zip(owners.tolist(), zip(*(part.to_pylist() for part in parts), strict=True), strict=True):
            if cell not in known:
                kind, style, value, inline = cell
                known[cell] = (
                    self._styles.dress(inline, style or None)
                    if kind == "inlineStr"
                    else self._rows.type_value(value, kind or None, style or None)
                )
            odd[at] = known[cell]
        return odd


def _match(texts: pa.Array, pattern: str) -> Mask:
    return to_mask(pc.match_substring_regex(texts, pattern))


def _to_numbers(texts: pa.Array, wanted: Mask) -> Places:
    """Whole numbers where they are wanted, and 0 elsewhere."""
    numbers: Places = pc.if_else(pa.array(wanted), texts, "0").cast(pa.int64()).to_numpy()
    return numbers


def _read_numbers(cells: Cells) -> pa.Array:
    return cells.values.cast(pa.float64())


def _read_days(cells: Cells) -> pa.Array:
    days = cells.values.cast(pa.int32()).to_numpy() - _EPOCH
    return pa.array(days.astype(np.int32)).cast(pa.date32())
