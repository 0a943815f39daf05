"""Archives that should not be unpacked, or are none."""

from __future__ import annotations

import io
import warnings
import zipfile

from tests.data.bad_files.makers import SHEET, Bad, archive, bad, row, training_book, unpack, with_parts

GOOD = training_book(row())
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def with_zeros(part: str, megabytes: int) -> bytes:
    """The workbook with a part that is nothing but spaces, which pack to a thousandth."""
    return archive({**unpack(GOOD), part: b" " * (megabytes * 1024**2)})


def doubled() -> bytes:
    """Two parts of one name: programs differ in which of them they read."""
    buffer = io.BytesIO(GOOD)
    with zipfile.ZipFile(buffer, "a") as opened, warnings.catch_warnings(action="ignore"):
        opened.writestr(zipfile.ZipInfo(SHEET), b"<worksheet/>")
    return buffer.getvalue()


def lying() -> bytes:
    """A sheet whose stored sum does not fit its bytes."""
    stored = archive(unpack(GOOD), zipfile.ZIP_STORED)
    return stored.replace(b"<sheetData>", b"<sheetdata>", 1)


ARCHIVES: list[Bad] = [
    bad("a bomb in the sheet", "a.xlsx", with_zeros(SHEET, 40), "展开后是压缩时的", "不像正常的表格"),
    bad(
        "a bomb in the texts",
        "a.xlsx",
        with_zeros("xl/sharedStrings.xml", 40),
        "xl/sharedStrings.xml",
        "不像正常的表格",
    ),
    bad("a bomb in a picture", "a.xlsx", with_zeros("xl/media/image1.bmp", 40), "不像正常的表格"),
    bad("a bomb within an archive", "a.zip", archive({"a.xlsx": with_zeros(SHEET, 40)}), "不支持这种文件"),
    bad("an archive called xlsx", "a.xlsx", archive({"a.xlsx": GOOD}), "内容是压缩包"),
    bad("a Word file called xlsx", "a.xlsx", archive({"word/document.xml": b"x"}), "内容是 Word 文档"),
    bad("a binary workbook", "a.xlsx", archive({"xl/workbook.bin": b"x"}), "内容是 xlsb 工作簿"),
    bad(
        "ten thousand parts",
        "a.xlsx",
        archive({**unpack(GOOD), **{f"x/{n}": b"" for n in range(10_001)}}),
        "个部件，不像是表格",
    ),
    bad("two parts of one name", "a.xlsx", doubled(), "两个同名的部件"),
    bad("a part that does not fit its sum", "a.xlsx", lying(), "工作簿已损坏"),
    bad("an archive that breaks off", "a.xlsx", GOOD[: len(GOOD) // 2], "损坏的压缩文件"),
    bad("only the beginning of an archive", "a.xlsx", b"PK\x03\x04", "损坏的压缩文件"),
    bad("a workbook without sheets", "a.xlsx", archive({"xl/workbook.xml": b"<workbook/>"}), "工作簿已损坏"),
    bad("a workbook of nonsense", "a.xlsx", archive({"xl/workbook.xml": b"nonsense"}), "工作簿已损坏"),
    bad("an empty container", "a.xls", OLE, "工作簿已损坏"),
    bad("a container of zeros", "a.xls", OLE + bytes(4096), "工作簿已损坏"),
    bad("a Word container", "a.xls", OLE + "WordDocument".encode("utf-16-le"), "内容是 Word 文档"),
    bad("an encrypted container", "a.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "加了密码"),
    bad(
        "an encrypted ods",
        "a.ods",
        archive({"mimetype": b"x", "content.xml": b"\x00", "META-INF/manifest.xml": b"<manifest:encryption-data/>"}),
        "加了密码",
    ),
    bad("an ods of nonsense", "a.ods", archive({"mimetype": b"x", "content.xml": b"nonsense"}), "工作簿已损坏"),
    bad(
        "a macro does not excuse a bad cell",
        "a.xlsm",
        with_parts(training_book(row(学时="x")), xl__vbaProject_dot_bin=b"x"),
        "培训学时!E2",
        "应为数字",
    ),
]
