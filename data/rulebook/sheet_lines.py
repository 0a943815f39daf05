"""The lines of sheets as the files of a pack, with the cell that each place of them came from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from data.files.mistakes import FileMistake, name_cell
from data.rulebook.layout import (
    FILE_COLUMN,
    FILES,
    HEAD_SHEET,
    NEW_FILE,
    PLANS,
    RuleSheet,
    find_file,
    list_children,
    list_head_columns,
    list_sheet_columns,
)
from data.rulebook.rows import RowRead, read_row
from data.rulebook.rule_columns import RuleColumn
from indicators.entries.nearest import suggest
from indicators.entries.shapes import list_fields
from indicators.pack.plain_values import Texts

#: The first line with content, below the labels and the keys.
LABELS_ROW, KEYS_ROW, FIRST_ROW = 1, 2, 3

Step = str | int
Place = tuple[Step, ...]
#: A sheet as texts: the number of each line, and its cells.
Lines = Sequence[tuple[int, Sequence[str]]]


class SheetCell(NamedTuple):
    """A cell of a sheet, as Excel names it; the sheet alone where there is none."""

    sheet: str
    cell: str | None


@dataclass
class BookRead:
    """The files as far as they could be read, where everything in them stands, and what could not be read."""

    files: dict[str, dict[str, Texts]] = field(default_factory=dict)
    places: dict[tuple[str, Place], SheetCell] = field(default_factory=dict)
    mistakes: list[FileMistake] = field(default_factory=list)

    def note(self, sheet: str, cell: str | None, text: str) -> None:
        """A mistake at a cell."""
        self.mistakes.append(FileMistake(None, sheet, cell, text))

    def find_cell(self, file: str, place: Place) -> SheetCell | None:
        """The cell of a place, or of the nearest one around it that has a cell."""
        for length in range(len(place), -1, -1):
            if (found := self.places.get((file, place[:length]))) is not None:
                return found
        return None


class SheetLine(NamedTuple):
    """A line with those that go on with it: its cells by column, where each stands, and its number."""

    number: int
    cells: dict[RuleColumn, str]
    order: tuple[RuleColumn, ...]


def read_lines(sheets: Mapping[str, Lines]) -> BookRead:
    """The files of a pack from the sheets by their names."""
    book = BookRead()
    known = [HEAD_SHEET, *(plan.title for plan in PLANS)]
    for name in sheets:
        if name not in known:
            book.note(name, None, f"没有叫「{name}」的工作表{suggest(name, known)}；不要的请删去")
    _read_head(sheets.get(HEAD_SHEET, ()), book)
    entries: dict[str, dict[str, tuple[dict[str, Texts], str, Place]]] = {}
    for plan in PLANS:
        rows = list(_list_rows(plan, sheets.get(plan.title, ()), book))
        if plan.parent is None:
            entries[plan.title] = _place_entries(plan, rows, book)
        else:
            _place_children(plan, rows, entries[plan.parent], book)
    book.files = {name: book.files[name] for pattern in FILES for name in book.files if find_file(name) == pattern}
    return book


def _read_head(lines: Lines, book: BookRead) -> None:
    """The first sheet: a label, a value and a key in each line."""
    known = {f"{file}:{column.key}": (file, column) for file, column in list_head_columns()}
    cells: dict[str, dict[RuleColumn, str]] = {}
    where: dict[RuleColumn, str] = {}
    for number, texts in lines:
        _, text, key, *_ = [*texts, "", "", ""]
        if number < FIRST_ROW or not (text.strip() or key.strip()):
            continue
        if key.strip() not in known:
            book.note(HEAD_SHEET, name_cell(number, 2), f"不认识的键「{key}」{suggest(key, list(known))}")
            continue
        file, column = known[key.strip()]
        cells.setdefault(file, {})[column] = text
        where[column] = name_cell(number, 1)
    for file, own in cells.items():
        read = read_row(own, [column for owner, column in list_head_columns() if owner == file])
        if read.entry or not read.wrong:
            book.files.setdefault(file, {}).update(read.entry)
        for column, path in read.paths.items():
            if column in where:
                book.places.setdefault((file, path), SheetCell(HEAD_SHEET, where[column]))
        for wrong in read.wrong:
            book.note(HEAD_SHEET, where.get(wrong.column), wrong.text)
    book.files = {name: tree for name, tree in book.files.items() if tree or name == "pack.yaml"}


def _list_rows(plan: RuleSheet, lines: Lines, book: BookRead) -> Iterator[SheetLine]:
    """The lines of a sheet; one without its first cell goes on with the one above."""
    numbered = dict(lines)
    order = _find_columns(plan, numbered.get(KEYS_ROW, ()), numbered.get(LABELS_ROW, ()), book)
    columns = tuple(column for column in order if column is not None)
    row: SheetLine | None = None
    for number, texts in lines:
        if not order or number < FIRST_ROW or not any(text.strip() for text in texts):
            continue
        filled = {column: text for column, text in zip(order, texts, strict=False) if column and text.strip()}
        beyond = next((at for at, text in enumerate(texts) if text.strip() and not _at(order, at)), None)
        if beyond is not None:
            book.note(plan.title, name_cell(number, beyond), "这一列没有标题，不知道是什么；请清空，或补上列的标题和键")
        if row is not None and order[0] not in filled:
            _go_on(plan, row, number, filled, order, book)
            continue
        if row is not None:
            yield row
        row = SheetLine(number, filled, columns)
    if row is not None:
        yield row


def _go_on(
    plan: RuleSheet,
    row: SheetLine,
    number: int,
    filled: Mapping[RuleColumn, str],
    order: Sequence[RuleColumn | None],
    book: BookRead,
) -> None:
    """Add the lists of a line without its first cell to the line above."""
    for column, text in filled.items():
        if column.shape.scalar and column.role == "value":
            at = name_cell(number, order.index(column))
            book.note(plan.title, at, f"这一行没有「{row.order[0].label}」；请补上，或清空这一行")
        else:
            row.cells[column] = f"{row.cells[column]}\n{text}" if column in row.cells else text


def _at(order: Sequence[RuleColumn | None], at: int) -> RuleColumn | None:
    return order[at] if at < len(order) else None


def _find_columns(
    plan: RuleSheet, keys: Sequence[str], labels: Sequence[str], book: BookRead
) -> list[RuleColumn | None]:
    """For each column of the sheet what it holds, by its key or else by its label; the first is what tells lines."""
    cohorts = {found[1]: found[1] for key in keys if (found := re.fullmatch(r"[^[\]]+\[(.+)\]", key.strip()))}
    known = {column.key: column for column in list_sheet_columns(plan, {}) + list_sheet_columns(plan, cohorts)}
    named = {column.label: column for column in known.values()}
    order: list[RuleColumn | None] = []
    for at in range(max(len(keys), len(labels))):
        key, label = (words[at].strip() if at < len(words) else "" for words in (keys, labels))
        column = known.get(key) or named.get(label)
        if column is None and (key or label):
            text = f"不认识的列「{key or label}」{suggest(key or label, list(known))}；不要的列请整列删去"
            book.note(plan.title, name_cell(KEYS_ROW, at), text)
        elif column is not None and column in order:
            book.note(plan.title, name_cell(KEYS_ROW, at), f"「{column.label}」有两列；请删去一列")
        order.append(column)
    return order


def _place_entries(
    plan: RuleSheet, rows: Sequence[SheetLine], book: BookRead
) -> dict[str, tuple[dict[str, Texts], str, Place]]:
    """Put the entries of a sheet into their files; each with its place, by its id."""
    placed: dict[str, tuple[dict[str, Texts], str, Place]] = {}
    for row in rows:
        file = row.cells.get(FILE_COLUMN, "").strip() or plan.file.replace("*.yaml", NEW_FILE)
        if find_file(file) != plan.file:
            at = row.order.index(FILE_COLUMN)
            text = f"「{file}」不能作文件名；请写成 {plan.file.replace('*', '名称')}，名称里不要有斜杠"
            book.note(plan.title, name_cell(row.number, at), text)
            file = plan.file.replace("*.yaml", NEW_FILE)
        entry, place = _add(plan, row, book, file, (plan.field,), book.files.setdefault(file, {}))
        for each in list_fields(plan.model):
            if each.required and each.key in {child.field for child in list_children(plan)}:
                entry[each.key] = []
        placed.setdefault(str(entry.get("id", "")), (entry, file, place))
    return placed


def _place_children(
    plan: RuleSheet,
    rows: Sequence[SheetLine],
    owners: Mapping[str, tuple[dict[str, Texts], str, Place]],
    book: BookRead,
) -> None:
    """Put the entries of a sheet into those of another that they name."""
    first = plan.owner_column
    assert first is not None
    for row in rows:
        name = row.cells.get(first, "").strip()
        if name not in owners:
            hint = suggest(name, list(owners))
            text = f"「{plan.parent}」里没有编号「{name}」{hint}" if name else f"请写它属于哪个{plan.parent}的编号"
            book.note(plan.title, name_cell(row.number, row.order.index(first)), text)
            continue
        owner, file, place = owners[name]
        _add(plan, row, book, file, (*place, plan.field), owner)


def _add(
    plan: RuleSheet, row: SheetLine, book: BookRead, file: str, place: Place, owner: dict[str, Texts]
) -> tuple[dict[str, Texts], Place]:
    """Read the line and put its entry at the end of a list of its owner."""
    own = [column for column in row.order if column is not FILE_COLUMN and column != plan.owner_column]
    read = read_row(row.cells, own)
    entry = dict(read.entry)
    before = owner.get(plan.field, [])
    assert isinstance(before, list)
    owner[plan.field] = [*before, entry]
    place = (*place, len(before))
    book.places[file, place] = SheetCell(plan.title, name_cell(row.number, 0))
    _note_row(plan, row, read, book, file, place)
    return entry, place


def _note_row(plan: RuleSheet, row: SheetLine, read: RowRead, book: BookRead, file: str, place: Place) -> None:
    for column, path in read.paths.items():
        cell = SheetCell(plan.title, name_cell(row.number, row.order.index(column)))
        for length in range(len(path), 0, -1):
            book.places.setdefault((file, (*place, *path[:length])), cell)
    wrong = {each.column for each in read.wrong}
    for each in read.wrong:
        book.note(plan.title, name_cell(row.number, row.order.index(each.column)), each.text)
    for column in read.paths:
        if column.required and column not in wrong and not row.cells.get(column, "").strip():
            at = name_cell(row.number, row.order.index(column))
            book.note(plan.title, at, f"缺少「{column.label}」；请补上")
