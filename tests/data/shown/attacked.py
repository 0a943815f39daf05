"""Files as a forger, or a program of its own mind, would write them: white on white, folded away, shown otherwise."""

from __future__ import annotations

from typing import Any

from tests.data.bad_files.makers import ODF_NAMES, ODS_KIND, archive
from tests.data.shown.cases import PLAIN_DAY, Case, course, id_text, lecture, lecture_ods, lecture_xls
from tests.data.shown.makers import DAY, LECTURES, ods_day, ods_number, ods_text, row

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

ATTACKED = [
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
