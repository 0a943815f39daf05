"""Where a run puts what does not fit in memory: the workspace's own folder, beside drafts of imports."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from pathlib import Path

from data.batches.staging import open_staging
from data.store.workspace import Workspace
from scoring.base.calculator import open_engine
from scoring.base.connection import OpenConnection


@contextmanager
def open_scratch(place: Path, memory: float | None = None) -> Iterator[OpenConnection]:
    """DuckDB with its scratch in ``place``, gone at the end; what a killed run left there goes first.

    ``memory``: as many GiB are held at most by DuckDB itself, beside Python and the results.
    """
    with open_staging(place) as staging:
        yield partial(open_engine, ordered=False, scratch=staging.folder, memory=memory)


def choose_engine(workspace: Workspace, open_with: OpenConnection | None) -> AbstractContextManager[OpenConnection]:
    """The engine that is given, or DuckDB with its scratch in the workspace."""
    return open_scratch(workspace.staging_folder) if open_with is None else nullcontext(open_with)
