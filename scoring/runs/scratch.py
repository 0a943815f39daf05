"""Where a run puts what does not fit in memory: the workspace's own folder, beside drafts of imports."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from data.batches.staging import open_staging
from scoring.base.calculator import open_engine
from scoring.base.connection import OpenConnection


@contextmanager
def open_scratch(place: Path, memory: float | None = None) -> Iterator[OpenConnection]:
    """DuckDB with its scratch in ``place``, gone at the end; what a killed run left there goes first.

    ``memory``: as many GiB are held at most by DuckDB itself, beside Python and the results.
    """
    with open_staging(place) as staging:
        yield partial(open_engine, ordered=False, scratch=staging.folder, memory=memory)
