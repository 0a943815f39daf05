"""A workbook of forms: the same plans make the same bytes."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from data.files.mistakes import name_column
from data.files.workbooks import LISTS_SHEET, RECORD_SHEET
from data.forms import words
from data.forms.head import write_head
from data.forms.plan import Cell, FormColumn, FormRow, SheetPlan
from data.forms.record import write_records
from data.forms.validation import fits_inline, make_check, make_marks_check
from indicators.entries.tables import Column
from indicators.meaning.uses import ColumnUse, list_uses
from indicators.pack.model import Pack

NOTES_SHEET = "填表说明"
#: Title, nil report, remark; then the header, then the example.
HEADER_ROW = 3
#: Checks and formats reach this far down, for what is pasted in below the ready rows.
LAST_CHECKED = 5000
_SHEET_NAME = 31
_A4 = 9
_FONT = {"font_name": "宋体", "font_size": 10, "valign": "vcenter"}
_STYLES: dict[str, dict[str, object]] = {
    "title": {"bold": True, "font_size": 14, "font_name": "黑体"},
    "remark": {"font_color": "#7F6000"},
    "label": {"bold": True, "align": "right"},
    "answer": {"bg_color": "#FFF2CC", "border": 1},
    "required": {"bold": True, "text_wrap": True, "align": "center", "bg_color": "#BDD7EE", "border": 1},
    "optional": {"bold": True, "text_wrap": True, "align": "center", "bg_color": "#EDEDED", "border": 1},
    "shown_head": {"text_wrap": True, "align": "center", "bg_color": "#F7F7F7", "border": 1, "font_color": "#595959"},
    "example": {"italic": True, "font_color": "#808080", "border": 1},
    "empty": {"border": 1},
    "given": {"border": 1, "bg_color": "#F2F2F2"},
    "carried": {"border": 1, "bg_color": "#FFE699"},
    "stored": {"border": 1, "bg_color": "#FFE699"},
    "shown": {"border": 1, "text_wrap": True, "font_color": "#404040", "bg_color": "#FAFAFA", "font_size": 9},
    "wrapped": {"border": 1, "text_wrap": True, "valign": "top"},
    "cell": {"border": 1, "valign": "top"},
    "heading": {"bold": True, "font_size": 12},
}
_NUMBER_FORMATS = {"text": "@", "choice": "@", "unit": "@", "indicator": "@", "flag": "@", "date": "yyyy-mm-dd"}


def write_book(pack: Pack, title: str, plans: Sequence[SheetPlan], *, fictional: bool) -> bytes:
    """The workbook: a sheet of notes, one per plan, and two hidden ones."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(
        content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        # A form has no formulas; those that somebody adds are worked out where they are typed, and to be believed.
        book.calc_on_load = False
        year = plans[0].year
        book.set_properties({"title": title, "author": pack.head.issuer, "created": datetime(year, 1, 1, tzinfo=UTC)})
        BookWriter(book, pack, fictional).write(title, plans)
    return content.getvalue()


def name_sheets(plans: Sequence[SheetPlan]) -> list[str]:
    """A name for each sheet, as Excel takes it: no forbidden sign, at most 31 characters, each once."""
    names: list[str] = []
    for plan in plans:
        base = re.sub(r"[\[\]:*?/\\]", "·", plan.dataset.title).strip("'")[:_SHEET_NAME]
        name, number = base, 2
        while name.casefold() in {other.casefold() for other in names}:
            name = f"{base[: _SHEET_NAME - 4]}（{number}）"
            number += 1
        names.append(name)
    return names


