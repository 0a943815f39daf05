"""A marking sheet becomes items, criteria and a draft; what does not add up and what is left out is said.

What this does not prove: that a table of any layout is understood; one without a head that names marks and criteria
is no sheet.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter

from data.files.tables import read_tables
from indicators.pack.cases import load_cases
from indicators.pack.model import Pack
from indicators.reader import load_pack
from indicators.texts.draft import clean_text
from indicators.texts.sheet_draft import draft_sheet, list_left_out
from indicators.texts.sheets import MarkingSheet, find_rows, read_sheet, split_criteria
from scoring.cases.run import run_cases
from tests.cli.conftest import run_ducha
from tests.texts.styles import STYLES

TEXT = (Path(__file__).parent / "samples" / "sheet.txt").read_text(encoding="utf-8")


def read(text: str = TEXT) -> MarkingSheet:
    sheet = read_sheet(find_rows(text))
    assert sheet is not None
    return sheet


def write_draft(folder: Path, text: str = TEXT) -> Pack:
    for name, words in draft_sheet(read(text), text, id="sheet", file="a.txt", year=2024).files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(words.encode())
    return load_pack(folder)


def test_sections_and_items_have_the_marks_of_the_sheet() -> None:
    sheet = read()
    assert sheet.title == "东阳市法治建设考核评分表（虚构）"
    assert [(each.title, each.marks and int(each.marks)) for each in sheet.sections] == [
        ("制度建设", 22),
        ("队伍建设", 18),
        ("加分项目", None),
    ]
    assert [int(item.marks or 0) for section in sheet.sections for item in section.items] == [8, 6, 8, 10, 8, 0]
    assert sheet.sections[0].items[0].assessor == "市司法局"


def test_what_does_not_add_up_is_said() -> None:
    assert read().problems == (
        "小计写20分，它上面各项合计18分，对不上",
        "「讲座」：各条合计7分，本项写8分，对不上",
        "「加分项目」没有写分值：加分、扣分的上限请另定",
    )
    assert "各部分合计40分，总分写50分，对不上" in read(TEXT.replace("总分 | 40", "总分 | 50")).problems
    assert "「制度建设」所含各项合计22分，写23分，对不上" in read(TEXT.replace("建设 | 22", "建设 | 23")).problems


def test_several_criteria_in_one_cell_are_told_apart_to_the_letter() -> None:
    cell = "1.成立小组（1分）；落实人员，加入群（3分） 2.年内至少3次（3分，少一次扣1分）。"
    assert split_criteria(cell) == ["成立小组（1分）", "落实人员，加入群（3分）", "年内至少3次（3分，少一次扣1分）"]
    assert split_criteria("配合工作，得5分； 出现不配合现象不得分。") == ["配合工作，得5分； 出现不配合现象不得分"]


def test_sure_sentences_become_rules_and_the_others_are_judged_with_their_text(tmp_path: Path) -> None:
    pack = write_draft(tmp_path)
    kinds = {each.name: [part.marks.kind for part in each.parts] for each in pack.indicators}
    assert kinds == {
        "文件备案": ["per_shortfall", "per_occurrence"],
        "会议": ["per_shortfall"],
        "讲座": ["judged"],
        "培训": ["judged"],
        "纪律": ["all_or_nothing"],
    }
    assert all(each.draft for each in pack.indicators)
    text = next(iter(pack.texts.values()))
    assert all(cite.quote in text for each in pack.indicators for cite in each.cites if cite.quote)
    assert pack.indicators[3].checklist == ("工作扎实有效，根据实际情况酌情扣分",)


def test_the_numbers_of_a_rule_are_those_of_its_sentence(tmp_path: Path) -> None:
    filing, meetings, *_ = write_draft(tmp_path).indicators
    rule = filing.parts[0].marks.per_shortfall
    assert (str(rule.each), str(rule.per), str(filing.parts[0].target.at_least)) == ("0.5", "1%", "95%")  # type: ignore[union-attr]
    assert [str(amount) for amount in filing.worth("units")] == ["5", "3"]
    assert str(meetings.parts[0].target.at_least) == "4"  # type: ignore[union-attr]


def test_a_sheet_without_parts_is_one_part_worth_what_its_items_are(tmp_path: Path) -> None:
    text = (
        "序号|考核项目|分值|评分标准\n"
        "1|年报|30|年度报告应当在次年3月31日前公布，每逾期1日扣2分，最多扣10分\n"
        "2|解读|20|每年组织政策解读不少于4次，每少一次扣5分\n"
        "合计||50|\n"
    )
    assert (sheet := read(text)).problems == () and [str(each.marks) for each in sheet.sections] == ["50"]
    report, _ = write_draft(tmp_path, text).indicators
    part = report.parts[0]
    assert part.target is not None and part.target.by is not None and part.target.by.years_later == 1
    assert (str(part.target.by.every), part.marks.kind) == ("03-31", "late")
    rule = part.marks.chosen
    assert (str(rule.per_day), str(rule.cap)) == ("2", "10")  # type: ignore[attr-defined]


ONE_POT = (
    "序号|考核项目|分值|评分标准\n"
    "1|整改|15|整改率达到100%，每降低1个百分点扣0.5分；未挂牌督办的，每处扣1分，最多扣3分\n"
    "2|执法|20|完成率达95%以上得满分，90%（含）至95%得15分，90%以下不得分\n"
    "3|会议|10|每季度至少召开1次会议，每缺1次扣2分\n"
    "4|台账|6|未建立台账的扣2分；每发现一处错误扣1分\n"
    "5|演练|9|每半年1次以上得满分，只组织1次的得5分，未组织的不得分\n"
    "合计||60|\n"
)


def test_deductions_in_one_cell_take_from_the_marks_of_the_item_together(tmp_path: Path) -> None:
    assert read(ONE_POT).problems == ()
    mended, enforced, meetings, register, drill = write_draft(tmp_path, ONE_POT).indicators
    assert [(str(part.takes), part.marks.kind) for part in mended.parts] == [
        ("100%", "per_shortfall"),
        ("3", "per_occurrence"),
    ]
    assert enforced.parts[0].marks.kind == "ladder"
    measure = meetings.parts[0].measure.chosen
    assert (measure.name, measure.each) == ("rounds", "quarter")  # type: ignore[attr-defined]
    # A finding does not say which of two rules it is about; what is half read is judged.
    assert [part.marks.kind for each in (register, drill) for part in each.parts] == ["judged", "judged"]


def test_the_draft_of_such_a_sheet_has_no_mistake(tmp_path: Path) -> None:
    (tmp_path / "sheet.txt").write_text(ONE_POT, encoding="utf-8")
    run_ducha("pack", "new", str(tmp_path / "sheet.txt"), "-o", str(tmp_path / "draft"))
    assert "没有错误：5 个指标" in run_ducha("pack", "lint", str(tmp_path / "draft")).stdout


TWICE = (
    "序号|考核项目|分值|评分标准\n"
    "1|宣传|8|1.组织讲座（3分）；2.设立专栏（5分）\n"
    "2|台账|7|1.未建立台账的扣2分（3分）；2.每发现一处错误扣1分（4分）\n"
    "3|年报|5|次年3月31日前公布年度报告，每逾期1日扣1分，最多扣5分\n"
    "4|纪律|5|扣1-3分\n"
    "5|政策|15|得分=兑现金额/应兑现金额×15\n"
    "6|许可|5|办结率不低于90%得5分，否则不得分\n"
    "7|材料|5|出现弄虚作假的不得分\n"
    "合计||50|\n"
)


def test_two_criteria_that_read_the_same_are_two_indicators(tmp_path: Path) -> None:
    pack = write_draft(tmp_path, TWICE)
    assert [(each.id, each.name, str(each.marks["units"])) for each in pack.indicators][:4] == [
        ("s1.01.1", "宣传：组织讲座（3分）", "3"),
        ("s1.01.2", "宣传：设立专栏（5分）", "5"),
        ("s1.02.1", "台账：未建立台账的扣2分（3分）", "3"),
        ("s1.02.2", "台账：每发现一处错误扣1分（4分）", "4"),
    ]


@pytest.mark.parametrize(
    ("text", "untested"),
    [
        (TEXT, ["s1.03", "s2.01"]),
        (ONE_POT, ["s1.04", "s1.05"]),
        (TWICE, []),
    ],
    ids=["parts", "one pot", "shares"],
)
def test_each_sure_sentence_brings_cases_reckoned_from_its_words(
    tmp_path: Path, text: str, untested: list[str]
) -> None:
    """What is left to the inspector has none. That the rule agrees is no proof that the sentence was meant so."""
    report = run_cases(write_draft(tmp_path, text), tmp_path)
    assert ([str(each) for each in report.failures], report.untested) == ([], untested)
    assert report.run >= 2 * (len(load_pack(tmp_path).indicators) - len(untested))


def test_a_case_says_what_its_sentence_says(tmp_path: Path) -> None:
    write_draft(tmp_path, ONE_POT)
    said = {case.id: (str(case.expect.marks), case.why) for _, _, case in load_cases(tmp_path)}
    assert said["s1.01-2-found"] == ("14", "草稿：查实一件，扣1分")
    assert said["s1.02-step-2"] == ("15", "草稿：完成率90%，得15分")
    assert said["s1.03-less"] == ("8", "草稿：少一次，扣2分")


def test_levels_of_indicators_are_parts_and_items() -> None:
    text = (
        "一级指标|二级指标|三级指标|权重（分）|评分细则\n"
        "政务服务（16）|网上办理|网办率|10|网办率达到90%的，得10分；每降低1个百分点，扣0.5分\n"
        "|窗口服务|投诉|6|每有1件投诉扣2分\n"
        "执法监管（8）|执法检查|案卷|8|每发现一处错误扣1分\n"
    )
    assert (sheet := read(text)).problems == ()
    assert [(each.title, str(each.marks), [item.name for item in each.items]) for each in sheet.sections] == [
        ("政务服务", "16", ["网办率", "投诉"]),
        ("执法监管", "8", ["案卷"]),
    ]


def test_bonus_sections_are_left_out_and_that_is_said() -> None:
    assert list_left_out(read()) == ["「加分项目」没有写进草稿：加分、扣分怎样封顶、按什么台账算，请照原文另写"]


def test_a_part_that_each_office_has_for_itself_gives_each_a_cohort(tmp_path: Path) -> None:
    text = (
        "序号 | 考核对象项目 | 分值 | 考核内容 | 评分标准\n"
        "一、 | 共性 | 40 | | \n1 | 学习 | 40 | 学习 | 组织学习（40分）\n"
        "二、 | 个性 | 60 | | \n1 | 县水利局 | 40 | 治水 | 完成治理（40分）\n20 | 巡查 | 开展巡查（20分）\n"
        "2 | 县林业局 | 60 | 造林 | 完成造林（60分）\n"
    )
    pack = write_draft(tmp_path, text)
    assert [(each.title, int(each.full)) for each in pack.head.cohorts] == [("县水利局", 100), ("县林业局", 100)]
    assert [len(each.marks) for each in pack.indicators] == [2, 1, 1, 1]


def test_merged_cells_of_a_workbook_hold_for_their_rows(tmp_path: Path) -> None:
    path = tmp_path / "表.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("评分表")
        page.write_row(0, 0, ["序号", "考核项目", "分值", "评分标准", "责任单位"])
        for column, value in enumerate((1, "备案", 8)):
            page.merge_range(1, column, 2, column, value)
        page.write_column(1, 3, ["按时备案（5分）", "未建立台账的扣3分（3分）"])
        page.write_row(3, 0, [2, "讲座", 2, "举办讲座（2分）", "市司法局"])
    sheet = read_sheet(find_rows(clean_text(read_tables("表.xlsx", path.read_bytes()))))
    assert sheet is not None
    (section,) = sheet.sections
    assert [(item.group, int(item.marks or 0), len(item.criteria)) for item in section.items] == [
        ("备案", 8, 2),
        ("讲座", 2, 1),
    ]


def test_parts_in_the_first_column_with_their_marks_are_sections_and_what_is_on_top_is_one() -> None:
    text = """平川县安全生产考核细则
