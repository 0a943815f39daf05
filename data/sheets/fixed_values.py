"""Values that every row of a sheet has alike and no cell says."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pyarrow as pa

from data.cells.columns import arrow_type
from data.cells.values import CellMistake, CellValue, Parsed, Span
from data.register.units import Undecided
from indicators.entries.tables import Column, Dataset


class FixedValues:
    """The values of columns, read of their texts as cells are; ``wrong`` is said of those that are none."""

    def __init__(
        self, dataset: Dataset, texts: Mapping[str, str], build_parser: Callable[[Column], Callable[[object], Parsed]]
    ) -> None:
        self.values: dict[str, CellValue] = {}
        self.wrong: list[str] = []
        for name, text in texts.items():
            column = dataset.column(name)
            assert column is not None
            value = build_parser(column)(text)
            if isinstance(value, CellMistake):
                self.wrong.append(f"对照表填入的「{column.title}」：{value.text}")
            else:
                self.values[name] = value

    @property
    def are_decided(self) -> bool:
        """Whether none is a name of which only the time of the row tells the unit."""
        return not any(isinstance(value, Undecided) for value in self.values.values())

    def repeat(self, column: Column, count: int, *, last: bool = False) -> pa.Array:
        """A column's value as it is stored, so many times, or nulls; of a month the first day or the last."""
        value = self.values.get(column.name)
        if isinstance(value, Span):
            value = value.last if last else value.first
        return pa.repeat(pa.array([value], type=arrow_type(column))[0], count)
