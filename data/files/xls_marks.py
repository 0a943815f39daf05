"""What xls workbooks hold beside texts: an OLE container with a stream of BIFF8 records."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from data.files.hiding import SheetNotes, SheetView
from data.files.number_formats import CellStyle
from data.files.raw_cells import ErrorCell, RawCell, UncachedFormula
from data.files.raw_sheets import MergeArea
from data.files.xls_looks import XlsLooks, read_text
from data.files.xls_rules import XlsRules
from data.files.xlsx_rows import LEAST
from indicators.entries.refusal import Signal

_BOF, _EOF, _FILEPASS, _DATEMODE = 0x0809, 0x000A, 0x002F, 0x0022
_BOUNDSHEET, _USUAL_HEIGHT, _USUAL_WIDTH = 0x0085, 0x0225, 0x0055
_FORMULA, _BOOLERR, _NUMBER, _RK, _MULRK = 0x0006, 0x0205, 0x0203, 0x027E, 0x00BD
_LABEL, _LABEL_SHARED, _RICH, _SHARED, _CONTINUE = 0x0204, 0x00FD, 0x00D6, 0x00FC, 0x003C
_ROW, _COLUMNS, _MERGED, _OTHER_BOOK, _VIEW = 0x0208, 0x007D, 0x00E5, 0x01AE, 0x023E
_BIFF8 = 0x0600
_WITH_CELLS = frozenset((_FORMULA, _BOOLERR, _NUMBER, _RK, _MULRK, _LABEL, _LABEL_SHARED, _RICH))
_END_OF_CHAIN = 0xFFFFFFFA
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}


class EncryptedXls(Signal):
    """The workbook is protected by a password."""


@dataclass
class XlsSheet:
    """What a sheet says beside its texts, by (row from 1, column from 0): numbers and failed formulas as they are
    shown, styles and marked runs of texts that are not shown as they are, and formulas; then its layout."""

    values: dict[tuple[int, int], RawCell] = field(default_factory=dict)
    styles: dict[tuple[int, int], CellStyle] = field(default_factory=dict)
    runs: dict[tuple[int, int], list[tuple[int, str]]] = field(default_factory=dict)
    formulas: set[tuple[int, int]] = field(default_factory=set)
    view: SheetView = field(default_factory=SheetView)
    notes: SheetNotes = field(default_factory=SheetNotes)


@dataclass
class XlsMarks:
    """The sheets by name in the order of the file, and whether formulas refer to other workbooks."""

    sheets: dict[str, XlsSheet]
    has_foreign: bool
    has_macros: bool
    doubled: str | None


@dataclass
class _Globals:
    """What holds for all sheets: the cell styles by number, and where each sheet begins."""

    looks: XlsLooks = field(default_factory=XlsLooks)
    styles: list[CellStyle] = field(default_factory=list)
    runs: dict[int, list[tuple[int, str]]] = field(default_factory=dict)
    places: list[tuple[str, int]] = field(default_factory=list)
    since_1904: bool = False
    has_foreign: bool = False


def read_xls_marks(content: bytes) -> XlsMarks:
    """What the workbook holds beside texts.

    Raises EncryptedXls, and ValueError for what is no workbook of Excel 97 or later.
    """
    try:
        stream = _read_stream(content, ("Workbook", "Book"))
        found = _read_globals(stream)
        names = [name.casefold() for name, _ in found.places]
        doubled = next((name for name, _ in found.places if names.count(name.casefold()) > 1), None)
        sheets = {name: _read_sheet(stream, offset, found) for name, offset in found.places}
        return XlsMarks(sheets, found.has_foreign, "_VBA_PROJECT".encode("utf-16-le") in content, doubled)
    except (struct.error, IndexError) as error:
        raise ValueError(f"not a complete workbook: {error}") from error


def _read_globals(stream: bytes) -> _Globals:
    shared: list[bytes] = []
    before = 0
    found = _Globals()
    for kind, body in _read_records(stream, 0):
        if kind == _FILEPASS:
            raise EncryptedXls
        found.looks.take(kind, body)
        if kind == _SHARED or (kind == _CONTINUE and before == _SHARED):
            shared.append(body)
        elif kind == _DATEMODE:
            found.since_1904 = bool(body[0])
        elif kind == _BOUNDSHEET:
            found.places.append((read_text(body, 7, body[6]), struct.unpack_from("<I", body)[0]))
        elif kind == _OTHER_BOOK and len(body) > 4:
            # The workbook itself and functions of add-ins are four bytes, another workbook is a path.
            found.has_foreign = True
        before = kind if kind != _CONTINUE else before
    found.runs = _read_runs(shared, found.looks.list_marks()) if shared else {}
    found.styles = found.looks.list_styles()
    return found


def _read_sheet(stream: bytes, offset: int, found: _Globals) -> XlsSheet:
    sheet, layout, rules = XlsSheet(), _XlsLayout(), XlsRules(found.looks.name_colour)
    for kind, body in _read_records(stream, offset):
        layout.take(kind, body)
        rules.take(kind, body)
        if kind == _MERGED:
            for at in range(struct.unpack_from("<H", body)[0]):
                top, bottom, left, right = struct.unpack_from("<4H", body, 2 + 8 * at)
                sheet.notes.merges.append(MergeArea(top + 1, left, bottom + 1, right))
        elif kind in (_FORMULA, _BOOLERR, _NUMBER, _RK, _MULRK):
            _take_values(sheet, kind, body, found)
        elif kind in (_LABEL, _LABEL_SHARED, _RICH):
            _take_text(sheet, kind, body, found)
    sheet.notes.rules = rules.found
    sheet.notes.hidden_columns = layout.hidden_columns
    sheet.notes.hidden_rows = layout.list_hidden_rows()
    sheet.view = SheetView(layout.hides_zeros, layout.shows_formulas, rules=tuple(rules.found))
    return sheet


def _take_values(sheet: XlsSheet, kind: int, body: bytes, found: _Globals) -> None:
    row, column = struct.unpack_from("<HH", body)
    if kind == _FORMULA:
        sheet.formulas.add((row + 1, column))
    for at, (style, value) in enumerate(_list_values(kind, body)):
        if value is not None:
            sheet.values[row + 1, column + at] = found.styles[style].show(value, found.since_1904)
        elif not found.styles[style].keeps_text:
            sheet.styles[row + 1, column + at] = found.styles[style]


def _take_text(sheet: XlsSheet, kind: int, body: bytes, found: _Globals) -> None:
    row, column, style = struct.unpack_from("<HHH", body)
    if kind == _LABEL_SHARED and (runs := found.runs.get(struct.unpack_from("<I", body, 6)[0])):
        sheet.runs[row + 1, column] = runs
    if not found.styles[style].keeps_text or (row + 1, column) in sheet.runs:
        sheet.styles[row + 1, column] = found.styles[style]


@dataclass
class _XlsLayout:
    """Which rows and columns of a sheet are hidden, as its records tell one after another."""

    hidden_columns: set[int] = field(default_factory=set)
    _hidden_rows: set[int] = field(default_factory=set)
    _filled_rows: set[int] = field(default_factory=set)
    _told_rows: set[int] = field(default_factory=set)
    _others_are_hidden: bool = False
    hides_zeros: bool = False
    shows_formulas: bool = False

    def take(self, kind: int, body: bytes) -> None:
        """A record; of other kinds nothing is noted."""
        if kind in _WITH_CELLS:
            self._filled_rows.add(struct.unpack_from("<H", body)[0] + 1)
        elif kind == _ROW:
            row, height, flags = struct.unpack_from("<H4xH4xH", body)
            self._told_rows.add(row + 1)
            if flags & 0x20 or height & 0x7FFF < 20 * LEAST:
                self._hidden_rows.add(row + 1)
        elif kind == _COLUMNS:
            first, last, width, _, flags = struct.unpack_from("<5H", body)
            covered = range(first, min(last, 255) + 1)
            change = self.hidden_columns.update if flags & 1 or width < 256 * LEAST else None
            (change or self.hidden_columns.difference_update)(covered)
        elif kind == _USUAL_HEIGHT:
            flags, height = struct.unpack_from("<HH", body)
            self._others_are_hidden = bool(flags & 2) or height < 20 * LEAST
        elif kind == _VIEW:
            [flags] = struct.unpack_from("<H", body)
            self.shows_formulas, self.hides_zeros = bool(flags & 1), not flags & 0x10
        elif kind == _USUAL_WIDTH and struct.unpack_from("<H", body)[0] < LEAST:
            # Columns that have a width of their own tell it further down.
            self.hidden_columns.update(range(256))

    def list_hidden_rows(self) -> set[int]:
        """The hidden rows; of those that tell nothing of themselves the usual height decides."""
        return self._hidden_rows | (self._filled_rows - self._told_rows if self._others_are_hidden else set())


def _read_runs(bodies: Sequence[bytes], marks: Sequence[str]) -> dict[int, list[tuple[int, str]]]:
    """The runs of the shared texts that have marked ones, by the number of the text."""
    pieces = _Pieces(bodies)
    [count] = struct.unpack_from("<4xI", pieces.take(8))
    found = {}
    for number in range(count):
        length, flags = struct.unpack("<HB", pieces.take(3))
        runs = struct.unpack("<H", pieces.take(2))[0] if flags & 8 else 0
        more = struct.unpack("<I", pieces.take(4))[0] if flags & 4 else 0
        pieces.skip_characters(length, wide=flags & 1)
        read = [struct.unpack("<HH", pieces.take(4)) for _ in range(runs)]
        pieces.take(more)
        named = [(start, marks[font] if font < len(marks) else "") for start, font in read]
        if any(mark for _, mark in named):
            found[number] = named
    return found


class _Pieces:
    """The shared texts as they lie in one record and those that continue it."""

    def __init__(self, bodies: Sequence[bytes]) -> None:
        self._bodies = bodies
        self._number = self._at = 0

    def take(self, length: int) -> bytes:
        """So many bytes, over the ends of records."""
        taken = b""
        while len(taken) < length:
            piece = self._bodies[self._number][self._at : self._at + length - len(taken)]
            taken += piece
            self._at += len(piece)
            if len(taken) < length:
                self._number, self._at = self._number + 1, 0
        return taken

    def skip_characters(self, count: int, wide: int) -> None:
        """Pass over characters; a record that continues a text tells anew how wide they are."""
        while count:
            room = (len(self._bodies[self._number]) - self._at) // (2 if wide else 1)
            passed = min(room, count)
            self._at += passed * (2 if wide else 1)
            count -= passed
            if count:
                self._number, self._at = self._number + 1, 1
                wide = self._bodies[self._number][0] & 1


def _list_values(kind: int, body: bytes) -> Iterator[tuple[int, RawCell]]:
    """Style and value of the cells of a record; None for the text that a formula gave."""
    [style] = struct.unpack_from("<H", body, 4)
    if kind == _NUMBER:
        yield style, struct.unpack_from("<d", body, 6)[0]
    elif kind == _RK:
        yield style, _unpack_number(body, 6)
    elif kind == _MULRK:
        for at in range(4, len(body) - 2, 6):
            yield struct.unpack_from("<H", body, at)[0], _unpack_number(body, at + 2)
    elif kind == _BOOLERR:
        yield style, ErrorCell(_ERRORS.get(body[6], "#N/A")) if body[7] else bool(body[6])
    else:
        yield style, _read_result(body)


def _unpack_number(body: bytes, at: int) -> float:
    """A number in four bytes: the upper half of a double, or an integer, either perhaps a hundredth."""
    [packed] = struct.unpack_from("<i", body, at)
    upper: float = struct.unpack("<d", struct.pack("<Ii", 0, packed & ~3))[0]
    number = packed >> 2 if packed & 2 else upper
    return number / 100 if packed & 1 else float(number)


def _read_result(body: bytes) -> RawCell:
    """The stored result of a formula. Programs that only write files leave it to Excel to work it out on opening."""
    [flags] = struct.unpack_from("<H", body, 14)
    if flags & 2:
        return UncachedFormula()
    if body[12:14] != b"\xff\xff":
        return float(struct.unpack_from("<d", body, 6)[0])
    # A result that is no number tells in its first byte what it is: 0 a text, 1 true or false, 2 an error, 3 nothing.
    if body[6] == 1:
        return bool(body[8])
    return ErrorCell(_ERRORS.get(body[8], "#N/A")) if body[6] == 2 else None


def _read_records(stream: bytes, offset: int) -> Iterator[tuple[int, bytes]]:
    """The records from ``offset`` to the end of that part; those of embedded charts are left out."""
    kind, length = struct.unpack_from("<HH", stream, offset)
    if kind != _BOF or struct.unpack_from("<H", stream, offset + 4)[0] != _BIFF8:
        raise ValueError("not a workbook of Excel 97 or later")
    depth = 0
    while True:
        kind, length = struct.unpack_from("<HH", stream, offset)
        depth += (kind == _BOF) - (kind == _EOF)
        if depth == 0:
            return
        if depth == 1:
            yield kind, stream[offset + 4 : offset + 4 + length]
        offset += 4 + length


def _read_stream(content: bytes, names: tuple[str, ...]) -> bytes:
    """The first of the named streams of an OLE container. Raises ValueError if there is none."""
    size, small_size = (1 << power for power in struct.unpack_from("<HH", content, 30))
    directory_start, _, cutoff, small_start = struct.unpack_from("<4I", content, 48)
    # Sector 0 follows the header, so that sectors count from the second block of the file.
    table = _read_sector_table(content, size)
    directory = _follow_chain(content[size:], table, directory_start, size)
    for entry in (directory[at : at + 128] for at in range(0, len(directory) - 127, 128)):
        name = entry[: max(0, struct.unpack_from("<H", entry, 64)[0] - 2)].decode("utf-16-le", "replace")
        if name in names:
            start, length = struct.unpack_from("<II", entry, 116)
            if length >= cutoff:
                return _follow_chain(content[size:], table, start, size)[:length]
            # Short streams lie in pieces in one common stream, that of the first entry.
            small_table = _follow_chain(content[size:], table, small_start, size)
            chain = struct.unpack(f"<{len(small_table) // 4}I", small_table)
            root_start = struct.unpack_from("<I", directory, 116)[0]
            return _follow_chain(_follow_chain(content[size:], table, root_start, size), chain, start, small_size)[
                :length
            ]
    raise ValueError("no workbook in the container")


def _read_sector_table(content: bytes, size: int) -> list[int]:
    """For each sector the one that follows it in its chain."""
    places = list(struct.unpack_from("<109I", content, 76))
    more_start, left = struct.unpack_from("<II", content, 68)
    for _ in range(min(left, len(content) // size)):
        *more, more_start = struct.unpack_from(f"<{size // 4}I", content, (more_start + 1) * size)
        places += more
    table: list[int] = []
    for place in places:
        if place < _END_OF_CHAIN:
            table += struct.unpack_from(f"<{size // 4}I", content, (place + 1) * size)
    return table


def _follow_chain(blocks: bytes, table: Sequence[int], start: int, size: int) -> bytes:
    parts: list[bytes] = []
    while start < _END_OF_CHAIN:
        parts.append(blocks[start * size : (start + 1) * size])
        start = table[start]
        if len(parts) > len(table):
            raise ValueError("a chain of sectors runs in a circle")
    return b"".join(parts)
