"""What a form holds: lists, checks, formats, notes, an example and the page, as openpyxl reads them back."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from data.files.workbooks import LISTS_SHEET, RECORD_SHEET
from data.forms.book import LAST_CHECKED, name_sheets
from data.forms.kits import make_dataset_kit, make_unit_kit
from data.forms.validation import fits_inline, make_check
from data.forms.words import describe_column
from indicators.entries.tables import Column, Dataset
from indicators.pack.model import Pack
from tests.forms.conftest import PACKS, Office, find, read_nothing
from tests.forms.filling import EXAMPLE, FIRST, TITLES, OpenForm

JINCHENG = PACKS["jincheng"]


def make_column(**fields: Any) -> Column:
    return Column(**{"name": "value", "title": "数值", "type": "decimal", **fields})


def open_form(office: Office, dataset: str, folder: Path, year: int = 2025) -> OpenForm:
    table = office.pack.dataset(dataset)
    path = office.hand_out(
        make_dataset_kit(office.pack, table, year, read_nothing, find(office.pack, "chengqu")), folder
    )
    return OpenForm(path, office.pack, table)


def test_the_same_kit_makes_the_same_bytes() -> None:
    kits = [make_unit_kit(JINCHENG, find(JINCHENG, "chengqu"), 2025, read_nothing) for _ in range(2)]
    first, second = (kit.write(JINCHENG, fictional=False) for kit in kits if kit is not None)
    assert first == second


def test_required_columns_are_marked_and_optional_ones_are_not(office: Office, tmp_path: Path) -> None:
    form = open_form(office, "milestones", tmp_path)
    heads = [str(cell.value) for cell in form.sheet[TITLES]]
    assert heads == [f"{column.title}*" if column.required else column.title for column in form.dataset.columns]


def test_the_example_stands_under_the_header_in_grey_italics_and_says_so(office: Office, tmp_path: Path) -> None:
    form = open_form(office, "lectures", tmp_path)
    cells = form.sheet[EXAMPLE]
    assert cells[0].value == "示例：城区"
    assert all(cell.font.i and cell.font.color.rgb == "FF808080" for cell in cells)


def test_unit_and_year_are_filled_in(office: Office, tmp_path: Path) -> None:
    form = open_form(office, "documents", tmp_path)
    assert {form.read(row, "单位") for row in range(FIRST, form.last_row() + 1)} == {"城区"}
    assert {form.read(row, "年度") for row in range(FIRST, form.last_row() + 1)} == {2025}


def test_rows_that_are_known_beforehand_are_written_out(office: Office, tmp_path: Path) -> None:
    form = open_form(office, "enforcement", tmp_path)
    quarters = [form.read(row, "季度") for row in range(FIRST, form.last_row() + 1)]
    assert quarters == ["一季度", "二季度", "三季度", "四季度"]


def test_texts_are_kept_as_texts_and_days_are_shown_as_days(office: Office, tmp_path: Path) -> None:
    form = open_form(office, "people", tmp_path)
    formats = {
        column.title: form.sheet.cell(FIRST, form.places[column.title]).number_format for column in form.dataset.columns
    }
    assert formats["人员编号"] == "@"
    assert formats["任职日期"] == "yyyy-mm-dd"


def test_a_day_that_may_be_a_month_stays_as_it_is_typed(office: Office, tmp_path: Path) -> None:
    form = open_form(office, "annual_reports", tmp_path)
    assert form.sheet.cell(FIRST, form.places["公开日期"]).number_format == "@"


def test_formats_reach_below_the_ready_rows(office: Office, tmp_path: Path) -> None:
    form = open_form(office, "people", tmp_path)
    letter = form.sheet.cell(FIRST, form.places["人员编号"]).column_letter
    assert form.sheet.column_dimensions[letter].number_format == "@"


def test_every_cell_to_fill_has_a_check_or_a_word_in_chinese(office: Office, tmp_path: Path) -> None:
    form = open_form(office, "training", tmp_path)
    for column in form.dataset.columns:
        for row in (FIRST, LAST_CHECKED):
            check = form.find_check(row, column.title)
            assert check is not None and check.promptTitle and check.prompt, column.title
            assert check.type is None or column.title in check.errorTitle


def test_a_long_list_stands_on_the_hidden_sheet(office: Office, tmp_path: Path) -> None:
    table = office.pack.dataset("lawsuits")
    form = OpenForm(
        office.hand_out(make_dataset_kit(office.pack, table, 2025, read_nothing), tmp_path), office.pack, table
    )
    choices = form.list_choices(FIRST, "被告单位")
    assert choices is not None and "城区" in choices and len(",".join(choices)) > 255 / 2
    assert form.book[LISTS_SHEET].sheet_state == "hidden"
    assert form.book[RECORD_SHEET].sheet_state == "veryHidden"


def test_no_sheet_is_protected(office: Office, tmp_path: Path) -> None:
    form = open_form(office, "lectures", tmp_path)
    assert not any(sheet.protection.sheet for sheet in form.book.worksheets)


def test_the_page_is_a4_landscape_with_the_header_on_every_page(office: Office, tmp_path: Path) -> None:
    sheet = open_form(office, "lectures", tmp_path).sheet
    assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 9)
    assert sheet.print_title_rows == f"${TITLES}:${TITLES}"
    assert sheet.freeze_panes == f"B{TITLES + 1}"
    assert sheet.oddFooter.center.text == "第 &P 页，共 &N 页"


def test_the_notes_say_which_clause_needs_a_column(office: Office, tmp_path: Path) -> None:
    form = open_form(office, "lectures", tmp_path)
    notes = {str(row[0].value): [str(cell.value or "") for cell in row] for row in form.book["填表说明"].iter_rows()}
    held = notes["举办日期"]
    assert "领导干部法治专题讲座（35.lectures）" in notes["单位"][3]
    assert (
        "第三十五条：「市县两级政府负责本地区领导干部法治专题培训,每年应当举办两期以上法治专题讲座」"
        in notes["单位"][4]
    )
    assert held[1] == "是" and held[2].startswith("日期")
    assert notes["参加的领导干部人数"][3] == "不参与计分，只供核对佐证"


def test_the_notes_say_who_reports_for_when_and_by_which_day(office: Office, tmp_path: Path) -> None:
    form = open_form(office, "annual_reports", tmp_path)
    text = "\n".join(str(cell.value or "") for row in form.book["填表说明"].iter_rows() for cell in row)
    assert "谁来报：各单位自己报。" in text
    assert "再报时会取代同一单位、同一年度以前报的全部行，请报全。" in text
    assert "2026 年 3 月 1 日 前完成" in text


def test_text_that_looks_like_a_formula_is_none(tmp_path: Path) -> None:
    table = JINCHENG.dataset("lectures").model_copy(update={"note": "=1+1", "title": "=1+1 法治讲座"})
    content = make_dataset_kit(JINCHENG, table, 2025, read_nothing).write(JINCHENG, fictional=False)
    path = tmp_path / "form.xlsx"
    path.write_bytes(content)
    with zipfile.ZipFile(path) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        assert not any(b"<f>" in archive.read(name) for name in sheets)
    assert load_workbook(path).worksheets[1]["A1"].data_type == "s"


@pytest.mark.parametrize(
    ("fields", "cell_formula"),
    [
        ({"type": "integer", "at_least": "0"}, "=AND(ISNUMBER(C7),C7>=0,C7<=1000000000000,ROUND(C7,0)=C7)"),
        ({"decimals": 1, "at_least": "0", "at_most": "60"}, "=AND(ISNUMBER(C7),C7>=0,C7<=60,ROUND(C7,1)=C7)"),
        (
            {"type": "integer", "at_least": "0", "zero_words": ["无"]},
            '=OR(AND(ISNUMBER(C7),C7>=0,C7<=1000000000000,ROUND(C7,0)=C7),C7="无")',
        ),
    ],
)
def test_numbers_are_checked_within_their_limits_and_decimals(fields: dict[str, Any], cell_formula: str) -> None:
    check = make_check(make_column(**fields), 7, 2, None)
    assert (check["validate"], check["value"]) == ("custom", cell_formula)


def test_days_are_checked_between_1949_and_2100_and_within_the_year_of_the_form() -> None:
    column = make_column(type="date")
    assert make_check(column, 7, 2, None)["minimum"] == date(1949, 1, 1)
    assert make_check(column, 7, 2, None)["maximum"] == date(2100, 12, 31)
    assert make_check(column, 7, 2, None, year=2025)["minimum"] == date(2025, 1, 1)


def test_words_of_a_check_are_no_longer_than_excel_takes() -> None:
    column = make_column(title="题" * 200, note="注" * 2000)
    check = make_check(column, 7, 2, None)
    assert len(check["input_title"]) <= 32 and len(check["error_title"]) <= 32
    assert len(check["input_message"]) <= 255 and len(check["error_message"]) <= 255


@pytest.mark.parametrize(
    ("choices", "fits"), [(("是", "否"), True), (("一,二", "三"), False), (("长" * 130, "短" * 130), False)]
)
def test_a_list_stands_in_the_check_only_where_excel_reads_it_rightly(choices: tuple[str, ...], fits: bool) -> None:
    assert fits_inline(choices) is fits


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"type": "flag"}, "填 是 或 否；必填"),
        ({"type": "date", "month_allowed": True, "required": False}, "只知道月份的填 2024-03"),
        ({"unit_of_measure": "学时", "decimals": 1}, "数，至多 1 位小数；单位：学时"),
        ({"type": "integer", "at_least": "1", "at_most": "9"}, "1 到 9 之间"),
        ({"type": "integer", "zero_words": ["无", "未发生"]}, "没有的填 0，也可以写 无、未发生"),
        ({"type": "choice", "choices": ["甲", "乙"]}, "从下拉框里选；甲、乙"),
    ],
)
def test_a_column_says_how_it_is_filled_in(fields: dict[str, Any], words: str) -> None:
    assert words in describe_column(make_column(**fields))


def test_sheets_have_names_that_excel_takes_each_once() -> None:
    table = JINCHENG.dataset("lectures")
    titles = ["一/二:三", "很长的台账名称" * 6, "很长的台账名称" * 6]
    tables: list[Dataset] = [table.model_copy(update={"title": title}) for title in titles]
    plans = [make_dataset_kit(JINCHENG, each, 2025, read_nothing).plans[0] for each in tables]
    names = name_sheets(plans)
    assert names[0] == "一·二·三" and len(set(names)) == 3 and all(len(name) <= 31 for name in names)


@pytest.mark.parametrize("pack", [pytest.param(pack, id=name) for name, pack in PACKS.items()])
def test_every_dataset_of_every_pack_can_be_written(pack: Pack) -> None:
    year = pack.head.years.last or 2024
    for dataset in pack.datasets:
        assert make_dataset_kit(pack, dataset, year, read_nothing).write(pack, fictional=False).startswith(b"PK")


def test_a_form_asks_nobody_to_work_formulas_out_on_opening(office: Office, tmp_path: Path) -> None:
    """A formula that is typed into it would else be taken for one that was never worked out, however it is saved."""
    path = open_form(office, "lectures", tmp_path).path
    assert b"fullCalcOnLoad" not in zipfile.ZipFile(path).read("xl/workbook.xml")
