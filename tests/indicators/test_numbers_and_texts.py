"""A number is an exact decimal written as text; an id that looks like a number is quoted.

These tests do not prove that every other spelling of a number is refused.
"""

from __future__ import annotations

import pytest

from tests.indicators.changes import Case, Refuse, check_case
from tests.indicators.small_pack import DATASETS_FILE, FIRST_FILE, HEAD_FILE, SECOND_FILE, UNITS_FILE

RATIO_TARGET = 'target: {at_least: "90%"}'
LATE = '{late: {per_day: "0.1"}}'
COUNT_ALL = "{count: {dataset: documents}}"

NUMBERS = [
    Case(
        "text where a number belongs",
        FIRST_FILE,
        RATIO_TARGET,
        "target: {at_least: 九成}",
        "九成",
        ("「九成」不是数", "请写成"),
    ),
    Case(
        "a list where a number belongs", FIRST_FILE, RATIO_TARGET, "target: {at_least: [1]}", "[1]", ("一组值不是数",)
    ),
    Case(
        "a space before the percent sign",
        FIRST_FILE,
        RATIO_TARGET,
        'target: {at_least: "90 %"}',
        "90 %",
        ("不是百分数", "不空格"),
    ),
    Case(
        "seven decimals", FIRST_FILE, RATIO_TARGET, 'target: {at_least: "0.1234567"}', "0.1234567", ("至多 6 位小数",)
    ),
    Case(
        "five decimals of a percentage",
        FIRST_FILE,
        RATIO_TARGET,
        'target: {at_least: "0.00001%"}',
        "0.00001%",
        ("至多写 4 位",),
    ),
    Case("an exponent", FIRST_FILE, RATIO_TARGET, "target: {at_least: 1e3}", "1e3", ("「1e3」不是数",)),
    Case(
        "full-width digits", FIRST_FILE, RATIO_TARGET, "target: {at_least: \uff19\uff10}", "\uff19\uff10", ("不是数",)
    ),
    Case(
        "negative marks",
        FIRST_FILE,
        'marks: {counties: "2"}',
        'marks: {counties: "-2"}',
        '"-2"',
        ("分值 -2 不能为负", "写正数"),
    ),
    Case("a negative deduction", SECOND_FILE, LATE, '{late: {per_day: "-0.1"}}', '"-0.1"', ("不能为负",)),
    Case(
        "precision that is no integer",
        HEAD_FILE,
        "precision: 2",
        "precision: 两位",
        "两位",
        ("「两位」不是整数", "请写成"),
    ),
    Case("precision that is too fine", HEAD_FILE, "precision: 2", "precision: 5", "id: small", ("precision", "0 到 4")),
    Case(
        "a flag that is no flag",
        DATASETS_FILE,
        "{standing: true}",
        "{standing: 是}",
        "{standing: 是}",
        ("应写 true（是）或 false（否）",),
    ),
    Case(
        "an imported score out of nothing",
        SECOND_FILE,
        COUNT_ALL,
        "{imported: {dataset: documents, column: pages, out_of: 0}}",
        "out_of",
        ("out_of", "大于 0"),
    ),
]

TEXTS = [
    Case(
        "an id that looks like a number, without quotes",
        FIRST_FILE,
        "- id: 1.filing",
        "- id: 1.10",
        "1.10",
        ("1.10 没有加引号", "会变成 1.1", '请写成 "1.10"'),
    ),
    Case("a version without quotes", HEAD_FILE, 'version: "1"', "version: 1.0", "version: 1.0", ("没有加引号",)),
    Case(
        "an id with capitals", FIRST_FILE, "- id: 1.filing", "- id: Filing", "Filing", ("编号「Filing」请改用小写字母",)
    ),
    Case(
        "a cohort id that is none",
        FIRST_FILE,
        'marks: {counties: "2"}',
        'marks: {各县: "2"}',
        "各县",
        ("编号「各县」",),
    ),
    Case(
        "a column name in Chinese",
        DATASETS_FILE,
        "name: pages",
        "name: 页",
        "name: 页",
        ("名称「页」", "title"),
        alone=False,
    ),
    Case("an empty text", UNITS_FILE, "name: 甲县,", 'name: " ",', "jia", ("文字不能为空",)),
    Case("a list where a text belongs", UNITS_FILE, "name: 甲县,", "name: [甲县],", "jia", ("一组值不是文字",)),
    Case("null where a text belongs", UNITS_FILE, "name: 甲县,", "name: null,", "jia", ("空值不是文字",)),
]
CASES = [*NUMBERS, *TEXTS]


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in CASES])
def test_the_mistake_is_named_with_its_line_and_how_to_mend_it(case: Case, refuse: Refuse) -> None:
    check_case(case, refuse)
