"""Which files belong to a workspace: those that its store and its runs refer to, and no others.

Backups hold just these, and restore just these: whatever else lies in a folder, or stands in an archive, is no part
of the workspace and is never followed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from data.ledger.evidence import place_of
from data.runs.folder import MANIFEST, RunChanged, RunFolder, open_run_folder
from data.store.database import batch_table, run_table
from data.store.tables import evidence_table, rules_table
from data.store.workspace import Workspace
from data.trail.events import HEAD_FILE


def list_belongings(connection: Connection, workspace: Workspace) -> Iterator[str]:
    """The names of all files that belong to the workspace, relative to its root, each once.

    A file that is referred to is named whether or not it is there. Raises RunChanged for a run that cannot be read.
    """
    names: set[str] = {HEAD_FILE}
    names.update(_list_pack(workspace, workspace.pack_folder))
    for row in connection.execute(sa.select(batch_table.c.dataset, batch_table.c.parquet_name)):
        names.add(f"batches/{row.dataset}/{row.parquet_name}")
    for run in connection.scalars(sa.select(run_table.c.id)):
        names.update(_list_run(workspace, open_run_folder(workspace.runs_folder / run)))
    for sha256 in connection.scalars(sa.select(rules_table.c.sha256)):
        names.update(_list_pack(workspace, workspace.packs_folder / _check_plain(sha256)[:16]))
    columns = evidence_table.c
    for sha256 in connection.scalars(sa.select(columns.sha256).where(columns.state != "redacted")):
        names.add(place_of(workspace.evidence_folder, sha256).relative_to(workspace.root).as_posix())
    yield from sorted(names)


def _list_run(workspace: Workspace, run: RunFolder) -> Iterator[str]:
    """The files of a run, the data that it was made of, and the pack that it was scored by."""
    inside = run.hashes if run.hashes is not None else [path.name for path in run.path.iterdir() if path.is_file()]
    for name in {MANIFEST, *inside}:
        yield f"runs/{run.path.name}/{name}"
    try:
        for entry in run.manifest["batches"]:
            yield f"batches/{_check_plain(entry['dataset'])}/{_check_plain(entry['parquet'])}"
        pack = _check_plain(run.manifest["pack"]["sha256"])[:16]
    except (KeyError, TypeError, ValueError):
        raise RunChanged(run.path.name, f"{MANIFEST} 所记的输入读不懂") from None
    yield from _list_pack(workspace, workspace.packs_folder / pack)


def _check_plain(name: object) -> str:
    if not isinstance(name, str) or name != Path(name).name or name.startswith(".") or "\\" in name:
        raise ValueError(name)
    return name


def _list_pack(workspace: Workspace, folder: Path) -> Iterator[str]:
    # Those that its hash is made of.
    for path in folder.rglob("*"):
        if path.is_file() and not path.name.startswith("."):
            yield path.relative_to(workspace.root).as_posix()
