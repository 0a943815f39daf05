"""What is read together is what is read cell by cell and row by row: the same values, words and places.

Not proven here: that a single cell is understood rightly (test_cells.py), nor how fast either way is (benchmarks).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from unittest.mock import patch

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from data.cells.parser import compile_parser
from data.cells.values import CellMistake, Parsed, Span
from data.files import text_blocks
from data.files.blocks import Block, CellColumn
from data.files.mistakes import FileMistake, FileRefused
from data.files.names import fold_name
from data.files.raw_cells import PercentNumber, RawCell, ShownNumber
from data.files.raw_sheets import is_empty_row
from data.files.readers import read_sheets
from data.intake.hashing import fold_persons, fold_texts
from data.register.units import Registry
from data.sheets import reader as reading
from data.sheets.headers import Header, find_header
from data.sheets.lookups import read_named
from data.sheets.parsed import join_spans
from data.sheets.reader import SheetReader
from data.sheets.whole_columns import ColumnReader, WholeColumn
from indicators.entries.persons import fold_person
from indicators.entries.tables import Column
from tests.data.conftest import TRAINING, make_column, make_pack

PIECES = [
    "无", "同上", "略", "12", "3.5", "007", "-0", "+1", "1,234", "12,34", "1e5", "1.40502E+17",
    "20240001.0", "P0000123", "none", "NA1", "n/a", "甲县", "关于开展法治建设的通知",
    "关于《条例》（试行）的通知，2024年", "涓夊崄",
    "鍏充簬寮€灞", "锟斤拷", "烫烫烫", "&nbsp;", "=A1", "='甲'", "'00123", '="00123"', "2024-03-01", "2024-02-30",
    "2024/3/1", "2024年3月1日", "2024-03", "20240301", "1948-01-01", "2101-01-01", "3月1日",
    "2024-03-01T08:30:00", "是", "否", "有", "６０", "90%", "60小时", "30人", "未收到", "业务", "法律法规", "#",
    "########", "?", "张?三", "□", "〃", "—", "/", "#N/A", "Err:502", "０１", "ａ１", "ﬁ", "不适用", "99",
    "a\u200bb", "第二十三届全国人大常委会办公厅督察", "\ue000",
]  # fmt: skip
WORDS = st.one_of(
    st.sampled_from(PIECES),
    st.builds("".join, st.lists(st.sampled_from([*PIECES, " ", "\u3000", "涓", "夊", "崄", "甲", "9"]), max_size=4)),
    st.text(max_size=6),
    st.from_regex(r"-?[0-9]{1,13}(\.[0-9]{1,3})?", fullmatch=True),
    st.dates(date(1940, 1, 1), date(2110, 1, 1)).map(str),
)
COLUMNS = [
    make_column(type="text"),
    make_column(type="text", required=False, empty_words=("99", "甲", "P0000123")),
    make_column(type="integer"),
    make_column(type="integer", zero_words=("未收到", "007")),
    make_column(type="decimal", decimals=1, unit_of_measure="小时"),
    make_column(type="decimal", decimals=0, required=False),
    make_column(type="decimal", decimals=6, unit_of_measure="%"),
    make_column(type="date"),
    make_column(type="date", month_allowed=True, required=False),
    make_column(type="year"),
    make_column(type="choice", choices=("业务", "法律法规")),
    make_column(type="flag"),
]
NUMBERS = st.one_of(
    st.integers(-(10**16), 10**16).map(float),
    st.decimals("-1e9", "1e9", places=2).map(float),
    st.floats(),
    st.sampled_from([0.0, -0.0, 0.1 + 0.2, 3.3000000000000003, 1e12, 999999999999.0, 1e15, 20240301.0, 2024.0, 0.05]),
)
ODD = st.one_of(
    st.booleans(), NUMBERS.map(PercentNumber), NUMBERS.map(lambda number: ShownNumber(number, "007")), st.just("甲")
)


def read_together(column: Column, array: pa.Array, odd: dict[int, RawCell], folds: bool) -> list[Parsed]:
    """What every cell is, nothing taken for too little to be read as a whole: the same as in pieces, by the parser."""
    parse = compile_parser(column)
    if folds:
        parse = lambda value, one=parse: read_named(one, column, value)  # noqa: E731
    cells = CellColumn(array, odd)
    whole = list_values(ColumnReader(column, parse, folds, many=0).read(cells))
    middle, reader = len(array) // 2, ColumnReader(column, parse, folds, many=10**6)
    ends = [(0, middle), (middle, len(array)), (0, len(array))]
    first, second, again = (list_values(reader.read(cells.cut(*end))) for end in ends)
    assert show([*first, *second]) == show(whole) == show(again)
    return whole


def list_values(found: WholeColumn) -> list[Parsed]:
    values: list[Any] = found.values.to_pylist()
    if found.lasts is not None:
        values = join_spans(values, found.lasts.to_pylist())
    return [found.wrong.get(at, value) for at, value in enumerate(values)]


def read_apart(column: Column, cells: Sequence[RawCell], folds: bool) -> list[Parsed]:
    parse = compile_parser(column)
    return [read_named(parse, column, cell) if folds else parse(cell) for cell in cells]


def show(values: Sequence[Parsed]) -> list[tuple[str, str]]:
    # -0 is stored as 0.
    return [
        (type(value).__name__, value.text if isinstance(value, CellMistake) else str(value).replace("-0", "0"))
        if not isinstance(value, Span)
        else ("Span", f"{value.first} {value.last}")
        for value in values
    ]


@settings(max_examples=300, deadline=None)
@given(words=st.lists(st.one_of(st.none(), WORDS), min_size=1, max_size=30), folds=st.booleans())
@example(words=list(PIECES), folds=False)
@example(words=list(PIECES), folds=True)
def test_a_column_of_texts_is_what_its_cells_are(words: list[str | None], folds: bool) -> None:
    words = [word if word is None else word.encode("utf-8", "ignore").decode() for word in words]
    for column in COLUMNS:
        folded = folds and column.type == "text"
        together = read_together(column, pa.array(words, pa.string()), {}, folded)
        assert show(together) == show(read_apart(column, words, folded)), column


@settings(max_examples=200, deadline=None)
@given(numbers=st.lists(st.one_of(st.none(), NUMBERS), min_size=1, max_size=20), odd=st.lists(ODD, max_size=3))
def test_a_column_of_numbers_is_what_its_cells_are(numbers: list[float | None], odd: list[RawCell]) -> None:
    places = {at: cell for at, cell in enumerate(odd) if at < len(numbers)}
    cells = [places.get(at, number) for at, number in enumerate(numbers)]
    plain = [None if at in places else number for at, number in enumerate(numbers)]
    for column in COLUMNS:
        together = read_together(column, pa.array(plain, pa.float64()), places, False)
        assert show(together) == show(read_apart(column, cells, False)), column


@settings(max_examples=50, deadline=None)
@given(days=st.lists(st.one_of(st.none(), st.dates(date(1900, 1, 1), date(2200, 1, 1))), min_size=1, max_size=20))
def test_a_column_of_days_is_what_its_cells_are(days: list[date | None]) -> None:
    for column in COLUMNS:
        together = read_together(column, pa.array(days, pa.date32()), {}, False)
        assert show(together) == show(read_apart(column, days, False)), column


@settings(max_examples=100, deadline=None)
@given(words=st.lists(WORDS, min_size=1, max_size=20))
@example(words=list(PIECES))
def test_texts_are_folded_together_as_one_by_one(words: list[str]) -> None:
    """Two that are equal when they are compared have one hash."""
    words = [word.encode("utf-8", "ignore").decode() for word in words]
    array = pa.array(words, pa.string())
    assert fold_texts(array).to_pylist() == [fold_name(word).casefold() for word in words]
    assert fold_persons(array).to_pylist() == [fold_person(word) for word in words]


CELLS = st.sampled_from(["a", "bb", "", "1", '"x"', '"x,y"', '"q""q"', '"n\nn"', '"r\r\nr"', "中", '"中"', "'"])
STRANGE = st.sampled_from(['a"b', '"open', ' "s"', "\r"])


@settings(max_examples=300, deadline=None)
@given(
    rows=st.lists(st.lists(st.one_of(CELLS, CELLS, CELLS, STRANGE), min_size=2, max_size=3), min_size=1, max_size=20),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    closed=st.booleans(),
    declared=st.booleans(),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
    piece=st.sampled_from([20, 60, 1 << 22]),
)
def test_a_text_file_has_the_same_rows_by_column(
    rows: list[list[str]], end: str, closed: bool, declared: bool, encoding: str, piece: int
) -> None:
    """Wherever pieces end, and whatever stands in quotation marks; an empty line is a row of nothing either way."""
    text = ("sep=,\n" if declared else "") + end.join(",".join(row) for row in rows) + (end if closed else "")
    content = text.encode(encoding)
    with patch.object(text_blocks, "PIECE", piece):
        try:
            [sheet] = read_sheets("a.csv", content)
        except FileRefused:
            return
        assert sheet.open_blocks is not None
        together: list[tuple[int, list[RawCell]]] = []
        for found in sheet.open_blocks():
            lines = found.list_rows() if isinstance(found, Block) else [found]
            together += [(row, [*cells]) for row, cells in lines if not is_empty_row(cells)]
    assert together == [(row, [*cells]) for row, cells in sheet.open_rows() if not is_empty_row(cells)]


PACK = make_pack(TRAINING)
REGISTRY = Registry.from_register(PACK.registry)
UNITS = st.sampled_from(["甲县", "乙县", "甲 县", "a", "丁县", "合计", "", "注：以上", "甲县小计", "制表人：张三"])
ROWS = st.lists(
    st.tuples(
        st.one_of(st.just("甲县"), st.just("乙县"), UNITS),
        st.one_of(st.just("张三"), WORDS),
        st.one_of(st.just("2024-03-01"), WORDS),
        st.one_of(st.just("民法典"), WORDS),
        st.one_of(st.just("8"), WORDS),
        st.sampled_from(["业务", "", "法律法规", "其他"]),
    ),
    min_size=1,
    max_size=12,
)


def list_found(content: bytes, together: bool) -> tuple[list[Any], list[FileMistake], tuple[str, ...]]:
    """Every row that is data with its values, what is wrong, and what is remarked."""
    [sheet] = read_sheets("a.csv", content)
    dataset = PACK.datasets[0]
    header = find_header(sheet, dataset)
    assert isinstance(header, Header)
    found = SheetReader(sheet, dataset, header, REGISTRY, frozenset(), frozenset({"person"}), together)
    rows: list[Any] = []
    for chunk in found.read_chunks():
        columns = [chunk.columns[column.name] for column in dataset.columns]
        rows += zip(map(int, chunk.rows), *columns, strict=True)
    return rows, sorted(found.mistakes, key=lambda mistake: mistake.order), found.remarks


@settings(max_examples=150, deadline=None)
@given(rows=ROWS, repeated=st.integers(1, 40))
def test_rows_read_together_are_what_they_are_one_by_one(rows: list[tuple[str, ...]], repeated: int) -> None:
    """Values, mistakes, totals, notes and remarks, wherever odd rows stand among plain ones."""
    lines = [",".join(column["title"] for column in TRAINING["columns"])]
    for row in rows:
        cells = [cell.encode("utf-8", "ignore").decode().replace('"', "").replace(",", "") for cell in row]
        lines += [",".join(" ".join(cell.split("\r")).replace("\n", " ") for cell in cells)] * repeated
    content = "\n".join(lines).replace("\x00", "").encode()
    with patch.object(reading, "FEWEST", 2):
        try:
            apart = list_found(content, False)
        except FileRefused:
            return
        assert list_found(content, True) == apart


def test_what_is_forgotten_or_long_is_read_again_as_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("data.sheets.whole_columns._REMEMBERED", 4)
    words = ["2024-01", "甲" * 300, *(f"2024-02-{day:02d}" for day in range(1, 30)), "", "2024-13", "2024-01"]
    for column in COLUMNS:
        parse = compile_parser(column)
        reader = ColumnReader(column, parse)
        for start in (0, 10, 20, 0, 30, 1):
            piece = words[start : start + 10]
            assert show(list_values(reader.read(CellColumn(pa.array(piece))))) == show([parse(cell) for cell in piece])
