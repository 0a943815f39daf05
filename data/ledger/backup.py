"""A backup: one moment of the store as JSON lines, and every file that it refers to, each with its SHA-256.

The rows are read in one transaction, so that others may write meanwhile. Files are only ever added, and added
before a row refers to them; hence they are copied after the rows were read. A backup holds the hashes of passwords.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from data.clock import store_moment
from data.ledger.evidence import place_of
from data.ledger.ledger import list_records
from data.ledger.trail import HEAD_FILE, Head, read_head
from data.ledger.verify import verify_trail
from data.store import MIGRATIONS, StoreTooNew, metadata, migrate_store, migration_table, open_store, reading, writing
from data.workspace import Workspace, open_workspace_store
from indicators.refusal import Refusal

MANIFEST = "manifest.json"
SCHEMA = "ducha.backup.v1"
#: The folders of a workspace that go into a backup; evidence goes by the rows that name it.
_FOLDERS = ("pack", "batches", "runs")
_BLOCK = 1024 * 1024


class BackupRefused(Refusal):
    """A backup that cannot be made, read or restored, with a sentence."""


@dataclass(frozen=True)
class Backup:
    """What a backup holds: its head of the trail, how many files, the hash of its manifest, and what was amiss."""

    head: Head
    files: int
    sha256: str
    problems: tuple[str, ...]


def make_backup(workspace: Workspace, target: Path, *, now: datetime) -> Backup:
    """Write a backup: a folder, or a zip archive where the name ends so. ``target`` must not be there yet.

    Evidence whose bytes are not those of its hash is copied as it is and told as a problem. Raises BackupRefused.
    """
    if target.exists():
        raise BackupRefused(f"{target} 已经存在,不会覆盖;请换一个名字")
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        made = _fill(workspace, open_workspace_store(workspace), draft, now)
        if target.suffix.lower() == ".zip":
            packed = draft.with_name(draft.name + ".zip")
            _pack(draft, packed)
            packed.rename(target)
        else:
            draft.chmod(0o700)
            draft.rename(target)
        return made
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _fill(workspace: Workspace, engine: Engine, folder: Path, now: datetime) -> Backup:
    hashes: dict[str, str] = {}
    with reading(engine) as connection:
        applied = sorted(connection.scalars(sa.select(migration_table.c.name)))
        head = read_head(connection)
        for table in metadata.sorted_tables:
            hashes[f"store/{table.name}.jsonl"] = _write_table(connection, table, folder / "store")
        evidence = list_records(connection, "evidence")
    (folder / HEAD_FILE).write_text(f"{head}\n", encoding="utf-8")
    hashes[HEAD_FILE] = _hash_file(folder / HEAD_FILE)
    for name in _FOLDERS:
        for path in sorted((workspace.root / name).rglob("*")):
            relative = path.relative_to(workspace.root)
            if path.is_file() and not any(part.startswith(".") for part in relative.parts):
                hashes[relative.as_posix()] = _copy(path, folder / relative)
    problems = []
    for row in evidence:
        place = place_of(workspace.evidence_folder, row["sha256"])
        name = place.relative_to(workspace.root).as_posix()
        if row["state"] == "redacted" or name in hashes:
            continue
        try:
            hashes[name] = _copy(place, folder / name)
        except FileNotFoundError:
            with reading(engine) as connection:
                (newest,) = list_records(connection, "evidence", id=row["id"])
            if newest["state"] == "redacted":
                raise BackupRefused(f"证据 {row['id']} 在备份时被销毁,请再备份一次") from None
            problems.append(f"证据 {row['id']}({row['original_name']})的文件不见了")
            continue
        if hashes[name] != row["sha256"]:
            problems.append(f"证据 {row['id']}({row['original_name']})的文件被改动过,摘要不符")
    manifest = {
        "schema": SCHEMA,
        "made_at": store_moment(now),
        "migrations": applied,
        "head": str(head),
        "files": dict(sorted(hashes.items())),
    }
    content = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
    (folder / MANIFEST).write_bytes(content)
    return Backup(head, len(hashes), hashlib.sha256(content).hexdigest(), tuple(problems))


def _write_table(connection: Connection, table: sa.Table, folder: Path) -> str:
    folder.mkdir(exist_ok=True)
    path = folder / f"{table.name}.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for row in connection.execute(sa.select(table).order_by(*table.primary_key.columns)).mappings():
            file.write(json.dumps(dict(row), ensure_ascii=False, sort_keys=True) + "\n")
    return _hash_file(path)


def _copy(source: Path, target: Path) -> str:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    return _hash_file(target)


def _hash_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _pack(folder: Path, target: Path) -> None:
    with zipfile.ZipFile(target, "x", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder).as_posix())
    target.chmod(0o600)


@contextmanager
def open_backup(source: Path) -> Iterator[Path]:
    """The backup as a folder: itself, or unpacked for a while. Raises BackupRefused for what is no backup."""
    if source.is_dir():
        yield source
        return
    if not source.is_file():
        raise BackupRefused(f"没有备份 {source}")
    with tempfile.TemporaryDirectory(prefix="ducha-restore-") as folder:
        try:
            with zipfile.ZipFile(source) as archive:
                for name in archive.namelist():
                    _check_name(name)
                if archive.testzip() is not None:
                    raise BackupRefused(f"{source} 损坏了:{archive.testzip()} 读不出来")
                archive.extractall(folder)
        except (zipfile.BadZipFile, NotImplementedError, EOFError) as error:
            raise BackupRefused(f"{source} 不是备份,或者损坏了({error})") from None
        yield Path(folder)


def _check_name(name: str) -> None:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name:
        raise BackupRefused(f"备份里有不该有的文件名「{name}」,不读")


@dataclass(frozen=True)
class CheckedBackup:
    """What a check of a backup found; no problems if it can be restored."""

    head: Head
    files: int
    events: int
    sha256: str
    problems: tuple[str, ...]


def check_backup(folder: Path, *, now: datetime, known_heads: tuple[Head, ...] = ()) -> CheckedBackup:
    """Verify an opened backup without touching anything: every hash, the trail, its head, and the evidence.

    Raises BackupRefused where it is none, and StoreTooNew where a newer version made it.
    """
    manifest, sha256 = _read_manifest(folder)
    problems = list(_check_files(folder, manifest["files"]))
    head = Head.parse(manifest["head"])
    events = 0
    if not any(problem.startswith("store/") for problem in problems):
        with tempfile.TemporaryDirectory(prefix="ducha-check-") as scratch:
            engine = _load(folder, manifest, Path(scratch) / "ducha.db")
            # With the backup as its folder the evidence is looked for beside the rows.
            problems += [str(each) for each in verify_trail(engine, folder, now, [head, *known_heads])]
            with reading(engine) as connection:
                last = read_head(connection)
            events = last.seq
            if last != head:
                problems.append(f"清单上的链头是第 {head.seq} 条,留痕却到第 {last.seq} 条")
            engine.dispose()
    return CheckedBackup(head, len(manifest["files"]), events, sha256, tuple(problems))


def _read_manifest(folder: Path) -> tuple[dict[str, Any], str]:
    try:
        content = (folder / MANIFEST).read_bytes()
        manifest = json.loads(content)
        if manifest["schema"] != SCHEMA:
            raise ValueError
        Head.parse(manifest["head"])
        for name in manifest["files"]:
            _check_name(name)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BackupRefused(f"{folder} 不是督察备份(没有可读的 {MANIFEST})") from error
    known = {migration.__name__ for migration in MIGRATIONS}
    if unknown := sorted(set(manifest["migrations"]) - known):
        raise StoreTooNew(unknown)
    return manifest, hashlib.sha256(content).hexdigest()


def _check_files(folder: Path, files: dict[str, str]) -> Iterator[str]:
    for name, sha256 in files.items():
        path = folder / name
        if not path.is_file():
            yield f"{name} 不见了"
        elif _hash_file(path) != sha256:
            yield f"{name} 与清单上的摘要不符"
    present = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    for name in sorted(present - files.keys() - {MANIFEST}):
        yield f"{name} 不在清单上"


def _load(folder: Path, manifest: dict[str, Any], target: Path | str) -> Engine:
    """A store with the rows of the backup, by the schema that they were written for, then brought up to date."""
    engine = open_store(target, [each for each in MIGRATIONS if each.__name__ in manifest["migrations"]])
    with writing(engine) as connection:
        for table in metadata.sorted_tables:
            path = folder / "store" / f"{table.name}.jsonl"
            if not path.is_file():
                continue
            with path.open(encoding="utf-8") as lines:
                for line in lines:
                    connection.execute(table.insert().values(json.loads(line)))
        if connection.dialect.name == "postgresql":
            # The numbers of the batches were given, so the store's own counter knows nothing of them.
            connection.exec_driver_sql(
                "SELECT setval(pg_get_serial_sequence('batch', 'seq'), coalesce((SELECT max(seq) FROM batch), 0) + 1, "
                "false)"
            )
    migrate_store(engine, MIGRATIONS)
    return engine


def restore_backup(folder: Path, root: Path, store_url: str | None) -> Workspace:
    """Make a workspace of an opened and checked backup in an empty folder, its rows in SQLite or in an empty store.

    Raises BackupRefused where the folder or the store holds anything. Nothing is left of a restore that failed.
    """
    manifest, _ = _read_manifest(folder)
    if root.exists() and any(root.iterdir()):
        raise BackupRefused(f"{root} 不是空文件夹,不会覆盖;请换一个新的文件夹")
    if store_url is not None:
        _check_empty(store_url)
    root.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{root.name}.", dir=root.parent))
    try:
        for name in manifest["files"]:
            if not name.startswith("store/"):
                (draft / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(folder / name, draft / name)
        for name in ("pack", "batches", "runs", "evidence"):
            (draft / name).mkdir(exist_ok=True)
        _load(folder, manifest, store_url or draft / "ducha.db").dispose()
        if root.exists():
            root.rmdir()
        draft.chmod(0o755)
        draft.rename(root)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return Workspace(root)


def _check_empty(url: str) -> None:
    engine = open_store(url)
    with reading(engine) as connection:
        for table in metadata.sorted_tables:
            if connection.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first() is not None:
                raise BackupRefused(f"数据库里已有数据(表 {table.name}),不会覆盖;请换一个空的数据库")
