"""DuckDB as a pure calculator: in memory, one per run, shut off from everything but the batches it reads."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Final

import duckdb
import polars as pl
import pyarrow as pa

from data.batches.records import BatchFile, Inputs
from data.cells.columns import arrow_schema
from data.store.drafts import draft_folder
from indicators.entries.tables import Dataset
from indicators.pack.calendar import WorkCalendar
from indicators.pack.model import Indicator, Pack
from indicators.pack.register import UnitEntry
from indicators.pack.succession import Succession
from scoring.base.batch_rows import list_sources, read_batches
from scoring.base.calendar import list_used_years, list_working_days
from scoring.base.connection import EngineConnection
from scoring.base.members import list_members, passes_on
from scoring.base.relations import HUGE
from scoring.base.sql import quote_date, quote_name, quote_text

_TYPES = {
    pa.string(): "VARCHAR",
    pa.int64(): "BIGINT",
    pa.int32(): "INTEGER",
    pa.date32(): "DATE",
    pa.bool_(): "BOOLEAN",
}
_HANDED_TYPES: Final = {**_TYPES, HUGE: "HUGEINT"}


#: Fewer rows are worked out on one thread: to share them out costs a third more of the processors and gains nothing.
SHARED_ROWS: Final = 20_000
#: So many rows are handed over as values; DuckDB takes five times as long to ask Arrow for them.
_HANDED_OVER: Final = 200


@contextmanager
def open_engine(
    inputs: Inputs,
    threads: int | None = None,
    *,
    ordered: bool = True,
    scratch: Path | None = None,
    memory: float | None = None,
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that can read the files of ``inputs`` and nothing else, and cannot be unlocked.

    Without ``threads`` it has one where rows are few and else one for each processor.
    Not ``ordered``, rows come in no order but what a query asks for, and processors share more of the work.
    What does not fit in ``memory`` (GiB; four fifths of the machine's) waits in files in ``scratch``, or in a folder of
    the system's that nobody else may read.
    """
    if scratch is None:
        with (
            draft_folder() as own,
            open_engine(inputs, threads, ordered=ordered, scratch=own, memory=memory) as opened,
        ):
            yield opened
        return
    connection = duckdb.connect(":memory:")
    if threads is None and sum(file.rows for file in inputs.files) + len(inputs.scopes) < SHARED_ROWS:
        threads = 1
    try:
        if threads is not None:
            connection.execute(f"SET threads = {int(threads)}")
        if memory is not None:
            connection.execute(f"SET memory_limit = '{memory}GiB'")
        # DuckDB's own place is a folder .tmp wherever the program was started.
        connection.execute(f"SET temp_directory = {quote_text(str(scratch))}")
        connection.execute(f"SET preserve_insertion_order = {'true' if ordered else 'false'}")
        _lock_down(connection, inputs)
        yield connection
    finally:
        connection.close()


