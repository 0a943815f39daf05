"""Odd files that offices do send and that can mean one thing only, with the rows that they give."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from tests.data.bad_files.makers import (
    CASES_HEADER,
    FIXTURES,
    HEADER,
    SHEET,
    archive,
    book,
    cases_text,
    ods,
    ods_cell,
    ods_row,
    patch,
    row,
    text,
    training_book,
    training_text,
    unpack,
    with_parts,
)
from tests.data.conftest import Shown

MARCH_1 = date(2024, 3, 1)


@dataclass(frozen=True)
class Odd:
    """A file, some columns of the rows that it must give, and words that its remarks must hold."""

    name: str
    file_name: str
    content: bytes
    rows: dict[str, list[Any]]
    remarks: tuple[str, ...] = ()


def cell(name: str, title: str, value: Any, expected: Any) -> Odd:
    """A CSV of one training whose cell under that title is written oddly."""
    column = {"单位": "unit", "姓名": "person", "培训日期": "held_on", "学时": "hours", "类别": "category"}[title]
    return Odd(name, "培训学时.csv", training_text(row(**{title: value})), {column: [expected]})


def joined(name: str, value: str, first: date | None, last: date | None) -> Odd:
    """A roster of one person with an oddly written optional date."""
    content = text(["单位", "姓名", "到任日期"], ["甲县", "张三", value])
    return Odd(name, "复议人员名册.csv", content, {"joined": [first], "joined__last": [last]})


A, B = ["甲县", 2024, 1, 3], ["乙县", 2024, 2, 5]
TWO: dict[str, list[Any]] = {"unit": ["a", "b"], "corrected": [1, 2], "closed": [3, 5]}
PEOPLE = [row(姓名=name) for name in ("张三", "李四", "王五")]
NAMES = {"unit": ["a"] * 3, "person": ["张三", "李四", "王五"], "hours": [Decimal(8)] * 3}
GROUPED = [["单位", "年度", "案件情况", None], [None, None, "纠错数", "办结数"], A, B]
MONTH_STYLE = (
    '<number:date-style style:name="N"><number:year/><number:month/></number:date-style>'
    '<style:style style:name="m" style:family="table-cell" style:data-style-name="N"/>'
)
FOREIGN = Shown(8, formula="=[1]Sheet1!A1")
SPAN = 'table:number-rows-spanned="3"'
COVERED = "<table:covered-table-cell/>"


def without_places(content: bytes) -> bytes:
    """The workbook without the places of its cells, which the format does not demand."""
    parts = unpack(content)
    parts[SHEET] = re.sub(rb'<c r="[A-Z]+[0-9]+"', b"<c", re.sub(rb'<row r="[0-9]+"', b"<row", parts[SHEET]))
    return archive(parts)


ODD: list[Odd] = [
    Odd(
        "a sum of floats is the sum that is shown",
        "培训学时.xlsx",
        training_book(row(学时=Shown(0.1 + 0.2, formula="=0.1+0.2"))),
        {"hours": [Decimal("0.3")]},
    ),
    Odd(
        "a total with the dust of floats",
        "a.xlsx",
        training_book(
            row(学时=0.1),
            row(姓名="李四", 学时=0.2),
            ["合计", None, None, None, Shown(0.1 + 0.2, formula="=SUM(E2:E3)")],
        ),
        {"hours": [Decimal("0.1"), Decimal("0.2")]},
        ("核对相符",),
    ),
    Odd("usual titles", "案件数量.csv", text(["单位名称", "年份", *CASES_HEADER[2:]], A, B), TWO),
    Odd("GB18030", "培训学时.csv", training_text(row(姓名="㐂𠮷"), encoding="gb18030"), {"person": ["㐂𠮷"]}),
    Odd(
        "a character that moved in GB18030",
        "复议人员名册.csv",
        text(["单位", "姓名"], ["甲县", "张\ue816"], encoding="gb18030"),
        {"person": ["张\U00020087"]},
    ),
    Odd("UTF-16 little-endian", "培训学时.csv", training_text(row(), encoding="utf-16"), {"unit": ["a"]}),
    Odd(
        "UTF-16 big-endian, tabs",
        "培训学时.txt",
        b"\xfe\xff" + training_text(row(), delimiter="\t").decode().encode("utf-16-be"),
        {"unit": ["a"]},
    ),
    Odd("UTF-8 with a mark", "培训学时.csv", training_text(row(), encoding="utf-8-sig"), {"unit": ["a"]}),
    Odd(
        "a declared delimiter",
        "培训学时.csv",
        b"sep=;\r\n" + training_text(row(), delimiter=";"),
        {"unit": ["a"]},
        ("sep=;",),
    ),
    Odd("rare characters", "复议人员名册.csv", text(["单位", "姓名"], ["甲县", "𠮷㛃𬭚"]), {"person": ["𠮷㛃𬭚"]}),
    Odd(
        "marks of direction in a name",
        "复议人员名册.csv",
        text(["单位", "姓名"], ["甲县", "\u202b张三\u202c"]),
        {"person": ["张三"]},
    ),
    cell("full-width digits", "学时", "\uff18\uff0e\uff15", Decimal("8.5")),
    cell("a numeral", "学时", "六", Decimal(6)),
    cell("ten", "学时", "十", Decimal(10)),
    cell("a financial numeral", "学时", "壹拾贰", Decimal(12)),
    cell("two", "学时", "两", Decimal(2)),
    cell("a numeral with a point", "学时", "三点五", Decimal("3.5")),
    cell("a numeral with the measure", "学时", "十二小时", Decimal(12)),
    cell("the measure of the column", "学时", "8 小时", Decimal(8)),
    cell("a zero word", "学时", "无", Decimal(0)),
    cell("nought", "学时", "〇", Decimal(0)),
    cell("eight digits", "培训日期", "20240301", MARCH_1),
    cell("points", "培训日期", "2024.3.1", MARCH_1),
    cell("year month day", "培训日期", "2024年3月1日", MARCH_1),
    cell("a date in numerals", "培训日期", "二〇二四年三月一日", MARCH_1),
    cell("a date in numerals with letters O", "培训日期", "二○二四年十二月三十一日", date(2024, 12, 31)),
    cell("a stroke for an optional choice", "类别", "/", None),
    cell("does not apply", "类别", "不适用", None),
    cell("a dash", "类别", "—", None),
    cell("a hyphen where no number is asked for", "类别", "-", None),
    joined("a month", "2024年3月", MARCH_1, date(2024, 3, 31)),
    joined("a month in numerals", "二〇二四年三月", MARCH_1, date(2024, 3, 31)),
    joined("no date", "/", None, None),
    Odd(
        "years with their word",
        "案件数量.csv",
        cases_text(["甲县", "二〇二四年", "一", "三"]),
        {"year": [2024], "closed": [3]},
    ),
    Odd("a year of reports", "案件数量.csv", cases_text(["甲县", "2024年度", 1, 3]), {"year": [2024]}),
    Odd(
        "thousands",
        "案件数量.csv",
        text(CASES_HEADER, ["甲县", 2024, '"1,234"', '"12,345"']),
        {"corrected": [1234], "closed": [12345]},
    ),
    Odd(
        "a total",
        "案件数量.csv",
        cases_text(A, B, ["合计", "", 3, 8]),
        TWO,
        ("第 4 行是合计行（合计），核对相符，未作为数据",),
    ),
    Odd("a spaced total with strokes", "案件数量.csv", cases_text(A, B, ["合 计", "/", 3, 8]), TWO, ("核对相符",)),
    Odd(
        "a total above", "案件数量.csv", cases_text(["全市合计", "", 3, 8], A, B), TWO, ("第 2 行是合计行（全市合计）",)
    ),
    Odd(
        "subtotals and a total",
        "案件数量.csv",
        cases_text(A, ["小计", "", 1, 3], B, ["小计", "", 2, 5], ["总计", "", 3, 8]),
        TWO,
        ("第 3 行是合计行（小计）", "第 6 行是合计行（总计）"),
    ),
    Odd("a total named after the unit", "案件数量.csv", cases_text(A, ["甲县小计", "", 1, 3], B), TWO, ("甲县小计",)),
    Odd(
        "a total that counts people",
        "培训学时.csv",
        training_text(*PEOPLE, ["合计", "3人", "", "", 24, ""]),
        NAMES,
        ("核对相符",),
    ),
    Odd("a total without numbers", "案件数量.csv", cases_text(A, B, ["合计", "", "", ""]), TWO, ("没有数可核",)),
    Odd(
        "lines below",
        "案件数量.csv",
        cases_text(A, B, ["制表人:张三", "", "审核人:李四", ""], ["注:本表一式两份。"], ["2.数据截至年底。"]),
        TWO,
        ("第 4、5、6 行是表尾的落款或说明",),
    ),
    Odd(
        "an empty label below",
        "案件数量.csv",
        cases_text(A, B, ["填表人:", "张三", "填表日期:", "2024.3.1"]),
        TWO,
        ("落款",),
    ),
    Odd(
        "an example",
        "案件数量.csv",
        cases_text(["示例:某县", 2024, 9, 9], A, B),
        TWO,
        ("第 2 行是示例行，未作为数据",),
    ),
    Odd("numbered columns", "案件数量.csv", cases_text(["甲", 1, 2, 3], A, B), TWO, ("第 2 行是栏次",)),
    Odd("the header on every page", "案件数量.csv", cases_text(A, CASES_HEADER, B), TWO, ("第 3 行是重复的表头",)),
    Odd(
        "numbered rows",
        "案件数量.csv",
        text(["序号", *CASES_HEADER], [1, *A], ["二", *B]),
        TWO,
        ("「序号」列只是编号，不读",),
    ),
    Odd(
        "other order, notes and stars",
        "案件数量.csv",
        text(["办结数(件)", "*单位(全称)", "年度(必填)", "纠错数 *"], [3, "甲县", 2024, 1], [5, "乙县", 2024, 2]),
        TWO,
    ),
    Odd(
        "lines above",
        "案件数量.csv",
        text(["某市案件情况统计表"], ["填报单位:市司法局"], CASES_HEADER, A, B),
        TWO,
        ("第 1、2 行在表头以上",),
    ),
    Odd(
        "groups in a text",
        "案件数量.csv",
        text(["单位", "年度", "案件情况", ""], ["", "", "纠错数", "办结数"], A, B),
        TWO,
    ),
    Odd(
        "merged units",
        "a.xlsx",
        training_book(PEOPLE[0], *[[None, *line[1:]] for line in PEOPLE[1:]], merges=["A2:A4"]),
        NAMES,
        ("「单位」的合并单元格 A2:A4",),
    ),
    Odd(
        "merged days of the key",
        "a.xlsx",
        training_book(row(培训日期=MARCH_1), row(姓名="李四", 培训日期=None), merges=["C2:C3"]),
        {"held_on": [MARCH_1] * 2},
        ("「培训日期」的合并单元格 C2:C3",),
    ),
    Odd(
        "merged units with subtotals",
        "a.xlsx",
        training_book(PEOPLE[0], [None, *PEOPLE[1][1:]], [None, "小计", None, None, 16, None], merges=["A2:A4"]),
        {"person": ["张三", "李四"]},
        ("第 4 行是合计行（小计）",),
    ),
    Odd(
        "a merged title, two header rows, a merged total",
        "a.xlsx",
        book(
            [["案件情况统计表"], *GROUPED, ["合计", None, 3, 8]],
            sheet="案件数量",
            merges=["A1:D1", "A2:A3", "B2:B3", "C2:D2", "A6:B6"],
        ),
        TWO,
        ("第 1 行在表头以上", "核对相符"),
    ),
    Odd(
        "line breaks in titles",
        "a.xlsx",
        book([["单位\n(全称)", "年\n度", "纠错\n数", "办结数\n(件)"], A, B], sheet="案件数量"),
        TWO,
    ),
    Odd(
        "numbers shown with their measure",
        "a.xlsx",
        training_book(row(学时=Shown(8, '0"小时"'))),
        {"hours": [Decimal(8)]},
    ),
    Odd(
        "a workbook that counts from 1904",
        "a.xlsx",
        training_book(row(培训日期=MARCH_1), since_1904=True),
        {"held_on": [MARCH_1]},
    ),
    Odd(
        "an xls that counts from 1904",
        "培训学时.xls",
        (FIXTURES / "since_1904.xls").read_bytes(),
        {"held_on": [MARCH_1] * 3},
    ),
    Odd(
        "merged units in xls",
        "培训学时.xls",
        (FIXTURES / "merged.xls").read_bytes(),
        NAMES,
        ("「单位」的合并单元格 A2:A4", "核对相符"),
    ),
    Odd("an et that is an xls", "培训学时.et", (FIXTURES / "merged.xls").read_bytes(), NAMES),
    Odd("an et that is an xlsx", "培训学时.et", training_book(*PEOPLE), NAMES),
    Odd(
        "macros",
        "a.xlsm",
        with_parts(training_book(*PEOPLE), xl__vbaProject_dot_bin=b"x"),
        NAMES,
        ("工作簿带有宏；宏不会运行",),
    ),
    Odd(
        "a formula that reads another workbook",
        "a.xlsx",
        training_book(row(学时=FOREIGN)),
        {"hours": [Decimal(8)]},
        ("E2的公式引用了其他工作簿",),
    ),
    Odd(
        "hidden sheets and notes",
        "a.xlsx",
        training_book(*PEOPLE, more={"旧": [["x"]], "填表说明": [["x"]]}, hidden_sheets=["旧"]),
        NAMES,
        ("隐藏的工作表「旧」没有读", "工作表「填表说明」是说明"),
    ),
    Odd(
        "hidden rows without content",
        "a.xlsx",
        training_book(*PEOPLE, hidden_rows=[9, 10], hidden_columns=["J"]),
        NAMES,
    ),
    Odd("cells without places", "a.xlsx", without_places(training_book(*PEOPLE)), NAMES),
    Odd(
        "prefixed names",
        "a.xlsx",
        patch(
            training_book(*PEOPLE),
            "xl/sharedStrings.xml",
            b"<t>\xe5\xbc\xa0\xe4\xb8\x89</t>",
            b"<r><t>\xe5\xbc\xa0</t></r><r><t>\xe4\xb8\x89</t></r><rPh><t>zhang</t></rPh>",
        ),
        NAMES,
    ),
    Odd(
        "an archive within",
        "a.xlsx",
        with_parts(training_book(*PEOPLE), xl__embeddings__a_dot_xlsx=b"PK\x03\x04"),
        NAMES,
    ),
    Odd(
        "an ods with merged units",
        "a.ods",
        ods(
            ods_row(*HEADER),
            ods_row(ods_cell("甲县", SPAN), *PEOPLE[0][1:]),
            *[ods_row(COVERED, *line[1:]) for line in PEOPLE[1:]],
        ),
        NAMES,
        ("「单位」的合并单元格 A2:A4",),
    ),
    Odd(
        "an ods with a month",
        "a.ods",
        ods(
            ods_row("单位", "姓名", "到任日期"),
            ods_row(
                "甲县",
                "张三",
                '<table:table-cell table:style-name="m" office:value-type="date" office:date-value="2024-03-01"/>',
            ),
            name="复议人员名册",
            styles=MONTH_STYLE,
        ),
        {"joined__last": [date(2024, 3, 31)]},
    ),
    Odd(
        "an ods that repeats a row",
        "a.ods",
        ods(ods_row(*HEADER), *[ods_row(*line, attributes='table:number-rows-repeated="1"') for line in PEOPLE]),
        NAMES,
    ),
    Odd(
        "row numbers prepared for more rows",
        "培训学时.xlsx",
        book([["序号", *HEADER], *[[number, *line] for number, line in enumerate(PEOPLE, 1)], [4], [5]]),
        NAMES,
        ("第 5、6 行只有编号，没有内容，未作为数据",),
    ),
    Odd(
        "a form of an office: titles, two header rows, a merged unit, totals, notes, a sheet of words",
        "附件2.xlsx",
        book(
            [
                ["附件2"],
                ["2024年度培训学时统计表"],
                ["填报单位:甲县(公章)", None, None, None, None, "填报日期:2025年1月5日"],
                ["单位\n名称", "姓  名", "培训情况"],
                [None, None, "培训日期", "主题", "学时(小时)", "类别"],
                ["甲县", "张三", "2024年3月1日", "法治", "８", "业务"],
                [None, "李四", "２０２４.３.１", "法治", "八", "业务"],
                ["小计", None, None, None, 16],
                ["乙县", "王五", 20240301, "法治", "8小时", "业务"],
                ["合 计", "3人", "/", "/", 24, "/"],
                ["注:1.学时按45分钟计"],
                ["2.以上数据截至12月31日"],
                ["填报人:张三", None, "审核人:李四", None, "联系电话:", "0356-2020202"],
            ],
            sheet="Sheet1",
            merges=["A1:F1", "A2:F2", "A4:A5", "B4:B5", "C4:F4", "A6:A7", "A11:F11"],
            more={"填报说明": [["一、本表由各县填报"]]},
        ),
        {
            "unit": ["a", "a", "b"],
            "person": ["张三", "李四", "王五"],
            "held_on": [MARCH_1] * 3,
            "hours": [Decimal("8.0")] * 3,
        },
        (
            "第 1、2、3 行在表头以上",
            "「单位」的合并单元格 A6:A7",
            "第 8 行是合计行（小计），核对相符",
            "第 10 行是合计行（合计），核对相符",
            "第 11、12、13 行是表尾的落款或说明",
            "工作表「填报说明」是说明",
        ),
    ),
]
