"""Files as offices and platforms send them: ways to write days, numbers and units, and looks of other programs."""

from __future__ import annotations

import struct
from datetime import date
from typing import Any

from tests.data.bad_files.makers import archive, unpack
from tests.data.shown.attacked import ods_case, xls_letters, xls_rule
from tests.data.shown.cases import Case, lecture, lecture_xls, table
from tests.data.shown.makers import DAY, LECTURES, Formula, record, row, xls, xlsx

_XLS, _XLSX = "法治专题讲座.xls", "法治专题讲座.xlsx"
_BROKEN = '城区,2024-03-01,"学习\n法",30'
_FIRST = "城区,2024-03-01,学习民法典,30"
_FONT = '<style:text-properties style:font-name="{0}" fo:font-family="{0}"/>'
_SIGNS = (
    '<office:font-face-decls><style:font-face style:name="F1" style:font-charset="x-symbol"/></office:font-face-decls>'
)
_ASKED = '<calcPr calcId="191029"/>'


def _day(written: str, day: date | None) -> Case:
    right: dict[str, Any] = {"rows": {"held_on": [day]}} if day else {"place": "B2", "words": "举办日期"}
    return table(f"a day written {written}", "法治专题讲座", LECTURES, f"城区,{written},学习民法典,30", **right)


def _number(written: str, number: int | None) -> Case:
    right: dict[str, Any] = {"rows": {"leaders": [number]}} if number is not None else {"place": "D2", "words": "人数"}
    quoted = written.replace('"', '""')
    line = f'城区,2024-03-01,学习民法典,"{quoted}"'
    return table(f"a number written {written!a}", "法治专题讲座", LECTURES, line, **right)


def _unit(written: str, is_known: bool) -> Case:
    right: dict[str, Any] = {"rows": {"unit": ["chengqu"]}} if is_known else {"place": "A2", "words": "名录里没有单位"}
    line = f'"{written}",2024-03-01,学习民法典,30'
    return table(f"a unit written {written!a}", "法治专题讲座", LECTURES, line, **right)


def _text(name: str, content: bytes, *, file: str = "法治专题讲座.csv", **right: Any) -> Case:
    good = None if "place" in right else {"unit": ["chengqu"], "held_on": [date(2024, 3, 1)], "leaders": [30]}
    return Case(name, file, content, right.pop("rows", good), right.get("place"), right.get("words", ""))


def _sheet(delimiter: str = ",", end: str = "\r\n", lines: tuple[str, ...] = (_FIRST,)) -> str:
    return end.join([",".join(LECTURES), *lines, ""]).replace(",", delimiter)


def _strict(content: bytes) -> bytes:
    """The workbook as Excel saves it by the strict standard."""
    names = (
        ("http://schemas.openxmlformats.org/spreadsheetml/2006/", "http://purl.oclc.org/ooxml/spreadsheetml/"),
        ("http://schemas.openxmlformats.org/officeDocument/2006/", "http://purl.oclc.org/ooxml/officeDocument/"),
    )
    parts = {name: part if isinstance(part, str) else part.decode() for name, part in unpack(content).items()}
    for usual, strict in names:
        parts = {name: part.replace(usual, strict) for name, part in parts.items()}
    return archive(parts)


def _styled_table(change: str, element: str = "wholeTable", used: str = "own") -> bytes:
    """A workbook whose rows are a table in a style of the workbook's own, of which one element has a look."""
    content = xlsx(row(1, *LECTURES), row(2, "城区", DAY, "学习民法典", 30), change=change)
    parts = {name: part if isinstance(part, str) else part.decode() for name, part in unpack(content).items()}
    style = f'<tableStyle name="own"><tableStyleElement type="{element}" dxfId="0"/></tableStyle>'
    parts["xl/styles.xml"] = parts["xl/styles.xml"].replace("</dxfs>", f"</dxfs><tableStyles>{style}</tableStyles>")
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/table"
    parts["xl/worksheets/_rels/sheet1.xml.rels"] = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{relation}" Target="../tables/table1.xml"/></Relationships>'
    )
    parts["xl/tables/table1.xml"] = (
        '<table xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" ref="D1:D2">'
        f'<tableStyleInfo name="{used}"/></table>'
    )
    return archive(parts)


