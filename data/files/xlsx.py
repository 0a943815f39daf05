"""xlsx workbooks, read row by row in flat memory.

The libraries at hand either hold the whole sheet, or hand a failed formula over as an empty cell and say
nothing of formats, merges and hidden rows, or need ten times as long. The format itself is plain: XML parts
in a zip archive, one element a cell.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree
from xml.parsers import expat

from data.files.mistakes import name_cell
from data.files.number_formats import BUILT_IN_FORMATS, GENERAL, CellStyle
from data.files.packages import Package, local_name, refuse_declarations
from data.files.raw_cells import PICTURE, ErrorCell, RawCell, ShownNumber, UncachedFormula
from data.files.raw_sheets import Merge, Row
from data.files.rich_texts import Strings, is_struck, read_rich, unescape
from indicators.entries.refusal import Signal

#: A cell that lies so far from the first one is a slip, not a table.
LARGEST_AREA = 30_000_000
#: No program makes a longer sheet; a row said to lie beyond would have every row before it read as empty.
LAST_ROW = 1_048_576
_LAST_COLUMN = 16384
_CHUNK = 1 << 16
_REMEMBERED = 20_000
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_PLACE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_NUMBER = re.compile(r"\s*[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\s*")
_OTHER_BOOK = re.compile(r"\[[0-9]+\]")
_PICTURE = re.compile(r"(?:DISPIMG|IMAGE)\s*\(", re.IGNORECASE)


class TooLarge(Signal):
    """A cell lies so far off that the table around it cannot be meant."""

    def __init__(self, sheet: str, cell: str) -> None:
        self.sheet = sheet
        self.cell = cell
        super().__init__(f"{sheet}!{cell}")


class DoubledSheet(Signal):
    """Two sheets have one name, which no program lets a person do."""


@dataclass(frozen=True)
class SheetPart:
    """A worksheet: its name, the part that stores it, and whether a person sees it."""

    name: str
    path: str
    visible: bool


class XlsxBook:
    """An open xlsx workbook. Whatever is not as the format demands raises LookupError, ValueError or SyntaxError."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._package = Package(archive)
        main = self._package.find_main()
        if main is None:
            raise ValueError("no workbook in the package")
        self._relations = self._package.list_relations(main)
        book = self._package.parse(main)
        properties = book.find(f"{_MAIN}workbookPr")
        self._since_1904 = properties is not None and _is_true(properties.get("date1904"))
        calculation = book.find(f"{_MAIN}calcPr")
        given = calculation.attrib if calculation is not None else {}
        #: Programs that only write files leave it to the first reader to work formulas out, and store 0 until then.
        self._is_uncached = _is_true(given.get("fullCalcOnLoad")) or not _is_true(given.get("calcCompleted", "1"))
        self._is_calculated = calculation is not None
        if book.find(f"{_MAIN}sheets") is None:
            raise ValueError("a workbook without sheets")
        self.sheets = [*self._find_sheets(book)]
        self.has_macros = any(name.endswith("vbaproject.bin") for name in self._package.names)
        self._styles = self._read_styles()
        self._strings: Strings | None = None
        self._shown: dict[tuple[str, str | None], RawCell] = {}

    def read_merges(self, sheet: SheetPart) -> tuple[Merge, ...]:
        """The merges of a sheet; they stand behind its cells, so it takes one pass over it."""
        before = b""
        with self._package.open(sheet.path) as part:
            for chunk in iter(lambda: part.read(_CHUNK), b""):
                # Nearly all sheets merge nothing, and a plain search is many times as fast as to parse them.
                if b"mergeCell" in before[-16:] + chunk:
                    break
                before = chunk
            else:
                return ()
        merges: list[Merge] = []

        def note(name: str, given: dict[str, str]) -> None:
            if name.rpartition(" ")[2] == "mergeCell":
                merges.append(parse_range(given.get("ref", "")))

        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = note
        with self._package.open(sheet.path) as part:
            for first, chunk in enumerate(iter(lambda: part.read(_CHUNK), b"")):
                if not first:
                    refuse_declarations(chunk)
                parser.Parse(chunk)
        return tuple(merges)

    def read_rows(
        self, sheet: SheetPart, foreign_cells: dict[str, None], hidden_rows: set[int], hidden_columns: set[int]
    ) -> Iterator[Row]:
        """The rows up to the last that is stored. May raise TooLarge.

        Notes on the way formulas that refer to other workbooks, and what is hidden, before it is handed over.
        """
        strings = self._load_strings()
        row_number = 0
        shared: set[str] = set()
        known: dict[str, int] = {}
        before: list[ElementTree.Element] = []
        hides_zeros: bool | None = None
        for element in self._package.stream(sheet.path, "sheetData", before):
            if hides_zeros is None:
                hides_zeros = _read_view(before, hidden_columns)
            if local_name(element) != "row":
                continue
            given = element.get("r")
            last, row_number = row_number, int(given) if given else row_number + 1
            if row_number > LAST_ROW:
                raise TooLarge(sheet.name, name_cell(row_number, 0))
            if row_number <= last:
                raise ValueError(f"row {row_number} after row {last}")
            if _is_true(element.get("hidden")) or _is_nought(element.get("ht")):
                hidden_rows.add(row_number)
            yield from ((number, ()) for number in range(last + 1, row_number))
            cells: list[RawCell] = []
            for column, cell in _place_cells(element, row_number, known):
                value = self._read_cell(cell, strings)
                if value is None:
                    # Formats may reach to the last column.
                    continue
                if hides_zeros and value == 0 and isinstance(value, float):
                    value = ShownNumber(0, "")
                if row_number * (column + 1) > LARGEST_AREA and value != "":
                    raise TooLarge(sheet.name, name_cell(row_number, column))
                cells += [""] * (column - len(cells))
                cells.append(value)
                if len(cell) > 1:
                    _note_foreign(cell, name_cell(row_number, column), shared, foreign_cells)
            yield row_number, cells

    def _read_cell(self, cell: ElementTree.Element, strings: Strings) -> RawCell:
        kind = cell.get("t")
        # Most cells hold a stored value and nothing else.
        if len(cell) == 1 and cell[0].tag[-2:] == "}v" and (only := cell[0].text):
            return self._type_value(only, kind, cell.get("s"), strings)
        text: str | None = None
        formula: str | None = None
        stored = False
        for child in cell:
            name = local_name(child)
            if (name == "v" and stored) or (name == "f" and formula is not None):
                raise ValueError("a cell with two values")
            if name == "v":
                text, stored = child.text, True
            elif name == "f":
                formula = child.text or ""
            elif name == "is":
                return self._dress(read_rich(child), cell.get("s"))
        if formula is None:
            return ("" if stored else None) if text is None else self._type_value(text, kind, cell.get("s"), strings)
        if _PICTURE.search(formula):
            return PICTURE
        if self._is_uncached or (not text and not (stored and kind == "str")):
            return UncachedFormula()
        if not self._is_calculated and kind in (None, "n") and text and float(text) == 0:
            return UncachedFormula()
        return self._type_value(text, kind, cell.get("s"), strings) if text is not None else ""

    def _type_value(self, text: str, kind: str | None, style: str | None, strings: Strings) -> RawCell:
        if kind == "s":
            return self._dress(strings[int(text)], style)
        if kind is None or kind == "n":
            shown = self._shown.get((text, style))
            if shown is None:
                if _NUMBER.fullmatch(text) is None:
                    raise ValueError(f"no number: {text}")
                if len(self._shown) >= _REMEMBERED:
                    self._shown.clear()
                shown = self._shown[text, style] = self._dress(float(text), style)
            return shown
        if kind == "str":
            return self._dress(unescape(text), style)
        if kind == "b":
            return self._dress(text.strip() in ("1", "true"), style)
        if kind == "e":
            return ErrorCell(text)
        if kind == "d":
            return read_moment(text)
        raise ValueError(f"unknown type of cell {kind}")

    def _dress(self, value: RawCell, style: str | None) -> RawCell:
        """A stored value as its cell shows it; cells that name no style have the first one."""
        if not self._styles and style is None:
            return value
        dressed = self._styles[int(style or 0)]
        if value.__class__ is str and dressed.keeps_text:
            return value
        return dressed.show(value, self._since_1904)

    def _find_sheets(self, book: ElementTree.Element) -> Iterator[SheetPart]:
        seen: set[str] = set()
        for sheet in book.iter(f"{_MAIN}sheet"):
            name = sheet.get("name", "")
            if name.casefold() in seen:
                raise DoubledSheet(name)
            seen.add(name.casefold())
            kind, path = self._relations[sheet.get(_RELATION, "")]
            if kind != "worksheet":
                continue
            if path not in self._package.names:
                raise ValueError(f"no part {path}")
            yield SheetPart(name, path, sheet.get("state", "visible") == "visible")

    def _find_part(self, kind: str) -> str | None:
        """The one part of that kind which the workbook names."""
        return next((path for found, path in self._relations.values() if found == kind), None)

    def _read_styles(self) -> list[CellStyle]:
        """The cell styles by their numbers."""
        part = self._find_part("styles")
        if part is None:
            return []
        root = self._package.parse(part)
        codes = dict(BUILT_IN_FORMATS)
        codes |= {int(entry.get("numFmtId", "0")): entry.get("formatCode", "") for entry in root.iter(f"{_MAIN}numFmt")}
        fonts = root.find(f"{_MAIN}fonts")
        struck = [is_struck(font) for font in (fonts if fonts is not None else [])]
        styles = []
        cells = root.find(f"{_MAIN}cellXfs")
        for style in cells if cells is not None else []:
            font = int(style.get("fontId", "0"))
            code = codes.get(int(style.get("numFmtId", "0")), GENERAL)
            styles.append(CellStyle.of(code, font < len(struck) and struck[font]))
        return styles

    def _load_strings(self) -> Strings:
        if self._strings is None:
            strings = Strings()
            part = self._find_part("sharedStrings")
            for element in self._package.stream(part, "sst", []) if part is not None else ():
                if local_name(element) == "si":
                    strings.add(read_rich(element))
            self._strings = strings
        return self._strings


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
        if at <= column or at >= _LAST_COLUMN:
            raise ValueError(f"{place} is stored twice or out of order")
        column = at
        yield at, cell


