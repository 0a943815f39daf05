"""Opening a backup that came from anywhere: what it may be called, hold and weigh before a byte of it is read."""

from __future__ import annotations

import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from data.store.drafts import draft_folder
from indicators.entries.refusal import Refusal

MANIFEST = "manifest.json"
#: More than this no manifest needs, however many files there are.
_LARGEST_MANIFEST = 256 * 1024**2
#: What is left free on the disk where an archive is unpacked.
_SPARE = 64 * 1024**2


class BackupRefused(Refusal):
    """A backup that cannot be made, read or restored, with a sentence."""


@contextmanager
def open_backup(source: Path) -> Iterator[Path]:
    """The backup as a folder: itself, or unpacked for a while. Raises BackupRefused for what is no backup."""
    if source.is_dir():
        yield source
        return
    if not source.is_file():
        raise BackupRefused(f"没有备份 {source}")
    with draft_folder() as folder:
        try:
            with zipfile.ZipFile(source) as archive:
                _unpack(archive, source, folder)
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, UnicodeError, RuntimeError) as error:
            raise BackupRefused(f"{source} 不是备份，或者损坏了（{error}）") from None
        yield folder


def _unpack(archive: zipfile.ZipFile, source: Path, folder: Path) -> None:
    """Unpack what the manifest lists, once each, if there is room for it: the rest is not even looked at."""
    entries: dict[str, zipfile.ZipInfo] = {}
    for entry in archive.infolist():
        check_name(entry.filename)
        if entry.filename in entries:
            raise BackupRefused(f"备份里「{entry.filename}」有两份，分不清，不读")
        if not entry.is_dir():
            entries[entry.filename] = entry
    if MANIFEST not in entries:
        raise BackupRefused(f"{source} 不是督察备份（没有可读的 {MANIFEST}）")
    room = shutil.disk_usage(folder).free - _SPARE
    if entries[MANIFEST].file_size > _LARGEST_MANIFEST or sum(each.file_size for each in entries.values()) > room:
        raise BackupRefused(f"{source} 展开后放不下（磁盘还能用 {max(room, 0) >> 20} MB），没有展开")
    for name, entry in entries.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(entry) as packed, target.open("xb") as file:
            # No more than was announced, whatever the packed bytes go on to give.
            shutil.copyfileobj(_Limited(packed, entry.file_size), file)


class _Limited:
    """The beginning of a stream."""

    def __init__(self, stream: IO[bytes], size: int) -> None:
        self._stream, self._left = stream, size

    def read(self, size: int = -1) -> bytes:
        """Up to ``size`` bytes more, none once the limit is reached."""
        found = self._stream.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(found)
        return found


def check_name(name: str) -> None:
    """Raise BackupRefused for a name of a file that would lie elsewhere than in the backup."""
    path = PurePosixPath(name)
    if not name.isprintable() or path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name:
        raise BackupRefused(f"备份里有不该有的文件名「{name}」，不读")
