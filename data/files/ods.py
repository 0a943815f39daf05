"""ODS workbooks. Values carry their type; what a date shows is told by its style."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from xml.etree import ElementTree

from data.files.hiding import SheetNotes, SheetView
from data.files.mistakes import name_cell
from data.files.number_formats import mark_day
from data.files.ods_rules import CALC as _CALC
from data.files.ods_rules import read_condition, read_rules
from data.files.ods_styles import OFFICE as _OFFICE
from data.files.ods_styles import TABLE as _TABLE
from data.files.ods_styles import TEXT as _TEXT
from data.files.ods_styles import OdsStyles
from data.files.raw_cells import (
    COVERED,
    PICTURE,
    RULED,
    UNSEEN,
    ErrorCell,
    PercentNumber,
    RawCell,
    ShownNumber,
    UncachedFormula,
    exact_number,
    read_shown,
)
from data.files.raw_sheets import MergeArea, Row
from data.files.xlsx_rows import LARGEST_AREA, LAST_ROW, CellTooFar, read_moment
from indicators.entries.refusal import Signal

_HIDES_ZEROS = re.compile(rb'config:name="ShowZeroValues"[^<>]*>\s*false')
_ERROR = re.compile(r"#[A-Z/0]+[!?]?|#N/A|Err:[0-9]+")
_CLOCK = re.compile(r"(-?)PT?(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)(?:[.,]([0-9]+))?S)?")
_OTHER_BOOK = re.compile(r"'?(?:file|https?|smb)://|\.(?:xlsx?|xlsm|ods|et)'?#", re.IGNORECASE)


class EncryptedOds(Signal):
    """The workbook is protected by a password."""


@dataclass
class OdsSheet:
    """A table: its rows (cells without content at the end left out), and what it says beside them."""

    name: str
    visible: bool
    rows: list[Row] = field(default_factory=list)
    notes: SheetNotes = field(default_factory=SheetNotes)

    def open_rows(self) -> Iterator[Row]:
        """The rows from the first one."""
        return iter(self.rows)


def read_ods(archive: zipfile.ZipFile) -> list[OdsSheet]:
    """The tables in order. Raises EncryptedOds, CellTooFar, and ValueError or SyntaxError for a damaged file."""
    names = archive.namelist()
    if "META-INF/manifest.xml" in names and b"encryption-data" in archive.read("META-INF/manifest.xml"):
        raise EncryptedOds
    styles = _read_styles(archive, names)
    sheets: list[OdsSheet] = []
    reader: _TableReader | None = None
    depth = 0
    with archive.open("content.xml") as part:
        for event, element in ElementTree.iterparse(part, events=("start", "end")):
            tag = element.tag
            if tag == f"{_TABLE}table":
                depth += 1 if event == "start" else -1
                if depth > 1:
                    raise ValueError("a table within a table")
                if event == "start":
                    visible = element.get(f"{_TABLE}style-name", "") not in styles.hidden_tables
                    sheets.append(OdsSheet(element.get(f"{_TABLE}name", ""), visible))
                    reader = _TableReader(sheets[-1], styles, element.get(f"{_TABLE}protected") == "true")
                else:
                    element.clear()
                    if reader is not None:
                        reader.finish()
            elif event == "end" and tag in (f"{_OFFICE}font-face-decls", f"{_OFFICE}automatic-styles"):
                styles.collect(element)
            elif reader is not None and depth == 1:
                reader.take(element, event == "start")
    return sheets


def _read_styles(archive: zipfile.ZipFile, names: Collection[str]) -> OdsStyles:
    """The styles of the file's own part. Raises ValueError for a document type, in it or in the tables."""
    for name in ("styles.xml", "content.xml"):
        if name in names:
            with archive.open(name) as part:
                if b"<!DOCTYPE" in part.read(4096):
                    raise ValueError("a document type declaration")
    styles = OdsStyles()
    if "styles.xml" in names:
        with archive.open("styles.xml") as part:
            styles.collect(ElementTree.parse(part).getroot())
    if "settings.xml" in names:
        styles.hides_zeros = _HIDES_ZEROS.search(archive.read("settings.xml")) is not None
    return styles


