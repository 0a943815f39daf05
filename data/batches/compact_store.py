"""The compact copies of a workspace: found by what the trail notes of them, and made where many batches have none.

A copy that is missing, damaged, forged or made for other columns is not read. A run holds the copies that it reads by
a name of its own, so that whoever makes newer ones meanwhile takes nothing away from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import Connection, Engine

from data.batches.compaction import MANY, CompactFile, attach_compact, list_small, open_compact, write_compact
from data.batches.records import BatchFile, Inputs
from data.store.database import reading
from data.store.drafts import draft_folder, share_file
from data.store.workspace import Workspace, open_workspace_store
from data.trail.noted import note_event, noting, read_noted
from indicators.entries.tables import Dataset
from indicators.pack.model import Pack

#: What a copy is on the trail.
KIND = "compact"


@dataclass(frozen=True)
class _Making:
    """A workspace in which copies are made: by whom and when, and the folder that holds what one run reads."""

    workspace: Workspace
    engine: Engine
    held: Path
    now: datetime
    user: str


@contextmanager
def open_compacts(workspace: Workspace, pack: Pack, inputs: Inputs, *, now: datetime, user: str) -> Iterator[Inputs]:
    """The same inputs, the rows of many small batches to be read from copies as long as the block lasts.

    Copies are made or made anew where it is time, each with an event on the trail. Where that cannot be, the batches
    are read where they lie.
    """
    small = []
    for dataset in pack.datasets:
        mine = [file for file in inputs.files if file.dataset == dataset.id]
        found = list_small(dataset, mine, workspace.batches_folder / dataset.id)
        if len(found) > MANY:
            small.append((dataset, found))
    if not small:
        yield inputs
        return
    files = list(inputs.files)
    with _hold(workspace) as held:
        if held is not None:
            making = _Making(workspace, open_workspace_store(workspace), held, now, user)
            for dataset, found in small:
                if (copy := _provide(making, dataset, found)) is not None:
                    files = attach_compact(files, found, copy)
        yield replace(inputs, files=tuple(files))


@contextmanager
def _hold(workspace: Workspace) -> Iterator[Path | None]:
    """A folder for what one run reads, gone at its end; None where nothing can be written."""
    with ExitStack() as stack:
        folder = None
        with suppress(OSError):
            workspace.compact_folder.mkdir(mode=0o700, exist_ok=True)
            folder = stack.enter_context(draft_folder(workspace.compact_folder))
        yield folder


def _provide(making: _Making, dataset: Dataset, small: Sequence[BatchFile]) -> CompactFile | None:
    """The copy that is there, or a new one where it is time; None where neither can be had."""
    copy = _find(making, dataset)
    if copy is not None and not copy.is_outdated(small):
        return copy
    try:
        path, sha256 = write_compact(name_place(making.workspace, dataset.id), dataset, [file.path for file in small])
    except OSError:
        # For want of room, most of all: what there was serves as far as it goes.
        return copy
    with noting(making.engine, making.workspace.root) as connection:
        if read_sha256(connection, dataset.id) != sha256:
            words = f"{len(small)} 个小批次合成一个文件，批次本身没有动"
            content = {"dataset": dataset.id, "sha256": sha256}
            note_event(connection, KIND, dataset.id, "make", content, now=making.now, actor=making.user, reason=words)
    made = _find(making, dataset)
    for other in path.parent.glob("*.parquet"):
        # Those whose names begin with a dot are being written.
        if other != path and not other.name.startswith("."):
            with suppress(OSError):
                other.unlink()
    return made


def _find(making: _Making, dataset: Dataset) -> CompactFile | None:
    """The copy that the trail notes, under a name that nobody else takes away."""
    with reading(making.engine) as connection:
        sha256 = read_sha256(connection, dataset.id)
    if sha256 is None:
        return None
    path, mine = name_copy(making.workspace, dataset.id, sha256), making.held / f"{dataset.id}-{sha256[:16]}.parquet"
    try:
        if path.is_symlink():
            return None
        if not mine.exists():
            share_file(path, mine)
    except OSError:
        return None
    return open_compact(mine, sha256, dataset)


def read_sha256(connection: Connection, dataset: str) -> str | None:
    """What the trail notes of a dataset's newest copy; None where there never was one."""
    noted = read_noted(connection, KIND, dataset)
    return None if noted is None else str(noted.get("sha256"))


def name_place(workspace: Workspace, dataset: str) -> Path:
    """The folder of a dataset's copies."""
    return workspace.compact_folder / dataset


def name_copy(workspace: Workspace, dataset: str, sha256: str) -> Path:
    """Where the copy with these bytes lies."""
    return name_place(workspace, dataset) / f"{sha256[:16]}.parquet"
