"""Batches: what was reported, as immutable Parquet files, and which of their rows are current.

A batch reports scopes (unit, period) of its dataset. The newest batch of a scope is the current one; older
ones keep their place in the history. Nothing is ever deleted.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from data.batches.registers import EVERYBODY, FOR_GOOD, Declared, read_declared
from data.clock import store_moment
from data.ledger.rows import FindingRow
from data.store.database import ReadOnlyWorkspace, batch_table, declaration_table, reading, scope_table
from data.store.workspace import Workspace, open_workspace_store
from data.trail.noted import note_event
from indicators.pack.model import Pack

if TYPE_CHECKING:
    from data.ledger.snapshot import LedgerFrame


@dataclass(frozen=True)
class Compact:
    """A copy of the rows of many batches of a dataset, each row with its batch, by the names of the batches' files."""

    path: Path
    batches: frozenset[str]


@dataclass(frozen=True)
class BatchFile:
    """A batch with rows that are current.

    ``live`` is None when all its rows are, and otherwise the (unit, period) pairs whose rows still are.
    ``columns`` tells for each column its title as written and its letter, to cite a cell by. ``fictional``: its
    rows are made up, and whatever shows them must say so. ``within``: a copy that its rows may be read from, which
    says nothing of what the batch is.
    """

    id: str
    dataset: str
    path: Path
    file_name: str
    file_sha256: str
    sheet: str | None
    columns: dict[str, dict[str, str]]
    rows: int
    live: tuple[tuple[str, int], ...] | None
    fictional: bool
    within: Compact | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Inputs:
    """Everything reported that is current: files by (dataset, id), and the scopes (dataset, unit, period).

    ``declared``: up to which day registers, which one office reports for everybody, are complete.
    """

    files: tuple[BatchFile, ...]
    scopes: frozenset[tuple[str, str, int]]
    declared: frozenset[Declared] = frozenset()

    def find_declared(self, dataset: str, unit: str, period: int) -> date | None:
        """The day up to which a register is complete for a unit; None where nobody said so."""
        return self._days.get((dataset, unit, period)) or self._days.get((dataset, EVERYBODY, period))

    @cached_property
    def _days(self) -> dict[tuple[str, str, int], date]:
        return {(each.dataset, each.unit, each.period): each.day for each in self.declared}


@dataclass(frozen=True)
class NewBatch:
    """A batch whose Parquet file is written and which is to be registered."""

    dataset: str
    path: Path
    file_name: str
    file_sha256: str
    sheet: str | None
    columns: dict[str, dict[str, str]]
    rows: int
    nil_report: bool
    scopes: frozenset[tuple[str, int]]
    fictional: bool


@dataclass(frozen=True)
class BatchRecord:
    """A batch in the history: how many scopes it reported and for how many it is still the current one."""

    seq: int
    id: str
    dataset: str
    file_name: str
    file_sha256: str
    sheet: str | None
    rows: int
    nil_report: bool
    accepted_at: datetime
    accepted_by: str
    fictional: bool
    scopes: int
    live_scopes: int

    @property
    def superseded(self) -> bool:
        """Whether newer batches have taken the place of all of it."""
        return self.live_scopes == 0

    @property
    def partly_superseded(self) -> bool:
        """Whether newer batches have taken the place of some of it."""
        return 0 < self.live_scopes < self.scopes


