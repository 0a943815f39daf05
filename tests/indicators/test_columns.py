"""Measures and conditions read columns that exist, of a type that fits.

These tests do not prove that a condition can ever hold.
"""

from __future__ import annotations

import pytest

from tests.indicators.changes import DATED, JUDGED, MORE, PEOPLE, RATIO, VETO, Case, Refuse, check_case, part, replacing
from tests.indicators.small_pack import DATASETS_FILE, FIRST_FILE, HEAD_FILE, SECOND_FILE

CASES = [
    replacing(
        "an unknown column",
        MORE,
        part("sum: {dataset: documents, column: page}", 'award: {each: "0.5"}'),
        "没有列 page（求和用）",
        "是不是「pages」",
    ),
    replacing(
        "a column of the wrong type",
        MORE,
        part("sum: {dataset: documents, column: number}", 'award: {each: "0.5"}'),
        "列 number 是 text 类型",
        "请用 integer/decimal",
    ),
    replacing(
        "levels from a number",
        MORE,
        part("count: {dataset: documents, by: pages}", 'award: {levels: {一: "1"}}'),
        "列 pages 是 integer 类型",
    ),
    replacing(
        "a date that is a year",
        DATED,
        part(
            "date: {dataset: documents, column: year}",
            'late: {per_day: "0.1"}',
            'by: {every: "04-end", day_itself: in_time}',
        ),
        "列 year 是 year 类型",
        "请用 date",
    ),
    replacing(
        "a bound that is no column",
        DATED,
        part(
            "date: {dataset: documents, column: shown_on, no_later_than: url}",
            'late: {per_day: "0.1"}',
            'by: {every: "04-end", day_itself: in_time}',
        ),
        "没有列 url（日期用）",
    ),
    replacing(
        "an event that is no date",
        DATED,
        part(
            "date: {dataset: documents, column: shown_on}",
            'late: {per_day: "0.1"}',
            "by: {days: 20, after: pages, day_itself: in_time}",
        ),
        "起算列 pages",
        "日期列",
        at="    target: {by: {days",
    ),
    replacing(
        "the newest word",
        RATIO,
        part("latest: {dataset: documents, column: number, order: year}", "proportional: {}", "at_least: 9"),
        "列 number 是 text",
        "取值",
    ),
    replacing(
        "newest by a word",
        RATIO,
        part("latest: {dataset: documents, column: pages, order: number}", "proportional: {}", "at_least: 9"),
        "列 number",
        "比先后",
    ),
    replacing(
        "another office's score from a word",
        RATIO,
        part("imported: {dataset: documents, column: number, out_of: 100}", "proportional: {}", 'at_least: "90%"'),
        "列 number 是 text 类型，取值",
    ),
    replacing(
        "a roster without people",
        RATIO,
        part(PEOPLE.replace("dataset: people", "dataset: documents"), "proportional: {}", 'at_least: "90%"'),
        "没有写 people",
        "不能作名册",
    ),
    replacing(
        "records without the person",
        RATIO,
        part(
            PEOPLE.replace("dataset: training, sum: hours", "dataset: documents"), "proportional: {}", 'at_least: "90%"'
        ),
        "没有列 person_id",
    ),
    replacing(
        "terms without event dates",
        RATIO,
        part(PEOPLE + "#", "proportional: {}", 'at_least: "90%"').replace("}}#", "}, within: term}"),
        "event_date",
        "按任期",
    ),
    replacing(
        "terms in proportion",
        RATIO,
        part(
            PEOPLE.replace("at_least: 60}", "at_least: 60, prorate: days_in_post}, within: term"),
            "proportional: {}",
            'at_least: "90%"',
        ),
        "不按在岗时间折算",
        alone=False,
    ),
    replacing(
        "a person's requirement in percent",
        RATIO,
        part(PEOPLE.replace("60", '"60%"'), "proportional: {}", 'at_least: "90%"'),
        "reaching",
        "不带 %",
    ),
    replacing(
        "change of a standing table",
        RATIO,
        part("change: {sum: {dataset: people}, from_zero: pending}", "all_or_nothing: {}", "rising: {}"),
        "只有最新状态",
        "没有上年数",
    ),
    replacing(
        "change of all years so far",
        RATIO,
        part(
            "change: {sum: {dataset: documents, over: to_date}, from_zero: pending}", "all_or_nothing: {}", "rising: {}"
        ),
        "change 比较两年的数",
    ),
    replacing(
        "findings in a table without states",
        VETO,
        part("findings: {dataset: documents}", "veto: {grade_at_most: 差}", "none: {}"),
        "没有列 state",
        "问题状态用",
        alone=False,
    ),
    replacing(
        "a state that the table does not know",
        VETO,
        part("findings: {dataset: findings, states: [已认订]}", "veto: {grade_at_most: 差}", "none: {}"),
        "列 state 没有「已认订」",
        "是不是「已认定」",
    ),
    Case(
        "opinions without levels",
        DATASETS_FILE,
        "name: level, title",
        "name: grade, title",
        "- measure: {judgement",
        ("请补上 level 列",),
        SECOND_FILE,
    ),
    replacing(
        "opinions without marks",
        JUDGED,
        "    marks: {judged: {range: {}}}\n",
        "请补上 marks 列",
        at="- measure: {judgement",
    ),
    Case(
        "opinions without a reason",
        DATASETS_FILE,
        "type: choice, choices: [好, 差]}\n  - {name: reason",
        "type: choice, choices: [好, 差]}\n  - {name: why",
        "- measure: {judgement",
        ("没有列 reason（评判理由用）",),
        SECOND_FILE,
    ),
    replacing(
        "a condition on an unknown column",
        MORE,
        part("count: {dataset: documents, where: {sort: 讲座}}", 'award: {each: "0.5"}'),
        "没有列 sort",
    ),
    replacing(
        "a value that is not among the choices",
        MORE,
        part("count: {dataset: documents, where: {kind: 讲坐}}", 'award: {each: "0.5"}'),
        "列 kind 没有「讲坐」这个值",
        "请改用已有的：规范性文件、讲座",
    ),
    replacing(
        "a value excluded that is not among the choices",
        MORE,
        part("count: {dataset: documents, where: {kind: {not: 讲坐}}}", 'award: {each: "0.5"}'),
        "没有「讲坐」这个值",
    ),
    replacing(
        "a flag compared with a word",
        MORE,
        part("count: {dataset: documents, where: {filed: 已备}}", 'award: {each: "0.5"}'),
        "列 filed 是是否列",
        "请写「是」或「否」",
    ),
    replacing(
        "a date compared with a number",
        MORE,
        part("count: {dataset: documents, where: {issued_on: {at_least: 3}}}", 'award: {each: "0.5"}'),
        "是日期列",
        "请与日期比",
    ),
    replacing(
        "a number compared with a day",
        MORE,
        part('count: {dataset: documents, where: {pages: {below: "2024-01-01"}}}', 'award: {each: "0.5"}'),
        "列 pages 不是日期列",
    ),
    replacing(
        "a column compared with one of another type",
        MORE,
        part("count: {dataset: documents, where: {pages: {below: {column: issued_on}}}}", 'award: {each: "0.5"}'),
        "列 pages 与列 issued_on 类型不同",
    ),
    replacing(
        "an unknown column in what is left out",
        MORE,
        part("count: {dataset: documents, where: {not: {page: 3, filed: 是}}}", 'award: {each: "0.5"}'),
        "没有列 page",
        "pages",
    ),
    replacing(
        "a value where conditions are left out",
        MORE,
        part("count: {dataset: documents, where: {not: 是}}", 'award: {each: "0.5"}'),
        "not（除去）后面请写同时成立的条件",
    ),
    replacing(
        "words compared by size",
        MORE,
        part("count: {dataset: documents, where: {number: {at_least: 3}}}", 'award: {each: "0.5"}'),
        "不是数，不能比大小",
    ),
    replacing(
        "a number compared with a word",
        MORE,
        part("count: {dataset: documents, where: {pages: 多}}", 'award: {each: "0.5"}'),
        "列 pages 是数",
        "「多」不是数",
    ),
    replacing(
        "marks of an unknown indicator",
        MORE,
        part("of_marks: {indicators: [1.filling]}", "proportional: {}", 'at_least: "90%"'),
        "指标 1.filling 不存在",
        "1.filing",
    ),
    Case(
        "marks of an indicator that leaves a cohort out",
        FIRST_FILE,
        RATIO,
        part("of_marks: {indicators: [1.lectures]}", "proportional: {}", 'at_least: "90%"'),
        "  - measure: {of_marks",
        ("指标 1.lectures 不考核 city",),
    ),
    replacing(
        "marks in a circle",
        MORE,
        part("of_marks: {indicators: [2.more]}", "proportional: {}", 'at_least: "90%"'),
        "绕一圈",
        "请断开",
    ),
    Case(
        "an exemptions table that is missing",
        HEAD_FILE,
        "exemptions: exempted",
        "exemptions: excused",
        "exemptions",
        ("台账 excused 不存在",),
    ),
    *(
        Case(
            f"an exemptions table with {new} for {old}",
            DATASETS_FILE,
            old,
            new,
            "exemptions",
            (f"豁免台账 exempted 请补上 {name} 列",),
            HEAD_FILE,
        )
        for name, old, new in (
            ("approver", "name: approver", "name: boss"),
            ("expires_on", "name: expires_on", "name: until"),
            ("expires_on", "title: 到期日, type: date", "title: 到期日, type: text"),
        )
    ),
]


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in CASES])
def test_the_mistake_is_named_with_its_line_and_how_to_mend_it(case: Case, refuse: Refuse) -> None:
    check_case(case, refuse)
