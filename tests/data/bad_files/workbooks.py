"""Bad workbooks: merges, hidden parts, formulas, headers, and files that no program writes."""

from __future__ import annotations

from datetime import date

from tests.data.bad_files.makers import (
    CASES_HEADER,
    FIXTURES,
    HEADER,
    SHEET,
    Bad,
    bad,
    book,
    ods,
    ods_cell,
    ods_row,
    patch,
    row,
    training_book,
)
from tests.data.conftest import Shown

PEOPLE = [row(姓名=name) for name in ("张三", "李四", "王五")]
REST = [[None, *cells[1:]] for cells in PEOPLE[1:]]
GOOD = training_book(*PEOPLE)
FAILED_ODS = (
    '<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value="">'
    "<text:p>#DIV/0!</text:p></table:table-cell>"
)


def hours_merged(*cells: object) -> bytes:
    rows = [[*line[:4], value, line[5]] for line, value in zip(PEOPLE, cells, strict=True)]
    return training_book(*rows, merges=["E2:E4"])


def days_merged() -> bytes:
    header = ["单位", "姓名", "到任日期"]
    lines = [["甲县", "张三", date(2024, 3, 1)], ["甲县", "李四", None]]
    return book([header, *lines], sheet="复议人员名册", merges=["C2:C3"])


def hidden_value() -> bytes:
    """A covered cell that still holds another value, as the format painter leaves it."""
    made = training_book(PEOPLE[0], ["乙县", *PEOPLE[1][1:]])
    return patch(
        made, SHEET, b"</sheetData>", b'</sheetData><mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells>'
    )


