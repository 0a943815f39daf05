"""Files as units send them -> raw sheets. Content decides what a file is; a name that disagrees is refused."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import PurePath

from data.files.blocks import Block
from data.files.contents import Content, read_pieces, read_start
from data.files.encodings import find_encoding, open_text
from data.files.kept_rows import KeptRows
from data.files.mistakes import FileMistake, FileRefused, name_cell
from data.files.names import fold_name
from data.files.raw_sheets import RawSheet, Row, is_empty_row
from data.files.text_blocks import LineError, TextFile
from data.files.workbooks import UnreadableWorkbook, identify_workbook, read_workbook

#: What a file is called -> what it may contain. WPS writes .et in the format of xls or in that of xlsx.
KINDS: dict[str, tuple[str, ...]] = {
    ".csv": ("text",),
    ".tsv": ("text",),
    ".txt": ("text",),
    ".xlsx": ("xlsx",),
    ".xlsm": ("xlsx",),
    ".xls": ("xls",),
    ".et": ("xls", "xlsx"),
    ".ods": ("ods",),
}
_KIND_NAMES = {
    "text": "CSV 文本",
    "xlsx": "Excel 工作簿（xlsx）",
    "xls": "Excel 97-2003 工作簿（xls）",
    "ods": "ODS 表格",
}
#: Sheets that hold words for people and no data.
NOTE_SHEETS = frozenset({"说明", "填表说明", "填报说明", "填写说明", "使用说明", "编制说明", "notes"})
#: No program that makes sheets holds more in a cell (Excel, WPS and LibreOffice agree on it).
LONGEST_CELL = 32_767
#: So many characters tell the delimiter.
_SAMPLE = 65536
_DECLARED = re.compile("(?i:sep)=([,;\t|])\r?\n")
#: Characters that GB18030 had no other place for before Unicode took them in (the edition of 2022 gives these).
_GB18030_2022 = dict(
    zip(
        (
            0xE81E,
            0xE826,
            0xE82B,
            0xE82C,
            0xE832,
            0xE843,
            0xE854,
            0xE864,
            0xE816,
            0xE817,
            0xE818,
            0xE831,
            0xE83B,
            0xE855,
        ),
        "\u9fb4\u9fb5\u9fb6\u9fb7\u9fb8\u9fb9\u9fba\u9fbb\U00020087\U00020089\U000200cc\U000215d7\U0002298f\U000241fe",
        strict=True,
    )
)
_FOREIGN = (
    (b"%PDF", "PDF 文件"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"GIF8", "图片"),
    (b"Rar!", "压缩包"),
    (b"7z\xbc\xaf", "压缩包"),
    (b"SQLite format 3", "数据库文件"),
    *((bytes((9, version)), " Excel 95 或更早的工作簿") for version in (0, 2, 4, 8)),
    (b"MIME-Version:", "网页"),
    (b"{\\rtf", " Word 文档"),
)


def read_sheets(file_name: str, content: Content) -> list[RawSheet]:
    """The visible sheets with content, except notes, in the order of the file; at least one.

    Raises FileRefused when the file is empty, is not what its name says, or cannot be read.
    """
    expected = KINDS.get(PurePath(file_name).suffix.lower())
    if expected is None:
        raise _refuse(file_name, f"不支持这种文件；请另存为 {'、'.join(KINDS)} 之一")
    if not any(piece.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe") for piece in read_pieces(content)):
        raise _refuse(file_name, "文件是空的；请确认已填写并保存")
    found = identify_content(content)
    if found not in expected:
        raise _refuse(
            file_name,
            f"文件内容与扩展名不符：名字是 {_KIND_NAMES[expected[0]]}，内容是{_KIND_NAMES.get(found, found)}；"
            f"请用 Excel 或 WPS 打开，另存为 xlsx 后重新导入",
        )
    if found == "text":
        sheets = [_open_csv(file_name, content)]
    else:
        try:
            sheets = _open_workbook(file_name, content, found)
        except UnreadableWorkbook as error:
            raise _refuse_workbook(file_name, error) from error
    filled = [sheet for sheet in sheets if any(not is_empty_row(cells) for _, cells in sheet.open_rows())]
    if not filled:
        raise _refuse(file_name, "文件里没有可见的数据（隐藏的工作表和「填表说明」不读）；请确认已填写并保存")
    return filled


def _open_workbook(file_name: str, content: Content, kind: str) -> list[RawSheet]:
    book = read_workbook(content, kind)
    remarks = book.remarks
    sheets = []
    for sheet in book.sheets:
        if fold_name(sheet.name).casefold() in NOTE_SHEETS:
            remarks += (f"工作表「{sheet.name}」是说明，没有读",)
            continue
        sheets.append(
            RawSheet(
                file_name,
                sheet.name,
                KeptRows(_translate(file_name, sheet.name, sheet.open_rows)).open,
                tuple(sheet.notes.merges),
                sheet.notes.hidden_rows,
                sheet.notes.hidden_columns,
                foreign_cells=sheet.notes.foreign_cells,
                open_blocks=_translate_blocks(file_name, sheet.name, sheet.open_blocks),
                hidden_sheets=book.hidden,
            )
        )
    # What concerns the whole file is said once, with its first sheet.
    return [replace(sheet, remarks=remarks if not number else ()) for number, sheet in enumerate(sheets)]


def _translate(file_name: str, sheet: str, open_rows: Callable[[], Iterator[Row]]) -> Callable[[], Iterator[Row]]:
    def open_translated() -> Iterator[Row]:
        try:
            yield from _refuse_long(file_name, sheet, open_rows())
        except UnreadableWorkbook as error:
            raise _refuse_workbook(file_name, error) from error

    return open_translated


def _translate_blocks(
    file_name: str, sheet: str, open_blocks: Callable[[], Iterator[Block | Row]] | None
) -> Callable[[], Iterator[Block | Row]] | None:
    def open_translated() -> Iterator[Block | Row]:
        assert open_blocks is not None
        try:
            for found in open_blocks():
                if not isinstance(found, Block):
                    yield from _refuse_long(file_name, sheet, iter([found]))
                    continue
                if found.measure_longest() > LONGEST_CELL:
                    for _ in _refuse_long(file_name, sheet, found.list_rows()):
                        pass
                yield found
        except UnreadableWorkbook as error:
            raise _refuse_workbook(file_name, error) from error

    return open_translated if open_blocks is not None else None


def _refuse_long(file_name: str, sheet: str | None, rows: Iterator[Row]) -> Iterator[Row]:
    """The rows. Raises FileRefused at a cell with more text than a cell can hold."""
    for row, cells in rows:
        for position, cell in enumerate(cells):
            if cell.__class__ is str and len(cell) > LONGEST_CELL:
                text = f"这一格有 {len(cell)} 个字，单元格最多 {LONGEST_CELL} 个字；请删减后重新导入"
                raise FileRefused([FileMistake(file_name, sheet, name_cell(row, position), text)])
        yield row, cells


def _refuse_workbook(file_name: str, error: UnreadableWorkbook) -> FileRefused:
    return FileRefused([FileMistake(file_name, error.sheet, error.cell, error.text)])


def identify_content(content: Content) -> str:
    """``text``, ``xlsx``, ``xls``, ``ods``, or in Chinese what else the bytes are."""
    if kind := identify_workbook(content):
        return kind
    start = read_start(content, 1000)
    for magic, name in _FOREIGN:
        if start.startswith(magic):
            return name
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith((b"<!doctype", b"<html", b"<table", b"<?xml")):
        return "网页或 XML"
    return "text"


def _open_csv(file_name: str, content: Content) -> RawSheet:
    """A CSV in UTF-8, marked UTF-16 or GB18030, with comma, tab or semicolon; a row is the line it starts on."""
    encoding = find_encoding(file_name, content)
    with open_text(content, encoding) as text:
        sample = text.read(_SAMPLE)
    declared = _DECLARED.match(sample)
    delimiter = declared[1] if declared else _find_delimiter(sample)

    def open_rows() -> Iterator[Row]:
        with open_text(content, encoding) as text:
            records = _read_records(file_name, text, delimiter, encoding, skips_first=declared is not None)
            yield from _refuse_long(file_name, None, records)

    mend = _move_private if encoding == "gb18030" else None
    lines = TextFile(content, encoding, delimiter, declared is not None, LONGEST_CELL, mend)

    def open_blocks() -> Iterator[Block | Row]:
        with _refuse_lines(file_name):
            yield from lines.open_blocks()

    # Once through, so that a file that breaks off is known before any of it is taken.
    with _refuse_lines(file_name):
        for _ in _refuse_long(file_name, None, lines.check()):
            pass
    remarks = (f"首行 sep={declared[1]} 是给 Excel 的分隔符声明，未作为数据",) if declared else ()
    return RawSheet(file_name, None, open_rows, remarks=remarks, open_blocks=open_blocks)


def _read_records(
    file_name: str, text: io.TextIOWrapper, delimiter: str, encoding: str, skips_first: bool
) -> Iterator[Row]:
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    line = 1
    try:
        for number, cells in enumerate(reader):
            if encoding == "gb18030":
                cells = [_move_private(cell) for cell in cells]
            if number or not skips_first:
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise _refuse_line(file_name, LineError(line, reader.line_num, error)) from error


@contextmanager
def _refuse_lines(file_name: str) -> Iterator[None]:
    try:
        yield
    except LineError as error:
        raise _refuse_line(file_name, error) from error


def _refuse_line(file_name: str, error: LineError) -> FileRefused:
    # A cell that runs over many lines is rather a quotation mark that was never closed.
    if "field limit" in error.error and error.last == error.line:
        words = f"第 {error.line} 行有单元格过长（超过 {csv.field_size_limit()} 个字）；请删减内容后重新导入"
    else:
        words = f"从第 {error.line} 行起读不下去，多半是引号不成对；请检查这一行的引号"
    return _refuse(file_name, words)


def _move_private(cell: str) -> str:
    return cell if cell.isascii() else cell.translate(_GB18030_2022)


def _find_delimiter(text: str) -> str:
    """The delimiter that splits most of the first records into one and the same number of cells above one."""
    best, best_score = ",", (0.0, 1)
    for delimiter in (",", "\t", ";"):
        widths: list[int] = []
        try:
            for cells in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
                widths += [len(cells)] if cells else []
                if len(widths) == 20:
                    break
        except csv.Error:
            pass
        usual = max((width for width in widths if width > 1), key=widths.count, default=1)
        score = (widths.count(usual) / len(widths), usual) if usual > 1 else (0.0, 1)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _refuse(file_name: str, text: str) -> FileRefused:
    return FileRefused([FileMistake(file_name, None, None, text)])
