"""Verification of the trail: that no event was changed, lost or put in, and that rows and files agree with it.

The trail is read once, in order, and never held: a hundred thousand events need no more memory than the newest
state of every object. Nothing that stands in the store is trusted to have the type or form that it should.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, Row

from data.ledger.evidence import place_of
from data.ledger.fields import name_field
from data.ledger.users import hash_secret
from data.store.database import reading
from data.store.tables import TABLES, Canonical, Record, evidence_table, password_table, user_table, write_canonical
from data.trail.anchor import compare_heads, read_kept_head
from data.trail.events import GENESIS, Head, TrailEvent, hash_event, list_events, read_head_file
from data.trail.faults import FAULTS, Fault, TrailProblem
from data.trail.guard import check_guard

__all__ = ["CLOCK_SLACK", "FAULTS", "Fault", "TrailProblem", "list_unreferenced", "verify_trail"]

#: How far clocks of several machines, and writers that wait, may differ without a word.
CLOCK_SLACK = timedelta(minutes=10)
#: With more broken events than this it is no longer told whether one of them was only moved.
MOST_MOVED = 100
_SHA256 = re.compile("[0-9a-f]{64}")


def verify_trail(
    engine: Engine, root: Path, now: datetime, known_heads: Iterable[Head] = (), *, files: bool = True
) -> list[TrailProblem]:
    """Everything that is wrong with the ledger in ``root``; an empty list if nothing is.

    ``known_heads`` are heads that were printed or exported earlier: each must still be in the chain. With
    ``files`` False evidence is not read, only looked for. Others may write meanwhile.
    """
    # Before the transaction: a head that is written during it would be later than what it sees.
    kept, printed = read_head_file(root), list(known_heads)
    with reading(engine) as connection:
        _read_what_is_no_text(connection)
        row = read_kept_head(connection)
        wanted = {head.seq for head in (kept, row, *printed) if isinstance(head, Head)}
        chain, clock, replay = _Chain(wanted), _Clock(), _Replay()
        for event in list_events(connection):
            chain.take(event)
            clock.take(event)
            replay.take(event)
        problems = [*chain.finish(), *compare_heads(chain.last, chain.hashes, kept, row, printed)]
        problems += [*check_guard(connection), *clock.finish(now), *replay.finish(connection)]
        problems += _check_passwords(connection)
        evidence = _list_evidence(connection)
    problems += _check_files(engine, root / "evidence", evidence, whole=files)
    return problems


def list_unreferenced(engine: Engine, root: Path) -> list[Path]:
    """Files in the evidence folder that no evidence names, as a broken-off save leaves them: no sign of tampering.

    One that is being stored while this looks may be among them.
    """
    folder = root / "evidence"
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    with reading(engine) as connection:
        known = {place_of(folder, row.sha256) for row in _list_evidence(connection)}
    return [path for path in files if path not in known]


def _read_what_is_no_text(connection: Connection) -> None:
    """Let SQLite hand over text that is no UTF-8, which otherwise would end the verification with an error."""
    driver: Any = connection.connection.dbapi_connection
    if connection.dialect.name == "sqlite":
        driver.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")


class _Chain:
    """Every event has its hash, its number and the hash of the one before it."""

    def __init__(self, wanted: set[int]) -> None:
        self.last = Head(0, GENESIS)
        self.hashes: dict[int, str] = {}
        self._wanted = wanted
        self._last_bad = False
        self._first: dict[str, int] = {}
        self._problems: list[TrailProblem] = []
        self._broken: list[TrailEvent] = []
        self._many: list[int] = []

    def take(self, event: TrailEvent) -> None:
        """The next event."""
        seq, bad, last = event.seq, not _is_whole(event), self.last
        first = self._first.setdefault(event.hash, seq)
        if seq == last.seq or (bad and first < seq):
            self._find("duplicate", f"第 {seq} 条是第 {last.seq if seq == last.seq else first} 条的重复", seq)
        elif seq > last.seq + 1:
            gap = f"第 {last.seq + 1} 条" + (f"到第 {seq - 1} 条" if seq > last.seq + 2 else "")
            self._find("missing", f"{gap}不见了", seq)
        if bad and first >= seq:
            if len(self._broken) < MOST_MOVED:
                self._broken.append(event)
            else:
                self._many.append(seq)
        elif not bad and not self._last_bad and seq == last.seq + 1 and event.prev_hash != last.hash:
            self._find("relinked", f"第 {seq} 条不接在现在的第 {last.seq} 条后面", seq)
        if seq in self._wanted:
            self.hashes[seq] = event.hash
        self.last, self._last_bad = Head(seq, event.hash), bad

    def finish(self) -> list[TrailProblem]:
        """What was found, in the order of the events."""
        seqs = [event.seq for event in self._broken]
        for event in self._broken:
            origin = None if self._many else _find_origin(event, seqs)
            if origin is not None:
                self._find("swapped", f"第 {event.seq} 条原来是第 {origin} 条", event.seq)
            else:
                self._name_changed(event.seq)
        for seq in self._many:
            self._name_changed(seq)
        return sorted(self._problems, key=lambda problem: problem.seq or 0)

    def _name_changed(self, seq: int) -> None:
        self._find("changed", f"第 {seq} 条的内容与它的摘要不符", seq)

    def _find(self, fault: Fault, sentence: str, seq: int) -> None:
        self._problems.append(TrailProblem(fault, sentence, seq))


def _is_whole(event: TrailEvent) -> bool:
    try:
        return bool(hash_event(event) == event.hash)
    except (TypeError, ValueError):
        # A number with a point, bytes, or text that is none: no event was ever written with it.
        return False


def _find_origin(event: TrailEvent, seqs: list[int]) -> int | None:
    """The number under which a misplaced event would be whole."""
    return next((seq for seq in seqs if seq != event.seq and _is_whole(replace(event, seq=seq))), None)


class _Clock:
    """Writers read their clocks before they wait for each other, and so may come in a little out of order."""

    def __init__(self) -> None:
        self._latest: tuple[datetime, int] | None = None
        self._problems: list[TrailProblem] = []
        self._jumps: list[TrailProblem] = []

    def take(self, event: TrailEvent) -> None:
        """The next event."""
        seq = event.seq
        if (event.object, event.action, event.outcome) == ("trail", "acknowledge_clock", "noted"):
            self._jumps.clear()
        try:
            at = datetime.fromisoformat(event.at)
            back = self._latest is not None and at < self._latest[0] - CLOCK_SLACK
        except (TypeError, ValueError):
            self._problems.append(TrailProblem("clock", f"第 {seq} 条的时间「{event.at}」读不懂", seq))
            return
        if back:
            # Told once for a clock that was put back, and not for every event after it.
            sentence = f"第 {seq} 条的时间 {event.at} 早于之前的记录；确属校时的，由系统管理说明理由确认一次"
            self._jumps.append(TrailProblem("clock", sentence, seq))
        if self._latest is None or back or at > self._latest[0]:
            self._latest = (at, seq)

    def finish(self, now: datetime) -> list[TrailProblem]:
        """What was found."""
        if self._latest is not None and self._latest[0] > now + CLOCK_SLACK:
            at, seq = self._latest
            self._problems.append(TrailProblem("clock", f"第 {seq} 条的时间 {at.isoformat()} 在将来", seq))
        return [*self._problems, *self._jumps]


class _Replay:
    """Every event begins where the one before it ended, and every row is what its last event left."""

    def __init__(self) -> None:
        self._last: dict[tuple[str, str], str | None] = {}
        self._problems: list[TrailProblem] = []

    def take(self, event: TrailEvent) -> None:
        """The next event."""
        if event.outcome != "done":
            return
        key = (event.object, event.object_id)
        before, last = event.before, self._last.get(key)
        # Both were written the same way, so that the same content is the same text.
        if before != last and (before is None or last is None or not _is_same(_parse(before), _parse(last))):
            sentence = f"{event.object_id} 在第 {event.seq} 条之前的样子，与它上一次留痕不符"
            self._problems.append(TrailProblem("row_jumped", sentence, event.seq, *key))
        self._last[key] = event.after

    def finish(self, connection: Connection) -> list[TrailProblem]:
        """What was found, after a look at every row."""
        for kind, table in TABLES.items():
            canonical = {column.name for column in table.c if isinstance(column.type, Canonical)}
            columns = [sa.type_coerce(column, sa.Text).label(column.name) for column in table.c]
            query = sa.select(*columns).order_by(table.c.year, table.c.serial).execution_options(yield_per=1000)
            for row in connection.execute(query).mappings():
                self._check_row(kind, dict(row), canonical)
        for key in self._last:
            self._problems.append(TrailProblem("row_missing", f"{key[1]} 有留痕，而数据不见了", None, *key))
        return self._problems

    def _check_row(self, kind: str, row: Record, canonical: set[str]) -> None:
        key = (kind, row["id"])
        if key not in self._last:
            self._problems.append(TrailProblem("row_invented", f"{key[1]} 不是经程序写入的", None, *key))
            return
        after = _parse(self._last.pop(key))
        left = after if isinstance(after, dict) else {}
        expected = {
            name: write_canonical(value) if name in canonical and value is not None else value
            for name, value in left.items()
        }
        if not _is_same(row, expected):
            names = "、".join(_name_column(key[0], name) for name in row if row[name] != expected.get(name))
            self._problems.append(TrailProblem("row_changed", f"{key[1]} 的「{names}」不是经程序改的", None, *key))


def _name_column(kind: str, name: str) -> str:
    """What people call a column; its own name where they have none for it."""
    return "状态" if name == "state" else name_field(kind, name)


def _parse(text: Any) -> object:
    try:
        return json.loads(text)
    except (TypeError, ValueError):
        return text


def _is_same(one: object, other: object) -> bool:
    """Whether two rows agree; a column that a later migration added was empty before."""
    if not isinstance(one, dict) or not isinstance(other, dict):
        return bool(one == other)
    return all(one.get(name) == other.get(name) for name in one.keys() | other.keys())


def _check_passwords(connection: Connection) -> Iterator[TrailProblem]:
    secrets = {row.user_id: row.secret for row in connection.execute(sa.select(password_table))}
    for user in connection.execute(sa.select(user_table.c.id, user_table.c.credential)):
        secret = secrets.pop(user.id, None)
        if (None if secret is None else _digest(secret)) != user.credential:
            yield TrailProblem("password_changed", f"{user.id} 的密码不是经程序设置的", None, "user", user.id)
    for id in secrets:
        yield TrailProblem("password_changed", f"密码表里的 {id} 不是用户", None, "user", id)


def _digest(secret: object) -> str:
    return hash_secret(secret) if isinstance(secret, str) else ""


def _list_evidence(connection: Connection) -> Sequence[Row[object, object, object, object, object]]:
    columns = evidence_table.c
    rows = connection.execute(sa.select(columns.id, columns.sha256, columns.state, columns.original_name, columns.size))
    # A row whose hash is none is named as changed; there is no file to look for.
    return [row for row in rows if isinstance(row.sha256, str) and _SHA256.fullmatch(row.sha256)]


def _check_files(
    engine: Engine, folder: Path, evidence: Iterable[Row[object, object, object, object, object]], *, whole: bool
) -> Iterator[TrailProblem]:
    """Evidence that is gone, or is other bytes, and whose destruction nobody has ordered on the trail."""
    checked: dict[str, Fault | None] = {}
    for row in evidence:
        if row.state == "redacted":
            continue
        if row.sha256 not in checked:
            checked[row.sha256] = _check_file(place_of(folder, row.sha256), row.sha256, row.size, whole)
        fault = checked[row.sha256]
        if fault is not None and not _was_redacted(engine, row.id):
            yield TrailProblem(fault, f"{row.id}（{row.original_name}）", None, "evidence", row.id)


def _check_file(path: Path, sha256: str, size: int, whole: bool) -> Fault | None:
    try:
        if not whole:
            return None if path.stat().st_size == size else "evidence_changed"
        with path.open("rb") as file:
            return None if hashlib.file_digest(file, "sha256").hexdigest() == sha256 else "evidence_changed"
    except OSError:
        return "evidence_missing"


def _was_redacted(engine: Engine, id: str) -> bool:
    # It may have been redacted between the look at the rows and the look at the files.
    columns = evidence_table.c
    with reading(engine) as connection:
        return connection.scalar(sa.select(columns.state).where(columns.id == id)) == "redacted"
