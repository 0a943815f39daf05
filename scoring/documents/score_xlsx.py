"""The score sheet as a workbook that works itself out: marks from the figures, sums from the marks, a rank from sums.

Three sheets: 评分表 to print, 复算 with a line for every part, 合计 from the items to the rank. Beside every formula
stands what the engine gave, and whether they agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from xlsxwriter.worksheet import Worksheet

from indicators.entries.numbers import is_decimal
from indicators.pack.model import COUNTING
from indicators.pack.sheets import SheetColumn
from scoring.documents.score import ScoreRow, ScoreSection, ScoreSheet
from scoring.documents.sums import write_sums
from scoring.documents.totals import TotalLine
from scoring.documents.view import RunView
from scoring.documents.workbook import LINE, Book, Formats, clean, merge, split_text
from scoring.documents.workings import TITLE as WORKINGS
from scoring.documents.workings import Workings
from scoring.explain.told import take_told
from scoring.formulas.decisions import write_table_formula
from scoring.formulas.pots import write_pot_formula
from scoring.results.means import TITLE as MEAN
from scoring.runs.agreement import check_item

MAIN, SUMS = "评分表", "合计"
WIDTHS: dict[SheetColumn, float] = {
    "section": 8,
    "indicator": 13,
    "full": 6,
    "basis": 22,
    "rule": 31,
    "actual": 31,
    "assessor": 9,
    "self_mark": 6,
    "mark": 7.5,
    "peer_mean": 7,
    "lost": 18,
    "evidence": 10,
    "remark": 11,
}
_NARROW: tuple[SheetColumn, ...] = ("full", "self_mark", "mark", "peer_mean")


class ScoreBooks:
    """Makes the workbooks of a run's units; what their formulas have in common is made once."""

    def __init__(self, view: RunView) -> None:
        self._view = view
        self._workings = Workings(view.pack, view.year)
        self._indicators = {indicator.id: indicator for indicator in view.pack.indicators}

    def write(self, sheet: ScoreSheet) -> bytes:
        """The workbook of one unit; the same sheet gives the same bytes."""
        day = date.fromisoformat(self._view.manifest["as_of"])
        book = Book(sheet.stamp, day, sheet.title, self._view.pack.head.precision)
        main = book.add_sheet(MAIN, [WIDTHS[name] for name, _ in sheet.columns], _find_head(sheet))
        results = self._workings.write(book, sheet)
        cells = self._write_main(book, main, sheet, results)
        write_sums(book, self._view, sheet, cells, MAIN)
        return book.close()

    def _write_main(
        self, book: Book, page: Worksheet, sheet: ScoreSheet, results: dict[str, list[str]]
    ) -> dict[str, str]:
        """The sheet to print; the cell of each item's marks."""
        forms, names = book.formats, [name for name, _ in sheet.columns]
        marks_at, full_at = names.index("mark"), names.index("full")
        row = book.write_top(page, len(names), _list_top(sheet))
        for place, (_, title) in enumerate(sheet.columns):
            page.write_string(row, place, clean(title), forms.head)
        page.set_row(row, 28)
        row += 1
        cells: dict[str, str] = {}
        for section in sheet.sections:
            first = row
            for item in section.rows:
                cells[item.indicator] = f"{_letter(marks_at)}{row + 1}"
                row = self._write_item(book, page, sheet, item, results[item.indicator], row)
            if "section" in names:
                merge(
                    page,
                    first,
                    names.index("section"),
                    row - 1,
                    names.index("section"),
                    clean(section.title),
                    forms.section,
                )
            if section.kind in COUNTING:
                row = self._write_subtotal(book, page, sheet, section, first, row, marks_at, full_at)
        row = self._write_bottom(book, page, sheet, row + 1, len(names))
        page.print_area(0, 0, row, len(names) - 1)
        return cells

    def _write_item(
        self, book: Book, page: Worksheet, sheet: ScoreSheet, item: ScoreRow, results: Sequence[str], row: int
    ) -> int:
        """One item, over as many rows as its longest text needs; the next row."""
        forms, left = book.formats, book.formats.long
        pieces = {name: split_text(item.cells[name], WIDTHS[name]) for name, _ in sheet.columns if name not in _NARROW}
        height = max(map(len, pieces.values()), default=1)
        for place, (name, _) in enumerate(sheet.columns):
            if name == "section":
                continue
            if name == "mark":
                self._write_mark(book, page, item, results, row, place)
            elif name in _NARROW:
                _write_narrow(page, row, place, item.cells[name], forms)
            else:
                page.write_string(row, place, pieces[name][0][0], left)
            for more in range(1, height):
                rest = pieces.get(name, ())
                page.write_string(row + more, place, rest[more][0] if more < len(rest) else "", left)
        for more in range(height):
            longest = max(piece[more][1] for piece in pieces.values() if more < len(piece))
            page.set_row(row + more, max(longest * LINE + 4, 18))
        return row + height

    def _write_mark(
        self, book: Book, page: Worksheet, item: ScoreRow, results: Sequence[str], row: int, place: int
    ) -> None:
        forms = book.formats
        if item.mark is None:
            page.write_string(row, place, clean(item.cells["mark"]), forms.center)
        elif item.scored:
            check_item(self._indicators[item.indicator], item.record)
            formula = self._write_formula(item, results)
            if formula is None:
                page.write_number(row, place, float(item.mark), forms.marks)
            else:
                page.write_formula(row, place, formula, forms.marks, float(item.mark))
        else:
            page.write_number(row, place, float(item.mark), forms.marks)

    def _write_formula(self, item: ScoreRow, results: Sequence[str]) -> str | None:
        """The item's marks from the results of its parts; None where a spreadsheet cannot, and the value stands."""
        precision, record = self._view.pack.head.precision, item.record
        indicator = self._indicators[item.indicator]
        told, addresses = take_told(record.parts), [f"{WORKINGS}!{address}" for address in results]
        cells = ",".join(addresses)
        if indicator.pot is not None:
            marks = write_pot_formula(indicator, record.cohort, told, addresses)
        elif indicator.table is not None:
            table = write_table_formula(indicator, record.cohort, told, addresses)
            if table is None:
                return None
            marks = table
        elif indicator.combine == "sum":
            marks = f"SUM({cells})"
        else:
            applying = sum(part.outcome != "not_applicable" for part in record.parts)
            needed = min(indicator.find_needed() or applying, applying)
            marks = f"IF(SUM({cells})>={needed},{record.full_marks},0)"
        if item.kind == "deduction":
            marks = f"{marks}-{record.applicable_marks}"
        elif item.kind in COUNTING and record.counted != record.marks:
            marks = f"MIN(0,{marks})"
        return f"=ROUND({marks},{precision})"

    def _write_subtotal(
        self,
        book: Book,
        page: Worksheet,
        sheet: ScoreSheet,
        section: ScoreSection,
        first: int,
        row: int,
        marks_at: int,
        full_at: int,
    ) -> int:
        forms, precision = book.formats, self._view.pack.head.precision
        for place in range(len(sheet.columns)):
            page.write_blank(row, place, None, forms.group)
        label = next((place for place, (name, _) in enumerate(sheet.columns) if name in ("section", "indicator")), 0)
        page.write_string(row, label, "小计", forms.group)
        last = row
        if section.kind == "base":
            column = _letter(full_at)
            page.write_formula(
                row,
                full_at,
                f"=ROUND(SUM({column}{first + 1}:{column}{last}),{precision})",
                forms.sum,
                float(Decimal(section.full)),
            )
        column = _letter(marks_at)
        page.write_formula(
            row,
            marks_at,
            f"=ROUND(SUM({column}{first + 1}:{column}{last}),{precision})",
            forms.sum,
            float(Decimal(section.subtotal)),
        )
        page.set_row(row, 18)
        return row + 1

    def _write_bottom(self, book: Book, page: Worksheet, sheet: ScoreSheet, row: int, columns: int) -> int:
        """Totals, where the numbers come from, signatures and the place for the stamp."""
        forms = book.formats
        left = max(columns // 4, 1)
        for line in sheet.totals:
            self._write_total(book, page, line, row, columns)
            row += 1
        merge(page, row, 0, row, left - 1, "公式核对", forms.head)
        page.write_formula(row, left, f"={SUMS}!{SUM_CELLS['核对']}", forms.center, "全部一致")
        if left + 1 < columns:
            merge(page, row, left + 1, row, columns - 1, "各项公式与评分系统逐位比较的结果", forms.left)
        row += 2
        merge(page, row, 0, row, columns - 1, clean(sheet.sources), forms.plain)
        page.set_row(row, 40)
        row += 2
        merge(
            page,
            row,
            0,
            row,
            columns - 1,
            "        ".join(f"{line}：__________" for line in sheet.signatures),
            forms.plain,
        )
        page.set_row(row, 24)
        row += 1
        merge(page, row, 0, row, columns - 1, f"{sheet.issuer}（盖章）              年    月    日    ", forms.sign)
        page.set_row(row, 24)
        return row

    def _write_total(self, book: Book, page: Worksheet, line: TotalLine, row: int, columns: int) -> None:
        """A line of the totals: the cell of the sums that holds it, where there is one, or its text."""
        forms = book.formats
        left = max(columns // 4, 1)
        merge(page, row, 0, row, left - 1, clean(line.label), forms.head)
        target = SUM_CELLS.get(line.label)
        if target is None or not is_decimal(line.value):
            text = clean(line.value + (f"（{line.note}）" if line.note else ""))
            merge(page, row, left, row, columns - 1, text, forms.left)
        else:
            form = forms.choose("whole" if line.label == "名次" else "sum")
            page.write_formula(row, left, f"={SUMS}!{target}", form, float(Decimal(line.value)))
            if left + 1 < columns:
                merge(page, row, left + 1, row, columns - 1, clean(line.note), forms.left)
        page.set_row(row, 18)


def _list_top(sheet: ScoreSheet) -> list[tuple[str, str, float]]:
    return [
        ("letterhead", sheet.letterhead, 18),
        ("title", sheet.title, 30),
        ("subtitle", sheet.subtitle, 18),
        ("warning", sheet.stamp.fictional, 16),
        ("warning", sheet.stamp.newer, 16),
    ]


def _find_head(sheet: ScoreSheet) -> int:
    return sum(1 for _, text, _ in _list_top(sheet) if text)


def _letter(place: int) -> str:
    return chr(ord("A") + place)


def _write_narrow(page: Worksheet, row: int, place: int, text: str, forms: Formats) -> None:
    if is_decimal(text):
        page.write_number(row, place, float(Decimal(text)), forms.marks)
    else:
        page.write_string(row, place, clean(text), forms.center)


#: The cells of the sheet 合计 that the printed sheet repeats.
SUM_CELLS = {
    "各项得分合计": "C4",
    "基础分": "C5",
    "加分": "C6",
    "扣分": "C7",
    "总分": "C8",
    "名次": "C9",
    MEAN: "C10",
    "核对": "C11",
}
