"""The sheet 复算: a line for every part, whose marks are worked out from the figures that stand in it."""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet

from indicators.pack.model import Pack
from scoring.base.parts import list_parts
from scoring.documents.score import ScoreRow, ScoreSheet
from scoring.documents.workbook import Book, Formats, clean, merge
from scoring.explain.explanation import ExplainedPart
from scoring.formulas.decisions import BY_INTERVAL, BY_INTERVAL_SHORT, asks_interval
from scoring.formulas.formula import Formulas
from scoring.formulas.lines import PartLine
from scoring.formulas.worked import work_out
from scoring.rules.line import COLUMNS

TITLE = "复算"
_FIRST = 3
_WIDTHS = (34, 18, 15, *([11] * 11), 11, 11, 9)
_NOTE = (
    "「复算得分」由本行的数用公式算出；先化为整数再算，四舍五入与评分系统逐位一致。"
    "与同组比较的得分要用全组的数，本表只列结果。改动本表不改变评分系统里的得分。"
)
#: Where the columns stand, from 0; those from ``now`` on hold numbers.
_PLACES = {name: place for place, name in enumerate(COLUMNS)}
_NUMBERS = range(_PLACES["now"], len(COLUMNS))
_RESULT, _ENGINE, _CHECK = _PLACES["result"], _PLACES["engine"], _PLACES["check"]
_RESULT_LETTER, _ENGINE_LETTER = COLUMNS["result"][0], COLUMNS["engine"][0]


class Workings:
    """Writes the sheet for the units of a run; what a part's line has in common for all of them is made once."""

    def __init__(self, pack: Pack, year: int) -> None:
        self._formulas = Formulas(pack.head.precision)
        self._lines: dict[tuple[str, str], list[PartLine]] = {}
        for part in list_parts(pack, year):
            self._lines.setdefault((part.cohort, part.indicator.id), []).append(PartLine(part))

    def write(self, book: Book, sheet: ScoreSheet) -> dict[str, list[str]]:
        """Write the sheet of a unit; by item, the cells that hold the results of its parts."""
        page, forms = book.add_sheet(TITLE, _WIDTHS, _FIRST - 1), book.formats
        book.write_top(page, len(COLUMNS), [("heading", f"{sheet.unit_name} 逐项复算", 22)])
        merge(page, 1, 0, 1, len(COLUMNS) - 1, _NOTE, forms.plain)
        page.set_row(1, 26)
        for place, (_, title) in enumerate(COLUMNS.values()):
            page.write_string(_FIRST - 1, place, title, forms.head)
        page.set_row(_FIRST - 1, 28)
        row = _FIRST
        results: dict[str, list[str]] = {}
        for section in sheet.sections:
            for item in section.rows:
                cells = results[item.indicator] = []
                lines = self._lines[(sheet.cohort, item.indicator)]
                for line, told in zip(lines, item.record.parts, strict=True):
                    cells.append(f"{_RESULT_LETTER}{row + 1}")
                    row = self._write_part(page, forms, item, line, told, row)
                table = lines[0].part.indicator.table
                if table is not None and asks_interval(table) and item.mark is not None:
                    row = _write_by_interval(page, forms, item, row)
        return results

    def _write_part(
        self, page: Worksheet, forms: Formats, item: ScoreRow, line: PartLine, told: ExplainedPart, row: int
    ) -> int:
        """One part and its sub-lines; the next row."""
        number = line.part.index + 1
        page.write_string(row, 0, clean(item.name), forms.name)
        page.write_string(row, 1, clean(told.title or ("—" if number == 1 else f"第{number}部分")), forms.name)
        page.write_string(row, 2, line.title, forms.center)
        operands = told.operands
        if operands is None or (told.marks is None and told.reached is None):
            page.write_string(row, _RESULT, told.outcome_text, forms.center)
            page.write_string(row, _CHECK, "—", forms.center)
            _write_blanks(page, forms, row, {_RESULT, _CHECK})
            return row + 1
        known = line.read_known(told)
        form = forms.choose("whole" if line.reached else "marks")
        figures, counts = line.list_figures(operands), line.count_levels(operands)
        worked = work_out(self._formulas, line, row + 1, told, item.record)
        page.write_number(row, _ENGINE, float(known), form)
        filled = {_RESULT, _ENGINE, _CHECK}
        for name, value in figures.items():
            page.write_number(row, _PLACES[name], float(value), forms.number)
            filled.add(_PLACES[name])
        if worked is None:
            page.write_number(row, _RESULT, float(known), form)
            page.write_string(row, _CHECK, line.no_formula or "系统值", forms.center)
        else:
            for name, own, own_form in worked.formula.shown:
                page.write_number(row, _PLACES[name], own, forms.choose(own_form))
                filled.add(_PLACES[name])
            page.write_formula(row, _RESULT, worked.formula.text, form, float(worked.value))
            test = f'=IF({_RESULT_LETTER}{row + 1}={_ENGINE_LETTER}{row + 1},"一致","不一致")'
            page.write_formula(row, _CHECK, test, forms.center, "一致")
        _write_blanks(page, forms, row, filled)
        return _write_sub_lines(page, forms, line, counts, row + 1)


def _write_by_interval(page: Worksheet, forms: Formats, item: ScoreRow, row: int) -> int:
    """The line of an item whose marks no formula works out, with the reason; the next row."""
    page.write_string(row, 0, clean(item.name), forms.name)
    merge(page, row, 1, row, _RESULT - 1, BY_INTERVAL, forms.left)
    for place in (_RESULT, _ENGINE):
        page.write_number(row, place, float(item.mark or 0), forms.marks)
    page.write_string(row, _CHECK, BY_INTERVAL_SHORT, forms.center)
    return row + 1


def _write_blanks(page: Worksheet, forms: Formats, row: int, filled: set[int]) -> None:
    for place in _NUMBERS:
        if place not in filled:
            page.write_blank(row, place, None, forms.number)


def _write_sub_lines(page: Worksheet, forms: Formats, line: PartLine, counts: tuple[int, ...], row: int) -> int:
    for sub_line, count in zip(line.sub_lines, counts, strict=True):
        page.write_string(row, 1, clean(sub_line.title), forms.name)
        page.write_number(row, _PLACES["now"], count, forms.number)
        page.write_number(row, _PLACES["each"], float(sub_line.each), forms.number)
        row += 1
    return row
