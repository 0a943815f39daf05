"""Each kind of doubt finds its case, stops exactly at its border, and is silent on honest data.

Not proved here: that the thresholds of a pack are wise, and that a doubt is justified; a doubt only asks.
"""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from scoring.doubts import Doubt, find_doubts
from scoring.doubts.listing import write_csv, write_json, write_text
from scoring.engine.run import YearNotInPack
from tests.scoring.doubt_world import AS_OF, UNITS, YEAR, declare, find, person, row, store
from tests.worlds import Tables

COURT = {"exceeds": {"figure": {"dataset": "counts", "sum": "cases"}, "limit": {"dataset": "court", "sum": "cases"}}}
JUMP = {"jump": {"figure": {"dataset": "counts", "sum": "cases"}, "factor": "3", "floor": "20"}}
FIGURES = {"alike": {"dataset": "counts", "columns": ["cases", "done", "fee", "people"], "least": "3"}}
TEXTS = {"alike": {"dataset": "counts", "text": "report", "characters": "12"}}
REST = {"new_year": "true", "rest_days": "50%", "least": "4"}
DAYS = {"outside_year": {"dataset": "counts", "date": "held_on", **REST}}
SIXTY = {
    "at_target": {"dataset": "counts", "per": "name", "sum": "cases", "target": "60", "share": "80%", "least": "5"}
}
TENS = {"heaping": {"dataset": "counts", "columns": ["cases", "fee"], "share": "80%", "least": "5"}}
NAMES = {"duplicate_people": {"dataset": "roster", "name": "full_name", "also_same": ["role"]}}
SMALL = {"small_number": {"indicators": ["1.filing"], "below": "5"}}


def units_of(doubts: list[Doubt]) -> list[str]:
    return [doubt.unit for doubt in doubts]


def test_a_figure_above_another_tables_is_asked_about_with_its_cells(tmp_path: Path) -> None:
    tables = {"counts": [row("xikou", "一", cases=7), row("xikou", "二", cases=5)], "court": [row("xikou", cases=10)]}
    (doubt,) = find(tmp_path, COURT, tables)
    assert doubt.seen == "《统计表》「案件数」合计为 12，《法院统计》「案件数」合计为 10，多 2"
    assert (doubt.kind, doubt.unit_name, doubt.why, doubt.evidence) == ("exceeds", "溪口县", "要问清。", ("原始台账",))
    assert [str(figure) for figure in doubt.figures] == ["《统计表》「案件数」合计 12", "《法院统计》「案件数」合计 10"]
    assert doubt.rows == 3
    assert [(cited.file, cited.row, cited.cells[0].value) for cited in doubt.cells] == [
        ("counts.csv", 2, "7"),
        ("counts.csv", 3, "5"),
        ("court.csv", 2, "10"),
    ]


@pytest.mark.parametrize(
    ("mine", "theirs", "more", "seen"),
    [
        (10, 10, {}, False),
        (11, 10, {"tolerance": "1"}, False),
        (12, 10, {"tolerance": "1"}, True),
        (11, 10, {"tolerance": "10%"}, False),
        (12, 10, {"tolerance": "10%"}, True),
        (9, 10, {}, False),
        (9, 10, {"either_way": "true"}, True),
        (1, 0, {}, True),
        (None, 0, {}, False),
        (5, None, {}, False),
    ],
)
def test_exceeds_stops_at_its_tolerance_and_an_empty_cell_is_no_zero(
    tmp_path: Path, mine: int | None, theirs: int | None, more: dict[str, Any], seen: bool
) -> None:
    check = {"exceeds": {**COURT["exceeds"], **more}}
    tables = {"counts": [row("xikou", cases=mine)], "court": [row("xikou", cases=theirs)]}
    assert bool(find(tmp_path, check, tables)) == seen


