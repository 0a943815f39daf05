"""The rows of a sheet of an xlsx workbook, one element after another, with what their cells show."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree

from data.files.hiding import SheetNotes
from data.files.mistakes import name_cell
from data.files.number_formats import CellStyle
from data.files.packages import local_name
from data.files.raw_cells import PICTURE, ErrorCell, RawCell, UncachedFormula
from data.files.raw_sheets import Row
from data.files.rich_texts import Strings, read_rich, unescape
from indicators.entries.refusal import Signal

#: A cell that lies so far from the first one is a slip, not a table.
LARGEST_AREA = 30_000_000
#: No program makes a longer sheet; a row said to lie beyond would have every row before it read as empty.
LAST_ROW = 1_048_576
LAST_COLUMN = 16384
#: Of a row that is less than a point high, or a column of less than a figure's width, nothing can be read.
LEAST = 1
_REMEMBERED = 20_000
PLACE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_NUMBER = re.compile(r"\s*[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\s*")
_OTHER_BOOK = re.compile(r"\[[0-9]+\]")
_PICTURE = re.compile(r"(?:DISPIMG|IMAGE)\s*\(", re.IGNORECASE)


class CellTooFar(Signal):
    """A cell lies so far off that the table around it cannot be meant."""

    def __init__(self, sheet: str, cell: str) -> None:
        self.sheet = sheet
        self.cell = cell
        super().__init__(f"{sheet}!{cell}")


@dataclass(frozen=True)
class Styles:
    """The cell styles of a workbook by their numbers, and from when it counts days."""

    cells: tuple[CellStyle, ...]
    since_1904: bool

    def find(self, style: str | None) -> CellStyle | None:
        """The style of a cell; cells that name none have the first one. None where the workbook has no styles."""
        return None if not self.cells and style is None else self.cells[int(style or 0)]

    def dress(self, value: RawCell, style: str | None) -> RawCell:
        """A stored value as its cell shows it."""
        dressed = self.find(style)
        if dressed is None or (value.__class__ is str and dressed.keeps_text):
            return value
        return dressed.show(value, self.since_1904)


@dataclass(frozen=True)
class FormulaState:
    """Whether formulas were left to the first reader to work out, and whether any program ever did."""

    is_uncached: bool
    is_calculated: bool


class RowReader:
    """Reads the rows of one sheet in their order. Notes hidden rows before they are handed over."""

    def __init__(
        self,
        sheet: str,
        styles: Styles,
        strings: Strings,
        calculation: FormulaState,
        notes: SheetNotes,
    ) -> None:
        #: What is shown of a cell by its row, column and value, and whether a formula came to that, where its style
        #: alone does not tell it.
        self.shows_otherwise: Callable[[int, int, RawCell, bool], RawCell] | None = None
        #: The height of rows that have none of their own.
        self.usual_height: str | None = None
        self.last = 0
        self._sheet = sheet
        self._styles = styles
        self._strings = strings
        self._calculation = calculation
        self._notes = notes
        self._shared: set[str] = set()
        self._known: dict[str, int] = {}
        self._shown: dict[tuple[str, str | None], RawCell] = {}

    def read(self, element: ElementTree.Element) -> Iterator[Row]:
        """The row of an element, after the rows that are not stored before it. Raises CellTooFar and ValueError."""
        given = element.get("r")
        last, row_number = self.last, int(given) if given else self.last + 1
        if row_number > LAST_ROW:
            raise CellTooFar(self._sheet, name_cell(row_number, 0))
        if row_number <= last:
            raise ValueError(f"row {row_number} after row {last}")
        if is_true(element.get("hidden")) or is_slight(element.get("ht", self.usual_height)):
            self._notes.hidden_rows.add(row_number)
        self.last = row_number
        yield from ((number, ()) for number in range(last + 1, row_number))
        yield row_number, self._read_cells(element, row_number)

    def _read_cells(self, element: ElementTree.Element, row_number: int) -> list[RawCell]:
        cells: list[RawCell] = []
        for column, cell in _place_cells(element, row_number, self._known):
            value = self._read_cell(cell)
            if value is None:
                # Formats may reach to the last column.
                continue
            if self.shows_otherwise is not None:
                value = self.shows_otherwise(row_number, column, value, any(part.tag[-2:] == "}f" for part in cell))
            if row_number * (column + 1) > LARGEST_AREA and value != "":
                raise CellTooFar(self._sheet, name_cell(row_number, column))
            cells += [""] * (column - len(cells))
            cells.append(value)
            if len(cell) > 1:
                _note_foreign(cell, name_cell(row_number, column), self._shared, self._notes.foreign_cells)
        return cells

    def _read_cell(self, cell: ElementTree.Element) -> RawCell:
        kind = cell.get("t")
        # Most cells hold a stored value and nothing else.
        if len(cell) == 1 and cell[0].tag[-2:] == "}v" and (only := cell[0].text):
            return self.type_value(only, kind, cell.get("s"))
        value, formula, inline = _part_cell(cell, kind)
        if inline is not None:
            return self._styles.dress(read_rich(inline), cell.get("s"))
        text = value.text if value is not None else None
        if formula is not None:
            return self._read_result(text, formula.text or "", kind, cell.get("s"), stored=value is not None)
        return ("" if value is not None else None) if text is None else self.type_value(text, kind, cell.get("s"))

    def _read_result(
        self, text: str | None, formula: str, kind: str | None, style: str | None, *, stored: bool
    ) -> RawCell:
        """What a formula came to when the file was saved."""
        if _PICTURE.search(formula):
            return PICTURE
        # A result is written out; other programs do not look it up among the shared texts.
        if kind == "s" or self._calculation.is_uncached or (not text and not (stored and kind == "str")):
            return UncachedFormula()
        if not self._calculation.is_calculated and kind in (None, "n") and text and float(text) == 0:
            return UncachedFormula()
        return self.type_value(text, kind, style) if text is not None else ""

    def type_value(self, text: str, kind: str | None, style: str | None) -> RawCell:
        """What a stored value is, as its cell shows it."""
        if kind == "s":
            return self._styles.dress(self._strings[int(text)], style)
        if kind is None or kind == "n":
            shown = self._shown.get((text, style))
            if shown is None:
                if _NUMBER.fullmatch(text) is None:
                    raise ValueError(f"no number: {text}")
                if len(self._shown) >= _REMEMBERED:
                    self._shown.clear()
                shown = self._shown[text, style] = self._styles.dress(float(text), style)
            return shown
        if kind == "str":
            return self._styles.dress(unescape(text), style)
        if kind == "b":
            return self._styles.dress(text.strip() in ("1", "true"), style)
        if kind == "e":
            return ErrorCell(text)
        if kind == "d":
            return read_moment(text)
        raise ValueError(f"unknown type of cell {kind}")


_Part = ElementTree.Element | None


def _part_cell(cell: ElementTree.Element, kind: str | None) -> tuple[_Part, _Part, _Part]:
    """The value, the formula and the text of a cell, behind which nothing is looked at. Raises ValueError for two."""
    value: _Part = None
    formula: _Part = None
    for child in cell:
        name = local_name(child)
        if (name == "v" and value is not None) or (name == "f" and formula is not None):
            raise ValueError("a cell with two values")
        if name == "v":
            value = child
        elif name == "f":
            formula = child
        elif name == "is" and kind != "inlineStr":
            # Other programs show nothing of it.
            raise ValueError(f"a text of its own in a cell of type {kind}")
        elif name == "is":
            return value, formula, child
    return value, formula, None


def _place_cells(
    row: ElementTree.Element, row_number: int, known: dict[str, int]
) -> Iterator[tuple[int, ElementTree.Element]]:
    """The cells of a row with their columns: where they say, or behind the one before. ``known`` is kept."""
    digits, column = str(row_number), -1
    for cell in row:
        place = cell.get("r")
        if place is None:
            at = column + 1
        else:
            letters = place.removesuffix(digits)
            if letters not in known:
                known[letters] = _read_place(place, row_number)
            at = known[letters]
        if at <= column or at >= LAST_COLUMN:
            raise ValueError(f"{place} is stored twice or out of order")
        column = at
        yield at, cell


def is_true(written: str | None) -> bool:
    """Whether an attribute says yes."""
    return written is not None and written.strip() in ("1", "true", "on")


def is_slight(written: str | None) -> bool:
    """Whether a height in points, or a width in figures, is so small that nothing can be seen."""
    return written is not None and float(written) < LEAST


def read_moment(text: str) -> RawCell:
    """A day or a moment as ISO writes it; with a time zone it stays a text, for the day depends on where one is."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    if moment.tzinfo is not None:
        return text
    return moment.date() if moment.time() == datetime.min.time() else moment


def _read_place(place: str, row_number: int) -> int:
    """The column of a cell that says where it is."""
    found = PLACE.fullmatch(place)
    if found is None or int(found[2]) != row_number:
        raise ValueError(f"a cell of row {row_number} says that it is {place}")
    return count_column(found[1])


def _note_foreign(cell: ElementTree.Element, place: str, shared: set[str], foreign_cells: dict[str, None]) -> None:
    formula = next((child for child in cell if child.tag.endswith("}f")), None)
    if formula is None:
        return
    group = formula.get("si")
    if _OTHER_BOOK.search(formula.text or "") or (group is not None and group in shared):
        foreign_cells[place] = None
        if group is not None:
            shared.add(group)


def count_column(letters: str) -> int:
    """The column of these letters, from 0. Raises ValueError beyond XFD."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    if number > 16384:
        raise ValueError(f"no column {letters}")
    return number - 1
