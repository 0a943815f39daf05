"""What xls workbooks hold beside texts: an OLE container with a stream of BIFF8 records."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from data.files.number_formats import BUILT_IN_FORMATS, GENERAL, CellStyle
from data.files.raw_cells import STRUCK, WHITE, ErrorCell, RawCell, UncachedFormula
from data.files.raw_sheets import MergeArea
from data.files.xlsx_rows import LEAST
from indicators.entries.refusal import Signal

_BOF, _EOF, _FILEPASS, _DATEMODE = 0x0809, 0x000A, 0x002F, 0x0022
_BOUNDSHEET, _FORMAT, _XF, _FONT = 0x0085, 0x041E, 0x00E0, 0x0031
_FORMULA, _BOOLERR, _NUMBER, _RK, _MULRK = 0x0006, 0x0205, 0x0203, 0x027E, 0x00BD
_LABEL, _LABEL_SHARED, _RICH, _SHARED, _CONTINUE = 0x0204, 0x00FD, 0x00D6, 0x00FC, 0x003C
_ROW, _COLUMNS, _MERGED, _OTHER_BOOK = 0x0208, 0x007D, 0x00E5, 0x01AE
_BIFF8 = 0x0600
#: The numbers of white among the colours.
_PAPER = (b"\x09\x00", b"\x01\x00")
_END_OF_CHAIN = 0xFFFFFFFA
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}


class EncryptedXls(Signal):
    """The workbook is protected by a password."""


@dataclass
class XlsSheet:
    """What a sheet says beside its texts, by (row from 1, column from 0): numbers and failed formulas as they are
    shown, styles and marked runs of texts that are not shown as they are; then its layout (see RawSheet)."""

    values: dict[tuple[int, int], RawCell] = field(default_factory=dict)
    styles: dict[tuple[int, int], CellStyle] = field(default_factory=dict)
    runs: dict[tuple[int, int], list[tuple[int, str]]] = field(default_factory=dict)
    merges: list[MergeArea] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)


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
    reader, before = _GlobalsReader(), 0
    for kind, body in _read_records(stream, 0):
        if kind == _FILEPASS:
            raise EncryptedXls
        reader.take(kind, body, goes_on=before == _SHARED)
        before = kind if kind != _CONTINUE else before
    return reader.finish()


class _GlobalsReader:
    """What the records before the sheets say of all of them, one after the other."""

    def __init__(self) -> None:
        self._found = _Globals()
        self._codes = dict(BUILT_IN_FORMATS)
        self._used: list[tuple[int, int, bool]] = []
        self._marks: list[str] = []
        self._white: list[bool] = []
        self._shared: list[bytes] = []

    def take(self, kind: int, body: bytes, *, goes_on: bool) -> None:
        """A record; ``goes_on`` says that one that continues continues the shared texts."""
        if kind == _FORMAT:
            length = struct.unpack_from("<H", body, 2)[0]
            self._codes[struct.unpack_from("<H", body)[0]] = _read_text(body, 4, length)
        elif kind == _FONT:
            # Number 4 is left out of the count.
            for _ in range(2 if len(self._marks) == 3 else 1):
                self._marks.append("struck" if body[2] & 8 else ("", "superscript", "subscript")[min(body[8], 2)])
                self._white.append(body[4:6] in _PAPER)
        elif kind == _XF:
            self._used.append((*struct.unpack_from("<HH", body), not struct.unpack_from("<I", body, 14)[0] >> 26))
        elif kind == _SHARED or (kind == _CONTINUE and goes_on):
            self._shared.append(body)
        elif kind == _DATEMODE:
            self._found.since_1904 = bool(body[0])
        elif kind == _BOUNDSHEET:
            self._found.places.append((_read_text(body, 7, body[6]), struct.unpack_from("<I", body)[0]))
        elif kind == _OTHER_BOOK and len(body) > 4:
            # The workbook itself and functions of add-ins are four bytes, another workbook is a path.
            self._found.has_foreign = True

    def finish(self) -> _Globals:
        """What was found, once all formats, fonts and texts are known."""
        found, marks = self._found, self._marks
        found.runs = _read_runs(self._shared, marks) if self._shared else {}
        unclear = [STRUCK if mark == "struck" else None for mark in marks]
        pairs = zip(self._white, unclear, strict=True)
        on_paper = [WHITE if is_white and each is None else each for is_white, each in pairs]
        for font, number, is_bare in self._used:
            fonts = on_paper if is_bare else unclear
            unseen = fonts[font] if font < len(fonts) else None
            found.styles.append(CellStyle.of(self._codes.get(number, GENERAL), unseen))
        return found


def _read_sheet(stream: bytes, offset: int, found: _Globals) -> XlsSheet:
    sheet = XlsSheet()
    for kind, body in _read_records(stream, offset):
        if kind == _ROW:
            height, flags = struct.unpack_from("<H4xH", body, 6)
            if flags & 0x20 or height & 0x7FFF < 20 * LEAST:
                sheet.hidden_rows.add(struct.unpack_from("<H", body)[0] + 1)
        elif kind == _COLUMNS:
            first, last, width, _, flags = struct.unpack_from("<5H", body)
            if flags & 1 or width < 256 * LEAST:
                sheet.hidden_columns.update(range(first, min(last, 255) + 1))
        elif kind == _MERGED:
            for at in range(struct.unpack_from("<H", body)[0]):
                top, bottom, left, right = struct.unpack_from("<4H", body, 2 + 8 * at)
                sheet.merges.append(MergeArea(top + 1, left, bottom + 1, right))
        elif kind in (_FORMULA, _BOOLERR, _NUMBER, _RK, _MULRK):
            _take_values(sheet, kind, body, found)
        elif kind in (_LABEL, _LABEL_SHARED, _RICH):
            _take_text(sheet, kind, body, found)
    return sheet


def _take_values(sheet: XlsSheet, kind: int, body: bytes, found: _Globals) -> None:
    row, column = struct.unpack_from("<HH", body)
    for at, (style, value) in enumerate(_list_values(kind, body)):
        if value is not None:
            sheet.values[row + 1, column + at] = found.styles[style].show(value, found.since_1904)
        elif not found.styles[style].keeps_text:
            sheet.styles[row + 1, column + at] = found.styles[style]


def _take_text(sheet: XlsSheet, kind: int, body: bytes, found: _Globals) -> None:
    row, column, style = struct.unpack_from("<HHH", body)
    if not found.styles[style].keeps_text:
        sheet.styles[row + 1, column] = found.styles[style]
    if kind == _LABEL_SHARED and (runs := found.runs.get(struct.unpack_from("<I", body, 6)[0])):
        sheet.runs[row + 1, column] = runs


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


def _read_text(body: bytes, offset: int, length: int) -> str:
    wide = body[offset] & 1
    text = body[offset + 1 : offset + 1 + length * (2 if wide else 1)]
    return text.decode("utf-16-le" if wide else "latin-1")


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
