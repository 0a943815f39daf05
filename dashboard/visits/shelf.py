"""What pages have read or worked out, kept by a key that says all that it depends on, for everybody who may see it."""

from __future__ import annotations

import gc
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from contextlib import nullcontext
from typing import Final, Literal, TypeVar, cast

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard.visits.admission import ADMISSION

Kept = TypeVar("Kept")
Key = tuple[Hashable, ...]
#: So many small things and large ones are kept; what was used longest ago goes first.
MOST: Final = {"small": 600, "large": 32}


class Shelf:
    """Up to ``most`` things by their keys. Each is made once, however many ask for it at the same time."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._kept: OrderedDict[Key, object] = OrderedDict()
        self._making: dict[Key, threading.RLock] = {}

    def find(self, key: Key, make: Callable[[], object]) -> object:
        """What is kept under the key; else what ``make`` yields, which is kept. What it raises is not."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            making = self._making.setdefault(key, threading.RLock())
        if not making.acquire(blocking=False):
            # Who makes it may be waiting for a turn itself: whoever waits for the thing keeps none from anybody.
            with ADMISSION.aside():
                making.acquire()
        try:
            with self._lock:
                if key in self._kept:
                    return self._kept[key]
            found = make()
            with self._lock:
                self._kept[key] = found
                while len(self._kept) > self._most:
                    self._kept.popitem(last=False)
        finally:
            with self._lock:
                self._making.pop(key, None)
            making.release()
        return found

    def peek(self, key: Key) -> object | None:
        """What is kept under the key; None where nothing is."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def clear(self) -> None:
        """Keep nothing of what was there."""
        with self._lock:
            self._kept.clear()


class LongWork:
    """What takes far longer than a page is made in a thread of its own, once, while pages say so and go on.

    Of one line only one thing is made at a time. What was asked for meanwhile is not made unless it is asked for again:
    of a finding that is edited letter by letter only the newest state is wanted, and by nobody who has left the page.
    """

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._lock = threading.Lock()
        self._begun: dict[Key, tuple[Key, Future[object]]] = {}

    def find_or_begin(self, key: Key, make: Callable[[], object], line: Key | None = None) -> object | None:
        """What is kept under the key, which is never None; None as long as ``make``, begun now or before, is at work.

        Without a ``line`` the key is one of its own; None too as long as anything else of the line is at work. What
        ``make`` raises whoever asks next is told, and whoever asks after that begins anew.
        """
        line = line or key
        with self._lock:
            if (found := self._shelf.peek(key)) is not None:
                return found
            asked, begun = self._begun.get(line, (key, None))
            if begun is not None and not begun.done():
                return None
            self._begun.pop(line, None)
            if begun is not None and asked == key:
                return begun.result()
            begun = Future()
            self._begun[line] = key, begun
            # A server that is stopped does not wait for it.
            threading.Thread(target=self._make, args=(key, make, begun), daemon=True).start()
        return None

    def is_at_work(self, line: Key) -> bool:
        """Whether anything of the line is still being made."""
        with self._lock:
            _, begun = self._begun.get(line, (line, None))
        return begun is not None and not begun.done()

    def _make(self, key: Key, make: Callable[[], object], begun: Future[object]) -> None:
        try:
            begun.set_result(self._shelf.find(key, make))
        except BaseException as error:
            begun.set_exception(error)


_SHELVES: Final = {kind: Shelf(most) for kind, most in MOST.items()}


def keep_by(key: Key, make: Callable[[], Kept], kind: Literal["small", "large"] = "small") -> Kept:
    """What ``make`` yields, made once for a key that says all that it depends on; shared by everybody, never changed.

    Of the ``large`` only the last few are kept.
    """
    return cast(Kept, _SHELVES[kind].find(key, make if kind == "small" else lambda: _make_large(make)))


_LONG_WORK: Final = {kind: LongWork(shelf) for kind, shelf in _SHELVES.items()}


def find_or_begin(
    key: Key, make: Callable[[], Kept], line: Key | None = None, kind: Literal["small", "large"] = "large"
) -> Kept | None:
    """What ``make`` yields, kept; None while it, or anything else of its ``line``, is made beside the pages.

    Raises what ``make`` did.
    """
    made = make if kind == "small" else lambda: _make_large(make)
    return cast("Kept | None", _LONG_WORK[kind].find_or_begin(key, made, line))


def is_at_work(line: Key) -> bool:
    """Whether :func:`find_or_begin` has begun what is not there yet; what has no line is named by its key."""
    return any(work.is_at_work(line) for work in _LONG_WORK.values())


def _make_large(make: Callable[[], Kept]) -> Kept:
    with st.spinner("正在读取…") if get_script_run_ctx(suppress_warning=True) is not None else nullcontext():
        found = make()
    # What is kept is no garbage: without being told so, Python would look through all of it again and again.
    gc.collect()
    gc.freeze()
    return found


def forget_all() -> None:
    """As if nothing had been read yet."""
    for shelf in _SHELVES.values():
        shelf.clear()
