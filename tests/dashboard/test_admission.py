"""So many pages are made at a time, in the order they were asked for, and who waits is told.

Not proven here: how many people a machine serves (``docs/benchmarks.md``).
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from streamlit.runtime import app_session
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData

from dashboard.visits import admission
from dashboard.visits.admission import Admission, AdmittedRunner, admit_runs, count_cores


def _say_nothing() -> None:
    """The page has nothing to say."""


def _start(run: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


def test_of_many_runs_so_many_are_under_way_and_each_comes_in_its_turn() -> None:
    _run_many(Admission(3), 3)
    assert _run_many(Admission(1), 1) == list(range(30))


def _run_many(admission: Admission, at_once: int) -> list[int]:
    """The order in which runs came to their turn that were asked for one after the other."""
    lock, order = threading.Lock(), []
    under_way, most = 0, 0

    def run(n: int) -> None:
        nonlocal under_way, most
        with admission.turn(_say_nothing):
            with lock:
                under_way += 1
                most = max(most, under_way)
                order.append(n)
            time.sleep(0.002)
            with lock:
                under_way -= 1

    threads = []
    with ExitStack() as held:
        for _ in range(at_once):
            held.enter_context(admission.turn(_say_nothing))
        for n in range(30):
            threads.append(_start(lambda n=n: run(n)))
            while len(admission._waiting) <= n:
                time.sleep(0.001)
    for thread in threads:
        thread.join(10)
    assert most <= at_once and len(order) == 30
    return order


def test_a_run_that_fails_gives_its_turn_back() -> None:
    admission = Admission(1)
    for _ in range(3):
        try:
            with admission.turn(_say_nothing):
                raise OSError
        except OSError:
            pass
    with admission.turn(_say_nothing):
        pass


def test_who_waits_long_is_told_once_and_who_is_served_is_not() -> None:
    admission, told = Admission(1), []

    def wait() -> None:
        with admission.turn(lambda: told.append("waits"), patience=0.02):
            told.append("served")

    with admission.turn(lambda: told.append("never"), patience=0):
        waiting = _start(wait)
        while not told:
            time.sleep(0.005)
        time.sleep(0.05)
    waiting.join(10)
    assert told == ["waits", "served"]


def test_a_run_that_waits_for_another_process_lets_others_run_and_goes_on_before_them() -> None:
    admission, order, aside, on = Admission(1), [], threading.Event(), threading.Event()

    def check_file() -> None:
        with admission.turn(_say_nothing):
            with admission.aside():
                aside.set()
                on.wait(10)
            order.append("checked")

    def show(n: int) -> None:
        with admission.turn(_say_nothing):
            order.append(f"page {n}")
            if n == 1:
                second = _start(lambda: show(2))
                while not admission._waiting:
                    time.sleep(0.001)
                on.set()
                while len(admission._waiting) < 2:
                    time.sleep(0.001)
                others.append(second)

    others: list[threading.Thread] = []
    checking = _start(check_file)
    assert aside.wait(10)
    show(1)
    for thread in (checking, *others):
        thread.join(10)
    assert order == ["page 1", "checked", "page 2"]
    with admission.aside():
        order.append("no turn to give")


def test_every_run_of_the_server_waits_for_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(vars(app_session), "ScriptRunner", ScriptRunner)
    admit_runs()
    assert vars(app_session)["ScriptRunner"] is AdmittedRunner
    order: list[str] = []
    monkeypatch.setattr(admission, "ADMISSION", Admission(1))
    monkeypatch.setattr(ScriptRunner, "_run_script", lambda self, data: order.append("page"))
    runner = object.__new__(AdmittedRunner)
    with admission.ADMISSION.turn(_say_nothing):
        waiting = _start(lambda: runner._run_script(RerunData()))
        while not admission.ADMISSION._waiting:
            time.sleep(0.001)
        order.append("other")
    waiting.join(10)
    assert order == ["other", "page"]


def test_what_takes_seconds_is_done_beside_the_pages() -> None:
    # A page that shows a spinner of its own would hold its turn while the others wait.
    views = Path(admission.__file__).parent
    heavy = {"正在读取…", "正在取数…", "正在试算…"}
    for path in views.rglob("*.py"):
        for words in re.findall(r'st\.spinner\("(.*?)"', path.read_text(encoding="utf-8")):
            assert words in heavy, (path, words)


def test_there_are_turns_for_the_cores_that_one_may_use() -> None:
    assert count_cores() >= 1
