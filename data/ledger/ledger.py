"""What is needed to work with a ledger: its store, its folder and the pack that it inspects by."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from data.ledger.refusals import Refused
from data.ledger.schema import TABLES, Record
from data.units import Registry
from data.workspace import Workspace, open_workspace_store
from indicators.model import Pack

#: What evidence may weigh unless the caller says otherwise, in bytes.
EVIDENCE_LIMIT = 200 * 1024 * 1024


@dataclass(frozen=True)
class Ledger:
    """``root`` is the workspace's folder: evidence lies under it, and the head of the trail beside the store."""

    engine: Engine
    root: Path
    pack: Pack
    evidence_limit: int = EVIDENCE_LIMIT

    @property
    def evidence_folder(self) -> Path:
        """Evidence files, each under its SHA-256."""
        return self.root / "evidence"

    @cached_property
    def registry(self) -> Registry:
        """The units by every name that they go by."""
        return Registry.from_register(self.pack.registry)


def open_ledger(workspace: Workspace, pack: Pack, evidence_limit: int = EVIDENCE_LIMIT) -> Ledger:
    """The ledger of a workspace, brought up to date. Raises what ``open_workspace_store`` raises."""
    return Ledger(open_workspace_store(workspace), workspace.root, pack, evidence_limit)


def find_record(connection: Connection, kind: str, id: str) -> Record | None:
    """The current row of an object as plain data; None if there is none."""
    table = TABLES[kind]
    row = connection.execute(sa.select(table).where(table.c.id == id)).mappings().one_or_none()
    return dict(row) if row is not None else None


def read_record(connection: Connection, kind: str, id: str) -> Record:
    """The current row of an object. Raises Refused if there is none."""
    record = find_record(connection, kind, id)
    if record is None:
        raise Refused(f"找不到「{id}」", object=kind, object_id=id)
    return record


def list_records(connection: Connection, kind: str, **equal: object) -> list[Record]:
    """The rows whose columns equal the given values, in the order of their numbers."""
    table = TABLES[kind]
    query = sa.select(table).where(*(table.c[name] == value for name, value in equal.items()))
    return [dict(row) for row in connection.execute(query.order_by(table.c.year, table.c.serial)).mappings()]