def _later_rule(asked: int, shown: bytes, look: bytes = bytes(6), after: bool = False) -> bytes:
    """A rule of Excel 2007 in an old workbook, of the last column, alone or behind one that it makes more of."""
    areas = struct.pack("<4HH4H", 1, 8, 3, 3, 1, 1, 8, 3, 3)
    head = record(0x879, struct.pack("<HHQ", 0x879, 0, 0) + struct.pack("<HH", 1, 0) + areas)
    if after:
        head = record(0x87B, struct.pack("<HH4HIH", 0x87B, 1, 1, 8, 3, 3, 1, 0))
    body = struct.pack("<BBHH", asked, 0, 0, 0) + look + bytes(2) + bytes(22) + shown
    return head + record(0x87A, struct.pack("<HHQ", 0x87A, 0, 0) + body)


def _more_of_a_rule(look: bytes) -> bytes:
    """What Excel 2007 adds to a rule of Excel 97."""
    told = struct.pack("<HBBHBB", 0, 0, 0, 1, 0, 1) + look + bytes(17)
    return record(0x87B, struct.pack("<HH4HIH", 0x87B, 1, 1, 8, 3, 3, 0, 0) + told)


def _sized(look: bytes) -> bytes:
    return struct.pack("<I", len(look)) + look


_WHITE_LOOK = _sized(struct.pack("<IH", 1 << 26, 0) + xls_letters(9))
_RED_LOOK = _sized(struct.pack("<IH", 1 << 26, 0) + xls_letters(10))
#: Numbers beside bars, and bars alone; signs beside numbers, and alone.
_BARS, _BARS_ALONE = (bytes((0, 0, 0, flags, 10, 90)) + bytes(20) for flags in (2, 0))
_MARKS, _MARKS_ALONE = (bytes((0, 0, 0, 3, 0, flags)) + bytes(20) for flags in (0, 1))


def _xls_text_formula(view: int) -> bytes:
    """A lecture whose topic is the text that a formula came to, in a view of the sheet."""
    result = record(0x207, struct.pack("<HB", 5, 1) + "学习民法典".encode("utf-16-le"))
    formula = struct.pack("<BBHHHHIH", 0, 0, 0, 0, 0xFFFF, 0, 0, 3) + b"\x1e\x01\x00"
    shown = record(0x23E, struct.pack("<H", view) + bytes(16))
    return xls(LECTURES, ("城区", "2024-03-01", Formula(formula, result), "30"), before=shown)


_DAY = date(2024, 3, 1)
WRITTEN = [
    *(
        _day(written, _DAY)
        for written in (
            "20240301", "2024.3.1", "2024年3月1日", "2024年03月01日", "2024-3-1 00:00:00", "2024-03-01T00:00:00",
            "2024/3/1 0:00", "2024年三月一日", "二〇二四年三月一日", "2024年3月1号", "２０２４－０３－０１",
            "2024 - 03 - 01", "'2024-03-01", "\t2024-03-01", "2024-03-01\t", "\u00a02024-03-01",
        )
    ),
    *(
        _day(written, None)
        for written in (
            "2024年3月", "2024.03", "45352", "24.3.1", "3月1日", "2024-02-30", "01/03/2024", "2024-03-01~2024-03-05",
            "20240301.0", "民国113年3月1日", "2024\\3\\1", "Mar 1 2024", "1-Mar-24", "2024-03-01 星期五", "2024-13-01",
        )
    ),
    *(
        _number(written, number)
        for written, number in (
            ("３０", 30), ("三十", 30), ("３０人", 30), ("30 人", 30), ("30名", 30), ("+30", 30), ("30.00", 30),
            ("1，000", 1000), ("３，０００", 3000), ("30\u3000", 30), ("\u00a030", 30), ("叁拾", 30),
            ("零", 0), ("030", 30),
        )
    ),
    *(
        _number(written, None)
        for written in (
            "约30", "30余", "30左右", "(30)", "（30）", "30-", "-30", "－30", "3,0", "30,", "30%", "30％", "95％",
            "0.3万", "30万", "3e1", "30．", "30。", "3\u200b0", "三〇", "30/40", "30+5", "30人次", "30（人）", "1 000",
            "1\u00a0000", "30~40", "无", "30①", "³0", "Ⅲ", "㉚", "3O", "l0", '"30"',
        )
    ),
    *(_unit(written, True) for written in ("城　区", "城区 ", "城\u200b区", "晋城市城区", "城区\n")),
    *(_unit(written, False) for written in ("城區", "城区.", "“城区”", "１城区", "城区（本级）")),
]  # fmt: skip

