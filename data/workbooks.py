"""The cells of xlsx, xls and ods workbooks, and what the cells show where that differs from what they hold.

python-calamine reads quickly, but hands a failed formula over as an empty cell, and so too a formula without
a stored result, and says nothing of formats. A percentage or a month would be mistaken for something else,
so ``cell_marks`` adds that.
"""

from __future__ import annotations

import io
import zipfile
from datetime import date

import python_calamine

from data.cell_marks import Marks, TooLarge, UnmarkedCells, read_ods_trouble, read_xlsx_marks
from data.cells import ErrorCell, MonthDate, PercentNumber, RawCell, UncachedFormula
from data.xls_marks import EncryptedXls, read_xls_marks

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: Workbooks whose parts unpack to more than this are refused unread.
LARGEST_UNPACKED = 2 * 1024**3
_SAVE_AGAIN = "请用 Excel 或 WPS 打开,另存为 xlsx 后重新导入"


class UnreadableWorkbook(Exception):
    """A workbook that cannot be read, or not without losing something."""

    def __init__(self, text: str, sheet: str | None = None, cell: str | None = None) -> None:
        self.text = text
        self.sheet = sheet
        self.cell = cell
        super().__init__(text)


def identify_workbook(content: bytes) -> str | None:
    """``xlsx``, ``xls`` or ``ods``, in Chinese what other zip or OLE file it is, or None if it is neither."""
    if content.startswith(_OLE):
        # Word and Excel share the container; an encrypted xlsx uses it too and is told apart when it is read.
        return " Word 文档" if "WordDocument".encode("utf-16-le") in content else _ole_kind(content)
    if not content.startswith(b"PK\x03\x04"):
        return None
    try:
        names = set(zipfile.ZipFile(io.BytesIO(content)).namelist())
    except zipfile.BadZipFile:
        return "损坏的压缩文件"
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "content.xml" in names and "mimetype" in names:
        return "ods"
    return " Word 文档" if "word/document.xml" in names else "压缩包"


def _ole_kind(content: bytes) -> str:
    return "xlsx" if "EncryptedPackage".encode("utf-16-le") in content else "xls"


def read_workbook(content: bytes, kind: str) -> list[tuple[str, list[tuple[int, list[RawCell]]]]]:
    """The visible sheets in order: name, and the rows with their numbers. Raises UnreadableWorkbook."""
    if content.startswith(_OLE) and "EncryptedPackage".encode("utf-16-le") in content:
        raise UnreadableWorkbook("工作簿加了密码,打不开;请去掉密码后重新导入")
    try:
        marks = _read_marks(content, kind)
        with python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            return [
                (sheet.name, _read_rows(book, sheet.name, marks.get(sheet.name, {})))
                for sheet in book.sheets_metadata
                if sheet.visible == python_calamine.SheetVisibleEnum.Visible
                and sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
            ]
    except (python_calamine.PasswordError, EncryptedXls) as error:
        raise UnreadableWorkbook("工作簿加了密码,打不开;请去掉密码后重新导入") from error
    except TooLarge as error:
        raise UnreadableWorkbook(
            f"表格用到了 {error.cell},中间隔着大片空白,太大了读不了;请删去那里的内容后保存", error.sheet, error.cell
        ) from error
    except UnmarkedCells as error:
        raise UnreadableWorkbook(f"单元格没有写明位置;{_SAVE_AGAIN}", error.sheet) from error
    except (python_calamine.CalamineError, zipfile.BadZipFile, SyntaxError, LookupError, ValueError) as error:
        raise UnreadableWorkbook(f"工作簿已损坏,读不了;{_SAVE_AGAIN}") from error


def _read_marks(content: bytes, kind: str) -> Marks:
    if kind == "xls":
        return read_xls_marks(content)
    archive = zipfile.ZipFile(io.BytesIO(content))
    if sum(part.file_size for part in archive.infolist()) > LARGEST_UNPACKED:
        raise UnreadableWorkbook("工作簿展开后超过 2 GB,读不了;请拆成几个文件")
    if kind == "ods":
        if trouble := read_ods_trouble(archive):
            raise UnreadableWorkbook(f"{trouble};ODS 里分不清它们,请用 Excel 或 WPS 另存为 xlsx 后重新导入")
        return {}
    return read_xlsx_marks(archive)


def _read_rows(
    book: python_calamine.CalamineWorkbook, name: str, marks: dict[tuple[int, int], str]
) -> list[tuple[int, list[RawCell]]]:
    grid: list[list[RawCell]] = [*book.get_sheet_by_name(name).to_python(skip_empty_area=False)]  # type: ignore[list-item]
    for (row, column), mark in marks.items():
        if mark.startswith("#") or mark == "uncached":
            # calamine leaves out trailing cells and rows that it takes for empty.
            while len(grid) < row:
                grid.append([])
            cells = grid[row - 1]
            cells += [None] * (column + 1 - len(cells))
        elif row > len(grid) or column >= len(grid[row - 1]):
            continue
        grid[row - 1][column] = _show(grid[row - 1][column], mark)
    return list(enumerate(grid, start=1))


def _show(value: RawCell, mark: str) -> RawCell:
    """The value as its cell shows it."""
    if mark.startswith("#"):
        return ErrorCell(mark)
    if mark == "uncached":
        return UncachedFormula()
    if mark == "percent" and isinstance(value, (int, float)) and not isinstance(value, bool):
        return PercentNumber(value)
    # A day other than the first was typed as a day, even if the cell shows the month only.
    if mark == "month" and isinstance(value, date) and value.day == 1:
        return MonthDate(value.year, value.month, 1)
    return value
