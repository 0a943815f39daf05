"""What a workbook shows beyond its values: failed formulas, percent signs, dates without a day.

A mark is an error code (``#DIV/0!``), ``percent``, ``month``, or ``uncached`` for a formula without a stored
result. Cells are found by searching the XML for
the few that matter: parsing all of it would take longer than reading the values.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from xml.etree import ElementTree

from data.mistakes import name_cell

Marks = dict[str, dict[tuple[int, int], str]]

#: calamine allocates the whole rectangle up to the last cell, and the process dies if it is too large.
LARGEST_AREA = 30_000_000

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT = (
    b"http://purl.oclc.org/ooxml/spreadsheetml/main",
    b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
)
_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
_USUAL_PLACE = re.compile(rb"<c r=\"([A-Z]{1,3})([0-9]{1,7})\"")
_PLACE = re.compile(rb"<(?:\w+:)?c\s(?:[^>]*\s)?r=\"([A-Z]{1,3})([0-9]{1,7})\"")
_ERROR = re.compile(rb"<((?:\w+:)?c\s[^>]*\bt=\"e\"[^>]*)>.*?<(?:\w+:)?v>([^<]*)<", re.DOTALL)
_FORMULA = re.compile(rb"<((?:\w+:)?c\s[^>]*[^/])>\s*(<(?:\w+:)?f[\s>/].*?)</(?:\w+:)?c>", re.DOTALL)
_RESULT = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>[^<]")
_EMPTY_RESULT = re.compile(rb"<(?:\w+:)?v[\s>/]")
_ODS_CELL = re.compile(rb"<table:table-cell\s((?:[^>\"]|\"[^\"]*\")*)>")
_ROW = re.compile(rb"\br=\"([A-Z]{1,3})([0-9]{1,7})\"")

#: Formats that Excel numbers and does not write out: percentages, and (Chinese edition) year and month.
BUILT_IN_FORMATS = {
    9: "percent",
    10: "percent",
    17: "month",
    27: "month",
    36: "month",
    50: "month",
    52: "month",
    57: "month",
}


class TooLarge(Exception):
    """Cells lie so far apart that reading the rectangle around them would exhaust the memory."""

    def __init__(self, sheet: str, cell: str) -> None:
        self.sheet = sheet
        self.cell = cell
        super().__init__(f"{sheet}!{cell}")


class UnmarkedCells(Exception):
    """The cells of a sheet do not say where they are."""

    def __init__(self, sheet: str) -> None:
        self.sheet = sheet
        super().__init__(sheet)


def read_xlsx_marks(archive: zipfile.ZipFile) -> Marks:
    """The marks per sheet and (row from 1, column from 0). Raises TooLarge, UnmarkedCells."""
    styles = _read_styles(archive)
    found: Marks = {}
    for name, path in _find_sheets(archive):
        xml = archive.read(path)
        _check_extent(name, xml)
        errors = _ERROR.findall(xml) if b't="e"' in xml else []
        marks = {_place(tag): code.decode() for tag, code in errors}
        for kind in ("percent", "month"):
            numbers = b"|".join(str(style).encode() for style, mark in styles.items() if mark == kind)
            if numbers:
                pattern = rb"<((?:\w+:)?c\s[^>]*\bs=\"(?:" + numbers + rb")\"[^>]*)>"
                marks.update({_place(tag): kind for tag in re.findall(pattern, xml) if b't="' not in tag})
        marks.update(dict.fromkeys(_find_uncached(xml), "uncached"))
        found[name] = marks
    return found


def _find_uncached(xml: bytes) -> list[tuple[int, int]]:
    """The cells whose formula has no stored result. An empty text is one: Excel stores it as type ``str``."""
    if b"<f" not in xml and b":f" not in xml:
        return []
    return [
        _place(tag)
        for tag, inside in _FORMULA.findall(xml)
        if not (_EMPTY_RESULT if b't="str"' in tag else _RESULT).search(inside)
    ]


def classify_format(code: str) -> str | None:
    """``percent``, ``month`` or None for a number format as Excel writes it."""
    bare = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.', "", code).split(";")[0].lower()
    if "%" in bare:
        return "percent"
    return "month" if "m" in bare and not set(bare) & set("dhs0#") else None


def _find_sheets(archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    """Names of the sheets and the parts they are stored in."""
    book = _parse(archive.read("xl/workbook.xml"))
    relations = _parse(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    sheets = []
    for sheet in book.iter(f"{_MAIN}sheet"):
        target = targets.get(sheet.get(_RELATION), "")
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
        if path in archive.namelist():
            sheets.append((sheet.get("name", ""), path))
    return sheets


def _parse(xml: bytes) -> ElementTree.Element:
    # "Strict Open XML" differs in its namespaces only.
    xml = xml.replace(*_STRICT).replace(
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    )
    return ElementTree.fromstring(xml)


def _read_styles(archive: zipfile.ZipFile) -> dict[int, str]:
    """Numbers of the cell styles that carry a mark."""
    if "xl/styles.xml" not in archive.namelist():
        return {}
    root = _parse(archive.read("xl/styles.xml"))
    marks: dict[int, str | None] = dict(BUILT_IN_FORMATS)
    for entry in root.iter(f"{_MAIN}numFmt"):
        marks[int(entry.get("numFmtId", "0"))] = classify_format(entry.get("formatCode", ""))
    cells = root.find(f"{_MAIN}cellXfs")
    kinds = enumerate(marks.get(int(style.get("numFmtId", "0"))) for style in (cells if cells is not None else []))
    return {number: kind for number, kind in kinds if kind}


def _check_extent(sheet: str, xml: bytes) -> None:
    places = _USUAL_PLACE.findall(xml)
    if len(places) != xml.count(b"<c ") or b":c " in xml:
        places = _PLACE.findall(xml)
    if len(places) != len(_CELL.findall(xml)):
        raise UnmarkedCells(sheet)
    if not places:
        return
    letters = max({letters for letters, _ in places}, key=lambda word: (len(word), word))
    last_row = max(int(digits) for digits in {digits for _, digits in places})
    if last_row * (_count_column(letters) + 1) > LARGEST_AREA:
        _check_filled_extent(sheet, xml)


def _check_filled_extent(sheet: str, xml: bytes) -> None:
    """As ``_check_extent`` with only the cells that hold something: formats may reach to the last column."""
    filled = re.findall(rb"<((?:\w+:)?c\s[^>]*[^/])><(?:\w+:)?(?:v|is|f)[\s>]", xml)
    places = [_place(tag) for tag in filled]
    rows, columns = max(row for row, _ in places), max(column for _, column in places)
    if rows * (columns + 1) > LARGEST_AREA:
        # Of the outermost cells, the one that stretches the rectangle most is the stray one.
        stray = max(places, key=lambda place: (place[1] == columns, place[0]))
        raise TooLarge(sheet, name_cell(*stray))


def _place(tag: bytes) -> tuple[int, int]:
    found = _ROW.search(tag)
    assert found is not None, "checked by _check_extent"
    return int(found[2]), _count_column(found[1])


def _count_column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1


def read_ods_trouble(archive: zipfile.ZipFile) -> str | None:
    """What an ODS workbook holds that reads as something else, as half a sentence; None if nothing."""
    xml = archive.read("content.xml")
    if b'calcext:value-type="error"' in xml or re.search(rb">(?:#DIV/0!|#N/A|#NAME\?|#REF!|#VALUE!|Err:[0-9]+)<", xml):
        return "有公式出错的单元格(#DIV/0! 之类)"
    if b'office:value-type="percentage"' in xml:
        return "有百分比格式的单元格"
    if b"table:formula=" in xml:
        cells = _ODS_CELL.findall(xml)
        if any(b"table:formula=" in cell and b"office:value-type=" not in cell for cell in cells):
            return "有没有保存结果的公式"
    return None
