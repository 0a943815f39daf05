"""Files are read for what they are, with true row numbers, or refused with words.

Not proven here: that workbooks written by WPS or old editions of Excel have the same shape as those that
xlsxwriter makes.
"""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from data.files.mistakes import FileRefused
from data.files.raw_cells import ErrorCell, MonthDate, PercentNumber, UncachedFormula
from data.files.readers import read_sheets
from tests.data.conftest import Shown, write_xlsx

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def make_workbook() -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.add_worksheet("a").write(0, 0, "x")
    book.close()
    return buffer.getvalue()


def make_zip(**parts: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name.replace("META_INF", "META-INF").replace("__", "/").replace("_xml", ".xml"), text)
    return buffer.getvalue()


def refuse(name: str, content: bytes) -> str:
    with pytest.raises(FileRefused) as caught:
        for sheet in read_sheets(name, content):
            assert sheet.rows
    [mistake] = caught.value.mistakes
    assert mistake.file == name
    return str(mistake)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_csv_is_read_in_the_usual_encodings_and_delimiters(encoding: str, delimiter: str, newline: str) -> None:
    lines = [delimiter.join(["单位", "学时", "备注"]), "", delimiter.join(["甲县", "8", "𠮷,;好"])]
    if delimiter != "\t":
        lines[2] = delimiter.join(["甲县", "8", '"𠮷,;好"'])
    [sheet] = read_sheets("培训.csv", newline.join(lines).encode(encoding))
    assert sheet.sheet is None
    assert sheet.rows == [(1, ["单位", "学时", "备注"]), (2, []), (3, ["甲县", "8", "𠮷,;好"])]


