"""Numbers of a rule that change in time: one value on each day, by days or from the next year, told with its source.

What each row costs or counts by its own date is shown by the cases of docs/forms-pack and by random worlds.
"""

from __future__ import annotations

import copy
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from indicators.entries.amounts import parse_quantity
from indicators.pack.by_date import join_levels, split_changes
from indicators.pack.dated import NumberChange, Unchangeable, Valid, resolve_changes
from tests.indicators.small_pack import FILES, FIRST_FILE, load_or_refuse, replace_once, write_pack
from tests.reference.changes import find_value

LOCAL = {"title": "目标", "number": "target.at_least", "part": 1, "local_choice": "办公会议决定"}


def change(since: str, value: str, within: str = "pro_rata", **more: Any) -> NumberChange:
    return NumberChange.model_validate({**LOCAL, "from": since, "value": value, "within_year": within, **more})


def resolve(year: int, *changes: NumberChange, first: str = "80%") -> Valid:
    body: Any = {"parts": [{"target": {"at_least": first}}]}
    (valid,) = resolve_changes(body, changes, year)
    assert body == {"parts": [{"target": {"at_least": valid.value}}]}
    by_days = find_value(first, list(changes), year)
    assert parse_quantity(valid.value).value == parse_quantity(by_days).value, "day by day it is the same"
    return valid


@pytest.mark.parametrize(
    ("since", "within", "year", "value"),
    [
        # 1 March of a leap year is its day 61: 60 days of 80 %, 306 of 90 %, of 366.
        ("2024-03-01", "pro_rata", 2024, "88.3607%"),
        ("2023-03-01", "pro_rata", 2023, "88.3836%"),
        ("2024-02-29", "pro_rata", 2024, "88.388%"),
        # The first day of a year changes all of it, the last day one day of it, whatever was chosen.
        ("2024-01-01", "pro_rata", 2024, "90%"),
        ("2024-01-01", "next_year", 2024, "90%"),
        ("2024-12-31", "pro_rata", 2024, "80.0273%"),
        ("2024-12-31", "next_year", 2024, "80%"),
        ("2024-12-31", "next_year", 2025, "90%"),
        ("2025-01-01", "pro_rata", 2024, "80%"),
    ],
)
def test_which_value_a_year_is_scored_by(since: str, within: str, year: int, value: str) -> None:
    assert resolve(year, change(since, "90%", within)).value == value


def test_several_changes_follow_each_other_and_every_day_has_one_value() -> None:
    changes = change("2024-04-01", "90%"), change("2024-07-01", "95%"), change("2024-10-01", "100%", "next_year")
    valid = resolve(2024, *changes)
    spans = [(span.value, span.first, span.last) for span in valid.spans]
    assert spans == [
        ("80%", "2024-01-01", "2024-03-31"),
        ("90%", "2024-04-01", "2024-06-30"),
        ("95%", "2024-07-01", "2024-12-31"),
    ]
    assert valid.later == changes[2] and resolve(2025, *changes).value == "100%"


@pytest.mark.parametrize(
    ("changes", "first", "said"),
    [
        ((change("2024-07-01", "90%"), change("2024-07-01", "95%")), "80%", "一天只能有一个值"),
        ((change("2024-07-01", "90%"), change("2024-01-01", "95%")), "80%", "一天只能有一个值"),
        ((change("2024-07-01", "3"),), "80%", "有的值是百分数，有的不是"),
        ((change("2024-07-01", "三次"),), "2", "不是数，不能按天数折算；请写 within_year: next_year"),
        ((change("2024-07-01", "3", number="target.at_most"),), "2", "第1部分没有 target.at_most 这个数"),
        ((change("2024-07-01", "3", part=2),), "2", "第2部分没有 target.at_least 这个数"),
        ((change("2024-07-01", "3", number="target"),), "2", "target 不是一个数"),
    ],
)
def test_what_cannot_be_applied_is_refused(changes: tuple[NumberChange, ...], first: str, said: str) -> None:
    with pytest.raises(Unchangeable, match=said):
        resolve_changes({"parts": [{"target": {"at_least": first}}]}, changes, 2024)


