"""What the host of a companion has taken in of tables that both packs ask for, taken over by the companion.

The rows are the same file; batch and event are the companion's own, so that its trail, its runs and its backup are
whole without the host. Whatever is missing is taken over, in the host's order, by whoever opens the companion next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from data.batches.parquet import is_named_after
from data.batches.records import NewBatch, register_batch
from data.batches.registers import DeclarationRow, copy_declaration
from data.runs.companions import PacksDisagree, load_host_pack, refuse_disagreements
from data.store.database import batch_table, declaration_table, reading, scope_table
from data.store.drafts import share_file
from data.store.workspace import Workspace, open_workspace_store
from data.trail.noted import noting
from indicators.entries.refusal import Refusal
from indicators.entries.tables import Dataset
from indicators.meaning.shared import list_shared
from indicators.pack.model import Pack


class SharedDataLost(Refusal):
    """A file of the host is gone, or another one."""

    def __init__(self, batch: str, path: Path) -> None:
        self.batch = batch
        super().__init__(
            f"主指标包的报送批次 {batch} 的数据文件 {path.name} 不见了或被改动过，没有接过来；"
            f"请保留现场，用 ducha verify 核对主指标包"
        )


class SharedDataMissing(Refusal):
    """A companion was to be scored before it had what its host has taken in."""

    def __init__(self, title: str) -> None:
        super().__init__(f"主指标包又收下了「{title}」的数据，这一份还没有接到，没有评分；请重新打开页面，或再运行一次")


@dataclass(frozen=True)
class Received:
    """How many batches of a table were taken over."""

    title: str
    batches: int


@dataclass(frozen=True)
class _Batch:
    """A batch of the host or of the companion; ``key`` is what it is known by in both."""

    seq: int
    id: str
    key: tuple[object, ...]
    content: NewBatch
    accepted_at: str
    accepted_by: str


@dataclass(frozen=True)
class _Taken:
    """What was taken in of one table, oldest first."""

    batches: tuple[_Batch, ...]
    declarations: tuple[DeclarationRow, ...]

    def list_after(self, own: _Taken) -> _Taken | None:
        """What the host has more than its companion; None where that has something of its own."""
        first, second = len(own.batches), len(own.declarations)
        keys = [each.key for each in self.batches[:first]], [_sign(each) for each in self.declarations[:second]]
        if keys != ([each.key for each in own.batches], [_sign(each) for each in own.declarations]):
            return None
        return _Taken(self.batches[first:], self.declarations[second:])


def _sign(row: DeclarationRow) -> tuple[object, ...]:
    return row["period"], row["complete_to"], row["declared_at"], row["declared_by"]


def receive_shared(workspace: Workspace, pack: Pack, *, now: datetime) -> tuple[Received, ...]:
    """Take over what the host has more; returns the tables of which there was something, mostly none.

    A workspace that can only be read is left as it is. Raises PacksDisagree and SharedDataLost.
    """
    engine = open_workspace_store(workspace)
    if workspace.host is None or engine.get_execution_options().get("ducha_read_only") is not None:
        return ()
    host = load_host_pack(workspace)
    assert host is not None
    tables = list_shared(host, pack)
    with reading(engine) as connection:
        if not _find_missing(workspace, connection, tables):
            return ()
    refuse_disagreements(host, pack)
    with noting(engine, workspace.root) as connection:
        missing = _find_missing(workspace, connection, tables)
        for table, taken in missing:
            _take_over(connection, workspace, table, taken, now)
    return tuple(Received(table.title, len(taken.batches)) for table, taken in missing if taken.batches)


def check_received(workspace: Workspace, pack: Pack) -> None:
    """Raise SharedDataMissing where the host has more, and PacksDisagree where its rows are none of this pack's."""
    host = load_host_pack(workspace)
    if host is None:
        return
    refuse_disagreements(host, pack)
    with reading(open_workspace_store(workspace)) as connection:
        for table, _ in _find_missing(workspace, connection, list_shared(host, pack)):
            raise SharedDataMissing(table.title)


def _find_missing(
    workspace: Workspace, connection: Connection, tables: Sequence[Dataset]
) -> list[tuple[Dataset, _Taken]]:
    """What the companion lacks, table by table; the connection is its own. Raises PacksDisagree."""
    assert workspace.host is not None
    found = []
    with reading(open_workspace_store(workspace.host)) as host:
        for table in tables:
            missing = _read_taken(host, table, workspace.host).list_after(_read_taken(connection, table, workspace))
            if missing is None:
                raise PacksDisagree([f"台账「{table.title}」（{table.id}）：这一份以前自己收过数据"])
            if missing.batches or missing.declarations:
                found.append((table, missing))
    return found


def _read_taken(connection: Connection, table: Dataset, workspace: Workspace) -> _Taken:
    batches = sa.select(batch_table).where(batch_table.c.dataset == table.id).order_by(batch_table.c.seq)
    declarations = sa.select(declaration_table).where(declaration_table.c.dataset == table.id)
    found = []
    for row in connection.execute(batches).all():
        content = NewBatch(
            dataset=row.dataset,
            path=workspace.batches_folder / row.dataset / row.parquet_name,
            file_name=row.file_name,
            file_sha256=row.file_sha256,
            sheet=row.sheet,
            columns=row.columns,
            rows=row.rows,
            nil_report=row.nil_report,
            scopes=frozenset(),
            fictional=row.fictional,
        )
        key = row.parquet_name, row.file_sha256, row.sheet, row.nil_report, row.accepted_at, row.accepted_by
        found.append(_Batch(row.seq, row.id, key, content, row.accepted_at, row.accepted_by))
    rows = [
        DeclarationRow(
            seq=row.seq,
            dataset=row.dataset,
            period=row.period,
            complete_to=row.complete_to,
            batch_seq=row.batch_seq,
            declared_at=row.declared_at,
            declared_by=row.declared_by,
        )
        for row in connection.execute(declarations.order_by(declaration_table.c.seq))
    ]
    return _Taken(tuple(found), tuple(rows))


def _take_over(connection: Connection, workspace: Workspace, table: Dataset, taken: _Taken, now: datetime) -> None:
    """Batches and declarations in the host's order: a declaration speaks of the batches before it."""
    waiting = list(taken.declarations)
    for batch in taken.batches:
        while waiting and waiting[0]["batch_seq"] < batch.seq:
            copy_declaration(connection, table, waiting.pop(0), now)
        path, scopes = _share_file(workspace, batch), _read_scopes(workspace, batch)
        content = replace(batch.content, path=path, scopes=scopes)
        register_batch(connection, content, now, batch.accepted_by, accepted_at=batch.accepted_at)
    for each in waiting:
        copy_declaration(connection, table, each, now)


def _read_scopes(workspace: Workspace, batch: _Batch) -> frozenset[tuple[str, int]]:
    assert workspace.host is not None
    scope = scope_table.c
    with reading(open_workspace_store(workspace.host)) as host:
        rows = host.execute(sa.select(scope.unit, scope.period).where(scope.batch_id == batch.id))
        return frozenset((unit, period) for unit, period in rows)


def _share_file(workspace: Workspace, batch: _Batch) -> Path:
    """The host's file in the companion's folder, by its name: one file on the disk where the disk can do so."""
    source = batch.content.path
    target = workspace.batches_folder / batch.content.dataset / source.name
    if not source.is_file() or not is_named_after(source):
        raise SharedDataLost(batch.id, source)
    target.parent.mkdir(exist_ok=True)
    if not target.exists():
        share_file(source, target)
    return target
