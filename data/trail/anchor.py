"""The places where the head of the trail is kept besides the trail itself, and the quick look at them.

A store whose last events were cut off, or that was replaced by an older copy of itself, differs from ``trail.head``
in the folder; one whose events were changed by hand differs from the row that the store keeps of its own head.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from data.store.database import reading
from data.store.tables import event_table, head_table
from data.trail.events import GENESIS, HEAD_FILE, Head, read_head, read_head_file, replace_head, write_head
from data.trail.faults import TrailProblem
from data.trail.noted import note_as_administrator

_GONE = "trail.head 不见了；请系统管理员先全面核对留痕，再重立链头"


def check_head(engine: Engine, root: Path) -> list[TrailProblem]:
    """What the last event, the store's own head and ``trail.head`` say against each other: three rows and a file.

    Finds a trail that was cut off and an old copy of the store, not what was changed further back.
    """
    kept = read_head_file(root)
    with reading(engine) as connection:
        last, row = read_head(connection), read_kept_head(connection)
        seqs = {head.seq for head in (kept, row) if isinstance(head, Head)}
        columns = event_table.c
        known = connection.execute(sa.select(columns.seq, columns.hash).where(columns.seq.in_(seqs)))
        hashes = {each.seq: each.hash for each in known}
    return list(compare_heads(last, hashes, kept, row))


def read_kept_head(connection: Connection) -> Head | None:
    """The head as the store itself keeps it, outside the trail."""
    row = connection.execute(sa.select(head_table.c.seq, head_table.c.hash)).first()
    return None if row is None else Head(row.seq, row.hash)


def compare_heads(
    last: Head, hashes: Mapping[int, str], kept: Head | str | None, row: Head | None, printed: Iterable[Head] = ()
) -> Iterator[TrailProblem]:
    """What is wrong with a trail that ends with ``last``; ``hashes`` are those of its events by number."""
    hashes = {**hashes, 0: GENESIS}
    if not isinstance(kept, Head) and last.seq:
        yield TrailProblem("anchor", _GONE if kept is None else "trail.head 的内容不是链头")
    if row is None and last.seq:
        yield TrailProblem("head", "库里没有记下链头")
    elif row is not None and row.seq < last.seq:
        yield TrailProblem("head", f"库里的链头是第 {row.seq} 条，之后的记录不是经程序写入的", row.seq)
    named = [(kept, "trail.head 记下")] if isinstance(kept, Head) else []
    named += [(row, "库里记下")] if row is not None else []
    for head, where in [*named, *((head, "以前导出") for head in printed)]:
        if head.seq > last.seq:
            yield TrailProblem("truncated", f"{where}的链头是第 {head.seq} 条，现在只到第 {last.seq} 条", head.seq)
        elif hashes.get(head.seq) != head.hash:
            yield TrailProblem("changed", f"{where}的第 {head.seq} 条与现在的不同：从那时起整段被改写过", head.seq)


def renew_head(engine: Engine, root: Path, actor: str, reason: str, *, now: datetime) -> Head:
    """Keep the head in the folder anew, after its file was lost or does not fit: an event says who did so and why.

    Raises a Refused, after one ``refused`` event, for anybody but an administrator, and without a reason.
    """
    head = note_as_administrator(engine, "trail", HEAD_FILE, "renew_head", actor=actor, reason=reason, now=now)
    replace_head(root, head)
    return head


def acknowledge_clock(engine: Engine, root: Path, actor: str, reason: str, *, now: datetime) -> Head:
    """Say that the clock was rightly put back before now: earlier jumps are no problem any more, the event says why.

    Raises what :func:`renew_head` raises.
    """
    head = note_as_administrator(engine, "trail", HEAD_FILE, "acknowledge_clock", actor=actor, reason=reason, now=now)
    write_head(root, head)
    return head
