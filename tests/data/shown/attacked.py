"""Files as a forger, or a program of its own mind, would write them: white on white, folded away, shown otherwise."""

from __future__ import annotations

import struct
from datetime import date
from typing import Any

from tests.data.bad_files.makers import ODF_NAMES, ODS_KIND, archive, unpack
from tests.data.shown.cases import PLAIN_DAY, Case, course, id_text, lecture, lecture_ods, lecture_xls
from tests.data.shown.makers import DAY, LECTURES, Shared, ods, ods_day, ods_number, ods_text, record, row, xls, xlsx

_THIRTY = ods_number(30, "30")
_TOPIC = ods_text("学习民法典")
_HEAD = f"<table:table-row>{''.join(map(ods_text, LECTURES))}</table:table-row>"
_SECOND = row(3, "城区", DAY + 1, "学习行政处罚法", 40)
_SMALL = row(3, "城区", DAY + 1, "学习行政处罚法", 40, attributes=' ht="0.3" customHeight="1"')


def _line(*cells: str, day: str = PLAIN_DAY) -> str:
    return f"<table:table-row>{ods_text('城区')}{day}{''.join(cells)}</table:table-row>"


def _table(name: str, *rows: str, **right: Any) -> Case:
    """A spreadsheet of lectures of rows of XML."""
    body = f'<table:table table:name="表">{_HEAD}{"".join(rows)}</table:table>'
    spreadsheet = f"<office:body><office:spreadsheet>{body}</office:spreadsheet></office:body>"
    content = f"<office:document-content {ODF_NAMES}>{spreadsheet}</office:document-content>"
    parts = {"mimetype": ODS_KIND, "content.xml": content}
    return Case(name, "法治专题讲座.ods", archive(parts), right.get("rows"), right.get("place"), right.get("words", ""))


_ALTERNATE = (
    '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
    f'<mc:Choice Requires="x14">{_SECOND}</mc:Choice></mc:AlternateContent>'
)
_FOLDED = f'<table:table-row-group table:display="false">{_line(_TOPIC, _THIRTY)}</table:table-row-group>'
_COVERED = ods_number(40, "40").replace("table:table-cell", "table:covered-table-cell")

_SOLID = '<patternFill patternType="solid"><fgColor rgb="{}"/></patternFill>'
_WHITE_FONT = '<font><color rgb="FFFFFFFF"/></font>'
_RED = _SOLID.format("FFC00000")


def _rule(kind: str = 'type="expression"', formula: str = "$A2=1", inside: str = "", areas: str = "D2:D9") -> str:
    """A rule by which the cells of some areas change their looks."""
    told = f"<formula>{formula}</formula>" if formula else ""
    rule = f'<cfRule {kind} dxfId="0" priority="1">{told}{inside}</cfRule>'
    return f'<conditionalFormatting sqref="{areas}">{rule}</conditionalFormatting>'


def _run(mark: str, more: str = "") -> str:
    """A text of which a run has a mark of its font."""
    return f'<c{more} t="inlineStr"><is><r><t>3</t></r><r><rPr>{mark}</rPr><t>0</t></r></is></c>'


def _extended(rule: str) -> str:
    """A rule as later versions write it, beside the others."""
    names = (
        'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" '
        'xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"'
    )
    inside = f"<x14:conditionalFormatting>{rule}<xm:sqref>D2</xm:sqref></x14:conditionalFormatting>"
    return f"<extLst><ext {names}><x14:conditionalFormattings>{inside}</x14:conditionalFormattings></ext></extLst>"


def _xls_row(at: int) -> bytes:
    """The record of a row of 14 points."""
    return record(0x208, struct.pack("<HHHHHHI", at, 0, 4, 280, 0, 0, 0x100))


def ods_case(name: str, looks: str, place: str | None, words: str = "", **made: Any) -> Case:
    """A spreadsheet of one lecture, the number in a style of these looks."""
    cells = [ods_text("城区"), ods_day("2024-03-01", "2024-03-01").replace("ce1", "ce2"), _TOPIC, _THIRTY]
    more = [cells] if made.get("attributes") else []
    content = ods([ods_text(title) for title in LECTURES], *more, cells, looks=looks, **made)
    return Case(name, "法治专题讲座.ods", content, None if place else {"leaders": [30]}, place, words)


_ODS_WHITE = '<style:text-properties fo:color="#ffffff"/>'
_ODS_RED = '<style:table-cell-properties fo:background-color="#c00000"/>'
_ODS_FLAT = (
    '<style:style style:name="ro1" style:family="table-row"><style:table-row-properties style:row-height="0.001cm"/>'
    '</style:style><style:style style:name="co1" style:family="table-column"><style:table-column-properties '
    'style:column-width="0mm"/></style:style>'
)
_ODS_MAP = '<style:map style:condition="value()&lt;100" style:apply-style-name="pale"/>'
_ODS_PALE = f'<style:style style:name="pale" style:family="table-cell">{_ODS_WHITE}</style:style>'

