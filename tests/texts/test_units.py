"""Who leads and who takes part is read for each paragraph, in the ways that documents write it."""

from __future__ import annotations

import pytest

from indicators.texts.obligations import read_text
from indicators.texts.paragraphs import split_paragraphs
from indicators.texts.units import NamedUnits, split_names

TASK = "每年召开2次会议。"


@pytest.mark.parametrize(
    ("bracket", "lead", "joint"),
    [
        ("（牵头单位：市司法局；参加单位：市财政局、各县区政府）", ("市司法局",), ("市财政局", "各县区政府")),
        ("(牵头部门:市司法局)", ("市司法局",), ()),
        ("（责任单位：市应急局、各县（市、区）政府按职责分工负责）", ("市应急局", "各县(市、区)政府"), ()),
        ("（牵头单位：市政府办公室；责任单位：各县市区党委、政府）", ("市政府办公室",), ("各县市区党委、政府",)),
        ("（责任单位：市司法局；配合单位：市财政局）", ("市司法局",), ("市财政局",)),
        ("（市司法局牵头，市财政局配合）", ("市司法局",), ("市财政局",)),
        ("（市教育局、市财政局按职责分工负责）", ("市教育局", "市财政局"), ()),
        ("【责任单位：市水务局】", ("市水务局",), ()),
        ("\n责任单位：市水务局\n配合单位：各乡镇", ("市水务局",), ("各乡镇",)),
        ("（含远程会议）", (), ()),
    ],
)
def test_units_are_read_as_they_are_written(bracket: str, lead: tuple[str, ...], joint: tuple[str, ...]) -> None:
    (found,) = read_text(f"（一）开会。{TASK}{bracket}").obligations
    assert found.units == NamedUnits(lead, joint)


def test_each_paragraph_has_its_own_units() -> None:
    text = f"（一）开会。{TASK}（牵头单位：市司法局）\n{TASK}（牵头单位：市水务局）\n（二）办事。{TASK}\n"
    assert [each.units.lead for each in split_paragraphs(text)] == [("市司法局",), ("市水务局",), ()]
    assert [(each.article, each.index) for each in split_paragraphs(text)] == [("一", 1), ("一", 2), ("二", 1)]


def test_units_in_the_middle_of_a_line_hold_for_what_stands_before_them() -> None:
    text = f"1.{TASK}（责任单位：市司法局）2.每年检查3次。（责任单位：市水务局）"
    assert [each.units.lead for each in read_text(text).obligations] == [("市司法局",), ("市水务局",)]


def test_units_behind_the_last_sentence_of_a_line_hold_for_it() -> None:
    (task, other) = split_paragraphs("1.新建体育公园6个。责任单位：市体育局、市自然资源局\n2.建成步道3条。\n")
    assert task.units.lead == ("市体育局", "市自然资源局") and not other.units
    assert not split_paragraphs("1.明确责任。责任单位：要把任务落到实处\n")[0].units


def test_a_unit_named_with_others_in_one_word_stays_whole() -> None:
    assert split_names("市委、市政府其他有关部门,各县(市、区)委和政府") == (
        "市委",
        "市政府其他有关部门",
        "各县(市、区)委和政府",
    )
