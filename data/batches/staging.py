"""Where an import puts what it has read so far, so that memory does not grow with the file.

A folder for each import, gone when the import ends, whatever its end. What a killed one has left behind is never
read (a batch is what the store names), and the next import takes it away; a lock tells it from one that still runs.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from data.batches.parquet import BatchDraft
from data.files.contents import Content
from data.store.drafts import draft_folder
from indicators.entries.tables import Dataset

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

#: Files up to this size are held in memory, larger ones are copied.
HELD = 4 * 1024**2
_PIECE = 1 << 20


@dataclass(frozen=True)
class HeldFile:
    """A file as it was when the import began: what was hashed is what is read, whatever happens to the original."""

    content: Content
    sha256: str


@dataclass(frozen=True)
class Staging:
    """The folder of one import."""

    folder: Path

    def hold_file(self, path: Path) -> HeldFile:
        """Read a file once, for good. Raises OSError."""
        digest = hashlib.sha256()
        with path.open("rb") as file:
            start = file.read(HELD + 1)
            digest.update(start)
            if len(start) <= HELD:
                return HeldFile(start, digest.hexdigest())
            copy = name_staged(self.folder, ".copy")
            with copy.open("wb") as target:
                target.write(start)
                del start
                while piece := file.read(_PIECE):
                    digest.update(piece)
                    target.write(piece)
        return HeldFile(copy, digest.hexdigest())

    def let_go(self, held: HeldFile) -> None:
        """Take the copy away, if there is one."""
        if isinstance(held.content, Path):
            with suppress(OSError):
                held.content.unlink(missing_ok=True)

    def open_draft(self, dataset: Dataset) -> BatchDraft:
        """A new file for the rows of a sheet."""
        return BatchDraft(name_staged(self.folder, ".parquet"), dataset)


def name_staged(folder: Path, suffix: str) -> Path:
    """A name of its own in an import's folder, with which it goes."""
    return folder / f"{uuid.uuid4().hex}{suffix}"


@contextmanager
def open_staging(place: Path | None) -> Iterator[Staging]:
    """A folder in ``place``, from which leftovers are cleared first; the system's own place where it is None."""
    if place is None:
        with draft_folder() as own:
            yield Staging(own)
        return
    place.mkdir(exist_ok=True)
    name = uuid.uuid4().hex
    folder, lock = place / name, place / f"{name}.lock"
    with (place / ".gate").open("ab") as gate:
        # While one holds the gate no other takes a folder that is not locked yet for a leftover.
        if _lock(gate, wait=True):
            _clear_leftovers(place)
        held = lock.open("ab")
        _lock(held, wait=False)
        folder.mkdir()
    try:
        yield Staging(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        held.close()
        with suppress(OSError):
            lock.unlink(missing_ok=True)


def _clear_leftovers(place: Path) -> None:
    for lock in place.glob("*.lock"):
        with suppress(OSError):
            with lock.open("ab") as held:
                if not _lock(held, wait=False):
                    continue
                shutil.rmtree(lock.with_suffix(""), ignore_errors=True)
            if not lock.with_suffix("").exists():
                lock.unlink(missing_ok=True)


def _lock(file: IO[bytes], wait: bool) -> bool:
    """Lock a file for this process until it is closed; False if another holds it, or there are no locks here."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
