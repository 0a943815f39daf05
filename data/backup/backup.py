"""A backup: one moment of the store as JSON lines, and every file that it refers to, each with its SHA-256.

The rows are read in one transaction, so that others may write meanwhile. Files are only ever added, and added
before a row refers to them; hence they are copied after the rows were read. A backup holds the hashes of passwords.

The manifest holds the hash of everything else and is signed with the office's key. Who signed is held against the keys
that whoever checks knows from elsewhere (``data/signing/trust.py``), never against what the backup says of itself.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from data.backup.archive import MANIFEST, BackupRefused, check_name
from data.backup.contents import list_belongings
from data.backup.verification import verify_workspace
from data.clock import office_time, store_moment
from data.ledger.evidence import finish_redactions
from data.ledger.ledger import list_records
from data.ledger.rows import EvidenceRow
from data.runs.folder import RunChanged
from data.signing.key import PublicKey, SigningKey
from data.signing.trust import NOBODY, SignatureRefused, Trusted, check_signature, write_signature
from data.store.database import (
    MIGRATIONS,
    ReadOnlyWorkspace,
    StoreTooNew,
    list_kept_tables,
    metadata,
    migrate_store,
    migration_table,
    open_store,
    reading,
    writing,
)
from data.store.drafts import draft_file, draft_folder, sweep_drafts
from data.store.workspace import Workspace, open_workspace_store
from data.trail.events import HEAD_FILE, Head, read_head
from data.trail.keys import read_key

SIGNATURE = "manifest.sig"
_LARGEST_SIGNATURE = 64 * 1024
SCHEMA = "ducha.backup.v1"


@dataclass(frozen=True)
class Backup:
    """What a backup holds: its head of the trail, how many files, the hash of its manifest, and what was amiss.

    ``signed_by`` is None for one that nobody signed.
    """

    head: Head
    files: int
    sha256: str
    signed_by: PublicKey | None
    problems: tuple[str, ...]


def make_backup(workspace: Workspace, target: Path, *, now: datetime, key: SigningKey | None = None) -> Backup:
    """Write a backup: a folder, or a zip archive where the name ends so. ``target`` must not be there yet.

    Evidence whose bytes are not those of its hash is copied as it is and told as a problem, and so is a backup that
    is not signed with the key that the trail names: it is better than none. Raises BackupRefused.
    """
    if target.exists():
        raise BackupRefused(f"{target} 已经存在，不会覆盖；请换一个名字")
    target.parent.mkdir(parents=True, exist_ok=True)
    sweep_drafts(target.parent, now)
    engine = open_workspace_store(workspace)
    with contextlib.suppress(ReadOnlyWorkspace):
        finish_redactions(engine, workspace.root)
    with draft_folder(target.parent) as draft:
        made = _fill(workspace, engine, draft, now, key)
        if target.suffix.lower() == ".zip":
            with draft_file(target.parent, ".zip") as packed:
                _pack(draft, packed)
                packed.rename(target)
        else:
            draft.rename(target)
        return made


def _fill(workspace: Workspace, engine: Engine, folder: Path, now: datetime, key: SigningKey | None) -> Backup:
    hashes: dict[str, str] = {}
    with reading(engine) as connection:
        applied = sorted(connection.scalars(sa.select(migration_table.c.name)))
        head = read_head(connection)
        for table in list_kept_tables():
            hashes[f"store/{table.name}.jsonl"] = _write_table(connection, table, folder / "store")
        evidence = {row.sha256: row for row in list_records(connection, EvidenceRow)}
        problems = list(_check_signer(read_key(connection), key))
        try:
            belongings = list(list_belongings(connection, workspace))
        except RunChanged as changed:
            raise BackupRefused(str(changed)) from None
    (folder / HEAD_FILE).write_text(f"{head}\n", encoding="utf-8")
    hashes[HEAD_FILE] = _hash_file(folder / HEAD_FILE)
    hashes |= _copy_belongings(workspace, engine, folder, belongings, evidence, problems)
    manifest = {
        "schema": SCHEMA,
        "made_at": store_moment(now),
        "migrations": applied,
        "head": str(head),
        "files": dict(sorted(hashes.items())),
    }
    content = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
    (folder / MANIFEST).write_bytes(content)
    if key is not None:
        (folder / SIGNATURE).write_bytes(write_signature(key, "backup", content))
    signer = key.public if key is not None else None
    return Backup(head, len(hashes), hashlib.sha256(content).hexdigest(), signer, tuple(problems))


def _copy_belongings(
    workspace: Workspace,
    engine: Engine,
    folder: Path,
    names: Sequence[str],
    evidence: Mapping[str, EvidenceRow],
    problems: list[str],
) -> dict[str, str]:
    """Copy what belongs to the workspace; the hash of each, and ``problems`` with what is gone or was changed."""
    hashes: dict[str, str] = {}
    for name in names:
        if name == HEAD_FILE:
            continue
        row = evidence.get(PurePosixPath(name).name) if name.startswith("evidence/") else None
        try:
            hashes[name] = _copy(workspace.root / name, folder / name)
        except FileNotFoundError:
            problems.append(f"{name} 不见了" if row is None else _say_gone(engine, row))
            continue
        if row is not None and hashes[name] != row.sha256:
            problems.append(f"证据 {row.id}（{row.original_name}）的文件被改动过，摘要不符")
    return hashes


def _say_gone(engine: Engine, row: EvidenceRow) -> str:
    """That the file of evidence is missing. Raises BackupRefused where it was destroyed meanwhile."""
    with reading(engine) as connection:
        (newest,) = list_records(connection, EvidenceRow, id=row.id)
    if newest.state == "redacted":
        raise BackupRefused(f"证据 {row.id} 在备份时被销毁，请再备份一次") from None
    return f"证据 {row.id}（{row.original_name}）的文件不见了"


def _check_signer(known: PublicKey | None, key: SigningKey | None) -> Iterator[str]:
    if known is not None and key is None:
        yield f"备份没有签名：留痕登记的密钥是 {known.id}，这次没有打开它"
    elif key is not None and known != key.public:
        told = f"留痕登记的是 {known.id}" if known is not None else "留痕还没有登记密钥"
        yield f"备份用密钥 {key.public.id} 签名，而{told}；请用 ducha key renew 登记"


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
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder).as_posix())


@dataclass(frozen=True)
class BackupManifest:
    """What a backup says of itself: the SHA-256 of each of its files, the trail's head, and what its store has seen.

    Backups of before it was kept do not say when they were made.
    """

    migrations: tuple[str, ...]
    head: Head
    files: dict[str, str]
    made_at: str


@dataclass(frozen=True)
class CheckedBackup:
    """What a check of a backup found; no problems if it can be restored. ``origin``: what is known of who made it."""

    head: Head
    files: int
    events: int
    sha256: str
    origin: str
    signed_by: PublicKey | None
    problems: tuple[str, ...]


def check_backup(
    folder: Path,
    *,
    now: datetime,
    known_heads: tuple[Head, ...] = (),
    trusted: Trusted = NOBODY,
    unsigned: bool = False,
) -> CheckedBackup:
    """Verify an opened backup without touching anything: every hash, the trail, its head, and the evidence.

    Raises BackupRefused where it is none, StoreTooNew where a newer version made it, and SignatureRefused, before
    anything else is looked at, where it is not signed with a ``trusted`` key; ``unsigned`` allows one without.
    """
    manifest, content = _read_manifest(folder)
    signer, origin = _check_origin(folder, manifest, content, trusted, unsigned)
    sha256 = hashlib.sha256(content).hexdigest()
    problems = list(_check_files(folder, manifest.files))
    head = manifest.head
    events = 0
    if not any(problem.startswith("store/") for problem in problems):
        with draft_folder() as scratch:
            engine = _load(folder, manifest, scratch / "ducha.db")
            # With the backup as its folder what the rows refer to is looked for beside them.
            problems += _check_belongings(engine, folder, manifest)
            found = verify_workspace(engine, folder, now, [head, *known_heads], trusted=trusted)
            problems += [str(each) for each in found.problems]
            with reading(engine) as connection:
                last = read_head(connection)
            events = last.seq
            if last != head:
                problems.append(f"清单上的链头是第 {head.seq} 条，留痕却到第 {last.seq} 条")
            engine.dispose()
    return CheckedBackup(head, len(manifest.files), events, sha256, origin, signer, tuple(problems))


def _check_origin(
    folder: Path, manifest: BackupManifest, content: bytes, trusted: Trusted, unsigned: bool
) -> tuple[PublicKey | None, str]:
    """Who signed the manifest, and in words what that proves. Raises SignatureRefused."""
    path = folder / SIGNATURE
    if path.is_symlink() or (path.is_file() and path.stat().st_size > _LARGEST_SIGNATURE):
        raise BackupRefused(f"备份里的 {SIGNATURE} 是链接，或者大得不像签名，不读")
    if not path.is_file():
        if trusted and not unsigned:
            known = "、".join(each.id for each in trusted.keys)
            raise SignatureRefused(
                f"备份没有签名，而本办有签名密钥（{known}）：可能是别人另造的。"
                f"确知是启用密钥以前的备份，才加 --unsigned 照样核对"
            )
        return None, "注意：备份没有签名，不能证明是本办的：谁能改它，谁就能另造一份自相一致的。下面只说明它自相一致"
    signer = check_signature(path.read_bytes(), "backup", content, trusted, "备份")
    if not trusted:
        return signer, (
            f"注意：本机没有本办的公钥可对照，不能证明签名的密钥 {signer.id} 是本办的（用 --public-key 写明公钥）。"
            f"下面只说明备份自相一致"
        )
    made = f"{office_time(manifest.made_at):%Y-%m-%d %H:%M}"
    return signer, f"签名属实：由密钥 {signer.id} 于 {made} 签名，公钥取自{'命令所写' if trusted.named else '本机'}"


def _check_belongings(engine: Engine, folder: Path, manifest: BackupManifest) -> Iterator[str]:
    """That the files are those which the rows and the runs refer to: each of them, and nothing else."""
    tables = {f"store/{table.name}.jsonl" for table in list_kept_tables()}
    try:
        with reading(engine) as connection:
            expected = set(list_belongings(connection, Workspace(folder)))
    except RunChanged:
        # Named by the verification; which files belong cannot be told without it.
        return
    for name in sorted(set(manifest.files) - expected - tables):
        yield f"{name} 不属于工作区，不该在备份里"
    for name in sorted(expected - set(manifest.files)):
        yield f"{name} 是评分或留痕用到的，备份里没有"


def _read_manifest(folder: Path) -> tuple[BackupManifest, bytes]:
    try:
        content = (folder / MANIFEST).read_bytes()
        held = json.loads(content)
        if held["schema"] != SCHEMA or not all(isinstance(name, str) for name in held["migrations"]):
            raise ValueError
        made_at = held.get("made_at", "1970-01-01")
        datetime.fromisoformat(made_at)
        manifest = BackupManifest(tuple(held["migrations"]), Head.parse(held["head"]), dict(held["files"]), made_at)
        for name, digest in manifest.files.items():
            check_name(name)
            if not isinstance(digest, str):
                raise TypeError
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BackupRefused(f"{folder} 不是督察备份（没有可读的 {MANIFEST}）") from error
    known = {migration.__name__ for migration in MIGRATIONS}
    if unknown := sorted(set(manifest.migrations) - known):
        raise StoreTooNew(unknown)
    return manifest, content


def _check_files(folder: Path, files: dict[str, str]) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        if path.is_symlink():
            raise BackupRefused(f"备份里的 {path.relative_to(folder).as_posix()} 是链接，不读")
    for name, sha256 in files.items():
        path = folder / name
        if not path.is_file():
            yield f"{name} 不见了"
        elif _hash_file(path) != sha256:
            yield f"{name} 与清单上的摘要不符"
    present = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    for name in sorted(present - files.keys() - {MANIFEST, SIGNATURE}):
        yield f"{name} 不在清单上"


def _load(folder: Path, manifest: BackupManifest, target: Path | str) -> Engine:
    """A store with the rows of the backup, by the schema that they were written for, then brought up to date.

    Raises BackupRefused for rows that are none of this schema.
    """
    try:
        return _load_rows(folder, manifest, target)
    except (sa.exc.SQLAlchemyError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise BackupRefused(f"备份里数据库的内容读不懂（{type(error).__name__}），没有恢复") from None


def _load_rows(folder: Path, manifest: BackupManifest, target: Path | str) -> Engine:
    engine = open_store(target, [each for each in MIGRATIONS if each.__name__ in manifest.migrations])
    with writing(engine) as connection:
        for table in list_kept_tables():
            path = folder / "store" / f"{table.name}.jsonl"
            if not path.is_file():
                continue
            with path.open(encoding="utf-8") as lines:
                for line in lines:
                    row = json.loads(line)
                    # Named, so that a row without what it is found by is refused before anything asks for a default.
                    named = {column.name: row[column.name] for column in table.primary_key}
                    connection.execute(table.insert().values({**row, **named}))
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
        raise BackupRefused(f"{root} 不是空文件夹，不会覆盖；请换一个新的文件夹")
    if store_url is not None:
        _check_empty(store_url)
    root.parent.mkdir(parents=True, exist_ok=True)
    with draft_folder(root.parent) as draft:
        for name in manifest.files:
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
    return Workspace(root)


def _check_empty(url: str) -> None:
    engine = open_store(url)
    with reading(engine) as connection:
        for table in metadata.sorted_tables:
            if connection.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first() is not None:
                raise BackupRefused(f"数据库里已有数据（表 {table.name}），不会覆盖；请换一个空的数据库")
