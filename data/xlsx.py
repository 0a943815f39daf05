"""xlsx workbooks, read row by row in flat memory.

The libraries at hand either hold the whole sheet, or hand a failed formula over as an empty cell and say
nothing of formats, merges and hidden rows, or need ten times as long. The format itself is plain: XML parts
in a zip archive, one element a cell.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from xml.etree import ElementTree

from data.cell_marks import BUILT_IN_FORMATS, describe_format, show_number
from data.mistakes import name_cell
from data.raw_cells import ErrorCell, RawCell, UncachedFormula
from data.raw_sheets import Merge, Row
from indicators.refusal import Signal

#: A cell that lies so far from the first one is a slip, not a table.
LARGEST_AREA = 30_000_000
#: No program makes a longer sheet; a row said to lie beyond would have every row before it read as empty.
LAST_ROW = 1_048_576
_CHUNK = 1 << 16
_REMEMBERED = 20_000
_STRICT = (
    (b"http://purl.oclc.org/ooxml/spreadsheetml/main", b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
)
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_ROW_TAG = re.compile(rb"<(?:\w+:)?row\s([^>]*)>")
_COLUMN_TAG = re.compile(rb"<(?:\w+:)?col\s([^>]*)>")
_MERGE_TAG = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?\bref=[\"']([^\"']*)[\"']")
_HIDDEN = re.compile(rb"\b(?:hidden=[\"'](?:1|true)[\"']|(?:ht|width)=[\"']0(?:\.0*)?[\"'])")
_PLACE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_OTHER_BOOK = re.compile(r"\[[0-9]+\]")


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


@dataclass(frozen=True)
class Layout:
    """What a sheet says beside its cells (see RawSheet)."""

    merges: tuple[Merge, ...]
    hidden_rows: frozenset[int]
    hidden_columns: frozenset[int]


@dataclass
class Strings:
    """The shared texts of a workbook, packed: a hundred bytes apiece as objects would outweigh the rows."""

    packed: bytearray = field(default_factory=bytearray)
    ends: array[int] = field(default_factory=lambda: array("Q"))

    def add(self, text: str) -> None:
        """Append one more text."""
        self.packed += text.encode("utf-8", "surrogatepass")
        self.ends.append(len(self.packed))

    def __getitem__(self, index: int) -> str:
        if index < 0:
            raise IndexError(index)
        start = self.ends[index - 1] if index else 0
        return self.packed[start : self.ends[index]].decode("utf-8", "surrogatepass")


class XlsxBook:
    """An open xlsx workbook. Whatever is not as the format demands raises LookupError, ValueError or SyntaxError."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._names = set(archive.namelist())
        book = self._parse("xl/workbook.xml")
        properties = book.find(f"{_MAIN}workbookPr")
        self._since_1904 = properties is not None and properties.get("date1904") in ("1", "true")
        self.sheets = [*self._find_sheets(book)]
        self.has_macros = any(name.endswith("vbaProject.bin") for name in self._names)
        self._styles = self._read_styles()
        self._strings: Strings | None = None
        self._shown: dict[tuple[str, str], RawCell] = {}

    def read_layout(self, sheet: SheetPart) -> Layout:
        """Merges, hidden rows and hidden columns of a sheet; takes one pass over it."""
        merges: list[Merge] = []
        rows: set[int] = set()
        columns: set[int] = set()
        rest = b""
        with self._archive.open(sheet.path) as part:
            for first, chunk in enumerate(iter(lambda: part.read(_CHUNK), b"")):
                if not first:
                    _refuse_declarations(chunk)
                chunk = rest + chunk
                cut = chunk.rfind(b"<")
                # The last piece has nothing behind it that could still change it.
                chunk, rest = (chunk[:cut], chunk[cut:]) if cut > 0 else (b"", chunk)
                _collect_layout(chunk, merges, rows, columns)
        _collect_layout(rest, merges, rows, columns)
        return Layout(tuple(merges), frozenset(rows), frozenset(columns))

    def read_rows(self, sheet: SheetPart, foreign_cells: dict[str, None]) -> Iterator[Row]:
        """The rows up to the last that is stored, noting formulas that refer to other workbooks. May raise TooLarge."""
        strings = self._load_strings()
        row_number = 0
        shared: set[str] = set()
        known: dict[str, int] = {}
        for element in self._stream(sheet.path, "sheetData"):
            given = element.get("r")
            before, row_number = row_number, int(given) if given else row_number + 1
            if row_number > LAST_ROW:
                raise TooLarge(sheet.name, name_cell(row_number, 0))
            if row_number <= before:
                raise ValueError(f"row {row_number} after row {before}")
            yield from ((number, ()) for number in range(before + 1, row_number))
            cells: list[RawCell] = []
            digits, value_tag = str(row_number), element.tag[:-3] + "v"
            for cell in element:
                place = cell.get("r")
                if place is None:
                    column = len(cells)
                else:
                    letters = place.removesuffix(digits)
                    at = known.get(letters)
                    column = _read_place(place, row_number) if at is None else at
                    known[letters] = column
                # Most cells hold a stored value and nothing else.
                if len(cell) == 1 and cell[0].tag == value_tag and (text := cell[0].text):
                    value = self._type_value(text, cell.get("t"), cell.get("s"), strings)
                else:
                    value = self._read_cell(cell, strings)
                if value is None:
                    # Formats may reach to the last column.
                    continue
                if row_number * (column + 1) > LARGEST_AREA and value != "":
                    raise TooLarge(sheet.name, name_cell(row_number, column))
                if column < len(cells):
                    raise ValueError(f"{place} is stored twice or out of order")
                cells += [""] * (column - len(cells))
                cells.append(value)
                if len(cell) > 1:
                    _note_foreign(cell, name_cell(row_number, column), shared, foreign_cells)
            yield row_number, cells

    def _read_cell(self, cell: ElementTree.Element, strings: Strings) -> RawCell:
        kind = cell.get("t")
        text: str | None = None
        formula = False
        stored = False
        for child in cell:
            name = child.tag[-2:]
            if name == "}v":
                text, stored = child.text, True
            elif name == "}f":
                formula = True
            elif child.tag.endswith("}is"):
                return _unescape(_read_rich(child))
        if formula and not text and not (stored and kind == "str"):
            return UncachedFormula()
        if text is None:
            return "" if stored else None
        return self._type_value(text, kind, cell.get("s"), strings)

    def _type_value(self, text: str, kind: str | None, style: str | None, strings: Strings) -> RawCell:
        if kind == "s":
            return strings[int(text)]
        if kind is None or kind == "n":
            if style is None:
                return float(text)
            shown = self._shown.get((text, style))
            if shown is None:
                if len(self._shown) >= _REMEMBERED:
                    self._shown.clear()
                shown = self._shown[text, style] = show_number(float(text), self._styles[int(style)], self._since_1904)
            return shown
        if kind == "str":
            return _unescape(text)
        if kind == "b":
            return text.strip() in ("1", "true")
        if kind == "e":
            return ErrorCell(text)
        if kind == "d":
            moment = datetime.fromisoformat(text)
            return moment.date() if moment.time() == datetime.min.time() else moment
        raise ValueError(f"unknown type of cell {kind}")

    def _find_sheets(self, book: ElementTree.Element) -> Iterator[SheetPart]:
        relations = self._parse("xl/_rels/workbook.xml.rels")
        targets = {relation.get("Id"): relation for relation in relations}
        seen: set[str] = set()
        for sheet in book.iter(f"{_MAIN}sheet"):
            name = sheet.get("name", "")
            if name.casefold() in seen:
                raise DoubledSheet(name)
            seen.add(name.casefold())
            relation = targets[sheet.get(_RELATION)]
            if not relation.get("Type", "").endswith("/worksheet"):
                continue
            target = relation.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
            if path not in self._names:
                raise ValueError(f"no part {path}")
            yield SheetPart(name, path, sheet.get("state", "visible") == "visible")

    def _read_styles(self) -> list[str]:
        """The kind of format of each cell style, by its number."""
        if "xl/styles.xml" not in self._names:
            return ["number"]
        root = self._parse("xl/styles.xml")
        kinds: dict[int, str] = dict(BUILT_IN_FORMATS)
        for entry in root.iter(f"{_MAIN}numFmt"):
            kinds[int(entry.get("numFmtId", "0"))] = describe_format(entry.get("formatCode", ""))
        cells = root.find(f"{_MAIN}cellXfs")
        return [kinds.get(int(style.get("numFmtId", "0")), "number") for style in (cells if cells is not None else [])]

    def _load_strings(self) -> Strings:
        if self._strings is None:
            strings = Strings()
            if "xl/sharedStrings.xml" in self._names:
                for element in self._stream("xl/sharedStrings.xml", "sst"):
                    strings.add(_unescape(_read_rich(element)))
            self._strings = strings
        return self._strings

    def _parse(self, name: str) -> ElementTree.Element:
        xml = self._archive.read(name)
        _refuse_declarations(xml)
        for strict, usual in _STRICT:
            xml = xml.replace(strict, usual)
        return ElementTree.fromstring(xml)

    def _stream(self, name: str, parent: str) -> Iterator[ElementTree.Element]:
        """The children of the one element of that name, each let go of when the next is asked for."""
        builder = ElementTree.TreeBuilder()
        parser = ElementTree.XMLParser(target=builder)
        found: ElementTree.Element | None = None
        with self._archive.open(name) as part:
            for first, chunk in enumerate(iter(lambda: part.read(_CHUNK), b"")):
                if not first:
                    _refuse_declarations(chunk)
                parser.feed(chunk)
                if found is None:
                    # The tree as far as it has grown; it goes on growing afterwards.
                    found = _find_element(builder.close(), parent)
                # The last child may not be complete yet.
                if found is not None and len(found) > 1:
                    ready = found[:-1]
                    del found[:-1]
                    yield from ready
        root = parser.close()
        if found is None:
            found = _find_element(root, parent)
        if found is None or sum(child.tag == found.tag for child in root) > 1:
            raise ValueError(f"not one {parent} in {name}")
        yield from found