def test_a_unit_that_has_not_reported_is_not_compared_but_a_reported_nothing_is_zero(tmp_path: Path) -> None:
    tables = {"counts": [row("xikou", cases=3), row("shuju", cases=3)]}
    assert units_of(find(tmp_path, COURT, tables, silent=(("court", "xikou", YEAR),))) == ["shuju"]


def test_where_both_count_people_those_whom_the_roster_does_not_know_are_cited_first(tmp_path: Path) -> None:
    check = {
        "exceeds": {
            "figure": {"dataset": "counts", "where": {"name": {"not": ["丁"]}}, "distinct": "name"},
            "limit": {"dataset": "roster", "distinct": "person_id"},
        }
    }
    tables = {
        "counts": [row("xikou", name) for name in "丙乙甲丁"],
        "roster": [person("xikou", "甲", "张三"), person("xikou", "丙", "李四"), person("yunshan", "乙", "王五")],
    }
    (doubt,) = find(tmp_path, check, tables)
    assert doubt.cells[0].cells[0].value == "乙"


@pytest.mark.parametrize(
    ("now", "before", "seen"),
    [
        (90, 30, None),  # exactly three times
        (91, 30, "本年为 91，上年为 30，是上年的 3 倍"),
        (30, 90, None),
        (29, 90, "本年为 29，上年为 90，降到上年的 32.2%"),
        (30, 9, "本年为 30，上年为 9，是上年的 3.3 倍"),
        (29, 9, None),  # exactly 20 apart
        (21, 0, "本年为 21，上年为 0"),
        (20, 0, None),
        (0, 21, "本年为 0，上年为 21，降到上年的 0%"),
        (0, 0, None),
        (None, 90, None),
    ],
)
def test_a_jump_needs_both_the_factor_and_the_floor(
    tmp_path: Path, now: int | None, before: int, seen: str | None
) -> None:
    tables = {"counts": [row("xikou", cases=now), row("xikou", year=YEAR - 1, cases=before)]}
    found = [doubt.seen for doubt in find(tmp_path, JUMP, tables)]
    assert found == ([] if seen is None else [f"《统计表》「案件数」合计{seen}"])


def test_a_first_report_is_no_jump(tmp_path: Path) -> None:
    tables = {"counts": [row("xikou", cases=900)]}
    assert find(tmp_path, JUMP, tables, silent=(("counts", "xikou", YEAR - 1),)) == []


def test_the_same_row_in_two_units_is_asked_of_both_and_cites_both(tmp_path: Path) -> None:
    same = {"cases": 37, "done": 21, "fee": 5, "people": 0}
    tables = {
        "counts": [row("yunshan", "甲", **same), row("shuju", "乙", **same), row("xikou", "丙", cases=37, done=21)]
    }
    first, second = find(tmp_path, FIGURES, tables)
    assert (first.unit, second.unit) == ("yunshan", "shuju")
    assert first.seen == "《统计表》有 1 行数字与市数据局完全相同（不说明是谁照抄谁）"
    assert [cited.cells[0].value for cited in first.cells] == ["云山县", "市数据局"]
    assert [cited.cells[0].value for cited in second.cells] == ["市数据局", "云山县"]


@pytest.mark.parametrize(
    ("values", "seen"),
    [
        ({"cases": 0, "done": 0, "fee": 0, "people": 0}, False),
        ({"cases": 1, "done": 1, "fee": 1, "people": 1}, False),
        ({"cases": 4, "done": 7, "fee": None, "people": 0}, False),
        ({"cases": 4, "done": 7, "fee": None, "people": 9}, True),
        ({}, False),
    ],
)
def test_zeros_empty_cells_and_repeated_numbers_say_too_little(
    tmp_path: Path, values: dict[str, Any], seen: bool
) -> None:
    tables = {"counts": [row("yunshan", **values), row("xikou", **values)]}
    assert units_of(find(tmp_path, FIGURES, tables)) == (["yunshan", "xikou"] if seen else [])


