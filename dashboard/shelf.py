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

from dashboard.admission import ADMISSION

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
    """What takes far longer than a page is made in a thread of its own, once, while pages say so and go on."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._lock = threading.Lock()
        self._begun: dict[Key, Future[object]] = {}

    def find_or_begin(self, key: Key, make: Callable[[], object]) -> object | None:
        """What is kept under the key, which is never None; None as long as ``make``, begun now or before, is at work.

        What it raises whoever asks next is told, and whoever asks after that begins anew.
        """
        with self._lock:
            begun = self._begun.get(key)
            if begun is not None and not begun.done():
                return None
            self._begun.pop(key, None)
            found = begun.result() if begun is not None else self._shelf.peek(key)
            if found is None:
                begun = self._begun[key] = Future()
                # A server that is stopped does not wait for it.
                threading.Thread(target=self._make, args=(key, make, begun), daemon=True).start()
        return found

    def is_at_work(self, key: Key) -> bool:
        """Whether it is still being made."""
        with self._lock:
            begun = self._begun.get(key)
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


_LONG_WORK: Final = LongWork(_SHELVES["large"])


def find_or_begin(key: Key, make: Callable[[], Kept]) -> Kept | None:
    """What ``make`` yields, kept with the ``large``; None while it is made beside the pages. Raises what it did."""
    return cast("Kept | None", _LONG_WORK.find_or_begin(key, lambda: _make_large(make)))


def is_at_work(key: Key) -> bool:
    """Whether :func:`find_or_begin` has begun what is not there yet."""
    return _LONG_WORK.is_at_work(key)


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
