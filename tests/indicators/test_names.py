"""Names point at things that exist, and only at one thing each.

The rules that need these names to exist are not run on such a pack.
"""

from __future__ import annotations

import pytest

from tests.indicators.changes import MORE, Case, Refuse, check_case, part, replacing
from tests.indicators.small_pack import DATASETS_FILE, FIRST_FILE, HEAD_FILE, OBLIGATIONS_FILE, SOURCES_FILE, UNITS_FILE

CASES = [
    Case(
        "an indicator id used twice",
        FIRST_FILE,
        "id: 1.lectures",
        "id: 1.filing",
        "1.filing\n  name: 公开讲座",
        ("指标编号 1.filing 用了两次",),
    ),
    Case(
        "a dataset id used twice",
        DATASETS_FILE,
        "id: training",
        "id: people",
        "people\n  title: 培训",
        ("台账编号 people 用了两次",),
    ),
    Case(
        "a section id used twice",
        HEAD_FILE,
        "{id: banned",
        "{id: extra",
        "{id: extra, title: 一票",
        ("一级指标编号 extra 用了两次",),
        alone=False,
    ),
    Case(
        "a cohort id used twice",
        HEAD_FILE,
        "- id: city",
        "- id: counties",
        "counties\n  title: 市组",
        ("考核组编号 counties 用了两次",),
        alone=False,
    ),
    Case(
        "a review id used twice",
        HEAD_FILE,
        "{id: outside, title",
        "{id: inside, title",
        "外部评审",
        ("评审编号 inside 用了两次",),
        alone=False,
    ),
    Case(
        "a source id used twice",
        SOURCES_FILE,
        "id: rules",
        "id: plan",
        "plan\n  title: 上级",
        ("依据编号 plan 用了两次",),
    ),
    Case(
        "a kind of unit used twice",
        UNITS_FILE,
        "{id: organ, title",
        "{id: county, title",
        "title: 机关",
        ("单位类别编号 county 用了两次",),
        alone=False,
    ),
    Case("a unit id used twice", UNITS_FILE, "id: yi", "id: jia", "乙县", ("单位编号 jia 用了两次",)),
    Case(
        "an obligation id used twice",
        OBLIGATIONS_FILE,
        "obligations:\n",
        "obligations:\n- {id: T1, source: plan, article: 一, kind: ratio, quote: 备案率}\n",
        "deadline",
        ("任务编号 T1 用了两次",),
    ),
    Case(
        "an alias that names two units",
        UNITS_FILE,
        "name: 乙县, ",
        "name: 乙县, aliases: [甲县], ",
        "id: yi",
        ("名称「甲县」同时指 jia 和 yi", "请改"),
    ),
    Case(
        "an alias that differs in spaces only",
        UNITS_FILE,
        "name: 乙县, ",
        "name: 乙县, aliases: [甲 县], ",
        "id: yi",
        ("名称「甲县」同时指 jia 和 yi",),
    ),
    Case(
        "an unknown kind of unit",
        UNITS_FILE,
        "kind: county, parent",
        "kind: countee, parent",
        "countee",
        ("类别 countee 没有登记", "是不是「county」"),
    ),
    Case("an unknown parent", UNITS_FILE, "parent: shi", "parent: sheng", "sheng", ("上级 sheng 没有登记",)),
    Case(
        "an unknown section",
        FIRST_FILE,
        'section: work\n  marks: {counties: "2"}',
        'section: werk\n  marks: {counties: "2"}',
        "werk",
        ("一级指标 werk 不存在", "是不是「work」"),
    ),
    Case(
        "an unknown cohort in marks",
        FIRST_FILE,
        'marks: {counties: "2"}',
        'marks: {county: "2"}',
        '{county: "2"}',
        ("考核组 county 不存在", "是不是「counties」"),
    ),
    Case(
        "an unknown cohort in worth",
        FIRST_FILE,
        'worth: {counties: "0.5"}',
        'worth: {countis: "0.5"}',
        "countis",
        ("考核组 countis 不存在",),
        alone=False,
    ),
    Case(
        "an unknown cohort in a section",
        HEAD_FILE,
        'cap: {counties: "2"}',
        'cap: {town: "2"}',
        "town",
        ("考核组 town 不存在", "请改用已有的：counties、city"),
    ),
    Case(
        "an unknown cohort in a review",
        HEAD_FILE,
        'weight: {counties: "40%"}',
        'weight: {counties: "40%", town: "1%"}',
        "town",
        ("考核组 town 不存在",),
    ),
    Case(
        "an unknown kind in a cohort",
        HEAD_FILE,
        "members: {kinds: [county]}",
        "members: {kinds: [town]}",
        "town",
        ("单位类别 town 不存在",),
    ),
    Case(
        "an unknown unit in a cohort",
        HEAD_FILE,
        "members: {units: [shi]}",
        "members: {units: [shii]}",
        "shii",
        ("单位 shii 不存在", "是不是「shi」"),
    ),
    Case(
        "an unknown kind that an indicator leaves out",
        FIRST_FILE,
        '  section: work\n  marks: {counties: "2"}',
        '  not_applicable_when: {kinds: [town]}\n  section: work\n  marks: {counties: "2"}',
        "not_applicable_when",
        ("单位类别 town 不存在",),
    ),
    Case(
        "an unknown unit that an indicator leaves out",
        FIRST_FILE,
        '  section: work\n  marks: {counties: "2"}',
        '  not_applicable_when: {units: [bing]}\n  section: work\n  marks: {counties: "2"}',
        "not_applicable_when",
        ("单位 bing 不存在",),
    ),
    Case(
        "no marks for any cohort",
        FIRST_FILE,
        'marks: {counties: "2"}',
        "marks: {}",
        "marks: {}",
        ("marks 不能为空", "写明"),
    ),
    replacing(
        "an unknown dataset",
        MORE,
        part("count: {dataset: dokuments}", 'award: {each: "0.5"}'),
        "台账 dokuments 不存在",
        "是不是「documents」",
    ),
    Case("an unknown review", HEAD_FILE, "review: outside", "review: abroad", "abroad", ("评审 abroad 不存在",)),
]


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in CASES])
def test_the_mistake_is_named_with_its_line_and_how_to_mend_it(case: Case, refuse: Refuse) -> None:
    check_case(case, refuse)
