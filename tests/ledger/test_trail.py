"""篡改可发现: what is done to a store behind the program's back is found and named, and nothing else is.

Not proven here: that somebody who rewrites the whole chain *and* every head that was ever printed is noticed.
Twenty kinds of tampering on large stores, and rounds of killed writers, are measured in ``benchmarks/``.
"""

from __future__ import annotations

import io
import json
import multiprocessing
import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from data.ledger.evidence import place_of
from data.ledger.ledger import Ledger
from data.ledger.schema import TABLES, event_table, write_canonical
from data.ledger.trail import Head, export_trail, hash_event, list_events, read_head_file, write_head
from data.ledger.transitions import apply_transition
from data.ledger.users import set_password
from data.ledger.verify import TrailProblem, verify_trail
from data.store import open_store, reading, writing
from tests.ledger.world import World, finding_fields, found_world, reach


def verify(world: World, *heads: Head) -> list[TrailProblem]:
    return verify_trail(world.ledger.engine, world.ledger.root, world.now, heads)


def faults(world: World, *heads: Head) -> set[str]:
    return {problem.fault for problem in verify(world, *heads)}


def tamper(world: World, *statements: str) -> None:
    """Run SQL as an intruder would who has taken the triggers away first."""
    with writing(world.ledger.engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("ALTER TABLE ledger_event DISABLE TRIGGER USER")
        else:
            for name in ("update", "delete", "replace"):
                connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS ledger_event_{name}")
        for statement in statements:
            connection.exec_driver_sql(statement)


def test_an_untouched_store_has_no_fault(world: World) -> None:
    reach(world, "finding", "notified")
    assert verify(world, world.head(), Head(0, "0" * 64)) == []
    assert read_head_file(world.ledger.root) == world.head()


def test_every_column_of_every_workflow_table_is_in_the_event(world: World) -> None:
    reach(world, "rectification", "closed_done")
    reach(world, "appeal", "proposed")
    reach(world, "judgement", "given")
    reach(world, "exemption", "approved")
    seen = set()
    with reading(world.ledger.engine) as connection:
        for event in list_events(connection):
            if event["outcome"] == "done":
                seen.add(event["object"])
                assert set(json.loads(event["after"])) == set(TABLES[event["object"]].c.keys())
    assert seen == set(TABLES)


def test_canonical_json_is_one_text_and_knows_no_float() -> None:
    assert write_canonical({"b": [1, None], "a": "督"}) == '{"a":"督","b":[1,null]}'
    with pytest.raises(TypeError):
        write_canonical({"a": [{"b": 0.5}]})


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_event SET actor = 'x' WHERE seq = 3",
        "DELETE FROM ledger_event WHERE seq = 3",
        "INSERT OR REPLACE INTO ledger_event SELECT * FROM ledger_event WHERE seq = 3",
        "TRUNCATE ledger_event",
    ],
)
def test_the_store_itself_refuses_to_change_an_event(world: World, statement: str) -> None:
    other = "postgresql" if "REPLACE" in statement else "sqlite" if "TRUNCATE" in statement else ""
    if world.ledger.engine.dialect.name == other:
        statement = "DELETE FROM ledger_event"
    with pytest.raises(sa.exc.DatabaseError, match="append-only"), writing(world.ledger.engine) as connection:
        connection.exec_driver_sql(statement)
    assert faults(world) == set()


TAMPERINGS: list[tuple[str, list[str], set[str]]] = [
    ("a field of an event", ["UPDATE ledger_event SET actor = 'rev' WHERE seq = 5"], {"changed"}),
    ("a reason", ["UPDATE ledger_event SET reason = '别的' WHERE seq = 5"], {"changed"}),
    ("a middle event", ["DELETE FROM ledger_event WHERE seq = 5"], {"missing", "row_invented"}),
    ("the first event", ["DELETE FROM ledger_event WHERE seq = 1"], {"missing", "row_jumped"}),
    ("the last event", ["DELETE FROM ledger_event WHERE seq = {last}"], {"truncated", "row_changed"}),
    (
        "two events, swapped",
        [
            "UPDATE ledger_event SET seq = 100000 WHERE seq = 5",
            "UPDATE ledger_event SET seq = 5 WHERE seq = 6",
            "UPDATE ledger_event SET seq = 6 WHERE seq = 100000",
        ],
        {"swapped"},
    ),
    (
        "an old event played again",
        [
            "INSERT INTO ledger_event SELECT {last} + 1, at, actor, object, object_id, version, action, outcome, "
            "reason, before, after, algorithm, prev_hash, hash FROM ledger_event WHERE seq = {last}"
        ],
        {"duplicate", "row_jumped"},
    ),
    ("a state", ["UPDATE finding SET state = 'final'"], {"row_changed"}),
    ("proposed marks", ["UPDATE finding SET proposed_marks = '0'"], {"row_changed"}),
    ("a finding", ["DELETE FROM finding"], {"row_missing"}),
    (
        "an invented user",
        [
            "INSERT INTO ledger_user (id, year, serial, version, state, created_at, created_by, updated_at, "
            "updated_by, name, roles) VALUES ('evil', 2024, 99, 1, 'active', '', '', '', '', '某', '[\"admin\"]')"
        ],
        {"row_invented"},
    ),
    ("a password", ["UPDATE ledger_password SET secret = 'mine'"], {"password_changed"}),
    ("a password put in", ["INSERT INTO ledger_password VALUES ('rev', 'mine', 0, NULL)"], {"password_changed"}),
]


