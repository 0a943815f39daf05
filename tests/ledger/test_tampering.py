"""篡改可发现: what is done to a store behind the program's back is found and named by its kind, and nothing else is.

Who tampers here has the file or the database in hand, takes the triggers away and puts them back afterwards. Not
proven: that somebody who rewrites the chain, the rows, both heads *and* every printed head is noticed; nobody can.
"""

from __future__ import annotations

import multiprocessing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from data.ledger.evidence import place_of
from data.ledger.ledger import Ledger, open_ledger
from data.ledger.transitions import apply_transition
from data.ledger.users import set_password
from data.ledger.verify import list_unreferenced
from data.store.database import open_store, reading, writing
from data.store.tables import TABLES, event_table
from data.store.workspace import Workspace, create_workspace
from data.trail.anchor import acknowledge_clock, check_head, renew_head
from data.trail.events import Head, hash_event, list_events, read_head_file
from data.trail.faults import FAULTS
from data.trail.refusals import FieldRefused, RoleRefused
from indicators.pack.model import Pack
from indicators.reader import find_pack
from tests.data.test_verification import TAMPERING
from tests.ledger.tampering import FIRST_PASSWORD, TAMPERINGS, Tampering, evidence_file, guard, tamper, unguard, verify
from tests.ledger.world import World, found_world, reach


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
    assert all(str(problem).startswith(FAULTS[problem.fault] + "：") and problem.sentence for problem in found)


def test_there_are_enough_kinds_of_tampering_and_every_fault_has_one() -> None:
    assert len(TAMPERINGS) >= 40
    assert len({tampering.what for tampering in TAMPERINGS}) == len(TAMPERINGS)
    # An event that does not join on to the one before it needs a hash that is right for another chain: see below.
    of_ledger = {fault for tampering in TAMPERINGS for fault in tampering.faults}
    # That a key is another one shows to whoever knows the office's from elsewhere: tests/cli/test_keys.py. Copies of
    # batches are of many: tests/data/test_compact.py.
    elsewhere = {"relinked", "key_other", "compact_changed"}
    assert of_ledger | {fault for _, fault in TAMPERING} == set(FAULTS) - elsewhere


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
    assert str(found["missing"]) == "缺号：第 5 条不见了"
    assert str(found["row_changed"]) == f"数据与留痕不符：{id} 的「状态、建议扣分」不是经程序改的"
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
        f"末尾被截去：trail.head 记下的链头是第 {last} 条，现在只到第 {last - 1} 条",
        f"末尾被截去：库里记下的链头是第 {last} 条，现在只到第 {last - 1} 条",
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
    head = renew_head(engine, root, "adm", "磁盘更换时漏拷，已全面核对", now=office.tick())
    assert head == office.head() == read_head_file(root)
    assert reopen(office).alarms == () and verify(office) == []


def test_the_quick_look_reads_no_more_for_a_longer_trail(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("data.trail.events.list_events", None)
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
    reach(world, "rules", "submitted")
    tamper(world, *(f"UPDATE {table.name} SET updated_by = 'x'" for table in TABLES.values()))
    assert {problem.object for problem in verify(world) if problem.fault == "row_changed"} == set(TABLES)


def test_a_clock_that_was_put_back_is_told_once_until_an_administrator_says_that_it_was_right(world: World) -> None:
    world.pass_days(10)
    reach(world, "finding", "draft")
    world.now -= timedelta(days=3)
    for _ in range(3):
        reach(world, "finding", "draft")
    assert [problem.fault for problem in verify(world)] == ["clock"]
    root, engine = world.ledger.root, world.ledger.engine
    with pytest.raises(RoleRefused):
        acknowledge_clock(engine, root, "lead", "校时", now=world.tick())
    head = acknowledge_clock(engine, root, "adm", "服务器校时，快了三天", now=world.tick())
    assert verify(world) == [] and read_head_file(root) == head
    world.now -= timedelta(days=1)
    reach(world, "finding", "draft")
    assert [problem.fault for problem in verify(world)] == ["clock"], "a later jump is another one"
