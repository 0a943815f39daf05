"""What is needed to work with a ledger: its store, its folder and the pack that it inspects by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import overload

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from data.ledger.rows import ROW_TYPES, AnyRow, LedgerRow, name_kind
from data.register.units import Registry
from data.store.tables import TABLES, head_table
from data.store.workspace import Workspace, open_workspace_store
from data.trail.anchor import check_head
from data.trail.events import GENESIS, Head, write_head
from data.trail.faults import TrailProblem
from data.trail.refusals import RefusedAction
from indicators.pack.model import Pack

#: What evidence may weigh unless the caller says otherwise, in bytes.
EVIDENCE_LIMIT = 200 * 1024 * 1024


@dataclass(frozen=True)
class Ledger:
    """``root`` is the workspace's folder: evidence lies under it, and the head of the trail beside the store.

    ``alarms`` are what the quick look at the heads found when the ledger was opened; they forbid nothing.
    """

    engine: Engine
    root: Path
    pack: Pack
    evidence_limit: int = EVIDENCE_LIMIT
    alarms: tuple[TrailProblem, ...] = ()

    @property
    def evidence_folder(self) -> Path:
        """Evidence files, each under its SHA-256."""
        return self.root / "evidence"

    @cached_property
    def registry(self) -> Registry:
        """The units by every name that they go by."""
        return Registry.from_register(self.pack.registry)


def open_ledger(workspace: Workspace, pack: Pack, evidence_limit: int = EVIDENCE_LIMIT) -> Ledger:
    """The ledger of a workspace, brought up to date, with ``alarms``. Raises what ``open_workspace_store`` raises."""
    engine = open_workspace_store(workspace)
    read_only = engine.get_execution_options().get("ducha_read_only") is not None
    if read_only and not sa.inspect(engine).has_table(head_table.name):
        # A store of an earlier version, which cannot be brought up to date where it lies.
        return Ledger(engine, workspace.root, pack, evidence_limit)
    alarms = tuple(check_head(engine, workspace.root))
    if not read_only and not alarms:
        write_head(workspace.root, Head(0, GENESIS))
    return Ledger(engine, workspace.root, pack, evidence_limit, alarms)


@overload
def find_record(connection: Connection, kind: type[AnyRow], id: str) -> AnyRow | None: ...
@overload
def find_record(connection: Connection, kind: str, id: str) -> LedgerRow | None: ...
def find_record(connection: Connection, kind: type[LedgerRow] | str, id: str) -> LedgerRow | None:
    """The current row of an object, of a kind by its class or, where any may come, by its name; None for no object."""
    kind = name_kind(kind)
    if not id.isprintable():
        # No object has such an id, and neither store takes every character.
        return None
    row = connection.execute(_select_one(kind), {"wanted": id}).mappings().one_or_none()
    return ROW_TYPES[kind](**row) if row is not None else None


@cache
def _select_one(kind: str) -> sa.Select[object]:
    # Put together once: every page asks for somebody's account.
    table = TABLES[kind]
    return sa.select(table).where(table.c.id == sa.bindparam("wanted"))


@overload
def read_record(connection: Connection, kind: type[AnyRow], id: str) -> AnyRow: ...
@overload
def read_record(connection: Connection, kind: str, id: str) -> LedgerRow: ...
def read_record(connection: Connection, kind: type[LedgerRow] | str, id: str) -> LedgerRow:
    """The current row of an object. Raises RefusedAction if there is none."""
    record = find_record(connection, kind, id)
    if record is None:
        raise RefusedAction(f"找不到「{id}」", object=name_kind(kind), object_id=id)
    return record


@overload
def list_records(connection: Connection, kind: type[AnyRow], **equal: object) -> list[AnyRow]: ...
@overload
def list_records(connection: Connection, kind: str, **equal: object) -> list[LedgerRow]: ...
def list_records(connection: Connection, kind: type[LedgerRow] | str, **equal: object) -> Sequence[LedgerRow]:
    """The rows of a kind whose columns equal the given values, in the order of their numbers."""
    kind = name_kind(kind)
    table = TABLES[kind]
    query = sa.select(table).where(*(table.c[name] == value for name, value in equal.items()))
    return [
        ROW_TYPES[kind](**row) for row in connection.execute(query.order_by(table.c.year, table.c.serial)).mappings()
    ]
