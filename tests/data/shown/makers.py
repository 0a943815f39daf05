"""Files made byte by byte: xlsx parts as other programs write them, a small ods, and an xls in its container."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, NamedTuple

from tests.data.bad_files.makers import ODF_NAMES, ODS_KIND, archive

_DOC = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_RELS = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
LECTURES = ("单位", "举办日期", "主题", "参加的领导干部人数")
TRAINING = ("单位", "人员编号", "培训日期", "班次", "类别", "是否脱产", "学时")
MILESTONES = ("单位", "任务", "完成日期", "成文日期", "网址日期", "上级规划期限", "文号或网址")
ENFORCEMENT = (
    "单位",
    "年度",
    "季度",
    "执法决定数",
    "已公示数",
    "应全过程记录数",
    "已全过程记录数",
    "重大执法决定数",
    "已法制审核数",
)
LINKS = ("单位", "年度", "网段", "线路", "测试日期", "带宽", "测试单位")
#: 1 March 2024, as a spreadsheet counts days.
DAY = 45352


def cell(value: Any, style: int | None = None, place: str = "") -> str:
    """A cell of xlsx: texts inline, numbers with a style, or XML that begins with ``<``; None leaves it empty."""
    at = f' r="{place}"' if place else ""
    if value is None:
        return f"<c{at}/>" if not place else ""
    if isinstance(value, str) and value.startswith("<c"):
        return value.replace("<c", f"<c{at}", 1)
    styled = f' s="{style}"' if style is not None else ""
    if isinstance(value, str):
        return f'<c{at}{styled} t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
    return f"<c{at}{styled}><v>{value!r}</v></c>"


def row(number: int, *values: Any, attributes: str = "", placed: bool = True) -> str:
    """A row: values, or pairs of value and style. Day numbers in them have style 1."""
    cells = []
    for column, value in enumerate(values):
        value, style = value if isinstance(value, tuple) else (value, 1 if value in (DAY, DAY + 1) else None)
        cells.append(cell(value, style, f"{chr(65 + column)}{number}" if placed else ""))
    at = f' r="{number}"' if placed else ""
    return f"<row{at}{attributes}>{''.join(cells)}</row>"


def styles(
    code: str = "General", normal: int = 0, font: str = "", fill: str = "", alignment: str = "", change: str = ""
) -> str:
    """Cell styles: 0 the normal one, 1 a day, 2 of the format ``code``, 3 of a font, on a fill, in an alignment; and a
    ``change`` of looks that rules may make."""
    fills = f"<fills count='2'><fill/><fill>{fill}</fill></fills>"
    return (
        f'<styleSheet {_MAIN}><numFmts count="1"><numFmt numFmtId="170" formatCode="{escape(code)}"/></numFmts>'
        f'<fonts count="2"><font><sz val="11"/></font><font>{font}</font></fonts>{fills}<cellXfs count="4">'
        f'<xf numFmtId="{normal}" fontId="0"/><xf numFmtId="14" fontId="0"/>'
        f'<xf numFmtId="170" fontId="0"/><xf numFmtId="0" fontId="1" fillId="1">{alignment}</xf></cellXfs>'
        f"<dxfs count='1'><dxf>{change}</dxf></dxfs></styleSheet>"
    )


def xlsx(
    *rows: str,
    code: str = "General",
    normal: int = 0,
    font: str = "",
    fill: str = "",
    alignment: str = "",
    change: str = "",
    strings: Sequence[str] = (),
    book: str = "",
    before: str = "",
    after: str = "",
    sheet: str = "Sheet1",
    names: Mapping[str, str] | None = None,
) -> bytes:
    """A workbook of rows of XML; ``names`` calls parts by other names than usual, in the relations too."""
    named = {name: name for name in ("workbook.xml", "styles.xml", "sharedStrings.xml")} | dict(names or {})
    relations = "".join(
        f'<Relationship Id="rId{number}" Type="{_DOC}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(
            (
                ("worksheet", "worksheets/sheet1.xml"),
                ("styles", named["styles.xml"]),
                ("sharedStrings", named["sharedStrings.xml"]),
            ),
            start=1,
        )
    )
    main = named["workbook.xml"]
    root = f'<Relationship Id="rId1" Type="{_DOC}/officeDocument" Target="xl/{main}"/>'
    return archive(
        {
            "_rels/.rels": f"<Relationships {_RELS}>{root}</Relationships>",
            f"xl/{main}": f'<workbook {_MAIN} xmlns:r="{_DOC}"><sheets><sheet name="{sheet}" sheetId="1" r:id="rId1"/>'
            f"</sheets>{book}</workbook>",
            f"xl/_rels/{main}.rels": f"<Relationships {_RELS}>{relations}</Relationships>",
            "xl/worksheets/sheet1.xml": f"<worksheet {_MAIN}>{before}<sheetData>{''.join(rows)}</sheetData>{after}"
            "</worksheet>",
            f"xl/{named['styles.xml']}": styles(code, normal, font, fill, alignment, change),
            f"xl/{named['sharedStrings.xml']}": f"<sst {_MAIN}>{''.join(strings)}</sst>",
        }
    )


def ods(
    *rows: Sequence[str],
    styles: str = "",
    sheet: str = "表",
    attributes: str = "",
    columns: str = "",
    looks: str = "",
    more: str = "",
    fonts: str = "",
) -> bytes:
    """A spreadsheet of rows of XML cells; ``styles`` stand in the part that is common to all sheets.

    ``attributes`` are those of the last row, ``columns`` elements before the rows, ``looks`` properties of style ce1,
    ``more`` what stands behind the rows, ``fonts`` what is declared of fonts.
    """
    lines = "".join(f"<table:table-row>{''.join(cells)}</table:table-row>" for cells in rows[:-1])
    lines = f"{columns}{lines}<table:table-row{attributes}>{''.join(rows[-1])}</table:table-row>{more}"
    automatic = (
        '<office:automatic-styles><style:style style:name="ce1" style:family="table-cell" '
        f'style:parent-style-name="Default" style:data-style-name="N1">{looks}</style:style></office:automatic-styles>'
    )
    body = f'<office:body><office:spreadsheet><table:table table:name="{sheet}">{lines}</table:table>'
    return archive(
        {
            "mimetype": ODS_KIND,
            "styles.xml": f"<office:document-styles {ODF_NAMES}><office:styles>{styles}</office:styles>"
            "</office:document-styles>",
            "content.xml": f"<office:document-content {ODF_NAMES}>{fonts}{automatic}{body}</office:spreadsheet>"
            "</office:body></office:document-content>",
        }
    )


def ods_text(text: str, shown: str | None = None) -> str:
    """A text; ``shown`` is the XML of its paragraph."""
    return f'<table:table-cell office:value-type="string"><text:p>{shown or text}</text:p></table:table-cell>'


def ods_number(value: float, shown: str, kind: str = "float") -> str:
    """A number and how its cell shows it."""
    given = f'office:value-type="{kind}" office:value="{value}"'
    return f'<table:table-cell table:style-name="ce1" {given}><text:p>{shown}</text:p></table:table-cell>'


def ods_day(day: str, shown: str) -> str:
    """A date and how its cell shows it."""
    given = f'office:value-type="date" office:date-value="{day}"'
    return f'<table:table-cell table:style-name="ce1" {given}><text:p>{shown}</text:p></table:table-cell>'


def record(kind: int, body: bytes) -> bytes:
    """A record of xls."""
    return struct.pack("<HH", kind, len(body)) + body


def _text(text: str, count: str) -> bytes:
    return struct.pack(count, len(text)) + b"\x01" + text.encode("utf-16-le")


class Shared(int):
    """A cell of xls that holds the shared text of this number."""


class Formula(NamedTuple):
    """A cell of xls that holds a formula, and the record of the text that it came to."""

    body: bytes
    result: bytes


def _shared(text: str, *runs: tuple[int, int]) -> bytes:
    head = struct.pack("<HBH", len(text), 9, len(runs)) + text.encode("utf-16-le")
    return head + b"".join(struct.pack("<HH", *run) for run in runs)


def xls(
    *rows: Sequence[Any],
    code: str = "General",
    texts: Sequence[tuple[str, tuple[tuple[int, int], ...]]] = (),
    before: bytes = b"",
    colours: bytes = b"",
) -> bytes:
    """A workbook of Excel 97: values, or pairs of value and style.

    Styles: 1 a day, 2 of the format ``code``, 3 struck out, 4 white, 5 white on the colour 10, 6 in that colour on it,
    7 of one point, 8 filled with repetitions, 9 in signs, 10 white below a pattern.

    ``before`` are records before the cells, ``colours`` those of a palette.

    ``texts``: shared ones with the places at which a font begins (0 the usual one, 5 struck out, 6 raised, 7 white).
    """
    looks = [(220, 0, 8, 0)] * 4
    looks += [(220, 8, 8, 0), (220, 0, 8, 1), (220, 0, 9, 0), (220, 0, 10, 0), (20, 0, 8, 0)]
    fonts = [
        record(0x31, struct.pack("<HHHHHBBBB", height, flags, colour, 400, raised, 0, 0, 0, 0) + b"\x05\x00Arial")
        for height, flags, colour, raised in looks
    ]
    fonts.append(record(0x31, struct.pack("<HHHHHBBBB", 220, 0, 8, 400, 0, 0, 0, 2, 0) + b"\x05\x00Signs"))
    formats = record(0x41E, struct.pack("<H", 170) + _text(code, "<H"))
    cells = [record(0xE0, struct.pack("<HHH", 0, 0, 0xFFF5) + bytes(14))] * 15
    cells += [
        record(0xE0, struct.pack("<HHHB7xIH", font, number, 1, aligned, pattern << 26, colour))
        for font, number, aligned, pattern, colour in (
            (0, 0, 0, 0, 0),
            (0, 14, 0, 0, 0),
            (0, 170, 0, 0, 0),
            (5, 0, 0, 0, 0),
            (7, 0, 0, 0, 0),
            (7, 0, 0, 1, 10),
            (8, 0, 0, 1, 10),
            (9, 0, 0, 0, 0),
            (0, 0, 4, 0, 0),
            (10, 0, 0, 0, 0),
            (7, 0, 0, 2, 9 << 7),
        )
    ]
    head = record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0x7CC, 0, 6)) + b"".join(
        [*fonts, colours, formats, *cells]
    )
    name = struct.pack("<BB", 6, 1) + "Sheet1".encode("utf-16-le")
    strings = b"".join(_shared(text, *runs) for text, runs in texts)
    # The record breaks off inside the first text, as it does after 8,224 bytes.
    head += record(0xFC, struct.pack("<II", len(texts), len(texts)) + strings[:7]) if texts else b""
    head += record(0x3C, b"\x01" + strings[7:]) if texts else b""
    place = len(head) + 4 + 6 + len(name) + 4
    book = head + record(0x85, struct.pack("<IBB", place, 0, 0) + name) + record(0x0A, b"")
    sheet = record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0x7CC, 0, 6)) + before
    for at, values in enumerate(rows):
        for column, value in enumerate(values):
            told = isinstance(value, tuple) and not isinstance(value, Formula)
            value, style = value if told else (value, 1 if value in (DAY, DAY + 1) else 0)
            where = struct.pack("<HHH", at, column, 15 + style)
            if isinstance(value, Shared):
                sheet += record(0xFD, where + struct.pack("<I", value))
            elif isinstance(value, Formula):
                sheet += record(0x06, where + value.body) + value.result
            elif isinstance(value, bytes):
                sheet += record(0x06, where + value)
            elif isinstance(value, str):
                sheet += record(0x204, where + _text(value, "<H"))
            elif value is not None:
                sheet += record(0x203, where + struct.pack("<d", value))
    return _contain(book + sheet + record(0x0A, b""))


def xls_formula(result: float, flags: int) -> bytes:
    """A formula with its stored result; flag 2: to be worked out when the file is opened."""
    return struct.pack("<dHIH", result, flags, 0, 3) + b"\x1e\x01\x00"


def _contain(stream: bytes) -> bytes:
    """The stream in an OLE container of sectors of 512 bytes: table, directory, stream."""
    stream = stream.ljust(max(4096, -(-len(stream) // 512) * 512), b"\0")
    count = len(stream) // 512
    chain = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, count + 2), 0xFFFFFFFE]
    table = struct.pack(f"<{len(chain)}I", *chain).ljust(512, b"\xff")

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        text = name.encode("utf-16-le") + b"\0\0"
        links = struct.pack("<HBBiii", len(text), kind, 1, -1, -1, child)
        return text.ljust(64, b"\0") + links + bytes(36) + struct.pack("<IQ", start, size)

    directory = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry("Workbook", 2, -1, 2, len(stream))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0) + struct.pack("<I", 0)
    return header.ljust(512, b"\xff") + table + directory.ljust(512, b"\0") + stream
