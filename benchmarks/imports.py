"""Where imports are measured: a new workspace, in a process that begins as those do in which files are read."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import data.apart.process
from benchmarks.province import build_province
from data.apart.forkserver import settle_memory
from data.intake.checking import make_ready
from data.store.workspace import Workspace, open_workspace_store
from indicators.pack.model import Pack


def load_all(units: int) -> Pack:
    """The pack of so many units; what an import has in memory before it begins."""
    pack = build_province(units)
    make_ready()
    settle_memory()
    return pack


def make_workspace(root: Path) -> Workspace:
    """A workspace with nothing in it: no import makes the one that it goes into."""
    workspace = Workspace(root)
    for folder in (workspace.root, workspace.batches_folder):
        folder.mkdir(exist_ok=True)
    open_workspace_store(workspace)
    return workspace


@contextmanager
def open_workspace() -> Iterator[Workspace]:
    """One that goes afterwards; what is measured is the work, and not where it is done: in this process."""
    data.apart.process.FORKS = False
    with tempfile.TemporaryDirectory(prefix="ducha-bench-") as folder:
        yield make_workspace(Path(folder))