def test_the_same_row_twice_in_one_unit_is_no_copy_of_another(tmp_path: Path) -> None:
    same = {"cases": 37, "done": 21, "fee": 5}
    assert find(tmp_path, FIGURES, {"counts": [row("xikou", "一", **same), row("xikou", "二", **same)]}) == []


def test_a_whole_report_is_compared_in_any_order_and_only_as_a_whole(tmp_path: Path) -> None:
    check = {"alike": {**FIGURES["alike"], "columns": ["cases"], "by": "report"}}
    tables = {
        "counts": [row("xikou", str(n), cases=number) for n, number in enumerate((41, 52, 63))]
        + [row("shuju", str(n), cases=number) for n, number in enumerate((63, 41, 52))]
        + [row("yunshan", str(n), cases=number) for n, number in enumerate((63, 41, 52, 74))]
    }
    assert units_of(find(tmp_path, check, tables)) == ["xikou", "shuju"]


def test_a_long_text_with_only_the_units_name_changed_is_the_same(tmp_path: Path) -> None:
    text = "{}，今年扎实推进 各项工作，取得明显成效。"
    tables = {
        "counts": [
            row("yunshan", report=text.format("云山县")),
            row("xikou", report=text.format("溪口县").replace(" ", "")),
            row("shuju", report="取得明显成效"),
            row("shuiwu", report="取得明显成效"),
        ]
    }
    doubts = find(tmp_path, TEXTS, tables)
    assert units_of(doubts) == ["yunshan", "xikou"]
    assert doubts[0].seen == "《统计表》有 1 段「总结」与溪口县完全相同（不说明是谁照抄谁）"


def test_figures_of_the_year_before_are_recognised_and_other_units_are_not_meant(tmp_path: Path) -> None:
    check = {"alike": {**FIGURES["alike"], "against": "year_before"}}
    same = {"cases": 37, "done": 21, "fee": 5}
    tables = {"counts": [row("xikou", **same), row("xikou", "旧", YEAR - 1, **same), row("shuju", **same)]}
    (doubt,) = find(tmp_path, check, tables)
    assert doubt.seen == "《统计表》有 1 行数字与本单位上年完全相同"
    assert doubt.rows == 2


def test_one_unit_alone_is_alike_to_nobody(tmp_path: Path) -> None:
    assert find(tmp_path, FIGURES, {"counts": [row("xikou", cases=37, done=21, fee=5, people=9)]}) == []


def test_days_outside_the_year_and_new_years_day_are_shown_with_their_rows(tmp_path: Path) -> None:
    days = (date(2023, 12, 31), date(2024, 1, 1), date(2024, 12, 31), date(2025, 1, 2))
    tables = {"counts": [row("xikou", str(n), held_on=day) for n, day in enumerate(days)]}
    outside, opening = find(tmp_path, DAYS, tables)
    span = "在 2024 年以前的 1 行、以后的 1 行（最早 2023-12-31，最晚 2025-01-02）"
    assert outside.seen == f"《统计表》4 行中，「日期」{span}"
    assert [cited.cells[0].value for cited in outside.cells] == ["2023-12-31", "2025-01-02"]
    assert [cited.cells[0].value for cited in opening.cells] == ["2024-01-01"]


def test_a_report_about_the_year_before_is_expected_in_the_next(tmp_path: Path) -> None:
    check = {"outside_year": {"dataset": "counts", "date": "held_on", "years_later": "1"}}
    tables = {"counts": [row("xikou", held_on=date(2025, 3, 1)), row("shuju", held_on=date(2024, 3, 1))]}
    assert units_of(find(tmp_path, check, tables)) == ["shuju"]


