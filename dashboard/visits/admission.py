"""How many pages are made at the same time: as many as the machine has cores for, the others in the order they came.

Streamlit runs the script of every session in a thread of its own, all of them at once; past some number each only makes
the others wait for Python's lock, and nobody is served any more. A session has one run at a time, so that a queue of
runs is fair between sessions. Fragments and callbacks are runs like any other.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st
from streamlit.runtime import app_session
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData

#: After so long, in seconds, a page says that it waits.
PATIENCE = 2.0
WAITING = "现在用的人较多，这一页正在排队，请稍候。"


def count_cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Admission:
    """Turns for threads, at most ``at_once`` at a time, given in the order in which they were asked for."""

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._lock = threading.Lock()
        self._running = 0
        self._waiting: deque[threading.Event] = deque()
        self._held = threading.local()

    @contextmanager
    def turn(self, say_waiting: Callable[[], None], patience: float = PATIENCE) -> Iterator[None]:
        """One turn; ``say_waiting`` is called once if it is long in coming."""
        self._enter(say_waiting, patience)
        self._held.turn = True
        try:
            yield
        finally:
            self._held.turn = False
            self._leave()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Let others have the turn while this thread waits for something else: another process, a password's reckoning.

        A thread without a turn just waits.
        """
        if not getattr(self._held, "turn", False):
            yield
            return
        self._leave()
        try:
            yield
        finally:
            self._enter(first=True)

    def _enter(
        self, say_waiting: Callable[[], None] | None = None, patience: float = 0, *, first: bool = False
    ) -> None:
        with self._lock:
            if self._running < self._at_once:
                self._running += 1
                return
            mine = threading.Event()
            # Who was let in before goes on before who was not.
            self._waiting.appendleft(mine) if first else self._waiting.append(mine)
        if say_waiting is not None and not mine.wait(patience):
            say_waiting()
        mine.wait()

    def _leave(self) -> None:
        with self._lock:
            if self._waiting:
                # Handed on, not given back: nobody who comes now is faster.
                self._waiting.popleft().set()
            else:
                self._running -= 1


#: What takes seconds of all the cores (scoring, a backup, checking all that is stored) is done beside the pages.
HEAVY = Admission(max(1, count_cores() // 2))
#: The runs of this process. One more than there are cores: some of them wait for a disk.
ADMISSION = Admission(count_cores() + 1)


@contextmanager
def busy(words: str) -> Iterator[None]:
    """Heavy work, in its own queue, while the page says what is done; pages are made meanwhile.

    Never to be used where something is held that others wait for with their turns; ``keep_by`` has them wait aside.
    """
    with st.spinner(words), ADMISSION.aside(), HEAVY.turn(_say_waiting):
        yield


class AdmittedRunner(ScriptRunner):
    """Streamlit's runner of a session's script, which waits for its turn before each run."""

    def _run_script(self, rerun_data: RerunData) -> None:
        with ADMISSION.turn(_say_waiting):
            super()._run_script(rerun_data)


def _say_waiting() -> None:
    st.toast(WAITING, duration="long")


def admit_runs() -> None:
    """From now on, for every session of this process."""
    here = vars(app_session)
    assert here["ScriptRunner"] in (ScriptRunner, AdmittedRunner)
    here["ScriptRunner"] = AdmittedRunner
