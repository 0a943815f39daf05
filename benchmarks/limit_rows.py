"""Rows of a hundred million: made piece by piece into a folder, and taken up again where they were left.

Two thirds are training records; people, activities, reports and lawsuits are the rest, over two years.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb

from benchmarks.province import YEAR, name_unit
from benchmarks.province_rows import describe, write_query
from data.batches.parquet import write_batch
from data.batches.records import BatchFile, Inputs
from data.cells.columns import arrow_schema
from indicators.entries.tables import Dataset
from indicators.pack.model import Pack

#: Rows of a unit at full size: 150 million over 3,000 units and two years, the roster's once.
FULL_ROWS, FULL_UNITS = 150_000_000, 3000
_PEOPLE, _EACH_YEAR = 667, {"training": 16_667, "activities": 3_500, "reports": 2_300, "lawsuits": 1_825}
#: No file has more rows.
_ROWS_PER_FILE = 1_500_000


@dataclass(frozen=True)
class Piece:
    """One file: the rows of units ``first`` to ``last`` in a dataset and period, and where they lie."""

    dataset: str
    period: int
    first: int
    last: int
    name: str
    rows: int


@dataclass(frozen=True)
class Size:
    """How many rows each unit has."""

    units: int
    people: int
    each_year: dict[str, int]

    @classmethod
    def of(cls, rows: int, units: int) -> Size:
        """About so many rows in all, shared out as at full size."""
        part = rows / FULL_ROWS * FULL_UNITS / units
        # The roster's odd rows, and reports of each kind, need a few.
        each = {name: max(round(number * part), 8) for name, number in _EACH_YEAR.items()}
        return cls(units, max(round(_PEOPLE * part), 4), {**each, "filings": 12})

    def count(self, dataset: str) -> int:
        """Rows of a unit in a dataset and period."""
        return self.people + 2 if dataset == "people" else self.each_year[dataset]


def make_limit_rows(folder: Path, pack: Pack, size: Size, units_per_file: int | None = None) -> Inputs:
    """Every file that is not there yet; a journal in ``folder`` says which are, so a broken run can go on."""
    folder.mkdir(parents=True, exist_ok=True)
    journal = folder / "made.jsonl"
    lines = journal.read_text(encoding="utf-8").splitlines() if journal.exists() else []
    pieces = [Piece(**json.loads(line)) for line in lines if line.endswith("}")]
    made = {(each.dataset, each.period, each.first): each for each in pieces}
    connection = duckdb.connect()
    files: list[BatchFile] = []
    scopes: set[tuple[str, str, int]] = set()
    for dataset in pack.datasets:
        step = units_per_file or max(_ROWS_PER_FILE // size.count(dataset.id), 1)
        for period in (0,) if dataset.period.standing else (YEAR - 1, YEAR):
            scopes |= {(dataset.id, name_unit(number), period) for number in range(size.units)}
            for first in range(0, size.units, step):
                piece = made.get((dataset.id, period, first))
                if piece is None or not (folder / dataset.id / piece.name).exists():
                    last = min(first + step, size.units)
                    piece = _make_piece(connection, folder, dataset, period, range(first, last), size)
                    with journal.open("a", encoding="utf-8") as file:
                        file.write(json.dumps(asdict(piece)) + "\n")
                files.append(describe(dataset.id, len(files), folder / dataset.id / piece.name, piece.rows))
    connection.close()
    return Inputs(tuple(files), frozenset(scopes))


def _make_piece(
    connection: duckdb.DuckDBPyConnection, folder: Path, dataset: Dataset, period: int, chosen: range, size: Size
) -> Piece:
    schema = arrow_schema(dataset)
    columns = ", ".join(f'"{field.name}"' for field in schema)
    query = write_query(dataset.id, period, chosen, size.count(dataset.id), size.units, size.people)
    table = connection.sql(f"SELECT {columns} FROM ({query})").to_arrow_table().cast(schema)
    path = write_batch(folder, dataset, table)
    return Piece(dataset.id, period, chosen.start, chosen.stop, path.name, table.num_rows)
