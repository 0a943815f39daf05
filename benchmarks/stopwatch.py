"""Seconds per statement of a run, taken from outside: the engine's connection is watched, not changed."""

from __future__ import annotations

import re
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import duckdb

from benchmarks.timing import Times

#: Statements after which the connection may be looked at, by the table that they made.
Look = Callable[[str, duckdb.DuckDBPyConnection], None]
_MADE = re.compile(r'CREATE (?:OR REPLACE )?(?:TABLE|VIEW) (?:reported\.)?"?([a-z_]+)')
_LAYER = (
    "unreported",
    "level_counts",
    "unlisted",
    "figures",
    "part_results",
    "unsettled",
    "part_ranges",
    "combined",
    "items",
    "counted",
    "total_ranges",
)


class Stopwatch:
    """Collects, for every run while it watches, the times of each statement."""

    def __init__(self, look: Look | None = None) -> None:
        self.runs: list[dict[str, Times]] = []
        self._look = look

    @contextmanager
    def watch(self) -> Iterator[None]:
        """Watch every connection that is opened meanwhile; one connection is one run."""
        connect = duckdb.connect

        def open_watched(*arguments: Any, **options: Any) -> _Watched:
            self.runs.append(defaultdict(Times))
            return _Watched(connect(*arguments, **options), self.runs[-1], self._look)

        with patch.object(duckdb, "connect", open_watched):
            yield

    def median_cpu(self) -> dict[str, float]:
        """Median processor seconds of each group of statements over the runs."""
        names = dict.fromkeys(name for run in self.runs for name in run)
        return {name: statistics.median(sum(run[name].cpu) for run in self.runs) for name in names}

    def median_wall(self) -> dict[str, float]:
        """Median seconds on the clock of each group of statements over the runs."""
        names = dict.fromkeys(name for run in self.runs for name in run)
        return {name: statistics.median(sum(run[name].wall) for run in self.runs) for name in names}


class _Watched:
    """A connection whose statements are timed under the name of their group."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, times: dict[str, Times], look: Look | None) -> None:
        self._connection = connection
        self._times = times
        self._look = look

    def execute(self, query: str, *arguments: Any) -> Any:
        made = _MADE.match(query)
        name = made[1] if made and made[1] in _LAYER else "world"
        found = self._times[name].take(lambda: self._connection.execute(query, *arguments))
        if self._look is not None:
            self._look(name, self._connection)
        return found

    def sql(self, query: str) -> _WatchedRows:
        # The totals are computed where they are fetched.
        name = "totals" if query.startswith("WITH") else "fetch"
        return _WatchedRows(self._connection, query, self._times[name])

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


class _WatchedRows:
    """A query whose time is taken when its rows are asked for."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, query: str, times: Times) -> None:
        self._connection = connection
        self._query = query
        self._times = times

    def pl(self) -> Any:
        return self._times.take(lambda: self._connection.sql(self._query).pl())
