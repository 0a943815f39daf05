"""The trail (留痕): one event per action, each bound to the one before by its hash. 篡改可发现.

The hash of an event covers every other column and the hash before it. The last one, the head, is also kept in
the file ``trail.head`` beside the store and is printed on what leaves the office: cutting off the end of the
trail, or writing it all anew, shows against a head that is kept elsewhere.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from data.store.database import reading
from data.store.drafts import draft_file
from data.store.stored_row import StoredRow
from data.store.tables import event_table, head_table, write_canonical
from indicators.entries.numbers import read_whole

GENESIS = "0" * 64
ALGORITHM = "sha256"
HEAD_FILE = "trail.head"


@dataclass(frozen=True)
class Head:
    """The last event: its number and hash. ``str()`` is what a sheet prints."""

    seq: int
    hash: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"

    @classmethod
    def parse(cls, text: str) -> Head:
        """A head as it was printed. Raises ValueError."""
        seq, _, digest = text.strip().partition(":")
        number = read_whole(seq)
        if number is None or len(digest) != 64:
            raise ValueError(f"「{text}」不是留痕链头；链头写作 序号：64 位摘要")
        return cls(number, digest)


@dataclass(frozen=True)
class TrailEvent(StoredRow):
    """An event as it is stored: who did what to which object, with what outcome; what it was and became, as JSON."""

    seq: int
    at: str
    actor: str
    object: str
    object_id: str
    version: int
    action: str
    outcome: str
    reason: str | None
    before: str | None
    after: str | None
    algorithm: str
    prev_hash: str
    hash: str


def hash_event(event: Mapping[str, Any]) -> str:
    """The hash that an event must have: over its ``prev_hash`` and all its other columns."""
    body = {name: value for name, value in event.items() if name not in ("prev_hash", "hash")}
    return hashlib.sha256((event["prev_hash"] + write_canonical(body)).encode()).hexdigest()


def append_event(
    connection: Connection,
    *,
    now: datetime,
    actor: str,
    kind: str,
    object_id: str,
    action: str,
    outcome: str,
    reason: str | None,
    before: Mapping[str, object] | None,
    after: Mapping[str, object] | None,
) -> Head:
    """Write the next event, inside a ``writing`` transaction; returns the new head."""
    last = read_head(connection)
    current = after or before
    event: dict[str, object] = {
        "seq": last.seq + 1,
        "at": now.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "actor": actor,
        "object": kind,
        "object_id": object_id,
        "version": current["version"] if current else 0,
        "action": action,
        "outcome": outcome,
        "reason": reason,
        "before": None if before is None else write_canonical(dict(before)),
        "after": None if after is None else write_canonical(dict(after)),
        "algorithm": ALGORITHM,
        "prev_hash": last.hash,
    }
    head = Head(last.seq + 1, hash_event(event))
    connection.execute(event_table.insert(), {**event, "hash": head.hash})
    kept = {"seq": head.seq, "hash": head.hash}
    if not connection.execute(head_table.update(), kept).rowcount:
        connection.execute(head_table.insert().values(id=1, **kept))
    return head


# Statements that every page asks are put together once: that takes as long as asking them.
_LAST = sa.select(event_table.c.seq, event_table.c.hash).order_by(event_table.c.seq.desc()).limit(1)


def read_head(connection: Connection) -> Head:
    """The head of the trail as it stands; number 0 of an empty one."""
    row = connection.execute(_LAST).one_or_none()
    return Head(0, GENESIS) if row is None else Head(row.seq, row.hash)


def list_events(connection: Connection, kind: str | None = None, object_id: str | None = None) -> Iterator[TrailEvent]:
    """The events in order, of one kind or one object if so asked. ``before`` and ``after`` are JSON text."""
    query = sa.select(event_table).order_by(event_table.c.seq)
    if kind is not None:
        query = query.where(event_table.c.object == kind)
    if object_id is not None:
        query = query.where(event_table.c.object_id == object_id)
    for row in connection.execute(query.execution_options(yield_per=500)).mappings():
        yield TrailEvent(**row)


def find_last_event(connection: Connection, kind: str, object_id: str) -> TrailEvent | None:
    """The last thing that was done with an object, not what was refused; None for one that never was."""
    columns = event_table.c
    mine = (columns.object == kind, columns.object_id == object_id, columns.outcome == "done")
    query = sa.select(event_table).where(*mine).order_by(columns.seq.desc()).limit(1)
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else TrailEvent(**row)


def read_version(connection: Connection, kind: str, object_id: str, version: int) -> dict[str, object] | None:
    """An object as its version stood last; None if there never was such a version."""
    columns = event_table.c
    query = (
        sa.select(columns.after)
        .where(columns.object == kind, columns.object_id == object_id, columns.version == version)
        .where(columns.outcome == "done")
        .order_by(columns.seq.desc())
        .limit(1)
    )
    text = connection.scalar(query)
    return None if text is None else dict(json.loads(text))


def export_trail(engine: Engine, file: TextIO) -> Head:
    """Write every event as a line of canonical JSON; returns the head that the file ends with."""
    with reading(engine) as connection:
        for event in list_events(connection):
            file.write(write_canonical(dict(event)) + "\n")
        return read_head(connection)


def write_head(root: Path, head: Head) -> None:
    """Keep the head in the folder, unless a later one is already there.

    A file that has gone is not made again in silence, nor one that is no head overwritten: whoever cut off the
    trail would only have to take it away. ``anchor.renew_head`` makes a new one, with an event.
    """
    known = read_head_file(root)
    if (isinstance(known, Head) and known.seq < head.seq) or (known is None and head.seq <= 1):
        replace_head(root, head)


def replace_head(root: Path, head: Head) -> None:
    """Write the file that keeps the head, whatever it held."""
    with draft_file(root) as draft:
        with draft.open("w", encoding="utf-8") as file:
            file.write(f"{head}\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(root / HEAD_FILE)


def read_head_file(root: Path) -> Head | str | None:
    """The head that the folder keeps; its text if that is no head; None if there is no file."""
    try:
        text = (root / HEAD_FILE).read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return None
    try:
        return Head.parse(text)
    except ValueError:
        return text


def decode_event(event: TrailEvent) -> dict[str, object]:
    """An event with ``before`` and ``after`` as data."""
    return {**event, "before": read_state(event.before), "after": read_state(event.after)}


def read_state(text: str | None) -> dict[str, Any] | None:
    """An object as an event has it; None where there was, or is, no such object."""
    return json.loads(text) if text else None
