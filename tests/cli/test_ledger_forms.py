"""The workbook that a team takes along and brings home: merged, labelled, or refused at the cell with nothing stored.

Not proved here: that Excel and WPS show the drop-downs; openpyxl fills the workbook in as they would.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from data.forms.record import RECORD_SHEET
from tests.cli.ledger_office import Office, open_office
from tests.ledger.world import reach

NEW = {
    "单位": "泽州县",
    "指标": "10.unlawful-decisions",
    "问题类别": "扣分",
    "事实": "供水定价没有听证",
    "发现方式": "查阅",
    "发现日期": "2024-05-03",
    "发现地点": "县政府",
    "建议扣分": 0.5,
    "依据": "重大行政决策程序暂行条例 第十四条",
    "证据文件名": "IMG_1.jpg",
}


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    return open_office(tmp_path, monkeypatch)


def export(office: Office, path: Path, by: str = "ins1") -> Path:
    office.done("inspection", "export-forms", office.world.inspection, "-o", path, by=by)
    return path


def fill(path: Path, sheet: str, row: int | Callable[[Any], bool], values: Mapping[str, Any], target: str = "") -> Path:
    """Type values into the cells of a row, as a person does, and save."""
    book = openpyxl.load_workbook(path)
    page = book[sheet]
    places = {cell.value: cell.column for cell in page[2]}
    if callable(row):
        row = next(line for line in range(3, page.max_row + 1) if row([cell.value for cell in page[line]]))
    for title, value in values.items():
        page.cell(row, places[title]).value = value
    path = path.with_name(target) if target else path
    book.save(path)
    return path


def bring_home(office: Office, path: Path, *words: str, by: str = "ins1") -> dict[str, Any]:
    return dict(office.data("inspection", "import-forms", path, *words, by=by))


def count(office: Office) -> tuple[int, int]:
    return len(office.world.rows("finding")), len(office.world.rows("judgement"))


def is_judged(indicator: str, unit: str) -> Callable[[Any], bool]:
    return lambda cells: cells[2] == indicator and cells[1] == unit


def test_new_findings_and_judgements_come_in_together(office: Office, tmp_path: Path) -> None:
    path = fill(export(office, tmp_path / "底稿.xlsx"), "问题底稿", 3, NEW)
    fill(path, "评定", is_judged("20.standard", "泽州县"), {"等级": "良", "理由": "录音录像不全"})
    said = office.done("inspection", "import-forms", path, by="ins1")
    assert "问题底稿 第 3 行 督问〔2024〕0001号：新增" in said
    assert "证据还要存入：IMG_1.jpg（ducha evidence add 文件 --finding 督问〔2024〕0001号）" in said
    (finding,), (judgement,) = office.world.rows("finding"), office.world.rows("judgement")
    assert (finding["state"], finding["unit"], finding["proposed_marks"]) == ("draft", "zezhou", "0.5")
    assert (finding["seen_on"], finding["authors"]) == ("2024-05-03", ["ins1"])
    assert (judgement["level"], judgement["inspector"]) == ("良", "ins1")
    assert "未发现篡改" in office.done("trail", "verify")
    assert "合并离线底稿" in office.done("inspection", "history", office.world.inspection, by="ins1")


def test_the_same_form_twice_changes_nothing(office: Office, tmp_path: Path) -> None:
    path = fill(export(office, tmp_path / "底稿.xlsx"), "问题底稿", 3, NEW)
    assert bring_home(office, path)["stored"]
    head = office.world.head()
    said = office.done("inspection", "import-forms", path, by="ins1")
    assert "已导入过，没有改动" in said
    assert office.world.head() == head and count(office) == (1, 0)
    # Filled in further it brings only what is new.
    fill(path, "问题底稿", 4, {**NEW, "事实": "又一件"})
    assert [row["outcome"] for row in bring_home(office, path)["rows"]] == ["known", "new"]
    assert count(office) == (2, 0)


def test_an_empty_form_changes_nothing(office: Office, tmp_path: Path) -> None:
    reach(office.world, "finding", "draft")
    head = office.world.head()
    said = office.done("inspection", "import-forms", export(office, tmp_path / "底稿.xlsx"), by="ins1")
    assert said == "底稿里没有新的内容，没有改动\n"
    assert office.world.head() == head


def test_a_change_alone_is_an_edit_and_beside_another_a_parallel_update(office: Office, tmp_path: Path) -> None:
    finding = reach(office.world, "finding", "draft")
    path = export(office, tmp_path / "底稿.xlsx")
    fill(path, "问题底稿", 3, {"发现地点": "政务大厅"})
    office.world.do("ins2", "finding", finding, "edit", {"statement": "别人写的事实"})
    (row,) = bring_home(office, path)["rows"]
    assert (row["outcome"], row["label"], row["id"]) == ("parallel", "并行修改", finding)
    assert {each["field"]: each["conflict"] for each in row["differences"]} == {"place": False, "statement": False}
    now = office.world.row("finding", finding)
    assert (now["place"], now["statement"], now["authors"]) == ("政务大厅", "别人写的事实", ["ins1", "ins2"])
    path = fill(export(office, tmp_path / "再.xlsx"), "问题底稿", 3, {"发现地点": "会议室"})
    assert [row["outcome"] for row in bring_home(office, path)["rows"]] == ["edited"]


def test_a_conflict_overwrites_nothing_until_it_is_decided(office: Office, tmp_path: Path) -> None:
    finding = reach(office.world, "finding", "draft")
    path = fill(export(office, tmp_path / "底稿.xlsx"), "问题底稿", 3, {"发现地点": "政务大厅", "建议扣分": 1})
    fill(path, "问题底稿", 4, NEW)
    office.world.do("ins2", "finding", finding, "edit", {"place": "会议室"})
    head = office.world.head()
    result = office.run("inspection", "import-forms", path, by="ins1")
    assert result.exit_code == 1 and f"{finding}：冲突" in result.stdout
    assert "县政府办公室" in result.stdout and "会议室" in result.stdout and "政务大厅" in result.stdout
    assert "什么也没有存" in result.stderr
    # Nothing is half imported: the new finding in the next row is not there either.
    assert office.world.head() == head and count(office) == (1, 0)
    assert [row["outcome"] for row in bring_home(office, path, "--keep", f"{finding}=theirs")["rows"]] == [
        "kept",
        "new",
    ]
    now = office.world.row("finding", finding)
    assert (now["place"], now["proposed_marks"]) == ("会议室", "1")
    bring_home(office, path, "--keep", "ours")
    assert office.world.row("finding", finding)["place"] == "政务大厅"
    assert office.run("inspection", "import-forms", path, "--keep", "mine", by="ins1").exit_code == 2


def test_a_judgement_is_revised_with_a_reason(office: Office, tmp_path: Path) -> None:
    reach(office.world, "judgement", "given")
    path = export(office, tmp_path / "底稿.xlsx")
    row = is_judged("20.standard", "泽州县")
    said = office.refused("inspection", "import-forms", fill(path, "评定", row, {"等级": "中"}), by="ins1")
    assert "评定!" in said and "请写明理由" in said
    bring_home(office, fill(path, "评定", row, {"改动理由": "重看了录像"}))
    (judgement,) = office.world.rows("judgement")
    assert (judgement["level"], judgement["version"]) == ("中", 2)


def test_where_marks_are_only_taken_off_command_and_workbook_take_those_that_are_lost(
    office: Office, tmp_path: Path
) -> None:
    pack = office.world.ledger.pack
    moved = tuple(
        each.model_copy(update={"section": "prohibitions"}) if each.id == "16.publicity" else each
        for each in pack.indicators
    )
    office.world.ledger = replace(office.world.ledger, pack=pack.model_copy(update={"indicators": moved}))
    about = ["--inspection", office.world.inspection, "--indicator", "16.publicity", "--grounds", "清单没有公布"]
    about += ["--evidence", office.world.evidence["ins1-zezhou"]]
    office.done("judgement", "judge", "--unit", "泽州县", "--marks", "0.2", *about, by="ins1")
    (judgement,) = office.world.rows("judgement")
    assert judgement["marks"] == "0.3", "what is stored is kept"
    assert "评分：扣 0.2 分" in office.done("judgement", "show", judgement["id"], by="ins1")
    assert "扣 0.2 分" in office.done("judgement", "list", by="ins1")
    said = office.refused("judgement", "judge", "--unit", "高平市", "--marks", "0.6", *about[:-2], by="ins1")
    assert "请写扣 0 到 0.5 分（不写等级" in said

    path = export(office, tmp_path / "底稿.xlsx")
    row, other = is_judged("16.publicity", "泽州县"), is_judged("16.publicity", "高平市")
    page = openpyxl.load_workbook(path)["评定"]
    cells = next(line for line in page.iter_rows(min_row=3, values_only=True) if row(line))
    assert "0.2" in cells and "填扣多少分" in str(cells[6])
    fill(path, "评定", row, {"评分": 0.1, "改动理由": "补了清单"})
    fill(path, "评定", other, {"评分": 0.5, "理由": "什么都没有"})
    bring_home(office, path)
    assert {each["unit"]: each["marks"] for each in office.world.rows("judgement")} == {"zezhou": "0.4", "gaoping": "0"}
    assert {each["outcome"] for each in bring_home(office, path)["rows"]} == {"known"}
    office.done("judgement", "revise", judgement["id"], "--latest", "--marks", "0.5", "--reason", "重看", by="ins1")
    assert office.world.row("judgement", judgement["id"])["marks"] == "0"


@pytest.mark.parametrize(
    ("values", "cell", "sentence"),
    [
        ({"发现日期": "2024-04-30"}, "H3", "早于督察开始"),
        ({"发现日期": "上周"}, "H3", "请填日期"),
        ({"建议扣分": 99}, "J3", "超过指标"),
        ({"建议扣分": "很多"}, "J3", "请填数"),
        ({"事实": "供水\u202e定价"}, "F3", "改变书写方向"),
        ({"事实": "供水_x0000_定价"}, "F3", "看不见的字符"),
        ({"单位": "陵川县"}, "B3", "不在督察任务"),
        ({"单位": "火星"}, "B3", "单位名册里没有"),
        ({"单位": "   "}, "B3", "请填写「单位」"),
        ({"指标": "99.none"}, "C3", "没有指标"),
        ({"问题类别": "罚款"}, "D3", "只能填"),
        ({"编号": "督问〔2024〕0099号"}, "A3", "由程序编号"),
    ],
)
def test_what_is_wrong_is_told_at_its_cell_and_nothing_is_stored(
    office: Office, tmp_path: Path, values: dict[str, Any], cell: str, sentence: str
) -> None:
    path = fill(export(office, tmp_path / "底稿.xlsx"), "问题底稿", 3, {**NEW, **values})
    fill(path, "问题底稿", 4, {**NEW, "事实": "对的一行"})
    said = office.refused("inspection", "import-forms", path, by="ins1")
    assert f"底稿.xlsx 问题底稿!{cell}：" in said and sentence in said
    assert "共 1 处错误" in said
    assert count(office) == (0, 0)


def test_a_judgement_without_grounds_or_of_no_level_is_refused_at_its_cell(office: Office, tmp_path: Path) -> None:
    path = export(office, tmp_path / "底稿.xlsx")
    row = is_judged("20.standard", "泽州县")
    fill(path, "评定", row, {"等级": "良", "理由": "  "})
    assert "理由" in office.refused("inspection", "import-forms", path, by="ins1")
    fill(path, "评定", row, {"等级": "神", "理由": "好"})
    assert "请评定等级" in office.refused("inspection", "import-forms", path, by="ins1")
    assert count(office) == (0, 0)


def test_a_changed_record_or_another_file_is_refused(office: Office, tmp_path: Path) -> None:
    path = fill(export(office, tmp_path / "底稿.xlsx"), "问题底稿", 3, NEW)
    book = openpyxl.load_workbook(path)
    record = book[RECORD_SHEET]
    record.cell(2, 1).value = str(record.cell(2, 1).value).replace("0001号", "0002号")
    book.save(tmp_path / "改.xlsx")
    assert "隐藏记录被改动过" in office.refused("inspection", "import-forms", tmp_path / "改.xlsx", by="ins1")
    content = io.BytesIO()
    openpyxl.Workbook().save(content)
    (tmp_path / "空.xlsx").write_bytes(content.getvalue())
    assert "不是督察底稿" in office.refused("inspection", "import-forms", tmp_path / "空.xlsx", by="ins1")
    (tmp_path / "t.xlsx").write_text("x", encoding="utf-8")
    assert "不是督察底稿" in office.refused("inspection", "import-forms", tmp_path / "t.xlsx", by="ins1")


def test_a_form_of_another_workspace_is_refused(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = fill(export(office, tmp_path / "底稿.xlsx"), "问题底稿", 3, NEW)
    other = open_office(tmp_path / "other", monkeypatch, hours=5)
    assert "另一个工作区" in other.refused("inspection", "import-forms", path, by="ins1")
    assert count(other) == (0, 0)


def test_only_the_team_of_a_running_inspection_takes_forms_along(office: Office, tmp_path: Path) -> None:
    target = ("inspection", "export-forms", office.world.inspection, "-o", tmp_path / "x.xlsx")
    for person in ("rev", "lead", "zz"):
        assert office.run(*target, by=person).exit_code == 1
    assert not (tmp_path / "x.xlsx").exists()
    path = fill(export(office, tmp_path / "底稿.xlsx"), "问题底稿", 3, NEW)
    assert "督察员" in office.refused("inspection", "import-forms", path, by="rev")
    assert count(office) == (0, 0)