_ODS_ASKED = '<calcext:condition calcext:apply-style-name="pale" calcext:value="{}"/>'
_CELLS = [ods_text("城区"), PLAIN_DAY, _TOPIC]
_NO_ZEROS = (
    '<settings><config:config-item config:name="ShowZeroValues" config:type="boolean">false</config:config-item>'
    "</settings>"
)


_XLS_0 = b"\x1e\x00\x00"


def xls_rule(flags: int, look: bytes = b"", sign: int = 6, formula: bytes = b"\x1e\x64\x00") -> bytes:
    """A rule of the last column (less than 100) and how it shows a cell: flags of what is told, then this."""
    areas = struct.pack("<HH4HH4H", 1, 0, 1, 8, 3, 3, 1, 1, 8, 3, 3)
    rule = struct.pack("<BBHHIH", 1, sign, len(formula), 0, flags, 0) + look + formula
    return record(0x1B0, areas) + record(0x1B1, rule)


def xls_letters(colour: int, height: int = -1, struck: bool = False) -> bytes:
    return struct.pack("<64xiI8xi4xI26x", height, 0x80 if struck else 0, colour, 0 if struck else 0x80)


def _ods_rule(rule: str) -> str:
    """A conditional format of the last column, as LibreOffice writes it behind the rows."""
    names = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    inside = (
        f'<calcext:conditional-format calcext:target-range-address="表.D2:表.D9">{rule}</calcext:conditional-format>'
    )
    return f"<calcext:conditional-formats {names}>{inside}</calcext:conditional-formats>"


