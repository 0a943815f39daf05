"""Rows -> the files in which units send them: CSV and Excel, each marked as fictional, the same bytes every time."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import xlsxwriter

from data.cells.completeness import COMPLETE_LABEL
from data.demo.world import Row, Tables
from indicators.entries.tables import Column, Dataset
from indicators.pack.model import Pack

FICTIONAL = "演示数据（虚构）"
#: Stands in every workbook as the time of creation, so that equal rows make equal bytes.
_CREATED = datetime(2025, 4, 10, tzinfo=UTC)
_NOTE = (
    FICTIONAL,
    "本文件由程序按种子数随机生成，人名、编号、案号、日期和数字全部是虚构的，与任何单位和个人无关。",
    "只用于演示和测试，不得作为考核依据。",
)


def name_file(title: str, unit: str | None, suffix: str) -> str:
    """The name under which a unit sends a report; it says that the data are fictional."""
    return "-".join(word for word in (title, unit, FICTIONAL) if word) + suffix


def write_csv(
    folder: Path, dataset: Dataset, rows: Sequence[Row], unit: str | None = None, complete_to: date | None = None
) -> Path:
    """A CSV file as Excel saves it, the warning in its first line; a register says up to which day it is complete."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([FICTIONAL])
    if complete_to is not None:
        writer.writerow([f"本台账{COMPLETE_LABEL}{complete_to}"])
    writer.writerow([column.title for column in dataset.columns])
    writer.writerows([row.get(column.name, "") for column in dataset.columns] for row in rows)
    path = folder / name_file(dataset.title, unit, ".csv")
    path.write_bytes(text.getvalue().encode("utf-8-sig"))
    return path


def write_workbook(folder: Path, pack: Pack, title: str, tables: Tables, unit: str | None = None) -> Path:
    """A workbook with a sheet of notes and one sheet per dataset."""
    path = folder / name_file(title, unit, ".xlsx")
    with xlsxwriter.Workbook(str(path)) as book:
        book.set_properties({"title": FICTIONAL, "created": _CREATED})
        formats = {
            "date": book.add_format({"num_format": "yyyy-mm-dd"}),
            "month": book.add_format({"num_format": "yyyy-mm"}),
            "bold": book.add_format({"bold": True}),
        }
        notes = book.add_worksheet("说明")
        for place, sentence in enumerate(_NOTE):
            notes.write_string(place, 0, sentence)
        for name, rows in tables.items():
            _write_sheet(book, pack.dataset(name), rows, formats)
    return path


def _write_sheet(
    book: xlsxwriter.Workbook, dataset: Dataset, rows: Sequence[Row], formats: dict[str, xlsxwriter.format.Format]
) -> None:
    sheet = book.add_worksheet(dataset.title)
    for place, column in enumerate(dataset.columns):
        sheet.write_string(0, place, column.title, formats["bold"])
        sheet.set_column(place, place, 14)
    for line, row in enumerate(rows, 1):
        for place, column in enumerate(dataset.columns):
            text = row.get(column.name, "")
            if text:
                _write_cell(sheet, line, place, column, text, formats)


def _write_cell(
    sheet: xlsxwriter.worksheet.Worksheet,
    line: int,
    place: int,
    column: Column,
    text: str,
    formats: dict[str, xlsxwriter.format.Format],
) -> None:
    """A number as a number and a day as a day, as Excel keeps what is typed."""
    if column.type == "date" and len(text) == len("2024-03-01"):
        sheet.write_datetime(line, place, date.fromisoformat(text), formats["date"])
    elif column.type in ("integer", "decimal", "year") and text not in column.zero_words:
        sheet.write_number(line, place, float(text))
    else:
        sheet.write_string(line, place, text)
