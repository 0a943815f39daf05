"""DuckDB as a pure calculator: in memory, one per run, shut off from everything but the batches it reads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import duckdb
import polars as pl
import pyarrow as pa

from data.batches import BatchFile, Inputs
from data.columns import arrow_schema
from indicators.model import Pack
from indicators.tables import Dataset
from scoring.calendar import list_working_days
from scoring.parameters import HUGE
from scoring.sql import quote_date, quote_name, quote_text

_TYPES = {
    pa.string(): "VARCHAR",
    pa.int64(): "BIGINT",
    pa.int32(): "INTEGER",
    pa.date32(): "DATE",
    pa.bool_(): "BOOLEAN",
}


@contextmanager
def open_engine(inputs: Inputs, threads: int | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that can read the files of ``inputs`` and nothing else, and cannot be unlocked."""
    connection = duckdb.connect(":memory:")
    try:
        if threads is not None:
            connection.execute(f"SET threads = {int(threads)}")
        connection.execute("SET enable_progress_bar = false")
        # Batches never change, so their footers are read once; the system keeps the files themselves in memory.
        connection.execute("SET parquet_metadata_cache = true")
        connection.execute("SET enable_external_file_cache = false")
        connection.execute("SET autoinstall_known_extensions = false")
        connection.execute("SET autoload_known_extensions = false")
        paths = ", ".join(quote_text(str(file.path)) for file in inputs.files)
        connection.execute(f"SET allowed_paths = [{paths}]")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        yield connection
    finally:
        connection.close()


def create_table(connection: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> None:
    """Store an Arrow table under ``name``; whole decimals of 38 digits become HUGEINT."""
    connection.register("arriving", table)
    columns = ", ".join(
        f"{quote_name(field.name)}{'::HUGEINT' if field.type == HUGE else ''} AS {quote_name(field.name)}"
        for field in table.schema
    )
    connection.execute(f"CREATE OR REPLACE TABLE {quote_name(name)} AS SELECT {columns} FROM arriving")
    connection.unregister("arriving")


def create_reported(connection: duckdb.DuckDBPyConnection, pack: Pack, inputs: Inputs, as_of: date) -> None:
    """One view per dataset over its current rows that are known on ``as_of``, in the schema ``reported``."""
    connection.execute("CREATE SCHEMA reported")
    by_dataset: dict[str, list[BatchFile]] = {}
    for file in inputs.files:
        by_dataset.setdefault(file.dataset, []).append(file)
    live = [
        {"file": str(file.path), "unit": unit, "period": period}
        for file in inputs.files
        for unit, period in file.live or ()
    ]
    schema = pa.schema([("file", pa.string()), ("unit", pa.string()), ("period", pa.int32())])
    create_table(connection, "live_scopes", pa.Table.from_pylist(live, schema=schema))
    read = {name for indicator in pack.indicators for part in indicator.parts for name in part.measure.datasets()}
    for dataset in pack.datasets:
        if dataset.id not in read and dataset.id != pack.head.exemptions:
            continue
        connection.execute(write_reported(dataset, by_dataset.get(dataset.id, []), as_of))


def write_reported(dataset: Dataset, files: list[BatchFile], as_of: date) -> str:
    """The view of one dataset. ``file`` is the batch's path, only where rows must be told apart by it."""
    columns = ", ".join(quote_name(field.name) for field in arrow_schema(dataset))
    whole = [file for file in files if file.live is None]
    partial = [file for file in files if file.live is not None]
    branches = []
    if whole:
        branches.append(f"SELECT {columns} FROM {_read(whole)}")
    if partial:
        branches.append(
            f"SELECT {columns} FROM {_read(partial, named=True)} r\n"
            "SEMI JOIN live_scopes l ON l.file = r.filename AND l.unit = r._unit AND l.period = r._period"
        )
    if not branches:
        schema = arrow_schema(dataset)
        empty = ", ".join(f"NULL::{_name_type(field.type)} AS {quote_name(field.name)}" for field in schema)
        branches.append(f"SELECT {empty} WHERE FALSE")
    known = ""
    if dataset.event_date is not None:
        name = quote_name(dataset.event_date)
        known = f"\nWHERE {name} IS NULL OR {name} <= {quote_date(as_of)}"
    rows = "\nUNION ALL\n".join(branches)
    return f"CREATE VIEW reported.{quote_name(dataset.id)} AS\nSELECT * FROM (\n{rows}\n){known}"


def _read(files: list[BatchFile], named: bool = False) -> str:
    paths = ", ".join(quote_text(str(file.path)) for file in files)
    return f"read_parquet([{paths}], union_by_name = true{', filename = true' if named else ''})"


def _name_type(kind: pa.DataType) -> str:
    if pa.types.is_decimal(kind):
        return f"DECIMAL({kind.precision}, {kind.scale})"
    return _TYPES[kind]


def create_world(connection: duckdb.DuckDBPyConnection, pack: Pack, inputs: Inputs, year: int) -> None:
    """Who is compared with whom, what has been reported, and the working days around the year."""
    members = [{"cohort": cohort.id, "unit": unit.id} for cohort in pack.head.cohorts for unit in pack.members(cohort)]
    compared = {member["unit"] for member in members}
    units = [
        {"unit": unit.id, "name": unit.name, "position": position}
        for position, unit in enumerate(pack.registry.units)
        if unit.id in compared
    ]
    text, number = pa.string(), pa.int32()
    create_table(connection, "members", pa.Table.from_pylist(members, pa.schema([("cohort", text), ("unit", text)])))
    schema = pa.schema([("unit", text), ("name", text), ("position", number)])
    create_table(connection, "units", pa.Table.from_pylist(units, schema))
    scopes = list(zip(*(scope for scope in inputs.scopes if scope[1] in compared), strict=True)) or [(), (), ()]
    reported = [pa.array(values, kind) for values, kind in zip(scopes, (text, text, number), strict=True)]
    create_table(connection, "scopes", pa.table(reported, names=["dataset", "unit", "period"]))
    days, ordinals, working = zip(*list_working_days(year - 10, year + 6), strict=True)
    columns = [pa.array(days, pa.date32()), pa.array(ordinals, pa.int64()), pa.array(working, pa.bool_())]
    create_table(connection, "calendar", pa.table(columns, names=["day", "ordinal", "working"]))


def fetch_frame(connection: duckdb.DuckDBPyConnection, query: str) -> pl.DataFrame:
    """The rows of a query as a polars frame."""
    return connection.sql(query).pl()