class BookWriter:
    """Formats, lists and sheets of one workbook."""

    def __init__(self, book: xlsxwriter.Workbook, pack: Pack, fictional: bool) -> None:
        self.book = book
        self.pack = pack
        self.fictional = fictional
        self.mark = "（演示数据，虚构）" if fictional else ""
        self.formats: dict[tuple[str, str], Format] = {}
        self.lists: dict[tuple[str, ...], str] = {}

    def style(self, name: str, number_format: str = "") -> Format:
        """The format of that name, made once."""
        key = (name, number_format)
        if key not in self.formats:
            options = {**_FONT, **_STYLES[name]}
            if number_format:
                options["num_format"] = number_format
            if number_format == "@":
                options["text_wrap"] = True
            self.formats[key] = self.book.add_format(options)
        return self.formats[key]

    def write(self, title: str, plans: Sequence[SheetPlan]) -> None:
        """All sheets, notes first, so that they are what is seen on opening."""
        names = name_sheets(plans)
        notes = self.book.add_worksheet(NOTES_SHEET)
        sheets = [self.book.add_worksheet(name) for name in names]
        self.lists_sheet = self.book.add_worksheet(LISTS_SHEET)
        self.lists_sheet.hide()
        record = self.book.add_worksheet(RECORD_SHEET)
        record.very_hidden()
        for sheet, plan in zip(sheets, plans, strict=True):
            self.write_form(sheet, plan)
        self.write_notes(notes, title + self.mark, plans)
        records = [plan.make_record(name, self.fictional) for name, plan in zip(names, plans, strict=True)]
        for line, text in enumerate(write_records(records)):
            record.write_string(line, 0, text)
        (sheets[0] if len(sheets) == 1 else notes).activate()

    def write_form(self, sheet: Worksheet, plan: SheetPlan) -> None:
        """One sheet to fill in."""
        write_head(sheet, plan, self.style, self.mark)
        first = HEADER_ROW + 2
        bottom = first + len(plan.rows) + plan.spare
        for place, column in enumerate(plan.columns):
            self._write_column(sheet, plan, place, column, first)
        for offset, row in enumerate(plan.rows):
            for place, column in enumerate(plan.columns):
                kind = row.kinds.get(column.title, "empty")
                self._write_cell(sheet, first + offset, place, column, row.cells.get(column.title), kind)
            if any(kind == "shown" for kind in row.kinds.values()):
                sheet.set_row(first + offset, _row_height(plan, row.cells))
        for line in range(first + len(plan.rows), bottom):
            for place, column in enumerate(plan.columns):
                value = plan.every.get(column.title)
                self._write_cell(sheet, line, place, column, value, "empty" if value is None else "given")
        _set_page(sheet, plan, bottom)

    def _write_column(self, sheet: Worksheet, plan: SheetPlan, place: int, column: FormColumn, first: int) -> None:
        """Title, comment, example, format and check of a column."""
        if column.column is None:
            sheet.set_column(place, place, column.width)
            sheet.write_string(HEADER_ROW, place, column.title, self.style("shown_head"))
            sheet.write_blank(HEADER_ROW + 1, place, None, self.style("example"))
            return
        real = column.column
        title = f"{real.title}*" if real.required else real.title
        head = "required" if real.required else "optional"
        sheet.set_column(place, place, _find_width(plan, column), self.style_bare(_number_format(real)))
        sheet.write_string(HEADER_ROW, place, title, self.style(head, "@"))
        self._write_example(sheet, plan, place, real)
        choices = self._list_choices(plan, real)
        source = self.place_list(choices) if choices else None
        help = words.describe_column(real, plan.choices.get(real.name, ()))
        sheet.write_comment(HEADER_ROW, place, help, {"x_scale": 2, "y_scale": 1.2, "author": self.pack.head.issuer})
        narrowed = {
            line
            for line, row in enumerate(plan.rows, first)
            for each in (row.levels, row.marks)
            if each and each[0] == real.title
        }
        if not narrowed:
            period = plan.dataset.period
            year = plan.year if real.name in (period.year, period.date) else None
            said = f"这份表只填 {year} 年的；{help}" if year is not None else help
            options = make_check(real, first + 1, place, source, said, year)
            sheet.data_validation(first, place, LAST_CHECKED, place, options)
            return
        for line, row in enumerate(plan.rows, first):
            self._narrow_cell(sheet, line, place, real, row)

    def _narrow_cell(self, sheet: Worksheet, line: int, place: int, column: Column, row: FormRow) -> None:
        """Let a cell take only the levels or the marks of its own row."""
        if row.levels is not None and row.levels[0] == column.title:
            allowed = self.place_list(row.levels[1])
            options = make_check(column, line + 1, place, allowed, f"请选：{'、'.join(row.levels[1])}")
        elif row.marks is not None and row.marks[0] == column.title:
            _, low, high = row.marks
            options = make_marks_check(column, low, high, f"请填 {low:f} 到 {high:f} 之间的分数")
        else:
            return
        sheet.data_validation(line, place, line, place, options)

    def style_bare(self, number_format: str) -> Format:
        """A format for whole columns: no border, so that nothing is printed below the ready rows."""
        key = ("bare", number_format)
        if key not in self.formats:
            self.formats[key] = self.book.add_format(
                {**_FONT, **({"num_format": number_format} if number_format else {})}
            )
        return self.formats[key]

    def _list_choices(self, plan: SheetPlan, column: Column) -> tuple[str, ...]:
        match column.type:
            case "choice":
                return plan.choices.get(column.name, column.choices)
            case "flag":
                return ("是", "否")
            case "unit":
                return tuple(unit.name for unit in (plan.units or self.pack.registry.units))
            case "indicator":
                return tuple(indicator.id for indicator in self.pack.indicators if indicator.years.holds(plan.year))
            case _:
                return ()

    def place_list(self, choices: tuple[str, ...]) -> str | list[str]:
        """The words themselves, or where they stand on the hidden sheet."""
        if fits_inline(choices):
            return list(choices)
        if choices not in self.lists:
            place = len(self.lists)
            for line, choice in enumerate(choices):
                self.lists_sheet.write_string(line, place, choice)
            letters = name_column(place)
            self.lists[choices] = f"='{LISTS_SHEET}'!${letters}$1:${letters}${len(choices)}"
        return self.lists[choices]

    def _write_example(self, sheet: Worksheet, plan: SheetPlan, place: int, column: Column) -> None:
        sheet.write_string(HEADER_ROW + 1, place, plan.example[column.title], self.style("example", "@"))

    def _write_cell(self, sheet: Worksheet, line: int, place: int, column: FormColumn, value: Cell, kind: str) -> None:
        shown = column.column is None
        style = self.style("shown" if shown else kind, "" if column.column is None else _number_format(column.column))
        if value is None:
            sheet.write_blank(line, place, None, style)
        elif isinstance(value, str):
            sheet.write_string(line, place, value, style)
        elif isinstance(value, date):
            sheet.write_datetime(line, place, value, style)
        else:
            sheet.write_number(line, place, float(value) if isinstance(value, Decimal) else value, style)

    def write_notes(self, sheet: Worksheet, title: str, plans: Sequence[SheetPlan]) -> None:
        """What every column of every sheet means, and which clause needs it."""
        widths = (16, 6, 44, 28, 64)
        for place, width in enumerate(widths):
            sheet.set_column(place, place, width)
        line = 0
        sheet.write_string(line, 0, title, self.style("title"))
        for text in (
            f"依据：{self.pack.head.title}；发表单位：{self.pack.head.issuer}。",
            "只填带边框的空格；请不要改列名、不要合并单元格、不要插入合计行。多出的行可以接着往下填。",
            "填好后整个文件交回即可：没有填的表自动略过（算还没有报），确实没有可报的请在表头下选零报告。",
        ):
            line += 1
            sheet.write_string(line, 0, text, self.style_bare(""))
        for plan in plans:
            line = self._write_dataset_notes(sheet, plan, line + 2, widths)
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&C第 &P 页，共 &N 页")

    def _write_dataset_notes(self, sheet: Worksheet, plan: SheetPlan, line: int, widths: Sequence[int]) -> int:
        sheet.write_string(line, 0, plan.dataset.title, self.style("heading"))
        asked = plan.asked.indicators
        lines = words.describe_dataset(plan.dataset)
        if deadlines := words.describe_deadlines(asked, plan.dataset, plan.year):
            lines += ["期限：" + deadlines.replace("\n", "；") + "。"]
        for text in lines:
            line += 1
            sheet.merge_range(line, 0, line, len(widths) - 1, text, self.style("wrapped"))
            sheet.set_row(line, 15 * _count_lines(text, sum(widths)))
        line += 1
        for place, head in enumerate(("列", "必填", "怎么填", "用于哪些指标", "哪一条要它（原文）")):
            sheet.write_string(line, place, head, self.style("optional"))
        uses = list_uses(self.pack, plan.dataset, asked)
        for column in plan.columns:
            line += 1
            self._write_column_note(sheet, plan, column, uses, line, widths)
        return line

    def _write_column_note(
        self,
        sheet: Worksheet,
        plan: SheetPlan,
        column: FormColumn,
        uses: dict[str, ColumnUse],
        line: int,
        widths: Sequence[int],
    ) -> None:
        if column.column is None:
            cells = [column.title, "", "只供看，不用填，也不会导入", "", ""]
        else:
            use = uses[column.column.name]
            named = (
                "本表的全部指标" if use.purpose == "row" and use.indicators else words.name_indicators(use.indicators)
            )
            quoted = "" if use.purpose == "row" else words.quote_indicators(use.indicators)
            if use.purpose == "row" and column is plan.columns[0]:
                named, quoted = words.name_indicators(use.indicators), words.quote_indicators(use.indicators)
            purpose = words.describe_use(use)
            cells = [
                column.title,
                "是" if column.column.required else "",
                words.describe_column(column.column, plan.choices.get(column.column.name, ())),
                named or purpose,
                quoted or purpose,
            ]
        for place, text in enumerate(cells):
            sheet.write_string(line, place, text, self.style("wrapped"))
        height = max(_count_lines(text, width) for text, width in zip(cells, widths, strict=True))
        sheet.set_row(line, min(409, 14 * height + 2))


