"""Unknown, doubled, misplaced, missing and empty keys of a pack are told, each with a hint.

The hint is a guess; these tests do not prove that it is always the right one.
"""

from __future__ import annotations

import pytest

from tests.indicators.changes import Case, Refuse, check_case
from tests.indicators.small_pack import FIRST_FILE, HEAD_FILE, SECOND_FILE, UNITS_FILE

RATIO_TARGET = 'target: {at_least: "90%"}'
AWARD = '{award: {each: "0.5"}}'
COUNT_ALL = "{count: {dataset: documents}}"

CASES = [
    Case(
        "a doubled key",
        FIRST_FILE,
        '  section: work\n  marks: {counties: "4"',
        '  name: 又一次\n  section: work\n  marks: {counties: "4"',
        "又一次",
        ("键「name」写了两次", "第 3 行已有", "删去一处"),
    ),
    Case(
        "a misspelt key",
        HEAD_FILE,
        "precision: 2",
        "precison: 2",
        "precison",
        ("不认识的键「precison」", "是不是「precision」"),
    ),
    Case(
        "a misspelt key deep inside",
        FIRST_FILE,
        RATIO_TARGET,
        'target: {at_leest: "90%"}',
        "at_leest",
        ("不认识的键「at_leest」", "是不是「at_least」"),
        alone=False,
    ),
    Case(
        "an unknown key like no other",
        UNITS_FILE,
        "title: 县}",
        "title: 县, 颜色: 红}",
        "颜色",
        ("不认识的键「颜色」", "请用这里有的：id、title"),
    ),
    Case(
        "a key one level too deep",
        FIRST_FILE,
        "        denominator: {dataset: documents, where: {kind: 规范性文件}}\n    target",
        "        denominator: {dataset: documents, where: {kind: 规范性文件}}\n      target",
        "      target",
        ("不认识的键「target」", "应与「measure」写在同一层", "缩进"),
    ),
    Case(
        "a condition with an unknown key",
        FIRST_FILE,
        "where: {kind: 讲座}",
        "where: {kind: {any: 讲座}}",
        "{any:",
        ("不认识的键「any」", "any_of"),
    ),
    Case("a missing key", FIRST_FILE, "  name: 公开讲座\n", "", "- id: 1.lectures", ("缺少「name」", "请补上")),
    Case(
        "a missing file-level list",
        UNITS_FILE,
        "kinds:\n- {id: county, title: 县}\n- {id: organ, title: 机关}\n",
        "",
        "units:",
        ("缺少「kinds」",),
    ),
    Case(
        "a key without a value",
        FIRST_FILE,
        'section: work\n  marks: {counties: "2"}',
        'section:\n  marks: {counties: "2"}',
        "section:\n",
        ("「section」后面没有写值", "请补上"),
    ),
    Case(
        "a list where entries belong",
        FIRST_FILE,
        'marks: {counties: "2"}',
        "marks: [2]",
        "marks: [2]",
        ("「marks」应是若干个键和值",),
    ),
    Case(
        "one value where a list belongs",
        SECOND_FILE,
        "obligations: [T1]",
        "obligations: T1",
        "obligations: T1",
        ("「obligations」应是一个列表",),
    ),
    Case(
        "a word that is not offered",
        HEAD_FILE,
        "kind: bonus",
        "kind: gift",
        "kind: gift",
        ("「kind」写了「gift」", "base、bonus、deduction、veto"),
    ),
    Case(
        "no part at all",
        SECOND_FILE,
        f"  parts:\n  - measure: {COUNT_ALL}\n    marks: {AWARD}\n",
        "  parts: []\n",
        "parts: []",
        ("「parts」不能为空",),
    ),
    Case(
        "combine that is no way to combine",
        FIRST_FILE,
        '  section: work\n  marks: {counties: "2"}',
        '  combine: any\n  section: work\n  marks: {counties: "2"}',
        "combine",
        ("combine 写了「any」", "sum、all"),
    ),
    Case(
        "combine with a misspelt key",
        FIRST_FILE,
        '  section: work\n  marks: {counties: "2"}',
        '  combine: {at_leat: 1}\n  section: work\n  marks: {counties: "2"}',
        "combine",
        ("是不是「at_least」",),
        alone=False,
    ),
]


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in CASES])
def test_the_mistake_is_named_with_its_line_and_how_to_mend_it(case: Case, refuse: Refuse) -> None:
    check_case(case, refuse)