def register_batch(
    connection: Connection, batch: NewBatch, now: datetime, user: str, *, accepted_at: str | None = None
) -> str:
    """Make a batch the current one for its scopes, inside a ``writing`` transaction, with an event; returns its id.

    ``accepted_at``: the stored moment at which another workspace has accepted it before, and from which it comes.
    """
    last = connection.scalar(_LAST) or 0
    batch_id = f"{batch.dataset}-{last + 1:06d}"
    row = {
        "seq": last + 1,
        "id": batch_id,
        "dataset": batch.dataset,
        "file_name": batch.file_name,
        "file_sha256": batch.file_sha256,
        "parquet_name": batch.path.name,
        "rows": batch.rows,
        "columns": batch.columns,
        "sheet": batch.sheet,
        "nil_report": batch.nil_report,
        "accepted_at": accepted_at or store_moment(now),
        "accepted_by": user,
        "fictional": batch.fictional,
    }
    connection.execute(batch_table.insert(), row)
    scopes = [
        {"batch_id": batch_id, "dataset": batch.dataset, "unit": unit, "period": period}
        for unit, period in sorted(batch.scopes)
    ]
    if scopes:
        connection.execute(scope_table.insert(), scopes)
    noted = describe_stored(row, batch.scopes)
    words = f"{batch.file_name}，{batch.rows} 行" if batch.rows else f"{batch.file_name}，无数据"
    words += "，主指标包收下的" if accepted_at is not None else ""
    note_event(connection, "batch", batch_id, "import", noted, now=now, actor=user, reason=words)
    return batch_id


def describe_stored(row: Mapping[str, object], scopes: Iterable[tuple[str, int]]) -> dict[str, object]:
    """A batch as the trail notes it: all columns of its row, and a hash of the scopes that it reports."""
    text = "".join(f"{unit}\t{period}\n" for unit, period in sorted(scopes))
    return {**row, "scopes_sha256": hashlib.sha256(text.encode()).hexdigest()}


def find_replaced(connection: Connection, batch_id: str) -> tuple[str, ...]:
    """The earlier batches, oldest first, that were current for some scope until this registered one took it."""
    return tuple(connection.scalars(_select_replaced(), {"batch": batch_id}))


@cache
def _select_replaced() -> sa.Select[object]:
    """Put together once: that takes longer than asking it."""
    batch_id: sa.BindParameter[str] = sa.bindparam("batch")
    scope, mine = scope_table.c, scope_table.alias()
    newest_first = sa.func.row_number().over(
        partition_by=(scope.dataset, scope.unit, scope.period), order_by=batch_table.c.seq.desc()
    )
    same_scope = sa.and_(*(mine.c[name] == scope[name] for name in ("dataset", "unit", "period")))
    aged = (
        sa.select(scope.batch_id, batch_table.c.seq, newest_first.label("age"))
        .select_from(scope_table.join(batch_table, batch_table.c.id == scope.batch_id).join(mine, same_scope))
        .where(mine.c.batch_id == batch_id)
        .where(batch_table.c.seq < sa.select(batch_table.c.seq).where(batch_table.c.id == batch_id).scalar_subquery())
        .subquery()
    )
    return sa.select(aged.c.batch_id, aged.c.seq).where(aged.c.age == 1).distinct().order_by(aged.c.seq)


_LAST = sa.select(sa.func.max(batch_table.c.seq))
#: Put together once, as all that is asked for each batch of an import.
_SAME = (
    sa.select(batch_table.c.id, batch_table.c.seq)
    .where(
        *(
            batch_table.c[name] == sa.bindparam(name)
            for name in ("file_sha256", "dataset", "parquet_name", "nil_report", "fictional")
        )
    )
    .order_by(batch_table.c.seq.desc())
)


def find_unchanged(connection: Connection, batch: NewBatch) -> str | None:
    """The id of the batch of the same bytes that is current for exactly these scopes; None if there is none."""
    given = {
        "file_sha256": batch.file_sha256,
        "dataset": batch.dataset,
        "parquet_name": batch.path.name,
        "nil_report": batch.nil_report,
        "fictional": batch.fictional,
    }
    scope, later = scope_table.c, scope_table.alias()
    for batch_id, seq in connection.execute(_SAME, given).all():
        superseded = (
            sa.select(later.c.batch_id)
            .join(batch_table, batch_table.c.id == later.c.batch_id)
            .where(*(later.c[name] == scope[name] for name in ("dataset", "unit", "period")))
            .where(batch_table.c.seq > seq)
            .exists()
        )
        held = connection.execute(sa.select(scope.unit, scope.period).where(scope.batch_id == batch_id, ~superseded))
        if {(unit, period) for unit, period in held} == batch.scopes:
            return str(batch_id)
    return None