def _lock_down(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> None:
    connection.execute("SET enable_progress_bar = false")
    # Batches never change, so their footers are read once; the system keeps the files themselves in memory.
    connection.execute("SET parquet_metadata_cache = true")
    connection.execute("SET enable_external_file_cache = false")
    connection.execute("SET autoinstall_known_extensions = false")
    connection.execute("SET autoload_known_extensions = false")
    paths = ", ".join(quote_text(str(path)) for path in list_sources(inputs.files))
    connection.execute(f"SET allowed_paths = [{paths}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def create_table(connection: EngineConnection, name: str, table: pa.Table) -> None:
    """Store an Arrow table under ``name``; whole decimals of 38 digits become HUGEINT."""
    target = f"CREATE OR REPLACE TABLE {quote_name(name)} AS SELECT"
    handed = table.num_rows <= _HANDED_OVER and all(kind in _HANDED_TYPES for kind in table.schema.types)
    if handed and isinstance(connection, duckdb.DuckDBPyConnection):
        typed = ((_HANDED_TYPES[field.type], quote_name(field.name)) for field in table.schema)
        columns = ", ".join(f"unnest(?::{kind}[]) AS {column}" for kind, column in typed)
        connection.execute(f"{target} {columns}", [_list_values(column) for column in table.columns])
        return
    connection.register("arriving", table)
    columns = ", ".join(
        f"{quote_name(field.name)}{'::HUGEINT' if field.type == HUGE else ''} AS {quote_name(field.name)}"
        for field in table.schema
    )
    connection.execute(f"{target} {columns} FROM arriving")
    connection.unregister("arriving")


def _list_values(column: pa.ChunkedArray) -> list[object]:
    return [int(value) if isinstance(value, Decimal) else value for value in column.to_pylist()]


def create_reported(
    connection: EngineConnection,
    pack: Pack,
    inputs: Inputs,
    as_of: date,
    succession: Succession,
    also: Collection[str] = (),
    indicators: Iterable[Indicator] | None = None,
) -> None:
    """One view per dataset over its current rows that are known on ``as_of``, in the schema ``reported``.

    Rows of a unit that was merged count for the one that it lives on in. Datasets that none of the ``indicators``
    (all of the pack) reads have a view only if ``also`` names them.
    """
    connection.execute("CREATE SCHEMA reported")
    connection.execute("CREATE SCHEMA coming")
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
    create_successions(connection, succession)
    asking = pack.indicators if indicators is None else indicators
    read = {name for indicator in asking for part in indicator.parts for name in part.measure.datasets()}
    read.update(also)
    for dataset in pack.datasets:
        if dataset.id not in read and dataset.id != pack.head.exemptions:
            continue
        passed_on = succession if passes_on(pack, dataset) else None
        files = by_dataset.get(dataset.id, [])
        connection.execute(write_reported(dataset, files, as_of, passed_on))
        if dataset.event_date is not None:
            connection.execute(write_coming(dataset, files, as_of, passed_on))


def create_successions(connection: EngineConnection, succession: Succession) -> None:
    """The relations that :func:`write_heirs` joins; none where nothing in the register has changed."""
    if not succession.changed:
        return
    heirs = {"unit": list(succession.heirs), "heir": list(succession.heirs.values())}
    columns = {name: pa.array(values, pa.string()) for name, values in heirs.items()}
    create_table(connection, "successions", pa.table(columns))
    create_table(connection, "absent_units", pa.table({"unit": pa.array(sorted(succession.absent), pa.string())}))


def write_heirs(rows: str, dataset: Dataset, succession: Succession | None, kept: str = "") -> str:
    """A query whose rows count for the heirs of those who reported them; ``rows`` itself where there are none.

    The newest state of a unit that does not exist in the year is left out. ``kept`` names a column that
    keeps the unit as reported.
    """
    if succession is None or not (succession.heirs or (dataset.period.standing and succession.absent)):
        return rows
    original = f", r._unit AS {kept}" if kept else ""
    present = "\nANTI JOIN absent_units a ON a.unit = r._unit" if dataset.period.standing else ""
    return (
        f"SELECT r.* REPLACE (coalesce(h.heir, r._unit) AS _unit){original}\n"
        f"FROM (\n{rows}\n) r\nLEFT JOIN successions h ON h.unit = r._unit{present}"
    )


def write_reported(dataset: Dataset, files: list[BatchFile], as_of: date, succession: Succession | None = None) -> str:
    """The view of one dataset. ``file`` is the batch's path, only where rows must be told apart by it."""
    known = ""
    if dataset.event_date is not None:
        name = quote_name(dataset.event_date)
        known = f"\nWHERE {name} IS NULL OR {name} <= {quote_date(as_of)}"
    rows = _write_current(dataset, files, succession)
    return f"CREATE VIEW reported.{quote_name(dataset.id)} AS\nSELECT * FROM (\n{rows}\n){known}"


def write_coming(dataset: Dataset, files: list[BatchFile], as_of: date, succession: Succession | None = None) -> str:
    """The view of the rows of a dataset that are not known yet, since their event lies after ``as_of``."""
    assert dataset.event_date is not None
    rows = _write_current(dataset, files, succession)
    later = f"{quote_name(dataset.event_date)} > {quote_date(as_of)}"
    return f"CREATE VIEW coming.{quote_name(dataset.id)} AS\nSELECT * FROM (\n{rows}\n)\nWHERE {later}"


def _write_current(dataset: Dataset, files: list[BatchFile], succession: Succession | None) -> str:
    columns = ", ".join(quote_name(field.name) for field in arrow_schema(dataset))
    whole = [file for file in files if file.live is None]
    partial = [file for file in files if file.live is not None]
    branches = []
    if whole:
        branches.append(f"SELECT {columns} FROM {read_batches(whole)}")
    if partial:
        branches.append(
            f"SELECT {columns} FROM {read_batches(partial, named=True)} r\n"
            "SEMI JOIN live_scopes l ON l.file = r.filename AND l.unit = r._unit AND l.period = r._period"
        )
    if not branches:
        schema = arrow_schema(dataset)
        empty = ", ".join(f"NULL::{_name_type(field.type)} AS {quote_name(field.name)}" for field in schema)
        branches.append(f"SELECT {empty} WHERE FALSE")
    return write_heirs("\nUNION ALL\n".join(branches), dataset, succession, kept="_origin")


def _name_type(kind: pa.DataType) -> str:
    if pa.types.is_decimal(kind):
        return f"DECIMAL({kind.precision}, {kind.scale})"
    return _TYPES[kind]


def create_world(connection: EngineConnection, pack: Pack, inputs: Inputs, year: int, succession: Succession) -> None:
    """Who is compared with whom, what has been reported, and the working days around the year."""
    members = list_members(pack, succession)
    compared = {member["unit"] for member in members}
    units = [
        {"unit": unit.id, "name": unit.name_on(succession.day), "position": position}
        for position, unit in enumerate(pack.registry.units)
        if unit.id in compared
    ]
    text, number = pa.string(), pa.int32()
    create_table(connection, "members", pa.Table.from_pylist(members, pa.schema([("cohort", text), ("unit", text)])))
    below = [{"unit": unit, "lower": lower} for unit, units in succession.below.items() for lower in units]
    create_table(connection, "below", pa.Table.from_pylist(below, pa.schema([("unit", text), ("lower", text)])))
    schema = pa.schema([("unit", text), ("name", text), ("position", number)])
    create_table(connection, "units", pa.Table.from_pylist(units, schema))
    known = [scope for scope in inputs.scopes if scope[1] in compared]
    if succession.changed:
        known = list_reported(inputs, succession, [unit for unit in pack.registry.units if unit.id in compared])
    # By comprehension: unpacking a hundred thousand scopes into one call takes several times as long.
    reported = [pa.array([scope[at] for scope in known], kind) for at, kind in enumerate((text, text, number))]
    create_table(connection, "scopes", pa.table(reported, names=["dataset", "unit", "period"]))
    declared = list_declared(inputs, succession, [unit for unit in pack.registry.units if unit.id in compared])
    schema = pa.schema([("dataset", text), ("unit", text), ("period", number), ("day", pa.date32())])
    create_table(connection, "declared", pa.Table.from_pylist(declared, schema))
    create_table(connection, "calendar", _make_calendar(list_used_years(pack, year), pack.calendar))


@lru_cache(maxsize=16)
def _make_calendar(years: range, calendar: WorkCalendar) -> pa.Table:
    rows = list_working_days(years[0], years[-1], calendar)
    days, ordinals, working = zip(*rows, strict=True) if rows else ((), (), ())
    columns = [pa.array(days, pa.date32()), pa.array(ordinals, pa.int64()), pa.array(working, pa.bool_())]
    return pa.table(columns, names=["day", "ordinal", "working"])


def list_reported(inputs: Inputs, succession: Succession, units: list[UnitEntry]) -> list[tuple[str, str, int]]:
    """The scopes that the units have reported, with all whose data count for them."""
    periods = {(dataset, period) for dataset, _, period in inputs.scopes}
    return [
        (dataset, unit.id, period)
        for unit in units
        for dataset, period in periods
        if (reporters := succession.list_reporters(unit, period))
        and all((dataset, reporter.id, period) in inputs.scopes for reporter in reporters)
    ]


def list_declared(inputs: Inputs, succession: Succession, units: list[UnitEntry]) -> list[dict[str, object]]:
    """Up to which day each register is complete for each of the units, with all whose data count for it."""
    found = []
    for dataset, period in sorted({(each.dataset, each.period) for each in inputs.declared}):
        for unit in units:
            reporters = succession.list_reporters(unit, period)
            days = [inputs.find_declared(dataset, reporter.id, period) or date.min for reporter in reporters]
            if days and min(days) > date.min:
                found.append({"dataset": dataset, "unit": unit.id, "period": period, "day": min(days)})
    return found


def fetch_frame(connection: EngineConnection, query: str) -> pl.DataFrame:
    """The rows of a query as a polars frame."""
    return connection.sql(query).pl()
