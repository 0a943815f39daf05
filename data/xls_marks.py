"""What xls workbooks hold beside values (see cell_marks): an OLE container with a stream of BIFF8 records."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from data.cell_marks import BUILT_IN_FORMATS, MARKS, classify_format
from data.raw_sheets import Merge
from indicators.refusal import Signal

_BOF, _EOF, _FILEPASS = 0x0809, 0x000A, 0x002F
_BOUNDSHEET, _FORMAT, _XF = 0x0085, 0x041E, 0x00E0
_FORMULA, _BOOLERR, _NUMBER, _RK, _MULRK = 0x0006, 0x0205, 0x0203, 0x027E, 0x00BD
_ROW, _COLUMNS, _MERGED, _OTHER_BOOK = 0x0208, 0x007D, 0x00E5, 0x01AE
_BIFF8 = 0x0600
_END_OF_CHAIN = 0xFFFFFFFA
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}


class EncryptedXls(Signal):
    """The workbook is protected by a password."""


@dataclass
class XlsSheet:
    """The marks of a sheet by (row from 1, column from 0), and what it says beside its cells (see RawSheet)."""

    marks: dict[tuple[int, int], str] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)


@dataclass
class XlsMarks:
    """The sheets by name in the order of the file, and whether formulas refer to other workbooks."""

    sheets: dict[str, XlsSheet]
    has_foreign: bool
    has_macros: bool
    doubled: str | None


def read_xls_marks(content: bytes) -> XlsMarks:
    """What the workbook holds beside values.

    Raises EncryptedXls, and ValueError for what is no workbook of Excel 97 or later.
    """
    try:
        stream = _read_stream(content, ("Workbook", "Book"))
        styles, places, has_foreign = _read_globals(stream)
        names = [name.casefold() for name, _ in places]
        doubled = next((name for name, _ in places if names.count(name.casefold()) > 1), None)
        sheets = {name: _read_sheet(stream, offset, styles) for name, offset in places}
        return XlsMarks(sheets, has_foreign, "_VBA_PROJECT".encode("utf-16-le") in content, doubled)
    except (struct.error, IndexError) as error:
        raise ValueError(f"not a complete workbook: {error}") from error


def _read_globals(stream: bytes) -> tuple[list[str | None], list[tuple[str, int]], bool]:
    """The mark of each cell style by its number, the sheets with the offsets of their records, and other books."""
    formats: dict[int, str | None] = {number: kind for number, kind in BUILT_IN_FORMATS.items() if kind in MARKS}
    used: list[int] = []
    sheets = []
    has_foreign = False
    for kind, body in _read_records(stream, 0):
        if kind == _FILEPASS:
            raise EncryptedXls
        if kind == _FORMAT:
            length = struct.unpack_from("<H", body, 2)[0]
            formats[struct.unpack_from("<H", body)[0]] = classify_format(_read_text(body, 4, length))
        elif kind == _XF:
            used.append(struct.unpack_from("<H", body, 2)[0])
        elif kind == _BOUNDSHEET:
            sheets.append((_read_text(body, 7, body[6]), struct.unpack_from("<I", body)[0]))
        elif kind == _OTHER_BOOK and len(body) > 4:
            # The workbook itself and functions of add-ins are four bytes, another workbook is a path.
            has_foreign = True
    return [formats.get(number) for number in used], sheets, has_foreign


def _read_sheet(stream: bytes, offset: int, styles: list[str | None]) -> XlsSheet:
    sheet = XlsSheet()
    for kind, body in _read_records(stream, offset):
        if kind == _ROW:
            height, flags = struct.unpack_from("<H4xH", body, 6)
            if flags & 0x20 or not height & 0x7FFF:
                sheet.hidden_rows.add(struct.unpack_from("<H", body)[0] + 1)
        elif kind == _COLUMNS:
            first, last, width, _, flags = struct.unpack_from("<5H", body)
            if flags & 1 or not width:
                sheet.hidden_columns.update(range(first, min(last, 255) + 1))
        elif kind == _MERGED:
            for at in range(struct.unpack_from("<H", body)[0]):
                top, bottom, left, right = struct.unpack_from("<4H", body, 2 + 8 * at)
                sheet.merges.append(Merge(top + 1, left, bottom + 1, right))
        elif kind in (_FORMULA, _BOOLERR, _NUMBER, _RK, _MULRK):
            _mark_cells(kind, body, styles, sheet.marks)
    return sheet


def _mark_cells(kind: int, body: bytes, styles: list[str | None], marks: dict[tuple[int, int], str]) -> None:
    row, column, style = struct.unpack_from("<HHH", body)
    if kind == _MULRK:
        cells = [(column + i, struct.unpack_from("<H", body, 4 + 6 * i)[0]) for i in range((len(body) - 6) // 6)]
    else:
        cells = [(column, style)]
    error = _read_error(kind, body)
    for place, number in cells:
        if mark := error or styles[number]:
            marks[row + 1, place] = mark


def _read_error(kind: int, body: bytes) -> str | None:
    """The code of a failed formula, or of an error that was typed."""
    if kind == _BOOLERR and body[7]:
        return _ERRORS.get(body[6], "#N/A")
    # A result that is no number ends with FFFF; its first byte tells that it is an error.
    if kind == _FORMULA and body[12:14] == b"\xff\xff" and body[6] == 2:
        return _ERRORS.get(body[8], "#N/A")
    return None


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
