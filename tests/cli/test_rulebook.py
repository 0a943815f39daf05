"""``ducha pack to-excel`` and ``from-excel`` as an official uses them: out, changed in a cell, back, with a mistake.

What this does not prove: what Excel and WPS do to the file between the two.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl

from indicators.reader import load_pack
from tests.cli.conftest import run_ducha

EXAMPLE = Path(__file__).parents[2] / "docs" / "example-pack"


def test_a_pack_goes_to_excel_is_changed_there_and_comes_back(tmp_path: Path) -> None:
    source, path, target = tmp_path / "包", tmp_path / "规则.xlsx", tmp_path / "新包"
    shutil.copytree(EXAMPLE, source)
    (source / "sources" / "扫描件.pdf").write_bytes(b"%PDF")
    done = run_ducha("pack", "to-excel", source, "-o", path)
    assert done.returncode == 0, done.stderr
    assert "YAML 里的注释不在其中" in done.stdout and "sources/扫描件.pdf" in done.stdout
    assert "xlsx" in run_ducha("pack", "to-excel", source, "-o", tmp_path / "a.xls").stderr

    book = openpyxl.load_workbook(path)
    parts = book["计分"]
    titles = {cell.value: cell.column for cell in parts[1]}
    row = next(cell.row for cell in parts["A"] if cell.value == "2.lectures")
    assert parts.cell(row, titles["常用说法"]).value == "每少一次扣_分"
    # A number typed into a cell of its own format is taken as it shows.
    parts.cell(row, titles["数1"]).value = 0.5
    parts.cell(row, titles["数1"]).number_format = "General"
    book.save(path)
    done = run_ducha("pack", "from-excel", path, "-o", target)
    assert done.returncode == 0, done.stdout + done.stderr
    before, after = load_pack(EXAMPLE), load_pack(target)
    changed = [one.id for one, other in zip(before.indicators, after.indicators, strict=True) if one != other]
    assert changed == ["2.lectures"]
    assert 'per_shortfall: {each: "0.5", partial: up}' in (target / "indicators" / "rules.yaml").read_text("utf-8")
    assert "已经有东西" in run_ducha("pack", "from-excel", path, "-o", target).stderr


def test_a_mistake_writes_nothing_but_a_copy_with_comments(tmp_path: Path) -> None:
    path = tmp_path / "规则.xlsx"
    assert run_ducha("pack", "to-excel", EXAMPLE, "-o", path).returncode == 0
    book = openpyxl.load_workbook(path)
    sheet = book["考核组"]
    column = next(cell.column for cell in sheet[1] if cell.value == "满分")
    sheet.cell(3, column).value = "十分"
    book.save(path)
    done = run_ducha("pack", "from-excel", path, "-o", tmp_path / "p")
    assert done.returncode == 1
    assert "规则.xlsx 考核组!" in done.stderr and "不是数" in done.stderr and "规则-批注.xlsx" in done.stderr
    assert not (tmp_path / "p").exists()
    noted = openpyxl.load_workbook(tmp_path / "规则-批注.xlsx")["考核组"].cell(3, column).comment
    assert noted is not None and "不是数" in noted.text
