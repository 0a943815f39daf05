"""Rows of the current batches with the file, sheet and cells that they came from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb

from data.batches import BatchFile, Inputs, ledger_batch
from data.columns import arrow_schema
from data.units import Registry
from indicators.amounts import plain
from indicators.model import Pack
from indicators.succession import Succession
from indicators.tables import Dataset
from scoring.engine import create_reported, create_world, open_engine, passes_on, write_heirs
from scoring.sql import join_and, quote_date, quote_name, quote_text

EMPTY = "(空)"


@dataclass(frozen=True)
class Cell:
    """A value with the title of its column and, where the file has one, its address (``D17``)."""

    column: str
    address: str | None
    value: str


@dataclass(frozen=True)
class CitedRow:
    """A row of a reported file. ``remark`` says what the rule made of it, where that differs from row to row.

    ``origin`` is the name that the unit had that reported it, where the row now counts for another unit.
    ``number`` is the number (督问〔2024〕0003号) of a row that comes from the ledger and from no file; empty where
    the dataset shows none, None for a row of a file.
    """

    file: str
    sheet: str | None
    row: int | None
    cells: tuple[Cell, ...]
    remark: str = ""
    origin: str = ""
    number: str | None = None

    def __str__(self) -> str:
        place = f"{self.file} " + (f"{self.sheet}!" if self.sheet else "")
        if self.number is not None:
            place = f"督察台账 第{self.row}行 " + (f"{self.number} " if self.number else "")
        shown = [cell for cell in self.cells if cell.value != self.number]
        cells = ",".join(f"{cell.address or ''}「{cell.column}」= {cell.value}" for cell in shown)
        notes = [self.remark, f"原单位:{self.origin}" if self.origin else ""]
        return f"{place}{cells}" + "".join(f"({note})" for note in notes if note)


@dataclass(frozen=True)
class Source:
    """The rows of one dataset that were used for something; ``rows`` is how many there are, ``cited`` the first."""

    dataset: str
    title: str
    use: str
    rows: int
    cited: tuple[CitedRow, ...]


@dataclass(frozen=True)
class Wanted:
    """Rows to cite: which (SQL over the dataset's columns), which columns of them, and what comes first.

    ``remark`` is an SQL text expression, ``first`` an SQL condition.
    """

    dataset: str
    use: str
    condition: str
    columns: tuple[str, ...]
    remark: str = "''"
    first: str = "FALSE"


@contextmanager
def open_evidence(pack: Pack, inputs: Inputs, year: int, as_of: date) -> Iterator[duckdb.DuckDBPyConnection]:
    """An engine with the same views as a run of that moment; one can serve many items of it."""
    with open_engine(inputs) as connection:
        succession = Succession.of_year(pack.registry, year, as_of)
        create_world(connection, pack, inputs, year, succession)
        create_reported(connection, pack, inputs, as_of, succession)
        connection.execute("CREATE SCHEMA cited")
        yield connection


def name_cited(
    connection: duckdb.DuckDBPyConnection, dataset: Dataset, inputs: Inputs, as_of: date, succession: Succession | None
) -> str:
    """The view of a dataset's current rows with ``_file``, the path that each row was read from.

    Rows that count for the heir of the unit that reported them name that unit in ``_origin``.
    """
    name = f"cited.{quote_name(dataset.id)}"
    columns = ", ".join(quote_name(field.name) for field in arrow_schema(dataset))
    files = [file for file in inputs.files if file.dataset == dataset.id]
    branches = []
    for partial in (False, True):
        chosen = [file for file in files if (file.live is not None) == partial]
        if not chosen:
            continue
        paths = ", ".join(quote_text(str(file.path)) for file in chosen)
        read = f"read_parquet([{paths}], union_by_name = true, filename = true)"
        branch = f"SELECT {columns}, filename AS _file FROM {read} r"
        if partial:
            branch += "\nSEMI JOIN live_scopes l ON l.file = r.filename AND l.unit = r._unit AND l.period = r._period"
        branches.append(branch)
    if not branches:
        branches = [f"SELECT *, NULL::VARCHAR AS _file FROM reported.{quote_name(dataset.id)}"]
    known = ""
    if dataset.event_date is not None:
        event = quote_name(dataset.event_date)
        known = f"\nWHERE {event} IS NULL OR {event} <= {quote_date(as_of)}"
    rows = write_heirs("\nUNION ALL\n".join(branches), dataset, succession, kept="_origin") if files else branches[0]
    connection.execute(f"CREATE VIEW IF NOT EXISTS {name} AS\nSELECT * FROM (\n{rows}\n){known}")
    return name


@dataclass(frozen=True)
class Reader:
    """What is needed to cite rows: a connection of :func:`open_evidence` and what it was opened for."""

    connection: duckdb.DuckDBPyConnection
    pack: Pack
    inputs: Inputs
    as_of: date
    limit: int
    succession: Succession

    def name_view(self, dataset: str) -> str:
        """The view over the rows of a dataset, with ``_file``."""
        found = self.pack.dataset(dataset)
        succession = self.succession if passes_on(self.pack, found) else None
        return name_cited(self.connection, found, self.inputs, self.as_of, succession)

    def count_rows(self, wanted: Wanted, unit: str) -> int:
        """How many rows there are to cite."""
        query = f"SELECT count(*) FROM {self.name_view(wanted.dataset)} WHERE {_of_unit(wanted, unit)}"
        found = self.connection.execute(query).fetchone()
        assert found is not None
        return int(found[0])

    def cite(self, wanted: Wanted, unit: str) -> Source:
        """The rows of a unit, at most ``limit`` of them, in the order of the files."""
        dataset = self.pack.dataset(wanted.dataset)
        query = (
            f"SELECT *, {wanted.remark} AS _remark FROM {self.name_view(wanted.dataset)}\n"
            f"WHERE {_of_unit(wanted, unit)}\n"
            f"ORDER BY coalesce({wanted.first}, FALSE) DESC, _period, _file, _sheet, _row LIMIT {self.limit}"
        )
        cursor = self.connection.execute(query)
        names = [column[0] for column in cursor.description or ()]
        found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        rows = tuple(self.cite_row(dataset, row, wanted.columns) for row in found)
        return Source(dataset.id, dataset.title, wanted.use, self.count_rows(wanted, unit), rows)

    def cite_row(self, dataset: Dataset, row: dict[str, Any], columns: tuple[str, ...]) -> CitedRow:
        """One row as it stands in its file."""
        reporter = row.get("_origin") or row["_unit"]
        file = self._find_file(dataset.id, {**row, "_unit": reporter})
        cells = []
        for name in columns:
            column = dataset.column(name)
            if column is None:
                continue
            written = file.columns.get(name) if file is not None else None
            address = f"{written['letter']}{row['_row']}" if written and row["_row"] is not None else None
            value = row[name]
            if column.type == "unit" and value is not None:
                value = Registry.from_register(self.pack.registry).name(value)
            cells.append(Cell(column.title, address, write_value(value, row.get(f"{name}__last"))))
        remark = row.get("_remark") or ""
        origin = self._name_origin(reporter, row["_period"]) if reporter in self.succession.heirs else ""
        kept = file is not None and file.id == ledger_batch(dataset.id)
        number = str(row.get("number") or "") if kept else None
        name = file.file_name if file else ""
        return CitedRow(name, row["_sheet"], row["_row"], tuple(cells), remark, origin, number)

    def _name_origin(self, unit: str, period: int) -> str:
        """What a unit that lives on in another was called at the end of a period (0: of the year scored)."""
        (entry,) = (entry for entry in self.pack.registry.units if entry.id == unit)
        return entry.name_on(date(period or self.succession.year, 12, 31))

    def _find_file(self, dataset: str, row: dict[str, Any]) -> BatchFile | None:
        """The batch that a row came from; the same bytes handed in twice share a path, so scopes decide."""
        scope = (row["_unit"], row["_period"])
        files = [file for file in self.inputs.files if file.dataset == dataset and str(file.path) == row["_file"]]
        return next((file for file in files if file.live is None or scope in file.live), files[0] if files else None)


def _of_unit(wanted: Wanted, unit: str) -> str:
    return join_and([f"_unit = {quote_text(unit)}", f"({wanted.condition})"])


def write_value(value: Any, last: date | None = None) -> str:
    """A cell's value as a person writes it; (空) for an empty one."""
    if value is None:
        return EMPTY
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, date):
        return value.isoformat() if last is None or last == value else f"{value.year}-{value.month:02d}"
    return plain(value) if isinstance(value, Decimal) else str(value)
