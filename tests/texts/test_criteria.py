"""Sentences of real marking sheets are read as the rules that they state, or said not to be certain.

``samples/criteria.tsv`` holds 93 sentences of more than a dozen sheets of other places, with what a person reads in
them. What this does not prove: that sentences of other sheets are read as often.
"""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from indicators.texts.criteria import aim_criterion, read_criterion
from indicators.texts.criterion import Criterion

SAMPLES = Path(__file__).parent / "samples" / "criteria.tsv"


def list_sentences() -> list[dict[str, str]]:
    with SAMPLES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def agrees(found: Criterion, expected: dict[str, str]) -> bool:
    numbers = {"worth": found.worth, "each": found.each, "cap": found.cap}
    alike = all((Decimal(expected[name]) if expected[name] else None) == value for name, value in numbers.items())
    levels = "；".join(f"{name}={value}" for name, value in found.levels.items())
    return found.form == expected["form"] and alike and levels == expected["levels"]


def test_four_of_five_sentences_are_read_right_and_none_wrong_without_a_doubt() -> None:
    read = [(read_criterion(each["sentence"]), each) for each in list_sentences()]
    right = [found for found, expected in read if agrees(found, expected)]
    wrong = [found for found, expected in read if not agrees(found, expected) and found.certain]
    assert len(read) == 93
    assert len(right) >= 0.8 * len(read)
    assert wrong == []
    page = (Path(__file__).parents[2] / "docs" / "drafting.md").read_text(encoding="utf-8")
    certain = sum(found.certain for found, _ in read)
    assert f"读对 {len(right)} 句" in page
    assert f"断定不是计分句的 {certain} 句" in page


@pytest.mark.parametrize(
    ("sentence", "form", "each", "cap"),
    [
        ("每少一次扣1分，扣完为止。", "per_missing", "1", None),
        ("每少报一期扣0.5分，最多扣2分", "per_missing", "0.5", "2"),
        ("每缺一份扣2分", "per_missing", "2", None),
        ("每发现一处问题扣0.2分", "per_incident", "0.2", None),
        ("备案率不低于95%，每低1个百分点扣0.5分", "per_point", "0.5", None),
        ("网办率达到90%的，得10分；每降低1个百分点，扣0.5分，扣完为止", "per_point", "0.5", None),
        ("未制定年度计划的，扣2分", "deduct_if", "2", None),
        ("应当在次年3月31日前公布，每逾期1日扣1分，扣完为止", "late_daily", "1", None),
        ("2025年6月底前完成，逾期每天扣0.5分，最多扣3分", "late_daily", "0.5", "3"),
    ],
)
def test_the_usual_sentences_are_certain(sentence: str, form: str, each: str, cap: str | None) -> None:
    found = read_criterion(sentence)
    assert (found.form, found.each, found.cap) == (form, Decimal(each), Decimal(cap) if cap else None)
    assert found.certain


@pytest.mark.parametrize(
    ("sentence", "why"),
    [
        ("每少一次扣1分，连续两次的再扣2分", "分值"),
        ("出现一起扣5分，整改到位的免扣", "免扣"),
        ("发生1起死亡事故扣10分，发生较大及以上事故的不得分", "不得分"),
        ("达到100%，按完成比例得分，低于60%的不得分", "不得分"),
        ("年内无案例不得分，得3分", "可疑"),
        ("列全省前3名的奖5分", "名次"),
        ("受到市以上通报表彰的，加3分", "以上"),
        ("未按时报送的扣1分", "期限"),
        ("每逾期1日扣1分", "期限"),
        ("每年6月底前完成，每逾期5日扣1分", "每5日"),
        ("办结率、满意率达95%(6分)", "几个目标"),
        ("工作扎实有效", "认得"),
        ("每少2次扣1分", "每多少"),
        ("每低于目标值0.1个百分点扣0.5分", "每多少"),
        ("每有3件未按期办结扣1分", "每多少"),
        ("两次以上未参加的扣2分", "到多少"),
        ("逾期3日以内扣1分，超过3日扣2分", "到多少"),
        ("每发现一处错误扣0.1分，超过10处的扣完本项分", "加重"),
        ("完成率达100%的得满分，每降低一个百分点扣5%", "扣多少"),
        # A third level, a day or a period that a rule over the year would lose: nothing may be left over.
        ("每半年组织1次以上演练得满分，全年只组织1次的得5分，未组织的不得分", "一个分值没有读"),
        ("每季度至少2次，每缺1次扣2分", "按季"),
        ("每季度公开率达到100%，每低1个百分点扣1分", "按季"),
        ("6月底前召开不少于2次会议，每少1次扣1分", "期限"),
        ("培训2期、讲座不少于4次，每少一次扣1分", "一个数没有读"),
        ("化解率达到80%得10分，未达到的按实际比例得分", "直接乘"),
        ("达90%以上得10分，80%-90%得6分，80%以下不得分", "正好80%"),
        ("达90%以上得10分，80%以下不得分", "没有接上"),
        ("达90%以上得10分，80%（含）至90%得6分", "最低一档"),
        ("达90%以上得6分，80%（含）至90%得10分，80%以下不得分", "越来越少"),
        ("达90%以上得10分，80%（含）至90%得6分，80%以下不得分，弄虚作假的扣2分", "不是档次"),
    ],
)
def test_what_may_mean_two_things_is_said_not_to_be_certain(sentence: str, why: str) -> None:
    found = read_criterion(sentence)
    assert not found.certain
    assert why in found.doubt


