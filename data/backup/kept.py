"""The backups that are kept in the workspace itself, as the administrator makes and checks them from a page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from data.backup.archive import BackupRefused, open_backup
from data.backup.backup import CheckedBackup, check_backup, make_backup
from data.clock import office_time
from data.ledger.ledger import Ledger
from data.signing.key import SigningKey
from data.signing.trust import NOBODY, Trusted
from data.store.database import reading
from data.store.workspace import Workspace
from data.trail.keys import read_key
from data.trail.noted import is_administrator
from data.trail.refusals import RoleRefused

#: The folder within the workspace. A backup does not hold it: the next one would hold all before it.
BACKUPS = "backups"


@dataclass(frozen=True)
class KeptBackup:
    """A backup in the folder."""

    name: str
    made_at: datetime
    size: int


def keep_backup(
    ledger: Ledger, workspace: Workspace, actor: str, *, now: datetime, key: SigningKey | None = None
) -> KeptBackup:
    """Make a backup; others may go on working. Raises RoleRefused, and BackupRefused where something is amiss too.

    A backup with something amiss is kept all the same: it is better than none.
    """
    _check_administrator(ledger, actor)
    folder = workspace.root / BACKUPS
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"备份-{office_time(now):%Y%m%d-%H%M%S}.zip"
    made = make_backup(workspace, path, now=now, key=key)
    if made.problems:
        raise BackupRefused(f"已备份到 {path.name}，但有 {len(made.problems)} 处不符：{'；'.join(made.problems[:5])}")
    return _describe(path)


def list_backups(ledger: Ledger, workspace: Workspace, actor: str) -> list[KeptBackup]:
    """The backups in the folder, newest first. Raises RoleRefused."""
    _check_administrator(ledger, actor)
    return sorted(map(_describe, _find(workspace)), key=lambda kept: (kept.made_at, kept.name), reverse=True)


def check_kept(
    ledger: Ledger, workspace: Workspace, actor: str, name: str, *, now: datetime, trusted: Trusted = NOBODY
) -> CheckedBackup:
    """Whether a backup in the folder can be restored.

    Raises RoleRefused, BackupRefused for what is none, and SignatureRefused for one that is not signed with a
    ``trusted`` key, unless the workspace has no key itself.
    """
    _check_administrator(ledger, actor)
    path = next((path for path in _find(workspace) if path.name == name), None)
    if path is None:
        raise BackupRefused(f"没有备份 {name}")
    with reading(ledger.engine) as connection:
        unsigned = read_key(connection) is None
    with open_backup(path) as folder:
        return check_backup(folder, now=now, trusted=trusted, unsigned=unsigned)


def _find(workspace: Workspace) -> list[Path]:
    # While a backup is written its name begins with a dot.
    return [path for path in (workspace.root / BACKUPS).glob("*.zip") if not path.name.startswith(".")]


def _describe(path: Path) -> KeptBackup:
    found = path.stat()
    return KeptBackup(path.name, datetime.fromtimestamp(found.st_mtime, UTC), found.st_size)


def _check_administrator(ledger: Ledger, actor: str) -> None:
    with reading(ledger.engine) as connection:
        allowed = is_administrator(connection, actor)
    if not allowed:
        raise RoleRefused("只有系统管理才能备份", actor=actor)
