"""A form filled in as a person would: through its drop-down lists, row by row, with openpyxl standing in for Excel."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import range_boundaries
from openpyxl.utils.datetime import from_excel
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from data.forms.book import HEADER_ROW
from data.register.units import Registry
from indicators.entries.tables import Column, Dataset
from indicators.pack.model import Pack

#: Row numbers as Excel counts them.
TITLES, EXAMPLE, FIRST = HEADER_ROW + 1, HEADER_ROW + 2, HEADER_ROW + 3
TEXTS = (
    "14052119860215003X",
    "140521198602150037",
    "00123",
    "1.10",
    "3-5",
    "晋市发〔2024〕3号",
    "𠮷野家",
    "(2024)晋05行初1号",
    "是",
)
Row = dict[str, Any]


class OpenForm:
    """A workbook of one form, open for writing."""

    def __init__(self, path: Path, pack: Pack, dataset: Dataset) -> None:
        self.path = path
        self.pack = pack
        self.dataset = dataset
        self.book: Workbook = load_workbook(path)
        self.sheet: Worksheet = next(
            sheet for sheet in self.book.worksheets if sheet.sheet_state == "visible" and sheet.title != "填表说明"
        )
        self.places = {str(cell.value).rstrip("*"): cell.column for cell in self.sheet[TITLES] if cell.value}

    def save(self, name: str | None = None) -> Path:
        """The file with what was filled in."""
        path = self.path if name is None else self.path.with_name(name)
        self.book.save(path)
        return path

    def last_row(self) -> int:
        """The last row that is ready to be written on."""
        return self.sheet.max_row

    def read(self, row: int, title: str) -> Any:
        """What stands in a cell."""
        return self.sheet.cell(row, self.places[title]).value

    def write(self, row: int, title: str, value: Any) -> None:
        """Type into a cell; its format stays."""
        self.sheet.cell(row, self.places[title]).value = value

    def list_choices(self, row: int, title: str) -> list[str] | None:
        """The words of the drop-down list of a cell; None if it has none."""
        check = self.find_check(row, title)
        if check is None or check.type != "list":
            return None
        source = str(check.formula1)
        if source.startswith('"'):
            return source.strip('"').split(",")
        name, _, cells = source.lstrip("=").rpartition("!")
        return [cell.value for line in self.book[name.strip("'")][cells] for cell in line]

    def find_check(self, row: int, title: str) -> Any:
        """The input check of a cell."""
        place = self.places[title]
        for check in self.sheet.data_validations.dataValidation:
            for cells in str(check.sqref).split():
                left, top, right, bottom = range_boundaries(cells)
                if left <= place <= right and top <= row <= bottom:
                    return check
        return None


def fill_rows(form: OpenForm, chance: random.Random, most: int = 12) -> list[Row]:
    """Fill up to ``most`` rows with valid values; returns them as they must be stored. The rest is left as it is."""
    registry = Registry.from_register(form.pack.registry)
    known = any(
        form.read(FIRST, column.title) is not None for column in form.dataset.columns if column.type == "choice"
    )
    rows = range(FIRST, form.last_row() + 1) if known else range(FIRST, min(FIRST + most, form.last_row() + 1))
    filled = []
    for row in rows:
        typed = _agree(form.dataset, _draw_row(form, row, chance), len(rows))
        while all(typed[each.name] is None or form.read(row, each.title) is not None for each in form.dataset.columns):
            typed = _agree(form.dataset, _draw_row(form, row, chance), len(rows))
        for column in form.dataset.columns:
            if form.read(row, column.title) is None and typed[column.name] is not None:
                form.write(row, column.title, _type_value(typed[column.name], column, chance))
        filled.append({name: _store(value, form.dataset.column(name), registry) for name, value in typed.items()})
    return filled


def _draw_row(form: OpenForm, row: int, chance: random.Random) -> Row:
    typed: Row = {}
    for column in form.dataset.columns:
        given = form.read(row, column.title)
        typed[column.name] = given if given is not None else _draw(form, row, column, chance)
    return typed


def _draw(form: OpenForm, row: int, column: Column, chance: random.Random) -> Any:
    judged = form.dataset.checks.judgements and column.name in ("level", "marks")
    if judged and form.find_check(row, column.title) is None:
        return None
    if not column.required and not judged and column.name != "evidence" and chance.random() < 0.3:
        return None
    if (choices := form.list_choices(row, column.title)) is not None:
        return chance.choice(choices)
    if column.type in ("integer", "decimal"):
        check = form.find_check(row, column.title)
        return _draw_number(column, chance, float(check.formula2) if judged and check.type == "decimal" else None)
    check = form.find_check(row, column.title)
    if check is not None and check.type == "date":
        first, last = (from_excel(float(bound)).date() for bound in (check.formula1, check.formula2))
        return first + timedelta(days=chance.randrange((last - first).days + 1))
    year = next((form.read(row, each.title) for each in form.dataset.columns if each.type == "year"), None) or 2024
    if column.type == "date":
        if column.month_allowed and chance.random() < 0.4:
            return f"{year}-{chance.randint(1, 12):02}"
        return date(int(year), 1, 1) + timedelta(days=chance.randrange(364))
    if column.type == "year":
        return year
    # A key must tell the rows apart.
    return f"{chance.choice(TEXTS)}-{row}" if column.name in form.dataset.key else chance.choice(TEXTS)


def _draw_number(column: Column, chance: random.Random, limit: float | None) -> Any:
    low = column.at_least if column.at_least is not None else Decimal(-50)
    high = min(column.at_most if column.at_most is not None else low + 900, Decimal(str(limit)) if limit else low + 900)
    step = Decimal(1).scaleb(-(column.decimals if column.type == "decimal" else 0))
    return low + step * chance.randint(0, int((high - low) / step))


def _agree(dataset: Dataset, row: Row, count: int) -> Row:
    """The row mended so that the checks of the dataset hold."""
    for check in dataset.checks.sums:
        if row[check.column] is not None:
            row[check.column] = min(row[check.column], Decimal(int(check.at_most / count)))
    pairs = [(check.left, check.at_most) for check in dataset.checks.rows]
    people = dataset.people
    if people is not None and people.joined and people.left:
        pairs.append((people.joined, people.left))
    for _ in pairs:
        for left, right in pairs:
            if row[left] is not None and row[right] is not None and str(type(row[left])) == str(type(row[right])):
                if left == dataset.period.date:
                    # The year that the form is for holds; only the later of the two days can give way.
                    row[right] = max(row[left], row[right])
                else:
                    row[left], row[right] = sorted((row[left], row[right]))
    return row


def _type_value(value: Any, column: Column, chance: random.Random) -> Any:
    """What is typed for a value: numbers as Excel holds them, a word for zero where there is one."""
    if isinstance(value, Decimal):
        if value == 0 and column.zero_words:
            return chance.choice(column.zero_words)
        return float(value) if column.type == "decimal" else int(value)
    if isinstance(value, date) and column.month_allowed:
        return value.isoformat()
    return value


def _store(value: Any, column: Column | None, registry: Registry) -> Any:
    assert column is not None
    if value is None:
        return None
    if column.type == "unit":
        return registry.resolve(value)
    if column.type == "flag":
        return value == "是"
    if column.month_allowed and isinstance(value, str):
        return date(int(value[:4]), int(value[5:]), 1)
    return int(value) if column.type in ("integer", "year") else value


def list_stored(rows: list[Row], dataset: Dataset) -> Iterator[tuple[Any, ...]]:
    """Rows as tuples in the order of the columns."""
    return (tuple(row.get(column.name) for column in dataset.columns) for row in rows)
