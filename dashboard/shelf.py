"""What pages have read or worked out, kept by a key that says all that it depends on, for everybody who may see it."""

from __future__ import annotations

import gc
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
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

    def clear(self) -> None:
        """Keep nothing of what was there."""
        with self._lock:
            self._kept.clear()


_SHELVES: Final = {kind: Shelf(most) for kind, most in MOST.items()}


def keep_by(key: Key, make: Callable[[], Kept], kind: Literal["small", "large"] = "small") -> Kept:
    """What ``make`` yields, made once for a key that says all that it depends on; shared by everybody, never changed.

    Of the ``large`` only the last few are kept.
    """
    return cast(Kept, _SHELVES[kind].find(key, make if kind == "small" else lambda: _make_large(make)))


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
