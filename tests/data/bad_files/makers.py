"""Small makers of files: text, xlsx with merges and hidden parts, ods, and archives that nobody should open."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xlsxwriter

from tests.data.conftest import TRAINING_HEADER, Shown, training_row

HEADER = TRAINING_HEADER
CASES_HEADER = ["单位", "年度", "纠错数", "办结数"]
FIXTURES = Path(__file__).with_name("files")


@dataclass(frozen=True)
class Bad:
    """A file, and words that its refusal must hold."""

    name: str
    file_name: str
    content: bytes
    words: tuple[str, ...]


def bad(name: str, file_name: str, content: bytes, *words: str) -> Bad:
    """A bad file; what it is called in the list of tests comes first."""
    assert words
    return Bad(name, file_name, content, words)


def row(**changes: Any) -> list[Any]:
    """A good row of the training dataset, with changes by title."""
    return training_row(**changes)


def text(*rows: Sequence[Any], encoding: str = "utf-8", delimiter: str = ",", newline: str = "\n") -> bytes:
    """A CSV file of these rows."""
    return newline.join([*(delimiter.join(str(cell) for cell in cells) for cells in rows), ""]).encode(encoding)


def training_text(*rows: Sequence[Any], **options: Any) -> bytes:
    """A CSV file of training rows under their header."""
    return text(HEADER, *rows, **options)


def cases_text(*rows: Sequence[Any]) -> bytes:
    """A CSV file of case numbers under their header."""
    return text(CASES_HEADER, *rows)


def book(
    rows: Iterable[Sequence[Any]],
    *,
    sheet: str = "培训学时",
    merges: Sequence[str] = (),
    hidden_rows: Sequence[int] = (),
    hidden_columns: Sequence[str] = (),
    since_1904: bool = False,
    more: Mapping[str, Iterable[Sequence[Any]]] | None = None,
    hidden_sheets: Sequence[str] = (),
) -> bytes:
    """An xlsx workbook; ``merges`` are written around what the rows put into their first cell."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "date_1904": since_1904}
    made = xlsxwriter.Workbook(buffer, options)
    # The results that tests give are those of Excel, which leaves nothing to be worked out.
    made.calc_on_load = False
    day = made.add_format({"num_format": "yyyy-mm-dd"})
    for name, lines in {sheet: rows, **(more or {})}.items():
        page = made.add_worksheet(name)
        lines = [list(line) for line in lines]
        for at, cells in enumerate(lines):
            for column, value in enumerate(cells):
                write(made, page, at, column, value, day)
        if name == sheet:
            for merge in merges:
                first = merge.split(":")[0]
                column, at = ord(first[0]) - 65, int(first[1:]) - 1
                value = lines[at][column] if at < len(lines) and column < len(lines[at]) else ""
                page.merge_range(merge, "")
                write(made, page, at, column, value, day)
            for number in hidden_rows:
                page.set_row(number - 1, None, None, {"hidden": True})
            for letters in hidden_columns:
                page.set_column(f"{letters}:{letters}", None, None, {"hidden": True})
        if name in hidden_sheets:
            page.hide()
        elif hidden_sheets:
            # The first sheet is the active one, which cannot be hidden.
            page.activate()
            page.set_first_sheet()
    made.close()
    return buffer.getvalue()


def write(made: Any, page: Any, at: int, column: int, value: Any, day: Any) -> None:
    """One cell: ``Shown`` gives a format or a formula, dates are real dates."""
    if isinstance(value, Shown):
        style = made.add_format({"num_format": value.number_format})
        if value.formula is not None:
            page.write_formula(at, column, value.formula, style, value.value)
        elif hasattr(value.value, "year"):
            page.write_datetime(at, column, value.value, style)
        else:
            page.write(at, column, value.value, style)
    elif hasattr(value, "year"):
        page.write_datetime(at, column, value, day)
    elif value is not None:
        page.write(at, column, value)


def training_book(*rows: Sequence[Any], **options: Any) -> bytes:
    """A workbook of training rows under their header."""
    return book([HEADER, *rows], **options)


def archive(parts: Mapping[str, bytes | str], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive of these parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return buffer.getvalue()


def unpack(content: bytes) -> dict[str, bytes]:
    """The parts of an archive by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def patch(content: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """The workbook with one piece of one part replaced."""
    parts = unpack(content)
    assert old in parts[part], (part, old)
    parts[part] = parts[part].replace(old, new)
    return archive(parts)


def with_parts(content: bytes, **parts: bytes) -> bytes:
    """The workbook with more parts; ``__`` in a name stands for a stroke, ``_dot_`` for a dot."""
    named = {name.replace("__", "/").replace("_dot_", "."): part for name, part in parts.items()}
    return archive({**unpack(content), **named})


SHEET = "xl/worksheets/sheet1.xml"
ODF_NAMES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
    for short, long in (
        ("office", "office"),
        ("table", "table"),
        ("text", "text"),
        ("style", "style"),
        ("number", "datastyle"),
        ("fo", "xsl-fo-compatible"),
    )
)
_CALC = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
ODS_KIND = "application/vnd.oasis.opendocument.spreadsheet"


def ods(*rows: str, styles: str = "", name: str = "培训学时", columns: str = "", more: str = "") -> bytes:
    """A spreadsheet of rows of XML cells, with the million empty rows that programs append."""
    content = (
        f"<office:document-content {ODF_NAMES} {_CALC}><office:automatic-styles>{styles}</office:automatic-styles>"
        f'<office:body><office:spreadsheet><table:table table:name="{name}">{columns}{"".join(rows)}'
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row></table:table>'
        f"{more}</office:spreadsheet></office:body></office:document-content>"
    )
    return archive({"mimetype": ODS_KIND, "content.xml": content})


def ods_row(*cells: Any, attributes: str = "") -> str:
    """A row of ods cells: texts and numbers, or XML that begins with ``<``."""
    return f"<table:table-row {attributes}>{''.join(ods_cell(cell) for cell in cells)}</table:table-row>"


def ods_cell(cell: Any, attributes: str = "") -> str:
    """One ods cell."""
    if cell is None:
        return "<table:table-cell/>"
    if isinstance(cell, str) and cell.startswith("<"):
        return cell
    if isinstance(cell, (int, float)):
        kind = f'office:value-type="float" office:value="{cell}"'
    else:
        kind = 'office:value-type="string"'
    return f"<table:table-cell {attributes} {kind}><text:p>{cell}</text:p></table:table-cell>"
