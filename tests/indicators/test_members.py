"""A measure, a target, marks, a deadline and a citation are each exactly one of a closed set.

These tests do not prove that two mistakes of one mapping are told together: a mapping is judged
as a whole only when its entries fit.
"""

from __future__ import annotations

import pytest

from tests.indicators.changes import Case, Refuse, check_case
from tests.indicators.small_pack import FIRST_FILE, HEAD_FILE, OBLIGATIONS_FILE, SECOND_FILE, SOURCES_FILE

RATIO_TARGET = 'target: {at_least: "90%"}'
DEADLINE = '{every: "04-end", day_itself: in_time}'
LATE = '{late: {per_day: "0.1"}}'
LADDER_TOP = '- {at_least: "2", marks: "100%"}'
JUDGED = '{judged: {levels: {好: "100%", 差: "0"}}}'
AWARD = '{award: {each: "0.5"}}'
COUNT_ALL = "{count: {dataset: documents}}"

MEMBERS = [
    Case(
        "two measures",
        SECOND_FILE,
        COUNT_ALL,
        "{count: {dataset: documents}, findings: {dataset: findings}}",
        "{count:",
        ("计量只写一种", "写了 2 种", "count、findings"),
    ),
    Case(
        "no measure",
        SECOND_FILE,
        COUNT_ALL,
        "{}",
        "measure: {}",
        ("计量只写一种", "写了 0 种（无）", "可用：change、count"),
    ),
    Case(
        "two targets",
        FIRST_FILE,
        RATIO_TARGET,
        'target: {at_least: "90%", at_most: "95%"}',
        "at_most",
        ("目标只写一种", "写了 2 种"),
    ),
    Case(
        "no target in a target",
        FIRST_FILE,
        RATIO_TARGET,
        "target: {}",
        "target: {}",
        ("目标只写一种", "可用：at_least"),
    ),
    Case(
        "two kinds of marks",
        SECOND_FILE,
        AWARD,
        '{award: {each: "0.5"}, proportional: {}}',
        "award",
        ("计分只写一种", "写了 2 种"),
    ),
    Case("no kind of marks", SECOND_FILE, AWARD, "{}", "marks: {}", ("计分只写一种", "可用：all_or_nothing")),
    Case(
        "by and distinct",
        SECOND_FILE,
        COUNT_ALL,
        "{count: {dataset: documents, by: kind, distinct: number}}",
        "by: kind",
        ("by", "distinct", "删去"),
    ),
    Case(
        "findings by level and added up",
        SECOND_FILE,
        "{findings: {dataset: findings}}",
        "{findings: {dataset: findings, by: severity, sum: pages}}",
        "by: severity",
        ("by（分级）与 sum（求和）",),
    ),
    Case(
        "change of nothing", SECOND_FILE, COUNT_ALL, "{change: {from_zero: pending}}", "change", ("change 请只写一种",)
    ),
    Case(
        "a rate compared with a year before of zero",
        SECOND_FILE,
        COUNT_ALL,
        "{change: {sum: {dataset: documents}, by: rate, from_zero: compare}}",
        "change",
        ("没有变化率", "另选一种"),
    ),
    Case(
        "marks of no other indicator",
        SECOND_FILE,
        COUNT_ALL,
        "{of_marks: {indicators: []}}",
        "of_marks",
        ("「indicators」不能为空",),
    ),
    Case("an award without an amount", SECOND_FILE, AWARD, "{award: {}}", "award", ("award 请写 each", "levels")),
    Case("an award with empty levels", SECOND_FILE, AWARD, "{award: {levels: {}}}", "award", ("award 请写 each",)),
    Case(
        "occurrences without an amount",
        SECOND_FILE,
        AWARD,
        "{per_occurrence: {}}",
        "per_occurrence",
        ("per_occurrence 请写 each",),
    ),
    Case(
        "free occurrences below zero",
        SECOND_FILE,
        AWARD,
        '{per_occurrence: {each: ["1"], free: -1}}',
        "free",
        ("free（前几次不扣）",),
    ),
    Case(
        "late by day and by tiers",
        SECOND_FILE,
        LATE,
        '{late: {per_day: "0.1", late: "1", missing: "2"}}',
        "missing",
        ("late 请写 per_day", "两档"),
    ),
    Case("late with one tier", SECOND_FILE, LATE, '{late: {late: "1"}}', '{late: {late: "1"}}', ("late 请写 per_day",)),
    Case(
        "two relative forms",
        SECOND_FILE,
        AWARD,
        "{relative: {better: higher, min_max: {}, ratio_to_best: {}}}",
        "relative",
        ("relative 请只写一种", "rank_table"),
    ),
    Case(
        "a rank table without marks",
        SECOND_FILE,
        AWARD,
        "{relative: {better: higher, rank_table: {marks: []}}}",
        "rank_table",
        ("「marks」不能为空",),
    ),
    Case(
        "judged by range and levels",
        SECOND_FILE,
        JUDGED,
        '{judged: {range: {}, levels: {好: "1"}}}',
        "judged",
        ("judged 请写 range",),
    ),
    Case(
        "a veto without consequence",
        SECOND_FILE,
        "{veto: {grade_at_most: 差}}",
        "{veto: {}}",
        "veto: {}",
        ("veto 请写 total: zero", "grade_at_most"),
    ),
    Case(
        "an empty condition",
        FIRST_FILE,
        "where: {kind: 讲座}",
        "where: {kind: {}}",
        "kind: {}",
        ("条件不能为空", "删去"),
    ),
    Case(
        "a condition with no value in its list",
        FIRST_FILE,
        "where: {kind: 讲座}",
        "where: {kind: []}",
        "kind: []",
        ("条件不能为空",),
    ),
    Case(
        "a step with two lower ends",
        FIRST_FILE,
        LADDER_TOP,
        '- {at_least: "2", above: "2", marks: "100%"}',
        "above",
        ("下限请只写一种",),
    ),
    Case(
        "a step with two upper ends",
        FIRST_FILE,
        '- {below: "1", marks: "0"}',
        '- {below: "1", at_most: "1", marks: "0"}',
        "at_most",
        ("上限请只写一种",),
    ),
    Case(
        "a step that holds nothing",
        FIRST_FILE,
        LADDER_TOP,
        '- {at_least: "2", below: "2", marks: "100%"}',
        "100%",
        ("下限高于上限", "请检查"),
    ),
]

