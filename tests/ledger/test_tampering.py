"""篡改可发现: what is done to a store behind the program's back is found and named by its kind, and nothing else is.

Who tampers here has the file or the database in hand, takes the triggers away and puts them back afterwards. Not
proven: that somebody who rewrites the chain, the rows, both heads *and* every printed head is noticed; nobody can.
"""

from __future__ import annotations

import multiprocessing
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import Connection

from data.ledger.anchor import check_head, renew_head
from data.ledger.evidence import place_of
from data.ledger.faults import FAULTS, TrailProblem
from data.ledger.ledger import Ledger, open_ledger
from data.ledger.migrations import SQLITE_TRIGGERS
from data.ledger.refusals import FieldRefused, RoleRefused
from data.ledger.schema import TABLES, Record, event_table, head_table
from data.ledger.trail import Head, hash_event, list_events, read_head_file, replace_head
from data.ledger.transitions import apply_transition
from data.ledger.users import set_password
from data.ledger.verify import list_unreferenced, verify_trail
from data.store import metadata, open_store, reading, writing
from data.workspace import Workspace, create_workspace
from indicators.model import Pack
from indicators.reader import find_pack
from tests.ledger.world import World, found_world, reach

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
        events = [change(event) for event in list_events(connection)]
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


@pytest.mark.parametrize("tampering", TAMPERINGS, ids=lambda tampering: tampering.what)
def test_tampering_is_found_and_named(world: World, tampering: Tampering) -> None:
    if tampering.only and world.ledger.engine.dialect.name != tampering.only:
        # What PostgreSQL itself makes impossible: other types in a column, INSERT OR REPLACE, a log beside the file.
        return
    set_password(world.ledger, "adm", "adm", FIRST_PASSWORD, now=world.tick())
    reach(world, "finding", "notified")
    reach(world, "finding", "submitted") if tampering.printed else None
    assert verify(world, world.head()) == []
    head = world.head()
    tampering.deed(world)
    # A backup is restored over what was printed last.
    printed = Head(head.seq + 4, "0" * 64) if "backup" in tampering.what else head
    if tampering.printed:
        assert verify(world) == []
    found = verify(world, *([printed] if tampering.printed else []))
    assert {problem.fault for problem in found} == tampering.faults
    assert all(str(problem).startswith(FAULTS[problem.fault] + ":") and problem.sentence for problem in found)


def test_there_are_enough_kinds_of_tampering_and_every_fault_has_one() -> None:
    assert len(TAMPERINGS) >= 40
    assert len({tampering.what for tampering in TAMPERINGS}) == len(TAMPERINGS)
    # An event that does not join on to the one before it needs a hash that is right for another chain: see below.
    assert {fault for tampering in TAMPERINGS for fault in tampering.faults} == set(FAULTS) - {"relinked"}


def test_an_edited_event_with_a_hash_made_anew_no_longer_joins_on(world: World) -> None:
    with reading(world.ledger.engine) as connection:
        event = {**list(list_events(connection))[4], "reason": "别的"}
    with writing(world.ledger.engine) as connection:
        unguard(connection)
        new = {"reason": "别的", "hash": hash_event(event)}
        connection.execute(event_table.update().where(event_table.c.seq == 5).values(new))
        guard(connection)
    assert [(problem.fault, problem.seq) for problem in verify(world)] == [("relinked", 6)]


def test_what_is_named_is_where_it_happened(world: World) -> None:
    id = reach(world, "finding", "notified")
    tamper(world, "UPDATE finding SET proposed_marks = '0', state = 'final'", "DELETE FROM ledger_event WHERE seq = 5")
    found = {problem.fault: problem for problem in verify(world)}
    assert str(found["missing"]) == "缺号:第 5 条不见了"
    assert str(found["row_changed"]) == f"数据与留痕不符:{id} 的 state、proposed_marks 不是经程序改的"
    assert found["row_changed"].object_id == id


def test_a_thousand_broken_events_take_no_longer_than_reading_them(world: World) -> None:
    with writing(world.ledger.engine) as connection:
        last = list(list_events(connection))[-1]
        rows = [{**last, "seq": last["seq"] + n, "hash": f"{n:064d}"} for n in range(1, 1001)]
        connection.execute(event_table.insert(), rows)
    found = verify(world)
    assert sum(problem.fault == "changed" for problem in found) == 1000


def test_evidence_with_the_same_bytes_is_named_for_every_piece(world: World) -> None:
    evidence_file(world).write_bytes(b"%PDF-1.7\nother")
    changed = {problem.object_id for problem in verify(world) if problem.fault == "evidence_changed"}
    assert changed == {world.evidence["ins1-zezhou"], world.evidence["zz-zezhou"]}


