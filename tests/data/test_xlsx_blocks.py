"""A sheet split by column has the rows, cells and refusals that it has element by element.

Not proven here: that what a cell shows is understood rightly (tests/data/shown).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.files import xlsx_blocks
from data.files.blocks import Block
from data.files.kept_rows import KeptRows
from data.files.mistakes import FileRefused
from data.files.raw_cells import ShownNumber
from data.files.raw_sheets import RawSheet, Row, is_empty_row
from data.files.readers import read_sheets
from tests.data.shown.makers import xlsx

STRINGS = (
    "<si><t>甲县</t></si>",
    '<si><t xml:space="preserve"> 乙 </t></si>',
    "<si><t>a&amp;b</t></si>",
    "<si><r><rPr><strike/></rPr><t>划</t></r></si>",
    "<si><r><rPr><vertAlign val='superscript'/></rPr><t>1</t></r></si>",
    "<si><t></t></si>",
)
NUMBERS = "0 1 2 3 4 5 7 -1 12.5 45352 45352.5 60 61 1e3 1e999 0.1 -0 +5 x 2958466 3.3000000000000003"
VALUES = st.sampled_from([*NUMBERS.split(" "), " 5", ""])
TEXTS = st.sampled_from(["甲县", "a b", " x ", "_x0041_", "&lt;", "a>b", "<![CDATA[c]]>", "a\nb", "=1", "中\t文", ""])
STYLE = st.sampled_from(["", "", "", ' s="0"', ' s="1"', ' s="2"', ' s="3"', ' s="9"'])
PLAIN = st.builds("<c@{}{}><v>{}</v></c>".format, STYLE, st.sampled_from(["", ' t="n"']), VALUES)
SHARED = st.builds('<c@{} t="s"><v>{}</v></c>'.format, STYLE, VALUES)
INLINE = st.builds('<c@{} t="inlineStr"><is><t>{}</t></is></c>'.format, STYLE, TEXTS)
WRITTEN = st.builds('<c@{} t="str"><v>{}</v></c>'.format, STYLE, TEXTS)
STRANGE = st.sampled_from(
    [
        "<c@/>",
        '<c@ s="1"/>',
        '<c@ t="s"/>',
        '<c@ t="b"><v>1</v></c>',
        '<c@ t="e"><v>#N/A</v></c>',
        '<c@ t="d"><v>2024-03-01</v></c>',
        '<c@ t="inlineStr"><v>1</v></c>',
        "<c@><f>1+1</f><v>2</v></c>",
        "<c@><v>1</v><v>2</v></c>",
        "<c@><is><t>x</t></is></c>",
        "<c@><v>1</v></c><!-- x -->",
        '<c@ t="s" t="n"><v>1</v></c>',
        "<c@> <v>1</v></c>",
        "<c><v>1</v></c>",
        "<x@/>",
    ]
)
CELLS = st.lists(st.one_of(PLAIN, PLAIN, SHARED, SHARED, INLINE, WRITTEN, STRANGE), max_size=4)
ROWS = st.lists(st.tuples(CELLS, st.sampled_from([*[""] * 8, ' spans="1:3"', ' hidden="1"', ' ht="0"', ' ht="15.75"'])))
BREAKS = st.sampled_from(
    [None] * 12 + ["twice", "gap", "place", "order", "far", "unclosed", "blank", "between", "prefix", "self"]
)


def write_rows(rows: list[tuple[list[str], str]], regular: list[str], broken: str | None, at: int) -> list[str]:
    """Rows of XML, most of them the same ``regular`` one, and something wrong or unusual at one place."""
    written = []
    for number, (cells, attributes) in enumerate([*[(regular, "")] * 3, *rows, *[(regular, "")] * 2], start=1):
        named = [cell.replace("@", f' r="{chr(65 + column)}{number}"', 1) for column, cell in enumerate(cells)]
        row = f'<row r="{number}"{attributes}>{"".join(named)}</row>'
        if number == at + 1:
            row = {
                "twice": row + row,
                "gap": row.replace(f'"{number}"', f'"{number + 500}"').replace(f'{number}"', f'{number + 500}"'),
                "place": row.replace('r="B', 'r="A'),
                "order": "".join([f'<row r="{number}">', *reversed(named), "</row>"]),
                "far": f'<row r="{number}"><c r="XFD{number}"><v>1</v></c><c r="XFE{number}"><v>1</v></c></row>',
                "unclosed": row.removesuffix("</row>"),
                "blank": f"\n  {row}\n",
                "between": f"<foo/>{row}",
                "prefix": row.replace("<row", "<row x14ac:dyDescent='1'"),
                "self": f'<row r="{number}"/>',
                None: row,
            }[broken]
        written.append(row)
    return written


def list_cells(sheet: RawSheet, together: bool) -> list[Any] | str:
    """The rows that hold anything, each cell with its class and what it shows; or why the file is refused."""
    found: list[Any] = []
    assert sheet.open_blocks is not None
    try:
        for each in (sheet.open_blocks if together else sheet.open_rows)():
            for row, cells in each.list_rows() if isinstance(each, Block) else [each]:
                if is_empty_row(cells):
                    continue
                shown = [
                    (at, type(cell).__name__, str(cell), cell.shown if isinstance(cell, ShownNumber) else None)
                    for at, cell in enumerate(cells)
                    if cell is not None and cell != ""
                ]
                found.append((row, shown, row in sheet.hidden_rows))
    except FileRefused as refused:
        return str(refused)
    return found


@settings(max_examples=400, deadline=None)
@given(
    rows=ROWS,
    regular=CELLS,
    broken=BREAKS,
    at=st.integers(0, 6),
    piece=st.sampled_from([100, 1 << 22]),
    code=st.sampled_from(["General", "0000", "yyyy-mm-dd", "0.00", ";;;", "@", '0"人"', "yyyy年m月"]),
    normal=st.sampled_from([0, 0, 0, 1, 14, 49]),
    after=st.sampled_from(["", "", "<sheetData/>", "<foo>", "<!-- x -->", "<pageMargins left='0.7'/>"]),
    before=st.sampled_from(["", "", '<sheetViews><sheetView showZeros="0"/></sheetViews>', '<dimension ref="A1:B2"/>']),
)
def test_a_sheet_has_the_same_rows_by_column(
    rows: list[tuple[list[str], str]],
    regular: list[str],
    broken: str | None,
    at: int,
    piece: int,
    code: str,
    normal: int,
    after: str,
    before: str,
) -> None:
    """Whatever stands in cells, and wherever pieces of the XML end."""
    content = xlsx(
        *write_rows(rows, regular, broken, at), code=code, normal=normal, strings=STRINGS, before=before, after=after
    )
    with patch.object(xlsx_blocks, "_PIECE", piece):
        try:
            [sheet] = read_sheets("a.xlsx", content)
        except FileRefused:
            return
        assert list_cells(sheet, True) == list_cells(sheet, False)


def test_plain_rows_are_split_by_column() -> None:
    """Ordinary sheets do take the quick way: otherwise the test above would prove nothing."""
    rows = [
        f'<row r="{number}"><c r="A{number}" t="s"><v>0</v></c><c r="B{number}"><v>{number}.5</v></c>'
        f'<c r="C{number}" s="1"><v>45352</v></c><c r="D{number}" t="inlineStr"><is><t>甲{number}</t></is></c></row>'
        for number in range(1, 300)
    ]
    [sheet] = read_sheets("a.xlsx", xlsx(*rows, strings=STRINGS))
    assert sheet.open_blocks is not None
    [block] = sheet.open_blocks()
    assert isinstance(block, Block)
    assert len(block.rows) == 299
    assert [*block.list_rows()] == [(row, tuple(cells)) for row, cells in sheet.open_rows()]
    assert not any(column.odd for column in block.columns)


@pytest.mark.parametrize("kept", [0, 1, 3, 4, 5, 10])
@pytest.mark.parametrize("fails", [None, 0, 2, 4])
def test_rows_are_the_same_however_often_they_are_opened(kept: int, fails: int | None) -> None:
    """Also while another reading is under way, and where the file breaks off."""

    def open_rows() -> Iterator[Row]:
        for number in range(5):
            if number == fails:
                raise ValueError(number)
            yield number, ()

    def read(rows: Iterator[Row]) -> list[int | str]:
        found: list[int | str] = []
        try:
            found += (row for row, _ in rows)
        except ValueError as error:
            found.append(f"fails {error}")
        return found

    wanted = read(open_rows())
    rows = KeptRows(open_rows, kept)
    under_way = rows.open()
    begun = [row for row, _ in islice(under_way, 2)] if fails is None else []
    assert [read(rows.open()), read(rows.open())] == [wanted, wanted]
    assert begun + read(under_way) == wanted


def test_rows_without_content_have_no_columns() -> None:
    """Cells that are only formatted, in a sheet that is otherwise filled."""
    filled = '<row r="1"><c r="A1"><v>1</v></c></row>'
    rows = [f'<row r="{number}"><c r="A{number}" s="1"/></row>' for number in range(2, 5)]
    [sheet] = read_sheets("a.xlsx", xlsx(filled, "<row r='9'/>", *[]))
    [other] = read_sheets("b.xlsx", xlsx(filled, *rows))
    for each in (sheet, other):
        assert list_cells(each, True) == list_cells(each, False)
    with patch.object(xlsx_blocks, "_PIECE", 60):
        assert list_cells(other, True) == list_cells(other, False)