LOOKS = [
    lecture("nearly white on white", (30, 3), font='<color rgb="FFFDFDFD"/>', place="D2", words="白底上的白字"),
    lecture(
        "white on white by its fill",
        (30, 3),
        fill=_SOLID.format("FFFFFFFF"),
        font='<color theme="0"/>',
        place="D2",
        words="白底上的白字",
    ),
    lecture("white on red", (30, 3), fill=_RED, font='<color rgb="FFFFFFFF"/>'),
    lecture("red on red", (30, 3), fill=_RED, font='<color rgb="FFC00000"/>', place="D2", words="同一种颜色"),
    lecture("black on black", (30, 3), fill=_SOLID.format("FF000000"), place="D2", words="同一种颜色"),
    lecture("letters of one point", (30, 3), font='<sz val="1"/>', place="D2", words="字小得看不见"),
    lecture("letters of nine points", (30, 3), font='<sz val="9"/>'),
    lecture(
        "filled with repetitions", (30, 3), alignment='<alignment horizontal="fill"/>', place="D2", words="重复着显示"
    ),
    lecture("a white run", _run('<color rgb="FFFFFFFF"/>'), place="D2", words="白底上的白字"),
    lecture("a white run on red", _run('<color rgb="FFFFFFFF"/>', ' s="3"'), fill=_RED),
    lecture("a run of one point", _run('<sz val="1"/>'), place="D2", words="字小得看不见"),
    Case(
        "rows of no height unless they say so",
        "法治专题讲座.xlsx",
        xlsx(
            row(1, *LECTURES, attributes=' ht="14"'),
            row(2, "城区", DAY, "学习民法典", 30, attributes=' ht="14"'),
            _SECOND,
            before='<sheetFormatPr defaultRowHeight="0"/>',
        ),
        place="第 3 行",
        words="被隐藏",
    ),
    lecture(
        "columns of no width unless they say so",
        place="A1",
        words="被隐藏",
        before='<sheetFormatPr defaultColWidth="0"/><cols><col min="2" max="4" width="9"/></cols>',
    ),
    lecture("rows that are not there are hidden", before='<sheetFormatPr defaultRowHeight="14" zeroHeight="1"/>'),
    lecture("a rule that writes white", after=_rule(), change=_WHITE_FONT, place="D2", words="条件格式"),
    lecture(
        "a rule that writes white on blue",
        after=_rule(),
        change=_WHITE_FONT + "<fill><patternFill><bgColor rgb='FF0000C0'/></patternFill></fill>",
    ),
    lecture(
        "a rule that covers with black",
        after=_rule(),
        change="<fill><patternFill><bgColor rgb='FF000000'/></patternFill></fill>",
        place="D2",
        words="条件格式",
    ),
    lecture(
        "a rule that changes the format",
        after=_rule(),
        place="D2",
        words="条件格式",
        change="<numFmt numFmtId='171' formatCode='0,'/>",
    ),
    lecture("a rule that writes red", after=_rule(), change="<font><color rgb='FFFF0000'/></font>"),
    lecture("a rule that writes zeros white", after=_rule('type="cellIs" operator="equal"', "0"), change=_WHITE_FONT),
    lecture(
        "a rule that writes small numbers white",
        after=_rule('type="cellIs" operator="lessThan"', "40"),
        change=_WHITE_FONT,
        place="D2",
        words="条件格式",
    ),
    lecture(
        "a rule between numbers",
        after=_rule('type="cellIs" operator="between"', "40</formula><formula>50"),
        change=_WHITE_FONT,
    ),
    lecture("a rule that writes errors white", after=_rule(formula="ISERROR(D2)"), change=_WHITE_FONT),
    lecture("a rule that writes white elsewhere", after=_rule(areas="F1:F9 H2"), change=_WHITE_FONT),
    lecture(
        "bars without numbers",
        place="D2",
        words="条件格式",
        after=_rule('type="dataBar"', "", '<dataBar showValue="0"/>'),
    ),
    lecture("signs beside numbers", after=_rule('type="iconSet"', "", "<iconSet/>")),
    lecture(
        "a rule of a later version",
        place="D2",
        words="条件格式",
        after=_extended(f'<x14:cfRule type="expression"><x14:dxf>{_WHITE_FONT}</x14:dxf></x14:cfRule>'),
    ),
    lecture_xls("xls, white on a colour", (30, 5), None),
    lecture_xls("xls, a colour on itself", (30, 6), "D2"),
    lecture_xls("xls, letters of one point", (30, 7), "D2"),
    lecture_xls("xls, filled with repetitions", (30, 8), "D2"),
    lecture_xls(
        "xls, white by the palette",
        (30, 6),
        "D2",
        colours=record(0x92, struct.pack("<H", 3) + bytes(8) + b"\xff\xff\xff\0"),
    ),
    Case(
        "xls, rows of no height unless they say so",
        "法治专题讲座.xls",
        xls(
            LECTURES,
            ("城区", DAY, "学习民法典", 30),
            ("城区", DAY + 1, "学习行政处罚法", 40),
            before=record(0x225, struct.pack("<HH", 2, 0)) + b"".join(_xls_row(at) for at in (0, 1)),
        ),
        place="第 3 行",
        words="被隐藏",
    ),
    lecture_xls(
        "xls, columns of no width unless they say so",
        30,
        "A1",
        before=record(0x55, b"\0\0") + record(0x7D, struct.pack("<6H", 1, 3, 2560, 0, 0, 0)),
    ),
    lecture_xls("xls, a white run", 30, "C2", topic=Shared(0), texts=[("学习民法典", ((2, 7),))]),
    lecture_xls("xls, zeros that are not shown", 0, "D2", before=record(0x23E, b"\xa6\x06" + bytes(16))),
    lecture_xls("xls, a view that shows all", 30, None, before=record(0x23E, b"\xb6\x06" + bytes(16))),
    lecture_xls("xls, a rule that writes white", 30, "D2", before=xls_rule(1 << 26, xls_letters(9))),
    lecture_xls("xls, a rule that writes zeros white", 30, None, before=xls_rule(1 << 26, xls_letters(9), 3, _XLS_0)),
    lecture_xls("xls, a rule that writes red", 30, None, before=xls_rule(1 << 26, xls_letters(10))),
    lecture_xls("xls, a rule that strikes out", 30, "D2", before=xls_rule(1 << 26, xls_letters(-1, struck=True))),
    lecture_xls("xls, a rule that writes one point", 30, "D2", before=xls_rule(1 << 26, xls_letters(-1, 20))),
    lecture_xls("xls, a rule of another format", 30, "D2", before=xls_rule(1 << 25, b"\0\0")),
    lecture_xls("xls, a rule with a black ground", 30, "D2", before=xls_rule(1 << 29, struct.pack("<I", 8 << 23))),
    lecture_xls(
        "xls, a rule that writes white on black",
        30,
        None,
        before=xls_rule(1 << 26 | 1 << 29, xls_letters(9) + struct.pack("<I", 8 << 23)),
    ),
    lecture_xls(
        "xls, a rule by a formula", 30, "D2", before=xls_rule(1 << 26, xls_letters(9), formula=b"\x24\1\0\2\0")
    ),
    ods_case("ods, white on white", _ODS_WHITE, "D2", "白底上的白字"),
    ods_case("ods, white on red", _ODS_WHITE + _ODS_RED, None),
    ods_case("ods, red on red", _ODS_WHITE.replace("ffffff", "c00000") + _ODS_RED, "D2", "同一种颜色"),
    ods_case("ods, letters of one point", '<style:text-properties fo:font-size="1pt"/>', "D2", "字小得看不见"),
    ods_case(
        "ods, filled with repetitions", '<style:table-cell-properties style:repeat-content="true"/>', "D2", "重复着显示"
    ),
    ods_case("ods, a rule that writes white", _ODS_MAP, "D2", "条件格式", styles=_ODS_PALE),
    ods_case("ods, a rule that writes zeros white", _ODS_MAP.replace("&lt;100", "=0"), None, styles=_ODS_PALE),
    ods_case(
        "ods, a rule for an area",
        "",
        "D2",
        "条件格式",
        styles=_ODS_PALE,
        more=_ods_rule(_ODS_ASKED.format("duplicate")),
    ),
    ods_case("ods, a rule for an area and zeros", "", None, styles=_ODS_PALE, more=_ods_rule(_ODS_ASKED.format("=0"))),
    ods_case(
        "ods, bars without numbers",
        "",
        "D2",
        "条件格式",
        more=_ods_rule('<calcext:data-bar calcext:show-value="false"/>'),
    ),
    ods_case("ods, signs beside numbers", "", None, more=_ods_rule("<calcext:icon-set/>")),
    Case(
        "ods, zeros that are not shown",
        "法治专题讲座.ods",
        archive({**unpack(ods([*map(ods_text, LECTURES)], [*_CELLS, ods_number(0, "0")])), "settings.xml": _NO_ZEROS}),
        place="D2",
        words="却什么也不显示",
    ),
    Case(
        "a number and a day that systems keep as texts",
        "法治专题讲座.csv",
        f'{",".join(LECTURES)}\n城区,="2024-03-01",学习民法典,="30"\n'.encode(),
        {"held_on": [date(2024, 3, 1)], "leaders": [30]},
    ),
    lecture(
        "formulas in place of results",
        "<c><f>15*2</f><v>30</v></c>",
        before='<sheetViews><sheetView showFormulas="1" workbookViewId="0"/></sheetViews>',
        book='<calcPr calcId="191029"/>',
        day="2024-03-01",
        place="D2",
        words="正显示公式",
    ),
    ods_case(
        "ods, a row of no height", "", "第 3 行", "被隐藏", styles=_ODS_FLAT, attributes=' table:style-name="ro1"'
    ),
    ods_case(
        "ods, a column of no width",
        "",
        "A1",
        "被隐藏",
        styles=_ODS_FLAT,
        columns='<table:table-column table:style-name="co1"/>',
    ),
]

