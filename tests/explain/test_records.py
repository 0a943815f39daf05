"""Records of the shipped pack: what a county that lost marks reads, from the clause to the next step.

Rows are put where an importer would put them, with sheets, rows and letters. This does not prove that the
importer records the right letters.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from data.batches.records import Inputs
from data.files.mistakes import name_column
from indicators.pack.model import Pack
from scoring.engine.run import score
from scoring.explain.explanation import Explanation
from scoring.explain.record import NothingToExplain, explain_item
from scoring.explain.text import render_explanation
from tests.explain.shipped import load_shipped
from tests.worlds import Tables, store_tables

Record = dict[str, Any]
Explain = Callable[..., Record]
YEAR, AS_OF = 2024, date(2025, 4, 10)
IN_TOTAL = r"（折合总分 \d+\.\d\d 分）"


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_shipped()


def place_rows(pack: Pack, tables: Tables) -> tuple[Tables, set[tuple[str, str, int]]]:
    """Rows with unit, period and sheet; every dataset that is named has been reported by the units in it and 城区."""
    scopes: set[tuple[str, str, int]] = set()
    placed: Tables = {}
    for name, rows in tables.items():
        dataset = pack.dataset(name)
        for row in rows:
            dated = row.get(dataset.period.date) if dataset.period.date else None
            period = 0 if dataset.period.standing else dated.year if dated else row.get("year", YEAR)
            filled = {"_unit": "chengqu", "_period": period, "_sheet": dataset.title, **row}
            if dataset.period.year:
                filled.setdefault(dataset.period.year, period)
            for column in dataset.columns:
                if column.month_allowed and f"{column.name}__last" not in filled:
                    filled[f"{column.name}__last"] = filled.get(column.name)
            placed.setdefault(name, []).append(filled)
            scopes.add((name, filled["_unit"], period))
        # A table that is read from an earlier year on was reported for all of them.
        years = [0] if dataset.period.standing else range(dataset.since or YEAR, YEAR + 1)
        scopes |= {(name, "chengqu", year) for year in years}
    return placed, scopes


@pytest.fixture
def explain(pack: Pack, tmp_path: Path) -> Explain:
    def run(indicator: str, tables: Tables, as_of: date = AS_OF, whole: bool = False, **options: Any) -> Record:
        # What an item comes to in the total depends on the whole table, and what it is by itself on nothing else.
        asked = pack if whole else pack.model_copy(update={"indicators": (pack.indicator(indicator),)})
        placed, scopes = place_rows(pack, tables)
        inputs = store_tables(pack, placed, scopes, tmp_path)
        files = tuple(
            replace(
                file,
                file_name=f"{file.dataset}.xlsx",
                columns={
                    column.name: {"title": column.title, "letter": name_column(place)}
                    for place, column in enumerate(pack.dataset(file.dataset).columns)
                },
            )
            for file in inputs.files
        )
        inputs = replace(inputs, files=files)
        result = score(asked, inputs, YEAR, as_of, threads=1)
        return explain_item(asked, inputs, result, "counties", "chengqu", indicator, run_id="r7", **options)

    return run


def texts(part: Record) -> list[str]:
    return [row["text"] for source in part["sources"] for row in source["rows"]]


def officer(number: int, certified: str) -> Record:
    return {
        "person_id": f"P{number:03}",
        "name": f"人员{number}",
        "role": "行政执法人员",
        "joined": date(2020, 1, 1),
        "vertical": "否",
        "certified": certified,
    }


def lecture(day: date, topic: str) -> Record:
    return {"held_on": day, "topic": topic, "leaders": 60}


def finding(number: str, indicator: str, **more: Any) -> Record:
    return {"number": number, "indicator": indicator, "state": "已认定", "found_on": date(2024, 11, 5), **more}


def test_the_record_leads_from_the_clause_to_the_next_step(explain: Explain) -> None:
    record = explain("35.lectures", {"lectures": [lecture(date(2024, 3, 5), "行政处罚法")]})
    assert (record["schema"], record["run"]) == ("explain.v1", "r7")
    assert (record["year"], record["as_of"]) == (2024, "2025-04-10")
    assert (record["unit_name"], record["indicator_name"]) == ("城区", "领导干部法治专题讲座")
    assert record["clauses"][0]["article"] == "三十五"
    assert record["clauses"][0]["supports"] == ["目标", "范围"]
    assert "每年应当举办两期以上法治专题讲座" in record["clauses"][0]["quote"]
    assert record["clauses"][1]["local_choice"] == "方案未规定分值。每少一期扣一半。"
    (part,) = record["parts"]
    assert part["figures"] == [{"label": "记录条数", "value": "1", "unit": "条"}]
    assert texts(part) == ["lectures.xlsx 法治专题讲座!B2「举办日期」= 2024-03-05，C2「主题」= 行政处罚法"]
    assert part["calculation"] == "2 - 1 = 1；3 分 - 1.5 分 × 1 = 1.50 分"
    assert (record["marks"], record["full_marks"], record["counted"]) == ("1.50", "3.00", "1.50")
    assert (
        re.sub(IN_TOTAL, "", record["next_step"])
        == "《法治专题讲座》再增加 1 条记录（由 1 增至 2），可得 3.00 分，多得 1.50 分，即得满分。"
    )
    assert record["effect_on_total"] == (
        "按 1.50 分计入「十、组织领导和能力建设」，再按「内部评审」占 85% 的权重计入总分。"
    )


def test_the_text_holds_every_step_in_order(explain: Explain) -> None:
    text = render_explanation(
        Explanation.model_validate(explain("35.lectures", {"lectures": [lecture(date(2024, 3, 5), "行政处罚法")]}))
    )
    wanted = ["得分 1.50 分", "依据", "规则", "记录条数 1 条", "B2「举办日期」=", "计算：", "对总分", "下一步"]
    places = [text.index(words) for words in wanted]
    assert places == sorted(places)


def test_who_is_missing_from_a_share_of_rows_comes_first(explain: Explain) -> None:
    record = explain("15.certified", {"people": [officer(n, "否" if n == 24 else "是") for n in range(25)]}, limit=3)
    (part,) = record["parts"]
    (source,) = part["sources"]
    assert (source["rows_total"], source["listed"]) == (25, 3)
    assert source["rows"][0]["text"] == (
        "people.xlsx 人员花名册!H26「持有效执法证」= 否，B26「人员编号」= P024，D26「岗位」= 行政执法人员（只计入分母）"
    )
    assert part["calculation"] == "(100% - 24 ÷ 25) ÷ 1% = 4；2.5 分 - 0.2 分 × 4 = 1.70 分"
    assert "其余 24 条分子分母都计入" in render_explanation(Explanation.model_validate(record))


def test_a_person_who_fell_short_is_named_with_what_was_required_and_the_cells(explain: Explain) -> None:
    people = [
        {**officer(1, "是"), "role": "行政复议人员", "joined": date(2024, 7, 1)},
        {**officer(2, "是"), "role": "行政复议人员"},
    ]
    course = {"held_on": date(2024, 8, 10), "course": "甲班", "category": "业务知识", "off_job": "否"}
    hours = [
        {**course, "person_id": "P001", "hours": Decimal("29.5")},
        {**course, "person_id": "P002", "hours": Decimal("60")},
    ]
    record = explain("35.reconsideration-training", {"people": people, "training": hours}, whole=True)
    people_part = record["parts"][0]["people"]
    assert (people_part["reached"], people_part["short"]) == (1, 1)
    (person,) = people_part["missed"]
    assert (person["name"], person["required"], person["has"], person["unit"]) == ("人员1", "30", "29.5", "学时")
    assert person["in_post"] == "6个整月"
    assert person["rows"][1]["text"] == "training.xlsx 培训记录!G2「学时」= 29.5，C2「培训日期」= 2024-08-10"
    assert record["parts"][0]["calculation"] == "3 分 × 1 ÷ 2 = 1.50 分"
    # 1.50 marks of what applies in the internal reviews, brought to their share of the total.
    assert (
        record["next_step"]
        == "再有 1 人达到要求（由 1 增至 2），可得 3.00 分，多得 1.50 分（折合总分 1.51 分），即得满分。"
    )


def test_a_term_that_still_runs_is_said_to_be_left_out(explain: Explain) -> None:
    heads = [
        {**officer(1, "是"), "role": "执法部门负责人", "left": date(2024, 6, 30)},
        {**officer(2, "是"), "role": "执法部门负责人"},
    ]
    record = explain("35.off-job", {"people": heads, "training": []})
    people = record["parts"][0]["people"]
    assert (people["reached"], people["short"], people["running"]) == (0, 1, 1)
    assert record["parts"][0]["calculation"] == "没有达到要求的人数 1 - 0 = 1；3 分 - 0.5 分 × 1 = 2.50 分"


def test_a_late_date_says_how_late_and_what_would_have_avoided_it(explain: Explain) -> None:
    announced = date(2024, 5, 3)
    record = explain("11.catalogue", {"decision_lists": [{"announced_on": announced, "items": 3}]})
    (part,) = record["parts"]
    assert part["calculation"] == "逾期 3 日；4 分 - 0.1 分 × 3 = 3.70 分"
    assert part["sources"][0]["rows"][0]["remark"] == "逾期3日，最迟2024年4月30日"
    assert record["next_step"] == "已经逾期，扣的分补不回来；最迟应在 2024年4月30日完成。"


def test_what_is_still_missing_goes_on_costing(explain: Explain) -> None:
    record = explain("11.catalogue", {"decision_lists": []}, as_of=date(2024, 5, 10))
    assert record["parts"][0]["calculation"] == "没有完成，到截止日已逾期 10 日；4 分 - 0.1 分 × 10 = 3.00 分"
    assert (
        record["next_step"] == "还没有完成，每多拖 1 日再扣 0.10 分，请尽快完成并登记日期；最迟应在 2024年4月30日完成。"
    )


def test_each_decision_is_judged_by_its_own_deadline(explain: Explain) -> None:
    rows = [
        {"number": "F1", "made_on": date(2024, 3, 1), "published_on": date(2024, 3, 5), "public": "是"},
        {"number": "F2", "made_on": date(2024, 3, 1), "published_on": date(2024, 4, 1), "public": "是"},
    ]
    record = explain("20.disclosure", {"reconsiderations": rows})
    remarks = [row["remark"] for source in record["parts"][0]["sources"] for row in source["rows"]]
    assert remarks == ["逾期3日，最迟2024年3月29日", "按期，最迟2024年3月29日"]
    assert re.sub(IN_TOTAL, "", record["next_step"]) == (
        "已经过期的补不回来。如果当时再有 1 条按期完成（由 1 增至 2），可得 2.50 分，多得 1.25 分，即得满分。"
    )


def test_what_has_not_been_reported_is_named_with_what_is_at_stake(explain: Explain) -> None:
    record = explain("35.lectures", {"drills": []})
    assert (record["outcome_text"], record["marks"], record["reason"]) == ("未报或未到期", None, "not_reported")
    assert record["parts"][0]["missing"] == [
        {"dataset": "lectures", "title": "法治专题讲座", "period": 2024, "unit": None, "until": None}
    ]
    assert record["next_step"] == (
        "请报送2024年度的《法治专题讲座》；确实没有发生的请做零报告。定了以后最多可得 3.00 分。"
    )
    assert record["effect_on_total"] == (
        "现在按 0 分计入总分，满分里仍有这一项，不会因为没有数据而折算掉；定了以后最多可得 3.00 分。"
    )


def test_before_the_day_the_marks_by_todays_figures_are_told(explain: Explain) -> None:
    record = explain("35.lectures", {"lectures": [lecture(date(2024, 3, 5), "甲")]}, as_of=date(2024, 9, 30))
    assert record["next_step"] == "到 2024年12月31日为止都来得及。按现在的数可得 1.50 分。定了以后最多可得 3.00 分。"


def test_a_conflict_shows_the_two_numbers(explain: Explain) -> None:
    others = {"to_record": 1, "recorded": 1, "major": 1, "reviewed": 1}
    quarter = {"quarter": "一季度", "decisions": 1000, "publicised": 1001, **others}
    part = explain("15.three-systems", {"enforcement": [quarter]})["parts"][0]
    assert part["outcome_text"] == "数据矛盾"
    assert [figure["value"] for figure in part["figures"]][:2] == ["1001", "1000"]
    assert "E2「已公示数」= 1001" in texts(part)[0]
    assert part["calculation"] == ""


def test_the_row_with_the_empty_cell_is_cited(explain: Explain) -> None:
    full = {"decisions": 10, "publicised": 10, "to_record": 1, "recorded": 1, "major": 1, "reviewed": 1}
    rows = [{**full, "quarter": "一季度"}, {**full, "quarter": "二季度", "publicised": None}]
    part = explain("15.three-systems", {"enforcement": rows})["parts"][0]
    assert part["reason"] == "counts_missing"
    assert "E3「已公示数」= （空）" in texts(part)[0]


def test_a_person_in_two_units_is_named(explain: Explain) -> None:
    twice = [officer(1, "是"), {**officer(1, "是"), "_unit": "zezhou"}]
    record = explain("15.rotation", {"people": twice, "training": []})
    assert record["reason"] == "person_in_two_units"
    [clash] = record["parts"][0]["people"]["clashes"]
    assert (clash["id"], [place["unit_name"] for place in clash["places"]]) == ("P001", ["城区", "泽州县"])
    told = [place["text"] for place in clash["places"]]
    assert [text.split("!")[1][0] for text in told] == ["C", "C"] and all("「任职日期」" in text for text in told)


def test_a_prohibition_takes_from_the_total_and_cites_the_finding(explain: Explain) -> None:
    found = [finding("W1", "4.negative-list", statement="设置准入障碍")]
    record = explain("4.negative-list", {"findings": found})
    assert record["parts"][0]["calculation"] == "2 分 - 1 分 × 1 = 1.00 分"
    assert record["counted"] == "-1.00"
    assert record["effect_on_total"] == "从总分里扣 1.00 分（「禁止性规定（只扣分）」合计最多扣 10 分）。"
    assert "I2「事实」= 设置准入障碍" in texts(record["parts"][0])[0]


def test_levels_are_counted_and_priced(explain: Explain) -> None:
    found = [finding("W1", "26.fine-quota", severity="一般"), finding("W2", "26.fine-quota", severity="较重")]
    part = explain("26.fine-quota", {"findings": found})["parts"][0]
    assert part["calculation"] == "5 分 - (一般 1 分 × 1 + 较重 3 分 × 1) = 1.00 分"


def test_a_finding_without_marks_is_undecided_and_named_and_nobody_says_that_it_costs_nothing(explain: Explain) -> None:
    found = [
        finding("W1", "10.unlawful-decisions", proposed_marks=Decimal("0.5")),
        finding("W2", "10.unlawful-decisions", proposed_marks=None),
        finding("W3", "10.unlawful-decisions", proposed_marks=None),
    ]
    record = explain("10.unlawful-decisions", {"findings": found})
    assert (record["outcome"], record["reason"], record["marks"]) == ("pending", "marks_undecided", None)
    step = (
        "2 个问题尚未定扣分：findings.xlsx 督察认定的问题!G3「建议扣分」；findings.xlsx 督察认定的问题!G4「建议扣分」。"
    )
    assert record["next_step"] == step + "请督察办定下扣分，不扣的写0。"
    assert record["reason_text"] == "有认定的问题尚未定扣分，扣多少还定不了。请督察办定下扣分，不扣的写0。"
    assert "不扣分" not in render_explanation(Explanation.model_validate(record))
    zero = [{**row, "proposed_marks": Decimal(0)} for row in found]
    assert explain("10.unlawful-decisions", {"findings": zero})["outcome"] == "scored"


def test_a_figure_of_last_year_that_was_emptied_is_named_by_its_cell(explain: Explain) -> None:
    rows = [
        {"year": 2023, "period": "全年", "mobile": None, "licences": 10},
        {"year": 2024, "period": "全年", "mobile": 120, "licences": 9},
    ]
    columns = {column.name for column in load_shipped().dataset("services").columns}
    rows = [{name: value for name, value in row.items() if name in columns} for row in rows]
    record = explain("30.mobile", {"services": rows})
    assert (record["outcome"], record["reason"]) == ("pending", "counts_missing")
    assert "有空格的记录共 1 条：services.xlsx " in record["next_step"]
    assert "2「掌上可办事项数」。" in record["next_step"]


def test_a_score_beyond_its_scale_gives_no_marks(explain: Explain) -> None:
    survey = {"kind": "群众满意度", "sample": 300, "score": Decimal(103)}
    record = explain("34.satisfaction", {"surveys": [survey]})
    assert (record["outcome"], record["reason"], record["marks"]) == ("conflict", "outside_scale", None)


def test_a_veto_says_what_it_does(explain: Explain) -> None:
    record = explain("34.fraud", {"findings": [finding("W1", "34.fraud")]})
    assert record["effect_on_total"] == "已触发否决：总分归零。"
    assert record["parts"][0]["calculation"] == "1 > 0，没有达到目标，触发否决；本项不计分：0.00 分"
    clean = explain("34.fraud", {"findings": []})
    assert clean["effect_on_total"] == "没有触发否决，不影响总分。"


def test_an_exempt_item_cites_the_approval(explain: Explain) -> None:
    approval = {"indicator": "35.lectures", "reason": "机构改革", "approver": "办主任"}
    approval |= {"expires_on": date(2025, 12, 31)}
    record = explain("35.lectures", {"lectures": [], "exemptions": [approval]})
    assert record["outcome_text"] == "已批准豁免"
    assert record["exemption"][0]["rows"][0]["text"] == (
        "exemptions.xlsx 批准的豁免!D2「理由」= 机构改革，E2「批准人」= 办主任，F2「有效期至」= 2025-12-31"
    )
    assert record["effect_on_total"] == "这一项不计入，其余项目的得分按比例折算到满分。"
    assert record["next_step"] == "已经批准豁免，不需要做什么。"


def test_the_year_before_stands_beside_the_year(explain: Explain) -> None:
    suit = {"outcome": "胜诉", "head_required": "否", "head_attended": "否", "must_perform": "否", "performed": "否"}
    years = (2023, 2023, 2023, 2024, 2024)
    suits = [{**suit, "case_no": f"第{number}号", "year": year} for number, year in enumerate(years)]
    part = explain("21.double-fall", {"lawsuits": suits})["parts"][0]
    assert [source["use"] for source in part["sources"]] == ["本年", "上年"]
    assert [source["rows_total"] for source in part["sources"]] == [2, 3]
    assert part["calculation"] == "2 - 3 = -1 < 0，达到目标；得 1.50 分"


def test_a_month_is_cited_as_a_month(explain: Explain) -> None:
    row = {"announced_on": date(2024, 5, 1), "announced_on__last": date(2024, 5, 31), "items": 3}
    part = explain("11.catalogue", {"decision_lists": [row]})["parts"][0]
    assert part["reason"] == "evidence_needed"
    assert "C2「公布日期」= 2024-05" in texts(part)[0]


def test_what_is_not_in_the_run_cannot_be_explained(explain: Explain) -> None:
    with pytest.raises(NothingToExplain) as refused:
        explain("29.cloud", {})
    assert str(refused.value) == (
        "2024 年的评分里没有这一项：考核组 counties、单位 chengqu、指标 29.cloud；"
        "请核对编号，并看该指标当年是否考核、该单位是否在这个考核组"
    )


def test_rows_that_a_newer_file_replaced_are_not_cited(pack: Pack, tmp_path: Path) -> None:
    files = []
    for number, live in ((1, (("zezhou", YEAR),)), (2, None)):
        other = {**lecture(date(2024, 3, 9), "乙"), "_unit": "zezhou"}
        topics = [lecture(date(2024, 3, number), f"第{number}稿"), other]
        placed, scopes = place_rows(pack, {"lectures": topics[: 2 if number == 1 else 1]})
        folder = tmp_path / str(number)
        folder.mkdir()
        (file,) = store_tables(pack, placed, scopes, folder).files
        files.append(replace(file, id=f"lectures-{number}", file_name=f"第{number}份.xlsx", live=live))
    inputs = Inputs(tuple(files), frozenset({("lectures", "chengqu", YEAR), ("lectures", "zezhou", YEAR)}))
    result = score(pack, inputs, YEAR, AS_OF, threads=1)
    for unit, name in (("chengqu", "第2份.xlsx"), ("zezhou", "第1份.xlsx")):
        (part,) = explain_item(pack, inputs, result, "counties", unit, "35.lectures")["parts"]
        assert [(source["file"], source["rows_total"]) for source in part["sources"]] == [(name, 1)]
