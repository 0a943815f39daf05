"""Findings that came in by file, beside those of the ledger: both are one register, and both count in a run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import polars as pl

from data.batches.records import BatchFile, Inputs
from indicators.entries.tables import Dataset
from indicators.pack.model import Pack


@dataclass(frozen=True)
class FiledFinding:
    """A row of a table of findings: whose, about which indicator (None: the row names none), and where it stands.

    ``cells`` are the titles and values of the other columns that are filled in, in the order of the table.
    """

    unit: str
    indicator: str | None
    cells: tuple[tuple[str, str], ...]
    place: str


#: What tells whose a row is and what it is about; the rest is told cell by cell.
_TOLD = ("unit", "year", "indicator")


def list_filed(pack: Pack, reported: Inputs, units: frozenset[str] | None = None) -> list[FiledFinding]:
    """The current rows of files in tables that the ledger fills too, of some units or of all, file by file."""
    tables = {dataset.id: dataset for dataset in pack.datasets if dataset.ledger == "findings"}
    files = (file for file in reported.files if file.dataset in tables)
    found = (each for file in files for each in _read_file(tables[file.dataset], file))
    return [each for each in found if units is None or each.unit in units]


def _read_file(dataset: Dataset, file: BatchFile) -> Iterator[FiledFinding]:
    live = None if file.live is None else set(file.live)
    for row in pl.read_parquet(file.path).sort("_row").iter_rows(named=True):
        if live is not None and (row["_unit"], row["_period"]) not in live:
            continue
        place = f"{file.file_name} {row['_sheet'] or ''} 第{row['_row']}行".replace("  ", " ")
        yield FiledFinding(row["_unit"], row.get("indicator"), tuple(_list_cells(dataset, row)), place)


def _list_cells(dataset: Dataset, row: dict[str, object]) -> Iterable[tuple[str, str]]:
    for column in dataset.columns:
        value = row.get(column.name)
        if column.name not in _TOLD and value is not None:
            yield column.title, str(value)