SENT = [
    _text("utf-16 without a mark", _sheet().encode("utf-16-le"), place="", words="空字符"),
    _text("utf-16 with the other end first", b"\xfe\xff" + _sheet().encode("utf-16-be")),
    _text("semicolons", _sheet(";").encode("utf-8-sig")),
    _text("tabs in GBK", _sheet("\t").encode("gbk")),
    _text("full-width commas", _sheet("，").encode(), place="", words="找不到"),
    _text("strokes between cells", _sheet("|").encode(), place="", words="找不到"),
    _text("ends of lines of old Macs", _sheet(end="\r").encode()),
    _text("empty lines and commas at the end", (_sheet(end="\n") + "\n\n,,,\n").encode()),
    _text("a break within a cell", _sheet(lines=(_BROKEN,)).encode(), rows={"topic": ["学习 法"]}),
    _text("NUL behind the last cell", _sheet(lines=(f"{_FIRST}\0\0",)).encode(), place="", words="空字符"),
    _text(
        "subtotals between the rows",
        _sheet(lines=(_FIRST, "小计,,,30", "泽州县,2024-03-02,学习宪法,40", "合　计,,,70")).encode(),
        rows={"leaders": [30, 40]},
    ),
    _text("a total that is none", _sheet(lines=(_FIRST, "合计,,,31")).encode(), place="D3", words="核对"),
    _text("a page as a workbook", b"<html><table></table></html>", file=_XLS, place="", words="网页"),
    _text("a page with pictures as a workbook", b"MIME-Version: 1.0\r\n", file=_XLS, place="", words="网页"),
    _text("a letter as a workbook", b"{\\rtf1 x}", file=_XLS, place="", words="Word"),
    _text("a workbook of Excel 5", b"\x09\x08\x08\x00\x00\x05" + bytes(90), file=_XLS, place="", words="Excel 95"),
    _text("text as a workbook", _sheet("\t").encode("gbk"), file=_XLS, place="", words="CSV 文本"),
    _text("xlsx as a workbook of WPS", lecture("").content, file="法治专题讲座.et"),
    _text("xls as a workbook of WPS", lecture_xls("", 30, None).content, file="法治专题讲座.et"),
    _text("xls by the name of xlsx", lecture_xls("", 30, None).content, file=_XLSX, place="", words="扩展名"),
    _text("the strict standard", _strict(lecture("").content), file=_XLSX),
    _text(
        "a day of the strict standard",
        _strict(lecture("", day='<c t="d"><v>2024-03-01</v></c>').content),
        file=_XLSX,
    ),
]  # fmt: skip