def test_a_step_of_several_points_and_what_is_short_of_are_read() -> None:
    found = read_criterion("达到85%得满分，每低5个百分点扣1分")
    assert found.certain and (found.each, found.step) == (Decimal(1), Decimal(5))
    short = read_criterion("不足4次的，每缺1次扣1分")
    assert short.certain and short.wanted is not None and short.wanted.text == "≥4次"


@pytest.mark.parametrize(
    ("sentence", "beside", "wanted"),
    [
        ("每少1次扣1.5分，扣完为止", "领导班子集体学法每年不少于4次", "≥4次"),
        ("每低1个百分点扣0.5分", "考试参考率达到98%以上", "≥98%"),
        ("按比例计分", "出庭应诉率达到80%", "≥80%"),
        # Two targets, another unit, an upper bound: which is meant is not said.
        ("每少1次扣1分", "学法不少于4次，培训不少于2次", None),
        ("每少1人扣1分", "学法不少于4次", None),
        ("每低1个百分点扣0.5分", "学法不少于4次", None),
        ("按比例计分", "败诉率不超过8%", None),
        ("按比例计分，低于60%的不得分", "出庭应诉率达到80%", None),
    ],
)
def test_a_target_in_the_cell_beside_is_taken_where_it_can_be_the_only_one(
    sentence: str, beside: str, wanted: str | None
) -> None:
    found = aim_criterion(read_criterion(sentence), beside)
    assert (found.wanted.text if found.beside and found.wanted else None) == wanted


@pytest.mark.parametrize(
    "sentence",
    [
        "完成率达95%以上得满分，90%（含）至95%得15分，80%（含）至90%得10分，80%以下不得分",
        "95%（含）以上的计满分；90%（含）以上不足95%的计15分；80%以上、低于90%的计10分；不足80%的不得分",
        "合格率≥95%得满分，90%≤合格率＜95%得15分，80%≤合格率＜90%得10分，合格率＜80%得0分",
        "不低于95%得满分，90%（含）-95%（不含）得15分，80%（含）~90%（不含）得10分，未达80%得0分",
    ],
)
def test_marks_by_intervals_say_of_every_end_where_it_belongs(sentence: str) -> None:
    found = read_criterion(sentence)
    assert found.certain and found.form == "steps"
    assert [(step.low, step.high, step.marks, step.low_in) for step in found.steps[:3]] == [
        (Decimal(95), None, None, True),
        (Decimal(90), Decimal(95), Decimal(15), True),
        (Decimal(80), Decimal(90), Decimal(10), True),
    ]
    assert (found.steps[3].high, found.steps[3].marks, found.steps[3].high_in) == (Decimal(80), Decimal(0), False)


def test_one_in_each_quarter_is_asked_of_each_quarter() -> None:
    found = read_criterion("每季度至少召开1次专题会议，每缺1次扣2分")
    assert (found.certain, found.form, found.every) == (True, "per_missing", "quarter")


def test_a_formula_of_a_share_is_proportional() -> None:
    found = read_criterion("得分=兑现金额/应兑现金额×15")
    assert found.certain and (found.form, found.worth) == ("proportional", Decimal(15))
    assert not read_criterion("得分=实际完成数÷任务数×10分，最高10分").certain