考核内容|考核指标|标准分|评分办法|得分
一、组织领导（20分）|责任落实|10|每季度至少研究1次，每缺1次扣2分|
|专题会议|10|少于1次的扣1分|
二、事故控制（30分）|生产安全事故|30|发生1起死亡事故扣10分|
|加分项|5|受到省级表彰的加2分|
"""
    sheet = read_sheet(find_rows(text))
    assert sheet is not None
    found = [(each.title, each.marks, [item.name for item in each.items], each.extra) for each in sheet.sections]
    assert found == [
        ("组织领导", 20, ["责任落实", "专题会议"], False),
        ("事故控制", 30, ["生产安全事故"], False),
        ("加分项", None, ["加分项"], True),
    ]


def test_heads_in_other_words_targets_beside_and_amounts_with_a_sign(tmp_path: Path) -> None:
    source = tmp_path / "细则.txt"
    source.write_text(
        """云溪市依法行政考核评分细则（虚构）
一级指标|二级指标|考核要点|计分办法|权重（分）|数据来源|牵头部门
一、组织领导（10分）|学法|领导班子集体学法每年不少于4次|每少1次扣1.5分，扣完为止|6|学法记录|市司法局
|学法|国家工作人员学法考试参考率达到98%以上|每低2个百分点扣0.5分|4|系统导出|市司法局
二、加减分|加分项|获得表彰|获国家级表彰每项加2分|+3|文件|市司法局
|扣分项|重大违法案件|每发生1起扣3分|-6|通报|市司法局
合计||||10||
""",
        encoding="utf-8",
    )
    done = run_ducha("pack", "new", source, "-o", tmp_path / "draft", "--year", "2026")
    assert done.returncode == 0, done.stderr
    assert "「加减分」没有写进草稿" in done.stdout and "对不上 「组织" not in done.stdout
    pack = load_pack(tmp_path / "draft")
    assert [(each.title, dict(each.marks)) for each in pack.head.sections] == [("组织领导", {"units": Decimal(10)})]
    draft = (tmp_path / "draft/indicators/draft.yaml").read_text(encoding="utf-8")
    assert "目标≥4次取自同一行的考核内容" in draft and 'per: "2%"' in draft
    assert [each.title for each in pack.datasets if each.id.startswith("d")] == [
        "领导班子集体学法每年不少于4次",
        "国家工作人员学法考试参考率达到98%以上",
    ]


def test_a_list_of_tasks_is_no_marking_sheet() -> None:
    assert read_sheet(find_rows(STYLES["任务表"][0])) is None


def test_the_command_takes_a_sheet_and_says_what_is_wrong_with_it(tmp_path: Path) -> None:
    source = tmp_path / "评分表.txt"
    source.write_text(TEXT, encoding="utf-8")
    done = run_ducha("pack", "new", source, "-o", tmp_path / "draft", "--year", "2024")
    assert done.returncode == 0, done.stderr
    assert "对不上 小计写20分" in done.stdout
    assert "没有写 「加分项目」没有写进草稿" in done.stdout
    assert len(load_pack(tmp_path / "draft").indicators) == 5