ATTACKED = [
    *LOOKS,
    lecture("white on white", (30, 3), font='<color rgb="FFFFFFFF"/>', place="D2", words="白底上的白字"),
    lecture("the colour of the window", (30, 3), font='<color theme="0"/>', place="D2", words="白底上的白字"),
    lecture("a tinted colour", (30, 3), font='<color theme="0" tint="-0.5"/>'),
    lecture("a colour of its own", (30, 3), font='<color rgb="FF000000"/>'),
    lecture_xls("xls, white on white", (30, 4), "D2"),
    lecture("a row of a third of a point", more=_SMALL, place="第 3 行", words="被隐藏"),
    lecture(
        "a column of no width to speak of",
        before='<cols><col min="4" max="4" width="0.1"/></cols>',
        place="D1",
        words="被隐藏",
    ),
    lecture("rows that only some programs show", more=_ALTERNATE, place="", words="已损坏"),
    lecture("a length of time", (1.25, 2), code="[h]:mm", place="D2", words="时间 30:00:00"),
    course("a Greek letter in an id", "PΟ1", place="B2", words="希腊或俄文字母"),
    course("a Russian letter in an id", "А1", place="B2", words="希腊或俄文字母"),
    course("a name in Russian letters alone", "Иван", rows={"person_id": ["Иван"]}),
    id_text("an id in powers of ten without a sign", "1.40502E17", place="B2", words="科学计数"),
    id_text("an id with an E of its own", "5E3", rows={"person_id": ["5E3"]}),
    lecture_ods("ods, another day shown", ods_day("2024-03-01", "2024-03-05"), _THIRTY, "B2"),
    lecture_ods("ods, a day with a clock", ods_day("2024-03-01T08:30:00", "24/3/1 08:30"), _THIRTY, None),
    lecture_ods("ods, a day in Chinese numerals", ods_day("2024-03-01", "二〇二四年三月一日"), _THIRTY, None),
    lecture_ods(
        "ods, another text shown",
        PLAIN_DAY,
        _THIRTY,
        "C2",
        topic='<table:table-cell office:value-type="string" office:string-value="学习宪法"><text:p>学习民法典</text:p>'
        "</table:table-cell>",
    ),
    _table("ods, a cell covered by none", _line(ods_text("甲"), _COVERED), place="D2", words="盖住了"),
    _table("ods, rows folded away", _line(_TOPIC, _THIRTY), _FOLDED, place="第 3 行", words="被隐藏"),
    _table(
        "ods, rows in an open group",
        f'<table:table-row-group table:display="true">{_line(_TOPIC, _THIRTY)}</table:table-row-group>',
        rows={"leaders": [30]},
    ),
]
