"""A small pack in plain Python, and files as units would send them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from data.intake.imports import Accepted, import_files
from data.store.workspace import Workspace, create_workspace
from indicators.entries.tables import Column
from indicators.pack.model import Pack

NOW = datetime(2025, 1, 15, 9, 30, tzinfo=UTC)

UNITS: list[dict[str, Any]] = [
    {"id": "a", "name": "甲县", "kind": "county", "aliases": ["甲县人民政府"]},
    {"id": "b", "name": "乙县", "kind": "county"},
    {"id": "c", "name": "丙县", "kind": "county"},
    {"id": "sj", "name": "市大数据应用局", "kind": "bureau", "aliases": ["市大数据局"]},
]

TRAINING = {
    "id": "training",
    "title": "培训学时",
    "columns": [
        {"name": "unit", "title": "单位", "type": "unit"},
        {"name": "person", "title": "姓名", "type": "text", "aliases": ["人员"]},
        {"name": "held_on", "title": "培训日期", "type": "date"},
        {"name": "topic", "title": "主题", "type": "text"},
        {
            "name": "hours",
            "title": "学时",
            "type": "decimal",
            "decimals": 1,
            "at_least": "0",
            "unit_of_measure": "小时",
            "zero_words": ["无"],
        },
        {"name": "category", "title": "类别", "type": "choice", "choices": ["业务", "法律法规"], "required": False},
    ],
    "key": ["unit", "person", "held_on", "topic"],
    "period": {"date": "held_on"},
    "checks": {"sums": [{"column": "hours", "per": ["unit", "person", "held_on"], "at_most": "24"}]},
}

CASES = {
    "id": "cases",
    "title": "案件数量",
    "columns": [
        {"name": "unit", "title": "单位", "type": "unit"},
        {"name": "year", "title": "年度", "type": "year"},
        {"name": "corrected", "title": "纠错数", "type": "integer", "at_least": "0"},
        {"name": "closed", "title": "办结数", "type": "integer", "at_least": "0"},
    ],
    "key": ["unit", "year"],
    "period": {"year": "year"},
    "checks": {"rows": [{"left": "corrected", "at_most": "closed"}]},
}

PEOPLE: dict[str, Any] = {
    "id": "people",
    "title": "复议人员名册",
    "columns": [
        {"name": "unit", "title": "单位", "type": "unit"},
        {"name": "person", "title": "姓名", "type": "text"},
        {"name": "joined", "title": "到任日期", "type": "date", "required": False, "month_allowed": True},
        {"name": "left", "title": "离任日期", "type": "date", "required": False, "month_allowed": True},
    ],
    "key": ["unit", "person"],
    "period": {"standing": True},
    "people": {"person": "person", "joined": "joined", "left": "left"},
}

FINES = {
    "id": "fines",
    "title": "通报问题",
    "covers": "all_units",
    "columns": [
        {"name": "unit", "title": "单位", "type": "unit"},
        {"name": "year", "title": "年度", "type": "year"},
        {"name": "indicator", "title": "指标编号", "type": "indicator"},
        {"name": "number", "title": "文号", "type": "text"},
    ],
    "key": ["number"],
    "period": {"year": "year"},
}


def make_column(**fields: Any) -> Column:
    """A column called 学时 of the given type."""
    return Column(**{"name": "hours", "title": "学时", "type": "decimal", **fields})


def make_pack(*datasets: dict[str, Any], units: Sequence[dict[str, Any]] = UNITS) -> Pack:
    """A pack with these datasets, one indicator and the given register."""
    head = {
        "id": "p",
        "title": "督察",
        "issuer": "市政府",
        "version": "1",
        "years": {"first": "2021", "last": "2025"},
        "cohorts": [{"id": "all", "title": "县", "members": {"kinds": ["county"]}}],
        "sections": [{"id": "s", "title": "一", "marks": {"all": "100"}}],
    }
    indicator = {
        "id": "1.fines",
        "name": "通报",
        "section": "s",
        "marks": {"all": "2"},
        "cites": [{"local_choice": "自定", "supports": ["marks"]}],
        "parts": [
            {
                "measure": {"count": {"dataset": "fines", "where": {}}},
                "target": {"none": {}},
                "marks": {"all_or_nothing": {}},
            }
        ],
    }
    kinds = [{"id": "county", "title": "县"}, {"id": "bureau", "title": "市直部门"}]
    return Pack.model_validate(
        {
            "head": head,
            "sources": (),
            "texts": {},
            "datasets": datasets or (TRAINING, CASES, PEOPLE, FINES),
            "registry": {"kinds": kinds, "units": units},
            "indicators": (indicator,),
            "sha256": "0" * 64,
        }
    )


@pytest.fixture(scope="session")
def pack() -> Pack:
    return make_pack()


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    folder = tmp_path / "a-pack"
    folder.mkdir()
    (folder / "pack.yaml").write_text("id: p\n", encoding="utf-8")
    return create_workspace(tmp_path / "office", folder)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


Import = Callable[..., list[Accepted]]


@pytest.fixture
def take(workspace: Workspace, pack: Pack) -> Import:
    """Import files into the workspace."""

    def take_files(*paths: Path, **options: Any) -> list[Accepted]:
        return import_files(workspace, pack, paths, **{"now": NOW, "user": "王某", **options})

    return take_files


TRAINING_HEADER = ["单位", "姓名", "培训日期", "主题", "学时", "类别"]


def training_row(**changes: Any) -> list[Any]:
    """A good row of the training dataset, with changes by title."""
    row = dict(zip(TRAINING_HEADER, ["甲县", "张三", "2024-03-01", "行政复议法", 8, "业务"], strict=True))
    return list({**row, **changes}.values())


def write_csv(path: Path, *rows: Sequence[Any], encoding: str = "utf-8", delimiter: str = ",") -> Path:
    """A CSV file with these rows."""
    text = "\n".join(delimiter.join(str(cell) for cell in row) for row in rows) + "\n"
    path.write_bytes(text.encode(encoding))
    return path


class Shown:
    """A cell value with a number format, or a formula with the result that Excel would have stored."""

    def __init__(self, value: Any, number_format: str = "General", formula: str | None = None) -> None:
        self.value = value
        self.number_format = number_format
        self.formula = formula


def write_xlsx(path: Path, sheets: Mapping[str, Sequence[Sequence[Any]]], hidden: Sequence[str] = ()) -> Path:
    """A workbook; dates are real dates, and ``Shown`` gives formats and formulas."""
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False})
    # The results that tests give are those of Excel, which leaves nothing to be worked out.
    book.calc_on_load = False
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for row, cells in enumerate(rows):
            for column, value in enumerate(cells):
                _write_cell(book, sheet, row, column, value)
        if name in hidden:
            sheet.hide()
    book.close()
    return path


def _write_cell(book: Any, sheet: Any, row: int, column: int, value: Any) -> None:
    if isinstance(value, Shown):
        style = book.add_format({"num_format": value.number_format})
        if value.formula is not None:
            sheet.write_formula(row, column, value.formula, style, value.value)
        elif isinstance(value.value, date):
            sheet.write_datetime(row, column, value.value, style)
        else:
            sheet.write(row, column, value.value, style)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, book.add_format({"num_format": "yyyy-mm-dd"}))
    elif value is not None:
        sheet.write(row, column, float(value) if isinstance(value, Decimal) else value)
