"""Rows of the current batches with the file, sheet and cells that they came from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from data.batches.records import BatchFile, Inputs, ledger_batch
from data.cells.columns import arrow_schema
from indicators.entries.amounts import plain
from indicators.entries.tables import Dataset
from indicators.pack.model import Pack
from indicators.pack.succession import Succession
from scoring.base.batch_rows import read_batches
from scoring.base.cited import Cell, CitedRow, UsedRows
from scoring.base.members import passes_on
from scoring.base.sql import join_and, quote_date, quote_list, quote_name, quote_text

if TYPE_CHECKING:
    import duckdb

EMPTY = "（空）"
#: An empty text in SQL.
NOTHING = "''"
#: Where a row comes from: what every citation says.
_PLACES = ("_unit", "_period", "_file", "_sheet", "_row", "_origin", "number")
#: Rows looked at for one statement, each counted as often as there is something that it may be wanted for.
ROWS_AT_ONCE = 400_000
Kept = TypeVar("Kept")


@dataclass(frozen=True)
class Wanted:
    """Rows to cite: which (SQL over the dataset's columns), which columns of them, and what comes first.

    ``remark`` is an SQL text expression, ``first`` an SQL condition.
    """

    dataset: str
    use: str
    condition: str
    columns: tuple[str, ...]
    remark: str = NOTHING
    first: str = "FALSE"


@contextmanager
def open_evidence(pack: Pack, inputs: Inputs, year: int, as_of: date) -> Iterator[duckdb.DuckDBPyConnection]:
    """An engine with the same views as a run of that moment; one can serve many items of it."""
    # What cells are called, and how they are shown, is read without the engine.
    from scoring.base.calculator import create_reported, create_world, open_engine

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
    from scoring.base.calculator import write_heirs

    name = f"cited.{quote_name(dataset.id)}"
    columns = ", ".join(quote_name(field.name) for field in arrow_schema(dataset))
    files = [file for file in inputs.files if file.dataset == dataset.id]
    branches = []
    for partial in (False, True):
        chosen = [file for file in files if (file.live is not None) == partial]
        if not chosen:
            continue
        branch = f"SELECT {columns}, filename AS _file FROM {read_batches(chosen, named=True)} r"
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
    """What is needed to cite rows of ``units``: a connection of :func:`open_evidence` and what it was opened for.

    Whatever is asked for one unit is fetched for all of ``units`` by the same statement and kept, so that many
    units cost few statements. ``copied`` says that there are many: their rows are copied out of the files once.
    """

    connection: duckdb.DuckDBPyConnection
    pack: Pack
    inputs: Inputs
    as_of: date
    limit: int
    succession: Succession
    units: tuple[str, ...]
    copied: bool = False
    _kept: dict[object, Any] = field(default_factory=dict, repr=False)

    def keep(self, key: object, make: Callable[[], Kept]) -> Kept:
        """What ``make`` yields, made once for each key."""
        if key not in self._kept:
            self._kept[key] = make()
        found: Kept = self._kept[key]
        return found

    def name_view(self, dataset: str) -> str:
        """The rows of a dataset, with ``_file``; those of other units may be among them."""
        return self.keep(("view", dataset), lambda: self._name_rows(dataset))

    def _view_rows(self, name: str) -> str:
        """The rows of all units."""
        dataset = self.pack.dataset(name)
        succession = self.succession if passes_on(self.pack, dataset) else None
        return name_cited(self.connection, dataset, self.inputs, self.as_of, succession)

    def _name_rows(self, name: str) -> str:
        view = self._view_rows(name)
        if not self.copied:
            return view
        copy = f"cited.{quote_name(f'{name} of these units')}"
        made = self.connection.execute(
            f"CREATE OR REPLACE TABLE {copy} AS SELECT * FROM {view} WHERE {self.of_units()}"
        )
        # To make a table tells how long it is.
        self._kept[("rows", name)] = (made.fetchone() or (0,))[0]
        return copy

    def _count_rows(self, name: str) -> int:
        """How many rows of a dataset :meth:`name_view` names."""
        view = self.name_view(name)
        count = f"SELECT count(*) FROM {view}"
        return int(self.keep(("rows", name), lambda: (self.connection.execute(count).fetchone() or (0,))[0]))

    def cite_ahead(self, found: Iterable[Wanted]) -> None:
        """Find what :meth:`cite` will be asked for, all that is wanted of a dataset by as few statements as may be."""
        of_dataset: dict[str, list[Wanted]] = {}
        for wanted in dict.fromkeys(found):
            of_dataset.setdefault(wanted.dataset, []).append(wanted)
        for name, all_wanted in of_dataset.items():
            for some in self.share_out(name, all_wanted):
                self._cite_together(name, some)

    def share_out(self, name: str, wanted: list[Kept]) -> Iterator[list[Kept]]:
        """What is wanted of the rows of a dataset, so much at once that a statement does not look at too many."""
        most = max(1, ROWS_AT_ONCE // max(1, self._count_rows(name)))
        for start in range(0, len(wanted), most):
            yield wanted[start : start + most]

    def _cite_together(self, name: str, found: list[Wanted]) -> None:
        """Find rows of one dataset, each with the number of that for which it is wanted."""
        source = self.name_view(name)
        first = _choose([wanted.first for wanted in found], "FALSE")
        order = f"coalesce({first}, FALSE) DESC, _period, _file, _sheet, _row"
        shown = ["_unit", *(column for wanted in found for column in wanted.columns)]
        numbers = ", ".join(f"CASE WHEN {wanted.condition} THEN {at} END" for at, wanted in enumerate(found))
        rows = self.fetch(
            f"SELECT {self._name_columns(source, shown)}, _wanted, "
            f"{_choose([wanted.remark for wanted in found], NOTHING)} AS _remark, "
            "count(*) OVER (PARTITION BY _wanted, _unit) AS _rows\n"
            f"FROM (SELECT *, unnest([{numbers}]) AS _wanted FROM {source} WHERE {self.of_units()})\n"
            "WHERE _wanted IS NOT NULL\n"
            f"QUALIFY row_number() OVER (PARTITION BY _wanted, _unit ORDER BY {order}) <= {self.limit}\n"
            f"ORDER BY _wanted, _unit, {order}"
        )
        of_wanted: dict[int, list[dict[str, Any]]] = {}
        for row in rows:
            of_wanted.setdefault(row["_wanted"], []).append(row)
        for at, wanted in enumerate(found):
            self._kept[wanted] = self._group_cited(wanted, ("_unit",), of_wanted.get(at, ()))

    def of_units(self, column: str = "_unit") -> str:
        """The condition that a row is of these units."""
        return f"{column} IN {quote_list(self.units)}"

    def fetch(self, query: str) -> list[dict[str, Any]]:
        """The rows of a query by the names of its columns."""
        cursor = self.connection.execute(query)
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def cite(self, wanted: Wanted, unit: str) -> UsedRows:
        """The rows of a unit, at most ``limit`` of them, in the order of the files."""
        found = self.keep(wanted, lambda: self._cite_all(wanted, ("_unit",), self.of_units()))
        return found.get((unit,)) or self.keep(("none", wanted), lambda: self._cite_none(wanted))

    def cite_people(
        self, wanted: Wanted, column: str, people: Sequence[tuple[str, str]], *, everywhere: bool = False
    ) -> dict[Any, UsedRows]:
        """The rows of each person, (unit, value of ``column``), at most ``limit`` of each.

        Only with ``everywhere`` may there be people of other units among them.
        """
        if not people:
            return {}
        pairs = ", ".join(f"({quote_text(unit)}, {quote_text(person)})" for unit, person in people)
        among = f"(_unit, {quote_name(column)}) IN ({pairs})"
        found = self._cite_all(wanted, ("_unit", column), among, self._view_rows(wanted.dataset) if everywhere else "")
        none = self._cite_none(wanted)
        return {person: found.get(person, none) for person in people}

    def _cite_none(self, wanted: Wanted) -> UsedRows:
        return UsedRows(wanted.dataset, self.pack.dataset(wanted.dataset).title, wanted.use, 0, ())

    def _cite_all(
        self, wanted: Wanted, per: tuple[str, ...], among: str, view: str = ""
    ) -> dict[tuple[str, ...], UsedRows]:
        """A source for each value of the columns ``per`` that has a row, of these units or in the ``view``."""
        source = view or self.name_view(wanted.dataset)
        groups = ", ".join(quote_name(name) for name in per)
        order = f"coalesce({wanted.first}, FALSE) DESC, _period, _file, _sheet, _row"
        rows = self.fetch(
            f"SELECT {self._name_columns(source, (*wanted.columns, *per))}, {wanted.remark} AS _remark, "
            f"count(*) OVER (PARTITION BY {groups}) AS _rows\n"
            f"FROM {source}\nWHERE {join_and([among, f'({wanted.condition})'])}\n"
            f"QUALIFY row_number() OVER (PARTITION BY {groups} ORDER BY {order}) <= {self.limit}\n"
            f"ORDER BY {groups}, {order}"
        )
        return self._group_cited(wanted, per, rows)

    def _group_cited(
        self, wanted: Wanted, per: tuple[str, ...], rows: Sequence[dict[str, object]]
    ) -> dict[tuple[str, ...], UsedRows]:
        """The rows of what was wanted, in their order, as a source for each value of the columns ``per``."""
        dataset = self.pack.dataset(wanted.dataset)
        grouped: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        for row in rows:
            grouped.setdefault(tuple(str(row[name]) for name in per), []).append(row)
        return {
            key: UsedRows(
                dataset.id,
                dataset.title,
                wanted.use,
                int(chosen[0]["_rows"]),
                tuple(self.cite_row(dataset, row, wanted.columns) for row in chosen),
            )
            for key, chosen in grouped.items()
        }

    def _name_columns(self, source: str, shown: Sequence[str]) -> str:
        """The columns of ``source`` that a citation of some of them needs, and no others: each costs time."""

        def list_names() -> list[str]:
            description = self.connection.execute(f"FROM {source} LIMIT 0").description or ()
            return [column[0] for column in description]

        needed = {*shown, *(f"{name}__last" for name in shown), *_PLACES}
        names = self.keep(("columns", source), list_names)
        return ", ".join(quote_name(name) for name in names if name in needed)

    def cite_row(self, dataset: Dataset, row: dict[str, Any], columns: tuple[str, ...]) -> CitedRow:
        """One row as it stands in its file."""
        reporter, place = row.get("_origin") or row["_unit"], row["_row"]
        file = self._find_file(dataset.id, row["_file"], (reporter, row["_period"]))
        letters = file.columns if file is not None else {}
        cells = []
        for name, last, title, of_unit in self.keep(("shown", dataset.id, columns), lambda: _show(dataset, columns)):
            written, value = letters.get(name), row[name]
            address = f"{written['letter']}{place}" if written and place is not None else None
            if of_unit and value is not None:
                value = self._unit_names.get(value, value)
            cells.append(Cell(title, address, write_value(value, row.get(last))))
        remark = row.get("_remark") or ""
        origin = self._name_origin(reporter, row["_period"]) if reporter in self.succession.heirs else ""
        kept = file is not None and file.id == ledger_batch(dataset.id)
        number = str(row.get("number") or row["_sheet"] or "") if kept else None
        name = file.file_name if file else ""
        return CitedRow(name, None if kept else row["_sheet"], place, tuple(cells), remark, origin, number)

    def _name_origin(self, unit: str, period: int) -> str:
        """What a unit that lives on in another was called at the end of a period (0: of the year scored)."""
        return self.pack.registry.unit(unit).name_on(date(period or self.succession.year, 12, 31))

    @property
    def _unit_names(self) -> dict[str, str]:
        return self.keep("unit names", lambda: {unit.id: unit.name for unit in self.pack.registry.units})

    @property
    def _files(self) -> dict[tuple[str, str | None], list[BatchFile]]:
        def group() -> dict[tuple[str, str | None], list[BatchFile]]:
            grouped: dict[tuple[str, str | None], list[BatchFile]] = {}
            for file in self.inputs.files:
                grouped.setdefault((file.dataset, str(file.path)), []).append(file)
            return grouped

        return self.keep("files", group)

    def _find_file(self, dataset: str, path: str | None, scope: tuple[str, int]) -> BatchFile | None:
        """The batch that a row came from; the same bytes handed in twice share a path, so scopes decide."""
        files = self._files.get((dataset, path), [])
        return next((file for file in files if file.live is None or scope in file.live), files[0] if files else None)


def _show(dataset: Dataset, columns: Sequence[str]) -> tuple[tuple[str, str, str, bool], ...]:
    """Of the columns that there are: name, that of the last day of a span, title, and whether it names a unit."""
    found = ((name, dataset.column(name)) for name in columns)
    return tuple(
        (name, f"{name}__last", column.title, column.type == "unit") for name, column in found if column is not None
    )


def _choose(expressions: Sequence[str], otherwise: str) -> str:
    """The expression of what a row is wanted for, by its number; most say nothing but ``otherwise``."""
    said = [f"WHEN {at} THEN {each}" for at, each in enumerate(expressions) if each != otherwise]
    return f"CASE _wanted {' '.join(said)} ELSE {otherwise} END" if said else otherwise


def write_value(value: object, last: date | None = None) -> str:
    """A cell's value as a person writes it; （空） for an empty one."""
    if value is None:
        return EMPTY
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, date):
        return value.isoformat() if last is None or last == value else f"{value.year}-{value.month:02d}"
    return plain(value) if isinstance(value, Decimal) else str(value)
