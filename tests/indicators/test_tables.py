"""What a dataset may not say about its columns, key, period and checks.

Whether rows keep to it is tested with the intake of data.
"""

from __future__ import annotations

import pytest

from tests.indicators.changes import Case, Refuse, check_case
from tests.indicators.small_pack import DATASETS_FILE

CASES = [
    Case("choices missing", DATASETS_FILE, ", choices: [规范性文件, 讲座]", "", "name: kind", ("列 kind", "choices")),
    Case(
        "choices of a text",
        DATASETS_FILE,
        "title: 文号, type: text",
        "title: 文号, type: text, choices: [甲]",
        "文号",
        ("列 number", "choices"),
    ),
    Case(
        "a least number for a text",
        DATASETS_FILE,
        "title: 文号, type: text",
        "title: 文号, type: text, at_least: 0",
        "文号",
        ("只有 integer 和 decimal 列",),
    ),
    Case(
        "a least above the most",
        DATASETS_FILE,
        "at_least: 0}",
        "at_least: 9, at_most: 1}",
        "at_most: 1}",
        ("at_least 大于 at_most",),
    ),
    Case(
        "zero words for a text",
        DATASETS_FILE,
        "title: 文号, type: text",
        "title: 文号, type: text, zero_words: [无]",
        "文号",
        ("zero_words",),
    ),
    Case(
        "a month for a text",
        DATASETS_FILE,
        "title: 文号, type: text",
        "title: 文号, type: text, month_allowed: true",
        "文号",
        ("month_allowed",),
    ),
    Case(
        "seven decimals of a column",
        DATASETS_FILE,
        "title: 学时, type: decimal",
        "title: 学时, type: decimal, decimals: 7",
        "学时",
        ("decimals", "0 到 6"),
    ),
    Case(
        "an unknown type of column",
        DATASETS_FILE,
        "title: 学时, type: decimal",
        "title: 学时, type: number",
        "学时",
        ("「type」写了「number」", "decimal"),
    ),
    Case(
        "two periods",
        DATASETS_FILE,
        "{standing: true}",
        "{standing: true, year: year}",
        "standing",
        ("period 请只写一项",),
    ),
    Case(
        "a column twice",
        DATASETS_FILE,
        "name: number, title: 文号",
        "name: year, title: 文号",
        "- id: documents",
        ("列 year 写了两次",),
    ),
    Case(
        "a title that names two columns",
        DATASETS_FILE,
        "name: number, title: 文号",
        "name: number, title: 类别",
        "- id: documents",
        ("类别 指向两列",),
    ),
    Case(
        "a key column that is missing",
        DATASETS_FILE,
        "key: [unit, year, number]",
        "key: [unit, year, nummer]",
        "- id: documents",
        ("key 指的列 nummer 不存在",),
    ),
    Case(
        "a unit column of another type",
        DATASETS_FILE,
        "  key: [unit, year, number]",
        "  unit: number\n  key: [unit, year, number]",
        "- id: documents",
        ("unit 指的列 number 是 text 类型",),
    ),
    Case(
        "an empty key column",
        DATASETS_FILE,
        "title: 文号, type: text",
        "title: 文号, type: text, required: false",
        "- id: documents",
        ("列 number", "不能是可空的"),
    ),
    Case(
        "a day compared with a number",
        DATASETS_FILE,
        "at_most: shown_on",
        "at_most: pages",
        "- id: documents",
        ("不能比较列 issued_on 与 pages",),
    ),
    Case(
        "a sum over words",
        DATASETS_FILE,
        "sums: [{column: pages",
        "sums: [{column: number",
        "- id: documents",
        ("checks.sums 指的列 number 是 text 类型",),
    ),
    Case(
        "a person column that is missing",
        DATASETS_FILE,
        "{person: person_id",
        "{person: name",
        "- id: people",
        ("people.person 指的列 name 不存在",),
    ),
]


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in CASES])
def test_the_mistake_is_named_with_its_line_and_how_to_mend_it(case: Case, refuse: Refuse) -> None:
    check_case(case, refuse)