def _read_view(before: Sequence[ElementTree.Element], hidden_columns: set[int]) -> bool:
    """Note the hidden columns; whether the sheet shows no zeros."""
    hides_zeros = False
    for element in before:
        for child in element:
            if local_name(child) == "sheetView":
                hides_zeros = hides_zeros or not _is_true(child.get("showZeros", "1"))
            elif local_name(child) == "col" and (_is_true(child.get("hidden")) or _is_nought(child.get("width"))):
                hidden_columns.update(range(int(child.attrib["min"]) - 1, min(int(child.attrib["max"]), _LAST_COLUMN)))
    return hides_zeros


def _is_true(written: str | None) -> bool:
    return written is not None and written.strip() in ("1", "true", "on")


def _is_nought(written: str | None) -> bool:
    return written is not None and not float(written)


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
    found = _PLACE.fullmatch(place)
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


def parse_range(reference: str) -> Merge:
    """``A3:B9`` as a Merge. Raises ValueError."""
    first, _, last = reference.partition(":")
    ends = [_PLACE.fullmatch(end) for end in (first, last or first)]
    if ends[0] is None or ends[1] is None:
        raise ValueError(f"no range of cells: {reference}")
    rows = sorted(int(end[2]) for end in ends if end)
    columns = sorted(count_column(end[1]) for end in ends if end)
    return Merge(rows[0], columns[0], rows[1], columns[1])


def count_column(letters: str) -> int:
    """The column of these letters, from 0. Raises ValueError beyond XFD."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    if number > 16384:
        raise ValueError(f"no column {letters}")
    return number - 1
