"""What a form remembers about itself, on a sheet that nobody sees, and what it means when it comes back.

Without the record (a sheet copied into another file) a form is read as any other file, by the strict rules; where
these refuse it, that it lost its record is all that is said.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from itertools import islice

import python_calamine

from data.cells.completeness import find_line
from data.files.contents import Content, measure_content, open_content, read_start
from data.files.names import fold_name
from data.files.packages import Package
from data.files.raw_cells import RawCell
from data.files.raw_sheets import RawSheet, Row, is_empty_cell, is_empty_row, is_example
from data.files.workbooks import RECORD_SHEET
from indicators.entries.amounts import plain

_MAGIC = "ducha-form-1"
#: The cell of a form under which its unit may say that there is nothing to report.
NIL_LABEL = "零报告"
#: The remark above the header with which every form begins.
FORM_MARK = "标 * 的列必填"
_NIL_WORDS = frozenset({"是", "零报告"})
#: Forms are small; a large workbook of another kind than xlsx is not searched for a record.
_SEARCHED = 20 * 1024**2
#: Nor is one that unpacks to more than this.
_UNPACKED = 200 * 1024**2
_HEADER_ROWS = 12
#: One for all rows: ``json.dumps`` would make one anew for each.
_WRITE = json.JSONEncoder(ensure_ascii=False).encode


@dataclass(frozen=True)
class FormRecord:
    """A sheet of a form as it was handed out.

    ``titles``: the columns to fill in; ``shown``: columns that only inform and are not read. A row in which
    nothing but the ``idle`` columns (by title) is filled in was not used. ``digest`` tells the rows as handed out.
    ``per_unit`` is the unit's column where each unit reports for itself: a unit of whose rows only the ``given``
    columns are filled in has not reported. ``fictional``: it was made where all data are made up, and what comes
    back on it is no more real.
    """

    sheet: str
    dataset: str
    unit: str | None
    year: int | None
    titles: tuple[str, ...]
    shown: tuple[str, ...] = ()
    idle: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    per_unit: str | None = None
    example: str = ""
    digest: str = ""
    fictional: bool = False


@dataclass(frozen=True)
class FilledForm:
    """A form that came back: the sheet to read, whether anything was filled in, and how many rows were not used.

    ``strays`` are rows that somebody wrote on without filling anything in, with what is written there.
    ``nil_cell`` is the row and position of the cell that declares a nil report, if it does; ``used_example`` the
    row of the example if somebody wrote on it.
    """

    sheet: RawSheet
    touched: bool
    unused: int
    nil_cell: tuple[int, int] | None = None
    used_example: int | None = None
    strays: tuple[tuple[int, str], ...] = ()


def write_records(records: Sequence[FormRecord]) -> list[str]:
    """The lines of the hidden sheet."""
    return [_MAGIC, *(json.dumps(asdict(record), ensure_ascii=False, sort_keys=True) for record in records)]


def read_records(sheets: Sequence[RawSheet], content: Content) -> dict[str, FormRecord]:
    """Sheet name -> record, of a file that was read as these sheets; empty for what is no form of ours."""
    # Hidden, or brought to light by somebody.
    names = {name for sheet in sheets for name in (sheet.sheet, *sheet.hidden_sheets)}
    lines = read_lines(content) if RECORD_SHEET in names else []
    if not lines or lines[0] != _MAGIC:
        return {}
    records = [found for line in lines[1:] if (found := _parse_record(line)) is not None]
    return {record.sheet: record for record in records}


def read_lines(content: Content) -> list[str]:
    """The lines of the hidden sheet; none of a workbook that has no such sheet, or that is not a workbook at all."""
    if not _may_hold_record(content):
        return []
    try:
        with open_content(content) as file, python_calamine.CalamineWorkbook.from_filelike(file) as book:
            if RECORD_SHEET not in book.sheet_names:
                return []
            return [str(row[0]) for row in book.get_sheet_by_name(RECORD_SHEET).to_python() if row]
    except (python_calamine.CalamineError, python_calamine.PasswordError, zipfile.BadZipFile, ValueError):
        return []


def match_records(sheets: Sequence[RawSheet], records: dict[str, FormRecord]) -> dict[str | None, FormRecord]:
    """The record of each sheet: by its name, or for one that was renamed by the titles that no other record has."""
    matched: dict[str | None, FormRecord] = {
        sheet.sheet: records[sheet.sheet] for sheet in sheets if sheet.sheet is not None and sheet.sheet in records
    }
    left = [record for name, record in records.items() if name not in matched]
    found: list[tuple[str | None, FormRecord]] = []
    for sheet in sheets:
        if sheet.sheet not in matched and is_form(sheet):
            fitting = [record for record in left if _has_all_titles(sheet, record)]
            named = [record for record in fitting if _has_heading(sheet, record.sheet)]
            found += [(sheet.sheet, record) for record in named or fitting][: 1 if len(named or fitting) == 1 else 0]
    taken = [record.sheet for _, record in found]
    return matched | {name: record for name, record in found if taken.count(record.sheet) == 1}


def is_form(sheet: RawSheet) -> bool:
    """Whether a sheet begins as the forms of this program do, with or without its record."""
    mark = fold_name(FORM_MARK)
    rows = islice(sheet.open_rows(), _HEADER_ROWS)
    return any(isinstance(cell, str) and mark in fold_name(cell) for _, cells in rows for cell in cells)


def _has_all_titles(sheet: RawSheet, record: FormRecord) -> bool:
    found = _find_header(sheet, record)
    return found is not None and len(found[1]) == len({*record.titles, *record.shown})


def _has_heading(sheet: RawSheet, heading: str) -> bool:
    first = next((cells for _, cells in sheet.open_rows() if not is_empty_row(cells)), ())
    return any(isinstance(cell, str) and fold_name(cell).startswith(fold_name(heading)) for cell in first)


def _may_hold_record(content: Content) -> bool:
    """Whether a workbook may have the hidden sheet of a form, and is small enough to be searched for it."""
    start = read_start(content, 4)
    if start == b"PK\x03\x04":
        try:
            with open_content(content) as file, zipfile.ZipFile(file) as archive:
                if sum(part.file_size for part in archive.infolist()) > _UNPACKED:
                    return False
                package = Package(archive)
                if (main := package.find_main()) is not None and main.startswith("xl/"):
                    with package.open(main) as part:
                        return RECORD_SHEET.encode() in part.read()
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, LookupError, ValueError, SyntaxError):
            return False
    elif start != b"\xd0\xcf\x11\xe0":
        return False
    return measure_content(content) <= _SEARCHED


def _parse_record(line: str) -> FormRecord | None:
    try:
        fields = json.loads(line)
        for name in ("titles", "shown", "idle", "given"):
            fields[name] = tuple(fields[name])
        return FormRecord(**fields)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def digest_rows(rows: Iterable[Sequence[object]]) -> str:
    """A hash of what the cells show, trailing empty cells and empty rows left out."""
    digest = _Digest()
    for cells in rows:
        digest.add(cells)
    return digest.read()


class _Digest:
    """``digest_rows`` of rows that come one by one: the hash of them all as one list in JSON."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256(b"[")
        self._joint = b""

    def add(self, cells: Sequence[object]) -> None:
        texts = [_show_cell(cell) for cell in cells]
        while texts and not texts[-1]:
            texts.pop()
        if texts:
            self._hash.update(self._joint + _WRITE(texts).encode())
            self._joint = b", "

    def read(self) -> str:
        whole = self._hash.copy()
        whole.update(b"]")
        return whole.hexdigest()[:16]


def _show_cell(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, (int, float, Decimal)):
        return plain(Decimal(repr(cell) if isinstance(cell, float) else cell).normalize())
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else fold_name(str(cell))


def read_filled(sheet: RawSheet, record: FormRecord, is_unit: Callable[[str], bool]) -> FilledForm:
    """The sheet without what only informs, without marks in its header and without rows that nobody used."""
    found = _find_header(sheet, record)
    if found is None:
        return FilledForm(sheet, touched=True, unused=0)
    reading = _RecordReading(sheet, record, *found, is_unit)
    reading.look_through()
    nil_cell = _find_nil(sheet, reading.header_row)
    declares = find_line(sheet, reading.header_row) is not None
    touched = (
        nil_cell is not None or declares or reading.used_example is not None or reading.digest.read() != record.digest
    )
    filled = replace(sheet, open_rows=reading.open_rows, open_blocks=None)
    unused = reading.unused + len(reading.silent)
    return FilledForm(filled, touched, unused, nil_cell, reading.used_example, tuple(reading.strays))


class _RecordReading:
    """The rows of a form below its header, gone through once to know them and again to read them: none are held."""

    def __init__(
        self,
        sheet: RawSheet,
        record: FormRecord,
        header_row: int,
        places: dict[str, int],
        is_unit: Callable[[str], bool],
    ) -> None:
        self.header_row = header_row
        self.digest = _Digest()
        self.unused = 0
        self.used_example: int | None = None
        self.silent: set[int] = set()
        self.strays: list[tuple[int, str]] = []
        self._is_unit = is_unit
        self._sheet = sheet
        self._example = record.example
        self._shown = {places[title] for title in record.shown if title in places}
        self._idle = {places[title] for title in record.idle if title in places}
        self._own = [places.get(title) for title in record.titles]
        self._unit = places.get(record.per_unit or "")
        self._last_unit: tuple[RawCell, bool] = (None, False)
        self._given = {places[title] for title in record.given if title in places}

    def look_through(self) -> None:
        """Find out what was filled in."""
        blank: dict[str, list[int]] = {}
        spoken = set()
        for row, kept in self._list_kept():
            if row == self.header_row:
                continue
            if self._is_unused(kept):
                self._note_unused(row, kept)
                continue
            own = [_get(kept, place) for place in self._own]
            if is_example(kept):
                self.used_example = row if digest_rows([own]) != self._example else self.used_example
            else:
                self.digest.add(own)
                # Where every unit reports for itself, one that has filled in nothing at all has not reported.
                name = _show_cell(_get(kept, self._unit))
                if self._unit is None:
                    continue
                if is_empty_row([cell for place, cell in enumerate(kept) if place not in self._given]):
                    blank.setdefault(name, []).append(row)
                else:
                    spoken.add(name)
        self.silent = {row for name, rows in blank.items() if name not in spoken for row in rows}

    def _note_unused(self, row: int, kept: Sequence[RawCell]) -> None:
        """A row with nothing filled in: as it was handed out, or with a remark that must not vanish unsaid."""
        if is_empty_row(kept):
            return
        if self._unit in self._idle and not self._names_unit(_get(kept, self._unit)):
            self.strays.append((row, next(str(cell) for cell in kept if not is_empty_cell(cell))))
        else:
            self.unused += 1

    def _names_unit(self, cell: RawCell) -> bool:
        # Row after row the same one.
        if not isinstance(cell, str) or cell != self._last_unit[0]:
            shown = _show_cell(cell)
            self._last_unit = cell, bool(shown) and self._is_unit(shown)
        return self._last_unit[1]

    def open_rows(self) -> Iterator[Row]:
        """The header and the rows that were used."""
        for row, kept in self._list_kept():
            if row == self.header_row:
                yield row, [_clean_title(cell) for cell in kept]
            elif row not in self.silent and not self._is_unused(kept):
                yield row, kept

    def _list_kept(self) -> Iterator[Row]:
        for row, cells in self._sheet.open_rows():
            # Above stand the form's own title and its cell for a nil report: known, and nothing to tell about.
            if row >= self.header_row:
                if self._shown:
                    cells = [None if place in self._shown else cell for place, cell in enumerate(cells)]
                yield row, cells

    def _is_unused(self, kept: Sequence[RawCell]) -> bool:
        for place, cell in enumerate(kept):
            if cell is not None and cell != "" and place not in self._idle and not is_empty_cell(cell):
                return False
        return True


def _get(cells: Sequence[RawCell], place: int | None) -> RawCell:
    return cells[place] if place is not None and place < len(cells) else None


def _clean_title(cell: RawCell) -> RawCell:
    return cell.strip().strip("*＊").strip() if isinstance(cell, str) else cell


def _find_header(sheet: RawSheet, record: FormRecord) -> tuple[int, dict[str, int]] | None:
    """The row with most of the form's titles, and where each stands."""
    wanted = {fold_name(title): title for title in (*record.titles, *record.shown)}
    best: tuple[int, dict[str, int]] | None = None
    for row, cells in islice(sheet.open_rows(), _HEADER_ROWS):
        places: dict[str, int] = {}
        for place, cell in enumerate(cells):
            title = wanted.get(fold_name(str(_clean_title(cell)))) if isinstance(cell, str) else None
            if title is not None:
                places.setdefault(title, place)
        if 2 * len(places) >= len(wanted) and (best is None or len(places) > len(best[1])):
            best = (row, places)
        if len(places) == len(wanted):
            break
    return best


def _find_nil(sheet: RawSheet, header_row: int) -> tuple[int, int] | None:
    for row, cells in sheet.open_rows():
        if row >= header_row:
            return None
        for place, cell in enumerate(cells[:-1]):
            if isinstance(cell, str) and fold_name(cell).startswith(NIL_LABEL):
                answer = cells[place + 1]
                if isinstance(answer, str) and fold_name(answer) in _NIL_WORDS:
                    return row, place + 1
    return None