def test_more_than_half_on_rest_days_counts_exactly_half_does_not(tmp_path: Path) -> None:
    # 4 and 6 May 2024 were a Saturday and a Monday; 11 May was a Saturday on which people worked.
    rest, work, moved = date(2024, 5, 4), date(2024, 5, 6), date(2024, 5, 11)
    tables = {
        "counts": [row("xikou", str(n), held_on=day) for n, day in enumerate((rest, rest, work, moved))]
        + [row("shuju", str(n), held_on=day) for n, day in enumerate((rest, rest, rest, work))]
        + [row("yunshan", str(n), held_on=rest) for n in range(3)]
    }
    (doubt,) = find(tmp_path, DAYS, tables)
    assert (doubt.unit, doubt.seen) == ("shuju", "《统计表》4 行中，有 3 行（75%）的「日期」是休息日或节假日")


def test_a_month_is_no_new_years_day_and_no_rest_day(tmp_path: Path) -> None:
    month = {"held_on": date(2024, 1, 1), "held_on__last": date(2024, 1, 31)}
    assert find(tmp_path, DAYS, {"counts": [row("xikou", str(n), **month) for n in range(5)]}) == []


@pytest.mark.parametrize(
    ("hours", "seen"),
    [
        ((60, 60, 60, 60, 61), True),  # exactly four in five
        ((60, 60, 60, 61, 61), False),
        ((60, 60, 60, 60), False),  # fewer than five people
        ((60, 60, 60, 60, 60, None), True),  # who has no hours is no group
    ],
)
def test_nearly_everybody_exactly_at_the_target(tmp_path: Path, hours: tuple[int | None, ...], seen: bool) -> None:
    tables = {"counts": [row("xikou", f"人{n}", cases=number) for n, number in enumerate(hours)]}
    doubts = find(tmp_path, SIXTY, tables)
    assert bool(doubts) == seen
    if seen:
        assert "恰好是 60" in doubts[0].seen
        assert {cited.cells[0].value for cited in doubts[0].cells} <= {"人0", "人1", "人2"}


def test_just_above_the_target_counts_only_within_what_is_declared(tmp_path: Path) -> None:
    check = {"at_target": {**SIXTY["at_target"], "within": "1"}}
    for hours, number in ((61, 1), (62, 0)):
        tables = {"counts": [row("xikou", str(n), cases=hours) for n in range(5)]}
        assert len(find(tmp_path / str(hours), check, tables)) == number


@pytest.mark.parametrize(("done", "cases", "seen"), [(9, 10, True), (18, 20, True), (10, 10, False), (19, 20, False)])
def test_a_rate_that_one_less_would_miss(tmp_path: Path, done: int, cases: int, seen: bool) -> None:
    check = {
        "at_target": {
            **{"dataset": "counts", "per": "name", "sum": "done", "out_of": "cases", "target": "90%"},
            **{"share": "100%", "least": "4"},
        }
    }
    tables = {"counts": [row("xikou", str(n), done=done, cases=cases) for n in range(4)]}
    assert bool(find(tmp_path, check, tables)) == seen


def test_a_rate_over_few_cases_is_whole_and_not_just_above(tmp_path: Path) -> None:
    check = {
        "at_target": {
            **{"dataset": "counts", "per": "name", "sum": "done", "out_of": "cases", "target": "90%"},
            **{"share": "100%", "least": "4"},
        }
    }
    tables = {
        "counts": [row("xikou", str(n), done=3, cases=3) for n in range(3)] + [row("xikou", "零", done=0, cases=0)]
    }
    assert find(tmp_path, check, tables) == []


@pytest.mark.parametrize(
    ("figures", "seen"),
    [
        ((10, 20, 30, 40, 51), True),
        ((10, 20, 30, 41, 51), False),
        ((10, 20, 30, 40), False),
        ((0, 5, 8, 10, 20, 30, 40), False),  # what is below ten cannot be a ten
        ((None, 10, 20, 30, 40, 50), True),
    ],
)
def test_figures_that_are_nearly_all_round(tmp_path: Path, figures: tuple[int | None, ...], seen: bool) -> None:
    tables = {"counts": [row("xikou", str(n), cases=number) for n, number in enumerate(figures)]}
    assert bool(find(tmp_path, TENS, tables)) == seen


