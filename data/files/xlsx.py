"""xlsx workbooks, read row by row in flat memory.

The libraries at hand either hold the whole sheet, or hand a failed formula over as an empty cell and say
nothing of formats, merges and hidden rows, or need ten times as long. The format itself is plain: XML parts
in a zip archive, one element a cell.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.parsers import expat

from data.files.blocks import Block
from data.files.number_formats import BUILT_IN_FORMATS, GENERAL, CellStyle
from data.files.packages import Package, local_name, refuse_declarations
from data.files.raw_cells import STRUCK, WHITE
from data.files.raw_sheets import MergeArea, Row
from data.files.rich_texts import Strings, is_bare, is_struck, is_white, read_rich
from data.files.xlsx_blocks import SheetBlocks
from data.files.xlsx_rows import LAST_COLUMN, PLACE, FormulaState, RowReader, Styles, count_column, is_slight, is_true
from indicators.entries.refusal import Signal

_CHUNK = 1 << 16
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
        self.styles = Styles(tuple(self._read_styles()), since_1904)
        self._strings: Strings | None = None

    def read_merges(self, sheet: SheetPart) -> tuple[MergeArea, ...]:
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
        merges: list[MergeArea] = []

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
        rows = RowReader(sheet.name, self.styles, self.load_strings(), self._calculation, hidden_rows, foreign_cells)
        before: list[ElementTree.Element] = []
        for first, element in enumerate(self._package.stream(sheet.path, "sheetData", before)):
            if not first:
                rows.hides_zeros = _read_view(before, hidden_columns)
            if local_name(element) != "row":
                # What else may stand there, programs show in ways of their own.
                raise ValueError(f"a {local_name(element)} among the rows")
            yield from rows.read(element)

    def read_blocks(
        self, sheet: SheetPart, foreign_cells: dict[str, None], hidden_rows: set[int], hidden_columns: set[int]
    ) -> Iterator[Block | Row]:
        """The same rows, but for empty ones, most of them by column."""
        rows = RowReader(sheet.name, self.styles, self.load_strings(), self._calculation, hidden_rows, foreign_cells)
        blocks = SheetBlocks(lambda: self._package.open(sheet.path), self.styles, self.load_strings(), rows)
        head = blocks.read_head()
        if head is None or _read_view(head, hidden_columns):
            yield from self.read_rows(sheet, foreign_cells, hidden_rows, hidden_columns)
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
        fonts = root.find(f"{_MAIN}fonts")
        struck = [is_struck(font) for font in (fonts if fonts is not None else [])]
        white = [is_white(font) for font in (fonts if fonts is not None else [])]
        fills = root.find(f"{_MAIN}fills")
        bare = [is_bare(fill) for fill in (fills if fills is not None else [])]
        styles = []
        cells = root.find(f"{_MAIN}cellXfs")
        for style in cells if cells is not None else []:
            font = int(style.get("fontId", "0"))
            code = codes.get(int(style.get("numFmtId", "0")), GENERAL)
            fill = int(style.get("fillId", "0"))
            unclear = STRUCK if font < len(struck) and struck[font] else None
            if unclear is None and font < len(white) and white[font] and (fill >= len(bare) or bare[fill]):
                unclear = WHITE
            styles.append(CellStyle.of(code, unclear))
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


def _read_view(before: Sequence[ElementTree.Element], hidden_columns: set[int]) -> bool:
    """Note the hidden columns; whether the sheet shows no zeros."""
    hides_zeros = False
    for element in before:
        for child in element:
            if local_name(child) == "sheetView":
                hides_zeros = hides_zeros or not is_true(child.get("showZeros", "1"))
            elif local_name(child) == "col" and (is_true(child.get("hidden")) or is_slight(child.get("width"))):
                hidden_columns.update(range(int(child.attrib["min"]) - 1, min(int(child.attrib["max"]), LAST_COLUMN)))
    return hides_zeros


def parse_range(reference: str) -> MergeArea:
    """``A3:B9`` as a MergeArea. Raises ValueError."""
    first, _, last = reference.partition(":")
    ends = [PLACE.fullmatch(end) for end in (first, last or first)]
    if ends[0] is None or ends[1] is None:
        raise ValueError(f"no range of cells: {reference}")
    rows = sorted(int(end[2]) for end in ends if end)
    columns = sorted(count_column(end[1]) for end in ends if end)
    return MergeArea(rows[0], columns[0], rows[1], columns[1])
