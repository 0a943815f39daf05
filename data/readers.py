"""Files as units send them -> raw sheets. Content decides what a file is; a name that disagrees is refused."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from data.cells import RawCell
from data.mistakes import FileRefused, Mistake
from data.units import fold_name
from data.workbooks import UnreadableWorkbook, identify_workbook, read_workbook

#: What a file is called -> what it must contain.
KINDS = {".csv": "text", ".tsv": "text", ".txt": "text", ".xlsx": "xlsx", ".xlsm": "xlsx", ".xls": "xls", ".ods": "ods"}
_KIND_NAMES = {"text": "CSV 文本", "xlsx": "Excel 工作簿(xlsx)", "xls": "Excel 97-2003 工作簿(xls)", "ods": "ODS 表格"}
#: Sheets that hold words for people and no data.
NOTE_SHEETS = frozenset({"说明", "填表说明", "notes"})
_FOREIGN = (
    (b"%PDF", "PDF 文件"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"GIF8", "图片"),
    (b"Rar!", "压缩包"),
    (b"7z\xbc\xaf", "压缩包"),
    (b"SQLite format 3", "数据库文件"),
)


@dataclass(frozen=True)
class RawSheet:
    """The cells of one sheet (``sheet`` is None for CSV), each row with its number in the file, from 1.

    For CSV that is the line on which the record starts. Rows reach from the first column, may differ in
    length, and include empty ones.
    """

    file_name: str
    sheet: str | None
    rows: list[tuple[int, Sequence[RawCell]]]


def read_sheets(file_name: str, content: bytes) -> list[RawSheet]:
    """The visible sheets with content, except notes, in the order of the file; at least one.

    Raises FileRefused when the file is empty, is not what its name says, or cannot be read.
    """
    expected = KINDS.get(PurePath(file_name).suffix.lower())
    if expected is None:
        raise _refuse(file_name, f"不支持这种文件;请另存为 {'、'.join(KINDS)} 之一")
    if not content.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise _refuse(file_name, "文件是空的;请确认已填写并保存")
    found = identify_content(content)
    if found != expected:
        raise _refuse(
            file_name,
            f"文件内容与扩展名不符:名字是 {_KIND_NAMES[expected]},内容是{_KIND_NAMES.get(found, found)};"
            f"请用 Excel 或 WPS 打开,另存为 xlsx 后重新导入",
        )
    if found == "text":
        rows: list[tuple[int, Sequence[RawCell]]] = [*read_csv(file_name, content)]
        sheets = [RawSheet(file_name, None, rows)]
    else:
        try:
            sheets = [RawSheet(file_name, name, [*grid]) for name, grid in read_workbook(content, found)]
        except UnreadableWorkbook as error:
            raise FileRefused([Mistake(file_name, error.sheet, error.cell, error.text)]) from error
    sheets = [sheet for sheet in sheets if fold_name(sheet.sheet or "").casefold() not in NOTE_SHEETS]
    filled = [sheet for sheet in sheets if any(not is_empty_row(cells) for _, cells in sheet.rows)]
    if not filled:
        raise _refuse(file_name, "文件里没有可见的数据(隐藏的工作表和「填表说明」不读);请确认已填写并保存")
    return filled


def is_empty_row(cells: Sequence[RawCell]) -> bool:
    """Whether no cell holds anything but white space."""
    return not any(cell is not None and (not isinstance(cell, str) or bool(fold_name(cell))) for cell in cells)


def is_example(cells: Sequence[RawCell]) -> bool:
    """Whether a row is the example of a form: its first cell with content says so (示例, 示例:城区)."""
    first = next((cell for cell in cells if not is_empty_row([cell])), None)
    text = fold_name(first) if isinstance(first, str) else ""
    return text.startswith("示例") and (len(text) == 2 or text[2] in ":,(")


def identify_content(content: bytes) -> str:
    """``text``, ``xlsx``, ``xls``, ``ods``, or in Chinese what else the bytes are."""
    if kind := identify_workbook(content):
        return kind
    for magic, name in _FOREIGN:
        if content.startswith(magic):
            return name
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return " UTF-16 文本"
    if content[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith((b"<!doctype", b"<html", b"<table", b"<?xml")):
        return "网页或 XML"
    return "text"


def read_csv(file_name: str, content: bytes) -> list[tuple[int, list[str]]]:
    """The records of a CSV in UTF-8 or GB18030, with comma, tab or semicolon, and the line each starts on."""
    text = _decode_text(file_name, content)
    delimiter = _find_delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[int, list[str]]] = []
    line = 1
    try:
        for cells in reader:
            rows.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        text = f"从第 {line} 行起读不下去,多半是引号不成对;请检查这一行的引号"
        # A cell that runs over many lines is rather a quotation mark that was never closed.
        if "field limit" in str(error) and reader.line_num == line:
            text = f"第 {line} 行有单元格过长(超过 {csv.field_size_limit()} 个字);请删减内容后重新导入"
        raise _refuse(file_name, text) from error
    return rows


def _decode_text(file_name: str, content: bytes) -> str:
    if (at := content.find(b"\x00")) >= 0:
        line = content.count(b"\n", 0, at) + 1
        raise _refuse(file_name, f"第 {line} 行有空字符(NUL),文件已损坏或不是 CSV 文本;请重新另存为 CSV")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _refuse(file_name, "文字编码既不是 UTF-8 也不是 GB18030;请用 Excel 或 WPS 打开,另存为「CSV UTF-8」")


def _find_delimiter(text: str) -> str:
    """The delimiter that splits most of the first records into one and the same number of cells above one."""
    best, best_score = ",", (0.0, 1)
    for delimiter in (",", "\t", ";"):
        widths: list[int] = []
        try:
            for cells in csv.reader(io.StringIO(text[:65536], newline=""), delimiter=delimiter):
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
    return FileRefused([Mistake(file_name, None, None, text)])
