"""The score sheet as a workbook that works itself out: marks from the figures, sums from the marks, a rank from sums.

Three sheets: 评分表 to print, 复算 with a line for every part, 合计 from the items to the rank. Beside every formula
stands what the engine gave, and whether they agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from indicators.model import Reached, SheetColumn
from scoring.parts import ScoredPart, list_parts
from scoring.sheets.formulas import Formulas
from scoring.sheets.lines import COLUMNS, KINDS, count_levels, list_figures, list_sub_lines
from scoring.sheets.score import ScoreRow, ScoreSheet
from scoring.sheets.sums import write_sums
from scoring.sheets.view import RunView
from scoring.sheets.workbook import LINE, Book, clean, merge, split_text

MAIN, PARTS, SUMS = "评分表", "复算", "合计"
WIDTHS: dict[SheetColumn, float] = {
    "section": 8,
    "indicator": 13,
    "full": 6,
    "basis": 22,
    "rule": 31,
    "actual": 31,
    "self_mark": 6,
    "mark": 7.5,
    "peer_mean": 7,
    "lost": 18,
    "evidence": 10,
    "remark": 11,
}
_NARROW: tuple[SheetColumn, ...] = ("full", "self_mark", "mark", "peer_mean")
_FIRST_PART = 3
#: Where the columns of 复算 stand, from 0.
PLACES = {name: place for place, name in enumerate(COLUMNS)}


@dataclass(frozen=True)
class Lines:
    """The lines of 复算: which cells hold the result of each part of an item, and how many parts apply."""

    results: dict[str, tuple[str, ...]]
    last: int


class ScoreBooks:
    """Makes the workbooks of a run's units; what their formulas have in common is made once."""

    def __init__(self, view: RunView) -> None:
        self._view = view
        self._formulas = Formulas(view.pack.head.precision)
        self._parts: dict[tuple[str, str], list[ScoredPart]] = {}
        for part in list_parts(view.pack, view.year):
            self._parts.setdefault((part.cohort, part.indicator.id), []).append(part)

    def write(self, sheet: ScoreSheet) -> bytes:
        """The workbook of one unit; the same sheet gives the same bytes."""
        day = date.fromisoformat(self._view.manifest["as_of"])
        book = Book(sheet.stamp, day, sheet.title, self._view.pack.head.precision)
        main = book.add_sheet(MAIN, [WIDTHS[name] for name, _ in sheet.columns], _find_head(sheet))
        lines = self._write_parts(book, sheet)
        cells = self._write_main(book, main, sheet, lines)
        write_sums(book, self._view, sheet, cells, MAIN)
        return book.close()

    def _write_parts(self, book: Book, sheet: ScoreSheet) -> Lines:
        widths = [34, 18, 15, *([11] * 11), 11, 11, 9]
        page = book.add_sheet(PARTS, widths, _FIRST_PART - 1)
        forms = book.formats
        book.write_top(page, len(COLUMNS), [("heading", f"{sheet.unit_name} 逐项复算", 22)])
        note = (
            "「复算得分」由本行的数用公式算出;先化为整数再算,四舍五入与评分系统逐位一致。"
            "与同组比较的得分要用全组的数,本表只列结果。改动本表不改变评分系统里的得分。"
        )
        merge(page, 1, 0, 1, len(COLUMNS) - 1, note, forms["plain"])
        page.set_row(1, 26)
        for place, (_, title) in enumerate(COLUMNS.values()):
            page.write_string(_FIRST_PART - 1, place, title, forms["head"])
        page.set_row(_FIRST_PART - 1, 28)
        row = _FIRST_PART
        results: dict[str, tuple[str, ...]] = {}
        for section in sheet.sections:
            for item in section.rows:
                addresses = []
                parts = self._parts[(sheet.cohort, item.indicator)]
                for part, told in zip(parts, item.record["parts"], strict=True):
                    address, row = self._write_part(book, page, item, part, told, row)
                    addresses.append(address)
                results[item.indicator] = tuple(addresses)
        return Lines(results, row)

    def _write_part(
        self, book: Book, page: Any, item: ScoreRow, part: ScoredPart, told: dict[str, Any], row: int
    ) -> tuple[str, int]:
        """One part and its sub-lines; the cell of its result and the next row."""
        forms, excel_row = book.formats, row + 1
        page.write_string(row, 0, clean(item.name), forms["name"])
        page.write_string(
            row, 1, clean(told["title"] or ("—" if part.index == 0 else f"第{part.index + 1}部分")), forms["name"]
        )
        page.write_string(row, 2, KINDS[part.part.marks.kind], forms["center"])
        for place in range(3, len(COLUMNS)):
            page.write_blank(row, place, None, forms["number"])
        operands = told["operands"]
        letter = COLUMNS["result"][0]
        result, engine, check = PLACES["result"], PLACES["engine"], PLACES["check"]
        if operands is None or (told["marks"] is None and told["reached"] is None):
            page.write_string(row, result, told["outcome_text"], forms["center"])
            page.write_string(row, check, "—", forms["center"])
            return f"{letter}{excel_row}", row + 1
        reached = part.indicator.combine != "sum"
        known = Fraction(int(told["reached"])) if reached else Fraction(told["marks"])
        form = forms["whole" if reached else "marks"]
        page.write_number(row, engine, float(known), form)
        formula = None if operands["forced"] is not None else self._formulas.find(part, excel_row, operands)
        figures = list_figures(part, operands)
        counts = count_levels(part, operands)
        if part.part.marks.kind == "relative":
            formula = None
        for name, value in figures.items():
            page.write_number(row, PLACES[name], float(value), forms["number"])
        if formula is None or formula.evaluate(figures, counts) != known:
            # A veto has no marks, a rank needs the others, a number may be too large: then the engine's value stands.
            page.write_number(row, result, float(known), form)
            why = "依同组" if part.part.marks.kind == "relative" else "系统值"
            page.write_string(row, check, why, forms["center"])
            return f"{letter}{excel_row}", self._write_sub_lines(book, page, part, counts, row)
        shares = part.part.measure.is_share
        for name, value in formula.cells.items():
            page.write_number(row, PLACES[name], float(value), forms[_find_form(name, value, shares)])
        page.write_formula(row, result, formula.text, form, float(known))
        test = f'=IF({letter}{excel_row}={COLUMNS["engine"][0]}{excel_row},"一致","不一致")'
        page.write_formula(row, check, test, forms["center"], "一致")
        return f"{letter}{excel_row}", self._write_sub_lines(book, page, part, counts, row)

    def _write_sub_lines(self, book: Book, page: Any, part: ScoredPart, counts: tuple[int, ...], row: int) -> int:
        forms = book.formats
        row += 1
        for line, count in zip(list_sub_lines(part), counts, strict=True):
            page.write_string(row, 1, clean(line.title), forms["name"])
            page.write_number(row, 3, count, forms["number"])
            page.write_number(row, PLACES["each"], float(line.each), forms["number"])
            row += 1
        return row

    def _write_main(self, book: Book, page: Any, sheet: ScoreSheet, lines: Lines) -> dict[str, str]:
        """The sheet to print; the cell of each item's marks."""
        forms, names = book.formats, [name for name, _ in sheet.columns]
        marks_at, full_at = names.index("mark"), names.index("full")
        row = book.write_top(page, len(names), _list_top(sheet))
        for place, (_, title) in enumerate(sheet.columns):
            page.write_string(row, place, clean(title), forms["head"])
        page.set_row(row, 28)
        row += 1
        cells: dict[str, str] = {}
        sums: list[str] = []
        for section in sheet.sections:
            first = row
            for item in section.rows:
                cells[item.indicator] = f"{_letter(marks_at)}{row + 1}"
                row = self._write_item(book, page, sheet, item, lines, row)
            if "section" in names:
                merge(
                    page,
                    first,
                    names.index("section"),
                    row - 1,
                    names.index("section"),
                    clean(section.title),
                    forms["section"],
                )
            if section.kind != "veto":
                row = self._write_subtotal(book, page, sheet, section, first, row, marks_at, full_at)
                sums.append(f"{_letter(marks_at)}{row}")
        row = self._write_bottom(book, page, sheet, row + 1, len(names))
        page.print_area(0, 0, row, len(names) - 1)
        return cells

    def _write_item(self, book: Book, page: Any, sheet: ScoreSheet, item: ScoreRow, lines: Lines, row: int) -> int:
        """One item, over as many rows as its longest text needs; the next row."""
        forms = book.formats
        pieces = {name: split_text(item.cells[name], WIDTHS[name]) for name, _ in sheet.columns if name not in _NARROW}
        height = max(map(len, pieces.values()), default=1)
        left = forms["long"]
        for place, (name, _) in enumerate(sheet.columns):
            if name == "section":
                continue
            if name == "mark":
                self._write_mark(book, page, item, lines, row, place)
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

    def _write_mark(self, book: Book, page: Any, item: ScoreRow, lines: Lines, row: int, place: int) -> None:
        forms = book.formats
        if item.mark is None:
            page.write_string(row, place, clean(item.cells["mark"]), forms["center"])
            return
        value = float(Decimal(item.mark))
        if not item.scored:
            page.write_number(row, place, value, forms["marks"])
            return
        page.write_formula(row, place, self._write_formula(item, lines), forms["marks"], value)

    def _write_formula(self, item: ScoreRow, lines: Lines) -> str:
        """The item's marks from the results of its parts."""
        precision, record = self._view.pack.head.precision, item.record
        indicator = self._parts[(record["cohort"], item.indicator)][0].indicator
        cells = ",".join(f"{PARTS}!{address}" for address in lines.results[item.indicator])
        if indicator.combine == "sum":
            marks = f"SUM({cells})"
        else:
            applying = sum(part["outcome"] != "not_applicable" for part in record["parts"])
            declared = indicator.combine.at_least if isinstance(indicator.combine, Reached) else len(record["parts"])
            marks = f"IF(SUM({cells})>={min(declared, applying)},{record['full_marks']},0)"
        if item.kind == "deduction":
            marks = f"{marks}-{record['applicable_marks']}"
        return f"=ROUND({marks},{precision})"

    def _write_subtotal(
        self, book: Book, page: Any, sheet: ScoreSheet, section: Any, first: int, row: int, marks_at: int, full_at: int
    ) -> int:
        forms, precision = book.formats, self._view.pack.head.precision
        for place in range(len(sheet.columns)):
            page.write_blank(row, place, None, forms["group"])
        label = next((place for place, (name, _) in enumerate(sheet.columns) if name in ("section", "indicator")), 0)
        page.write_string(row, label, "小计", forms["group"])
        last = row
        if section.kind == "base":
            column = _letter(full_at)
            page.write_formula(
                row,
                full_at,
                f"=ROUND(SUM({column}{first + 1}:{column}{last}),{precision})",
                forms["sum"],
                float(Decimal(section.full)),
            )
        column = _letter(marks_at)
        page.write_formula(
            row,
            marks_at,
            f"=ROUND(SUM({column}{first + 1}:{column}{last}),{precision})",
            forms["sum"],
            float(Decimal(section.subtotal)),
        )
        page.set_row(row, 18)
        return row + 1

    def _write_bottom(self, book: Book, page: Any, sheet: ScoreSheet, row: int, columns: int) -> int:
        """Totals, where the numbers come from, signatures and the place for the stamp."""
        forms = book.formats
        left = max(columns // 4, 1)
        for line in sheet.totals:
            merge(page, row, 0, row, left - 1, clean(line.label), forms["head"])
            target = SUM_CELLS.get(line.label)
            text = clean(line.value + (f"({line.note})" if line.note else ""))
            if target is None or not _is_number(line.value):
                merge(page, row, left, row, columns - 1, text, forms["left"])
            else:
                page.write_formula(
                    row,
                    left,
                    f"={SUMS}!{target}",
                    forms["whole" if line.label == "名次" else "sum"],
                    float(Decimal(line.value)),
                )
                if left + 1 < columns:
                    merge(page, row, left + 1, row, columns - 1, clean(line.note), forms["left"])
            page.set_row(row, 18)
            row += 1
        merge(page, row, 0, row, left - 1, "公式核对", forms["head"])
        page.write_formula(row, left, f"={SUMS}!{SUM_CELLS['核对']}", forms["center"], "全部一致")
        if left + 1 < columns:
            merge(page, row, left + 1, row, columns - 1, "各项公式与评分系统逐位比较的结果", forms["left"])
        row += 2
        merge(page, row, 0, row, columns - 1, clean(sheet.sources), forms["plain"])
        page.set_row(row, 40)
        row += 2
        merge(
            page,
            row,
            0,
            row,
            columns - 1,
            "        ".join(f"{line}:__________" for line in sheet.signatures),
            forms["plain"],
        )
        page.set_row(row, 24)
        row += 1
        merge(page, row, 0, row, columns - 1, f"{sheet.issuer}(盖章)              年    月    日    ", forms["sign"])
        page.set_row(row, 24)
        return row


def _list_top(sheet: ScoreSheet) -> list[tuple[str, str, float]]:
    return [
        ("letterhead", sheet.letterhead, 18),
        ("title", sheet.title, 30),
        ("subtitle", sheet.subtitle, 18),
        ("warning", sheet.stamp.fictional, 16),
    ]


def _find_head(sheet: ScoreSheet) -> int:
    return sum(1 for _, text, _ in _list_top(sheet) if text)


def _find_form(name: str, value: Fraction, shares: bool) -> str:
    """A percentage where the figure is a share."""
    if not shares or name not in ("goal", "per", "start"):
        return "number"
    return "percent" if (value * 100).denominator == 1 else "permille"


def _letter(place: int) -> str:
    return chr(ord("A") + place)


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).removeprefix("-").isdigit()


def _write_narrow(page: Any, row: int, place: int, text: str, forms: dict[str, Any]) -> None:
    if _is_number(text):
        page.write_number(row, place, float(Decimal(text)), forms["marks"])
    else:
        page.write_string(row, place, clean(text), forms["center"])


#: The cells of the sheet 合计 that the printed sheet repeats.
SUM_CELLS = {
    "各项得分合计": "C4",
    "基础分": "C5",
    "加分": "C6",
    "扣分": "C7",
    "总分": "C8",
    "名次": "C9",
    "同组平均": "C10",
    "核对": "C11",
}