def test_one_id_with_two_names_is_asked_of_every_unit_that_has_it(tmp_path: Path) -> None:
    tables = {
        "roster": [
            person("xikou", "P1", "张 三"),
            person("shuju", "P1", "张三"),
            person("xikou", "P2", "李四"),
            person("yunshan", "P2", "李肆"),
            person("shuju", "P3", None),
        ]
    }
    doubts = find(tmp_path, NAMES, tables)
    assert units_of(doubts) == ["yunshan", "xikou"]
    assert doubts[1].seen == "《花名册》有 1 个人员编号对应不止一个姓名：P2 对应李四、李肆"


def test_one_name_with_two_ids_counts_within_a_unit_and_a_role(tmp_path: Path) -> None:
    tables = {
        "roster": [
            person("xikou", "P1", "张三"),
            person("xikou", "P2", "张三"),
            person("shuju", "P3", "李四"),
            person("shuiwu", "P4", "李四"),
            person("yunshan", "P5", "王五", "执法"),
            person("yunshan", "P6", "王五", "复议"),
        ]
    }
    (doubt,) = find(tmp_path, NAMES, tables)
    assert doubt.seen == "《花名册》有 1 个姓名在溪口县用了不止一个人员编号（「岗位」也相同）：张三 有 P1、P2"
    assert doubt.rows == 2


@pytest.mark.parametrize(("number", "seen"), [(0, False), (3, True), (4, True), (5, False)])
def test_a_rate_over_a_handful_of_cases_says_what_one_of_them_moves(tmp_path: Path, number: int, seen: bool) -> None:
    rows = [{"_unit": "xikou", "_period": YEAR, "year": YEAR, "number": str(n), "filed": n == 0} for n in range(number)]
    doubts = find(tmp_path, SMALL, {"documents": rows})
    assert bool(doubts) == seen
    if number == 3:
        assert doubts[0].seen == "「规范性文件备案率」的分母只有 3（其中 1），一件之差就是 33.3 个百分点"
        assert doubts[0].indicators == ("1.filing",)


ALL = (COURT, JUMP, FIGURES, TEXTS, DAYS, SIXTY, TENS, NAMES, SMALL)


def make_tables(seed: int, units: tuple[str, ...] = UNITS) -> Tables:
    """Rows of every table, of which each unit's depend on nothing but the seed and the unit."""
    tables: Tables = {"counts": [], "court": [], "roster": []}
    for unit in units:
        chance = random.Random(f"{seed}{unit}")
        for table in ("counts", "court"):
            for year in (YEAR - 1, YEAR):
                for n in range(6):
                    values = {
                        name: chance.choice((None, 0, 7, 20, 60, 60)) for name in ("cases", "done", "fee", "people")
                    }
                    day = date(year, 12, 20 + n) if chance.random() < 0.8 else date(year + 1, 1, 1)
                    text = "各项工作扎实推进并取得明显成效" if chance.random() < 0.2 else None
                    tables[table].append(row(unit, str(n), year, **values, held_on=day, report=text))
        tables["roster"] += [person(unit, f"P{chance.randint(1, 9)}{unit}{n}", chance.choice("甲乙")) for n in range(3)]
    return tables


def say(doubts: list[Doubt]) -> list[tuple[str, str, str, int, list[str]]]:
    """All that is said of the doubts, and the values (not the places) of the cited cells."""
    return [(d.rule, d.unit, d.seen, d.rows, [cell.value for cited in d.cells for cell in cited.cells]) for d in doubts]


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_rows_does_not_matter(tmp_path: Path, seed: int) -> None:
    pack, tables = declare(*ALL), make_tables(seed)
    shuffled = {name: random.Random(seed).sample(rows, len(rows)) for name, rows in tables.items()}
    first = find_doubts(pack, store(tmp_path / "a", tables, pack), YEAR, AS_OF, threads=4)
    second = find_doubts(pack, store(tmp_path / "b", shuffled, pack), YEAR, AS_OF, threads=1)
    assert say(first) == say(second)
    assert len({doubt.kind for doubt in first}) > 3


