"""What lint tells of a year's work by a pack: marks for meetings need a reason, the rest is advice."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from indicators.entries.mistakes import PackRefused
from indicators.lint.advice import list_advice
from indicators.lint.formality import check_formality
from indicators.meaning.drafts import describe_left_words
from indicators.pack.model import Indicator, Pack
from indicators.reader import PACKS, lint_folder, load_pack
from indicators.texts.unscored_deadlines import list_unscored_deadlines
from tests.indicators.layered import COUNTY
from tests.reference.example import Body, make_indicator, make_pack

EXAMPLE = Path(__file__).parents[2] / "docs" / "example-pack"
JINCHENG = load_pack(PACKS / "jincheng-2021-2025")
COUNT: Body = {"measure": {"count": {"dataset": "meetings"}}, "target": {"at_least": "2"}}
RATE: Body = {
    "measure": {
        "ratio": {
            "numerator": {"dataset": "cases", "sum": "closed"},
            "denominator": {"dataset": "cases", "sum": "accepted"},
        }
    },
    "target": {"at_least": "90%"},
    "marks": {"proportional": {}},
}


def make(**more: Any) -> Pack:
    part: Body = {**COUNT, "marks": {"all_or_nothing": {}}, **more.pop("part", {})}
    return make_pack([{**make_indicator("x", "10", [part]), **more}], ("a",), {})


def say(pack: Pack) -> list[str]:
    return [str(notice) for notice in list_advice(pack)]


def change(pack: Pack, name: str, **changes: Any) -> Pack:
    """The pack with one indicator changed."""

    def alter(indicator: Indicator) -> Indicator:
        return indicator.model_copy(update=changes) if indicator.id == name else indicator

    return pack.model_copy(update={"indicators": tuple(map(alter, pack.indicators))})


@pytest.mark.parametrize(
    ("word", "heading"),
    [("会议", "会议"), ("印发", "发文"), ("宣传报道", "信息篇数"), ("批示", "批示"), ("签到", "留痕")],
)
def test_marks_for_meetings_and_papers_need_a_reason(word: str, heading: str) -> None:
    (problem,) = check_formality(make(name=f"开展{word}的次数"))
    assert problem.text.startswith(f"指标名称里的「{word}」说明计分看的是{heading}：") and problem.place == ("name",)
    assert not list(check_formality(make(name=f"开展{word}的次数", formality_reason="原文第三条的要求")))


def test_words_that_other_rules_have_too_and_evidence_need_none() -> None:
    assert not list(check_formality(make(name="采用新技术并通知当事人")))
    assert not list(check_formality(make(evidence=["会议纪要"], checklist=["有没有照片"])))


def test_a_proposal_is_told_and_not_refused() -> None:
    draft = make(name="召开工作会议", draft=True)
    assert not list(check_formality(draft))
    assert any("确认以前请改看做成了什么" in said for said in say(draft))


def test_lint_refuses_what_scoring_goes_on_with(tmp_path: Path) -> None:
    """A pack in use from before the rule is loaded; only its author is held to it."""
    shutil.copytree(EXAMPLE, tmp_path / "pack")
    file = tmp_path / "pack" / "indicators" / "rules.yaml"
    file.write_text("".join(line for line in file.read_text().splitlines(True) if "formality_reason" not in line))
    load_pack(tmp_path / "pack")
    with pytest.raises(PackRefused) as refused:
        lint_folder(tmp_path / "pack")
    assert "rules.yaml:28：指标名称里的「讲座」" in str(refused.value)


def test_what_a_condition_leaves_out_earns_nothing() -> None:
    assert not list(check_formality(load_pack(EXAMPLE.parent / "forms-pack")))


def test_a_share_says_what_becomes_of_units_without_cases() -> None:
    assert "x：分母为零（一件也没有）的单位怎么算没有写" in " ".join(say(make(part=RATE)))
    assert not any("分母为零" in said for said in say(make(part=RATE, not_applicable_when={"denominator": "zero"})))


def test_cases_that_must_be_so_many_are_told_as_the_paradox_that_they_are() -> None:
    dataset = JINCHENG.dataset("lectures")
    titled = [
        each.model_copy(update={"title": "行政诉讼案件"}) if each is dataset else each for each in JINCHENG.datasets
    ]
    said = say(JINCHENG.model_copy(update={"datasets": tuple(titled)}))
    assert any(each.startswith("35.lectures：一件也没有的单位按没有达到扣分；「案件」不是越多越好的") for each in said)
    assert not any("一件也没有的单位按" in each for each in say(JINCHENG))


def test_marks_that_depend_on_others_are_told() -> None:
    peers = make(part={**RATE, "target": None, "marks": {"relative": {"better": "higher", "ratio_to_best": {}}}})
    assert any(each.startswith("x：得分取决于同组其他单位") for each in say(peers))
    assert not any("同组其他单位" in each for each in say(make()))


def test_a_cap_beyond_all_items_is_told() -> None:
    (found,) = [each for each in say(load_pack(EXAMPLE.parent / "forms-pack")) if "上限" in each]
    assert found == "一级指标「写法」：县的上限是 100 分，所含各项合计最多 90 分，上限用不上"


def test_tasks_without_an_indicator_and_columns_for_nothing_are_told() -> None:
    said = say(change(JINCHENG, "35.lectures", obligations=()))
    assert "任务：1 项没有指标考核，也没有写为什么不考核（waived）：T121" in said
    assert any(each.startswith("《法治专题讲座》：「参加的领导干部人数」不为任何指标所用") for each in said)
    idle = JINCHENG.dataset("lectures").model_copy(update={"id": "idle", "title": "没有用的表"})
    added = say(JINCHENG.model_copy(update={"datasets": (*JINCHENG.datasets, idle)}))
    assert "《没有用的表》：没有指标用到这张台账，不会向任何单位要；请删去，或补上指标" in added
    assert not any(each.startswith("任务：") for each in say(JINCHENG))


def test_a_table_of_the_pack_below_may_stay_without_use() -> None:
    county = load_pack(COUNTY)
    idle = county.datasets[0].model_copy(update={"id": "idle", "title": "没有用的表"})
    added = say(county.model_copy(update={"datasets": (*county.datasets, idle)}))
    assert "《没有用的表》：没有指标用到这张台账，不会向任何单位要；本级自己的请删去，上级的可以留着" in added


@pytest.mark.parametrize(
    ("quote", "said"),
    [
        ("每年4月底前公布目录", "每年4月底前"),
        ("收到申请之日起15个工作日内办结", "收到申请之日起15个工作日内"),
        ("到2025年全部建成", None),
        ("2023年底前编制完成", None),
        ("按期完成", None),
    ],
)
def test_a_quoted_deadline_that_no_part_looks_at_is_told(quote: str, said: str | None) -> None:
    indicator = JINCHENG.indicator("35.lectures")
    cite = indicator.cites[0].model_copy(update={"quote": quote})
    pack = change(JINCHENG, "35.lectures", cites=(cite,))
    found = [str(notice) for notice in list_unscored_deadlines(pack)]
    assert found == ([f"35.lectures：依据写了期限「{said}」，各部分都不看日期：逾期不影响得分"] if said else [])
    dated = JINCHENG.indicator("33.problems").parts
    assert not list(list_unscored_deadlines(change(pack, "35.lectures", parts=dated)))


def test_words_of_a_draft_that_would_be_printed_are_told() -> None:
    assert not list(describe_left_words(JINCHENG))
    cite = JINCHENG.indicator("35.lectures").cites[-1].model_copy(update={"local_choice": "草稿：怎样计量请核对"})
    left = change(JINCHENG, "35.lectures", cites=(cite,))
    left = left.model_copy(update={"head": left.head.model_copy(update={"issuer": "（待填）"})})
    issuer, choices = describe_left_words(left)
    assert issuer.startswith("发布机关还写着「（待填）」") and choices.startswith("35.lectures 已经确认")
