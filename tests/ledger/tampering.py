"""What is done to a store behind the program's back, and by which name it must be found."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy.engine import Connection

from data.ledger.evidence import place_of
from data.ledger.users import set_password
from data.ledger.verify import verify_trail
from data.store.database import metadata, open_store, reading, writing
from data.store.migrations import SQLITE_TRIGGERS
from data.store.tables import Record, event_table, head_table
from data.trail.events import Head, hash_event, list_events, replace_head
from data.trail.faults import TrailProblem
from tests.ledger.world import World, reach

FIRST_PASSWORD, SECOND_PASSWORD = "a long enough one", "another long one"


def verify(world: World, *heads: Head) -> list[TrailProblem]:
    return verify_trail(world.ledger.engine, world.ledger.root, world.now, heads)


def faults(world: World, *heads: Head) -> set[str]:
    return {problem.fault for problem in verify(world, *heads)}


def is_postgresql(world: World) -> bool:
    return world.ledger.engine.dialect.name == "postgresql"


def unguard(connection: Connection) -> None:
    """Take the triggers away."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("ALTER TABLE ledger_event DISABLE TRIGGER USER")
    else:
        for statement in SQLITE_TRIGGERS:
            connection.exec_driver_sql(f"DROP TRIGGER {statement.split()[2]}")


def guard(connection: Connection) -> None:
    """Put the triggers back."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("ALTER TABLE ledger_event ENABLE TRIGGER USER")
    else:
        for statement in SQLITE_TRIGGERS:
            connection.exec_driver_sql(statement)


def tamper(world: World, *statements: str) -> None:
    """Run SQL with the triggers out of the way; ``{last}`` is the number of the last event."""
    last = world.head().seq
    with writing(world.ledger.engine) as connection:
        unguard(connection)
        for statement in statements:
            connection.exec_driver_sql(statement.replace("{last}", str(last)))
        guard(connection)


Deed = Callable[[World], None]


def sql(*statements: str) -> Deed:
    return lambda world: tamper(world, *statements)


def rewrite(world: World, change: Callable[[Record], Record], *, heads: bool = True) -> None:
    """Write the whole chain anew with changed events, every hash right; ``heads``: the row and the file as well."""
    with reading(world.ledger.engine) as connection:
        events = [dict(change(dict(event))) for event in list_events(connection)]
    previous = "0" * 64
    for event in events:
        event["prev_hash"] = previous
        event["hash"] = previous = hash_event(event)
    with writing(world.ledger.engine) as connection:
        unguard(connection)
        connection.execute(event_table.delete())
        connection.execute(event_table.insert(), events)
        if heads:
            connection.execute(head_table.update().values(seq=len(events), hash=previous))
        guard(connection)
    if heads:
        replace_head(world.ledger.root, Head(len(events), previous))


def take_backup(world: World) -> Callable[[], None]:
    """A copy of the store as it is; calling the answer puts it back."""
    if not is_postgresql(world):
        file = world.ledger.root / "ducha.db"
        copy = shutil.copy(file, world.ledger.root / "backup")
        return lambda: shutil.copy(copy, file) and None
    with reading(world.ledger.engine) as connection:
        rows = {table: [dict(row) for row in connection.execute(table.select()).mappings()]
                for table in metadata.sorted_tables}  # fmt: skip

    def restore() -> None:
        with writing(world.ledger.engine) as connection:
            unguard(connection)
            for table, kept in rows.items():
                connection.execute(table.delete())
                if kept:
                    connection.execute(table.insert(), kept)
            guard(connection)

    return restore


def restore_old(world: World, *, file_too: bool) -> None:
    restore, head = take_backup(world), world.head()
    reach(world, "finding", "notified")
    restore()
    if file_too:
        replace_head(world.ledger.root, head)


def cut_log(world: World) -> None:
    """Half of the write-ahead log is lost, as when a copy was made of a store in use."""
    root = world.ledger.root
    holding = sqlite3.connect(root / "ducha.db")
    holding.execute("SELECT count(*) FROM ledger_event").fetchone()
    reach(world, "finding", "notified")
    copy = Path(shutil.copytree(root, root.parent / "copy", ignore=shutil.ignore_patterns("*-shm")))
    holding.close()
    log = copy / "ducha.db-wal"
    log.write_bytes(log.read_bytes()[: log.stat().st_size // 2])
    world.ledger = replace(world.ledger, engine=open_store(copy / "ducha.db"), root=copy)


def set_marks(event: Record) -> Record:
    """The event as if half a mark had been proposed all along."""
    old, new = '"proposed_marks":"1.5"', '"proposed_marks":"0.5"'
    return {**event, **{name: event[name] and event[name].replace(old, new) for name in ("before", "after")}}


def lower_marks_everywhere(world: World) -> None:
    tamper(world, "UPDATE finding SET proposed_marks = '0.5', approved = replace(approved, '\"1.5\"', '\"0.5\"')")
    rewrite(world, set_marks)


def set_clock_back(world: World) -> None:
    half = world.head().seq // 2
    rewrite(world, lambda event: {**event, "at": "2023" + event["at"][4:]} if event["seq"] > half else event)


def set_passwords(world: World) -> None:
    """An old password, put back where a new one has been set."""
    with reading(world.ledger.engine) as connection:
        old = connection.exec_driver_sql("SELECT secret FROM ledger_password WHERE user_id = 'adm'").scalar()
    set_password(world.ledger, "adm", "adm", SECOND_PASSWORD, now=world.tick())
    tamper(world, f"UPDATE ledger_password SET secret = '{old}'".replace("%", "%%"))


def evidence_file(world: World, name: str = "ins1-zezhou") -> Path:
    return place_of(world.ledger.evidence_folder, world.row("evidence", world.evidence[name])["sha256"])


def swap_evidence(world: World) -> None:
    one, other = evidence_file(world), evidence_file(world, "gp-gaoping")
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)


def remove_head_file(world: World) -> None:
    """Cut off the last event and take away what would tell; the next save must not make it good."""
    (world.ledger.root / "trail.head").unlink()
    reach(world, "finding", "draft")


def double_number(world: World) -> None:
    """Two events of one number, in a table rebuilt without its key."""
    if is_postgresql(world):
        tamper(world, "ALTER TABLE ledger_event DROP CONSTRAINT ledger_event_pkey",
               "INSERT INTO ledger_event SELECT * FROM ledger_event WHERE seq = 5")  # fmt: skip
        return
    with writing(world.ledger.engine) as connection:
        for statement in (
            "CREATE TABLE other AS SELECT * FROM ledger_event",
            "DROP TABLE ledger_event",
            "ALTER TABLE other RENAME TO ledger_event",
            "INSERT INTO ledger_event SELECT * FROM ledger_event WHERE seq = 5",
        ):
            connection.exec_driver_sql(statement)
        guard(connection)


def append_by_hand(world: World) -> None:
    """A perfect event, but for the store's head."""
    with writing(world.ledger.engine) as connection:
        last = list(list_events(connection))[-1]
        event = {**last, "seq": last["seq"] + 1, "prev_hash": last["hash"], "outcome": "refused", "after": None}
        connection.execute(event_table.insert().values({**event, "hash": hash_event(event)}))


