"""A register that changes over time: names for one unit at a time, and ends that lead somewhere.

What this does not prove: what a changed register does to a table (see tests/scoring/test_succession.py).
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from indicators.pack.model import Pack
from indicators.pack.register import Register, UnitEntry
from indicators.pack.succession import Succession
from tests.indicators.changes import Case, Refuse, check_case
from tests.indicators.small_pack import (
    FILES,
    FIRST_FILE,
    HEAD_FILE,
    UNITS_FILE,
    load_or_refuse,
    replace_once,
    write_pack,
)

YI = "{id: yi, name: 乙县, kind: county, parent: shi}"


def change_yi(name: str, keys: str, *words: str, more: str = "", at: str = "id: yi", alone: bool = True) -> Case:
    """A case in which 乙县 has further keys, and further units stand behind it."""
    return Case(name, UNITS_FILE, YI, f"{YI[:-1]}, {keys}}}{more}", at, words, alone=alone)


CASES = [
    change_yi(
        "an end before the beginning",
        'since: "2024-01-01", until: "2023-12-31"',
        "单位 乙县",
        "since（2024-01-01）晚于 until（2023-12-31）",
        "请核对",
    ),
    change_yi("a day that does not exist", 'until: "2023-02-30"', "2023-02-30", "不是一个存在的日期"),
    change_yi("a successor without an end", "successor: jia", "单位 乙县 写了 successor", "请写明存在到哪一天"),
    change_yi("parts without an end", "successors: [jia, shi]", "单位 乙县 写了 successors", "请写明存在到哪一天"),
    change_yi(
        "a split into one",
        'until: "2024-05-31", successors: [jia, jia]',
        "单位 乙县 的 successors（拆分成哪些单位）请写两个以上不同的单位",
        "只由一个单位接续的写 successor",
    ),
    change_yi(
        "a split into a unit that had always been there",
        'until: "2024-02-28", successors: [jia, shi]',
        "拆分成的 甲县 没有写成立日期",
        '请写 since: "2024-02-29"',
        alone=False,
    ),
    change_yi(
        "a split into a unit that nobody registered",
        'until: "2024-02-28", successors: [jja, shi]',
        "拆分成的 jja 没有登记",
        alone=False,
    ),
    Case(
        "a duty given away by who does not hold it",
        FIRST_FILE,
        '  section: work\n  marks: {counties: "2"}',
        '  duties: {lead: [yi], transfers: [{from: jia, to: yi, on: "2024-07-01"}]}\n'
        '  section: work\n  marks: {counties: "2"}',
        "duties",
        ("jia 到 2024-07-01 并不承担这项任务，不能移交",),
    ),
    change_yi(
        "former names that are not in order",
        'former: [{name: 丙, until: "2023-01-01"}, {name: 丁, until: "2022-01-01"}]',
        "单位 乙县 的 former（曾用名）请从早到晚写",
    ),
    change_yi(
        "a former name of before the unit",
        'since: "2023-01-01", former: [{name: 丙, until: "2022-12-31"}]',
        "一个比一个晚，也晚于 since",
    ),
    change_yi(
        "a former name that outlives the unit",
        'until: "2023-12-31", former: [{name: 丙, until: "2023-12-31"}]',
        "曾用名「丙」用到 2023-12-31，不早于单位存在的最后一天 2023-12-31",
        "请核对",
    ),
    change_yi(
        "an unknown successor",
        'until: "2024-05-31", successor: jja',
        "单位 乙县 并入的 jja 没有登记",
        "是不是「jia」",
    ),
    change_yi(
        "a successor that is founded too late",
        'until: "2024-05-31", successor: bing',
        "单位 乙县 存在到 2024-05-31，并入的 丙县 到 2024-07-01 才成立，中间断了",
        "请把 yi 的 until 改为 2024-06-30",
        more='\n- {id: bing, name: 丙县, kind: county, since: "2024-07-01"}',
    ),
    change_yi(
        "a successor that has ended before",
        'until: "2024-05-31", successor: bing',
        "并入的 丙县 那时已经不在（存在到 2023-12-31）",
        "请改为当时接续的单位",
        more='\n- {id: bing, name: 丙县, kind: county, until: "2023-12-31"}',
    ),
    change_yi(
        "a unit that is merged into itself",
        'until: "2024-05-31", successor: yi',
        "绕成了圈（yi → yi）",
        "请删去其中一个",
    ),
    change_yi(
        "two units that are merged into each other",
        'until: "2024-05-31", successor: bing',
        "绕成了圈（yi → bing → yi）",
        more='\n- {id: bing, name: 丙县, kind: county, until: "2024-05-31", successor: yi}',
        alone=False,
    ),
    change_yi(
        "a former name that another unit has at the same time",
        'former: [{name: 丙县, until: "2023-12-31"}]',
        "名称「丙县」同时指 yi 和 bing",
        "或核对 since、until 和 former 里的日期",
        more='\n- {id: bing, name: 丙县, kind: county, since: "2023-12-31"}',
        at="id: bing",
    ),
    change_yi(
        "an alias of a former name that another unit has at the same time",
        'former: [{name: 丙县, until: "2023-12-31", aliases: [甲县]}]',
        "名称「甲县」同时指 jia 和 yi",
    ),
    Case(
        "an exception for a unit that had ended before the first year",
        FIRST_FILE,
        '  section: work\n  marks: {counties: "2"}',
        '  not_applicable_when: {units: [bing]}\n  section: work\n  marks: {counties: "2"}',
        "not_applicable_when",
        ("单位 bing（丙县）存在到 2023-12-31，在指标包的第一年（2024）之前就没有了", "请改写为接续它的 jia"),
    ),
    Case(
        "a duty of a unit that had ended before the first year",
        FIRST_FILE,
        '  section: work\n  marks: {counties: "2"}',
        '  duties: {lead: [yi], joint: [bing]}\n  section: work\n  marks: {counties: "2"}',
        "duties",
        ("单位 bing（丙县）存在到 2023-12-31", "请改写为接续它的 jia"),
    ),
    Case(
        "a member of a cohort that had ended before the first year",
        HEAD_FILE,
        "members: {units: [shi]}",
        "members: {units: [shi, bing]}",
        "members: {units: [shi, bing]}",
        ("单位 bing（丙县）存在到 2023-12-31",),
    ),
]
ENDED = '\n- {id: bing, name: 丙县, kind: county, until: "2023-12-31", successor: jia}'


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in CASES if case.file == UNITS_FILE])
def test_the_mistake_is_named_with_its_line_and_how_to_mend_it(case: Case, refuse: Refuse) -> None:
    check_case(case, refuse)


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in CASES if case.file != UNITS_FILE])
def test_a_unit_that_had_ended_is_not_named_in_a_rule(case: Case, small_pack: Path) -> None:
    write_pack(small_pack, {UNITS_FILE: FILES[UNITS_FILE].rstrip() + ENDED + "\n"})

    def refuse(file: str, old: str, new: str) -> list[object]:
        write_pack(small_pack, {file: replace_once(FILES[file], old, new)})
        result = load_or_refuse(small_pack)
        assert isinstance(result, list), "the pack was taken"
        return result

    check_case(case, refuse)  # type: ignore[arg-type]


def test_a_name_may_go_to_another_unit_afterwards_and_ends_may_form_a_chain(small_pack: Path) -> None:
    more = (
        '\n- {id: bing, name: 丙县, kind: county, until: "2023-12-31", successor: ding}'
        '\n- {id: ding, name: 丁县, kind: county, since: "2023-06-01", until: "2024-06-30", successor: jia,'
        ' former: [{name: 戊县, until: "2023-12-31", aliases: [戊]}]}'
        '\n- {id: wu, name: 戊县, kind: county, since: "2024-01-01", aliases: [戊]}\n'
    )
    write_pack(small_pack, {UNITS_FILE: FILES[UNITS_FILE].rstrip() + more})
    pack = load_or_refuse(small_pack)
    assert isinstance(pack, Pack), pack
    assert Succession.of_year(pack.registry, 2023, date.max).heirs == {}
    assert Succession.of_year(pack.registry, 2024, date(2024, 6, 30)).heirs == {"bing": "ding"}
    assert Succession.of_year(pack.registry, 2024, date(2024, 7, 1)).heirs == {"bing": "jia", "ding": "jia"}


UNIT = UnitEntry.model_validate(
    {
        "id": "dashuju",
        "name": "市数据局",
        "kind": "department",
        "aliases": ["数据局"],
        "since": "2019-03-01",
        "until": "2025-12-31",
        "former": [
            {"name": "市大数据局", "until": "2021-12-31", "aliases": ["大数据局"]},
            {"name": "市大数据应用局", "until": "2023-06-30"},
        ],
    }
)


@pytest.mark.parametrize(
    ("day", "name"),
    [
        ("2018-01-01", "市大数据局"),
        ("2021-12-31", "市大数据局"),
        ("2022-01-01", "市大数据应用局"),
        ("2023-06-30", "市大数据应用局"),
        ("2023-07-01", "市数据局"),
        ("2030-01-01", "市数据局"),
    ],
)
def test_a_unit_has_the_name_of_the_day(day: str, name: str) -> None:
    assert UNIT.name_on(date.fromisoformat(day)) == name


def test_names_last_as_long_as_they_were_the_units_own() -> None:
    spans = {naming.word: (naming.first.isoformat(), naming.last.isoformat()) for naming in UNIT.namings()}
    assert spans == {
        "dashuju": ("0001-01-01", "9999-12-31"),
        "市大数据局": ("2019-03-01", "2021-12-31"),
        "大数据局": ("2019-03-01", "2021-12-31"),
        "市大数据应用局": ("2022-01-01", "2023-06-30"),
        "市数据局": ("2023-07-01", "2025-12-31"),
        "数据局": ("2023-07-01", "2025-12-31"),
    }


@pytest.mark.parametrize(("year", "there"), [(2018, False), (2019, True), (2025, True), (2026, False)])
def test_a_unit_exists_in_every_year_that_has_a_day_of_it(year: int, there: bool) -> None:
    assert UNIT.exists_in(year) is there


def test_a_circle_of_successors_holds_nothing_up() -> None:
    units = [
        {"id": name, "name": name, "kind": "k", "until": "2020-01-01", "successor": other}
        for name, other in (("a", "b"), ("b", "a"))
    ]
    register = Register.model_validate({"kinds": [], "units": units})
    assert Succession.of_year(register, 2024, date.max).heirs == {}
