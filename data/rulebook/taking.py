"""A filled workbook -> the files of a pack, or every mistake in it at its cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from data.files.mistakes import FileMistake, name_cell
from data.files.raw_cells import (
    ErrorCell,
    PercentNumber,
    RawCell,
    ShownNumber,
    UncachedFormula,
    UnclearCell,
    exact_number,
)
from data.files.raw_sheets import RawSheet, is_empty_cell
from data.files.readers import read_sheets
from data.rulebook.canonical import Checked, Files, read_folder
from data.rulebook.layout import HEAD_SHEET, TEXTS_SHEET
from data.rulebook.sheet_lines import FIRST_ROW, BookRead, Lines, SheetCell, read_lines
from data.rulebook.texts import read_texts_lines
from data.store.drafts import draft_folder
from indicators.entries.amounts import plain
from indicators.entries.mistakes import Mistake
from indicators.entries.named_keys import name_keys
from indicators.entries.refusal import Refusal


class BookRefused(Refusal):
    """A workbook that is no pack yet: all mistakes, in the order of the sheets."""

    def __init__(self, mistakes: Sequence[FileMistake]) -> None:
        self.mistakes = list(mistakes)
        super().__init__(f"工作簿里有 {len(self.mistakes)} 处错误，没有转成指标包")


@dataclass(frozen=True)
class Taken:
    """A pack as it was read from a workbook: its files in the canonical order, and the texts of its sources."""

    files: Files
    texts: dict[str, bytes]


def take_book(file_name: str, content: bytes) -> Taken:
    """The pack in a workbook. Raises FileRefused, BookRefused."""
    sheets = read_sheets(file_name, content)
    book, texts = read_book(sheets)
    with draft_folder() as folder:
        checked = Checked(folder, book.files, texts)
        _take_mistakes(book, checked)
        if book.mistakes:
            order = {sheet.sheet: at for at, sheet in enumerate(sheets)}
            found = dict.fromkeys(replace(mistake, file=file_name) for mistake in book.mistakes)
            raise BookRefused(sorted(found, key=lambda each: (order.get(each.sheet, -1), each.order)))
        return Taken(read_folder(folder), texts)


def read_book(sheets: Sequence[RawSheet]) -> tuple[BookRead, dict[str, bytes]]:
    """What the sheets hold, as far as it can be read."""
    unread: list[FileMistake] = []
    lines = {sheet.sheet or "": list(_list_lines(sheet, unread)) for sheet in sheets}
    texts: Lines = lines.pop(TEXTS_SHEET, [])
    book = read_lines(lines)
    book.mistakes += unread
    return book, read_texts_lines(texts, book)


def _list_lines(sheet: RawSheet, unread: list[FileMistake]) -> Iterator[tuple[int, list[str]]]:
    name = sheet.sheet or ""
    for merge in sheet.merges:
        if name != HEAD_SHEET and merge.bottom >= FIRST_ROW:
            text = "合并的单元格分不清是哪一行的；请取消合并，每行都填上"
            unread.append(FileMistake(None, name, name_cell(merge.top, merge.left), text))
    for row, cells in sheet.open_rows():
        texts = []
        for at, raw in enumerate(cells):
            found = _read_text(raw)
            if isinstance(found, UnclearCell):
                unread.append(
                    FileMistake(None, name, name_cell(row, at), f"这一格{found.reason.removeprefix('的单元格')}")
                )
                found = ""
            if found and row >= FIRST_ROW and (row in sheet.hidden_rows or at in sheet.hidden_columns):
                kind = "行" if row in sheet.hidden_rows else "列"
                unread.append(
                    FileMistake(None, name, name_cell(row, at), f"藏起来的{kind}里有内容；请展开核对，再保存")
                )
            texts.append(found)
        yield row, texts


def _read_text(cell: RawCell) -> str | UnclearCell:
    """What a person reads in a cell."""
    if isinstance(cell, UnclearCell):
        return cell
    if isinstance(cell, ErrorCell | UncachedFormula):
        return UnclearCell("的单元格里是没有算出结果的公式；请填写算好的值")
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, ShownNumber):
        return cell.shown or ""
    if isinstance(cell, PercentNumber):
        return f"{plain(exact_number(cell) * 100)}%"
    if isinstance(cell, int | float):
        return plain(exact_number(float(cell)))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return "" if cell is None or is_empty_cell(cell) else str(cell)


def _take_mistakes(book: BookRead, checked: Checked) -> None:
    """What the reader of packs finds, at its cells; what only follows from a cell that is noted already is left out."""
    noted = {(mistake.sheet, mistake.cell) for mistake in book.mistakes}
    rows = {(mistake.sheet, mistake.order[0]) for mistake in book.mistakes if mistake.cell}
    for mistake in checked.mistakes:
        cell = book.find_cell(mistake.file, checked.find_place(mistake)) or _find_sheet(book, mistake)
        if cell is None:
            book.mistakes.append(FileMistake(None, None, None, str(mistake)))
            continue
        found = FileMistake(None, cell.sheet, cell.cell, name_keys(mistake.text))
        follows = mistake.text.startswith("缺少") and (found.sheet, found.order[0]) in rows
        if (found.sheet, found.cell) not in noted and not follows:
            book.mistakes.append(found)


def _find_sheet(book: BookRead, mistake: Mistake) -> SheetCell | None:
    """The first cell of the file that a mistake is about, where it has no place."""
    return next((cell for (file, _), cell in book.places.items() if file == mistake.file), None)