_COPY = (
    "INSERT INTO ledger_event SELECT {last} + 1, at, actor, object, object_id, version, action, outcome, "
    "reason, before, after, algorithm, prev_hash, hash FROM ledger_event WHERE seq = {last}"
)
_REPLACE = (
    "INSERT OR REPLACE INTO ledger_event SELECT seq, at, 'rev', object, object_id, version, action, outcome, "
    "reason, before, after, algorithm, prev_hash, hash FROM ledger_event WHERE seq = 5"
)
_USER = (
    "INSERT INTO ledger_user (id, year, serial, version, state, created_at, created_by, updated_at, "
    "updated_by, name, roles) VALUES ('evil', 2024, 99, 1, 'active', '', '', '', '', '某', '[\"admin\"]')"
)
_SWAP = (
    "UPDATE ledger_event SET seq = 100000 WHERE seq = 5",
    "UPDATE ledger_event SET seq = 5 WHERE seq = 6",
    "UPDATE ledger_event SET seq = 6 WHERE seq = 100000",
)


def change_guard(world: World) -> None:
    """The triggers stay by name and do nothing."""
    with writing(world.ledger.engine) as connection:
        if is_postgresql(world):
            connection.exec_driver_sql(
                "CREATE OR REPLACE FUNCTION ledger_event_refuse() RETURNS trigger LANGUAGE plpgsql AS "
                "$$BEGIN RETURN NEW; END$$"
            )
        else:
            connection.exec_driver_sql("DROP TRIGGER ledger_event_update")
            connection.exec_driver_sql(
                "CREATE TRIGGER ledger_event_update BEFORE UPDATE ON ledger_event BEGIN SELECT 1; END"
            )


def drop_guard(world: World) -> None:
    with writing(world.ledger.engine) as connection:
        if is_postgresql(world):
            connection.exec_driver_sql("DROP TRIGGER ledger_event_truncate ON ledger_event")
        else:
            connection.exec_driver_sql("DROP TRIGGER ledger_event_delete")


def switch_off_guard(world: World) -> None:
    with writing(world.ledger.engine) as connection:
        unguard(connection)


def add_trigger(world: World) -> None:
    """A finding is made cheaper as soon as it is written."""
    with writing(world.ledger.engine) as connection:
        if is_postgresql(world):
            connection.exec_driver_sql(
                "CREATE FUNCTION cheat() RETURNS trigger LANGUAGE plpgsql AS "
                "$$BEGIN NEW.proposed_marks = '0'; RETURN NEW; END$$"
            )
            connection.exec_driver_sql(
                "CREATE TRIGGER cheat BEFORE INSERT ON finding FOR EACH ROW EXECUTE FUNCTION cheat()"
            )
        else:
            connection.exec_driver_sql(
                "CREATE TRIGGER cheat AFTER INSERT ON finding BEGIN "
                "UPDATE finding SET proposed_marks = '0' WHERE id = NEW.id; END"
            )


