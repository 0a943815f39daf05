"""Verification of the trail: that no event was changed, lost or put in, and that rows and files agree with it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from data.ledger.evidence import place_of
from data.ledger.ledger import list_records
from data.ledger.schema import TABLES, Record, event_table, password_table
from data.ledger.trail import GENESIS, Head, hash_event, list_events, read_head_file
from data.ledger.users import hash_secret
from data.store import reading

Fault = Literal[
    "duplicate",
    "missing",
    "changed",
    "swapped",
    "relinked",
    "truncated",
    "anchor",
    "clock",
    "row_changed",
    "row_missing",
    "row_invented",
    "row_jumped",
    "password_changed",
    "evidence_missing",
    "evidence_changed",
]

#: How far clocks of several machines, and writers that wait, may differ without a word.
CLOCK_SLACK = timedelta(minutes=10)

FAULTS: dict[Fault, str] = {
    "duplicate": "重复",
    "missing": "缺号",
    "changed": "内容不符",
    "swapped": "次序被调换",
    "relinked": "前后不相接",
    "truncated": "末尾被截去",
    "anchor": "链头文件不见了或读不懂",
    "clock": "时间倒退",
    "row_changed": "数据与留痕不符",
    "row_missing": "数据被删除",
    "row_invented": "数据没有留痕",
    "row_jumped": "留痕前后不相接",
    "password_changed": "密码被替换",
    "evidence_missing": "证据文件不见了",
    "evidence_changed": "证据文件被改动",
}


@dataclass(frozen=True)
class TrailProblem:
    """A fault of the ledger: which, where (an event's number or an object), and in words."""

    fault: Fault
    sentence: str
    seq: int | None = None
    object: str | None = None
    object_id: str | None = None

    def __str__(self) -> str:
        return f"{FAULTS[self.fault]}:{self.sentence}"


def verify_trail(
    engine: Engine, root: Path, now: datetime, known_heads: Iterable[Head] = (), *, files: bool = True
) -> list[TrailProblem]:
    """Everything that is wrong with the ledger in ``root``; an empty list if nothing is.

    ``known_heads`` are heads that were printed or exported earlier: each must still be in the chain. With
    ``files`` False the evidence files are not read. Others may write meanwhile.
    """
    # Before the transaction: a head that is written during it would be later than what it sees.
    kept = read_head_file(root)
    with reading(engine) as connection:
        events = list(list_events(connection))
        problems = [*_check_chain(events), *_check_heads(events, kept, known_heads), *_check_clock(events, now)]
        problems += _check_rows(connection, events)
        problems += _check_passwords(connection)
        evidence = list_records(connection, "evidence")
    if files:
        problems += _check_files(engine, root / "evidence", evidence)
    return problems


def check_head(engine: Engine, root: Path) -> list[TrailProblem]:
    """The cheap part of :func:`verify_trail`: whether the head that the folder keeps is still in the chain."""
    kept = read_head_file(root)
    with reading(engine) as connection:
        query = sa.select(event_table).order_by(event_table.c.seq.desc()).limit(1)
        events = [dict(row) for row in connection.execute(query).mappings()]
        if isinstance(kept, Head) and events and kept.seq < events[0]["seq"]:
            query = sa.select(event_table).where(event_table.c.seq == kept.seq)
            events = [*(dict(row) for row in connection.execute(query).mappings()), *events]
    return list(_check_heads(events, kept, ()))


def _check_chain(events: Sequence[Record]) -> Iterator[TrailProblem]:
    broken = [event for event in events if hash_event(event) != event["hash"]]
    seqs = [event["seq"] for event in broken]
    last_seq, last_hash, last_bad = 0, GENESIS, False
    hashes = {event["hash"]: event["seq"] for event in reversed(events)}
    for event in events:
        seq = event["seq"]
        bad = event["hash"] != hash_event(event)
        if seq == last_seq or (bad and hashes[event["hash"]] < seq):
            first = last_seq if seq == last_seq else hashes[event["hash"]]
            yield TrailProblem("duplicate", f"第 {seq} 条是第 {first} 条的重复", seq)
        elif seq > last_seq + 1:
            gap = f"第 {last_seq + 1} 条" + (f"到第 {seq - 1} 条" if seq > last_seq + 2 else "")
            yield TrailProblem("missing", f"{gap}不见了", seq)
        if bad and hashes[event["hash"]] >= seq:
            origin = _find_origin(event, seqs)
            if origin is not None:
                yield TrailProblem("swapped", f"第 {seq} 条原来是第 {origin} 条", seq)
            else:
                yield TrailProblem("changed", f"第 {seq} 条的内容与它的摘要不符", seq)
        elif not bad and not last_bad and seq == last_seq + 1 and event["prev_hash"] != last_hash:
            yield TrailProblem("relinked", f"第 {seq} 条不接在现在的第 {last_seq} 条后面", seq)
        last_seq, last_hash, last_bad = seq, event["hash"], bad


def _find_origin(event: Record, seqs: Sequence[int]) -> int | None:
    """The number under which a misplaced event would be whole."""
    others = (seq for seq in seqs if seq != event["seq"])
    return next((seq for seq in others if hash_event({**event, "seq": seq}) == event["hash"]), None)


def _check_heads(
    events: Sequence[Record], kept: Head | str | None, known_heads: Iterable[Head]
) -> Iterator[TrailProblem]:
    hashes = {event["seq"]: event["hash"] for event in events} | {0: GENESIS}
    last = events[-1]["seq"] if events else 0
    if not isinstance(kept, Head) and events:
        yield TrailProblem("anchor", "trail.head " + ("不见了" if kept is None else "的内容不是链头"))
    named = [(kept, "trail.head 记下")] if isinstance(kept, Head) else []
    for head, where in [*named, *((head, "以前导出") for head in known_heads)]:
        if head.seq > last:
            yield TrailProblem("truncated", f"{where}的链头是第 {head.seq} 条,现在只到第 {last} 条", head.seq)
        elif hashes.get(head.seq) != head.hash:
            yield TrailProblem("changed", f"{where}的第 {head.seq} 条与现在的不同:从那时起整段被改写过", head.seq)


def _check_clock(events: Sequence[Record], now: datetime) -> Iterator[TrailProblem]:
    # Writers read their clocks before they wait for each other, and so may come in a little out of order.
    latest: datetime | None = None
    for event in events:
        at = datetime.fromisoformat(event["at"])
        if latest is not None and at < latest - CLOCK_SLACK:
            yield TrailProblem("clock", f"第 {event['seq']} 条的时间 {event['at']} 早于之前的记录", event["seq"])
        latest = at if latest is None else max(at, latest)
    if latest is not None and latest > now + CLOCK_SLACK:
        yield TrailProblem("clock", f"有记录的时间 {latest.isoformat()} 在将来", events[-1]["seq"])


def _check_rows(connection: Connection, events: Sequence[Record]) -> Iterator[TrailProblem]:
    """Replay: every event begins where the one before it ended, and every row is what its last event left."""
    last: dict[tuple[str, str], Record] = {}
    for event in events:
        if event["outcome"] != "done":
            continue
        key = (event["object"], event["object_id"])
        before = json.loads(event["before"]) if event["before"] else None
        if not _is_same(before, last.get(key)):
            sentence = f"{event['object_id']} 在第 {event['seq']} 条之前的样子,与它上一次留痕不符"
            yield TrailProblem("row_jumped", sentence, event["seq"], *key)
        last[key] = json.loads(event["after"])
    rows = {(kind, row["id"]): row for kind in TABLES for row in list_records(connection, kind)}
    for key, after in last.items():
        row = rows.get(key)
        if row is None:
            yield TrailProblem("row_missing", f"{key[1]} 有留痕,而数据不见了", None, *key)
        elif not _is_same(row, after):
            names = "、".join(name for name in row if row[name] != after.get(name))
            yield TrailProblem("row_changed", f"{key[1]} 的 {names} 不是经程序改的", None, *key)
    for key in rows.keys() - last.keys():
        yield TrailProblem("row_invented", f"{key[1]} 不是经程序写入的", None, *key)


def _is_same(row: Record | None, other: Record | None) -> bool:
    """Whether two rows agree; a column that a later migration added was empty before."""
    if row is None or other is None:
        return row is other
    return all(row.get(name) == other.get(name) for name in row.keys() | other.keys())


def _check_passwords(connection: Connection) -> Iterator[TrailProblem]:
    secrets = {row.user_id: row.secret for row in connection.execute(sa.select(password_table))}
    for user in list_records(connection, "user"):
        secret = secrets.pop(user["id"], None)
        if (None if secret is None else hash_secret(secret)) != user["credential"]:
            yield TrailProblem("password_changed", f"{user['id']} 的密码不是经程序设置的", None, "user", user["id"])
    for id in secrets:
        yield TrailProblem("password_changed", f"密码表里的 {id} 不是用户", None, "user", id)


def _check_files(engine: Engine, folder: Path, evidence: Sequence[Record]) -> Iterator[TrailProblem]:
    checked: dict[str, Fault | None] = {}
    for row in evidence:
        if row["state"] == "redacted":
            continue
        if row["sha256"] not in checked:
            checked[row["sha256"]] = _check_file(place_of(folder, row["sha256"]), row["sha256"])
        fault = checked[row["sha256"]]
        if fault is not None and not _was_redacted(engine, row["id"]):
            yield TrailProblem(fault, f"{row['id']}({row['original_name']})", None, "evidence", row["id"])


def _check_file(path: Path, sha256: str) -> Fault | None:
    try:
        with path.open("rb") as file:
            return None if hashlib.file_digest(file, "sha256").hexdigest() == sha256 else "evidence_changed"
    except OSError:
        return "evidence_missing"


def _was_redacted(engine: Engine, id: str) -> bool:
    # It may have been redacted between the look at the rows and the look at the files.
    with reading(engine) as connection:
        return any(row["state"] == "redacted" for row in list_records(connection, "evidence", id=id))