class _TableReader:
    def __init__(self, sheet: OdsSheet, styles: OdsStyles, is_protected: bool) -> None:
        self._sheet = sheet
        self._styles = styles
        self._defaults: list[str] = []
        self._next = 1
        self._folded = 0
        self._is_protected = is_protected

    def take(self, element: ElementTree.Element, begins: bool) -> None:
        """An element of the table begins, with nothing in it yet, or ends."""
        tag = element.tag
        if tag in (f"{_TABLE}table-row-group", f"{_TABLE}table-column-group"):
            self._fold(element, begins)
        elif tag == f"{_TABLE}table-column" and not begins:
            self._add_column(element)
        elif tag == f"{_TABLE}table-row" and not begins:
            self._add_row(element)
            element.clear()
        elif tag == f"{_CALC}conditional-format" and not begins:
            self._sheet.notes.rules += read_rules(element, self._styles)

    def finish(self) -> None:
        """Judge the cells by the view of the file and by the rules, which stand behind them."""
        view = SheetView(self._styles.hides_zeros, rules=tuple(self._sheet.notes.rules))
        view.show_all(self._sheet.rows)

    def _fold(self, group: ElementTree.Element, begins: bool) -> None:
        """A group of rows or columns, which may be shut, begins or ends."""
        if group.get(f"{_TABLE}display") == "false":
            self._folded += 1 if begins else -1

    def _is_hidden(self, line: ElementTree.Element) -> bool:
        """Whether a row or column is not seen: hidden, in a group that is shut, or next to nothing in size."""
        if self._folded or line.get(f"{_TABLE}visibility", "visible") != "visible":
            return True
        return self._styles.is_slight(line.get(f"{_TABLE}style-name", ""), line.tag.rpartition("}")[2])

    def _add_column(self, element: ElementTree.Element) -> None:
        count = _count(element, "columns")
        first = len(self._defaults)
        if self._is_hidden(element):
            self._sheet.notes.hidden_columns.update(range(first, first + count))
        self._defaults += [element.get(f"{_TABLE}default-cell-style-name", "")] * count

    def _add_row(self, element: ElementTree.Element) -> None:
        number, times = self._next, int(element.get(f"{_TABLE}number-rows-repeated", "1"))
        self._next += times
        default = element.get(f"{_TABLE}default-cell-style-name", "")
        cells: list[RawCell] = []
        pending = 0
        for cell in element:
            if cell.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
                continue
            column, count = len(cells) + pending, _count(cell, "columns")
            value = self._judge(self._read_cell(cell, column, default), cell, column, default)
            self._note_span(cell, number, column)
            if (
                cell.tag == f"{_TABLE}covered-table-cell"
                and value not in (None, "")
                and not self._spans(number, column)
            ):
                value = COVERED
            if value is None or value == "":
                pending += count
                continue
            last = number + times - 1
            if last > LAST_ROW or last * (column + count) > LARGEST_AREA or times > 10_000:
                raise CellTooFar(self._sheet.name, name_cell(last, column + count - 1))
            cells += [None] * pending + [value] * count
            pending = 0
            if _OTHER_BOOK.search(cell.get(f"{_TABLE}formula", "")):
                self._sheet.notes.foreign_cells[name_cell(number, column)] = None
        if self._is_hidden(element) and cells:
            self._sheet.notes.hidden_rows.update(range(number, number + times))
        if cells:
            while len(self._sheet.rows) < number - 1:
                self._sheet.rows.append((len(self._sheet.rows) + 1, ()))
            self._sheet.rows += [(number + offset, cells) for offset in range(times)]

    def _note_span(self, cell: ElementTree.Element, row: int, column: int) -> None:
        rows = int(cell.get(f"{_TABLE}number-rows-spanned", "1"))
        columns = int(cell.get(f"{_TABLE}number-columns-spanned", "1"))
        if rows > 1 or columns > 1:
            self._sheet.notes.merges.append(MergeArea(row, column, row + rows - 1, column + columns - 1))

    def _spans(self, row: int, column: int) -> bool:
        """Whether a cell lies in an area that is known to be merged, of which more is said then."""
        return any(area.covers(row, column) for area in self._sheet.notes.merges)

    def _name_style(self, cell: ElementTree.Element, column: int, row_style: str) -> str:
        default = self._defaults[column] if column < len(self._defaults) else ""
        return cell.get(f"{_TABLE}style-name") or row_style or default

    def _judge(self, value: RawCell, cell: ElementTree.Element, column: int, row_style: str) -> RawCell:
        """A value as the conditions of its style let it be seen."""
        if value is None or value == "":
            return value
        conditions = self._styles.list_rules(self._name_style(cell, column, row_style))
        own = (MergeArea(1, 0, 1, 0),)
        hidden = any(read_condition(condition, own).hides(1, 0, value) for condition in conditions)
        return RULED if hidden else value

    def _read_cell(self, cell: ElementTree.Element, column: int, row_style: str) -> RawCell:
        kind = cell.get(f"{_OFFICE}value-type")
        lines = [_read_text(part, self._styles) for part in cell if part.tag == f"{_TEXT}p"]
        text = "\n".join(lines)
        formula = cell.get(f"{_TABLE}formula")
        style = self._name_style(cell, column, row_style)
        if formula is not None and "DISPIMG(" in formula.upper():
            return PICTURE
        if cell.get(f"{_CALC}value-type") == "error" or (formula is not None and _ERROR.fullmatch(text)):
            return ErrorCell(text or "#VALUE!")
        if kind is None and not text:
            return UncachedFormula() if formula is not None else None
        if (hidden := self._styles.judge(style, text, self._is_protected)) is not None:
            return hidden
        text = self._styles.drop_marks(text)
        if kind is None or kind == "string":
            written = cell.get(f"{_OFFICE}string-value", text)
            return written if not lines or "".join(written.split()) == "".join(text.split()) else UNSEEN
        if kind in ("float", "currency", "percentage"):
            return _show_number(float(cell.attrib[f"{_OFFICE}value"]), text if lines else None, kind)
        if kind == "boolean":
            return cell.attrib[f"{_OFFICE}boolean-value"] == "true"
        if kind == "date":
            return _show_day(read_moment(cell.attrib[f"{_OFFICE}date-value"]), text, self._styles.read_day(style))
        if kind == "time" and (found := _CLOCK.fullmatch(cell.attrib[f"{_OFFICE}time-value"])):
            hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:4])
            return timedelta(hours=hours, minutes=minutes, seconds=seconds)
        raise ValueError(f"unknown type of cell {kind}")


