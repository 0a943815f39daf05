"""Numbers of a rule that change in time: one value on each day, by days or from the next year, told with its source.

Not proved here: that events before and after a day can be given different amounts; within one part they cannot.
"""

from __future__ import annotations

from typing import Any

import pytest

from indicators.entries.amounts import parse_quantity
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