@pytest.mark.parametrize("seed", range(4))
def test_another_unit_takes_no_doubt_away(tmp_path: Path, seed: int) -> None:
    """Every doubt stays word for word but those of ``alike``, which name the other units."""
    pack = declare(*ALL)
    few = find_doubts(pack, store(tmp_path / "a", make_tables(seed, UNITS[:3]), pack), YEAR, AS_OF)
    all_ = find_doubts(pack, store(tmp_path / "b", make_tables(seed), pack), YEAR, AS_OF)
    kept = [doubt for doubt in say(few) if doubt[1] in UNITS[:3] and doubt[0] not in ("d2", "d3")]
    assert kept and [doubt for doubt in kept if doubt not in say(all_)] == []
    assert {(d.unit, d.rule) for d in few if d.unit != UNITS[3]} <= {(d.unit, d.rule) for d in all_}


def test_what_lies_after_the_as_of_day_is_not_known_and_a_year_outside_the_pack_is_refused(tmp_path: Path) -> None:
    check = {"jump": {"figure": {"dataset": "lectures"}, "factor": "2", "floor": "0"}}
    pack = declare(check)
    rows = [{"_unit": "xikou", "_period": 2024, "held_on": date(2024, 11, day), "topic": "法"} for day in (1, 2, 3)]
    inputs = store(tmp_path, {"lectures": rows}, pack)
    assert len(find_doubts(pack, inputs, 2024, date(2024, 12, 31))) == 1
    assert find_doubts(pack, inputs, 2024, date(2024, 10, 31)) == []
    with pytest.raises(YearNotInPack):
        find_doubts(pack, inputs, 2001, AS_OF)


def test_a_pack_without_doubts_has_none(tmp_path: Path) -> None:
    pack = declare()
    assert find_doubts(pack, store(tmp_path, make_tables(1), pack), YEAR, AS_OF) == []


def test_a_units_list_is_capped_for_each_kind_and_says_how_many_more_there_are(tmp_path: Path) -> None:
    pack = declare(*[COURT] * 5)
    tables = {"counts": [row("xikou", cases=12)], "court": [row("xikou", cases=10)]}
    doubts = find_doubts(pack, store(tmp_path, tables, pack), YEAR, AS_OF)
    text = write_text(doubts, YEAR, AS_OF)
    assert text.count("看到：") == 3
    assert "  [两处的数对不上] 另有 2 处，用 --unit xikou 查看\n" in text
    assert "不影响任何得分" in text
    assert write_text(doubts, YEAR, AS_OF, None).count("看到：") == 5
    assert write_text([], YEAR, AS_OF) == "2024 年度（截至 2025-04-10）：没有发现疑点。\n"


def test_the_most_telling_come_first_and_csv_text_is_no_formula(tmp_path: Path) -> None:
    pack = declare(*ALL)
    doubts = find_doubts(pack, store(tmp_path, make_tables(3), pack), YEAR, AS_OF)
    order = ["exceeds", "duplicate_people", "alike", "outside_year", "jump", "at_target", "heaping", "small_number"]
    for unit in UNITS:
        kinds = [order.index(doubt.kind) for doubt in doubts if doubt.unit == unit]
        assert kinds == sorted(kinds)
    assert b'"affects_marks": false' in write_json(doubts, YEAR, AS_OF, False)
    titled = [doubt.__class__(**{**vars(doubt), "title": "=1+1"}) for doubt in doubts[:1]]
    assert ",'=1+1," in write_csv(titled).decode("utf-8-sig")
