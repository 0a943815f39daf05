"""A connection that is held while several things are read: to open one takes longer than to ask it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.engine import Connection, Engine


class _Held(threading.local):
    """What each thread holds for itself."""

    connection: Connection | None = None


_HELD = _Held()


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
    before = _HELD.connection
    with connect_to_read(engine) as connection:
        _HELD.connection = connection
        try:
            yield
        finally:
            _HELD.connection = before


def find_idle(engine: Engine) -> Connection | None:
    """The connection that this thread holds to the store, where it is not in a transaction already."""
    held = _HELD.connection
    return held if held is not None and held.engine is engine and not held.in_transaction() else None


def connect_to_read(engine: Engine) -> Connection:
    """A connection all of whose transactions see one state of the store throughout."""
    options = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    return engine.connect().execution_options(**options)
