"""What a policy text asks for is found, with its figure and its day, in texts of any style.

What this does not prove: that the list of the shipped plan's tasks, which people made, is the only right one; and
that a plan in words that none of these texts uses is read as well.
"""

from __future__ import annotations

import re
import sys
from functools import cache
from pathlib import Path

import pytest

import indicators.texts
from indicators.texts.folding import fold
from indicators.texts.obligations import read_text
from tests.texts.measured import PLAN, Comparison, compare_plan, compare_style, write_table
from tests.texts.styles import STYLES

#: The tasks of the plan that a number or a day decides: figure and deadline as the text gives them.
DECIDABLE = {
    "T007": ((), "2023年12月31日"),
    "T016": (("≥90%",), "2025年12月31日"),
    "T017": (("=100%",), "2025年12月31日"),
    "T039": ((), "每年4月底"),
    "T064": ((), "2022年12月31日"),
    "T077": ((), "2024年12月31日"),
    "T086": (("=1朵",), ""),
    "T091": ((), "2023年12月31日"),
    "T092": (("=1张",), ""),
    "T093": (("≥10000兆", "≥10000兆", "≥1000兆"), ""),
    "T094": ((), "另有规定"),
    "T099": ((), "2023年12月31日"),
    "T101": ((), "2023年12月31日"),
    "T102": (("=6个",), ""),
    "T104": ((), "2022年12月31日"),
    "T105": (("=1个",), ""),
    "T114": (("=1个",), ""),
    "T115": (("=2个",), ""),
    "T116": ((), "另有规定"),
    "T121": (("≥2期",), ""),
    "T122": (("≥1次",), ""),
    "T123": (("≥60学时",), ""),
}


@cache
def compare() -> Comparison:
    return compare_plan()


def test_the_plan_is_read_well(capsys: pytest.CaptureFixture[str]) -> None:
    comparison = compare()
    with capsys.disabled():
        sys.stdout.write(
            f"\n{write_table(comparison)}\n召回 {comparison.recall:.1%}，准确 {comparison.precision:.1%}\n"
        )
    assert comparison.recall >= 0.95
    assert comparison.precision >= 0.85


@pytest.mark.parametrize("name", DECIDABLE)
def test_a_task_that_a_number_or_a_day_decides_is_found_with_both(name: str) -> None:
    task = next(task for task in compare().tasks if task.listed.id == name)
    found = {
        (tuple(figure.text for figure in each.figures), each.deadline.text if each.deadline else "")
        for each in task.obligations
    }
    assert DECIDABLE[name] in found


def test_every_quotation_stands_in_the_text_to_the_letter() -> None:
    text = (PLAN / "sources" / "plan.txt").read_text(encoding="utf-8")
    for each in read_text(text).obligations:
        assert text[each.start : each.end] == each.quote


@pytest.mark.parametrize("style", STYLES)
def test_numeric_tasks_are_found_in_texts_of_other_styles(style: str) -> None:
    text, tasks = STYLES[style]
    result = compare_style(text, tasks)
    assert result.wrong == ()
    assert result.found >= 0.9 * result.tasks
    assert result.found >= 0.75 * (result.found + len(result.beyond))


@pytest.mark.parametrize(
    ("sentence", "strength"),
    [
        ("力争培育2个示范村。", "weak"),
        ("原则上每年不少于2次。", "weak"),
        ("逐步实现全覆盖。", "weak"),
        ("应当每年开展2次评查。", "strong"),
        ("严禁弄虚作假。", "strong"),
        ("未经批准一律不得开工。", "strong"),
        ("每年开展2次评查。", "plain"),
        ("每年开展2次应急演练。", "plain"),
    ],
)
def test_a_hope_is_told_from_a_duty(sentence: str, strength: str) -> None:
    assert [each.strength for each in read_text(sentence).obligations] == [strength]


