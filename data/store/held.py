"""A connection that is held while several things are read: to open one takes longer than to ask it."""

from __future__ import annotations

import atexit
import os
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy.engine import Connection, Engine

#: So many connections a process keeps open that nobody reads over at the moment.
MOST = 8
#: Which file a store is, and which process opened it.
_Sign = tuple[int, int, int]
_NO_FILE = 0, 0


class _Held(threading.local):
    """What each thread holds for itself."""

    connection: Connection | None = None


_HELD = _Held()


@dataclass(frozen=True, eq=False)
class _Kept:
    connection: Connection
    engine: Engine
    sign: _Sign


class _Drawer:
    """Connections between two blocks that hold one, where the process keeps them open."""

    def __init__(self) -> None:
        self.most = 0
        self._lock = threading.Lock()
        self._kept: deque[_Kept] = deque()

    def take(self, engine: Engine) -> _Kept:
        """A connection to the store as it lies there now, kept or new."""
        sign = _sign_store(engine)
        while (kept := self._find(engine, sign[-1])) is not None:
            if kept.sign == sign:
                return kept
            # Another file took the place of the store that this one goes to.
            kept.connection.close()
        return _Kept(connect_to_read(engine), engine, sign)

    def put(self, kept: _Kept) -> None:
        """Keep a connection for the next block, or close it."""
        if kept.sign[:2] == _NO_FILE or kept.connection.closed or kept.connection.in_transaction():
            kept.connection.close()
            return
        with self._lock:
            self._kept.append(kept)
            # Those that a parent process opened are its own, and are neither used nor closed here.
            own = [each for each in self._kept if each.sign[-1] == os.getpid()]
            over = own[: max(0, len(own) - self.most)]
            for each in over:
                self._kept.remove(each)
        for each in over:
            each.connection.close()

    def _find(self, engine: Engine, process: int) -> _Kept | None:
        with self._lock:
            for kept in self._kept:
                if kept.engine is engine and kept.sign[-1] == process:
                    self._kept.remove(kept)
                    return kept
        return None

    def close(self) -> None:
        """Close all of them, so that the store is left as one file."""
        self.most = 0
        with self._lock:
            kept = [each for each in self._kept if each.sign[-1] == os.getpid()]
            self._kept.clear()
        for each in kept:
            each.connection.close()


_DRAWER = _Drawer()


def keep_connections(most: int = MOST) -> None:
    """From now on, until it ends, this process keeps up to ``most`` connections open for the next ``holding``.

    For a server that answers all day; nothing is left open by whatever reads once and ends.
    """
    _DRAWER.most = most
    atexit.unregister(_DRAWER.close)
    atexit.register(_DRAWER.close)


@contextmanager
def holding(engine: Engine) -> Iterator[None]:
    """Until the end of the block whatever this thread reads of the store goes over one connection.

    Each ``reading`` is a transaction of its own as ever, and sees what was written before it. Writing takes another
    connection. Where one is held already, it is that one; of a shared store none is held.
    """
    # A shared store's connections are kept open, and are too few for everybody who waits for something to hold one.
    if engine.dialect.name != "sqlite" or find_idle(engine) is not None:
        yield
        return
    before, kept = _HELD.connection, _DRAWER.take(engine)
    _HELD.connection = kept.connection
    try:
        yield
    finally:
        _HELD.connection = before
        _DRAWER.put(kept)


def find_idle(engine: Engine) -> Connection | None:
    """The connection that this thread holds to the store, where it is not in a transaction already."""
    held = _HELD.connection
    return held if held is not None and held.engine is engine and not held.in_transaction() else None


def connect_to_read(engine: Engine) -> Connection:
    """A connection all of whose transactions see one state of the store throughout."""
    options = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    return engine.connect().execution_options(**options)


def _sign_store(engine: Engine) -> _Sign:
    path = engine.url.database
    found = os.stat(path) if path and os.path.exists(path) else None
    return (found.st_dev, found.st_ino, os.getpid()) if found else (*_NO_FILE, os.getpid())
