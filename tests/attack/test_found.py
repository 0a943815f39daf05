"""What a stranger broke: each test is the promise that did not hold when it was written.

A test is marked xfail (strict) until its defect is mended; whoever mends one takes the mark away. Not
checked here, being a matter of two processes or of time: two scores at once, read-only workspaces, speed of rank.
"""

from __future__ import annotations

import io
import shutil
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
import xlsxwriter

from data.cells.parser import parse_cell
from data.cells.values import CellMistake
from data.files.mistakes import FileRefused
from data.files.readers import read_sheets
from data.intake.imports import import_files
from data.store.workspace import create_workspace
from indicators.entries.mistakes import PackRefused
from indicators.entries.tables import Column
from indicators.lint.citations import split_articles
from indicators.reader import load_pack
from tests.cli.conftest import start_ducha

SHIPPED = Path(__file__).parents[2] / "indicators" / "packs" / "jincheng-2021-2025"
NOW = datetime(2025, 1, 15, tzinfo=UTC)
broken = pytest.mark.xfail(strict=True, reason="found by attack, not yet mended")


@pytest.mark.parametrize("text", ["", "第一条 每年举办讲座不少于四次。\n", "一、每年举办讲座。\n"])
def test_a_text_without_numbers_in_brackets_has_no_articles_instead_of_crashing(text: str) -> None:
    assert isinstance(split_articles(text), dict)


@pytest.mark.parametrize("mark", ["\u200b", "\u200d", "\u200e", "\u200f", "\u202a", "\ufeff"])
def test_an_invisible_character_does_not_make_another_person(mark: str) -> None:
    parsed = parse_cell(f"A1{mark}", Column(name="person", title="人员", type="text"))
    assert parsed == "A1" or isinstance(parsed, CellMistake)


@pytest.mark.parametrize("shown", ["1²", "10²", "①", "1₂"])
def test_raised_and_circled_digits_are_no_digits(shown: str) -> None:
    column = Column(name="hours", title="学时", type="decimal")
    assert isinstance(parse_cell(shown, column), CellMistake)


def test_a_formula_without_a_stored_result_is_not_an_empty_cell() -> None:
    book = io.BytesIO()
    with xlsxwriter.Workbook(book) as workbook:
        sheet = workbook.add_worksheet("花名册")
        sheet.write_row(0, 0, ["单位", "离任"])
        sheet.write_string(1, 0, "甲县")
        sheet.write_formula(1, 1, "=DATE(2023,5,1)", value=777)
    stripped = io.BytesIO()
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(stripped, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"<v>777</v>", b""))
    try:
        row = read_sheets("花名册.xlsx", stripped.getvalue())[0].rows[1][1]
    except FileRefused:
        return
    assert len(row) == 2 and row[1] not in (None, "")


def test_a_long_cell_is_not_told_as_a_missing_quotation_mark() -> None:
    content = ("单位,内容\n甲县," + "字" * 140_000 + "\n").encode()
    try:
        read_sheets("台账.csv", content)
    except FileRefused as refused:
        assert "引号" not in str(refused)


def test_a_unit_named_at_import_holds_for_datasets_that_cover_all_units(tmp_path: Path) -> None:
    workspace = create_workspace(tmp_path / "w", SHIPPED)
    file = tmp_path / "司法建议和检察建议.csv"
    file.write_text("单位,建议书编号,收到日期\n泽州县,1,2024-01-05\n", encoding="utf-8")
    with pytest.raises(FileRefused):
        import_files(workspace, load_pack(SHIPPED), [file], unit="陵川县", now=NOW, user="x")


@pytest.mark.parametrize("year", [-5, 0, 9999])
def test_a_nil_report_is_for_a_year_that_a_year_column_would_take(tmp_path: Path, year: int) -> None:
    workspace = create_workspace(tmp_path / "w", SHIPPED)
    file = tmp_path / "司法建议和检察建议.csv"
    file.write_text("单位,建议书编号,收到日期\n", encoding="utf-8")
    with pytest.raises(FileRefused):
        import_files(workspace, load_pack(SHIPPED), [file], year=year, nil_report=True, now=NOW, user="x")


def test_levels_are_values_that_the_choice_column_can_hold(tmp_path: Path) -> None:
    folder = tmp_path / "pack"
    shutil.copytree(SHIPPED, folder)
    changed = 0
    for path in (folder / "indicators").glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        if "国家级:" in text:
            path.write_text(text.replace("国家级:", "国际级:"), encoding="utf-8")
            changed += 1
    assert changed
    with pytest.raises(PackRefused):
        load_pack(folder)


@pytest.mark.parametrize("command", [("pack", "lint", "published-dates"), ("pack", "coverage", "jincheng-2021-2025")])
def test_a_terminal_without_chinese_gets_something_other_than_a_traceback(command: tuple[str, ...]) -> None:
    done = start_ducha(*command, PYTHONIOENCODING="ascii")
    assert "Traceback" not in done.stderr and done.returncode == 0
