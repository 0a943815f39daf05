"""A copy of a file with its mistakes as comments on the cells, so that they can be mended in place."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from html import escape, unescape
from pathlib import Path, PurePath

import xlsxwriter

from data.files.mistakes import FileMistake, name_cell
from data.files.packages import Package, fold_part
from data.files.raw_cells import PercentNumber, RawCell, ShownNumber
from data.files.readers import read_sheets
from data.files.xlsx import XlsxBook
from data.files.xlsx_rows import count_column
from indicators.entries.refusal import Refusal

#: A sheet whose XML is longer is not copied: nobody mends so many rows by hand.
LARGEST = 64 * 1024**2
_DOC = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument"
#: What stands behind the drawing of comments in a sheet, in the order that the format demands.
_BEHIND = re.compile(rb"<(?:legacyDrawingHF|picture|oleObjects|controls|webPublishItems|tableParts|extLst)\b")
_DECLARED = (
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"'
)
_SHAPE_TYPE = (
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_SHAPE = (
    '<v:shape id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;width:300pt;height:80pt;'
    'visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow on="t" '
    'obscured="t"/><v:textbox/><x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
    "<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)

Notes = dict[tuple[int, int], str]


def name_copy(file_name: str) -> str:
    """What the copy of a file is called."""
    return f"{PurePath(file_name).stem}-批注.xlsx"


def annotate_file(path: Path, mistakes: Sequence[FileMistake]) -> bytes | None:
    """The copy of a file with these mistakes of it; None where none has a cell, or the file cannot be read.

    A workbook (xlsx) is copied as it is, with the comments that it has; of any other file the cells are written into
    a new workbook.
    """
    notes = _gather(mistakes)
    if not notes:
        return None
    try:
        content = path.read_bytes()
        if content.startswith(b"PK\x03\x04") and path.suffix.lower() != ".ods":
            return _add_comments(content, notes)
        return _write_anew(path.name, content, notes)
    except (Refusal, OSError, ValueError, LookupError, SyntaxError, zipfile.BadZipFile, NotImplementedError):
        return None


def _gather(mistakes: Sequence[FileMistake]) -> dict[str | None, Notes]:
    """The words for each cell of each sheet; what is wrong with a row stands in its first cell."""
    notes: dict[str | None, Notes] = {}
    for mistake in mistakes:
        row, _, letters = mistake.order
        if not row:
            continue
        place = (row - 1, count_column(letters or "A"))
        own = notes.setdefault(mistake.sheet, {})
        own[place] = f"{own[place]}\n{mistake.text}" if place in own else mistake.text
    return notes


def _write_anew(file_name: str, content: bytes, notes: dict[str | None, Notes]) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for sheet in read_sheets(file_name, content):
            target = book.add_worksheet((sheet.sheet or PurePath(file_name).stem)[:31])
            for row, cells in sheet.open_rows():
                for column, cell in enumerate(cells):
                    if isinstance(cell, date):
                        target.write_datetime(row - 1, column, datetime(cell.year, cell.month, cell.day), day)  # noqa: DTZ001
                    elif type(cell) in (int, float):
                        target.write(row - 1, column, cell)
                    elif cell is not None and cell != "":
                        target.write_string(row - 1, column, _show(cell))
            for (line, column), text in notes.get(sheet.sheet, {}).items():
                target.write_comment(line, column, text, {"x_scale": 2.5})
    return made.getvalue()


def _show(cell: RawCell) -> str:
    if isinstance(cell, ShownNumber):
        return cell.shown or ""
    return f"{cell:.10%}" if isinstance(cell, PercentNumber) else str(cell)


def _add_comments(content: bytes, notes: dict[str | None, Notes]) -> bytes | None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = {part.name: part.path for part in XlsxBook(archive).sheets}
        package = Package(archive)
        relations = {name: dict(package.list_relations(path).values()) for name, path in names.items()}
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    real = {fold_part(name): name for name in parts}
    done = 0
    for number, (sheet, own) in enumerate(notes.items(), start=1):
        path = real.get(names.get(sheet or "", ""))
        if path is None or len(parts[path]) > LARGEST:
            continue
        known = relations[sheet or ""]
        comments, drawing = (real.get(known.get(kind, "")) for kind in ("comments", "vmlDrawing"))
        if comments is not None and drawing is not None:
            parts[comments], told = _add_to_comments(parts[comments], own)
            parts[drawing] = _add_to_drawing(parts[drawing], [place for place in own if place not in told])
        elif b"<legacyDrawing " in parts[path]:
            continue
        else:
            _add_parts(parts, real, path, number, own)
        done += 1
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name, part in parts.items():
            target.writestr(name, part)
    return made.getvalue() if done else None


def _add_parts(parts: dict[str, bytes], real: dict[str, str], path: str, number: int, notes: Notes) -> None:
    """Give a sheet that has no comments its own."""
    comments, drawing = f"xl/ducha-comments{number}.xml", f"xl/ducha-comments{number}.vml"
    parts[comments], parts[drawing] = _write_comments(notes), _write_drawing(notes)
    folder, _, name = path.rpartition("/")
    place = real.get(f"{folder}/_rels/{name}.rels".lower(), f"{folder}/_rels/{name}.rels")
    parts[place] = _relate(parts.get(place), {"comments": comments, "vmlDrawing": drawing})
    parts[path] = _insert_drawing(parts[path])
    types = real["[content_types].xml"]
    parts[types] = _declare(parts[types], comments)


def _add_to_comments(before: bytes, notes: Notes) -> tuple[bytes, set[tuple[int, int]]]:
    """The comments of a sheet with the new ones, and the cells that had one: it stays, below what is new."""
    end = re.search(rb"</((?:\w+:)?)commentList>", before)
    if end is None:
        raise ValueError("comments without a list")
    told = set()
    lines = []
    for (row, column), text in notes.items():
        cell = name_cell(row + 1, column)
        own = re.compile(rb'<((?:\w+:)?)comment\b[^>]*\bref="%b"[^>]*>(.*?)</\1comment>' % cell.encode(), re.DOTALL)
        if (found := own.search(before)) is not None:
            told.add((row, column))
            earlier = unescape(re.sub(rb"<[^>]*>", b"", found[2]).decode())
            text = f"{text}\n（原有批注）{earlier}"
            before = before[: found.start()] + before[found.end() :]
        lines.append(_write_comment(cell, text, end[1].decode()))
    at = before.rindex(end[0])
    return before[:at] + "".join(lines).encode() + before[at:], told


def _write_comment(cell: str, text: str, prefix: str = "") -> str:
    return (
        f'<{prefix}comment ref="{cell}" authorId="0"><{prefix}text><{prefix}t xml:space="preserve">{escape(text)}'
        f"</{prefix}t></{prefix}text></{prefix}comment>"
    )


def _add_to_drawing(before: bytes, places: Sequence[tuple[int, int]]) -> bytes:
    """The drawing of a sheet's comments with the boxes of further ones."""
    end = re.search(rb"</(?:\w+:)?xml>\s*\Z", before)
    if end is None:
        raise ValueError("a drawing without an end")
    first = 1 + max((int(number) for number in re.findall(rb"_s([0-9]{1,9})\"", before)), default=1024)
    kind = "" if b"_x0000_t202" in before else _SHAPE_TYPE
    shapes = kind + _write_shapes(places, first)
    # However the others call these spaces.
    shapes = re.sub("<v:shape(type)? ", lambda found: f"{found[0]}{_DECLARED} ", shapes)
    return before[: end.start()] + shapes.encode() + before[end.start() :]


