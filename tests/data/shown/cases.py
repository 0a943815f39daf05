"""Files whose cells show something else than they store, or that other programs lay out in their own way.

Each is right in one way only: rows of values, or a refusal at a place.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from tests.data.bad_files.makers import archive, unpack
from tests.data.shown.makers import (
    DAY,
    ENFORCEMENT,
    LECTURES,
    LINKS,
    MILESTONES,
    TRAINING,
    Shared,
    cell,
    ods,
    ods_day,
    ods_number,
    ods_text,
    row,
    xls,
    xls_formula,
    xlsx,
)


@dataclass(frozen=True)
class Case:
    """A file, and the rows that it gives, or the place at which it is refused with what words."""

    name: str
    file_name: str
    content: bytes
    rows: dict[str, list[Any]] | None = None
    place: str | None = None
    words: str = ""


def lecture(
    name: str, leaders: Any = 30, topic: Any = "学习民法典", day: Any = DAY, more: str = "", **made: Any
) -> Case:
    """A workbook of one lecture; where it has no ``place`` it is right as it stands."""
    place, words = made.pop("place", None), made.pop("words", "")
    good = {"unit": ["chengqu"], "held_on": [date(2024, 3, 1)], "topic": ["学习民法典"], "leaders": [30]}
    rows = None if place is not None else made.pop("rows", good)
    content = xlsx(row(1, *LECTURES), row(2, "城区", day, topic, leaders), more, **made)
    return Case(name, "法治专题讲座.xlsx", content, rows, place, words)


def course(name: str, person: Any, hours: Any = 8, **made: Any) -> Case:
    """A workbook of one training."""
    place, words, rows = made.pop("place", None), made.pop("words", ""), made.pop("rows", None)
    cells = ("城区", person, DAY, "春季班", "业务知识", "是", hours)
    return Case(name, "培训记录.xlsx", xlsx(row(1, *TRAINING), row(2, *cells), **made), rows, place, words)


def table(name: str, stem: str, header: tuple[str, ...], *lines: str, **right: Any) -> Case:
    """A CSV in UTF-8."""
    return Case(name, f"{stem}.csv", "\r\n".join([",".join(header), *lines, ""]).encode(), **right)


def id_text(name: str, person: str, **right: Any) -> Case:
    """A CSV of one training of a person whose id was written so."""
    return table(name, "培训记录", TRAINING, f"城区,{person},2024-03-01,春季班,业务知识,是,8", **right)


def topic_text(name: str, topic: str, words: str) -> Case:
    """A CSV of one lecture with a topic that is none."""
    return table(name, "法治专题讲座", LECTURES, f"城区,2024-03-01,{topic},30", place="C2", words=words)


def measured(name: str, note: str, place: str | None = "F1") -> Case:
    """A CSV of one line under a title that measures its numbers."""
    header = (*LINKS[:5], f"带宽({note})", LINKS[6])
    rows = None if place else {"mbps": [1]}
    line = "城区,2024,县到乡,一号线,2024-03-01,1,测速公司"
    return table(name, "电子政务外网带宽", header, line, rows=rows, place=place, words="单位" if place else "")


def counted(name: str, note: str, place: str | None = "D1") -> Case:
    """A CSV of counts under a title that measures its numbers."""
    header = (*ENFORCEMENT[:3], f"执法决定数({note})", *ENFORCEMENT[4:])
    rows = None if place else {"decisions": [3]}
    return table(name, "行政执法三项制度统计", header, "城区,2024,一季度,3,3,3,3,1,1", rows=rows, place=place)


def captioned(name: str, caption: str, place: str | None) -> Case:
    """A CSV of counts under a line that measures them."""
    text = f"{caption},,,,,,,,\r\n{','.join(ENFORCEMENT)}\r\n城区,2024,一季度,3,3,3,3,1,1\r\n"
    rows = None if place else {"decisions": [3]}
    return Case(name, "行政执法三项制度统计.csv", text.encode(), rows, place, "单位是" if place else "")


def milestones(*values: Any, placed: bool = True, **made: Any) -> bytes:
    """A workbook of one milestone."""
    return xlsx(row(1, *MILESTONES, placed=placed), row(2, "城区", "应知应会清单", *values, placed=placed), **made)


def lecture_ods(
    name: str, day: str, number: str, place: str | None, styles: str = "", topic: str | None = None
) -> Case:
    """A spreadsheet of one lecture."""
    cells = [ods_text("城区"), day, topic or ods_text("学习民法典"), number]
    content = ods([ods_text(title) for title in LECTURES], cells, styles=styles)
    return Case(name, "法治专题讲座.ods", content, None if place else {"leaders": [30]}, place)


def lecture_xls(name: str, leaders: Any, place: str | None, topic: Any = "学习民法典", **made: Any) -> Case:
    """A workbook of Excel 97 of one lecture."""
    content = xls(LECTURES, ("城区", DAY, topic, leaders), **made)
    return Case(name, "法治专题讲座.xls", content, None if place else {"leaders": [30]}, place)


def rename(content: bytes, **names: str) -> bytes:
    """The archive with backslashes in the names of its parts."""
    return archive({name.replace("/", "\\"): part for name, part in unpack(content).items()})


def raised(mark: str, first: str, second: str) -> tuple[str, ...]:
    """A shared text of two runs, one of them with a mark of its font."""
    runs = f"<r><rPr><sz val='11'/>{mark}</rPr><t>{first}</t></r><r><t>{second}</t></r>"
    return (f"<si>{runs}</si>",)


DATE_FORMAT = '<number:date-style style:name="N1"><number:year/><number:month/></number:date-style>'
PART_FORMAT = '<number:date-style style:name="N1"><number:month/><number:day/></number:date-style>'
SHARED = '<c t="s"><v>0</v></c>'
PERSON = {"person_id": ["0007"]}
NO_DOCUMENTS: dict[str, list[Any]] = {
    f"{step}_doc": [None] for step in ("decided", "planned", "concluded", "checked", "applied")
}
INSPECTION = (
    "组织督查的单位,年度,督查编号,督查事项,确定督查事项日期,确定督查事项文号,制定督查方案日期,制定督查方案文号,"
    "作出督查结论日期,作出督查结论文号,核查整改情况日期,核查整改情况文号,运用督查结论日期,运用督查结论文号"
)
HIDDEN = row(3, "城区", DAY + 1, "学习行政处罚法", 40, attributes=" hidden = '&#49;'")
PLAIN_DAY = ods_day("2024-03-01", "2024-03-01")

POSITIONS = [
    Case(
        "no places, an empty cell before a date",
        "一次性任务完成登记.xlsx",
        milestones(None, DAY, None, None, None, placed=False),
        {"done_on": [None], "issued_on": [date(2024, 3, 5 - 4)]},
    ),
    Case(
        "no places, a report",
        "法治政府建设年度报告.xlsx",
        xlsx(
            row(1, "单位", "报告年度", "报送日期", "公开日期", "成文日期", "网址日期", "网址", placed=False),
            row(2, "城区", 2024, None, DAY, None, None, None, placed=False),
        ),
        {"submitted_on": [None], "published_on": [date(2024, 3, 1)]},
    ),
    Case(
        "no places, a hidden row",
        "法治专题讲座.xlsx",
        xlsx(
            row(1, *LECTURES, placed=False),
            row(2, "城区", DAY, "学习民法典", 30, placed=False),
            row(3, "城区", DAY + 1, "学习行政处罚法", 40, attributes=' hidden="1"', placed=False),
        ),
        place="第 3 行",
        words="被隐藏",
    ),
    lecture("a hidden row as XML may spell it", more=HIDDEN, place="第 3 行", words="被隐藏"),
    lecture("a hidden row with blanks", more=HIDDEN.replace("'&#49;'", '"true"'), place="第 3 行", words="被隐藏"),
    lecture("a row of no height", more=HIDDEN.replace("hidden = '&#49;'", 'ht="0.0"'), place="第 3 行", words="被隐藏"),
    lecture("a hidden column", before='<cols><col hidden = "1" max="4" min="4"/></cols>', place="D1", words="被隐藏"),
    Case(
        "rows out of order",
        "法治专题讲座.xlsx",
        xlsx(row(1, *LECTURES), row(3, "城区", DAY, "甲", 30), row(2, "城区", DAY + 1, "乙", 31)),
        place="",
        words="已损坏",
    ),
    lecture("a row beyond the last", more=row(1_048_577, "城区"), place="A1048577", words="太大了"),
    lecture(
        "strings in another case",
        topic=SHARED,
        strings=["<si><t>学习民法典</t></si>"],
        names={"sharedStrings.xml": "SharedStrings.xml"},
    ),
    lecture(
        "strings elsewhere",
        topic=SHARED,
        strings=["<si><t>学习民法典</t></si>"],
        names={"sharedStrings.xml": "strings1.xml"},
    ),
    lecture("the workbook elsewhere", names={"workbook.xml": "book.xml"}),
    lecture("styles elsewhere", names={"styles.xml": "theStyles.xml"}),
    Case(
        "backslashes in the archive",
        "法治专题讲座.xlsx",
        rename(xlsx(row(1, *LECTURES), row(2, "城区", DAY, "学习民法典", 30))),
        {"leaders": [30]},
    ),
]

FORMATS = [
    course("leading zeros in an id", (7, 2), code="0000", rows=PERSON),
    course("a trailing zero in an id", (1.1, 2), code="0.00", rows={"person_id": ["1.10"]}),
    Case(
        "words around a number",
        "一次性任务完成登记.xlsx",
        milestones(DAY, None, None, None, (5, 2), code='"晋市法〔2024〕"0"号"'),
        {"document": ["晋市法〔2024〕5号"]},
    ),
    course("the normal style shows percent", "A1", 0.5, normal=9, place="G2", words="百分数"),
    Case(
        "the normal style shows dates",
        "法治专题讲座.xlsx",
        xlsx(row(1, *LECTURES), row(2, "城区", (DAY, None), "学习民法典", (30, 2)), normal=14),
        {"held_on": [date(2024, 3, 1)], "leaders": [30]},
    ),
    lecture("a format that shows nothing", (30, 2), code=";;;", place="D2", words="什么也不显示"),
    lecture("a text that is not shown", topic=cell("学习民法典", 2), code=";;;", place="C2", words="不让它照样显示"),
    lecture("a second section that scales", (12000, 2), code='[<10000]0;0.0,"千"', place="D2", words="「12.0千」"),
    lecture("figures behind the number", (30, 2), code='0"00"', place="D2", words="存的是 30，显示的却是「3000」"),
    lecture("figures before the number", (30, 2), code='"1"0', place="D2", words="「130」"),
    lecture("leading zeros in a count", (30, 2), code="0000", place="D2", words="「0030」"),
    lecture("a fraction", (30, 2), code="# ?/?", place="D2", words="显示的却不是这个数"),
    lecture("an unknown format", (30, 2), code="0.0E+0", place="D2", words="显示的却不是这个数"),
    lecture("a filler of figures", (30, 2), code="0*0", place="D2", words="显示的却不是这个数"),
    lecture("a date with the name of a language", day=(DAY, 2), code="[$-zh-CN]yyyy/m/d"),
    lecture("white figures", (30, 2), code="[White]0", place="D2", words="显示的却不是这个数"),
    lecture(
        "zeros that are not shown",
        0,
        before='<sheetViews><sheetView showZeros="0"/></sheetViews>',
        place="D2",
        words="什么也不显示",
    ),
    lecture("thousands", (30, 2), code="#,##0.00_ "),
    lecture("an account", (30, 2), code='_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ '),
    lecture("a number with the measure of its column", (30, 2), code='0"人"'),
    lecture("a lunar date", day=(DAY, 2), code="[$-130000]yyyy/m/d", place="B2", words="没有把年月日显示全"),
    lecture("a date in figures", day=(20240301, 2), code='0000"-"00"-"00'),
    lecture("the end of a day", day=(45351.99999996528, 1), rows={"held_on": [date(2024, 2, 29)]}),
    course("dust of a sum", "A1", (3.3000000000000003, 2), code="0.0", rows={"hours": [Decimal("3.3")]}),
    course("a half rounded away", "A1", (8.5, 2), code="0", place="G2", words="存的是 8.5，显示的却是「9」"),
    Case(
        "a year in percent",
        "行政执法三项制度统计.xlsx",
        xlsx(row(1, *ENFORCEMENT), row(2, "城区", (2024, 2), "一季度", 9, 9, 9, 9, 1, 1), code="0%"),
        place="B2",
        words="202400%",
    ),
    lecture("a date with a time zone", day='<c t="d"><v>2024-02-29T16:00:00Z</v></c>', place="B2", words="应为日期"),
    table(
        "a clock that cannot be",
        "法治专题讲座",
        LECTURES,
        "城区,2024-03-01 99:99,甲,30",
        place="B2",
        words="应为日期",
    ),
    lecture_ods("ods, a month", ods_day("2024-03-01", "2024年3月"), ods_number(30, "30"), "B2", DATE_FORMAT),
    lecture_ods(
        "ods, a day without its year", ods_day("2024-03-01", "3月1日"), ods_number(30, "30"), "B2", PART_FORMAT
    ),
    lecture_ods("ods, scaled", PLAIN_DAY, ods_number(12000, "12"), "D2"),
    lecture_ods("ods, a plain number", PLAIN_DAY, ods_number(30, "30.00"), None),
    Case(
        "ods, leading zeros",
        "培训记录.ods",
        ods(
            [ods_text(title) for title in TRAINING],
            [
                ods_text("城区"),
                ods_number(7, "0007"),
                PLAIN_DAY,
                *map(ods_text, ("春季班", "业务知识", "是")),
                ods_number(8, "8"),
            ],
        ),
        PERSON,
    ),
    lecture_xls("xls, a plain number", (30, 2), None, code="0.00"),
    lecture_xls("xls, scaled", (12000, 2), "D2", code='[<10000]0;0.0,"千"'),
    lecture_xls("xls, nothing shown", (30, 2), "D2", code=";;;"),
    lecture_xls("xls, a text that is not shown", 30, "C2", topic=("学习民法典", 2), code=";;;"),
    Case(
        "xls, leading zeros",
        "培训记录.xls",
        xls(TRAINING, ("城区", (7, 2), DAY, "春季班", "业务知识", "是", 8), code="0000"),
        PERSON,
    ),
]

TEXTS = [
    lecture(
        "a raised figure",
        SHARED,
        strings=raised("<vertAlign val='superscript'/>", "1", "30 人"),
        place="D2",
        words="「¹30 人」",
    ),
    lecture("a struck-out run", SHARED, strings=raised("<strike/>", "30", "35"), place="D2", words="划掉"),
    lecture("a run that is not struck out", SHARED, strings=raised('<strike val="0"/>', "3", "0")),
    lecture("a whole cell struck out", (30, 3), font="<strike/>", place="D2", words="划掉"),
    lecture("a reading aid", topic=SHARED, strings=["<si><t>学习民法典</t><rPh sb='0' eb='2'><t>xuexi</t></rPh></si>"]),
    lecture_xls("xls, a whole cell struck out", (30, 3), "D2"),
    lecture_xls("xls, a struck-out run", Shared(0), "D2", texts=[("3035", ((0, 5), (2, 0)))]),
    lecture_xls("xls, a raised figure", Shared(0), "D2", texts=[("301", ((2, 6),))]),
    lecture_xls("xls, a run of another font", Shared(0), None, texts=[("30", ((1, 0),))]),
    lecture_ods(
        "ods, a struck-out run",
        PLAIN_DAY,
        ods_number(30, "30"),
        "C2",
        '<style:style style:name="T1" style:family="text">'
        '<style:text-properties style:text-line-through-style="solid"/></style:style>',
        ods_text("甲", '<text:span text:style-name="T1">甲</text:span>学习民法典'),
    ),
    Case(
        "a picture in a cell",
        "一次性任务完成登记.xlsx",
        milestones(DAY, None, None, None, '<c t="str"><f>_xlfn.DISPIMG("ID_9A1",1)</f><v>=DISPIMG("ID_9A1",1)</v></c>'),
        place="G2",
        words="是图片",
    ),
    lecture(
        "a picture for a topic",
        topic='<c t="str"><f>_xlfn.DISPIMG("ID_9A1",1)</f><v>=DISPIMG("ID_9A1",1)</v></c>',
        place="C2",
        words="是图片",
    ),
    topic_text("a picture in a CSV", '"=DISPIMG(""ID_9A1"",1)"', "是图片"),
    topic_text("nothing, with a remark", "无（暂未召开）", "必填"),
    topic_text("an entity of a web page", "学习&nbsp;", "乱码"),
    topic_text("a formula in a CSV", "=A1+1", "公式的文字"),
    topic_text("hashes of a narrow column", "########", "井号"),
    topic_text("an export's word for nothing", "NULL", "必填"),
    topic_text("nothing at all", "……", "必填"),
    topic_text("text lost before", "锟斤拷锟斤拷", "乱码"),
    topic_text("UTF-8 read as GBK before", "瀛︿範姘戞硶鍏", "乱码"),
    table(
        "the same as above",
        "培训记录",
        TRAINING,
        "城区,A1,2024-03-01,春季班,业务知识,是,8",
        "城区,A2,2024-03-01,同上,业务知识,是,8",
        place="D3",
        words="内容在别处",
    ),
    table(
        "a ditto mark",
        "培训记录",
        TRAINING,
        "城区,A1,2024-03-01,春季班,业务知识,是,8",
        "城区,A2,2024-03-01,〃,业务知识,是,8",
        place="D3",
        words="内容在别处",
    ),
    table(
        "nan for an optional text",
        "一次性任务完成登记",
        MILESTONES,
        "城区,应知应会清单,2024-03-01,,,,nan",
        rows={"document": [None]},
    ),
    table(
        "a place that begins like nothing",
        "一次性任务完成登记",
        MILESTONES,
        "城区,应知应会清单,2024-03-01,,,,无锡发〔2024〕1号",
        rows={"document": ["无锡发〔2024〕1号"]},
    ),
    table(
        "nothing for a number of a case",
        "行政复议决定书",
        ("单位", "决定书文号", "作出日期", "网上公开日期", "依法应公开"),
        "城区,无,2024-03-01,,是",
        place="B2",
        words="必填",
    ),
    table(
        "nothing for five documents",
        "政府督查任务登记",
        (INSPECTION,),
        "城区,2024,DC1,督查一,2024-03-01,无,2024-03-01,无,2024-03-01,暂无,2024-03-01,(无),2024-03-01,没有文号",
        rows=NO_DOCUMENTS,
    ),
    id_text("an id in powers of ten", "1.40502E+17", place="B2", words="科学计数"),
    id_text("an id in powers of ten by WPS", "1.40502199001011E+017", place="B2", words="科学计数"),
    id_text("an id kept from Excel by a formula", '"=""00123"""', rows={"person_id": ["00123"]}),
    id_text("an id kept from Excel by a sign", "'140502199001011234", rows={"person_id": ["140502199001011234"]}),
    id_text("an id made a decimal", "20240001.0", place="B2", words="改成了小数"),
    id_text("an id made a date", "1-Mar", place="B2", words="改成了日期"),
    Case(
        "UTF-8 cut inside a character",
        "法治专题讲座.csv",
        "unit,held_on,topic,leaders\r\nchengqu,2024-03-01,学习民法典".encode()[:-1] + b",30\r\n",
        place="",
        words="被截断",
    ),
    Case(
        "UTF-8 among GBK",
        "法治专题讲座.csv",
        ",".join(LECTURES).encode("gbk") + b"\r\n" + "chengqu,2024-03-01,学习,30\r\n".encode(),
        place="",
        words="两种编码",
    ),
    Case(
        "a mark of UTF-8 before GBK",
        "法治专题讲座.csv",
        b"\xef\xbb\xbf" + ",".join(LECTURES).encode("gbk"),
        place="",
        words="标明是 UTF-8",
    ),
]