WRITTEN = """  changes:
  - title: 备案率的目标
    part: 1
    number: target.at_least
    from: "2024-07-01"
    value: "95%"
    within_year: next_year
    source: plan
    article: 一
    quote: 规范性文件备案率不低于90%
"""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("", "", None),
        ("quote: 规范性文件备案率", "quote: 规范性文件的备案率", "在 plan 的原文中找不到"),
        ('value: "95%"', 'value: "3"', "百分"),
        ('value: "95%"', "value: 三", "2025 年的规则不成立"),
        ("    source: plan\n    article: 一\n    quote: 规范性文件备案率不低于90%\n", "", "请写改它的文件"),
        ("within_year: next_year", "within_year: at_once", "within_year"),
    ],
)
def test_a_pack_is_checked_as_it_is_in_every_year(tmp_path: Any, old: str, new: str, said: str | None) -> None:
    head = '  section: work\n  marks: {counties: "4", city: "4"}\n'
    text = replace_once(FILES[FIRST_FILE], head, head + WRITTEN.replace(old, new) if old else head + WRITTEN)
    found = load_or_refuse(write_pack(tmp_path / "small", {**FILES, FIRST_FILE: text}))
    if said is None:
        assert not isinstance(found, list), found
        assert [str(found.of_year(year).indicators[0].parts[0].target.at_least) for year in (2024, 2025)] == [
            "90%",
            "95%",
        ]
    else:
        assert isinstance(found, list) and any(said in str(mistake) for mistake in found), found


COUNTED = {"count": {"dataset": "visits", "where": {"hours": {"at_least": "2"}, "online": {"any_of": ["否"]}}}}
PRICED = {"per_occurrence": {"each": ["1"]}}
EACH = "marks.per_occurrence.each.1"


def split(part: dict[str, Any], number: str, *since: tuple[str, str], **more: Any) -> tuple[Any, list[Valid]]:
    """The part after changes by date, and what is told of them."""
    body: Any = {"parts": [copy.deepcopy(part)]}
    changes = [
        change(day, value, "by_date", **{"number": number, "date": "held_on", "title": "每次", **more})
        for day, value in since
    ]
    assert resolve_changes(body, changes, 2024) == [], "what goes by date is left to rows"
    valid = split_changes(body, changes)
    return body["parts"][0], valid


def test_an_amount_by_date_is_a_level_for_each_span() -> None:
    since = ("2024-04-01", "1.5"), ("2024-07-01", "2")
    part, (valid,) = split({"measure": COUNTED, "marks": PRICED}, "marks.per_occurrence.each.1", *since)
    names = "2024年3月31日以前", "2024年4月1日至2024年6月30日", "2024年7月1日起"
    assert part["marks"] == {"per_occurrence": {"levels": dict(zip(names, ("1", "1.5", "2"), strict=True))}}
    (levels,) = join_levels([valid]).values()
    assert levels.date == "held_on" and levels.list_names() == list(names)


def test_one_level_of_several_is_divided_and_the_others_stay() -> None:
    levels = {"per_occurrence": {"levels": {"轻微": "0.5", "严重": "2"}}}
    measure = {"findings": {"dataset": "findings", "by": "severity"}}
    part, valid = split({"measure": measure, "marks": levels}, "marks.per_occurrence.levels.严重", ("2024-07-01", "4"))
    assert part["marks"]["per_occurrence"]["levels"] == {
        "轻微": "0.5",
        "严重（2024年6月30日以前）": "2",
        "严重（2024年7月1日起）": "4",
    }
    assert join_levels(valid)[0].list_names("轻微") == ["轻微"]