def _write_comments(notes: Notes) -> bytes:
    lines = "".join(_write_comment(name_cell(row + 1, column), text) for (row, column), text in notes.items())
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    body = f'<comments xmlns="{space}"><authors><author>ducha</author></authors><commentList>{lines}</commentList>'
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{body}</comments>'.encode()


def _write_drawing(notes: Notes) -> bytes:
    return f"<xml {_DECLARED}>{_SHAPE_TYPE}{_write_shapes([*notes], 1025)}</xml>".encode()


def _write_shapes(places: Sequence[tuple[int, int]], first: int) -> str:
    return "".join(_SHAPE.format(number=first + at, row=row, column=column) for at, (row, column) in enumerate(places))


def _relate(before: bytes | None, targets: dict[str, str]) -> bytes:
    lines = "".join(
        f'<Relationship Id="ducha-{kind}" Type="{_DOC}/{kind}" Target="/{path}"/>' for kind, path in targets.items()
    ).encode()
    if before is None:
        return f'<Relationships xmlns="{_PACKAGE}/relationships">'.encode() + lines + b"</Relationships>"
    return before.replace(b"</Relationships>", lines + b"</Relationships>")


def _insert_drawing(sheet: bytes) -> bytes:
    end = sheet.rindex(b"</sheetData>") if b"</sheetData>" in sheet else 0
    behind = _BEHIND.search(sheet, end)
    at = behind.start() if behind is not None else sheet.rindex(b"</worksheet>")
    return sheet[:at] + f'<legacyDrawing xmlns:r="{_DOC}" r:id="ducha-vmlDrawing"/>'.encode() + sheet[at:]


def _declare(types: bytes, comments: str) -> bytes:
    added = f'<Override PartName="/{comments}" ContentType="{_KIND}.spreadsheetml.comments+xml"/>'
    if b'Extension="vml"' not in types:
        added = f'<Default Extension="vml" ContentType="{_KIND}.vmlDrawing"/>{added}'
    return types.replace(b"</Types>", added.encode() + b"</Types>")