def test_a_file_that_nobody_refers_to_is_listed_and_no_fault(world: World) -> None:
    folder = world.ledger.evidence_folder
    assert list_unreferenced(world.ledger.engine, world.ledger.root) == []
    stray = place_of(folder, "ab" * 32)
    stray.parent.mkdir(exist_ok=True)
    for path in (stray, folder / ".broken-off.tmp"):
        path.write_bytes(b"%PDF-1.7\n")
    assert set(list_unreferenced(world.ledger.engine, world.ledger.root)) == {stray, folder / ".broken-off.tmp"}
    assert verify(world) == []


# At opening


@pytest.fixture
def office(tmp_path: Path, store_url: str, pack: Pack) -> World:
    """A workspace with its ledger."""
    workspace = create_workspace(tmp_path / "office", find_pack("jincheng-2021-2025"))
    if "://" in store_url:
        (workspace.root / "store.url").write_text(store_url + "\n", encoding="utf-8")
    return found_world(open_ledger(workspace, pack))


def reopen(world: World) -> Ledger:
    return open_ledger(Workspace(world.ledger.root), world.ledger.pack)


def test_an_empty_ledger_has_a_head_file_from_its_first_opening(tmp_path: Path, pack: Pack) -> None:
    workspace = create_workspace(tmp_path / "office", find_pack("jincheng-2021-2025"))
    assert open_ledger(workspace, pack).alarms == ()
    assert read_head_file(workspace.root) == Head(0, "0" * 64)


def test_opening_names_what_the_heads_say_against_each_other(office: World) -> None:
    assert reopen(office).alarms == ()
    last = office.head().seq
    tamper(office, "DELETE FROM ledger_event WHERE seq = {last}")
    assert [str(alarm) for alarm in reopen(office).alarms] == [
        f"末尾被截去:trail.head 记下的链头是第 {last} 条,现在只到第 {last - 1} 条",
        f"末尾被截去:库里记下的链头是第 {last} 条,现在只到第 {last - 1} 条",
    ]


def test_a_head_file_that_is_gone_comes_back_only_by_an_administrator_and_with_an_event(office: World) -> None:
    root, engine = office.ledger.root, office.ledger.engine
    (root / "trail.head").unlink()
    reach(office, "finding", "draft")
    assert [alarm.fault for alarm in reopen(office).alarms] == ["anchor"]
    assert "重立链头" in reopen(office).alarms[0].sentence
    before = office.head().seq
    with pytest.raises(RoleRefused, match="只有系统管理才能重立链头"):
        renew_head(engine, root, "lead", "不见了", now=office.tick())
    with pytest.raises(FieldRefused, match="请写明理由"):
        renew_head(engine, root, "adm", "  ", now=office.tick())
    assert office.head().seq == before + 2 and read_head_file(root) is None
    head = renew_head(engine, root, "adm", "磁盘更换时漏拷,已全面核对", now=office.tick())
    assert head == office.head() == read_head_file(root)
    assert reopen(office).alarms == () and verify(office) == []


def test_the_quick_look_reads_no_more_for_a_longer_trail(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("data.ledger.trail.list_events", None)
    assert check_head(world.ledger.engine, world.ledger.root) == []


# While others write


def write_until(url: str, root: Path, pack: Pack, inspection: str, now: Any, stop: Any) -> None:
    """What a writing process does: drafts and edits, one after the other."""
    ledger = Ledger(open_store(url), root, pack)
    while not stop.is_set():
        fields = {"inspection": inspection, "unit": "zezhou"}
        row = apply_transition(ledger, "ins1", "finding", None, "draft", fields, now=now)
        apply_transition(ledger, "ins2", "finding", row["id"], "edit", {"place": "县"}, base_version=1, now=now)


def test_an_untouched_store_gives_no_alarm_while_four_processes_write(world: World, store_url: str) -> None:
    context = multiprocessing.get_context("fork")
    stop, before = context.Event(), world.head().seq
    arguments = (store_url, world.ledger.root, world.ledger.pack, world.inspection, world.now, stop)
    writers = [context.Process(target=write_until, args=arguments) for _ in range(4)]
    for writer in writers:
        writer.start()
    try:
        for _ in range(12):
            assert verify(world) == []
            assert check_head(world.ledger.engine, world.ledger.root) == []
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    assert [writer.exitcode for writer in writers] == [0] * 4
    assert world.head().seq > before + 8
    assert verify(world, world.head()) == []


def test_every_workflow_table_is_looked_at(world: World) -> None:
    # A row in any table that no event tells of is found, whatever the kind of object.
    reach(world, "rectification", "required")
    reach(world, "appeal", "filed")
    reach(world, "judgement", "given")
    reach(world, "exemption", "proposed")
    tamper(world, *(f"UPDATE {table.name} SET updated_by = 'x'" for table in TABLES.values()))
    assert {problem.object for problem in verify(world) if problem.fault == "row_changed"} == set(TABLES)
