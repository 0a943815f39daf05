"""Measure, target and marks fit each other, and their amounts make sense.

What the combinations are worth is tested with the scoring.
"""

from __future__ import annotations

import pytest

from tests.indicators.changes import (
    COUNT,
    DATED,
    JUDGED,
    LADDER,
    MORE,
    RATE,
    RATIO,
    Case,
    Refuse,
    check_case,
    part,
    replacing,
)
from tests.indicators.small_pack import FIRST_FILE

CASES = [
    replacing(
        "days late of a number",
        MORE,
        part(COUNT, 'late: {per_day: "1"}', "at_least: 1"),
        "计分 late 不能用于计量 count",
        "请用：all_or_nothing",
        alone=False,
    ),
    replacing(
        "proportional marks for one date",
        DATED,
        part(
            "date: {dataset: documents, column: shown_on}",
            "proportional: {}",
            'by: {every: "04-end", day_itself: in_time}',
        ),
        "计分 proportional 不能用于计量 date",
    ),
    replacing(
        "a judgement by all or nothing",
        JUDGED,
        "    target: {at_least: 1}\n    marks: {all_or_nothing: {}}\n",
        "不能用于计量 judgement",
        "请用：judged",
        at="- measure: {judgement",
    ),
    replacing(
        "two parts of one judgement",
        JUDGED,
        f"{JUDGED}  - measure: {{judgement: {{dataset: opinions, several: mean}}}}\n{JUDGED}",
        "一个指标在一张台账里只评一次",
        "请拆成两个指标",
        at="several: mean",
    ),
    replacing(
        "occurrences of a rate",
        RATIO,
        part(RATE, 'per_occurrence: {each: ["1"]}'),
        "计分 per_occurrence 不能用于计量 ratio",
    ),
    replacing(
        "marks that need a target without one",
        RATIO,
        part(COUNT, "proportional: {}"),
        "计分 proportional 需要目标",
        "at_least、at_most",
    ),
    replacing(
        "proportional marks for an exact figure",
        RATIO,
        part(COUNT, "proportional: {}", "equals: 3"),
        "计分 proportional 需要目标",
        "现在是 equals",
    ),
    replacing(
        "a deadline for a number",
        RATIO,
        part(COUNT, "all_or_nothing: {}", 'by: {every: "04-end", day_itself: in_time}'),
        "期限（by）与日期计量（date）必须一起用",
    ),
    replacing(
        "a date without a deadline",
        DATED,
        part("date: {dataset: documents, column: shown_on}", "all_or_nothing: {}", "at_least: 1"),
        "期限（by）与日期计量（date）必须一起用",
    ),
    replacing(
        "rising without a year before",
        RATIO,
        part(COUNT, "all_or_nothing: {}", "rising: {}"),
        "目标 rising 是与上年比",
        "请用 change",
    ),
    replacing(
        "levels counted and one amount",
        MORE,
        part("count: {dataset: documents, by: kind}", 'award: {each: "1"}'),
        "分级计数（by）与分级计分（levels）必须一起用",
    ),
    replacing(
        "one count and amounts by level",
        MORE,
        part(COUNT, 'award: {levels: {讲座: "1"}}'),
        "分级计数（by）与分级计分（levels）必须一起用",
    ),
    replacing(
        "an excess over nothing",
        MORE,
        part(COUNT, 'award: {each: "1", beyond_target: true}'),
        "beyond_target",
        "目标请写 at_least",
    ),
    replacing(
        "beyond an exact figure",
        RATIO,
        part(COUNT, 'per_shortfall: {each: "1", partial: up, beyond: {each: "1"}}', "equals: 3"),
        "beyond（超过目标再加）",
    ),
    replacing(
        "a rank against a year before of zero",
        RATIO,
        part(
            "change: {sum: {dataset: documents}, from_zero: still_zero_reaches}",
            "relative: {better: lower, min_max: {}}",
        ),
        "from_zero 请选",
    ),
    replacing("two deadlines in one part", DATED, DATED + '    due: {every: "05-01"}\n', "请删去 due"),
    replacing(
        "a number where a percentage belongs",
        RATIO,
        part(RATE, "proportional: {}", 'at_least: "0.9"'),
        "目标写了 0.9",
        "计量 ratio 是比率",
        "百分数",
    ),
    replacing(
        "a percentage where a number belongs",
        RATIO,
        part(COUNT, "proportional: {}", 'at_least: "90%"'),
        "目标写了 90%",
        "不带 %",
    ),
    replacing(
        "a ladder of numbers for a rate",
        RATIO,
        part(RATE, 'ladder: {steps: [{below: "0.9", marks: "0"}, {at_least: "0.9", marks: "100%"}]}'),
        "档次写了 0.9",
        "百分数",
    ),
    replacing(
        "a step of a number for a rate",
        RATIO,
        part(RATE, 'per_shortfall: {each: "1", partial: up}', 'at_least: "90%"'),
        "per 写了 1",
        "百分数",
    ),
    replacing(
        "a step of nothing",
        RATIO,
        part(COUNT, 'per_shortfall: {each: "1", per: 0, partial: up}', "at_least: 3"),
        "per（每差多少）请写大于 0",
        at="    marks: {per_shortfall",
    ),
    replacing(
        "at most in proportion without a from",
        RATIO,
        part(COUNT, "proportional: {}", "at_most: 3"),
        "越低越好",
        "请写 from",
        "高于目标 3",
        at="    marks: {proportional: {}}\n- id: 1.lec",
    ),
    replacing(
        "at most in proportion from below",
        RATIO,
        part(COUNT, "proportional: {from: 2}", "at_most: 3"),
        "请写 from",
        at="    marks: {proportional",
    ),
    replacing(
        "at least in proportion from above",
        RATIO,
        part(COUNT, "proportional: {from: 5}", "at_least: 3"),
        "从 5 起，应低于目标 3",
        at="    marks: {proportional",
    ),
    replacing(
        "rising in proportion to nothing",
        RATIO,
        part("change: {sum: {dataset: documents}, from_zero: pending}", "proportional: {}", "rising: {}"),
        "按比例计分要有目标数",
        at="    target: {rising",
    ),
    Case(
        "a ladder with a gap",
        FIRST_FILE,
        LADDER,
        LADDER.replace('below: "2"', 'below: "1.5"'),
        "steps:",
        ("「50%分档」与「100%分档」之间有空档",),
    ),
    Case(
        "a ladder with an overlap",
        FIRST_FILE,
        LADDER,
        LADDER.replace('below: "2"', 'below: "3"'),
        "steps:",
        ("「50%分档」与「100%分档」重叠",),
    ),
    Case(
        "a border that both steps hold",
        FIRST_FILE,
        LADDER,
        LADDER.replace('below: "2"', 'at_most: "2"'),
        "steps:",
        ("重叠", "一边写含，一边写不含"),
    ),
    Case(
        "a border that neither step holds",
        FIRST_FILE,
        LADDER,
        LADDER.replace('at_least: "1"', 'above: "1"'),
        "steps:",
        ("「0分档」与「50%分档」之间有空档", "写明含"),
    ),
    Case(
        "a ladder without its lowest step",
        FIRST_FILE,
        '        - {below: "1", marks: "0"}\n',
        "",
        "steps:",
        ("以下的数没有归属",),
    ),
    Case(
        "a ladder without its highest step",
        FIRST_FILE,
        '        - {at_least: "2", marks: "100%"}\n',
        "",
        "steps:",
        ("以上的数没有归属",),
    ),
    replacing(
        "a ladder without steps", RATIO, part(COUNT, "ladder: {steps: []}"), "请至少写一档", at="    marks: {ladder"
    ),
]


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in CASES])
def test_the_mistake_is_named_with_its_line_and_how_to_mend_it(case: Case, refuse: Refuse) -> None:
    check_case(case, refuse)
