"""A raw sheet with a known header -> typed columns, and every mistake in its cells."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from itertools import islice, pairwise
from pathlib import PurePath

import numpy as np
from numpy.typing import NDArray

from data.cells.measures import judge_caption
from data.cells.parser import compile_parser
from data.cells.values import CellMistake, CellValue, Parsed
from data.files.blocks import Block
from data.files.mistakes import FileMistake, name_cell, name_column
from data.files.raw_cells import RawCell
from data.files.raw_sheets import RawSheet, is_empty_cell, is_empty_row
from data.register.units import Registry
from data.sheets.fixed_values import FixedValues
from data.sheets.headers import Header
from data.sheets.lookups import add_lookup, read_named
from data.sheets.merged import MergedCells
from data.sheets.other_rows import Leftovers
from data.sheets.parsed import Arrays, ParsedSheet
from data.sheets.plain_rows import PlainRows
from data.sheets.row_shapes import find_lone_cell, looks_like_data, numbers_rows
from data.sheets.whole_columns import ColumnReader, WholeColumn
from indicators.entries.refusal import Signal
from indicators.entries.shortlist import list_rows, shorten_list
from indicators.entries.tables import Column, Dataset

#: So many mistakes of a sheet are looked for, and so many cells of a row beyond the header are named.
MOST_MISTAKES = 5000
STRAY_CELLS = 20
#: So many rows are typed and checked together, and then let go of.
CHUNK = 4096
#: Fewer rows are not worth while to be read together.
FEWEST = 64


class TooManyAtOnce(Signal):
    """Too many mistakes to know from rows read together which come first: to be read again one by one."""


class SheetReader:
    """The rows of data below the header, typed, in chunks: no more than one chunk is ever held.

    ``mistakes`` grows while chunks are read. So many being found ends the reading; whoever checks the chunks adds
    what it finds with ``refuse``. ``remarks``, in Chinese and complete after the last chunk, names every row left
    out. A unit's name that only the time of its row can decide stays :class:`Undecided`.
    ``persons`` names the columns that tell who somebody is: however it was typed, one person is one id there.
    ``fixed`` are columns that all rows have alike and no cell says.
    """

    def __init__(
        self,
        sheet: RawSheet,
        dataset: Dataset,
        header: Header,
        registry: Registry,
        indicators: frozenset[str],
        persons: frozenset[str] = frozenset(),
        together: bool = False,
        fixed: Mapping[str, str] | None = None,
    ) -> None:
        self._sheet, self._dataset, self._header = sheet, dataset, header
        self._leftovers = Leftovers(sheet, dataset, header, registry.resolve)
        self._merged = MergedCells(sheet, dataset, header)
        self._start_notes()
        self._start_chunk()
        self._parsers = [
            (column, header.positions[column.name], self._build_parser(column, registry, indicators, persons))
            for column in dataset.columns
            if column.name in header.positions
        ]
        self._lacking = [column.name for column in dataset.columns if column.name not in header.positions]
        build_parser = partial(self._build_parser, registry=registry, indicators=indicators, persons=persons)
        self._fixed = FixedValues(dataset, fixed or {}, build_parser)
        self.mistakes += [FileMistake(sheet.file_name, sheet.sheet, None, text) for text in self._fixed.wrong]
        self._needs_more = sum(column.required for column in dataset.columns) > 1
        titled = {*header.positions.values(), *header.ignored}
        self._last = max(titled)
        self._untitled = [position for position in range(self._last) if position not in titled]
        self._together = together and sheet.open_blocks is not None and self._fixed.are_decided
        self._persons = persons

    @cached_property
    def _readers(self) -> list[tuple[int, ColumnReader]]:
        """The columns read as a whole, by their places."""
        return [(at, ColumnReader(column, parse, column.name in self._persons)) for column, at, parse in self._parsers]

    @cached_property
    def _plain_rows(self) -> PlainRows:
        header = self._header
        return PlainRows(
            self._leftovers.is_plain_text,
            [title for block in header.block for title in block if title],
            self._untitled,
            [*header.ignored],
            self._last,
            self._sheet.sheet is None,
        )

    def _start_notes(self) -> None:
        """What is said of the sheet while it is read, and at its end."""
        self.mistakes: list[FileMistake] = []
        self.remarks: tuple[str, ...] = ()
        self._is_full = False
        self._above: list[tuple[int, str]] = []
        self._hidden_rows = array("L")
        self._numbers_only = array("L")
        self._hidden_columns: dict[int, str] = {}

    def read_chunks(self) -> Iterator[ParsedSheet]:
        """The rows, CHUNK at a time; the last chunk, which may have fewer or none, is always given."""
        opened = self._sheet.open_blocks if self._together else None
        for found in (opened or self._sheet.open_rows)():
            if not isinstance(found, Block):
                yield from self._read_row(*found)
            else:
                yield from self._read_block(found)
            # The next rows are read without these being held.
            del found
            if self._is_full:
                break
        self._finish()
        yield self._hand_over()
        self._together = False

    def _read_row(self, row: int, cells: Sequence[RawCell]) -> Iterator[ParsedSheet]:
        if len(self.mistakes) + len(self._leftovers.mistakes) > MOST_MISTAKES:
            self._say_too_many(row)
        if not self._is_full:
            self._take(row, cells)
            if len(self._rows) == CHUNK:
                yield self._hand_over()

    def _read_block(self, block: Block) -> Iterator[ParsedSheet]:
        """Rows that are data beyond doubt together, the others one by one, in their order."""
        if len(block.rows) < FEWEST:
            for row, cells in block.list_rows():
                yield from self._read_row(row, cells)
            return
        start = 0
        while start < len(block.rows) and (block.rows[start] <= self._header.row or not self._leftovers.is_settled):
            for row, cells in block.cut(start, start + 1).list_rows():
                yield from self._read_row(row, cells)
            start += 1
        rest = block.cut(start, len(block.rows))
        if not len(rest.rows):
            return
        for first, end, together in _list_runs(self._find_plain(rest)):
            part = rest.cut(first, end)
            if together and self._leftovers.is_settled:
                if len(self._rows):
                    yield self._hand_over()
                yield from self._take_together(part)
            else:
                for row, cells in part.list_rows():
                    yield from self._read_row(row, cells)

    def _find_plain(self, block: Block) -> NDArray[np.bool_]:
        first, last = int(block.rows[0]), int(block.rows[-1])
        if self._sheet.hidden_columns or self._merged.reach_into(first, last):
            return np.zeros(len(block.rows), bool)
        return self._plain_rows.find(block)

    def _take_together(self, block: Block) -> Iterator[ParsedSheet]:
        found = {
            reader.column.name: (position, reader.read(block.columns[position]))
            for position, reader in self._readers
            if position < len(block.columns)
        }
        if any(column.undecided for _, column in found.values()):
            for row, cells in block.list_rows():
                yield from self._read_row(row, cells)
            return
        wrong = sum(len(column.wrong) for _, column in found.values())
        if len(self.mistakes) + len(self._leftovers.mistakes) + wrong > MOST_MISTAKES:
            raise TooManyAtOnce(self._sheet.sheet)
        for position, column in found.values():
            for at, mistake in column.wrong.items():
                self._refuse(int(block.rows[at]), position, mistake.text)
        columns = self._fill_lacking({name: column for name, (_, column) in found.items()}, len(block.rows))
        self._leftovers.add_together(len(block.rows), columns)
        self._leftovers.add_mistaken([name for name, (_, column) in found.items() if column.wrong])
        sheet = self._sheet
        yield ParsedSheet(sheet.file_name, sheet.sheet, self._dataset, self._header, block.rows, columns)

    def _fill_lacking(self, found: dict[str, WholeColumn], count: int) -> Arrays:
        values, lasts, coded = {}, {}, {}
        for column in self._dataset.columns:
            whole = found.get(column.name)
            values[column.name] = whole.values if whole is not None else self._fixed.repeat(column, count)
            if column.month_allowed:
                last = values[column.name] if whole is not None else self._fixed.repeat(column, count, last=True)
                lasts[column.name] = last if whole is None or whole.lasts is None else whole.lasts
            if whole is not None and whole.coded is not None:
                coded[column.name] = whole.coded
        return Arrays(values, lasts, coded)

    def refuse(self, found: Iterable[FileMistake]) -> None:
        """Add mistakes, no more than are looked for, those of the upper rows first; too many end the reading."""
        room = max(MOST_MISTAKES - len(self.mistakes), 0)
        if self._together:
            found = [*islice(found, room + 1)]
        ordered = sorted(found, key=lambda mistake: mistake.order)
        self.mistakes += ordered[:room]
        if len(ordered) > room:
            self._say_too_many(ordered[room].order[0])

    def _say_too_many(self, row: int) -> None:
        if self._together:
            raise TooManyAtOnce(self._sheet.sheet)
        if not self._is_full:
            text = f"错误太多，只看到第 {row} 行；请先改正已列出的错误"
            self._refuse(row, None, text)
        self._is_full = True

    @staticmethod
    def _build_parser(
        column: Column, registry: Registry, indicators: frozenset[str], persons: frozenset[str]
    ) -> Callable[[object], Parsed]:
        parse = add_lookup(compile_parser(column), column, registry, indicators)
        return partial(read_named, parse, column) if column.name in persons else parse

    def _start_chunk(self) -> None:
        self._rows = array("L")
        self._columns: dict[str, list[CellValue]] = {column.name: [] for column in self._dataset.columns}

    def _hand_over(self) -> ParsedSheet:
        sheet = self._sheet
        chunk = ParsedSheet(sheet.file_name, sheet.sheet, self._dataset, self._header, self._rows, self._columns)
        self._start_chunk()
        return chunk

    def _take(self, row: int, cells: Sequence[RawCell]) -> None:
        if is_empty_row(cells):
            return
        if row < self._header.first_row:
            if looks_like_data(cells):
                text = "这一行在表头以上，却像是数据；一张工作表只放一张表，请移到另一张工作表或删去"
                self._refuse(row, None, text)
            for at, cell in enumerate(cells):
                self._leftovers.judge_caption(row, at, cell)
            first = next(str(cell) for cell in cells if not is_empty_cell(cell))
            self._above.append((row, " ".join(first.split())))
            return
        if self._sheet.hidden_columns:
            self._note_hidden(row, cells)
        if row <= self._header.row:
            return
        if row in self._sheet.hidden_rows:
            self._hidden_rows.append(row)
            return
        is_data = self._leftovers.classify(row, cells) == "data"
        filled, wrong = self._merged.fill(row, cells, is_data)
        self.mistakes += wrong
        if is_data and not self._is_stray_row(row, filled):
            self._find_stray_cells(row, cells)
            self._take_data(row, filled)

    def _finish(self) -> None:
        self._leftovers.finish()
        self.refuse(self._leftovers.mistakes)
        self._refuse_hidden()
        self._judge_names()
        remarks = [*self._sheet.remarks]
        if self._above:
            rows = "、".join(str(row) for row, _ in self._above)
            words = "；".join(text[:30] for _, text in self._above[:3])
            remarks.append(f"第 {rows} 行在表头以上，未作为数据（「{words}」）")
        remarks += [f"「{title}」列只是编号，不读" for title in self._header.ignored.values()]
        if rows_left := self._numbers_only:
            remarks.append(f"第 {list_rows(rows_left, 10)}只有编号，没有内容，未作为数据")
        remarks += [*self._merged.remarks(), *self._leftovers.remarks]
        if self._sheet.foreign_cells:
            cells = shorten_list(list(self._sheet.foreign_cells), 5, "格")
            remarks.append(f"{cells}的公式引用了其他工作簿，按文件里保存的结果读；请确认是最新的")
        self.remarks = tuple(remarks)

    def _take_data(self, row: int, cells: Sequence[RawCell]) -> None:
        self._rows.append(row)
        width = len(cells)
        values: dict[str, CellValue] = dict.fromkeys(self._lacking) | self._fixed.values
        mistaken = []
        for column, position, parse in self._parsers:
            value = parse(cells[position] if position < width else None)
            if isinstance(value, CellMistake):
                self._refuse(row, position, value.text)
                mistaken.append(column.name)
                value = None
            values[column.name] = value
        for name, value in values.items():
            self._columns[name].append(value)
        self._leftovers.add(row, values)
        if mistaken:
            self._leftovers.add_mistaken(mistaken)

    def _refuse(self, row: int, position: int | None, text: str) -> None:
        cell = f"第 {row} 行" if position is None else name_cell(row, position)
        self.mistakes.append(FileMistake(self._sheet.file_name, self._sheet.sheet, cell, text))

    def _is_stray_row(self, row: int, cells: Sequence[RawCell]) -> bool:
        """Whether one cell is all that the row has, and no data: to name every cell that it lacks would hide that."""
        at = find_lone_cell(cells) if self._needs_more else None
        if at is None:
            return False
        cell = cells[at]
        if at in self._header.ignored and numbers_rows(cell):
            self._numbers_only.append(row)
            return True
        if at in self._header.ignored:
            return False
        text = f"「{str(cell)[:30]}」所在的列没有表头；请补上表头或删去"
        for _, position, parse in self._parsers:
            if position == at:
                value = parse(cell)
                if not isinstance(value, CellMistake):
                    return False
                text = f"{value.text}；这一行别的格都空着，是说明或落款的，请删去，或在前面写上「注：」"
        self._refuse(row, at, text)
        return True

    def _find_stray_cells(self, row: int, cells: Sequence[RawCell]) -> None:
        """Rows of a CSV that are cut short, and cells with content under no title: nothing is dropped in silence."""
        last, is_text = self._last, self._sheet.sheet is None
        if is_text and len(cells) <= last:
            text = f"这一行只有 {len(cells)} 格，表头有 {last + 1} 格；请检查是否缺了分隔符，或换行没有用引号括起来"
            self._refuse(row, None, text)
        told = 0
        for position in (*self._untitled, *range(last + 1, len(cells))):
            if position < len(cells) and not is_empty_cell(cells[position]):
                text = f"「{cells[position]}」所在的列没有表头；请补上表头或删去"
                text += "；若是文字里带了分隔符，请用引号括起来" if is_text else ""
                self._refuse(row, position, text)
                told += 1
                if told == STRAY_CELLS:
                    return
        for position, title in self._header.ignored.items():
            cell = cells[position] if position < len(cells) else None
            if not is_empty_cell(cell) and not numbers_rows(cell):
                text = f"「{title}」列不读，这一格却是「{cell}」；请移到有表头的列，或只填编号"
                self._refuse(row, position, text)

    def _judge_names(self) -> None:
        """The name of a sheet or a file may measure its numbers too: 统计表(万件)."""
        columns = [column for column, *_ in self._parsers if column.type in ("integer", "decimal")]
        for name in dict.fromkeys((self._sheet.sheet or "", PurePath(self._sheet.file_name).stem)):
            if (wrong := judge_caption(name, columns)) is not None:
                self.mistakes.append(
                    FileMistake(self._sheet.file_name, self._sheet.sheet, None, f"名字「{name}」：{wrong}")
                )

    def _note_hidden(self, row: int, cells: Sequence[RawCell]) -> None:
        for position, cell in enumerate(cells):
            if position in self._sheet.hidden_columns and not is_empty_cell(cell):
                self._hidden_columns.setdefault(position, name_cell(row, position))

    def _refuse_hidden(self) -> None:
        """Whoever stamped the sheet did not see what is hidden or filtered away."""
        if rows := self._hidden_rows:
            text = f"第 {list_rows(rows, 10)}被隐藏或筛选掉了，里面有内容；请取消隐藏和筛选，核对后保留或删去这些行"
            self._refuse(rows[0], None, text)
        for position, cell in self._hidden_columns.items():
            text = f"{name_column(position)} 列被隐藏了，里面有内容；请取消隐藏，核对后保留或删去这一列"
            self.mistakes.append(FileMistake(self._sheet.file_name, self._sheet.sheet, cell, text))


def _list_runs(plain: NDArray[np.bool_]) -> Iterator[tuple[int, int, bool]]:
    """Where rows begin and end that can be read together, and those between them; short runs are not worth while."""
    ends = [0, *(np.flatnonzero(plain[1:] != plain[:-1]) + 1).tolist(), len(plain)]
    done = 0
    for first, end in pairwise(ends):
        if plain[first] and end - first >= FEWEST:
            if first > done:
                yield done, first, False
            yield first, end, True
            done = end
    if len(plain) > done:
        yield done, len(plain), False
