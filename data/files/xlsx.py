"""xlsx workbooks, read row by row in flat memory.

The libraries at hand either hold the whole sheet, or hand a failed formula over as an empty cell and say
nothing of formats, merges and hidden rows, or need ten times as long. The format itself is plain: XML parts
in a zip archive, one element a cell.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

from data.files.blocks import Block
from data.files.hiding import HidingRule, SheetNotes
from data.files.looks import (
    INK,
    PAPER,
    judge_alignment,
    judge_change,
    judge_colours,
    judge_font,
    read_ground,
    read_letters,
)
from data.files.number_formats import BUILT_IN_FORMATS, GENERAL, CellStyle
from data.files.packages import Package, local_name
from data.files.raw_sheets import Row
from data.files.rich_texts import Strings, read_rich
from data.files.sheet_tails import hides_by, parse_range, read_tail
from data.files.sheet_views import read_view
from data.files.xlsx_blocks import SheetBlocks
from data.files.xlsx_rows import FormulaState, RowReader, Styles, is_true
from indicators.entries.refusal import Signal

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


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
        since_1904 = properties is not None and is_true(properties.get("date1904"))
        calculation = book.find(f"{_MAIN}calcPr")
        given = calculation.attrib if calculation is not None else {}
        #: Programs that only write files leave it to the first reader to work formulas out, and store 0 until then.
        is_uncached = is_true(given.get("fullCalcOnLoad")) or not is_true(given.get("calcCompleted", "1"))
        self._calculation = FormulaState(is_uncached, calculation is not None)
        if book.find(f"{_MAIN}sheets") is None:
            raise ValueError("a workbook without sheets")
        self.sheets = [*self._find_sheets(book)]
        self.has_macros = any(name.endswith("vbaproject.bin") for name in self._package.names)
        #: Which of the looks that rules give to cells hide something.
        self._hiding: list[bool] = []
        #: The styles of tables that do.
        self._hiding_tables: set[str | None] = set()
        self.styles = Styles(tuple(self._read_styles()), since_1904)
        self._strings: Strings | None = None

    def read_tail(self, sheet: SheetPart) -> SheetNotes:
        """The merges of a sheet, and the rules and styles of tables that may hide something."""
        notes = read_tail(lambda: self._package.open(sheet.path), self._hiding)
        if self._hiding_tables:
            notes.rules += self._find_hiding_tables(sheet)
        return notes

    def _find_hiding_tables(self, sheet: SheetPart) -> Iterator[HidingRule]:
        """The rows of tables of a sheet whose style hides something."""
        for kind, path in self._package.list_relations(sheet.path).values():
            if kind == "table" and path in self._package.names:
                table = self._package.parse(path)
                if any(style.get("name") in self._hiding_tables for style in table.iter(f"{_MAIN}tableStyleInfo")):
                    area = parse_range(table.get("ref", ""))
                    rows = area._replace(top=area.top + int(table.get("headerRowCount", "1")))
                    yield HidingRule((rows,))

    def read_rows(self, sheet: SheetPart, notes: SheetNotes) -> Iterator[Row]:
        """The rows up to the last that is stored. May raise TooLarge.

        Notes on the way formulas that refer to other workbooks, and what is hidden, before it is handed over.
        """
        rows = RowReader(sheet.name, self.styles, self.load_strings(), self._calculation, notes)
        before: list[ElementTree.Element] = []
        for first, element in enumerate(self._package.stream(sheet.path, "sheetData", before)):
            if not first:
                view = read_view(before, notes)
                rows.shows_otherwise = None if view.is_usual else view.show
                rows.usual_height = view.slight_height
            if local_name(element) != "row":
                # What else may stand there, programs show in ways of their own.
                raise ValueError(f"a {local_name(element)} among the rows")
            yield from rows.read(element)

    def read_blocks(self, sheet: SheetPart, notes: SheetNotes) -> Iterator[Block | Row]:
        """The same rows, but for empty ones, most of them by column."""
        rows = RowReader(sheet.name, self.styles, self.load_strings(), self._calculation, notes)
        blocks = SheetBlocks(lambda: self._package.open(sheet.path), self.styles, self.load_strings(), rows)
        head = blocks.read_head()
        if head is None or not read_view(head, notes).is_usual:
            yield from self.read_rows(sheet, notes)
        else:
            yield from blocks.read()

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
        fonts = [(judge_font(font), read_letters(font)) for font in _list_children(root, "fonts")]
        grounds = [read_ground(fill) for fill in _list_children(root, "fills")]
        self._hiding = [judge_change(change) for change in _list_children(root, "dxfs")]
        self._hiding_tables = {
            style.get("name")
            for style in _list_children(root, "tableStyles")
            if any(hides_by(part.get("dxfId"), self._hiding) for part in style)
        }
        styles = []
        for style in _list_children(root, "cellXfs"):
            font, fill = int(style.get("fontId", "0")), int(style.get("fillId", "0"))
            code = codes.get(int(style.get("numFmtId", "0")), GENERAL)
            unclear, letters = fonts[font] if font < len(fonts) else (None, INK)
            ground = grounds[fill] if fill < len(grounds) else PAPER
            unclear = unclear or judge_alignment(style) or judge_colours(letters, ground)
            styles.append(CellStyle.of(code, unclear, ground == PAPER))
        return styles

    def load_strings(self) -> Strings:
        """The shared texts."""
        if self._strings is None:
            strings = Strings()
            part = self._find_part("sharedStrings")
            for element in self._package.stream(part, "sst", []) if part is not None else ():
                if local_name(element) == "si":
                    strings.add(read_rich(element))
            self._strings = strings
        return self._strings


def _list_children(root: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    found = root.find(f"{_MAIN}{name}")
    return [*found] if found is not None else []
