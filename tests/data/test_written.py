"""Numbers, dates and ids as people write them: what each is taken for, and that all others are refused in Chinese.

Not proven here: what files do with them before (test_shown.py), nor rows of them read together (test_together.py).
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from data.cells.parser import compile_parser
from data.cells.values import CellMistake
from data.sheets.lookups import read_named
from tests.data.conftest import make_column

COUNT = make_column(type="integer", unit_of_measure="人")
DAY = make_column(type="date")
ID = make_column(type="text")
NUMBERS: dict[str, int] = {
    "３０": 30, "1,234": 1234, "1，234": 1234, "1,234,567.00": 1234567, "+30": 30, "30.0": 30, "-0": 0, "0030": 30,
    "30\t": 30, "三十": 30, "叁拾": 30, "两": 2, "30人": 30, "\u200930": 30,
    "'30": 30, '="30"': 30,
}  # fmt: skip
NO_NUMBERS = [
    "12,34", "1,2345", "1 234", "1'234", "1\u00a0234", "3 0", "3_0", "0x1E", "1e1", "1E+02", ".5", "30.", "30%",
    "百分之三十", "30-40", "(30)", "约30", "30余", "30+", "Ⅲ", "③", "3²", "½", "٣٠", "l0", "3Ο", "三〇", "廿", "1万",
    "30人次", "inf", "NaN", "TRUE", "\u202e03", "30.5", "4.5人", "#N/A", "12345678901234567",
]  # fmt: skip
DAYS = [
    "2024-05-01", "2024.5.1", "2024/5/1", "20240501", "2024年5月1日", "二〇二四年五月一日", "二○二四年五月一日",
    "二零二四年五月一日", "２０２４－０５－０１", "2024-5-1 8:00", "2024-05-01T23:59:59",
    "'2024-05-01",
]  # fmt: skip
NO_DAYS = [
    "2024年5月", "2024.5", "5月1日", "1/5/2024", "05/01/24", "24.5.1", "2/29/2024", "2024-13-1", "2024-00-01",
    "2024-02-30", "45413", "202451", "20240501.0", "2024-05-01Z", "2024-05-01T23:59:59Z", "2024-05-01+08:00",
    "2024-05-01 24:00", "2024-5-1 8:60", "民国113年5月1日", "2024-05-01~05-03", "2024年5月1-3日", "May 1 2024",
    "1-May-24", "2024—05—01", "2024年5月1日星期三", "1900-02-29",
]  # fmt: skip
IDS: dict[str, str] = {
    "140502199001011234": "140502199001011234", "A1\u00a0": "A1", "A\u200b1": "A1", "A\u00ad1": "A1", "Ａ１": "A1",
    "\t007": "007", "007": "007", "1D5": "1D5", "5E3": "5E3", '="007"': "007", "'007": "007", "A－1": "A-1",
}  # fmt: skip
NO_IDS = [
    "1.40502E+17", "1.40502E17", "1E+05", "7.0", "Mar-24", "1-Mar", "#REF!", "Err:502", "-", "PΟΟ1",
    "А1", "张?三", "=A1",
]  # fmt: skip


@pytest.mark.parametrize(
    ("column", "taken", "refused"),
    [
        (COUNT, NUMBERS, NO_NUMBERS),
        (DAY, dict.fromkeys(DAYS, date(2024, 5, 1)), NO_DAYS),
        (ID, IDS, NO_IDS),
    ],
    ids=["numbers", "days", "ids"],
)
def test_what_is_written_is_taken_for_one_thing_or_refused(
    column: Any, taken: dict[str, object], refused: list[str]
) -> None:
    parse = compile_parser(column)
    read = (lambda text: read_named(parse, column, text)) if column is ID else parse
    assert {text: read(text) for text in taken} == taken
    found = {text: read(text) for text in refused}
    assert [text for text, value in found.items() if not isinstance(value, CellMistake)] == []
    # Beside what was written, a sentence has no words of another language.
    told = [value.text.replace(text.strip(), "") for text, value in found.items() if isinstance(value, CellMistake)]
    assert [text for text in told if not re.match("「.+」", text) or re.search("[A-Za-z]{6,}|Error", text)] == []
