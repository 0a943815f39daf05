"""A raw sheet with a known header -> typed columns, and every mistake in its cells."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from data.cells import compile_parser
from data.headers import Header
from data.leftovers import TOTALS, Leftovers, plain_number
from data.merged import MergedCells
from data.mistakes import Mistake, name_cell, name_column
from data.raw_cells import CellMistake, CellValue, Parsed, RawCell, Span
from data.raw_sheets import RawSheet, is_empty_cell, is_empty_row
from data.units import Registry, Undecided, fold_name
from indicators.tables import Column, Dataset

#: Looking for similar names is slow; a file of another city would need thousands of suggestions.
SUGGESTIONS = 20
#: So many mistakes of a sheet are looked for, and so many cells of a row beyond the header are named.
MOST_MISTAKES = 5000
STRAY_CELLS = 20


@dataclass(frozen=True)
class ParsedSheet:
    """The data rows of a sheet by column. Columns that the file lacks and cells with mistakes are None.

    ``columns`` holds unit ids in unit columns; ``rows`` the row numbers in the file; ``units`` and
    ``periods`` what each row reports (period 0 for a standing dataset), None after a mistake. ``remarks`` says
    in Chinese what was seen and not taken as data.
    """

    file_name: str
    sheet: str | None
    dataset: Dataset
    header: Header
    rows: Sequence[int]
    columns: dict[str, list[CellValue]]
    remarks: tuple[str, ...] = ()

    @property
    def units(self) -> list[CellValue]:
        """The unit of each row."""
        return self.columns[self.dataset.unit]

    @property
    def periods(self) -> list[int | None]:
        """The period of each row."""
        period = self.dataset.period
        if period.standing:
            return [0] * len(self.rows)
        return [_read_year(value) for value in self.columns[period.year or period.date or ""]]

    def mistake(self, index: int, column: str, text: str) -> Mistake:
        """A mistake in the cell of that column in the row of that index."""
        position = self.header.positions.get(column)
        cell = f"第 {self.rows[index]} 行" if position is None else name_cell(self.rows[index], position)
        return Mistake(self.file_name, self.sheet, cell, text)


def _read_year(value: CellValue) -> int | None:
    if isinstance(value, Span):
        return value.first.year
    if isinstance(value, date):
        return value.year
    return value if isinstance(value, int) else None


def parse_sheet(
    sheet: RawSheet,
    dataset: Dataset,
    header: Header,
    registry: Registry,
    indicators: frozenset[str],
    persons: frozenset[str] = frozenset(),
) -> tuple[ParsedSheet, list[Mistake]]:
    """The rows of data below the header and the mistakes in the cells; ``remarks`` names every row left out.

    A unit's name that only the time of its row can decide stays :class:`Undecided`.
    ``persons`` names the columns that tell who somebody is: however it was typed, one person is one id there.
    """
    reader = _SheetReader(sheet, dataset, header, registry, indicators, persons)
    for row, cells in sheet.open_rows():
        if len(reader.mistakes) > MOST_MISTAKES:
            text = f"错误太多,只看到第 {row} 行;请先改正已列出的错误"
            reader.mistakes.append(Mistake(sheet.file_name, sheet.sheet, f"第 {row} 行", text))
            break
        reader.take(row, cells)
    return reader.finish()


class _SheetReader:
    """Takes the rows of a sheet one by one, so that no more than the typed values is ever held."""

    def __init__(
        self,
        sheet: RawSheet,
        dataset: Dataset,
        header: Header,
        registry: Registry,
        indicators: frozenset[str],
        persons: frozenset[str],
    ) -> None:
        self.mistakes: list[Mistake] = []
        self._sheet = sheet
        self._dataset = dataset
        self._header = header
        self._leftovers = Leftovers(sheet, dataset, header, registry.resolve)
        self._merged = MergedCells(sheet, dataset, header)
        self._rows = array("L")
        self._columns: dict[str, list[CellValue]] = {column.name: [] for column in dataset.columns}
        self._parsers = [
            (
                column,
                header.positions[column.name],
                _add_lookup(compile_parser(column), column, registry, indicators),
                column.name in persons,
            )
            for column in dataset.columns
            if column.name in header.positions
        ]
        self._lacking = [column.name for column in dataset.columns if column.name not in header.positions]
        self._above: list[tuple[int, str]] = []
        self._hidden_rows: list[int] = []
        self._hidden_columns: dict[int, str] = {}
        self._last = max([*header.positions.values(), *header.ignored])
        titled = {*header.positions.values(), *header.ignored}
        self._untitled = [position for position in range(self._last) if position not in titled]

    def take(self, row: int, cells: Sequence[RawCell]) -> None:
        """The next row of the sheet."""
        if is_empty_row(cells):
            return
        if row < self._header.first_row:
            if _looks_like_data(cells):
                text = "这一行在表头以上,却像是数据;一张工作表只放一张表,请移到另一张工作表或删去"
                self._refuse(row, None, text)
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
        if is_data:
            self._find_stray_cells(row, cells)
            self._take_data(row, filled)

    def finish(self) -> tuple[ParsedSheet, list[Mistake]]:
        """The sheet and every mistake."""
        self._leftovers.finish()
        self.mistakes += self._leftovers.mistakes
        self._refuse_hidden()
        remarks = [*self._sheet.remarks]
        if self._above:
            rows = "、".join(str(row) for row, _ in self._above)
            words = ";".join(text[:30] for _, text in self._above[:3])
            remarks.append(f"第 {rows} 行在表头以上,未作为数据(「{words}」)")
        remarks += [f"「{title}」列只是编号,不读" for title in self._header.ignored.values()]
        remarks += [*self._merged.remarks(), *self._leftovers.remarks]
        if self._sheet.foreign_cells:
            cells = "、".join(list(self._sheet.foreign_cells)[:5])
            more = f" 等 {len(self._sheet.foreign_cells)} 格" if len(self._sheet.foreign_cells) > 5 else ""
            remarks.append(f"{cells}{more}的公式引用了其他工作簿,按文件里保存的结果读;请确认是最新的")
        parsed = ParsedSheet(
            self._sheet.file_name,
            self._sheet.sheet,
            self._dataset,
            self._header,
            self._rows,
            self._columns,
            tuple(remarks),
        )
        return parsed, self.mistakes

    def _take_data(self, row: int, cells: Sequence[RawCell]) -> None:
        self._rows.append(row)
        width = len(cells)
        values: dict[str, CellValue] = dict.fromkeys(self._lacking)
        mistaken = []
        for column, position, parse, is_person in self._parsers:
            value = parse(cells[position] if position < width else None)
            if isinstance(value, str) and is_person:
                value = _read_person(value, column)
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
        self.mistakes.append(Mistake(self._sheet.file_name, self._sheet.sheet, cell, text))

    def _find_stray_cells(self, row: int, cells: Sequence[RawCell]) -> None:
        """Rows of a CSV that are cut short, and cells with content under no title: nothing is dropped in silence."""
        last, is_text = self._last, self._sheet.sheet is None
        if is_text and len(cells) <= last:
            text = f"这一行只有 {len(cells)} 格,表头有 {last + 1} 格;请检查是否缺了分隔符,或换行没有用引号括起来"
            self._refuse(row, None, text)
        told = 0
        for position in (*self._untitled, *range(last + 1, len(cells))):
            if position < len(cells) and not is_empty_cell(cells[position]):
                text = f"「{cells[position]}」所在的列没有表头;请补上表头或删去"
                text += ";若是文字里带了分隔符,请用引号括起来" if is_text else ""
                self._refuse(row, position, text)
                told += 1
                if told == STRAY_CELLS:
                    return
        for position, title in self._header.ignored.items():
            cell = cells[position] if position < len(cells) else None
            if not is_empty_cell(cell) and not _numbers_rows(cell):
                text = f"「{title}」列不读,这一格却是「{cell}」;请移到有表头的列,或只填编号"
                self._refuse(row, position, text)

    def _note_hidden(self, row: int, cells: Sequence[RawCell]) -> None:
        for position, cell in enumerate(cells):
            if position in self._sheet.hidden_columns and not is_empty_cell(cell):
                self._hidden_columns.setdefault(position, name_cell(row, position))

    def _refuse_hidden(self) -> None:
        """Whoever stamped the sheet did not see what is hidden or filtered away."""
        if rows := self._hidden_rows:
            named = "、".join(str(row) for row in rows[:10])
            more = f" 等 {len(rows)} 行" if len(rows) > 10 else " 行"
            text = f"第 {named}{more}被隐藏或筛选掉了,里面有内容;请取消隐藏和筛选,核对后保留或删去这些行"
            self._refuse(rows[0], None, text)
        for position, cell in self._hidden_columns.items():
            text = f"{name_column(position)} 列被隐藏了,里面有内容;请取消隐藏,核对后保留或删去这一列"
            self.mistakes.append(Mistake(self._sheet.file_name, self._sheet.sheet, cell, text))


def _read_person(name: str, column: Column) -> str | CellMistake:
    """A name in one form. A question mark or a box in it stands for a rare character that a program lost."""
    folded = fold_name(name)
    if lost := re.search("[?□■〓�]", folded):
        return CellMistake(
            f"「{column.title}」填的是「{name}」,其中的「{lost[0]}」多半是没有保存下来的生僻字;"
            "请另存为 xlsx 或「CSV UTF-8」,并补上这个字"
        )
    return folded


def _looks_like_data(cells: Sequence[RawCell]) -> bool:
    """Whether a row above the header holds several numbers, as no title does."""
    numbers = [cell for cell in cells if plain_number(cell) or (isinstance(cell, str) and fold_name(cell).isdecimal())]
    return len(numbers) >= 2 and sum(not is_empty_cell(cell) for cell in cells) >= 3


def _numbers_rows(cell: RawCell) -> bool:
    """Whether a cell can be the number of a row: 1, 1.2, (3), 一."""
    text = fold_name(cell) if isinstance(cell, str) else plain_number(cell)
    return re.fullmatch(r"\(?[0-9一二三四五六七八九十百]{1,6}(?:[.-][0-9]{1,4})*\)?[.、]?", text) is not None


def _add_lookup(
    parse: Callable[[object], Parsed], column: Column, registry: Registry, indicators: frozenset[str]
) -> Callable[[object], Parsed]:
    """A parser that also looks units and indicators up."""
    if column.type not in ("unit", "indicator"):
        return parse
    known: dict[str, Parsed] = {}
    refused: set[str] = set()

    def look_up(name: str) -> Parsed:
        if column.type == "indicator":
            return (
                name if name in indicators else CellMistake(f"「{column.title}」填的「{name}」不是本指标包的指标编号")
            )
        unit = registry.resolve(name)
        if unit is not None:
            return unit
        if registry.list_claims(name):
            return Undecided(name)
        refused.add(name)
        return _refuse_unit(name, column, registry, may_suggest=len(refused) <= SUGGESTIONS)

    def parse_known(value: object) -> Parsed:
        text = parse(value)
        if not isinstance(text, str):
            return text
        if text not in known:
            known[text] = look_up(text)
        return known[text]

    return parse_known


def _refuse_unit(name: str, column: Column, registry: Registry, may_suggest: bool) -> CellMistake:
    if fold_name(name).rstrip(":").endswith(TOTALS):
        return CellMistake(f"「{column.title}」填的是「{name}」,像是合计行又认不准;请删去合计行,或只写「合计」")
    near = registry.suggest(name) if may_suggest else ()
    hint = f";是不是「{'」或「'.join(near)}」?" if near else ";"
    return CellMistake(f"名录里没有单位「{name}」{hint}请改用名录中的全称、简称或编号")
