"""Forms that come back: filled in partly, with a nil report, for somebody else, copied, or by an old habit."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from data.files.mistakes import FileRefused
from data.forms.kits import make_dataset_kit, make_unit_kit
from data.intake.checked_sheets import LOST_RECORD
from tests.forms.conftest import Office, find, read_nothing
from tests.forms.filling import EXAMPLE, FIRST, OpenForm

LECTURE = {"举办日期": date(2025, 5, 6), "主题": "行政复议法", "参加的领导干部人数": 30}


def open_lectures(office: Office, folder: Path, unit: str = "chengqu", year: int = 2025) -> OpenForm:
    table = office.pack.dataset("lectures")
    kit = make_dataset_kit(office.pack, table, year, office.read, find(office.pack, unit))
    return OpenForm(office.hand_out(kit, folder), office.pack, table)


def write(form: OpenForm, row: int, **cells: object) -> None:
    for title, value in cells.items():
        form.write(row, title, value)


def test_only_rows_that_were_written_on_are_taken_and_it_is_said(office: Office, tmp_path: Path) -> None:
    form = open_lectures(office, tmp_path)
    write(form, FIRST + 2, **LECTURE)
    (accepted,) = office.take(form.save())
    assert accepted.rows == 1 and accepted.scopes == {("chengqu", 2025)}
    # The example and the rows that were not used are left out, and nothing else is to be told.
    assert accepted.remarks[-1] == "14 行只有预填的内容，没有填，没有收"
    assert not [remark for remark in accepted.remarks if "隐藏" in remark]
    assert [row["_row"] for row in office.read("lectures")] == [FIRST + 2]


def test_rows_below_the_ready_ones_are_taken_too(office: Office, tmp_path: Path) -> None:
    form = open_lectures(office, tmp_path)
    write(form, 200, 单位="城区", **LECTURE)
    (accepted,) = office.take(form.save())
    assert accepted.rows == 1


def test_a_workbook_may_come_back_with_some_sheets_left_empty(office: Office, tmp_path: Path) -> None:
    path = office.hand_out(make_unit_kit(office.pack, find(office.pack, "chengqu"), 2025, read_nothing), tmp_path)
    book = load_workbook(path)
    sheet = book["法治专题讲座"]
    for place, value in enumerate(LECTURE.values(), 2):
        sheet.cell(FIRST, place).value = value
    book.save(path)
    accepted = office.take(path)
    taken = [entry for entry in accepted if entry.status != "left_out"]
    assert [entry.dataset for entry in taken] == ["lectures"]
    assert len(accepted) > 5
    left = next(entry for entry in accepted if entry.status == "left_out")
    assert left.remarks == ("还是发出时的样子，没有填，没有收",) and left.batch_id == "" and not left.scopes


def test_a_nil_report_is_declared_on_the_sheet(office: Office, tmp_path: Path) -> None:
    form = open_lectures(office, tmp_path)
    form.sheet["B2"] = "是"
    (accepted,) = office.take(form.save())
    assert accepted.nil_report and accepted.scopes == {("chengqu", 2025)} and accepted.rows == 0


def test_a_nil_report_with_rows_is_refused_at_its_cell(office: Office, tmp_path: Path) -> None:
    form = open_lectures(office, tmp_path)
    form.sheet["B2"] = "是"
    write(form, FIRST, **LECTURE)
    with pytest.raises(FileRefused, match="法治专题讲座!B2：选了零报告，下面却填了 1 行"):
        office.take(form.save())


def test_the_form_of_one_unit_takes_no_rows_of_another(office: Office, tmp_path: Path) -> None:
    form = open_lectures(office, tmp_path)
    write(form, FIRST, 单位="泽州县", **LECTURE)
    with pytest.raises(FileRefused, match=f"A{FIRST}：这份表是发给「城区」的，这一行却是别的单位"):
        office.take(form.save())


def test_the_form_of_one_year_takes_no_rows_of_another(office: Office, tmp_path: Path) -> None:
    form = open_lectures(office, tmp_path)
    write(form, FIRST, **{**LECTURE, "举办日期": date(2024, 5, 6)})
    with pytest.raises(FileRefused, match=f"B{FIRST}：这份表是 2025 年的，这一行却是别的年度"):
        office.take(form.save())


def test_a_missing_cell_is_told_at_the_cell(office: Office, tmp_path: Path) -> None:
    form = open_lectures(office, tmp_path)
    write(form, FIRST, 主题="行政复议法")
    with pytest.raises(FileRefused) as refused:
        office.take(form.save())
    assert [mistake.cell for mistake in refused.value.mistakes] == [f"B{FIRST}", f"D{FIRST}"]


def test_data_on_the_row_of_the_example_are_refused_and_not_lost(office: Office, tmp_path: Path) -> None:
    form = open_lectures(office, tmp_path)
    write(form, EXAMPLE, **LECTURE)
    with pytest.raises(FileRefused, match=f"第 {EXAMPLE} 行：示例行里填了内容，示例行是不导入的"):
        office.take(form.save())


def test_the_example_may_be_deleted_or_written_over(office: Office, tmp_path: Path) -> None:
    form = open_lectures(office, tmp_path)
    write(form, EXAMPLE, 单位="城区", **LECTURE)
    (accepted,) = office.take(form.save())
    assert accepted.rows == 1


def test_known_rows_left_blank_are_kept_once_one_of_them_is_filled_in(office: Office, tmp_path: Path) -> None:
    table = office.pack.dataset("enforcement")
    kit = make_dataset_kit(office.pack, table, 2025, read_nothing, find(office.pack, "chengqu"))
    form = OpenForm(office.hand_out(kit, tmp_path), office.pack, table)
    form.write(FIRST, "执法决定数", 10)
    (accepted,) = office.take(form.save())
    # A quarter without figures is one that is still to come, not one without decisions.
    assert accepted.rows == 4
    assert [row["decisions"] for row in office.read("enforcement")] == [10, None, None, None]


def test_in_a_form_of_all_units_those_that_filled_in_nothing_have_not_reported(office: Office, tmp_path: Path) -> None:
    table = office.pack.dataset("annual_reports")
    form = OpenForm(
        office.hand_out(make_dataset_kit(office.pack, table, 2025, read_nothing), tmp_path), office.pack, table
    )
    unit = form.read(FIRST, "单位")
    form.write(FIRST, "网址", "http://例")
    (accepted,) = office.take(form.save())
    assert accepted.rows == 1 and len(accepted.scopes) == 1
    assert form.last_row() - FIRST > 5 and unit


def test_a_roster_comes_back_whole(office: Office, tmp_path: Path) -> None:
    table = office.pack.dataset("people")
    kit = make_dataset_kit(office.pack, table, 2025, office.read, find(office.pack, "chengqu"))
    form = OpenForm(office.hand_out(kit, tmp_path), office.pack, table)
    person = {
        "姓名": "张三",
        "岗位": "行政执法人员",
        "任职日期": date(2020, 1, 2),
        "垂直管理": "否",
        "持有效执法证": "是",
    }
    for offset, number in enumerate(("P1", "P2")):
        write(form, FIRST + offset, 人员编号=number, **person)
    office.take(form.save())
    again = OpenForm(
        office.hand_out(
            make_dataset_kit(office.pack, table, 2025, office.read, find(office.pack, "chengqu")), tmp_path
        ),
        office.pack,
        table,
    )
    assert [again.read(FIRST + offset, "人员编号") for offset in range(3)] == ["P1", "P2", None]
    assert again.sheet.cell(FIRST, again.places["姓名"]).fill.fgColor.rgb == "FFFFE699"
    with pytest.raises(FileRefused, match="还是发出时的样子"):
        office.take(again.path)
    again.write(FIRST + 1, "离岗日期", date(2025, 3, 1))
    (accepted,) = office.take(again.save())
    assert accepted.rows == 2
    assert [row["left"] for row in office.read("people")] == [None, date(2025, 3, 1)]


def test_what_carries_over_comes_with_last_years_values(office: Office, tmp_path: Path) -> None:
    table, unit = office.pack.dataset("townships"), find(office.pack, "chengqu")
    form = OpenForm(
        office.hand_out(make_dataset_kit(office.pack, table, 2024, office.read, unit), tmp_path), office.pack, table
    )
    for offset, name in enumerate(("甲镇", "乙镇")):
        write(form, FIRST + offset, **{"乡镇（街道）": name, "已建执法事项清单": "是", "已整合为一支队伍": "否"})
    office.take(form.save())
    kit = make_dataset_kit(office.pack, table, 2025, office.read, unit)
    form = OpenForm(office.hand_out(kit, tmp_path), office.pack, table)
    assert [form.read(FIRST + offset, "乡镇（街道）") for offset in range(2)] == ["甲镇", "乙镇"]
    assert form.read(FIRST, "年度") == 2025 and form.read(FIRST, "已建执法事项清单") is None
    with pytest.raises(FileRefused, match="还是发出时的样子"):
        office.take(form.path)
    form.write(FIRST, "已建执法事项清单", "否")
    form.write(FIRST, "已整合为一支队伍", "否")
    # What came along and is no longer true must be deleted; it is neither guessed nor dropped.
    with pytest.raises(FileRefused, match="「已建执法事项清单」不能为空"):
        office.take(form.save())
    form.write(FIRST + 1, "已建执法事项清单", "是")
    form.write(FIRST + 1, "已整合为一支队伍", "是")
    (accepted,) = office.take(form.save())
    assert accepted.rows == 2


def test_a_sheet_that_lost_its_record_is_refused_in_one_sentence(office: Office, tmp_path: Path) -> None:
    form = open_lectures(office, tmp_path)
    write(form, FIRST, **LECTURE)
    del form.book["_ducha"]
    for column in form.dataset.columns:
        form.sheet.cell(FIRST - 2, form.places[column.title]).value = column.title
    with pytest.raises(FileRefused) as caught:
        office.take(form.save())
    [mistake] = caught.value.mistakes
    assert (mistake.cell, mistake.text) == (None, LOST_RECORD)


def test_a_renamed_sheet_is_known_by_what_it_holds(office: Office, tmp_path: Path) -> None:
    path = office.hand_out(make_unit_kit(office.pack, find(office.pack, "chengqu"), 2025, read_nothing), tmp_path)
    book = load_workbook(path)
    sheet = book["法治专题讲座"]
    for place, value in enumerate(LECTURE.values(), 2):
        sheet.cell(FIRST, place).value = value
    sheet.title = "Sheet1"
    book.save(path)
    [taken] = [entry for entry in office.take(path) if entry.status != "left_out"]
    assert (taken.sheet, taken.dataset, taken.rows) == ("Sheet1", "lectures", 1)


def test_a_remark_below_the_rows_is_named_and_not_counted_as_a_ready_row(office: Office, tmp_path: Path) -> None:
    form = open_lectures(office, tmp_path)
    write(form, FIRST, **LECTURE)
    last = form.last_row() + 2
    form.write(last, "单位", "以上情况属实。")
    (accepted,) = office.take(form.save())
    assert f"第 {last} 行没有填数据，只写了「以上情况属实。」，没有收" in accepted.remarks
    assert "14 行只有预填的内容，没有填，没有收" in accepted.remarks


def test_an_example_row_is_left_out_of_any_file(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "法治专题讲座.csv"
    rows = [
        "单位,举办日期,主题,参加的领导干部人数",
        "示例:城区,2025-03-01,题目,3",
        "城区,2025-05-06,行政复议法,30",
    ]
    path.write_text("\n".join(rows), encoding="utf-8")
    (accepted,) = office.take(path)
    assert accepted.rows == 1


@pytest.mark.parametrize("first", ["示例小学", "示 范", "城区示例"])
def test_words_that_only_begin_like_an_example_are_data(office: Office, tmp_path: Path, first: str) -> None:
    path = tmp_path / "法治专题讲座.csv"
    path.write_text(f"主题,单位,举办日期,参加的领导干部人数\n{first},城区,2025-05-06,30", encoding="utf-8")
    (accepted,) = office.take(path)
    assert accepted.rows == 1


def test_a_broken_record_makes_an_ordinary_file(office: Office, tmp_path: Path) -> None:
    form = open_lectures(office, tmp_path)
    form.book["_ducha"]["A2"] = "{nonsense"
    for column in form.dataset.columns:
        form.sheet.cell(FIRST - 2, form.places[column.title]).value = column.title
    for row in range(FIRST + 1, form.last_row() + 1):
        form.write(row, "单位", None)
    write(form, FIRST, **LECTURE)
    (accepted,) = office.take(form.save())
    assert accepted.rows == 1


def test_a_form_handed_out_with_half_width_marks_is_read_as_ever(office: Office, tmp_path: Path) -> None:
    """Earlier versions wrote these marks half-width, in headings, titles, remarks and the hidden record."""
    half = str.maketrans({"，": ",", "：": ":", "；": ";", "（": "(", "）": ")", "？": "?"})
    form = open_lectures(office, tmp_path)
    for sheet in form.book.worksheets:
        for cell in (cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)):
            cell.value = cell.value.translate(half)
    assert "(" in str(form.sheet["A1"].value)
    write(form, FIRST + 2, **LECTURE)
    (accepted,) = office.take(form.save())
    assert accepted.rows == 1 and accepted.scopes == {("chengqu", 2025)}
    assert accepted.remarks[-1] == "14 行只有预填的内容，没有填，没有收"


def test_a_column_is_known_by_its_title_in_either_width(office: Office, tmp_path: Path) -> None:
    titles = [column.title for column in office.pack.dataset("lectures").columns]
    for left, right in ("()", "（）"):
        path = tmp_path / f"{left}.csv"
        header = ",".join(f"{title}{left}必填{right}" for title in titles)
        path.write_text(f"{header}\n城区,2025-05-06,行政复议法,30\n", encoding="utf-8")
        accepted = office.take(path)
        assert accepted[0].rows == 1
