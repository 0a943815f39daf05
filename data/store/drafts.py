"""What is written and not finished yet: one place that gives it a name, holds it, and takes away what was left behind.

A draft is locked for as long as the process that writes it lives, whatever ends it. What nobody holds is debris of a
killed process; it is never read, and :func:`sweep_drafts` takes it away.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO, cast

if sys.platform != "win32":
    import fcntl

#: How every name begins.
PREFIX = ".ducha-draft-"
#: Between its making and its locking a draft is nobody's; where there are no locks, it may be somebody's for long.
_YOUNG = timedelta(minutes=10)
#: Where there is no lock to ask, age alone tells: nothing is ever written for so long.
_OLD = timedelta(days=2)
#: How versions before this named theirs, without a lock.
_FORMER = (".head-*", ".draft-*", ".*.tmp", "pack.new-*", ".备份-*.zip.*")
_FORMER_UNPACKED = ("ducha-restore-*", "ducha-check-*")


@contextmanager
def draft_file(folder: Path, suffix: str = "", mode: int = 0o600) -> Iterator[Path]:
    """A new empty file in a folder, gone at the end unless it was renamed; readable by the account alone.

    With another ``mode`` by those to whom the account leaves its files.
    """
    path = folder / f"{PREFIX}{uuid.uuid4().hex}{suffix}"
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, mode)
    try:
        _lock(handle)
        yield path
    finally:
        with suppress(OSError):
            path.unlink(missing_ok=True)
        os.close(handle)


@contextmanager
def draft_folder(folder: Path | None = None) -> Iterator[Path]:
    """A new folder in a folder (the system's own place for such where it is None), for the account alone.

    It is gone at the end unless it was renamed.
    """
    path = (folder or Path(tempfile.gettempdir())) / f"{PREFIX}{uuid.uuid4().hex}"
    path.mkdir(mode=0o700)
    handle = os.open(path, os.O_RDONLY) if sys.platform != "win32" else None
    try:
        if handle is not None:
            _lock(handle)
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
        if handle is not None:
            os.close(handle)


def share_file(source: Path, target: Path) -> None:
    """One file under a second name; a copy where the disk has no second names, whole or not there."""
    try:
        os.link(source, target)
    except OSError:
        with draft_file(target.parent, mode=0o666) as draft:
            shutil.copyfile(source, draft)
            draft.replace(target)


def open_nameless() -> BinaryIO:
    """A file for writing and reading that has no name: it is gone when it is closed, however its process ends."""
    return cast(BinaryIO, tempfile.TemporaryFile())


def sweep_drafts(folder: Path | None, now: datetime) -> list[str]:
    """Take away what killed processes left in a folder, not below it (None: the system's place); returns the names."""
    place = folder or Path(tempfile.gettempdir())
    found = [path.name for path in place.glob(f"{PREFIX}*") if _sweep(path, now, _YOUNG)]
    for pattern in _FORMER_UNPACKED if folder is None else ():
        found += [path.name for path in place.glob(pattern) if _sweep(path, now, _OLD)]
    return found


def sweep_below(root: Path, now: datetime) -> list[str]:
    """The same in a workspace with all its folders, and what versions before this have left there."""
    found = [path for path in root.rglob(f"{PREFIX}*") if _sweep(path, now, _YOUNG)]
    for pattern in _FORMER:
        found += [path for path in root.rglob(pattern) if _sweep(path, now, _OLD)]
    return [path.relative_to(root).as_posix() for path in found]


def sweep_workspace(root: Path, now: datetime) -> list[str]:
    """The same, and in the system's place: what begins long work calls it, when nothing of its own is open yet."""
    return [*sweep_below(root, now), *sweep_drafts(None, now)]


def _sweep(path: Path, now: datetime, age: timedelta) -> bool:
    """Take a draft away if it is old and nobody's; False if it stays."""
    try:
        if path.is_symlink():
            return False
        written = path.stat().st_mtime
        handle = None if sys.platform == "win32" else os.open(path, os.O_RDONLY)
    except OSError:
        # It has just been renamed, or belongs to another account.
        return False
    try:
        free = None if handle is None else _lock(handle)
        if free is False or written > (now - (age if free else _OLD)).timestamp():
            return False
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    except OSError:
        return False
    finally:
        if handle is not None:
            os.close(handle)
    return True


def _lock(handle: int) -> bool | None:
    """Lock a draft until it is closed; False where another process holds it, None where there are no locks."""
    if sys.platform == "win32":
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True