DATES = [
    Case(
        "29 February",
        SECOND_FILE,
        DEADLINE,
        '{every: "02-29", day_itself: in_time}',
        "02-29",
        ("不是每年都有", '"02-end"'),
    ),
    Case(
        "31 April",
        SECOND_FILE,
        DEADLINE,
        '{every: "04-31", day_itself: in_time}',
        "04-31",
        ("4 月没有 31 日", '"04-end"'),
    ),
    Case(
        "the thirteenth month",
        SECOND_FILE,
        DEADLINE,
        '{every: "13-01", day_itself: in_time}',
        "13-01",
        ("「13-01」应写成 月-日",),
    ),
    Case("no word on the day itself", SECOND_FILE, DEADLINE, '{every: "04-end"}', "every", ("缺少「day_itself」",)),
    Case(
        "two deadlines",
        SECOND_FILE,
        DEADLINE,
        '{every: "04-end", on: "2024-04-30", day_itself: in_time}',
        "every",
        ("期限只写一种",),
    ),
    Case("no deadline", SECOND_FILE, DEADLINE, "{day_itself: in_time}", "day_itself", ("期限只写一种",)),
    Case(
        "days after nothing",
        SECOND_FILE,
        DEADLINE,
        "{days: 20, day_itself: in_time}",
        "days",
        ("after（起算日期的列）一起写",),
    ),
    Case(
        "too many days",
        SECOND_FILE,
        DEADLINE,
        "{days: 4000, after: issued_on, day_itself: in_time}",
        "days",
        ("0 到 3660",),
    ),
    Case(
        "years later without a yearly day",
        SECOND_FILE,
        DEADLINE,
        '{on: "2024-04-30", years_later: 1, day_itself: in_time}',
        "years_later",
        ("只和 every 一起写",),
    ),
    Case(
        "too many years later",
        SECOND_FILE,
        DEADLINE,
        '{every: "04-end", years_later: 6, day_itself: in_time}',
        "years_later",
        ("0 到 5",),
    ),
    Case(
        "due too many years later",
        SECOND_FILE,
        f"marks: {AWARD}",
        f'marks: {AWARD}\n    due: {{every: "03-01", years_later: 99}}',
        "due:",
        ("years_later", "0 到 5"),
    ),
    Case(
        "a day that does not exist", SOURCES_FILE, '"2023-12-01"', '"2023-11-31"', "2023-11-31", ("不是一个存在的日期",)
    ),
    Case("a day in another spelling", SOURCES_FILE, '"2023-12-01"', '"20231201"', "20231201", ("请写成 2023-12-31",)),
    Case(
        "a negative fall",
        FIRST_FILE,
        RATIO_TARGET,
        'target: {falling: {at_least: "-5%"}}',
        "falling",
        ("不能为负", "falling"),
    ),
    Case(
        "years the wrong way round",
        HEAD_FILE,
        "{first: 2024, last: 2025}",
        "{first: 2025, last: 2024}",
        "years:",
        ("first（2025）晚于 last（2024）", "请调换"),
    ),
]

CITES = [
    Case(
        "a quotation and a choice at once",
        FIRST_FILE,
        "supports: [marks], local_choice",
        "source: plan, quote: 备案率, supports: [marks], local_choice",
        "local_choice",
        ("二者取一",),
    ),
    Case(
        "neither quotation nor choice",
        FIRST_FILE,
        "{supports: [marks], local_choice: 方案未规定分值}",
        "{supports: [marks]}",
        "{supports: [marks]}",
        ("二者取一",),
    ),
    Case(
        "a quotation without its source",
        FIRST_FILE,
        "{source: plan, article: 一, quote: 每年公开",
        "{article: 一, quote: 每年公开",
        "{article: 一",
        ("二者取一",),
    ),
    Case(
        "a cite that supports nothing",
        FIRST_FILE,
        "supports: [target, marks]",
        "supports: []",
        "supports: []",
        ("supports 不能为空",),
    ),
    Case(
        "support for something unknown",
        FIRST_FILE,
        "supports: [target, marks]",
        "supports: [target, score]",
        "score",
        ("写了「score」", "target、marks"),
    ),
    Case("a hash without a file", SOURCES_FILE, "  file: plan.txt\n", "", "- id: plan", ("写了 sha256 却没有 file",)),
    Case(
        "an obligation without a quotation",
        OBLIGATIONS_FILE,
        ", quote: 每年4月底前公布年度报告",
        "",
        "T1",
        ("缺少「quote」",),
    ),
]
CASES = [*MEMBERS, *DATES, *CITES]


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in CASES])
def test_the_mistake_is_named_with_its_line_and_how_to_mend_it(case: Case, refuse: Refuse) -> None:
    check_case(case, refuse)