def _show_number(number: float, shown: str | None, kind: str) -> RawCell:
    """A number as its cell shows it, which the file tells; a program that does not tell left the usual form."""
    if shown is None:
        return PercentNumber(number) if kind == "percentage" else number
    read = read_shown(shown)
    if read == exact_number(number) and shown.strip().endswith("%"):
        return PercentNumber(number)
    if shown.strip() == format(exact_number(number), "f") or (read is not None and _is_general(shown, number)):
        return number
    return ShownNumber(number, shown)


def _is_general(shown: str, number: float) -> bool:
    """Whether a long number is shown cut to the width of its cell, as every program does where no format is set."""
    figures = shown.strip().lstrip("-").replace(".", "")
    return len(figures.lstrip("0")) >= 9 and "," not in shown and abs(float(shown) - number) <= abs(number) * 1e-8


def _show_day(value: RawCell, shown: str, kind: str) -> RawCell:
    """A date as its cell shows it, by its style (``kind``) and by the text that it was last shown as."""
    if not isinstance(value, date):
        return value
    return mark_day(value, kind) if kind != "date" or _tells_day(shown, value) else UNSEEN


def _tells_day(shown: str, day: date) -> bool:
    """Whether the figures that a cell shows can be those of its day; words for months and weekdays tell nothing."""
    figures = [int(each) for each in re.findall("[0-9]+", shown)]
    if len(figures) == 1:
        return figures[0] in (day.year, day.month, day.day, day.year * 10000 + day.month * 100 + day.day)
    years = {day.year, day.year % 100}
    if len(figures) < 3:
        return {*figures} <= {*years, day.month, day.day}
    return {day.month, day.day} <= {*figures} and not years.isdisjoint(figures)


def _count(element: ElementTree.Element, what: str) -> int:
    count = int(element.get(f"{_TABLE}number-{what}-repeated", "1"))
    if not 0 < count <= 16384:
        raise ValueError(f"{count} {what}")
    return count


def _read_text(element: ElementTree.Element, styles: OdsStyles) -> str:
    return "".join(_list_texts(element, styles))


def _list_texts(element: ElementTree.Element, styles: OdsStyles) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child.tag == f"{_TEXT}s":
            yield " " * min(int(child.get(f"{_TEXT}c", "1")), 1000)
        elif child.tag == f"{_TEXT}tab":
            yield "\t"
        elif child.tag == f"{_TEXT}line-break":
            yield "\n"
        elif child.tag in (f"{_TEXT}span", f"{_TEXT}a", f"{_TEXT}ruby", f"{_TEXT}ruby-base"):
            yield styles.mark_run(child.get(f"{_TEXT}style-name", ""), _read_text(child, styles))
        yield child.tail or ""
