"""Rules in words: each member of measures, targets and marks says what it means.

The expectations are read by people; they do not prove that the engine does what the sentence says.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest

from indicators.entries.targets import Target
from indicators.measures.registry import Measure
from indicators.pack.model import Pack
from indicators.reader import find_pack, load_pack
from indicators.rules.registry import MarksRule
from scoring.measures.registry import find_measure
from scoring.wording import describe_marks, describe_rule, describe_target
from tests.explain.shipped import load_shipped

COUNT = {"count": {"dataset": "drills"}}
RATIO = {
    "ratio": {
        "numerator": {"dataset": "enforcement", "sum": "publicised"},
        "denominator": {"dataset": "enforcement", "sum": "decisions"},
    }
}
SATELLITE = {"latest": {"dataset": "links", "where": {"segment": "市到县"}, "column": "mbps", "order": "measured_on"}}
DATE = {"date": {"dataset": "decision_lists", "column": "announced_on", "no_later_than": "url_on"}}
EACH = {"date": {"dataset": "reconsiderations", "where": {"public": "是"}, "column": "published_on", "pick": "each"}}
FINDINGS = {"findings": {"dataset": "findings"}}
PEOPLE = {
    "share_of_people": {
        "roster": {"dataset": "people", "where": {"role": "行政复议人员"}},
        "records": {"dataset": "training", "where": {"category": ["业务知识", "法律法规"]}, "sum": "hours"},
        "reaching": {"at_least": "60", "prorate": "months_in_post"},
    }
}
CHANGE = {"change": {"sum": {"dataset": "lawsuits"}, "from_zero": "still_zero_reaches"}}
RATE = {"change": {"sum": {"dataset": "services", "sum": "mobile"}, "by": "rate", "from_zero": "not_applicable"}}
JUDGEMENT = {"judgement": {"dataset": "judgements"}}


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_shipped()


@pytest.mark.parametrize(
    ("measure", "words"),
    [
        (COUNT, "《应急演练》中本年度的记录条数"),
        (
            {"count": {"dataset": "honours", "where": {"kind": ["先进集体", "先进个人"]}, "over": "to_date"}},
            "《命名和表彰》中截至本年度历年「类别」为先进集体或先进个人的记录条数",
        ),
        (
            {"count": {"dataset": "list_releases", "distinct": "list_kind"}},
            "《清单年度发布》中本年度的记录里，「清单种类」有几个不同的内容（重复的只算一个）",
        ),
        (
            {"sum": {"dataset": "firm_checks", "column": "off_plan"}},
            "《涉企行政检查》中本年度的记录的「其中计划外次数」合计",
        ),
        (RATIO, "《行政执法三项制度统计》中本年度的记录的「已公示数」合计 ÷ 「执法决定数」合计"),
        (
            {
                "ratio": {
                    "numerator": {"dataset": "platforms", "where": {"connected": "是"}},
                    "denominator": {"dataset": "platforms"},
                }
            },
            "《监管平台》中本年度的记录里，「数据已联通汇聚」为是的条数所占的比例",
        ),
        (
            {
                "ratio": {
                    "numerator": {"dataset": "lawsuits", "where": {"outcome": "败诉"}},
                    "denominator": {"dataset": "lawsuits", "where": {"outcome": {"not": "未结"}}},
                }
            },
            "比率 = 分子 ÷ 分母，分子是《行政诉讼案件》中本年度「结案方式」为败诉的记录条数，"
            "分母是《行政诉讼案件》中本年度「结案方式」不是未结的记录条数",
        ),
        (
            PEOPLE,
            "《人员花名册》中「岗位」为行政复议人员、本年度在岗过的人员里，达到要求的人所占的比例；"
            "每人的要求是：本年度在《培训记录》中「类别」为业务知识或法律法规的「学时」合计不少于60学时；"
            "全年在岗按此要求，不满一年的按在岗整月折算（每个整月为十二分之一），没有一个整月的不计入",
        ),
        (
            DATE,
            "《重大行政决策事项年度目录》中本年度的记录的「公布日期」，有几条的看最早的一条；"
            "日期没有填或者只填到月的，按不晚于「网址日期」来推断，推断不出的要补证",
        ),
        (EACH, "《行政复议决定书》中本年度「依法应公开」为是的记录逐条看「网上公开日期」，按期的条数所占的比例"),
        (SATELLITE, "《电子政务外网带宽》中截至本年度「网段」为市到县的记录里，「测试日期」最新一条的「带宽」"),
        (
            CHANGE,
            "《行政诉讼案件》中当年的记录条数，看本年度比上年度增减多少；上年度为0的，本年度仍为0算达到，不为0算未达到",
        ),
        (JUDGEMENT, "督察员在《督察评定》中对本指标的评定；几人评定不一致的，算数据矛盾"),
        (FINDINGS, "《督察认定的问题》中本年度属于本指标、状态为已认定、已反馈、已定案的问题件数"),
        (
            {"imported": {"dataset": "surveys", "column": "score", "out_of": "100", "where": {"kind": "群众满意度"}}},
            "《外部评审成绩》中本年度「类别」为群众满意度的记录的「得分」占满分100的比例",
        ),
        ({"of_marks": {"indicators": ["15.certified"]}}, "指标「行政执法人员持证上岗」的得分占它们满分的比例"),
    ],
)
def test_a_measure_says_where_its_figure_comes_from(measure: dict[str, Any], words: str, pack: Pack) -> None:
    assert find_measure(Measure.model_validate(measure)).describe(pack) == words


@pytest.mark.parametrize(
    ("target", "measure", "words"),
    [
        ({"at_least": "90%"}, RATIO, "不低于90%"),
        ({"at_least": "2"}, COUNT, "不少于2条"),
        ({"at_least": "10000"}, SATELLITE, "不低于10000兆"),
        ({"at_most": "10"}, {"sum": {"dataset": "firm_checks", "column": "off_plan"}}, "不高于10"),
        ({"equals": "1"}, COUNT, "正好1条"),
        ({"none": {}}, FINDINGS, "不得发生，应为0"),
        ({"falling": {}}, CHANGE, "比上年度下降，持平不算"),
        ({"rising": {"at_least": "5%"}}, RATE, "比上年度至少提高5%"),
        (
            {"by": {"every": "04-30", "day_itself": "in_time"}},
            DATE,
            "不晚于当年4月30日（含当日），遇休息日不顺延",
        ),
        (
            {"by": {"every": "04-01", "years_later": "1", "day_itself": "too_late"}},
            DATE,
            "次年4月1日之前（不含当日），遇休息日不顺延",
        ),
        (
            {"by": {"every": "02-end", "day_itself": "in_time"}},
            DATE,
            "不晚于当年2月的最后一日（含当日），遇休息日不顺延",
        ),
        (
            {"by": {"working_days": "20", "after": "made_on", "day_itself": "in_time"}},
            EACH,
            "100%按期，期限是「作出日期」之后20个工作日内（从次日起算，含最后一日），遇休息日不顺延",
        ),
        (
            {"by": {"days": "0", "after": "made_on", "day_itself": "too_late"}},
            EACH,
            "100%按期，期限是「作出日期」之前（不含当日），遇休息日不顺延",
        ),
    ],
)
def test_a_target_says_what_was_asked(target: dict[str, Any], measure: dict[str, Any], words: str, pack: Pack) -> None:
    assert describe_target(Target.model_validate(target), Measure.model_validate(measure), pack) == words


def relative(**form: Any) -> dict[str, Any]:
    return {"relative": {"better": "higher", **form}}


EQUAL = "全组数值都相同或者只有一个单位有数据的，得3分"
LEAD = "与同组有数据的单位比较，数值越高越好："


@pytest.mark.parametrize(
    ("rule", "measure", "words"),
    [
        ({"all_or_nothing": {}}, COUNT, "达到目标得3分，没有达到不得分"),
        ({"all_or_nothing": {"otherwise": "30%"}}, COUNT, "达到目标得3分，没有达到得0.9分"),
        ({"proportional": {}}, RATIO, "达到目标得3分；没有达到的，按实际占目标的比例得分"),
        ({"proportional": {"from": "60%"}}, RATIO, "达到目标得3分；在60%或者比它更差的不得分；两者之间按比例得分"),
        (
            {"ladder": {"steps": [{"at_least": "95%", "marks": "100%"}, {"below": "95%", "marks": "0"}]}},
            RATIO,
            "95%及以上得3分；95%以下（不含）不得分",
        ),
        (
            {
                "ladder": {
                    "steps": [
                        {"at_most": "0", "marks": "100%"},
                        {"above": "0", "at_most": "90", "marks": "60%"},
                        {"above": "90", "marks": "0"},
                    ]
                }
            },
            DATE,
            "按期完成的得3分；逾期90日以内（含）的得1.8分；逾期90日以上（不含）的不得分",
        ),
        (
            {"per_shortfall": {"each": "0.2", "per": "1%", "partial": "up"}},
            RATIO,
            "达到目标得3分，每差1个百分点扣0.2分（不足1个百分点的按1个百分点算），扣完为止",
        ),
        (
            {"per_shortfall": {"each": "40%", "partial": "up", "at_target": "80%", "beyond": {"each": "10%"}}},
            COUNT,
            "达到目标得2.4分，每差1条扣1.2分，扣完为止；比目标每好1条加0.3分，最高得3分",
        ),
        ({"per_occurrence": {"each": ["1"], "cap": "2"}}, FINDINGS, "满分3分，每有1件扣1分，最多扣2分"),
        (
            {"per_occurrence": {"each": ["0.5", "1", "2"]}},
            FINDINGS,
            "满分3分，第1件扣0.5分、第2件扣1分、第3件起每件扣2分，扣完为止",
        ),
        (
            {"per_occurrence": {"each": ["1.5"], "free": "1"}},
            FINDINGS,
            "满分3分，前1件不扣分；以后每有1件扣1.5分，扣完为止",
        ),
        ({"per_occurrence": {"each": ["0.5"]}}, PEOPLE, "满分3分，每有1人没有达到要求扣0.5分，扣完为止"),
        (
            {"per_occurrence": {"levels": {"一般": "1", "严重": "3"}}},
            {"findings": {"dataset": "findings", "by": "severity"}},
            "满分3分，按轻重扣分：一般每件1分、严重每件3分，扣完为止",
        ),
        ({"award": {"each": "0.5"}}, COUNT, "每有1条得0.5分，最多得3分"),
        (
            {"award": {"each": "0.5", "beyond_target": "true", "cap": "1"}},
            COUNT,
            "只算超过目标的部分，每有1条得0.5分，最多得1分",
        ),
        (
            {"award": {"levels": {"国家级": "2", "省级": "1"}}},
            {"count": {"dataset": "honours", "by": "level"}},
            "按级别得分：国家级每条2分、省级每条1分，最多得3分",
        ),
        (
            {"late": {"per_day": "0.1"}},
            DATE,
            "按期得3分，每逾期1日扣0.1分，扣完为止；还没有完成的，逾期天数算到截止日",
        ),
        (
            {"late": {"late": "40%", "missing": "100%"}},
            DATE,
            "按期完成得3分，逾期完成扣1.2分（得1.8分），没有完成扣3分（不得分）",
        ),
        (
            {"late": {"late": "0.5", "missing": "1"}},
            EACH,
            "全部按期得3分，逾期完成的每条扣0.5分，没有完成的每条扣1分，扣完为止",
        ),
        (
            relative(rank_table={"marks": ["100%", "80%"], "beyond": "50%"}),
            RATIO,
            f"{LEAD}第1名3分、第2名2.4分，以后的名次得1.5分，数值相同的名次并列；{EQUAL}",
        ),
        (
            relative(
                rank_share={
                    "partial": "up",
                    "steps": [{"upto": "1/3", "marks": "100%"}, {"upto": "70%", "marks": "50%"}],
                }
            ),
            RATIO,
            f"{LEAD}按名次，前1/3得3分、前70%得1.5分（不足一名的进一），以后的不得分，数值相同的名次并列；{EQUAL}",
        ),
        (
            relative(rank_step={"step": "15%", "floor": "10%"}),
            RATIO,
            f"{LEAD}第1名得3分，每退一名少0.45分，最低得0.3分，数值相同的名次并列；{EQUAL}",
        ),
        (
            relative(ratio_to_best={}),
            RATIO,
            f"{LEAD}最好的单位得3分，其他单位按「本单位数值 ÷ 最好数值」的比例得分；{EQUAL}",
        ),
        (
            relative(min_max={"base": "60%"}),
            RATIO,
            f"{LEAD}最好的单位得3分，最差的单位得1.8分，其他单位按所处的位置比例得分；{EQUAL}",
        ),
        (
            relative(peer_mean={"each": "0.1", "per": "1%"}),
            RATIO,
            f"{LEAD}不差于全组平均数得3分，比平均数每差1个百分点扣0.1分（不足1个百分点的按比例算），扣完为止；{EQUAL}",
        ),
        ({"judged": {"range": {"low": "0", "high": "100%"}}}, JUDGEMENT, "由督察员在0分到3分之间评定，并写明理由"),
        ({"judged": {"levels": {"优": "100%", "差": "0"}}}, JUDGEMENT, "由督察员评定等级：优得3分、差得0分"),
        ({"veto": {"total": "zero"}}, FINDINGS, "本项不计分；没有达到目标的，总分归零"),
        ({"veto": {"grade_at_most": "良好"}}, FINDINGS, "本项不计分；没有达到目标的，等次不得高于良好"),
    ],
)
def test_marks_say_what_each_step_is_worth(
    rule: dict[str, Any], measure: dict[str, Any], words: str, pack: Pack
) -> None:
    said = describe_marks(MarksRule.model_validate(rule), Decimal(3), Measure.model_validate(measure), pack)
    assert said == words


def test_a_whole_rule_is_one_sentence_per_part_and_what_holds_for_all(pack: Pack) -> None:
    assert describe_rule(pack.indicator("35.lectures"), "counties", pack) == [
        "取数：《法治专题讲座》中本年度的记录条数。目标：不少于2条。计分：达到目标得3分，每差1条扣1.5分，扣完为止。",
        "有下列情形的不适用：单位是开发区（理由：方案要求市县两级政府举办）。",
        "数据算到当年12月31日，过了这一天才计分（遇休息日不顺延）；提前达到目标并且得满分的，当时就计分。",
    ]


def test_parts_that_only_have_to_be_reached_have_no_marks_of_their_own(pack: Pack) -> None:
    said = describe_rule(pack.indicator("21.appearance"), "counties", pack)
    assert "计分" not in said[0]
    assert said[2] == "2个部分中至少有1个达到目标，得1.5分；达不到这个数的不得分；不适用的部分不计。"


def test_no_code_word_is_left_in_any_sentence_of_the_shipped_packs() -> None:
    for name in ("jincheng-2021-2025", "published-dates"):
        shipped = load_pack(find_pack(name))
        for indicator in shipped.indicators:
            for cohort in indicator.marks:
                for sentence in describe_rule(indicator, cohort, shipped):
                    assert not re.search(r"[a-z_]{2,}", sentence), sentence
                    assert "None" not in sentence
                    assert sentence.endswith("。")
