"""A raw sheet with a known header -> typed columns, and every mistake in its cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from data.cells import CellMistake, CellValue, Parsed, RawCell, Span, compile_parser
from data.headers import Header
from data.mistakes import Mistake, name_cell
from data.readers import RawSheet, is_empty_row, is_example
from data.units import Registry, Undecided, fold_name
from indicators.tables import Column, Dataset

#: Looking for similar names is slow; a file of another city would need thousands of suggestions.
SUGGESTIONS = 20
_TOTALS = frozenset({"合计", "小计", "总计", "共计"})


@dataclass(frozen=True)
class ParsedSheet:
    """The data rows of a sheet by column. Columns that the file lacks and cells with mistakes are None.

    ``columns`` holds unit ids in unit columns; ``rows`` the row numbers in the file; ``units`` and
    ``periods`` what each row reports (period 0 for a standing dataset), None after a mistake.
    """

    file_name: str
    sheet: str | None
    dataset: Dataset
    header: Header
    rows: list[int]
    columns: dict[str, list[CellValue]]

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
    """The rows below the header, entirely empty ones and a form's example left out, and the mistakes in its cells.

    A unit's name that only the time of its row can decide stays :class:`Undecided`.
    ``persons`` names the columns that tell who somebody is: however it was typed, one person is one id there.
    """
    data = [(row, cells) for row, cells in sheet.rows if row > header.row and not is_empty_row(cells)]
    data = data[1:] if data and is_example(data[0][1]) else data
    mistakes = _find_stray_cells(sheet, header, data)
    columns: dict[str, list[CellValue]] = {}
    for column in dataset.columns:
        position = header.positions.get(column.name)
        if position is None:
            columns[column.name] = [None] * len(data)
            continue
        parse = _add_lookup(compile_parser(column), column, registry, indicators)
        values: list[CellValue] = []
        for row, cells in data:
            value = parse(cells[position] if position < len(cells) else None)
            if isinstance(value, CellMistake):
                mistakes.append(Mistake(sheet.file_name, sheet.sheet, name_cell(row, position), value.text))
                value = None
            elif column.name in persons and isinstance(value, str):
                value = fold_name(value)
            values.append(value)
        columns[column.name] = values
    parsed = ParsedSheet(sheet.file_name, sheet.sheet, dataset, header, [row for row, _ in data], columns)
    return parsed, mistakes


def _find_stray_cells(sheet: RawSheet, header: Header, data: Sequence[tuple[int, Sequence[RawCell]]]) -> list[Mistake]:
    """Rows of a CSV that are cut short, and cells with content under no title: nothing is dropped in silence."""
    last = max(header.positions.values())
    untitled = [position for position in range(last) if position not in set(header.positions.values())]
    found = []
    for row, cells in data:
        if sheet.sheet is None and len(cells) <= last:
            text = f"这一行只有 {len(cells)} 格,表头有 {last + 1} 格;请检查是否缺了分隔符,或换行没有用引号括起来"
            found.append(Mistake(sheet.file_name, None, f"第 {row} 行", text))
        if len(cells) > last + 1 or untitled:
            for position in (*untitled, *range(last + 1, len(cells))):
                if position < len(cells) and not is_empty_row([cells[position]]):
                    text = f"「{cells[position]}」所在的列没有表头;请补上表头或删去"
                    text += ";若是文字里带了分隔符,请用引号括起来" if sheet.sheet is None else ""
                    found.append(Mistake(sheet.file_name, sheet.sheet, name_cell(row, position), text))
    return found


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
    if fold_name(name).rstrip(":") in _TOTALS:
        return CellMistake(f"「{column.title}」填的是「{name}」;请删去合计行,只留明细")
    near = registry.suggest(name) if may_suggest else ()
    hint = f";是不是「{'」或「'.join(near)}」?" if near else ";"
    return CellMistake(f"名录里没有单位「{name}」{hint}请改用名录中的全称、简称或编号")