@dataclass(frozen=True)
class Tampering:
    """``printed``: found only by somebody who still has a head on paper."""

    what: str
    deed: Deed
    faults: frozenset[str]
    only: str = ""
    printed: bool = False


def case(what: str, deed: Deed, *expected: str, only: str = "", printed: bool = False) -> Tampering:
    return Tampering(what, deed, frozenset(expected), only, printed)


TAMPERINGS = [
    # Events
    case("an event's actor edited", sql("UPDATE ledger_event SET actor = 'rev' WHERE seq = 5"), "changed"),
    case("a reason edited", sql("UPDATE ledger_event SET reason = '别的' WHERE seq = 5"), "changed"),
    case("an event's time set back", sql("UPDATE ledger_event SET at = '2024-01-01T00:00:00Z' WHERE seq = 9"),
         "changed", "clock"),
    case("an event's time made no time", sql("UPDATE ledger_event SET at = 'x' WHERE seq = 9"), "changed", "clock"),
    case("an event's rows made no JSON", sql("UPDATE ledger_event SET after = '{{' WHERE seq = {last}"),
         "changed", "row_changed"),
    case("an event's number given a point", sql("UPDATE ledger_event SET version = 1.5 WHERE seq = 5"), "changed",
         only="sqlite"),
    case("an event's text made no text", sql("UPDATE ledger_event SET actor = CAST(x'ff' AS TEXT) WHERE seq = 5"),
         "changed", only="sqlite"),
    case("the first event deleted", sql("DELETE FROM ledger_event WHERE seq = 1"), "missing", "row_jumped"),
    case("a middle event deleted", sql("DELETE FROM ledger_event WHERE seq = 5"), "missing", "row_invented"),
    case("the last event deleted", sql("DELETE FROM ledger_event WHERE seq = {last}"), "truncated", "row_changed"),
    case("all events deleted", sql("DELETE FROM ledger_event"), "truncated", "row_invented"),
    case("two events swapped", sql(*_SWAP), "swapped"),
    case("an event played again", sql(_COPY), "duplicate", "row_jumped", "head"),
    case("two events of one number", double_number, "duplicate", "row_jumped"),
    case("an event replaced in place", sql(_REPLACE), "changed", only="sqlite"),
    case("an event put in with a right hash", append_by_hand, "head"),
    # The guard
    case("a trigger dropped", drop_guard, "guard"),
    case("the triggers switched off", switch_off_guard, "guard"),
    case("a trigger that does nothing any more", change_guard, "guard"),
    case("a trigger added", add_trigger, "guard"),
    # Rows
    case("a state set back", sql("UPDATE finding SET state = 'draft'"), "row_changed"),
    case("marks lowered", sql("UPDATE finding SET proposed_marks = '0'"), "row_changed"),
    case("a time of a row set back", sql("UPDATE finding SET notified_on = '2024-01-01'"), "row_changed"),
    case("a list made no JSON", sql("UPDATE finding SET evidence = 'x'"), "row_changed"),
    case("a number given anew", sql("UPDATE finding SET serial = 7"), "row_changed"),
    case("a finding deleted", sql("DELETE FROM finding"), "row_missing"),
    case("a role added", sql("UPDATE ledger_user SET roles = '[\"inspector\",\"admin\"]' WHERE id = 'ins1'"),
         "row_changed"),
    case("a user put in", sql(_USER), "row_invented"),
    case("evidence pointed elsewhere", sql("UPDATE evidence SET sha256 = '../../x' WHERE serial = 1"), "row_changed"),
    # Passwords
    case("a password replaced", sql("UPDATE ledger_password SET secret = 'mine'"), "password_changed"),
    case("a password put in", sql("INSERT INTO ledger_password VALUES ('rev', 'mine', 0, NULL)"), "password_changed"),
    case("an old password put back", set_passwords, "password_changed"),
    # Files
    case("evidence changed", lambda world: evidence_file(world).write_bytes(b"%PDF-1.7\nother") and None,
         "evidence_changed"),
    case("evidence deleted", lambda world: evidence_file(world).unlink(), "evidence_missing"),
    case("evidence swapped", swap_evidence, "evidence_changed"),
    # Heads
    case("the head file deleted, and saved after", remove_head_file, "anchor"),
    case("the head file made nonsense", lambda world: (world.ledger.root / "trail.head").write_text("x\n") and None,
         "anchor"),
    case("the store's head deleted", sql("DELETE FROM ledger_head"), "head"),
    case("the store's head changed", sql(f"UPDATE ledger_head SET hash = '{'0' * 64}'"), "changed"),
    # All at once
    case("an old backup restored", lambda world: restore_old(world, file_too=False), "truncated"),
    case("an old backup restored with its head file", lambda world: restore_old(world, file_too=True), "truncated",
         printed=True),
    case("half of the log lost", cut_log, "truncated", only="sqlite"),
    case("the chain rewritten but for the heads",
         lambda world: rewrite(world, lambda event: {**event, "reason": "别的"}, heads=False), "changed"),
    case("chain, heads and rows rewritten", lower_marks_everywhere, "changed", printed=True),
    case("the chain rewritten with earlier times", set_clock_back, "clock"),
]  # fmt: skip
