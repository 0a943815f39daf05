"""The inspectors' workbook: who is judged on what, what may be given, and what is refused at the cell."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from data.batches.records import current_inputs
from data.files.mistakes import FileRefused
from data.forms.kits import make_judgement_kit
from indicators.meaning.judging import list_judged
from indicators.pack.model import Pack
from scoring.engine.run import score
from tests.forms.conftest import PACKS, Office, find, read_nothing
from tests.forms.filling import FIRST, TITLES, OpenForm

JINCHENG = PACKS["jincheng"]
#: A judged indicator of each kind, and a unit that it applies to.
BY_LEVEL, COUNTY = "20.standard", "城区"
BY_MARKS, OFFICE = "16.publicity", "市司法局"


def open_form(office: Office, folder: Path, *inspectors: str, team: str | None = None) -> OpenForm:
    kit = make_judgement_kit(office.pack, 2025, office.read, team, inspectors)
    return OpenForm(office.hand_out(kit, folder), office.pack, office.pack.dataset("judgements"))


def find_row(form: OpenForm, unit: str, indicator: str, inspector: str | None = None) -> int:
    return next(
        row
        for row in range(FIRST, form.last_row() + 1)
        if (form.read(row, "单位"), form.read(row, "指标")) == (unit, indicator)
        and inspector in (None, form.read(row, "督察员"))
    )


def judge(form: OpenForm, unit: str, indicator: str, **cells: Any) -> int:
    row = find_row(form, unit, indicator)
    for title, value in {"督察员": "张三", "理由": "抽查案卷", "佐证材料": "底稿1号", **cells}.items():
        form.write(row, title, value)
    return row


def refuse(office: Office, form: OpenForm) -> str:
    with pytest.raises(FileRefused) as refused:
        office.take(form.save())
    return str(refused.value)


def test_there_is_one_row_per_unit_and_judged_indicator_of_the_year(office: Office, tmp_path: Path) -> None:
    form = open_form(office, tmp_path)
    rows = [(form.read(row, "单位"), form.read(row, "指标")) for row in range(FIRST, form.last_row() + 1)]
    judged = list_judged(JINCHENG, "judgements", 2025)
    assert rows == [(each.unit.name, each.indicator.id) for each in judged]
    assert len(set(rows)) == len(rows) and (COUNTY, BY_LEVEL) in rows and (OFFICE, BY_MARKS) in rows
    # 行政复议 is not a matter of the development zone: the plan leaves it out.
    assert ("晋城经济技术开发区", BY_LEVEL) not in rows


def test_a_row_shows_the_clause_the_checklist_and_what_may_be_given(office: Office, tmp_path: Path) -> None:
    form = open_form(office, tmp_path, "张三", team="第一组")
    row = find_row(form, COUNTY, BY_LEVEL)
    indicator = JINCHENG.indicator(BY_LEVEL)
    assert form.sheet["A1"].value == "督察评定（第一组，2025 年）"
    assert form.read(row, "督察员") == "张三" and form.read(row, "指标名称") == indicator.name
    assert form.read(row, "条文").startswith("第二十条「全面推进行政复议规范化")
    assert form.read(row, "核查要点").splitlines() == [
        f"{number}. {text}" for number, text in enumerate(indicator.checklist, 1)
    ]
    assert form.read(row, "可给的等级或分数").splitlines()[0] == "等级："


def test_levels_are_a_list_and_marks_have_a_range(office: Office, tmp_path: Path) -> None:
    form = open_form(office, tmp_path)
    judged = JINCHENG.indicator(BY_LEVEL).parts[0].marks.judged
    assert judged is not None and judged.levels is not None
    assert form.list_choices(find_row(form, COUNTY, BY_LEVEL), "等级") == list(judged.levels)
    assert form.find_check(find_row(form, COUNTY, BY_LEVEL), "评分") is None
    check = form.find_check(find_row(form, OFFICE, BY_MARKS), "评分")
    assert (check.type, float(check.formula1)) == ("decimal", 0)
    assert Decimal(check.formula2) == JINCHENG.indicator(BY_MARKS).marks["departments"]


def test_what_is_judged_is_taken_and_what_is_not_is_left_for_later(office: Office, tmp_path: Path) -> None:
    form = open_form(office, tmp_path, "张三")
    judge(form, COUNTY, BY_LEVEL, 等级="良")
    judge(form, OFFICE, BY_MARKS, 评分=1.5)
    (accepted,) = office.take(form.save())
    assert accepted.rows == 2
    left = len(list_judged(JINCHENG, "judgements", 2025)) - 2
    assert f"{left} 行只有预填的内容，没有填，没有收" in accepted.remarks
    stored = {row["indicator"]: row for row in office.read("judgements")}
    assert stored[BY_LEVEL]["level"] == "良" and stored[BY_LEVEL]["marks"] is None
    assert stored[BY_MARKS]["marks"] == Decimal("1.50") and stored[BY_MARKS]["evidence"] == "底稿1号"


def test_what_was_judged_before_comes_along_so_that_nothing_is_lost(office: Office, tmp_path: Path) -> None:
    form = open_form(office, tmp_path, "张三")
    judge(form, COUNTY, BY_LEVEL, 等级="良")
    office.take(form.save())
    again = open_form(office, tmp_path, "李四")
    assert again.read(find_row(again, COUNTY, BY_LEVEL, "张三"), "等级") == "良"
    with pytest.raises(FileRefused, match="还是发出时的样子"):
        office.take(again.path)
    row = find_row(again, COUNTY, BY_LEVEL, "李四")
    for title, value in {"等级": "优", "理由": "复核"}.items():
        again.write(row, title, value)
    office.take(again.save())
    given = sorted((row["inspector"], row["level"]) for row in office.read("judgements"))
    assert given == [("张三", "良"), ("李四", "优")]


@pytest.mark.parametrize(
    ("unit", "indicator", "cells", "words"),
    [
        (COUNTY, BY_LEVEL, {"等级": "特优"}, "没有「特优」这个等级；请填：优、良、中、差"),
        (COUNTY, BY_LEVEL, {}, "没有填等级；指标 20.standard 请填：优、良、中、差"),
        (COUNTY, BY_LEVEL, {"等级": "优", "评分": 2}, "评的是等级，不填评分"),
        (OFFICE, BY_MARKS, {"评分": 2.5}, "评分应在 0 到 2 分之间，填的是 2.5"),
        (OFFICE, BY_MARKS, {}, "没有填评分；指标 16.publicity 请填 0 到 2 分"),
        (OFFICE, BY_MARKS, {"评分": 2, "等级": "优"}, "评的是分数，不填等级"),
        (OFFICE, BY_MARKS, {"评分": 1, "佐证材料": None}, "没有给满分（2 分）的要写明佐证材料"),
        (COUNTY, BY_LEVEL, {"等级": "差", "佐证材料": "  "}, "没有给满分（1 分）的要写明佐证材料"),
        (COUNTY, BY_LEVEL, {"等级": "优", "理由": " \u3000 "}, "「理由」不能为空"),
        (COUNTY, BY_LEVEL, {"等级": "优", "理由": None}, "「理由」不能为空"),
        (COUNTY, BY_LEVEL, {"等级": "优", "指标": "35.lectures"}, "由数据计分，不由督察员评定"),
        (COUNTY, BY_LEVEL, {"等级": "优", "单位": "晋城经济技术开发区"}, "2025 年不用指标 20.standard"),
    ],
)
def test_what_an_indicator_does_not_allow_is_refused(
    unit: str, indicator: str, cells: dict[str, Any], words: str, office: Office, tmp_path: Path
) -> None:
    form = open_form(office, tmp_path)
    row = judge(form, unit, indicator, **cells)
    said = refuse(office, form)
    assert words in said and f"{row}：" in said


def test_full_marks_need_no_evidence(office: Office, tmp_path: Path) -> None:
    form = open_form(office, tmp_path)
    judge(form, COUNTY, BY_LEVEL, 等级="优", 佐证材料=None)
    judge(form, OFFICE, BY_MARKS, 评分=2, 佐证材料=None)
    assert office.take(form.save())[0].rows == 2


def test_a_plain_file_is_checked_as_well(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "督察评定.csv"
    path.write_text(
        "单位,年度,指标,督察员,等级,评分,理由\n市司法局,2025,16.publicity,甲,,5.5,现场查看", encoding="utf-8"
    )
    with pytest.raises(FileRefused, match=r"F2：指标 16\.publicity 的评分应在 0 到 2 分之间"):
        office.take(path)


def test_without_the_check_an_impossible_mark_is_an_error_when_scoring_as_before(
    office: Office, tmp_path: Path
) -> None:
    lenient = office.pack.dataset("judgements").checks.model_copy(update={"judgements": False})
    datasets = tuple(
        each.model_copy(update={"checks": lenient}) if each.id == "judgements" else each
        for each in office.pack.datasets
    )
    office.pack = office.pack.model_copy(update={"datasets": datasets})
    path = tmp_path / "督察评定.csv"
    path.write_text(
        "单位,年度,指标,督察员,等级,评分,理由\n市司法局,2025,16.publicity,甲,,5.5,现场查看", encoding="utf-8"
    )
    assert office.take(path)[0].rows == 1
    from datetime import date

    from scoring.results.result import list_items

    result = score(office.pack, current_inputs(office.workspace, office.pack), 2025, date(2026, 4, 10))
    items = list_items(office.pack, result)
    (item,) = [each for each in items if (each.unit, each.indicator) == ("sifa", BY_MARKS)]
    assert (item.outcome, item.reason) == ("error", "outside_range")


def test_where_marks_are_only_taken_off_what_is_written_is_lost(office: Office, tmp_path: Path) -> None:
    moved = tuple(
        each.model_copy(update={"section": "prohibitions"}) if each.id == BY_MARKS else each
        for each in office.pack.indicators
    )
    office.pack = office.pack.model_copy(update={"indicators": moved})
    form = open_form(office, tmp_path, "张三")
    row = judge(form, OFFICE, BY_MARKS, 评分=0.5)
    assert form.read(row, "可给的等级或分数") == "只扣分：「评分」填扣多少分，0 到 2 分（扣 1 分就填 1，不扣填 0）"
    office.take(form.save())
    (stored,) = office.read("judgements")
    assert stored["marks"] == Decimal("1.50"), "what is stored is kept"
    (tmp_path / "再评").mkdir()
    again = open_form(office, tmp_path / "再评", "张三")
    assert Decimal(str(again.read(find_row(again, OFFICE, BY_MARKS), "评分"))) == Decimal("0.5")
    from datetime import date

    from scoring.explain.explanation import Explanation
    from scoring.explain.record import explain_item
    from scoring.explain.text import render_explanation

    inputs = current_inputs(office.workspace, office.pack)
    result = score(office.pack, inputs, 2025, date(2026, 4, 10))
    record = explain_item(office.pack, inputs, result, "departments", "sifa", BY_MARKS)
    assert (record["marks"], record["counted"]) == ("1.50", "-0.50")
    said = render_explanation(Explanation.model_validate(record))
    assert "扣 0.50 分，扣后剩 1.50 分，满分 2.00 分" in said and "得分 1.50" not in said
    assert "由督察员评定扣多少分，在0分到2分之间" in said and "扣分合计 0.5 分" in said
    assert record["calculation"] == "督察员评定，扣 0.5 分；2 分 - 0.5 分 = 1.50 分"
    assert "「评分」= 0.5，" in said, "the cell is quoted as it was written"
    assert record["next_step"] == "由督察员评定，最少扣 0.00 分；请对照评定理由改进。"


@pytest.mark.parametrize("name", ["published", "example"])
def test_a_pack_without_judged_indicators_has_no_such_workbook(name: str) -> None:
    assert make_judgement_kit(PACKS[name], 2025, read_nothing, None, ()) is None


def test_a_range_of_a_percentage_is_told_in_marks_of_the_cohort() -> None:
    judged = {(each.unit.id, each.indicator.id): each for each in list_judged(JINCHENG, "judgements", 2025)}
    each = judged["sifa", BY_MARKS]
    assert (each.low, each.high, each.full) == (Decimal(0), Decimal(2), Decimal(2)) and not each.by_level
    levels = judged["chengqu", BY_LEVEL].levels
    assert list(levels.values()) == [Decimal(1), Decimal("0.8"), Decimal("0.6"), Decimal(0)]


def test_nobody_is_judged_outside_the_years_of_an_indicator() -> None:
    late = JINCHENG.indicator(BY_LEVEL).model_copy(update={"years": {"first": 2030}})
    late = type(late).model_validate({**late.__dict__, "years": {"first": "2030"}})
    pack: Pack = JINCHENG.model_copy(
        update={"indicators": tuple(late if each.id == BY_LEVEL else each for each in JINCHENG.indicators)}
    )
    assert find(pack, "chengqu")
    assert not [each for each in list_judged(pack, "judgements", 2025) if each.indicator.id == BY_LEVEL]
    assert TITLES < FIRST
