"""The trail holds one whole event for everything that is done, and nothing is lost or doubled when many write at once.

What is done to a store behind the program's back stands in ``test_tampering``, killed writers in ``test_kills``.
"""

from __future__ import annotations

import io
import json
import multiprocessing
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from data.ledger.ledger import Ledger
from data.ledger.transitions import apply_transition
from data.ledger.verify import TrailProblem, verify_trail
from data.store.database import open_store, reading, writing
from data.store.tables import TABLES, write_canonical
from data.trail.events import Head, export_trail, hash_event, list_events, read_head_file
from tests.ledger.world import World, finding_fields, found_world, reach


def verify(world: World, *heads: Head) -> list[TrailProblem]:
    return verify_trail(world.ledger.engine, world.ledger.root, world.now, heads)


def faults(world: World, *heads: Head) -> set[str]:
    return {problem.fault for problem in verify(world, *heads)}


def test_an_untouched_store_has_no_fault(world: World) -> None:
    reach(world, "finding", "notified")
    assert verify(world, world.head(), Head(0, "0" * 64)) == []
    assert read_head_file(world.ledger.root) == world.head()


def test_every_column_of_every_workflow_table_is_in_the_event(world: World) -> None:
    reach(world, "rectification", "closed_done")
    reach(world, "appeal", "proposed")
    reach(world, "judgement", "given")
    reach(world, "exemption", "approved")
    reach(world, "rules", "approved")
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


def test_a_clock_set_back_is_noticed_but_not_a_few_minutes(world: World) -> None:
    world.now -= timedelta(minutes=5)
    reach(world, "finding", "draft")
    assert faults(world) == set()
    world.now -= timedelta(days=1)
    reach(world, "finding", "draft")
    assert "clock" in faults(world)


def test_an_export_ends_with_its_head_and_every_line_can_be_checked(world: World) -> None:
    file = io.StringIO()
    head = export_trail(world.ledger.engine, file)
    events = [json.loads(line) for line in file.getvalue().splitlines()]
    assert head == world.head() == Head(events[-1]["seq"], events[-1]["hash"])
    assert all(hash_event(event) == event["hash"] for event in events)
    assert Head.parse(str(head)) == head
    with pytest.raises(ValueError, match="不是留痕链头"):
        Head.parse("12:abc")


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
    assert world.row("user", "adm")["created_by"] == "（建立台账）"