def _number_format(column: Column) -> str:
    # What may be a month alone stays as it is typed: Excel would turn 2024-03 into the first of March.
    return "@" if column.month_allowed else _NUMBER_FORMATS.get(column.type, "")


def _find_width(plan: SheetPlan, column: FormColumn) -> int:
    real = column.column
    if column.width or real is None:
        return column.width or 14
    widest = max((_measure(str(row.cells.get(column.title) or "")) for row in plan.rows), default=0)
    usual = {"text": 24, "date": 13, "year": 9, "flag": 9, "integer": 12, "decimal": 12, "indicator": 24}.get(
        real.type, 12
    )
    if real.type == "unit":
        usual = max((_measure(unit.name) for unit in plan.units[:1]), default=12) + 8
    elif real.type == "choice":
        usual = max(_measure(choice) for choice in real.choices) + 4
    half_title = (_measure(real.title) + 1) // 2 + 3
    return max(8, min(40, max(usual, widest + 2, half_title)))


def _measure(text: str) -> int:
    """The width of a text in half-width characters."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WFA" else 1 for sign in text)


def _count_lines(text: str, width: int) -> int:
    return sum(max(1, -(-_measure(line) // max(1, width - 1))) for line in text.split("\n"))


def _row_height(plan: SheetPlan, cells: dict[str, Cell]) -> float:
    lines = [
        _count_lines(str(cells[column.title]), column.width)
        for column in plan.columns
        if column.column is None and cells.get(column.title)
    ]
    return float(min(409, 13.5 * max(lines, default=1) + 4))


def _set_page(sheet: Worksheet, plan: SheetPlan, bottom: int) -> None:
    """A4 landscape, one page wide, the header on every page; the header stays in sight on the screen."""
    sheet.freeze_panes(HEADER_ROW + 1, 1)
    sheet.set_row(HEADER_ROW, 32)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEADER_ROW)
    sheet.print_area(0, 0, bottom - 1, len(plan.columns) - 1)
    sheet.set_footer("&L&A&C第 &P 页，共 &N 页")
