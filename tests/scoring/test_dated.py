"""A number that changed within the year is scored by what it comes to, and rule and calculation say since when."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from scoring.engine.run import score
from scoring.explain.record import explain_item
from scoring.wording.dated import describe_changes
from tests.explain.arithmetic import check_line, cut_values
from tests.reference.example import IN_PROPORTION, Body, make_example, make_indicator, row, scored
from tests.reference.random_days import ask
from tests.reference.scorer import score_reference
from tests.worlds import store_tables

COUNT: Body = {"measure": {"count": {"dataset": "meetings"}}, "target": {"at_least": "2"}, "marks": IN_PROPORTION}


def change(since: str, within: str) -> dict[str, Any]:
    return {
        "title": "次数的目标",
        "part": 1,
        "number": "target.at_least",
        "from": since,
        "value": "4",
        "within_year": within,
        "local_choice": "办公会议决定",
    }


def test_the_year_of_a_change_is_scored_by_its_days_and_says_so(tmp_path: Path) -> None:
    world = make_example(
        "dated",
        [
            # 182 days of 2 and 184 of 4 in a leap year: 3.005464; 2 of it are 6.65 of 10.
            make_indicator("by-days", "10", [COUNT], changes=[change("2024-07-01", "pro_rata")]),
            make_indicator("later", "10", [COUNT], changes=[change("2024-07-01", "next_year")]),
            make_indicator("before", "10", [COUNT], changes=[change("2024-01-01", "next_year")]),
        ],
        {"meetings": [row("a"), row("a")]},
        {("a", "by-days"): scored("6.65"), ("a", "later"): scored("10"), ("a", "before"): scored("5")},
        head={"precision": "2"},
    )
    inputs = store_tables(world.pack, world.tables, world.scopes, tmp_path)
    result = score(world.pack, inputs, world.year, world.as_of, threads=1)
    marks = dict(result.items.filter(unit="a").select("indicator", "points").iter_rows())
    assert {name: int(points) for name, points in marks.items()} == {"by-days": 665, "later": 1000, "before": 500}
    days = ask(world.pack.calendar)
    reference = score_reference(world.pack, world.tables, world.scopes, world.year, world.as_of, days)
    assert {name: reference.items["g", "a", name].marks * 100 for name in marks} == marks  # type: ignore[operator]
    said = {
        "by-days": "「次数的目标」年内有变动，按天数折算为3.005464：2024年6月30日以前2（182天）、"
        "2024年7月1日起（办公会议决定）4（184天）",
        "later": "「次数的目标」本年度仍按2；2024年7月1日起（办公会议决定）改为4，从下一年度起适用",
        "before": "「次数的目标」按4，2024年1月1日起（办公会议决定）",
    }
    for name, words in said.items():
        record = explain_item(world.pack, inputs, result, "g", "a", name)
        assert f"{words}。" in record["rule"]
        line = record["parts"][0]["calculation"]
        assert line.startswith(f"{words}。")
        assert check_line(cut_values(line, record["rule"])) == Fraction(marks[name]) / 100


def test_the_same_pack_scores_the_years_around_by_the_values_of_theirs() -> None:
    body = make_indicator("x", "10", [COUNT], changes=[change("2024-12-31", "next_year")])
    pack = make_example("years", [body], {}, {}).pack
    (said,) = describe_changes(pack.indicators[0], pack)
    assert said == "「次数的目标」2024年12月31日起（办公会议决定）改为4，从下一年度起适用。"
    targets = [pack.of_year(year).indicators[0].parts[0].target for year in (2023, 2024, 2025)]
    assert [str(target.at_least) for target in targets if target is not None] == ["2", "2", "4"]
    assert date(2024, 12, 31) == pack.indicators[0].changes[0].first_day


def test_rows_before_and_from_a_day_are_named_with_their_values_and_how_many(tmp_path: Path) -> None:
    part: Body = {"measure": {"count": {"dataset": "meetings"}}, "marks": {"per_occurrence": {"each": ["1"]}}}
    by_date = {
        **change("2024-07-01", "by_date"),
        "title": "每次扣的分",
        "number": "marks.per_occurrence.each.1",
        "value": "2.5",
        "date": "held_on",
    }
    days = date(2024, 6, 30), date(2024, 7, 1), date(2024, 7, 2)
    world = make_example(
        "dated-rows",
        [make_indicator("x", "10", [part], changes=[by_date])],
        {"meetings": [row("a", held_on=day) for day in days]},
        {("a", "x"): scored("4")},
        head={"precision": "2"},
    )
    inputs = store_tables(world.pack, world.tables, world.scopes, tmp_path)
    result = score(world.pack, inputs, world.year, world.as_of, threads=1)
    assert [int(points) for points in result.items["points"]] == [400]
    record = explain_item(world.pack, inputs, result, "g", "a", "x")
    (part_record,) = record["parts"]
    said = "「每次扣的分」有变动，每条记录按「列held_on」适用：2024年6月30日以前1、2024年7月1日起（办公会议决定）2.5。"
    assert said in record["rule"]
    assert "按日期扣分：2024年6月30日以前每条1分、2024年7月1日起每条2.5分" in record["rule"][0]
    spent = "(2024年6月30日以前 1 分 × 1 + 2024年7月1日起 2.5 分 × 2) = 4.00 分"
    assert part_record["calculation"] == f"{said}10 分 - {spent}"
    assert "「2024年7月1日起」2.50 分" in part_record["next_step"]
