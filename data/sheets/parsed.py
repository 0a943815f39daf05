"""The rows of a sheet once they are typed: by column, as values in lists or as they are stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from data.cells.columns import arrow_type
from data.cells.values import CellValue, Span
from data.files.mistakes import FileMistake, name_cell
from data.sheets.headers import Header
from indicators.entries.tables import Dataset

Mask = NDArray[np.bool_]
_EXACT = Context(prec=40)


class Arrays(Mapping[str, list[CellValue]]):
    """Columns as they are stored, and as lists of values where these are asked for: such lists are copies.

    ``lasts`` has the last days of columns that take months, ``coded`` columns of texts with their distinct texts apart.
    """

    def __init__(
        self,
        values: Mapping[str, pa.Array],
        lasts: Mapping[str, pa.Array],
        coded: Mapping[str, pa.DictionaryArray] | None = None,
    ) -> None:
        self.values_of = values
        self.lasts_of = lasts
        self.coded_of = coded or {}
        self._lists: dict[str, list[CellValue]] = {}

    def __getitem__(self, name: str) -> list[CellValue]:
        if name not in self._lists:
            found: list[Any] = self.values_of[name].to_pylist()
            if name in self.lasts_of:
                found = join_spans(found, self.lasts_of[name].to_pylist())
            self._lists[name] = found
        return self._lists[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_of)

    def __len__(self) -> int:
        return len(self.values_of)


def join_spans(firsts: Sequence[Any], lasts: Sequence[Any]) -> list[object]:
    """Days that may be months, from their first and last days."""
    return [None if first is None else Span(first, last) for first, last in zip(firsts, lasts, strict=True)]


def add_exactly(values: pa.Array) -> Decimal | int:
    """The sum of whole numbers or decimals of up to 18 digits, however large it is."""
    filled = values.fill_null(0) if values.null_count else values
    scale = 0
    if pa.types.is_decimal(filled.type):
        # Eighteen digits fit into the lower of the two words.
        scale = filled.type.scale
        words = np.frombuffer(filled.buffers()[1], dtype=np.int64)[2 * filled.offset :][: 2 * len(filled) : 2]
    else:
        words = filled.to_numpy()
    # In two halves, of which neither sum can be too large.
    total = (int((words >> 32).sum()) << 32) + int((words & 0xFFFFFFFF).sum())
    return Decimal(total).scaleb(-scale, _EXACT) if pa.types.is_decimal(values.type) else total


@dataclass(frozen=True)
class ParsedSheet:
    """Data rows of a sheet by column, all of them or a chunk. Columns that the file lacks and cells with mistakes
    are None.

    ``columns`` holds unit ids in unit columns; ``rows`` the row numbers in the file; ``units`` and
    ``periods`` what each row reports (period 0 for a standing dataset), None after a mistake. Checks on all rows
    alike ask for a column as it is stored (``find_values``, ``find_lasts``).
    """

    file_name: str
    sheet: str | None
    dataset: Dataset
    header: Header
    rows: Sequence[int] | NDArray[np.int64]
    columns: Mapping[str, list[CellValue]]

    @property
    def units(self) -> list[CellValue]:
        """The unit of each row."""
        return self.columns[self.dataset.unit]

    @property
    def periods(self) -> list[int | None]:
        """The period of each row."""
        found: list[int | None] = self.find_periods().to_pylist()
        return found

    def find_values(self, name: str) -> pa.Array:
        """A column as it is stored; of months the first days."""
        if isinstance(self.columns, Arrays):
            return self.columns.values_of[name]
        column = self.dataset.column(name)
        assert column is not None
        values: list[Any] = self.columns[name]
        if column.month_allowed:
            values = [value.first if isinstance(value, Span) else None for value in values]
        return pa.array(values, type=arrow_type(column))

    def find_coded(self, name: str) -> pa.DictionaryArray:
        """A column of texts, with the distinct ones apart; null may be one of them."""
        coded = self.columns.coded_of.get(name) if isinstance(self.columns, Arrays) else None
        return coded if coded is not None else self.find_values(name).dictionary_encode()

    def find_lasts(self, name: str) -> pa.Array:
        """The last days of a column of dates; the days themselves where it takes no months."""
        column = self.dataset.column(name)
        if column is None or not column.month_allowed:
            return self.find_values(name)
        if isinstance(self.columns, Arrays):
            return self.columns.lasts_of[name]
        lasts = [value.last if isinstance(value, Span) else None for value in self.columns[name]]
        return pa.array(lasts, type=arrow_type(column))

    def find_periods(self) -> pa.Array:
        """The period of each row, as it is stored."""
        if isinstance(self.columns, Arrays):
            return self._whole_periods
        period = self.dataset.period
        if period.standing:
            return pa.array([0] * len(self.rows), type=pa.int32())
        return pa.array([_read_year(value) for value in self.columns[period.year or period.date or ""]], pa.int32())

    @cached_property
    def _whole_periods(self) -> pa.Array:
        period = self.dataset.period
        if period.standing:
            return pa.array(np.zeros(len(self.rows), dtype=np.int32))
        values = self.find_values(period.year or period.date or "")
        return values if period.year else pc.year(values).cast(pa.int32())

    @cached_property
    def scopes(self) -> tuple[list[tuple[str | None, int | None]], NDArray[np.int32]]:
        """The different units with periods, and which of them each row reports."""
        units, periods = self.find_coded(self.dataset.unit), self.find_periods().dictionary_encode()
        if not units.null_count and not periods.null_count and len(periods.dictionary) == 1:
            year = periods.dictionary[0].as_py()
            return [(unit, year) for unit in units.dictionary.to_pylist()], units.indices.to_numpy()
        width = len(periods.dictionary) + 1
        codes = units.indices.fill_null(len(units.dictionary)).to_numpy().astype(np.int64) * width
        codes += periods.indices.fill_null(len(periods.dictionary)).to_numpy()
        found = pa.array(codes).dictionary_encode()
        names, years = [*units.dictionary.to_pylist(), None], [*periods.dictionary.to_pylist(), None]
        kinds = [(names[code // width], years[code % width]) for code in found.dictionary.to_pylist()]
        return kinds, found.indices.to_numpy()

    def find_other_units(self, unit: str) -> list[int]:
        """The rows that speak of another unit."""
        found: list[int] = pc.indices_nonzero(pc.not_equal(self.find_values(self.dataset.unit), unit)).to_pylist()
        return found

    def find_other_periods(self, period: int) -> list[int]:
        """The rows that speak of another period."""
        found: list[int] = pc.indices_nonzero(pc.not_equal(self.find_periods(), period)).to_pylist()
        return found

    def mistake(self, index: int, column: str, text: str) -> FileMistake:
        """A mistake in the cell of that column in the row of that index."""
        return self.refuse_row(int(self.rows[index]), column, text)

    def refuse_row(self, row: int, column: str, text: str) -> FileMistake:
        """A mistake in the cell of that column in a row of the file."""
        position = self.header.positions.get(column)
        cell = f"第 {row} 行" if position is None else name_cell(row, position)
        return FileMistake(self.file_name, self.sheet, cell, text)


def _read_year(value: CellValue) -> int | None:
    if isinstance(value, Span):
        return value.first.year
    if isinstance(value, date):
        return value.year
    return value if isinstance(value, int) else None
