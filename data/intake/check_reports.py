"""What a check found, as a workbook: how each sheet was understood, and every mistake with a link to its cell."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import PurePath

import xlsxwriter

from data.files.mistakes import FileMistake, FileRefused, Understood
from data.intake.imports import Accepted
from indicators.pack.model import Pack

SHEETS, COLUMNS, MISTAKES = "各表", "列的对应", "错误"
_TAKEN, _REFUSED = "无误", "有错，未收"
#: Longer links no spreadsheet program opens.
_LONGEST_LINK = 2000


def list_understood(accepted: Sequence[Accepted], pack: Pack) -> list[Understood]:
    """How the sheets of files without mistakes were understood."""
    return [
        Understood(each.file_name, each.sheet, pack.dataset(each.dataset).title, each.mapping, each.rows, each.remarks)
        for each in accepted
    ]


def list_lines(found: Sequence[Understood], mistakes: Sequence[FileMistake]) -> list[dict[str, str | int]]:
    """A line for each sheet: what it was taken for, its rows, what was left out, and how many mistakes it has.

    A file of which no sheet was understood has a line too.
    """
    lines: list[dict[str, str | int]] = []
    for each in found:
        wrong = sum((mistake.file, mistake.sheet) == (each.file, each.sheet) for mistake in mistakes)
        refused = wrong or any(mistake.file == each.file for mistake in mistakes)
        lines.append(
            {
                "文件": each.file,
                "工作表": each.sheet or "",
                "台账": each.table,
                "数据行": each.rows,
                "结果": _REFUSED if refused else _TAKEN,
                "错误": wrong,
                "没有收的和要知道的": "；".join(each.remarks),
            }
        )
    known = {each.file for each in found}
    for file in dict.fromkeys(mistake.file for mistake in mistakes):
        if file is not None and file not in known:
            wrong = sum(mistake.file == file for mistake in mistakes)
            row: dict[str, str | int] = {"文件": file, "工作表": "", "台账": "看不出", "数据行": 0, "结果": _REFUSED}
            lines.append(row | {"错误": wrong, "没有收的和要知道的": ""})
    return lines


def report_check(found: Sequence[Understood] | FileRefused, copies: Mapping[str, str] | None = None) -> bytes:
    """The workbook, of sheets without mistakes or of a refusal.

    ``copies`` are the places of files in which mistakes stand as comments, seen from where the workbook lies; a
    link leads to the file itself, beside the workbook, where there is none.
    """
    understood = found.understood if isinstance(found, FileRefused) else found
    mistakes = found.mistakes if isinstance(found, FileRefused) else []
    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(content, options) as book:
        lines = list_lines(understood, mistakes)
        titles = [*lines[0]] if lines else ["没有读到任何表"]
        _write_table(book, SHEETS, titles, [[*line.values()] for line in lines], (28, 16, 18, 8, 12, 8, 80))
        mapped = [
            [each.file, each.sheet or "", letter, written, title]
            for each in understood
            for letter, written, title in each.columns
        ]
        _write_table(book, COLUMNS, ["文件", "工作表", "列", "文件里的列名", "台账的列"], mapped, (28, 16, 6, 30, 30))
        _write_mistakes(book, mistakes, copies or {})
    return content.getvalue()


def _write_table(
    book: xlsxwriter.Workbook,
    name: str,
    titles: Sequence[str],
    rows: Sequence[Sequence[str | int]],
    widths: Sequence[int],
) -> xlsxwriter.worksheet.Worksheet:
    sheet = book.add_worksheet(name)
    heading = book.add_format({"bold": True, "bg_color": "#D9E1F2", "border": 1})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.freeze_panes(1, 0)
    for at, title in enumerate(titles):
        sheet.write_string(0, at, title, heading)
        sheet.set_column(at, at, widths[at])
    for line, cells in enumerate(rows, start=1):
        for at, cell in enumerate(cells):
            sheet.write(line, at, cell, wrapped)
    return sheet


def _write_mistakes(book: xlsxwriter.Workbook, mistakes: Sequence[FileMistake], copies: Mapping[str, str]) -> None:
    rows = [[each.file or "", each.sheet or "", each.cell or "", each.text] for each in mistakes]
    sheet = _write_table(book, MISTAKES, ["文件", "工作表", "单元格", "错误和改法"], rows, (28, 16, 10, 100))
    for line, mistake in enumerate(mistakes, start=1):
        if (link := link_cell(mistake, copies)) is not None:
            sheet.write_url(line, 2, link, string=mistake.cell)


def link_cell(mistake: FileMistake, copies: Mapping[str, str]) -> str | None:
    """A link to the cell of a mistake; None where it has no cell, or the file has no cells to be led to."""
    if mistake.file is None or mistake.cell is None:
        return None
    place = copies.get(mistake.file, mistake.file)
    name = mistake.sheet
    if name is None:
        if mistake.file not in copies:
            return None
        name = PurePath(mistake.file).stem[:31]
    row, letters = mistake.order[0], mistake.order[2] or "A"
    quoted = name.replace("'", "''")
    link = f"external:{place}#'{quoted}'!{letters}{row}"
    return link if row and len(link) <= _LONGEST_LINK else None