def _select_live(datasets: Iterable[str] | None = None) -> sa.Select[Any]:
    """The scopes for which a batch is the newest: batch_id, dataset, unit, period."""
    scope = scope_table.c
    newest_first = sa.func.row_number().over(
        partition_by=(scope.dataset, scope.unit, scope.period), order_by=batch_table.c.seq.desc()
    )
    ranked = sa.select(scope_table, newest_first.label("age")).join(batch_table, batch_table.c.id == scope.batch_id)
    if datasets is not None:
        ranked = ranked.where(scope.dataset.in_(list(datasets)))
    aged = ranked.subquery()
    return sa.select(aged.c.batch_id, aged.c.dataset, aged.c.unit, aged.c.period).where(aged.c.age == 1)


def current_inputs(
    workspace: Workspace,
    pack: Pack,
    *,
    reported: Inputs | None = None,
    ledger_files: Path | None = None,
    supposed: Sequence[FindingRow] = (),
) -> Inputs:
    """What is current for the datasets of the pack, reported or kept in the ledger.

    The same store gives the same answer, in the same order. ``reported`` are :func:`reported_inputs`, where they
    have been read already. What the ledger says goes into files of the workspace, or of a folder ``ledger_files``
    that the caller throws away. ``supposed`` are findings taken as if they had been confirmed. Raises
    ReadOnlyWorkspace where the ledger has something new to say and its file cannot be written.
    """
    found = reported or reported_inputs(workspace, pack)
    files, scopes, declared = list(found.files), set(found.scopes), set(found.declared)
    store = open_workspace_store(workspace)
    with reading(store) as connection:
        # What was written beside made-up data, by people who exist as little, cannot be told from what came later.
        fictional = holds_fiction(connection)
    from data.ledger.snapshot import snapshot_ledger

    for frame in snapshot_ledger(store, pack, supposed):
        files.append(_write_ledger_file(frame, ledger_files or workspace.batches_folder, workspace, fictional))
        scopes |= {(frame.dataset.id, unit, period) for unit, period in frame.scopes}
        declared |= {Declared(frame.dataset.id, unit, period, FOR_GOOD) for unit, period in frame.complete}
    ordered = tuple(sorted(files, key=lambda file: (file.dataset, file.id)))
    return Inputs(ordered, frozenset(scopes), frozenset(declared))


def count_batches(workspace: Workspace) -> int:
    """The number of batches and declarations ever taken: what :func:`reported_inputs` says changes with it alone."""
    with reading(open_workspace_store(workspace)) as connection:
        return read_batch_count(connection)


_COUNTS = sa.select(
    sa.select(sa.func.max(batch_table.c.seq)).scalar_subquery(),
    sa.select(sa.func.count()).select_from(declaration_table).scalar_subquery(),
)


def read_batch_count(connection: Connection) -> int:
    """The same, inside a transaction."""
    batches, declarations = connection.execute(_COUNTS).one()
    return (batches or 0) + int(declarations)