_WHITE = '<font><color rgb="FFFFFFFF"/></font>'
FONT, SAME, FORMULA = "符号字体", "同一种颜色", "正显示公式"
LOOKS = [
    lecture("a font of signs", (30, 3), font='<name val="Wingdings 2"/>', place="D2", words=FONT),
    lecture("a font of signs by its characters", (30, 3), font='<charset val="2"/>', place="D2", words=FONT),
    lecture("a Chinese font", (30, 3), font='<name val="宋体"/><charset val="134"/>'),
    lecture(
        "a run of signs",
        '<c t="inlineStr"><is><r><rPr><rFont val="Webdings"/></rPr><t>30</t></r></is></c>',
        place="D2",
        words=FONT,
    ),
    lecture_xls("xls, a font of signs", (30, 9), "D2"),
    ods_case("ods, a font of signs", _FONT.format("Wingdings"), "D2", FONT),
    ods_case("ods, a font of signs by its characters", _FONT.format("F1"), "D2", FONT, fonts=_SIGNS),
    ods_case("ods, a Chinese font", _FONT.format("宋体"), None),
    lecture(
        "nearly the colour of the ground",
        (30, 3),
        font='<color rgb="FFC00008"/>',
        fill='<patternFill patternType="solid"><fgColor rgb="FFC00000"/></patternFill>',
        place="D2",
        words=SAME,
    ),
    lecture(
        "another shade of the ground",
        (30, 3),
        font='<color rgb="FFC06060"/>',
        fill='<patternFill patternType="solid"><fgColor rgb="FFC00000"/></patternFill>',
    ),
    lecture(
        "white below a pattern",
        (30, 3),
        font='<color rgb="FFFFFFFF"/>',
        fill='<patternFill patternType="gray125"/>',
        place="D2",
        words="白底上的白字",
    ),
    lecture(
        "black below a pattern of no colours of its own",
        (30, 3),
        fill='<patternFill patternType="gray125"><bgColor indexed="64"/></patternFill>',
    ),
    lecture(
        "black below a dark pattern",
        (30, 3),
        fill='<patternFill patternType="darkGray"><bgColor rgb="FF000000"/></patternFill>',
        place="D2",
        words=SAME,
    ),
    lecture(
        "a run of one colour",
        (30, 3),
        fill='<gradientFill><stop><color rgb="FF000000"/></stop><stop><color rgb="FF000000"/></stop></gradientFill>',
        place="D2",
        words=SAME,
    ),
    lecture(
        "a run of colours",
        (30, 3),
        fill='<gradientFill><stop><color rgb="FFFFFFFF"/></stop><stop><color rgb="FFC00000"/></stop></gradientFill>',
    ),
    lecture_xls("xls, white below a pattern", (30, 10), "D2"),
    ods_case(
        "ods, nearly the colour of the ground",
        '<style:text-properties fo:color="#c00008"/><style:table-cell-properties fo:background-color="#c00000"/>',
        "D2",
        SAME,
    ),
    Case("a style of tables in white", _XLSX, _styled_table(_WHITE), None, "D2", "条件格式"),
    Case("a style of tables in red", _XLSX, _styled_table(_WHITE.replace("FFFFFFFF", "FFC00000")), {"leaders": [30]}),
    Case(
        "a style of tables that is not used",
        _XLSX,
        _styled_table(_WHITE, used="TableStyleMedium2"),
        {"leaders": [30]},
    ),
    lecture_xls("xls, bars without numbers", 30, "D2", before=_later_rule(4, _BARS_ALONE)),
    lecture_xls("xls, bars beside numbers", 30, None, before=_later_rule(4, _BARS)),
    lecture_xls("xls, signs without numbers", 30, "D2", before=_later_rule(6, _MARKS_ALONE)),
    lecture_xls("xls, signs behind another rule", 30, "D2", before=_later_rule(6, _MARKS_ALONE, after=True)),
    lecture_xls("xls, signs beside numbers", 30, None, before=_later_rule(6, _MARKS)),
    lecture_xls("xls, a later rule that writes white", 30, "D2", before=_later_rule(5, b"", _WHITE_LOOK)),
    lecture_xls("xls, a later rule that writes red", 30, None, before=_later_rule(5, b"", _RED_LOOK)),
    lecture_xls("xls, a rule made white later", 30, "D2", before=xls_rule(0) + _more_of_a_rule(_WHITE_LOOK)),
    lecture_xls("xls, a rule made red later", 30, None, before=xls_rule(0) + _more_of_a_rule(_RED_LOOK)),
    lecture_xls(
        "xls, a rule for zeros made white later",
        30,
        None,
        before=xls_rule(0, b"", 3, b"\x1e\0\0") + _more_of_a_rule(_WHITE_LOOK),
    ),
    lecture_xls("xls, a later rule that breaks off", 30, "D2", before=_later_rule(4, b"")),
    lecture(
        "a formula in place of its text",
        "<c t='inlineStr'><is><t>30</t></is></c>",
        "<c t='str'><f>\"学习\"</f><v>学习民法典</v></c>",
        "2024-03-01",
        before='<sheetViews><sheetView showFormulas="1" workbookViewId="0"/></sheetViews>',
        book=_ASKED,
        place="C2",
        words=FORMULA,
    ),
    Case("xls, a formula in place of its text", _XLS, _xls_text_formula(0x6B7), None, "C2", FORMULA),
    Case("xls, a formula that came to a text", _XLS, _xls_text_formula(0x6B6), {"topic": ["学习民法典"]}),
]  # fmt: skip

OFFICES = [*WRITTEN, *SENT, *LOOKS]
