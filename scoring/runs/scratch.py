"""Where a run puts what does not fit in memory: the workspace's own folder, beside drafts of imports."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path

from data.batches.compact_store import open_compacts
from data.batches.records import Inputs
from data.batches.staging import open_staging
from data.store.workspace import Workspace
from indicators.pack.model import Pack
from scoring.base.calculator import open_engine
from scoring.base.connection import OpenConnection


@contextmanager
def open_scratch(place: Path, memory: float | None = None) -> Iterator[OpenConnection]:
    """DuckDB with its scratch in ``place``, gone at the end; what a killed run left there goes first.

    ``memory``: as many GiB are held at most by DuckDB itself, beside Python and the results.
    """
    with open_staging(place) as staging:
        yield partial(open_engine, ordered=False, scratch=staging.folder, memory=memory)


@contextmanager
def open_reading(
    workspace: Workspace, pack: Pack, inputs: Inputs, open_with: OpenConnection | None, *, now: datetime, user: str
) -> Iterator[tuple[OpenConnection, Inputs]]:
    """DuckDB with its scratch in the workspace, and inputs whose many small batches are read from copies.

    An engine that is given reads the batches themselves, wherever they lie for it.
    """
    if open_with is not None:
        yield open_with, inputs
        return
    with (
        open_compacts(workspace, pack, inputs, now=now, user=user) as read,
        open_scratch(workspace.staging_folder) as opened,
    ):
        yield opened, read