@pytest.mark.parametrize(
    ("sentence", "kinds"),
    [
        ("农田灌溉水有效利用系数提高到0.58以上。", [("threshold", "≥0.58", "")]),
        ("年用水量1万立方米以上的工业企业用水计划管理实现全覆盖。", [("coverage", "", "")]),
        (
            "工作人员每人每年参加培训不少于16学时，每所学校每学年至少开设2课时的课。",
            [("per_person_minimum", "≥16学时", ""), ("threshold", "≥2课时", "")],
        ),
        ("2024年年底前建成高效节水灌溉面积20万亩。", [("threshold", "=200000亩", "2024年12月31日")]),
        ("今年6月底前完成换届。", [("fixed_deadline", "", "6月底")]),
        ("每季度末前报送台账。", [("annual_deadline", "", "每季底")]),
        (
            "归集率、共享率分别达到90%、80%。",
            [("ratio", "≥90%", ""), ("ratio", "≥80%", "")],
        ),
        (
            "法定期限内结案率达到100%，出庭应诉率较上年提高5个百分点。",
            [("ratio", "≥100%", ""), ("trend", "=5百分点", "")],
        ),
        ("对未按期完成任务的，予以通报批评。", [("penalty", "", "")]),
        (
            "留言应当在3个工作日内受理、10个工作日内答复。",
            [("relative_deadline", "", "后3工作日"), ("relative_deadline", "", "后10工作日")],
        ),
        (
            "报装时限分别压减至四个、三个、五个工作日以内。",
            [("threshold", "≤4工作日", ""), ("threshold", "≤3工作日", ""), ("threshold", "≤5工作日", "")],
        ),
        (
            "支付进度6月底不低于40%、9月底不低于70%。",
            [("ratio", "≥40%", "6月底"), ("ratio", "≥70%", "9月底")],
        ),
        (
            "全年改造小区26个、惠及居民3860户，9月底前全部开工。",
            [("count", "=26个", ""), ("count", "=3860户", ""), ("fixed_deadline", "", "9月底")],
        ),
        (
            "请各单位确定1名联络员，于3月25日（星期二）下班前报住建局。",
            [("threshold", "=1名", ""), ("fixed_deadline", "", "3月25日")],
        ),
    ],
)
def test_a_task_has_the_kind_the_figure_and_the_day_of_its_words(
    sentence: str, kinds: list[tuple[str, str, str]]
) -> None:
    found = read_text(sentence).obligations
    assert [
        (task.kind, "、".join(figure.text for figure in task.figures), task.deadline.text if task.deadline else "")
        for task in found
    ] == kinds


def test_what_was_reached_by_comparison_with_last_year_is_no_task() -> None:
    assert read_text("现将任务分解表印发给你们，请认真抓好落实。").obligations == ()
    assert read_text("共办结案件120件，办结率达到98%，较上年提高3个百分点。").obligations == ()


@pytest.mark.parametrize(
    "sentence",
    [
        "自2024年1月1日起施行。",
        "2023年，全市共办理案件1200件，同比下降3%。",
        "根据《法治政府建设实施纲要（2021-2025年）》制定本方案。",
        "鼓励社会力量参与。",
        "本办法所称年度报告，是指每年编制的报告。",
        "2023年初步掌握情况的单位有关材料见附件。",
        "第一批试点单位名单见附件。",
        "统一思想，提高认识。",
    ],
)
def test_what_asks_for_nothing_is_no_task(sentence: str) -> None:
    assert read_text(sentence).obligations == ()


def test_what_nobody_can_measure_is_listed_as_such() -> None:
    reading = read_text("（一）加强组织领导。各级各部门要高度重视，加强统筹协调。每年召开2次会议。")
    assert [each.quote for each in reading.unmeasured] == ["各级各部门要高度重视，加强统筹协调"]
    assert [each.quote for each in reading.obligations] == ["每年召开2次会议"]


def test_a_title_is_no_task() -> None:
    assert [each.quote for each in read_text("（一）全面落实政务公开。每月公开1次财务。").obligations] == [
        "每月公开1次财务"
    ]


def test_an_exception_stays_with_its_task() -> None:
    (found,) = read_text("除涉及国家秘密的外，严禁拒绝公开政府信息。").obligations
    assert (found.quote, found.exception) == ("除涉及国家秘密的外，严禁拒绝公开政府信息", "涉及国家秘密的")


def test_no_rule_names_the_plan() -> None:
    """No run of six characters of the grammar stands in the plan it was measured by, and no name of its own."""
    plan = fold((PLAN / "sources" / "plan.txt").read_text(encoding="utf-8"))
    for path in Path(indicators.texts.__file__).parent.glob("*.py"):
        for run in re.findall("[\u4e00-\u9fff]{6,}", path.read_text(encoding="utf-8")):
            assert not any(run[at : at + 6] in plan for at in range(len(run) - 5)), (path.name, run)
        assert not re.search("晋城|山西", path.read_text(encoding="utf-8")), path.name


def test_the_page_shows_the_table_as_it_is() -> None:
    page = (Path(__file__).parents[2] / "docs" / "drafting.md").read_text(encoding="utf-8")
    assert write_table(compare()) in page
