"""A spreadsheet that is not ours works every formula out and comes to the engine's marks, to the last digit.

LibreOffice stands for all spreadsheets here; Excel and WPS are not at hand.
"""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

from scoring.documents.score import make_score_sheet
from scoring.documents.view import RunView
from tests.sheets.conftest import NAMES, Recalculated

ERRORS = re.compile(r"#[A-Z/0!?]+")


def read_sheets(path: Path) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_path(path)
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def find_formulas(path: Path) -> dict[tuple[int, str], str]:
    """Sheet number and address of every formula with its stored result."""
    found = {}
    with zipfile.ZipFile(path) as archive:
        for entry in sorted(name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")):
            number = int(re.findall(r"sheet(\d+)", entry)[0])
            for address, value in re.findall(
                r'<c r="([A-Z]+\d+)"[^>]*><f>.*?</f><v>([^<]*)</v>', archive.read(entry).decode()
            ):
                found[(number, address)] = value
    return found


def look_up(sheets: dict[str, list[list[Any]]], number: int, address: str) -> Any:
    letters, row = re.fullmatch(r"([A-Z]+)(\d+)", address).groups()  # type: ignore[union-attr]
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return list(sheets.values())[number - 1][int(row) - 1][column - 1]


def test_every_formula_comes_to_the_engines_value(office: Recalculated) -> None:
    compared = 0
    for name, path in office.made.items():
        worked_out = read_sheets(office.worked_out[name])
        for (number, address), stored in find_formulas(path).items():
            found = look_up(worked_out, number, address)
            known: Any = stored if isinstance(found, str) else float(stored)
            assert found == known, f"{name} sheet {number} {address}: {found} instead of {stored}"
            compared += 1
    assert compared > 500


def test_no_cell_holds_an_error_or_a_difference(office: Recalculated) -> None:
    verdicts: Counter[str] = Counter()
    for name, path in office.worked_out.items():
        for title, rows in read_sheets(path).items():
            for row in rows:
                for cell in row:
                    if isinstance(cell, str):
                        assert not ERRORS.fullmatch(cell), f"{name} {title}: {cell}"
                        assert cell not in ("不一致", "有不一致"), f"{name} {title}: {row}"
                        verdicts[cell] += cell in ("一致", "全部一致")
    assert verdicts["一致"] > 300 and verdicts["全部一致"] > 10


def test_the_marks_read_back_are_those_of_the_record(office: Recalculated, view: RunView) -> None:
    cohort = view.pack.head.cohorts[0].id
    for number, row in enumerate(view.totals[cohort]):
        records = view.explanations.read_unit(cohort, row.unit)
        sheet = make_score_sheet(view, cohort, row.unit, records)
        page = read_sheets(office.worked_out[f"example-score-{number}.xlsx"])["评分表"]
        head = next(place for place, line in enumerate(page) if "得分" in line)
        marks, names = page[head].index("得分"), page[head].index("指标")
        shown = {line[names].split("\n")[0]: line[marks] for line in page[head + 1 :] if isinstance(line[names], str)}
        for section in sheet.sections:
            for item in section.rows:
                found = shown[item.name]
                assert found == (float(item.mark) if item.mark is not None else item.cells["mark"]), item.name
        totals = next(line for line in page if line[0] == "总分")
        assert float(row.total) in totals


def test_text_that_looks_like_a_formula_stays_text(office: Recalculated) -> None:
    page = read_sheets(office.worked_out["example-score-0.xlsx"])["评分表"]
    texts = [cell for row in page for cell in row if isinstance(cell, str)]
    for name in NAMES.values():
        assert any(text.startswith(name) for text in texts), name
    for path in office.made.values():
        with zipfile.ZipFile(path) as archive:
            for entry in archive.namelist():
                if entry.startswith("xl/worksheets/"):
                    content = archive.read(entry).decode()
                    assert not re.search(r"<f>(1\+1|SUM\(A1\)|备案|cmd)", content)