WORKBOOKS: list[Bad] = [
    bad("merged hours", "a.xlsx", hours_merged(24, None, None), "培训学时!E2", "分不清是每一行的数还是几行的合计"),
    bad("merged days of no key", "a.xlsx", days_merged(), "复议人员名册!C2", "分不清是不是每一行都是这一天"),
    bad(
        "two columns merged",
        "a.xlsx",
        training_book(row(姓名="张三", 培训日期=None), merges=["B2:C2"]),
        "培训学时!B2",
        "把「姓名」、「培训日期」几列合并成了一格",
    ),
    bad(
        "a block merged",
        "a.xlsx",
        training_book(*PEOPLE[:1], *REST, merges=["A2:B4"]),
        "培训学时!A2",
        "几列合并成了一格",
    ),
    bad("a value under a merge", "a.xlsx", hidden_value(), "培训学时!A3", "却另有内容「乙县」"),
    bad(
        "an empty merge",
        "a.xlsx",
        training_book([None, *PEOPLE[0][1:]], [None, *PEOPLE[1][1:]], merges=["A2:A3"]),
        "培训学时!A2",
        "不能为空",
    ),
    bad("units not merged", "a.xlsx", training_book(PEOPLE[0], *REST), "培训学时!A3", "或与上面几行合并成一格"),
    bad(
        "merged numbers in xls", "培训学时.xls", (FIXTURES / "merged_numbers.xls").read_bytes(), "培训学时!E2", "分不清"
    ),
    bad("a hidden row in xls", "培训学时.xls", (FIXTURES / "hidden_row.xls").read_bytes(), "第 3 行被隐藏或筛选掉了"),
    bad("a hidden column in xls", "培训学时.xls", (FIXTURES / "hidden_column.xls").read_bytes(), "D 列被隐藏了"),
    bad(
        "a wrong total in xls",
        "培训学时.xls",
        (FIXTURES / "wrong_total.xls").read_bytes(),
        "培训学时!E5",
        "写的是 25，全表各行加起来是 24",
    ),
    bad(
        "days without years in xls",
        "培训学时.xls",
        (FIXTURES / "yearless.xls").read_bytes(),
        "培训学时!C2",
        "没有把年月日显示全",
    ),
    bad("an xls that breaks off", "培训学时.xls", (FIXTURES / "merged.xls").read_bytes()[:3000], "工作簿已损坏"),
    bad("an xls called xlsx", "培训学时.xlsx", (FIXTURES / "merged.xls").read_bytes(), "文件内容与扩展名不符"),
    bad("an xlsx called xls", "培训学时.xls", GOOD, "文件内容与扩展名不符"),
    bad("a password", "培训学时.xlsx", (FIXTURES / "password.xlsx").read_bytes(), "加了密码"),
    bad("a password on an et", "培训学时.et", (FIXTURES / "password.xlsx").read_bytes(), "加了密码"),
    bad(
        "a hidden row",
        "a.xlsx",
        training_book(*PEOPLE, hidden_rows=[3]),
        "第 3 行被隐藏或筛选掉了，里面有内容",
        "取消隐藏",
    ),
    bad(
        "many hidden rows",
        "a.xlsx",
        training_book(*(row(姓名=f"张{n}") for n in range(30)), hidden_rows=range(5, 25)),
        "等 20 行被隐藏",
    ),
    bad(
        "a row of no height",
        "a.xlsx",
        patch(GOOD, SHEET, b'<row r="3"', b'<row ht="0" customHeight="1" r="3"'),
        "第 3 行被隐藏",
    ),
    bad(
        "a hidden column",
        "a.xlsx",
        training_book(*PEOPLE, hidden_columns=["E"]),
        "培训学时!E1",
        "E 列被隐藏了，里面有内容",
    ),
    bad(
        "a hidden column without a title", "a.xlsx", training_book([*row(), "密"], hidden_columns=["G"]), "G 列被隐藏了"
    ),
    bad(
        "only a hidden sheet",
        "a.xlsx",
        book([HEADER, row()], hidden_sheets=["培训学时"], more={"空": []}),
        "没有可见的数据",
    ),
    bad(
        "a second sheet of scraps",
        "a.xlsx",
        training_book(row(), more={"Sheet2": [["草稿"]]}),
        "Sheet2",
        "看不出这是哪个台账",
    ),
    bad(
        "two sheets report the same",
        "a.xlsx",
        book(
            [CASES_HEADER, ["甲县", 2024, 1, 3]],
            sheet="案件数量",
            more={"案件数量(2)": [CASES_HEADER, ["甲县", 2024, 0, 3]]},
        ),
        "会互相顶替",
    ),
    bad(
        "two sheets of one name",
        "a.xlsx",
        patch(training_book(row(), more={"Sheet2": [["x"]]}), "xl/workbook.xml", b"Sheet2", "培训学时".encode()),
        "有两张工作表都叫「培训学时」",
    ),
    bad(
        "a formula never worked out",
        "a.xlsx",
        patch(training_book(row(学时=Shown(777, formula="=4+4"))), SHEET, b"<v>777</v>", b""),
        "培训学时!E2",
        "公式没有保存结果",
    ),
    bad(
        "a formula of an empty result",
        "a.xlsx",
        patch(training_book(row(学时=Shown(777, formula="=4+4"))), SHEET, b"<v>777</v>", b"<v/>"),
        "公式没有保存结果",
    ),
    bad(
        "a stray cell far away",
        "a.xlsx",
        training_book(row(), *[[]] * 3, [*[None] * 30, "x"]),
        "培训学时!AE6",
        "没有表头",
    ),
    bad(
        "a row that would lie beyond any sheet",
        "a.xlsx",
        patch(GOOD, SHEET, b"</sheetData>", b'<row r="999999999999"/></sheetData>'),
        "A999999999999",
        "中间隔着大片空白",
    ),
    bad(
        "a row of ods that would lie beyond any sheet",
        "a.ods",
        ods(
            ods_row(*HEADER),
            '<table:table-row table:number-rows-repeated="29999990"><table:table-cell/></table:table-row>',
            ods_row("x"),
        ),
        "A29999992",
        "中间隔着大片空白",
    ),
    bad(
        "a stray cell in the last corner",
        "a.xlsx",
        patch(GOOD, SHEET, b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'),
        "XFD1048576",
        "中间隔着大片空白",
    ),
    bad(
        "two thousand columns",
        "a.xlsx",
        book([[f"列{n}" for n in range(2000)]]),
        "有 2000 格",
        "没有哪个台账有这么多列",
    ),
    bad(
        "groups above unknown titles",
        "a.xlsx",
        book(
            [["单位", "年度", "案件", None], [None, None, "纠错", "办结数"], ["甲县", 2024, 1, 3]],
            sheet="案件数量",
            merges=["C1:D1"],
        ),
        "缺少「纠错数」",
    ),
    bad(
        "equal titles under two groups",
        "a.xlsx",
        book(
            [["单位", "年度", "纠错数", "上年", None], [None, None, None, "办结数", "办结数"], ["甲县", 2024, 1, 3, 3]],
            sheet="案件数量",
            merges=["D1:E1", "A1:A2", "B1:B2", "C1:C2"],
        ),
        "没有「上年」这一列",
        "缺少「办结数」",
    ),
    bad(
        "a total that does not add up",
        "a.xlsx",
        training_book(*PEOPLE, ["合计", None, None, None, 25, None], merges=["A5:D5"]),
        "培训学时!E5",
        "写的是 25，全表各行加起来是 24",
    ),
    bad(
        "a total never worked out",
        "a.xlsx",
        patch(
            training_book(*PEOPLE, ["合计", None, None, None, Shown(777, formula="=SUM(E2:E4)"), None]),
            SHEET,
            b"<v>777</v>",
            b"",
        ),
        "培训学时!E5",
        "公式没有保存结果",
    ),
    bad("a cell twice", "a.xlsx", patch(GOOD, SHEET, b'<c r="B2"', b'<c r="A2"'), "工作簿已损坏"),
    bad("a cell of another row", "a.xlsx", patch(GOOD, SHEET, b'<c r="B2"', b'<c r="B9"'), "工作簿已损坏"),
    bad("rows out of order", "a.xlsx", patch(GOOD, SHEET, b'<row r="3"', b'<row r="1"'), "工作簿已损坏"),
    bad("a column beyond the last", "a.xlsx", patch(GOOD, SHEET, b'<c r="F2"', b'<c r="ZZZ2"'), "工作簿已损坏"),
    bad("a text that is not there", "a.xlsx", patch(GOOD, SHEET, b"<v>0</v>", b"<v>9999</v>"), "工作簿已损坏"),
    bad("a number that is none", "a.xlsx", patch(GOOD, SHEET, b"<v>8</v>", b"<v>8,0</v>"), "工作簿已损坏"),
    bad("an unknown type of cell", "a.xlsx", patch(GOOD, SHEET, b't="s"', b't="q"'), "工作簿已损坏"),
    bad("XML that breaks off", "a.xlsx", patch(GOOD, SHEET, b"</sheetData>", b""), "工作簿已损坏"),
    bad(
        "a declared entity",
        "a.xlsx",
        patch(GOOD, SHEET, b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet'),
        "工作簿已损坏",
    ),
    bad(
        "no part for the sheet",
        "a.xlsx",
        patch(GOOD, "xl/_rels/workbook.xml.rels", b"sheet1.xml", b"sheet9.xml"),
        "工作簿已损坏",
    ),
    bad(
        "a percentage in ods",
        "a.ods",
        ods(
            ods_row(*HEADER),
            ods_row(
                *row()[:2], "2024-03-01", "法", '<table:table-cell office:value-type="percentage" office:value="0.9"/>'
            ),
        ),
        "培训学时!E2",
        "不能填百分数，填的是「90%」",
    ),
    bad(
        "a failed formula in ods",
        "a.ods",
        ods(
            ods_row(*HEADER),
            ods_row(
                *row()[:4],
                FAILED_ODS,
            ),
        ),
        "培训学时!E2",
        "公式出错",
    ),
    bad(
        "a formula never worked out in ods",
        "a.ods",
        ods(ods_row(*HEADER), ods_row(*row()[:4], '<table:table-cell table:formula="of:=4+4"/>')),
        "公式没有保存结果",
    ),
    bad(
        "a hidden row in ods",
        "a.ods",
        ods(ods_row(*HEADER), ods_row(*row(), attributes='table:visibility="filter"')),
        "第 2 行被隐藏或筛选掉了",
    ),
    bad(
        "merged hours in ods",
        "a.ods",
        ods(
            ods_row(*HEADER),
            ods_row(*row()[:4], ods_cell(8, 'table:number-rows-spanned="2"'), "业务"),
            ods_row("甲县", "李四", "2024-03-01", "法", "<table:covered-table-cell/>", "业务"),
        ),
        "培训学时!E2",
        "分不清",
    ),
    bad(
        "endless repetition in ods",
        "a.ods",
        ods(ods_row(*HEADER), ods_row(*row(), attributes='table:number-rows-repeated="1000000"')),
        "中间隔着大片空白",
    ),
    bad("an ods that breaks off", "a.ods", ods(ods_row(*HEADER))[:400], "损坏"),
]
