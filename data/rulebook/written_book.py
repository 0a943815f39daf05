"""The workbook: the same pack makes the same bytes."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from data.files.mistakes import name_column
from data.files.workbooks import LISTS_SHEET
from data.rulebook.filled_sheets import FilledSheet, HeadLine, Trees, write_head, write_sheets
from data.rulebook.layout import GUIDE_SHEET, HEAD_SHEET, TEXTS_SHEET, find_reference
from data.rulebook.rule_columns import RuleColumn
from data.rulebook.sheet_lines import FIRST_ROW, KEYS_ROW, LABELS_ROW
from data.rulebook.texts import HEADS, write_texts_lines
from data.rulebook.words import list_guide

_FONT: dict[str, object] = {"font_name": "宋体", "font_size": 10, "valign": "top", "text_wrap": True, "num_format": "@"}
_STYLES: dict[str, dict[str, object]] = {
    "title": {"bold": True, "font_size": 14, "font_name": "黑体", "text_wrap": False},
    "heading": {"bold": True, "bg_color": "#BDD7EE", "border": 1, "valign": "vcenter"},
    "needed": {"bold": True, "bg_color": "#9DC3E6", "border": 1, "valign": "vcenter"},
    "key": {"font_size": 7, "font_color": "#A6A6A6", "text_wrap": False},
    "cell": {"border": 1, "border_color": "#D9D9D9"},
    "chosen": {"border": 1, "border_color": "#D9D9D9", "bg_color": "#FFF2CC"},
    "plain": {"border": 0},
}
_GREY = {"bg_color": "#D9D9D9", "font_color": "#C00000"}
#: Checks and formats reach so far below the last line.
_SPARE = 300
_NARROW, _WIDE = 9, 42
_A3 = 8
#: The height of a line of text.
_LINE = 14.5


def write_book(files: Trees, texts: Mapping[str, bytes], others: Sequence[str] = ()) -> bytes:
    """The workbook of a pack's files; ``others`` are named in it as left out. Raises CellTooLong."""
    head, sheets = write_head(files), write_sheets(files)
    title = str(files.get("pack.yaml", {}).get("title", ""))
    content = io.BytesIO()
    with xlsxwriter.Workbook(
        content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        book.set_properties({"title": title, "created": datetime(2000, 1, 1, tzinfo=UTC)})
        writer = RulebookWriter(book, sheets)
        writer.write_guide(list_guide(title, others))
        writer.write_head(head)
        for sheet in sheets:
            writer.write_sheet(sheet)
        writer.write_texts(list(write_texts_lines(texts)))
        writer.write_lists()
    return content.getvalue()


class RulebookWriter:
    """Formats, lists and sheets of one workbook."""

    def __init__(self, book: xlsxwriter.Workbook, sheets: Sequence[FilledSheet]) -> None:
        self.book = book
        self.bottoms = {sheet.title: FIRST_ROW + len(sheet.lines) + _SPARE for sheet in sheets}
        self.styles = {name: book.add_format({**_FONT, **style}) for name, style in _STYLES.items()}
        self.grey: Format = book.add_format(_GREY)
        self.lists: dict[tuple[str, ...], int] = {}

    def write_guide(self, lines: object) -> None:
        """What to fill in where."""
        sheet = self.book.add_worksheet(GUIDE_SHEET)
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, 18, self.styles["plain"])
        sheet.set_column(1, 1, 96, self.styles["plain"])
        assert hasattr(lines, "__iter__")
        for row, (name, words) in enumerate(lines):
            sheet.write_string(row, 0, name, self.styles["plain" if words or not name else "title"])
            if words:
                sheet.write_string(row, 1, words, self.styles["plain"])
                sheet.set_row(row, _LINE * -(-_measure(words) // 94))
        _set_page(sheet)

    def write_head(self, lines: Sequence[HeadLine]) -> None:
        """The first sheet: one line for each thing."""
        sheet = self.book.add_worksheet(HEAD_SHEET)
        for at, (label, width) in enumerate((("项目", 28), ("内容", 60), ("键", 34))):
            sheet.set_column(at, at, width)
            sheet.write_string(LABELS_ROW - 1, at, label, self.styles["heading"])
        for row, line in enumerate(lines, start=FIRST_ROW - 1):
            style = "needed" if line.column.required else "heading"
            sheet.write_string(row, 0, line.column.label, self.styles[style])
            sheet.write_string(row, 1, line.text, self.styles["cell"])
            sheet.write_string(row, 2, f"{line.file}:{line.column.key}", self.styles["key"])
            if line.column.shape.words:
                self._offer(sheet, line.column, row + 1, row + 1, 1)
            sheet.set_row(row, _find_height([(line.text, 60)]))
        sheet.freeze_panes(FIRST_ROW - 1, 1)
        _set_page(sheet)

    def write_sheet(self, sheet: FilledSheet) -> None:
        """A sheet with a line for each entry."""
        target = self.book.add_worksheet(sheet.title)
        bottom = self.bottoms[sheet.title]
        used = {column for cells in sheet.lines for column in cells}
        widths = [_find_width(sheet, column) for column in sheet.columns]
        for at, column in enumerate(sheet.columns):
            self._write_column(target, at, column, widths[at], column in used)
            self._offer_in(target, sheet, column, at, bottom)
        for row, cells in enumerate(sheet.lines, start=FIRST_ROW - 1):
            texts = [(cells.get(column, ""), width) for column, width in zip(sheet.columns, widths, strict=True)]
            target.set_row(row, _find_height(texts))
            for at, column in enumerate(sheet.columns):
                style = self.styles["chosen" if column.role in ("kind", "phrase") else "cell"]
                if text := cells.get(column):
                    target.write_string(row, at, text, style)
                else:
                    target.write_blank(row, at, None, style)
        self._grey_out(target, sheet, bottom)
        target.set_row(LABELS_ROW - 1, 2.2 * _LINE)
        target.set_row(KEYS_ROW - 1, 10)
        _set_page(target)
        target.freeze_panes(FIRST_ROW - 1, 2 if sheet.columns[0].path == ("#owner",) else 1)

    def _write_column(self, target: Worksheet, at: int, column: RuleColumn, width: int, used: bool) -> None:
        # What no line uses is folded away, except where one chooses or begins.
        folded = bool(column.choice) and column.role == "value" and not used
        options = {"level": 1, "hidden": True} if folded else {}
        target.set_column(at, at, width, self.styles["cell"], options)
        style = "needed" if column.required or column.role in ("kind", "phrase") else "heading"
        target.write_string(LABELS_ROW - 1, at, column.label, self.styles[style])
        target.write_string(KEYS_ROW - 1, at, column.key, self.styles["key"])

    def _offer_in(self, target: Worksheet, sheet: FilledSheet, column: RuleColumn, at: int, bottom: int) -> None:
        if column.shape.words:
            self._offer(target, column, FIRST_ROW, bottom, at)
            return
        other = find_reference(sheet.title, column)
        if other is None:
            return
        source = f"='{other}'!$A${FIRST_ROW}:$A${self.bottoms[other]}"
        words = {"input_title": column.label[:30], "input_message": f"填「{other}」里的编号"}
        options = {"validate": "list", "source": source, "error_type": "warning", "ignore_blank": True, **words}
        target.data_validation(FIRST_ROW - 1, at, bottom - 1, at, options)

    def _offer(self, target: Worksheet, column: RuleColumn, first: int, last: int, at: int) -> None:
        words = column.shape.labels
        place = self.lists.setdefault(words, len(self.lists))
        letter = name_column(place)
        options = {
            "validate": "list",
            "source": f"='{LISTS_SHEET}'!${letter}$1:${letter}${len(words)}",
            "error_title": "请从下拉里选",
            "error_message": f"「{column.label}」只能从下拉里选一个。"[:250],
            # A closed choice may also stand beside other forms (a number of parts): then the list only helps.
            "error_type": "stop" if column.shape.forms == 1 else "information",
        }
        target.data_validation(first - 1, at, last - 1, at, options)

    def _grey_out(self, target: Worksheet, sheet: FilledSheet, bottom: int) -> None:
        """Columns that the kind in the same line does not use; and all of them beside a phrase."""
        where = {(column.choice, column.role): at for at, column in enumerate(sheet.columns)}
        for at, column in enumerate(sheet.columns):
            if not column.choice or column.role == "phrase":
                continue
            phrase = where.get((column.choice, "phrase"))
            said = f'${name_column(phrase)}{FIRST_ROW}<>""' if phrase is not None else "FALSE"
            if column.role == "slot":
                criteria = f"={_count_blanks(phrase, column.slot)}"
            elif column.role == "kind":
                criteria = f"={said}"
            else:
                kind = where[column.choice, "kind"]
                shape = sheet.columns[kind].shape
                names = [shape.name_word(member) for member in column.members]
                others = ",".join(f'${name_column(kind)}{FIRST_ROW}<>"{name}"' for name in names)
                criteria = f"=OR({said},AND({others}))"
            options = {"type": "formula", "criteria": criteria, "format": self.grey}
            target.conditional_format(FIRST_ROW - 1, at, bottom - 1, at, options)

    def write_texts(self, lines: Sequence[tuple[str, str, str]]) -> None:
        """The texts of the sources."""
        sheet = self.book.add_worksheet(TEXTS_SHEET)
        for at, ((label, key), width) in enumerate(zip(HEADS, (16, 110, 12), strict=True)):
            sheet.set_column(at, at, width, self.styles["plain"])
            sheet.write_string(LABELS_ROW - 1, at, label, self.styles["heading"])
            sheet.write_string(KEYS_ROW - 1, at, key, self.styles["key"])
        for row, cells in enumerate(lines, start=FIRST_ROW - 1):
            for at, text in enumerate(cells):
                sheet.write_string(row, at, text, self.styles["plain"])
            sheet.set_row(row, _find_height([(cells[1], 110)]))
        sheet.freeze_panes(FIRST_ROW - 1, 0)
        _set_page(sheet)

    def write_lists(self) -> None:
        """The hidden sheet that the drop-downs read."""
        sheet = self.book.add_worksheet(LISTS_SHEET)
        sheet.hide()
        for words, at in self.lists.items():
            for row, word in enumerate(words):
                sheet.write_string(row, at, word)


def _count_blanks(phrase: int | None, slot: int) -> str:
    """True where the phrase of the line has fewer numbers than this one's place."""
    cell = f"${name_column(phrase or 0)}{FIRST_ROW}"
    return f'LEN({cell})-LEN(SUBSTITUTE({cell},"_",""))<{slot}'


def _find_width(sheet: FilledSheet, column: RuleColumn) -> int:
    longest = max((_measure(line.get(column, "")) for line in sheet.lines), default=0)
    return min(max(longest + 2, _NARROW, min(_measure(column.label) + 1, 14)), _WIDE)


def _find_height(texts: Sequence[tuple[str, int]]) -> float:
    """Of a line with these texts in columns of these widths: no program works it out for a file that it opens."""
    lines = max((sum(-(-max(_measure(line), 1) // (width - 1)) for line in text.split("\n")) for text, width in texts))
    return min(_LINE * max(lines, 1), 400)


def _set_page(sheet: Worksheet) -> None:
    sheet.set_landscape()
    sheet.set_paper(_A3)
    sheet.fit_to_pages(1, 0)


def _measure(text: str) -> int:
    return max((sum(2 if sign > "\u2e7f" else 1 for sign in line) for line in text.split("\n")), default=0)
