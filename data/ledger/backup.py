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
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from data.belongings import list_belongings
from data.clock import store_moment
from data.ledger.ledger import list_records
from data.ledger.trail import HEAD_FILE, Head, read_head
from data.runs.folder import RunChanged
from data.store import MIGRATIONS, StoreTooNew, metadata, migrate_store, migration_table, open_store, reading, writing
from data.verification import verify_workspace
from data.workspace import Workspace, open_workspace_store
from indicators.refusal import Refusal

MANIFEST = "manifest.json"
SCHEMA = "ducha.backup.v1"
#: More than this no manifest needs, however many files there are.
_LARGEST_MANIFEST = 256 * 1024**2
#: What is left free on the disk where an archive is unpacked.
_SPARE = 64 * 1024**2


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
        evidence = {row["sha256"]: row for row in list_records(connection, "evidence")}
        try:
            belongings = list(list_belongings(connection, workspace))
        except RunChanged as changed:
            raise BackupRefused(str(changed)) from None
    (folder / HEAD_FILE).write_text(f"{head}\n", encoding="utf-8")
    hashes[HEAD_FILE] = _hash_file(folder / HEAD_FILE)
    problems = []
    for name in belongings:
        if name == HEAD_FILE:
            continue
        row = evidence.get(PurePosixPath(name).name) if name.startswith("evidence/") else None
        try:
            hashes[name] = _copy(workspace.root / name, folder / name)
        except FileNotFoundError:
            if row is None:
                problems.append(f"{name} 不见了")
                continue
            with reading(engine) as connection:
                (newest,) = list_records(connection, "evidence", id=row["id"])
            if newest["state"] == "redacted":
                raise BackupRefused(f"证据 {row['id']} 在备份时被销毁,请再备份一次") from None
            problems.append(f"证据 {row['id']}({row['original_name']})的文件不见了")
            continue
        if row is not None and hashes[name] != row["sha256"]:
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
                _unpack(archive, source, Path(folder))
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, UnicodeError, RuntimeError) as error:
            raise BackupRefused(f"{source} 不是备份,或者损坏了({error})") from None
        yield Path(folder)


def _unpack(archive: zipfile.ZipFile, source: Path, folder: Path) -> None:
    """Unpack what the manifest lists, once each, if there is room for it: the rest is not even looked at."""
    entries: dict[str, zipfile.ZipInfo] = {}
    for entry in archive.infolist():
        _check_name(entry.filename)
        if entry.filename in entries:
            raise BackupRefused(f"备份里「{entry.filename}」有两份,分不清,不读")
        if not entry.is_dir():
            entries[entry.filename] = entry
    if MANIFEST not in entries:
        raise BackupRefused(f"{source} 不是督察备份(没有可读的 {MANIFEST})")
    room = shutil.disk_usage(folder).free - _SPARE
    if entries[MANIFEST].file_size > _LARGEST_MANIFEST or sum(each.file_size for each in entries.values()) > room:
        raise BackupRefused(f"{source} 展开后放不下(磁盘还能用 {max(room, 0) >> 20} MB),没有展开")
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


def _check_name(name: str) -> None:
    path = PurePosixPath(name)
    if not name.isprintable() or path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name:
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
            # With the backup as its folder what the rows refer to is looked for beside them.
            problems += _check_belongings(engine, folder, manifest)
            found = verify_workspace(engine, folder, now, [head, *known_heads])
            problems += [str(each) for each in found.problems]
            with reading(engine) as connection:
                last = read_head(connection)
            events = last.seq
            if last != head:
                problems.append(f"清单上的链头是第 {head.seq} 条,留痕却到第 {last.seq} 条")
            engine.dispose()
    return CheckedBackup(head, len(manifest["files"]), events, sha256, tuple(problems))


def _check_belongings(engine: Engine, folder: Path, manifest: dict[str, Any]) -> Iterator[str]:
    """That the files are those which the rows and the runs refer to: each of them, and nothing else."""
    tables = {f"store/{table.name}.jsonl" for table in metadata.sorted_tables}
    try:
        with reading(engine) as connection:
            expected = set(list_belongings(connection, Workspace(folder)))
    except RunChanged:
        # Named by the verification; which files belong cannot be told without it.
        return
    for name in sorted(set(manifest["files"]) - expected - tables):
        yield f"{name} 不属于工作区,不该在备份里"
    for name in sorted(expected - set(manifest["files"])):
        yield f"{name} 是评分或留痕用到的,备份里没有"


def _read_manifest(folder: Path) -> tuple[dict[str, Any], str]:
    try:
        content = (folder / MANIFEST).read_bytes()
        manifest = json.loads(content)
        if manifest["schema"] != SCHEMA or not all(isinstance(name, str) for name in manifest["migrations"]):
            raise ValueError
        Head.parse(manifest["head"])
        for name, digest in dict(manifest["files"]).items():
            _check_name(name)
            if not isinstance(digest, str):
                raise TypeError
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BackupRefused(f"{folder} 不是督察备份(没有可读的 {MANIFEST})") from error
    known = {migration.__name__ for migration in MIGRATIONS}
    if unknown := sorted(set(manifest["migrations"]) - known):
        raise StoreTooNew(unknown)
    return manifest, hashlib.sha256(content).hexdigest()


def _check_files(folder: Path, files: dict[str, str]) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        if path.is_symlink():
            raise BackupRefused(f"备份里的 {path.relative_to(folder).as_posix()} 是链接,不读")
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
    """A store with the rows of the backup, by the schema that they were written for, then brought up to date.

    Raises BackupRefused for rows that are none of this schema.
    """
    try:
        return _load_rows(folder, manifest, target)
    except (sa.exc.SQLAlchemyError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise BackupRefused(f"备份里数据库的内容读不懂({type(error).__name__}),没有恢复") from None


def _load_rows(folder: Path, manifest: dict[str, Any], target: Path | str) -> Engine:
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
            # What belongs to a workspace was checked; a store of rows is no file of it.
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
