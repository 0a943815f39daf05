"""The sheets of xlsx, xls and ods workbooks with what their cells show, and what else is in the file.

``xlsx`` and ``ods`` read their formats themselves. For xls, python-calamine gives the values, and ``xls_marks``
adds what it leaves out: failed formulas, percent signs, months, merges, hidden rows.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar
from xml.parsers.expat import ExpatError

import python_calamine

from data.files.blocks import Block
from data.files.contents import Content, has_bytes, measure_content, open_content, read_start
from data.files.hiding import SheetNotes
from data.files.ods import EncryptedOds, read_ods
from data.files.packages import Package, fold_part
from data.files.raw_cells import PaleText, RawCell
from data.files.raw_sheets import Row
from data.files.rich_texts import mark_runs
from data.files.xls_marks import EncryptedXls, XlsSheet, read_xls_marks
from data.files.xlsx import DoubledSheet, SheetPart, XlsxBook
from data.files.xlsx_rows import CellTooFar
from indicators.entries.refusal import Refusal

Found = TypeVar("Found")

_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: Sheets that a form hides in itself: its record, and the lists of its drop-downs.
RECORD_SHEET, LISTS_SHEET = "_ducha", "_选项"
OWN_SHEETS = frozenset({RECORD_SHEET, LISTS_SHEET})
#: Workbooks whose parts unpack to more than this are refused unread.
LARGEST_UNPACKED = 2 * 1024**3
#: Parts that must be held in memory as a whole.
LARGEST_HELD = 256 * 1024**2
#: xls and ods are held in memory with all their cells, which takes many times as much.
LARGEST_XLS = 32 * 1024**2
LARGEST_ODS = 96 * 1024**2
#: Text of cells packs to a tenth or a twentieth; what packs to less than this is made to burst.
LARGEST_RATIO = 200
_SMALL = 16 * 1024**2
_MOST_PARTS = 10_000
_SAVE_AGAIN = "请用 Excel 或 WPS 打开，另存为 xlsx 后重新导入"
_DAMAGED = (
    python_calamine.CalamineError,
    zipfile.BadZipFile,
    zlib.error,
    SyntaxError,
    LookupError,
    ValueError,
    EOFError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
    ExpatError,
)


class UnreadableWorkbook(Refusal):
    """A workbook that cannot be read, or not without losing something."""

    def __init__(self, text: str, sheet: str | None = None, cell: str | None = None) -> None:
        self.text = text
        self.sheet = sheet
        self.cell = cell
        super().__init__(text)


@dataclass(frozen=True)
class WorkbookSheet:
    """A visible sheet; the parts are those of RawSheet. ``open_rows`` may raise UnreadableWorkbook."""

    name: str
    open_rows: Callable[[], Iterator[Row]]
    notes: SheetNotes
    open_blocks: Callable[[], Iterator[Block | Row]] | None = None


@dataclass(frozen=True)
class Workbook:
    """The visible sheets in order, the names of the others, and in Chinese what else was seen and not read."""

    sheets: tuple[WorkbookSheet, ...]
    hidden: tuple[str, ...]
    remarks: tuple[str, ...]


def identify_workbook(content: Content) -> str | None:
    """``xlsx``, ``xls`` or ``ods``, in Chinese what other zip or OLE file it is, or None if it is neither."""
    start = read_start(content, len(_OLE))
    if start == _OLE:
        # Word and Excel share the container; an encrypted xlsx uses it too and is told apart when it is read.
        if has_bytes(content, "WordDocument".encode("utf-16-le")):
            return " Word 文档"
        return "xlsx" if has_bytes(content, _ENCRYPTED) else "xls"
    if not start.startswith(b"PK\x03\x04"):
        return None
    try:
        with open_content(content) as file, zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
            if "content.xml" in names and "mimetype" in names:
                return "ods"
            return _identify_package(Package(archive))
    except (zipfile.BadZipFile, ValueError, LookupError, SyntaxError, NotImplementedError, RuntimeError, zlib.error):
        return "损坏的压缩文件"


def _identify_package(package: Package) -> str:
    """What an Office package is, by the folder in which its main part lies or by what that part is."""
    main = package.find_main()
    if main is None:
        return "压缩包"
    if main.endswith(".bin"):
        return " xlsb 工作簿"
    with package.open(main) as part:
        start = part.read(4096)
    root = re.search(rb"<(?:[\w.-]+:)?(\w+)[\s/>]", start)
    kinds = {b"document": " Word 文档", b"presentation": " PPT 文档", b"workbook": "xlsx"}
    folders = {"word": " Word 文档", "ppt": " PPT 文档"}
    return kinds.get(root[1] if root else b"", folders.get(main.partition("/")[0], "xlsx"))


def read_workbook(content: Content, kind: str) -> Workbook:
    """The workbook of that kind. Raises UnreadableWorkbook."""
    if read_start(content, len(_OLE)) == _OLE and has_bytes(content, _ENCRYPTED):
        raise UnreadableWorkbook("工作簿加了密码，打不开；请去掉密码后重新导入")
    with _Refusing():
        if kind == "xls":
            return _read_xls(_read_whole(content))
        archive = zipfile.ZipFile(open_content(content))
        _check_archive(archive)
        return _read_ods(archive) if kind == "ods" else _read_xlsx(archive)


def _read_whole(content: Content) -> bytes:
    """An xls, which can only be read as a whole."""
    if measure_content(content) > LARGEST_XLS:
        raise UnreadableWorkbook(
            f"旧式工作簿（xls）超过 {LARGEST_XLS // 1024**2} MB，要整个放进内存才能读，太大了；"
            "请用 Excel 或 WPS 打开，另存为 xlsx 或 CSV 后重新导入"
        )
    return content if isinstance(content, bytes) else content.read_bytes()


class _Refusing:
    """Whatever a broken file makes the readers raise, as UnreadableWorkbook."""

    def __init__(self, sheet: str | None = None) -> None:
        self._sheet = sheet

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is None or isinstance(error, UnreadableWorkbook):
            return
        if isinstance(error, (python_calamine.PasswordError, EncryptedXls, EncryptedOds)):
            raise UnreadableWorkbook("工作簿加了密码，打不开；请去掉密码后重新导入") from error
        if isinstance(error, CellTooFar):
            text = f"表格用到了 {error.cell}，中间隔着大片空白，太大了读不了；请删去那里的内容后保存"
            raise UnreadableWorkbook(text, error.sheet, error.cell) from error
        if isinstance(error, DoubledSheet):
            text = f"有两张工作表都叫「{error}」，分不清；{_SAVE_AGAIN}"
            raise UnreadableWorkbook(text, str(error)) from error
        # Where calamine's Rust code gives up on a broken file, pyo3 raises a class that cannot be imported.
        if isinstance(error, _DAMAGED) or type(error).__name__ == "PanicException":
            raise UnreadableWorkbook(f"工作簿已损坏，读不了；{_SAVE_AGAIN}", self._sheet) from error


def _check_archive(archive: zipfile.ZipFile) -> None:
    """Refuse what would burst when unpacked. Archives within the archive are never opened, so they cannot."""
    parts = archive.infolist()
    if len(parts) > _MOST_PARTS:
        raise UnreadableWorkbook(f"工作簿里有 {len(parts)} 个部件，不像是表格；{_SAVE_AGAIN}")
    names = [fold_part(part.filename) for part in parts]
    if len(set(names)) < len(names):
        doubled = _find_doubled(names)
        raise UnreadableWorkbook(f"工作簿里有两个同名的部件（{doubled}），分不清；{_SAVE_AGAIN}")
    if sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise UnreadableWorkbook("工作簿展开后超过 2 GB，读不了；请拆成几个文件")
    for part in parts:
        if part.flag_bits & 1:
            raise UnreadableWorkbook("工作簿加了密码，打不开；请去掉密码后重新导入")
        if part.file_size > _SMALL and part.file_size > LARGEST_RATIO * max(part.compress_size, 1):
            times = part.file_size // max(part.compress_size, 1)
            raise UnreadableWorkbook(
                f"工作簿的部件 {part.filename} 展开后是压缩时的 {times} 倍，不像正常的表格（压缩炸弹？）；{_SAVE_AGAIN}"
            )
        # Sheets of an xlsx are read piece by piece, everything else is held.
        if part.file_size > LARGEST_HELD and not fold_part(part.filename).startswith(("xl/worksheets/", "xl/media/")):
            raise UnreadableWorkbook(
                f"工作簿的部件 {part.filename} 展开后超过 {LARGEST_HELD // 1024**2} MB，读不了；请拆成几个文件"
            )


def _find_doubled(names: Sequence[str]) -> str | None:
    return next((name for name, times in Counter(names).items() if times > 1), None)


def _read_xlsx(archive: zipfile.ZipFile) -> Workbook:
    book = XlsxBook(archive)
    sheets = []
    for part in book.sheets:
        if part.visible:
            notes = book.read_tail(part)
            open_rows = _open_xlsx(part, partial(book.read_rows, part, notes))
            open_blocks = _open_xlsx(part, partial(book.read_blocks, part, notes))
            sheets.append(WorkbookSheet(part.name, open_rows, notes, open_blocks))
    hidden = [part.name for part in book.sheets if not part.visible]
    return Workbook(tuple(sheets), tuple(hidden), _remark(hidden, book.has_macros))


def _open_xlsx(part: SheetPart, read: Callable[[], Iterator[Found]]) -> Callable[[], Iterator[Found]]:
    def open_found() -> Iterator[Found]:
        with _Refusing(part.name):
            yield from read()

    return open_found


def _remark(hidden: list[str], has_macros: bool) -> tuple[str, ...]:
    remarks = [f"隐藏的工作表「{name}」没有读" for name in hidden if name not in OWN_SHEETS]
    return (*remarks, *(["工作簿带有宏；宏不会运行，只读单元格"] if has_macros else []))


def _read_ods(archive: zipfile.ZipFile) -> Workbook:
    if archive.getinfo("content.xml").file_size > LARGEST_ODS:
        raise UnreadableWorkbook(
            f"ODS 表格展开后超过 {LARGEST_ODS // 1024**2} MB，要整个放进内存才能读，太大了；"
            "请用 Excel 或 WPS 打开，另存为 xlsx 或 CSV 后重新导入"
        )
    tables = read_ods(archive)
    names = [table.name for table in tables]
    if (doubled := _find_doubled(names)) is not None:
        raise DoubledSheet(doubled)
    visible = tuple(WorkbookSheet(each.name, each.open_rows, each.notes) for each in tables if each.visible)
    macros = any(name.startswith(("Basic/", "Scripts/")) for name in archive.namelist())
    hidden = [table.name for table in tables if not table.visible]
    return Workbook(visible, tuple(hidden), _remark(hidden, macros))


def _read_xls(content: bytes) -> Workbook:
    marks = read_xls_marks(content)
    if marks.doubled is not None:
        raise DoubledSheet(marks.doubled)
    sheets, hidden = [], []
    with python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
        for sheet in book.sheets_metadata:
            if sheet.typ != python_calamine.SheetTypeEnum.WorkSheet:
                continue
            if sheet.visible != python_calamine.SheetVisibleEnum.Visible:
                hidden.append(sheet.name)
                continue
            sheets.append(_show_xls(book, sheet.name, marks.sheets.get(sheet.name, XlsSheet())))
    remarks = _remark(hidden, marks.has_macros)
    if marks.has_foreign:
        remarks += ("工作簿的公式引用了其他工作簿，按文件里保存的结果读；请确认是最新的",)
    return Workbook(tuple(sheets), tuple(hidden), remarks)


def _show_xls(book: python_calamine.CalamineWorkbook, name: str, layout: XlsSheet) -> WorkbookSheet:
    grid: list[list[RawCell]] = [*book.get_sheet_by_name(name).to_python(skip_empty_area=False)]  # type: ignore[list-item]
    for (row, column), value in layout.values.items():
        # calamine leaves out trailing cells and rows that it takes for empty.
        while len(grid) < row:
            grid.append([])
        cells = grid[row - 1]
        cells += [None] * (column + 1 - len(cells))
        cells[column] = value
    for (row, column), runs in layout.runs.items():
        if row <= len(grid) and column < len(grid[row - 1]) and isinstance(text := grid[row - 1][column], str):
            grid[row - 1][column] = mark_runs(text, runs)
    for (row, column), style in layout.styles.items():
        if row > len(grid) or column >= len(grid[row - 1]):
            continue
        if isinstance(text := grid[row - 1][column], (str, PaleText)) and text:
            grid[row - 1][column] = style.show(text, since_1904=False)
    rows: list[Row] = [*enumerate(grid, start=1)]
    layout.view.show_all(rows, layout.formulas)
    return WorkbookSheet(name, lambda: iter(rows), layout.notes)
