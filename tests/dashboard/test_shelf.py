"""What pages keep of what they have read: made once, bounded, and given up where what was read is another file now."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from dashboard.visits import shelf as shelves
from dashboard.visits.admission import Admission
from dashboard.visits.shelf import Key, LongWork, Shelf
from tests.dashboard.conftest import OpenPage


def test_a_thing_is_made_once_however_many_ask_for_it_at_the_same_time() -> None:
    shelf, gate, made, found = Shelf(10), threading.Barrier(8), list[int](), list[object]()

    def make() -> str:
        made.append(1)
        return "thing"

    def ask() -> None:
        gate.wait()
        found.append(shelf.find(("key",), make))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(made), found) == (1, ["thing"] * 8)


def test_what_takes_long_is_begun_once_beside_and_told_when_it_is_there_or_failed() -> None:
    shelf, gate, made = Shelf(10), threading.Event(), list[int]()
    beside = LongWork(shelf)

    def make() -> str:
        made.append(1)
        assert gate.wait(10)
        if len(made) == 1:
            raise ValueError("too little memory")
        return "thing"

    def wait() -> None:
        gate.set()
        while beside.is_at_work(("key",)):
            time.sleep(0.005)
        gate.clear()

    assert not beside.is_at_work(("key",))
    assert [beside.find_or_begin(("key",), make) for _ in range(3)] == [None] * 3, "nobody waits for it"
    assert beside.is_at_work(("key",))
    wait()
    with pytest.raises(ValueError, match="too little memory"):
        beside.find_or_begin(("key",), make)
    assert beside.find_or_begin(("key",), make) is None, "who asks after that begins anew"
    wait()
    assert [beside.find_or_begin(("key",), make) for _ in range(3)] == ["thing"] * 3
    assert (len(made), shelf.peek(("key",))) == (2, "thing")


def test_of_one_line_one_thing_is_made_at_a_time_and_then_the_newest_that_is_still_asked_for() -> None:
    shelf, gate, made = Shelf(10), threading.Event(), list[str]()
    beside, line = LongWork(shelf), ("line",)

    def ask(name: str) -> object | None:
        def make() -> str:
            made.append(name)
            assert gate.wait(10)
            return name

        return beside.find_or_begin((name,), make, line)

    assert [ask(name) for name in ("first", "second", "third")] == [None] * 3
    assert beside.is_at_work(line) and not beside.is_at_work(("first",))
    gate.set()
    while beside.is_at_work(line):
        time.sleep(0.005)
    assert ask("third") is None
    while beside.is_at_work(line):
        time.sleep(0.005)
    assert (ask("third"), ask("first"), made) == ("third", "first", ["first", "third"])


def test_who_waits_for_what_another_makes_keeps_no_turn_from_it(monkeypatch: pytest.MonkeyPatch) -> None:
    admission, shelf = Admission(1), Shelf(10)
    monkeypatch.setattr(shelves, "ADMISSION", admission)
    asked, found = threading.Event(), list[object]()

    def make() -> str:
        # As with work in another process: the turn goes to the other page, which wants just this.
        with admission.aside():
            assert asked.wait(10)
            time.sleep(0.05)
        return "thing"

    def ask() -> None:
        with admission.turn(lambda: None):
            if threading.current_thread().name == "second":
                asked.set()
            found.append(shelf.find(("key",), make))

    threads = [threading.Thread(target=ask, name=name, daemon=True) for name in ("first", "second")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert found == ["thing", "thing"]


def test_what_could_not_be_made_is_tried_again() -> None:
    shelf = Shelf(10)

    def fail() -> str:
        raise OSError

    with pytest.raises(OSError):
        shelf.find(("key",), fail)
    assert shelf.find(("key",), lambda: "thing") == "thing"


def test_what_was_used_longest_ago_goes_first() -> None:
    shelf, made = Shelf(2), list[Key]()

    def ask(name: str) -> None:
        key: Key = (name,)
        shelf.find(key, lambda: made.append(key))

    for name in ("one", "two", "one", "three", "one", "two"):
        ask(name)
    assert made == [("one",), ("two",), ("three",), ("two",)]


@pytest.mark.parametrize("name", ["manifest.json", "result.json", "items.parquet"])
def test_a_run_that_was_changed_after_a_page_showed_it_is_named(open_page: OpenPage, demo: Path, name: str) -> None:
    run = sorted(path.name for path in (demo / "runs").iterdir())[-1]
    page = open_page("demo-lead", "unit", run=run)
    assert not page.error
    path = demo / "runs" / run / name
    held = path.read_bytes()
    try:
        path.write_bytes(held[:-1] + bytes([held[-1] ^ 1]))
        # On the server it is a sentence on the page (dashboard/visits/faults.py).
        page.run()
        told = [each.value for each in (*page.error, *page.exception)]
        assert len(told) == 1 and f"评分运行 {run} 与保存时不同" in told[0], told
    finally:
        path.write_bytes(held)
    page.run()
    assert not page.error and not page.exception, "and it is shown again once it is what it was"