FORMULAS = [
    lecture(
        "a formula of a writer that works nothing out",
        "<c><f>20+15</f><v>0</v></c>",
        book='<calcPr calcId="124519" fullCalcOnLoad="1"/>',
        place="D2",
        words="没有保存结果",
    ),
    lecture(
        "a formula of a streaming writer",
        "<c><f>SUM(F2:G2)</f><v>0.0</v></c>",
        book='<calcPr fullCalcOnLoad="true"/>',
        place="D2",
        words="没有保存结果",
    ),
    lecture(
        "a zero in a workbook that never calculated",
        "<c><f>SUM(F2:G2)</f><v>0.0</v></c>",
        place="D2",
        words="没有保存结果",
    ),
    lecture("two values in a cell", "<c><v>30</v><v>31</v></c>", place="", words="已损坏"),
    lecture("a formula that Excel worked out", "<c><f>10+20</f><v>30</v></c>", book='<calcPr calcId="191029"/>'),
    lecture_xls("xls, a formula to be worked out on opening", xls_formula(30, 3), "D2"),
    lecture_xls("xls, a formula that was worked out", xls_formula(30, 0), None),
]

MEASURES = [
    measured("gigabits", "Gbps"),
    measured("thousands of megabits", "千兆"),
    measured("G", "G"),
    measured("an unknown measure", "打"),
    measured("its own measure", "兆", None),
    measured("another word for its own", "Mbps", None),
    measured("which are meant", "含备用线路", None),
    counted("tens of thousands", "万起"),
    counted("millions", "百万件"),
    counted("a measure in words", "以万件计"),
    counted("pieces", "件", None),
    counted("unit: pieces", "单位:件", None),
    captioned("a caption", "单位:千件", "A1"),
    captioned("a caption in a title", "2024年行政执法三项制度统计表(单位:万件)", "A1"),
    captioned("a caption without the word", "2024年统计表(万件)", "A1"),
    captioned("its own measure", "单位:件", None),
    captioned("an office", "填报单位:城区司法局", None),
    captioned("an office alone", "单位:城区", None),
    captioned("several measures", "计量单位:万元、千件", "A1"),
    Case(
        "a caption at the right",
        "行政执法三项制度统计.xlsx",
        xlsx(row(1, *[""] * 8, "单位:千件"), row(2, *ENFORCEMENT), row(3, "城区", 2024, "一季度", 3, 3, 3, 3, 3, 3)),
        place="I1",
        words="单位是「千件」",
    ),
    Case(
        "the name of a sheet measures",
        "行政执法三项制度统计.xlsx",
        xlsx(
            row(1, *ENFORCEMENT), row(2, "城区", 2024, "一季度", 3, 3, 3, 3, 3, 3), sheet="行政执法三项制度统计(万件)"
        ),
        place="",
        words="单位是「万件」",
    ),
    table(
        "a note below measures",
        "行政执法三项制度统计",
        ENFORCEMENT,
        "城区,2024,一季度,3,3,3,3,3,3",
        "注:单位为万件,,,,,,,,",
        place="A3",
        words="单位是「万件」",
    ),
    table("a measure in a cell", "法治专题讲座", LECTURES, "城区,2024-03-01,学习民法典,30人", rows={"leaders": [30]}),
    table(
        "another measure in a cell",
        "法治专题讲座",
        LECTURES,
        "城区,2024-03-01,学习民法典,30人次",
        place="D2",
        words="应为数字",
    ),
]

ALL = [*POSITIONS, *FORMATS, *TEXTS, *FORMULAS, *MEASURES]