def test_a_border_by_date_leaves_out_the_rows_of_each_span_beyond_it() -> None:
    number = "measure.count.where.hours.at_least"
    part, _ = split({"measure": COUNTED, "marks": PRICED}, number, ("2024-07-01", "4"))
    assert part["measure"]["count"]["where"] == {
        "online": {"any_of": ["否"]},
        "not": {
            "excluded": [
                {"held_on": {"below": "2024-07-01"}, "hours": {"below": "2"}},
                {"held_on": {"at_least": "2024-07-01"}, "hours": {"below": "4"}},
            ]
        },
    }


@pytest.mark.parametrize(
    ("part", "number", "said"),
    [
        ({"target": {"at_least": "2"}, "marks": PRICED}, "target.at_least", "对一整年的数.*pro_rata 或 next_year"),
        ({"marks": {"per_occurrence": {"each": ["1"], "cap": "3"}}}, "marks.per_occurrence.cap", "对一整年的数"),
        ({"marks": {"per_occurrence": {"each": ["1", "2"]}}}, "marks.per_occurrence.each.2", "按第几次.*各写 takes"),
        ({"marks": {"per_occurrence": {"each": ["1"], "free": "1"}}}, "marks.per_occurrence.each.1", "按第几次"),
        ({"marks": {"award": {"each": "1", "beyond_target": "true"}}}, "marks.award.each", "按第几次.*各写 adds"),
        (
            {"measure": {"sum": {"dataset": "visits", "column": "hours"}}, "marks": PRICED},
            "marks.per_occurrence.each.1",
            "把各条合成一个数.*below: .2024-07-01",
        ),
        ({"measure": {"count": {"dataset": "visits", "distinct": "a"}}, "marks": PRICED}, EACH, "把各条合成一个数"),
        ({"measure": {"rounds": {"dataset": "visits"}}, "marks": PRICED}, EACH, "不是一条一条数的"),
        ({"marks": PRICED}, "measure.count.where.online.any_of.1", "不是条件里的界限"),
        ({"marks": PRICED}, "measure.count.where.size.at_least", "没有 measure.count.where.size.at_least 这个数"),
    ],
)
def test_what_is_no_question_to_one_row_is_refused_with_what_to_write(
    part: dict[str, Any], number: str, said: str
) -> None:
    with pytest.raises(Unchangeable, match=said):
        split({"measure": COUNTED, **part}, number, ("2024-07-01", "3"))


def test_a_number_goes_by_date_in_all_its_changes_or_in_none() -> None:
    part = {"measure": COUNTED, "marks": PRICED}
    body: Any = {"parts": [part]}
    number = {"number": "marks.per_occurrence.each.1"}
    mixed = [change("2024-07-01", "2", "by_date", date="held_on", **number), change("2025-07-01", "3", **number)]
    with pytest.raises(Unchangeable, match="同一个数请都写成一种"):
        split_changes(body, mixed)
    with pytest.raises(ValueError, match="一起写"):
        change("2024-07-01", "2", "by_date")
    with pytest.raises(ValueError, match="一起写"):
        change("2024-07-01", "2", date="held_on")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("", "", None),
        ("date: found_on", "date: number", "不是台账 problems 的日期列.*日期列有：found_on"),
        ("date: found_on", "date: found_no", "您是不是想写 found_on|found_on"),
        ("type: date}", "type: date, month_allowed: true}", "可以只填到月"),
    ],
)
def test_the_date_is_a_column_of_days_of_the_rows(tmp_path: Path, old: str, new: str, said: str | None) -> None:
    folder = tmp_path / "forms"
    shutil.copytree(Path(__file__).parents[2] / "docs" / "forms-pack", folder)
    rules = folder / "indicators" / "dated.yaml"
    place = folder / "datasets.yaml" if "type" in old else rules
    text = place.read_text(encoding="utf-8")
    place.write_text(text[::-1].replace(old[::-1], new[::-1], 1)[::-1] if old else text, encoding="utf-8")
    found = load_or_refuse(folder)
    assert isinstance(found, list) == (said is not None), found
    if said is not None and isinstance(found, list):
        assert any(re.search(said, str(mistake)) for mistake in found), found
