"""Long lists in sentences are shortened alike everywhere."""

from __future__ import annotations

from indicators.entries.shortlist import list_rows, shorten_list


def test_a_list_names_the_first_and_counts_all() -> None:
    names = ["甲县", "乙县", "丙县"]
    assert shorten_list(names, 3, "个单位") == "甲县、乙县、丙县"
    assert shorten_list(names, 2, "个单位") == "甲县、乙县等 3 个单位"
    assert shorten_list(names, 2) == "甲县、乙县等"
    assert shorten_list(["「甲」", "「乙」"], 1, "项", mark="") == "「甲」等 2 项"
    # What ends in a letter or a digit has a blank behind it, as between Chinese and numbers everywhere.
    assert shorten_list(["a.xlsx", "b.xlsx"], 1, "个文件") == "a.xlsx 等 2 个文件"


def test_a_list_of_which_only_the_first_are_known_counts_the_others_too() -> None:
    assert shorten_list(["甲", "乙"], 2, "人", number=5) == "甲、乙等 5 人"
    assert shorten_list([], 3, "项") == ""


def test_rows_are_counted_whether_or_not_all_are_named() -> None:
    assert f"第 {list_rows([3, 4], 10)}" == "第 3、4 行"
    assert f"第 {list_rows([3, 4, 5], 2)}" == "第 3、4 等 3 行"