def _find_element(root: ElementTree.Element | None, name: str) -> ElementTree.Element | None:
    """The root or its first child of that name."""
    if root is None or root.tag.rpartition("}")[2] == name:
        return root
    return next((child for child in root if child.tag.rpartition("}")[2] == name), None)


def _refuse_declarations(xml: bytes) -> None:
    """Entities can make a few bytes unfold to gigabytes, and no office program writes them."""
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml or xml[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise ValueError("a document type declaration, or not UTF-8")


def _collect_layout(xml: bytes, merges: list[Merge], rows: set[int], columns: set[int]) -> None:
    if b"mergeCell" in xml:
        merges += [parse_range(ref.decode()) for ref in _MERGE_TAG.findall(xml)]
    # A plain search is many times as fast as the pattern, and most sheets hide nothing.
    if not any(word in xml for word in (b"hidden=", b'ht="0', b"ht='0", b'width="0', b"width='0")):
        return
    for attributes in _ROW_TAG.findall(xml):
        if _HIDDEN.search(attributes) and (number := re.search(rb"\br=[\"']([0-9]+)[\"']", attributes)):
            rows.add(int(number[1]))
    for attributes in _COLUMN_TAG.findall(xml):
        ends = [re.search(rb"\b" + end + rb"=[\"']([0-9]+)[\"']", attributes) for end in (b"min", b"max")]
        if _HIDDEN.search(attributes) and ends[0] and ends[1]:
            columns.update(range(int(ends[0][1]) - 1, min(int(ends[1][1]), 16384)))


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


def _read_rich(element: ElementTree.Element) -> str:
    """The text of a string with its runs of formatted text, without the reading aids of Asian names (rPh)."""
    if len(element) == 1 and element[0].tag.endswith("}t"):
        return element[0].text or ""
    texts = []
    for child in element:
        if child.tag.endswith("}t"):
            texts.append(child.text or "")
        elif child.tag.endswith("}r"):
            texts += [part.text or "" for part in child if part.tag.endswith("}t")]
    return "".join(texts)


def _unescape(text: str) -> str:
    """``_x000D_`` stands for a character that XML cannot hold."""
    return _ESCAPED.sub(lambda code: chr(int(code[1], 16)), text) if "_x" in text else text


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