@pytest.mark.parametrize(("what", "statements", "expected"), TAMPERINGS, ids=[what for what, *_ in TAMPERINGS])
def test_tampering_is_found_and_named(world: World, what: str, statements: list[str], expected: set[str]) -> None:
    set_password(world.ledger, "adm", "adm", "a long enough one", now=world.tick())
    reach(world, "finding", "notified")
    last = world.head().seq
    tamper(world, *(statement.replace("{last}", str(last)) for statement in statements))
    found = verify(world)
    assert {problem.fault for problem in found} == expected
    assert all(str(problem) for problem in found)


def test_a_chain_written_anew_shows_against_any_head_that_was_kept_elsewhere(world: World) -> None:
    reach(world, "finding", "notified")
    printed = world.head()
    with reading(world.ledger.engine) as connection:
        events = list(list_events(connection))
    previous = events[2]["prev_hash"]
    rewritten = []
    for event in events[2:]:
        event = {**event, "actor": "rev" if event["seq"] == 3 else event["actor"], "prev_hash": previous}
        event["hash"] = previous = hash_event(event)
        rewritten.append(event)
    tamper(world, "DELETE FROM ledger_event WHERE seq >= 3")
    with writing(world.ledger.engine) as connection:
        connection.execute(event_table.insert(), rewritten)
    assert [problem.seq for problem in verify(world)] == [printed.seq]
    (world.ledger.root / "trail.head").unlink()
    write_head(world.ledger.root, world.head())
    assert verify(world) == []
    assert faults(world, printed) == {"changed"}


def test_an_old_backup_shows_against_the_head_file(world: World) -> None:
    before = world.head().seq
    reach(world, "finding", "notified")
    tamper(world, f"DELETE FROM ledger_event WHERE seq > {before}", "DELETE FROM finding")
    found = verify(world)
    assert [problem.fault for problem in found] == ["truncated"]
    assert f"第 {before + 4} 条,现在只到第 {before} 条" in str(found[0])


def test_a_head_file_that_is_gone_or_no_head_is_a_fault(world: World) -> None:
    file = world.ledger.root / "trail.head"
    file.write_text("nonsense\n")
    assert faults(world) == {"anchor"}
    file.unlink()
    assert faults(world) == {"anchor"}


def test_a_clock_set_back_is_noticed_but_not_a_few_minutes(world: World) -> None:
    world.now -= timedelta(minutes=5)
    reach(world, "finding", "draft")
    assert faults(world) == set()
    world.now -= timedelta(days=1)
    reach(world, "finding", "draft")
    assert "clock" in faults(world)


def test_changed_and_missing_evidence_is_named(world: World) -> None:
    row = world.row("evidence", world.evidence["ins1-zezhou"])
    place = place_of(world.ledger.evidence_folder, row["sha256"])
    place.write_bytes(b"%PDF-1.7\nother")
    changed = [problem for problem in verify(world) if problem.fault == "evidence_changed"]
    # The same bytes were handed in twice, as two pieces of evidence.
    assert {problem.object_id for problem in changed} == {world.evidence["ins1-zezhou"], world.evidence["zz-zezhou"]}
    place.unlink()
    assert faults(world) == {"evidence_missing"}


def test_an_export_ends_with_its_head_and_every_line_can_be_checked(world: World) -> None:
    file = io.StringIO()
    head = export_trail(world.ledger.engine, file)
    events = [json.loads(line) for line in file.getvalue().splitlines()]
    assert head == world.head() == Head(events[-1]["seq"], events[-1]["hash"])
    assert all(hash_event(event) == event["hash"] for event in events)
    assert Head.parse(str(head)) == head
    with pytest.raises(ValueError, match="不是留痕链头"):
        Head.parse("12:abc")


def test_verifying_while_others_write_gives_no_false_alarm(world: World) -> None:
    stop = threading.Event()
    failures: list[BaseException] = []

    def write() -> None:
        try:
            while not stop.is_set():
                apply_transition(world.ledger, "ins1", "finding", None, "draft", finding_fields(world), now=world.now)
        except BaseException as error:
            failures.append(error)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(15):
            assert verify(world) == []
    finally:
        stop.set()
        writer.join()
    assert failures == []


def save_many(url: str, world: World, name: str, number: int) -> None:
    """What one of eight processes does: as many findings as it is told, each a save of its own."""
    own = Ledger(open_store(url), world.ledger.root, world.ledger.pack)
    fields = {"inspection": world.inspection, "unit": "zezhou", "place": name}
    for _ in range(number):
        apply_transition(own, "ins1", "finding", None, "draft", fields, now=world.now)


def test_eight_processes_of_fifty_saves_lose_and_double_none(world: World, store_url: str) -> None:
    before = world.head().seq
    context = multiprocessing.get_context("fork")
    processes = [context.Process(target=save_many, args=(store_url, world, str(n), 50)) for n in range(8)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * 8
    rows = world.rows("finding")
    assert [row["serial"] for row in rows] == list(range(1, 401))
    assert {place: sum(row["place"] == place for row in rows) for place in map(str, range(8))} == {
        str(n): 50 for n in range(8)
    }
    assert world.head().seq == before + 400
    assert verify(world) == []


def test_a_transition_that_breaks_off_leaves_nothing(world: World) -> None:
    before, rows = world.head(), world.rows("finding")

    def fail(connection: Connection) -> None:
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        apply_transition(
            world.ledger, "ins1", "finding", None, "draft", finding_fields(world), now=world.tick(), also=fail
        )
    assert (world.head(), world.rows("finding")) == (before, rows)


def test_the_ledger_knows_its_first_administrator_only(ledger: Ledger) -> None:
    world = found_world(ledger)
    assert world.row("user", "adm")["created_by"] == "(建立台账)"