def test_a_csv_row_is_numbered_by_the_line_on_which_it_starts() -> None:
    [sheet] = read_sheets("a.csv", '单位,备注\n甲县,"两\n行"\n乙县,x\n'.encode())
    assert [row for row, _ in sheet.rows] == [1, 2, 4]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"", "文件是空的"),
        ("a.xlsx", b"", "文件是空的"),
        ("a.csv", b"\xef\xbb\xbf\r\n", "文件是空的"),
        ("a.csv", "单位,学时\n甲县,8\x00\n".encode(), "第 2 行有空字符（NUL）"),
        ("a.csv", b"\x81\xff\xff\n", "文字编码既不是 UTF-8 也不是 GB18030"),
        ("a.csv", '单位,学时\n甲县,"8\n乙县,9\n'.encode(), "从第 2 行起读不下去，多半是引号不成对"),
        ("a.csv", ("单位,内容\n甲县," + "字" * 140_000 + "\n").encode(), "第 2 行有单元格过长（超过 131072 个字）"),
        ("a.csv", ('单位,内容\n甲县,"' + "字\n" * 70_000).encode(), "从第 2 行起读不下去，多半是引号不成对"),
        ("a.csv", b"\xff\xfe" + "单位,学时\n".encode("utf-16-le") + b"\x00\xd8", "标明是 UTF-16 却读不通"),
        ("a.csv", make_workbook(), "文件内容与扩展名不符"),
        ("a.xls", make_workbook(), "文件内容与扩展名不符"),
        ("a.xlsx", "单位,学时\n".encode(), "文件内容与扩展名不符：名字是 Excel 工作簿（xlsx），内容是CSV 文本"),
        ("a.xls", b"<html><table></table></html>", "内容是网页或 XML"),
        ("a.xlsx", b"%PDF-1.7 ...", "内容是PDF 文件"),
        ("a.xlsx", make_zip(word__document_xml="x"), "内容是 Word 文档"),
        ("a.xlsx", make_zip(a="x"), "内容是压缩包"),
        ("a.xlsx", b"PK\x03\x04 broken", "损坏的压缩文件"),
        ("a.xlsx", make_zip(xl__workbook_xml="x"), "工作簿已损坏"),
        ("a.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "加了密码"),
        ("a.xls", OLE + b"nothing", "工作簿已损坏"),
        ("a.docx", b"PK", "不支持这种文件"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(name: str, content: bytes, words: str) -> None:
    assert words in refuse(name, content)


def test_rows_of_a_workbook_keep_their_true_numbers(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", {"s": [[], [], [None, "单位"], [], [None, "甲县"]]})
    [sheet] = read_sheets(path.name, path.read_bytes())
    assert [(row, list(cells)) for row, cells in sheet.rows if any(cells)] == [(3, ["", "单位"]), (5, ["", "甲县"])]


def test_hidden_empty_and_note_sheets_are_not_read(tmp_path: Path) -> None:
    sheets: dict[str, list[Any]] = {"培训": [["x"]], "旧": [["x"]], "填表说明": [["x"]], "Notes": [["x"]], "空": []}
    path = write_xlsx(tmp_path / "a.xlsx", sheets, hidden=["旧"])
    assert [sheet.sheet for sheet in read_sheets(path.name, path.read_bytes())] == ["培训"]


def test_a_workbook_with_nothing_visible_is_refused(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", {"空": [], "旧": [["x"]], "说明": [["x"]]}, hidden=["旧"])
    assert "文件里没有可见的数据" in refuse(path.name, path.read_bytes())


def test_failed_formulas_are_not_taken_for_empty_cells(tmp_path: Path) -> None:
    rows: list[list[Any]] = [[1, Shown("#DIV/0!", formula="=1/0")], [], [Shown("#N/A", formula="=NA()")]]
    path = write_xlsx(tmp_path / "a.xlsx", {"s": rows})
    [sheet] = read_sheets(path.name, path.read_bytes())
    assert sheet.rows[0][1][1] == ErrorCell("#DIV/0!")
    assert sheet.rows[2][1][0] == ErrorCell("#N/A")


def replace_xml(content: bytes, old_xml: bytes, new_xml: bytes) -> bytes:
    """The workbook with one piece of its parts replaced."""
    stripped = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stripped, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(old_xml, new_xml))
    return stripped.getvalue()


@pytest.mark.parametrize("result", [b"", b"<v></v>", b"<v/>"])
@pytest.mark.parametrize("shown", ["General", "0%", "yyyy-mm-dd"])
def test_a_formula_without_a_stored_result_is_not_an_empty_cell(tmp_path: Path, result: bytes, shown: str) -> None:
    rows: list[list[Any]] = [[1, Shown(777, shown, formula="=A1+1"), "x"], [], [Shown(777, shown, formula="=1+1")]]
    path = write_xlsx(tmp_path / "a.xlsx", {"s": rows})
    [sheet] = read_sheets(path.name, replace_xml(path.read_bytes(), b"<v>777</v>", result))
    assert sheet.rows[0][1] == [1, UncachedFormula(), "x"]
    assert sheet.rows[2][1][0] == UncachedFormula()


def test_a_formula_that_gave_an_empty_text_is_an_empty_cell(tmp_path: Path) -> None:
    """As Excel stores it: a result of type str that is empty."""
    path = write_xlsx(tmp_path / "a.xlsx", {"s": [[1, Shown("", formula='=""'), Shown(8, formula="=A1+7")]]})
    [sheet] = read_sheets(path.name, replace_xml(path.read_bytes(), b'<c r="B1"', b'<c r="B1" t="str"'))
    assert list(sheet.rows[0][1]) == [1, "", 8]


def test_percentages_and_months_are_read_as_they_are_shown(tmp_path: Path) -> None:
    month = 'yyyy"年"m"月";@'
    row: list[Any] = [
        Shown(0.9, "0.00%"),
        Shown(date(2024, 3, 1), month),
        Shown(date(2024, 3, 15), month),
        date(2024, 3, 1),
        Shown("文字", "0%"),
        0.9,
    ]
    path = write_xlsx(tmp_path / "a.xlsx", {"s": [row]})
    [sheet] = read_sheets(path.name, path.read_bytes())
    cells = sheet.rows[0][1]
    assert cells == [0.9, date(2024, 3, 1), date(2024, 3, 15), date(2024, 3, 1), "文字", 0.9]
    assert [type(cell) for cell in cells] == [PercentNumber, MonthDate, date, date, str, float]


def test_old_excel_files_are_read_in_the_same_way() -> None:
    """old_excel.xls was made with xlwt: a sheet of trainings, one of odd formats, and a hidden one."""
    path = Path(__file__).with_name("old_excel.xls")
    training, shown = read_sheets(path.name, path.read_bytes())
    assert (training.sheet, shown.sheet) == ("培训学时", "显示")
    assert training.rows[3] == (4, ["甲县", "张三", date(2024, 3, 1), "行政复议法", 8.0, "业务"])
    first, second, third = (cells for _, cells in shown.rows)
    assert first == [0.9, date(2024, 3, 1), date(2024, 3, 15), 1.5, 50.0]
    assert [type(cell) for cell in first] == [PercentNumber, MonthDate, date, PercentNumber, PercentNumber]
    assert (second[0], second[2]) == (ErrorCell("#DIV/0!"), ErrorCell("#REF!"))
    assert [type(cell) for cell in third] == [PercentNumber] * 3 + [float, str]


def make_ods(cell: str) -> bytes:
    """A spreadsheet with two empty rows, one of two cells, and the million empty ones that programs append."""
    names = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
        for short, long in (("office", "office"), ("table", "table"), ("text", "text"))
    )
    calc = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    text = '<table:table-cell office:value-type="string"><text:p>甲县</text:p></table:table-cell>'
    content = (
        f"<office:document-content {names} {calc}><office:body><office:spreadsheet>"
        '<table:table table:name="s"><table:table-row table:number-rows-repeated="2"><table:table-cell/>'
        f"</table:table-row><table:table-row>{text}{cell}</table:table-row>"
        '<table:table-row table:number-rows-repeated="1048573"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row></table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>'
    )
    return make_zip(mimetype=kind, META_INF__manifest_xml=manifest, content_xml=content)


@pytest.mark.parametrize(
    ("limit", "name", "words"),
    [
        ("LARGEST_ODS", "a.ods", "a.ods：ODS 表格展开后超过 0 MB，要整个放进内存才能读，太大了；"),
        ("LARGEST_XLS", "a.xls", "a.xls：旧式工作簿（xls）超过 0 MB，要整个放进内存才能读，太大了；"),
    ],
)
def test_a_workbook_that_must_be_held_whole_has_a_largest_size(
    monkeypatch: pytest.MonkeyPatch, limit: str, name: str, words: str
) -> None:
    monkeypatch.setattr(f"data.files.workbooks.{limit}", 100)
    content = make_ods("<table:table-cell/>") if name == "a.ods" else OLE + bytes(600)
    assert refuse(name, content) == f"{words}请用 Excel 或 WPS 打开，另存为 xlsx 或 CSV 后重新导入"


def test_ods_sheets_are_read_with_true_row_numbers() -> None:
    cell = '<table:table-cell office:value-type="float" office:value="8"><text:p>8</text:p></table:table-cell>'
    [sheet] = read_sheets("a.ods", make_ods(cell))
    assert [(row, list(cells)) for row, cells in sheet.rows if any(cells)] == [(3, ["甲县", 8.0])]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('office:value-type="percentage" office:value="0.9"><text:p>90%</text:p>', PercentNumber(0.9)),
        ('office:value-type="string" calcext:value-type="error"><text:p>#DIV/0!</text:p>', ErrorCell("#DIV/0!")),
        ('table:formula="of:=NA()" office:value-type="string"><text:p>#N/A</text:p>', ErrorCell("#N/A")),
        ('table:formula="of:=IF([.A1]>1;2;3)">', UncachedFormula()),
        ('table:formula="of:=&quot;&quot;" office:value-type="string">', ""),
        ('office:value-type="date" office:date-value="2024-03-01"><text:p>24.3.1</text:p>', date(2024, 3, 1)),
        ('office:value-type="string"><text:p>甲<text:s text:c="2"/>乙</text:p><text:p>丙</text:p>', "甲  乙\n丙"),
        (
            'office:value-type="string"><office:annotation><text:p>批注</text:p></office:annotation><text:p>甲</text:p>',
            "甲",
        ),
        ('office:value-type="boolean" office:boolean-value="true"><text:p>TRUE</text:p>', True),
    ],
)
def test_ods_cells_are_read_for_what_they_are(cell: str, value: object) -> None:
    [sheet] = read_sheets("a.ods", make_ods(f"<table:table-cell {cell}</table:table-cell>"))
    read = [*sheet.rows[2][1], ""][1]
    assert (read, type(read)) == (value, type(value))


@pytest.mark.parametrize("length", [600, 1500, 2600, 4000])
def test_a_truncated_old_excel_file_is_refused(length: int) -> None:
    content = Path(__file__).with_name("old_excel.xls").read_bytes()
    assert "工作簿已损坏" in refuse("a.xls", content[:length])


def test_a_stray_cell_in_the_last_corner_is_refused_and_does_not_end_the_process() -> None:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet("s")
    sheet.write(0, 0, "单位")
    sheet.write(1048575, 16383, "x")
    book.close()
    assert "s!XFD1048576：表格用到了 XFD1048576" in refuse("a.xlsx", buffer.getvalue())


def test_formats_that_reach_to_the_last_corner_do_no_harm() -> None:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet("s")
    sheet.write(0, 0, "单位")
    sheet.write_blank(1048575, 16383, None, book.add_format({"bold": True}))
    book.close()
    [read] = read_sheets("a.xlsx", buffer.getvalue())
    assert list(read.rows[0][1]) == ["单位"]
