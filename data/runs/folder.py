"""A stored run's folder: written at once with the hash of each file, and read through one door that checks them.

``manifest.json`` holds what went in, by hash, and under ``files`` the SHA-256 of everything that came out. The run's
id, which is the folder's name, is a hash of what went in alone: scoring the same inputs again finds the same run.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NotRequired, TypedDict

from data.store.drafts import draft_folder
from indicators.entries.refusal import Refusal

MANIFEST = "manifest.json"
#: The part of the manifest that tells what came out.
FILES = "files"


class RunChanged(Refusal):
    """A stored run is not what was stored: a file of it was changed, exchanged or lost, or its folder renamed."""

    def __init__(self, run: str, what: str) -> None:
        self.run = run
        self.what = what
        super().__init__(
            f"评分运行 {run} 与保存时不同：{what}。不再显示，也不打印；"
            f"请保留现场，用 ducha verify 全面核对，再从备份恢复"
        )


class RunPack(TypedDict):
    """The rules that a run went by."""

    id: str
    title: str
    version: str
    sha256: str
    not_a_ranking: NotRequired[str | None]


class RunBatch(TypedDict):
    """A file of rows that went into a run; ``live``: the scopes (unit, period) of it that counted, None for all."""

    dataset: str
    batch: str
    parquet: str
    file: str
    sheet: str | None
    sha256: str
    rows: int
    columns: dict[str, dict[str, str]]
    live: list[list[Any]] | None
    fictional: NotRequired[bool]


class RunManifest(TypedDict):
    """What went into a run. It stays a mapping: its bytes name the run, and every field of it is compared with others'.

    What runs of older versions do not have is not required.
    """

    id: str
    schema: str
    results: NotRequired[int]
    pack: RunPack
    fictional: bool
    year: int
    as_of: str
    members_sha256: NotRequired[dict[str, str]]
    scopes_sha256: str
    declared: NotRequired[list[list[Any]]]
    calendar: NotRequired[dict[str, str]]
    batches: list[RunBatch]
    engine: dict[str, str]


@dataclass(frozen=True)
class RunFolder:
    """An opened run: ``manifest`` is what went in, ``hashes`` tell what each file must be (None: an older version's).

    ``sealed`` is the SHA-256 of the manifest's bytes, as the trail notes it.
    """

    path: Path
    manifest: RunManifest
    hashes: Mapping[str, str] | None
    sealed: str

    def read(self, name: str) -> bytes:
        """The bytes of a file of the run. Raises RunChanged where they are not those that were stored."""
        if self.hashes is not None and name not in self.hashes:
            raise RunChanged(self.path.name, f"{name} 不是这次运行保存的文件")
        try:
            content = (self.path / name).read_bytes()
        except FileNotFoundError:
            raise RunChanged(self.path.name, f"{name} 不见了") from None
        if self.hashes is not None and hashlib.sha256(content).hexdigest() != self.hashes[name]:
            raise RunChanged(self.path.name, f"{name} 的内容被改动过")
        return content

    def has(self, name: str) -> bool:
        """Whether the run was stored with such a file."""
        return (self.path / name).is_file() if self.hashes is None else name in self.hashes

    def check(self) -> list[str]:
        """What is wrong with the files, each in words: changed, gone, or put in. Reads all of them."""
        found = []
        for name in self.hashes or {}:
            try:
                self.read(name)
            except RunChanged as changed:
                found.append(changed.what)
        known = {MANIFEST, *(self.hashes or {})}
        if self.hashes is not None:
            found += [f"多出 {path.name}" for path in sorted(self.path.iterdir()) if path.name not in known]
        return found


def name_run(inputs: Mapping[str, Any]) -> str:
    """The id of the run of these inputs: year, as-of day and a hash of all of them."""
    text = json.dumps(inputs, ensure_ascii=False, sort_keys=True)
    return f"{inputs['year']}-{inputs['as_of'].replace('-', '')}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def read_moment(manifest: RunManifest) -> tuple[int, date]:
    """The year that a run is about, and the day as of which it looks."""
    return int(manifest["year"]), date.fromisoformat(manifest["as_of"])


def open_run_folder(path: Path) -> RunFolder:
    """The run in a folder, its manifest checked against the folder's name. Raises RunChanged."""
    try:
        content = (path / MANIFEST).read_bytes()
        held = json.loads(content)
        hashes = held.pop(FILES, None)
        id = held["id"]
        named = name_run({name: value for name, value in held.items() if name != "id"})
    except FileNotFoundError:
        raise RunChanged(path.name, f"{MANIFEST} 不见了") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise RunChanged(path.name, f"{MANIFEST} 读不懂") from None
    if id != path.name:
        raise RunChanged(path.name, f"文件夹里是另一次运行（{id}）")
    if named != id:
        raise RunChanged(path.name, f"{MANIFEST} 所记的输入被改动过")
    if hashes is not None and not _is_list_of_hashes(hashes):
        raise RunChanged(path.name, f"{MANIFEST} 所记的文件摘要读不懂")
    return RunFolder(path, held, hashes, hashlib.sha256(content).hexdigest())


def _is_list_of_hashes(hashes: object) -> bool:
    return isinstance(hashes, dict) and all(
        isinstance(digest, str) and name == os.path.basename(name) and name not in ("", ".", "..", MANIFEST)
        for name, digest in hashes.items()
    )


def write_run_folder(
    folder: Path, manifest: Mapping[str, object], files: Mapping[str, bytes], fill: Callable[[Path], None]
) -> bool:
    """Make the folder with all files at once, so that a killed process leaves no half of it; False if it exists.

    ``fill`` writes what is too large to be held in memory.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with draft_folder(folder.parent) as draft:
        for name, content in files.items():
            (draft / name).write_bytes(content)
        fill(draft)
        hashes = {path.name: hash_file(path) for path in sorted(draft.iterdir())}
        text = json.dumps({**manifest, FILES: hashes}, ensure_ascii=False, indent=1)
        (draft / MANIFEST).write_bytes(text.encode())
        for path in draft.iterdir():
            with path.open("rb") as file:
                os.fsync(file.fileno())
        draft.chmod(0o755)
        try:
            rename_folder(draft, folder)
        except FileExistsError:
            return False
        return True


def rename_folder(source: Path, target: Path) -> None:
    """Rename; FileExistsError where the target is there already, as only some systems say by themselves."""
    try:
        source.rename(target)
    except OSError as error:
        if error.errno in (errno.ENOTEMPTY, errno.EEXIST):
            raise FileExistsError(target) from error
        raise


def hash_file(path: Path) -> str:
    """The SHA-256 of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
