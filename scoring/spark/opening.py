"""The engine of a run on Spark, opened for a workspace."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from data.batches.records import Inputs
from data.store.workspace import Workspace
from indicators.pack.model import Pack
from scoring.base.connection import OpenConnection
from scoring.spark.driver import HERE, open_session


@contextmanager
def open_spark(
    workspace: Workspace, pack: Pack, inputs: Inputs, master: str | None = None, root: str | None = None
) -> Iterator[OpenConnection]:
    """What ``score`` opens its connections with, as long as Spark runs at ``master``, or on this machine.

    ``root``: the address at which Spark finds what lies in the workspace's folder ``batches``. Raises SparkMissing,
    and BatchElsewhere where other bytes lie there.
    """
    rows = sum(file.rows for file in inputs.files)
    with open_session(master or HERE, workspace.staging_folder, rows) as session:
        from scoring.spark.batches import find_batches
        from scoring.spark.tables import open_with

        batches = find_batches(pack, inputs, workspace.batches_folder, root)
        batches.check(session)
        yield open_with(session, batches)
