"""Rows that are cited, as explanations tell them: made once however many cite them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import NamedTuple


class Cell(NamedTuple):
    """A value with the title of its column and, where the file has one, its address (``D17``)."""

    column: str
    address: str | None
    value: str


@dataclass(frozen=True)
class CitedRow:
    """A row of a reported file. ``remark`` says what the rule made of it, where that differs from row to row.

    ``origin`` is the name that the unit had that reported it, where the row now counts for another unit.
    ``number`` is the number (督问〔2024〕0003号) of a row that comes from the ledger and from no file; empty where it
    has none, None for a row of a file.
    """

    file: str
    sheet: str | None
    row: int | None
    cells: tuple[Cell, ...]
    remark: str = ""
    origin: str = ""
    number: str | None = None

    @cached_property
    def told(self) -> dict[str, object]:
        """The row as explanations have it, made once however many cite it: nobody may change it."""
        return {
            "row": self.row,
            "cells": [{"cell": cell.address, "column": cell.column, "value": cell.value} for cell in self.cells],
            "remark": self.remark,
            "origin": self.origin,
            "number": self.number,
            "text": str(self),
        }

    def __str__(self) -> str:
        place = f"{self.file} " + (f"{self.sheet}!" if self.sheet else "")
        if self.number is not None:
            place = f"督察台账 第{self.row}行 " + (f"{self.number} " if self.number else "")
        shown = [cell for cell in self.cells if cell.value != self.number]
        cells = "，".join(f"{cell.address or ''}「{cell.column}」= {cell.value}" for cell in shown)
        notes = [self.remark, f"原单位：{self.origin}" if self.origin else ""]
        return f"{place}{cells}" + "".join(f"（{note}）" for note in notes if note)


@dataclass(frozen=True)
class UsedRows:
    """The rows of one dataset that were used for something; ``rows`` is how many there are, ``cited`` the first."""

    dataset: str
    title: str
    use: str
    rows: int
    cited: tuple[CitedRow, ...]

    @cached_property
    def told(self) -> list[dict[str, object]]:
        """As explanations have them, one entry for each file and sheet; without a row one that says so.

        ``rows_total`` counts the rows of all files. Made once however many cite them: nobody may change it.
        """
        common = {"dataset": self.dataset, "title": self.title, "use": self.use, "rows_total": self.rows}
        if not self.cited:
            return [{**common, "file": None, "sheet": None, "listed": 0, "rows": []}]
        groups = groupby(self.cited, key=lambda row: (row.file, row.sheet))
        return [
            {**common, "file": file, "sheet": sheet, "listed": len(self.cited), "rows": [row.told for row in rows]}
            for (file, sheet), rows in groups
        ]
