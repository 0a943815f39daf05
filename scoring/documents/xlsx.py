"""Any other document as a workbook: one sheet with its texts and tables, ranks worked out from the totals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from indicators.entries.numbers import is_decimal
from scoring.documents.blocks import Document, Heading, Paragraph, Signature, Table
from scoring.documents.workbook import Book, clean, merge, split_text

#: The width of the whole sheet, in narrow characters.
_WIDE, _UPRIGHT = 200, 88
#: The size of the letters; columns and rows are reckoned for 9 points.
_SIZES = {True: 9, False: 11}


def write_xlsx(document: Document, day: date, precision: int) -> bytes:
    """The document as a workbook; the same document gives the same bytes. ``day`` is all that it says of time."""
    size = _SIZES[document.landscape]
    book = Book(document.stamp, day, document.title, precision, size)
    tables = [block for block in document.blocks if isinstance(block, Table) and block.rows]
    columns = max((len(table.columns) for table in tables), default=6)
    widths = _find_widths(tables, columns, _WIDE if document.landscape else _UPRIGHT)
    page = book.add_sheet("内容", widths, -1, document.landscape, tall=1 if document.one_page else 0)
    room = sum(widths)
    row = book.write_top(
        page,
        columns,
        [
            ("letterhead", document.letterhead, 20),
            ("title", document.title, 32),
            ("subtitle", document.subtitle, 18),
            ("warning", document.stamp.fictional, 16),
            ("warning", document.stamp.newer, 16),
        ],
    )
    for block in document.blocks:
        if isinstance(block, Table) and block.rows:
            row = _write_table(book, page, block, widths, row, repeat=len(tables) == 1)
        elif isinstance(block, Table):
            row = _write_text(book, page, block.empty, "plain", room, columns, row)
        elif isinstance(block, Heading):
            row = _write_text(book, page, block.text, "heading", room, columns, row)
        elif isinstance(block, Paragraph):
            row = _write_text(book, page, block.text, "plain", room, columns, row)
        elif isinstance(block, Signature):
            lines = [f"{line}：__________" for line in block.lines]
            row = _write_text(book, page, "        ".join(lines), "plain", room, columns, row + 1)
            for text in (f"{block.issuer}（盖章）", "年    月    日    "):
                row = _write_text(book, page, text, "sign", room, columns, row)
    page.print_area(0, 0, max(row - 1, 0), columns - 1)
    return book.close()


def _find_widths(tables: list[Table], columns: int, room: int) -> list[float]:
    """Widths of the columns that all tables of the sheet share, by the table with the most columns."""
    widest = max(tables, key=lambda table: len(table.columns), default=None)
    if widest is None:
        return [room / columns] * columns
    whole = sum(column.width for column in widest.columns)
    return [max(room * column.width / whole, 6) for column in widest.columns]


def _write_text(book: Book, page: Worksheet, text: str, form: str, room: float, columns: int, row: int) -> int:
    for piece, lines in split_text(text, room * 9 / book.size):
        merge(page, row, 0, row, columns - 1, piece, book.formats.choose(form))
        page.set_row(row, lines * book.line + (8 if form == "heading" else 4))
        row += 1
    return row


def _spread(columns: int, all_columns: int) -> list[tuple[int, int]]:
    """First and last sheet column of each column of a table: the last one takes what is left."""
    return [(place, place if place < columns - 1 else all_columns - 1) for place in range(columns)]


def _write_table(book: Book, page: Worksheet, table: Table, widths: list[float], row: int, *, repeat: bool) -> int:
    forms, spans = book.formats, _spread(len(table.columns), len(widths))
    room = [sum(widths[first : last + 1]) for first, last in spans]
    for column, (first, last) in zip(table.columns, spans, strict=True):
        merge(page, row, first, row, last, clean(column.title), forms.head)
    page.set_row(row, 24)
    if repeat:
        page.repeat_rows(row)
        page.freeze_panes(row + 1, 0)
    row += 1
    start = row
    # A line whose text is long takes several rows: where the ranked ones end is known only once all are split.
    split = [
        [split_text(text, wide * 9 / book.size) for text, wide in zip(line.cells, room, strict=True)]
        if line.kind != "group"
        else []
        for line in table.rows
    ]
    last_ranked = table.ranked[2] if table.ranked is not None else 0
    end = start + sum(max(map(len, pieces), default=1) for pieces in split[:last_ranked])
    for place, (line, pieces) in enumerate(zip(table.rows, split, strict=True)):
        if line.kind == "group":
            merge(page, row, 0, row, len(widths) - 1, clean(line.cells[0]), forms.group)
            row += 1
            continue
        ranked = (start, end) if place < last_ranked else None
        height = _write_line(book, page, table, spans, pieces, row, ranked)
        for more in range(height):
            lines = max(piece[more][1] for piece in pieces if more < len(piece))
            page.set_row(row + more, max(lines * book.line + 4, 18))
        row += height
    return row + 1


def _write_line(
    book: Book,
    page: Worksheet,
    table: Table,
    spans: list[tuple[int, int]],
    pieces: Sequence[Sequence[tuple[str, int]]],
    row: int,
    ranked: tuple[int, int] | None,
) -> int:
    """A line of the table in as many rows as its longest text takes, which are told. ``ranked``: the rows of ranks."""
    forms, height = book.formats, max(map(len, pieces))
    for number, (column, (first, last), piece) in enumerate(zip(table.columns, spans, pieces, strict=True)):
        for more in range(height):
            text = piece[more][0] if more < len(piece) else ""
            if more == 0 and ranked is not None and table.ranked is not None and number == table.ranked[0]:
                _write_rank(page, row, first, ranked, table.ranked[1], text, forms.whole)
            elif more == 0 and column.number and is_decimal(text):
                form = forms.choose("marks" if "." in text else "whole")
                page.write_number(row, first, float(Decimal(text)), form)
            else:
                merge(page, row + more, first, row + more, last, text, forms.choose(column.align))
    return height


def _write_rank(
    page: Worksheet, row: int, column: int, rows: tuple[int, int], totals: int, text: str, form: Format
) -> None:
    """The rank by the totals that stand on the sheet; ties share a rank."""
    letter = chr(ord("A") + totals)
    among = f"{letter}${rows[0] + 1}:{letter}${rows[1]}"
    page.write_formula(row, column, f"=RANK({letter}{row + 1},{among},0)", form, int(text))
