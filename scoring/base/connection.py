"""What a run asks of the engine that carries its statements out. DuckDB's own connection answers it as it is."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol

import polars as pl

from data.batches.records import Inputs


class QueryResult(Protocol):
    """The rows of a query."""

    def pl(self) -> pl.DataFrame:
        """As a frame."""
        ...


class EngineConnection(Protocol):
    """Statements in DuckDB's SQL, and Arrow tables by name that they may read."""

    def execute(self, query: str, /) -> object:
        """Carry a statement out."""
        ...

    def sql(self, query: str, /) -> QueryResult:
        """The rows of a query."""
        ...

    def register(self, view_name: str, python_object: object, /) -> object:
        """Let statements read an Arrow table."""
        ...

    def unregister(self, view_name: str, /) -> object:
        """Forget it."""
        ...

    def cursor(self) -> AbstractContextManager[EngineConnection]:
        """The same tables for another thread."""
        ...


#: Opens an engine that reads the files of the inputs and nothing else, with so many threads.
OpenConnection = Callable[[Inputs, int | None], AbstractContextManager[EngineConnection]]