def reported_inputs(workspace: Workspace, pack: Pack) -> Inputs:
    """What is current of the files that were taken in, without the ledger."""
    datasets = [dataset.id for dataset in pack.datasets]
    with reading(open_workspace_store(workspace)) as connection:
        live: dict[str, list[tuple[str, int]]] = defaultdict(list)
        scopes = set()
        for batch_id, dataset, unit, period in connection.execute(_select_live(datasets)):
            live[batch_id].append((unit, period))
            scopes.add((dataset, unit, period))
        asked = scope_table.c.dataset.in_(datasets)
        totals = sa.select(scope_table.c.batch_id, sa.func.count()).where(asked).group_by(scope_table.c.batch_id)
        reported = {batch_id: number for batch_id, number in connection.execute(totals)}
        batches = connection.execute(sa.select(batch_table).where(batch_table.c.dataset.in_(datasets))).all()
        declared = read_declared(connection, pack)
    # Who declares a register of which nothing was reported says that there is nothing.
    scopes |= {(each.dataset, unit.id, each.period) for each in declared for unit in pack.registry.units}
    files = [
        BatchFile(
            id=row.id,
            dataset=row.dataset,
            path=workspace.batches_folder / row.dataset / row.parquet_name,
            file_name=row.file_name,
            file_sha256=row.file_sha256,
            sheet=row.sheet,
            columns=row.columns,
            rows=row.rows,
            live=None if len(live[row.id]) == reported[row.id] else tuple(sorted(live[row.id])),
            fictional=row.fictional,
        )
        for row in batches
        if row.id in live
    ]
    return Inputs(tuple(files), frozenset(scopes), declared)


_KINDS = sa.select(batch_table.c.fictional).distinct()


def is_demo(connection: Connection) -> bool:
    """Whether made-up data were accepted and no others: what demo accounts, whose password all know, may see."""
    kinds = set(connection.scalars(_KINDS))
    return kinds == {True}


def is_demo_workspace(workspace: Workspace) -> bool:
    """The same of a workspace, at this moment."""
    with reading(open_workspace_store(workspace)) as connection:
        return is_demo(connection)


def holds_fiction(connection: Connection) -> bool:
    """Whether made-up data were ever accepted."""
    return connection.scalar(sa.select(batch_table.c.id).where(batch_table.c.fictional).limit(1)) is not None


def ledger_batch(dataset: str) -> str:
    """The id of the batch that the ledger fills for a dataset."""
    return f"{dataset}-ledger"


def _write_ledger_file(frame: LedgerFrame, folder: Path, workspace: Workspace, fictional: bool) -> BatchFile:
    """The rows of the ledger as a batch file: all of them are current, whatever else was reported."""
    try:
        # What writes tables knows sheets and their readers, too: commands that only look do not wait for it.
        from data.batches.parquet import write_batch

        path = write_batch(folder, frame.dataset, frame.table)
    except OSError as error:
        raise ReadOnlyWorkspace(workspace.root) from error
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return BatchFile(
        id=ledger_batch(frame.dataset.id),
        dataset=frame.dataset.id,
        path=path,
        file_name=frame.file_name,
        file_sha256=digest,
        sheet=None,
        columns={},
        rows=frame.table.num_rows,
        live=None,
        fictional=fictional and frame.table.num_rows > 0,
    )


def list_batches(workspace: Workspace) -> list[BatchRecord]:
    """Every batch ever accepted, oldest first."""
    live, scope = _select_live().subquery(), scope_table.c
    reported = sa.select(scope.batch_id, sa.func.count().label("number")).group_by(scope.batch_id).subquery()
    current = sa.select(live.c.batch_id, sa.func.count().label("number")).group_by(live.c.batch_id).subquery()
    columns = [column for column in batch_table.c if column.name not in ("parquet_name", "columns")]
    query = (
        sa.select(
            *columns,
            sa.func.coalesce(reported.c.number, 0).label("scopes"),
            sa.func.coalesce(current.c.number, 0).label("live_scopes"),
        )
        .outerjoin(reported, reported.c.batch_id == batch_table.c.id)
        .outerjoin(current, current.c.batch_id == batch_table.c.id)
        .order_by(batch_table.c.seq)
    )
    with reading(open_workspace_store(workspace)) as connection:
        rows = connection.execute(query).mappings().all()
    return [BatchRecord(**{**row, "accepted_at": datetime.fromisoformat(row["accepted_at"])}) for row in rows]
