"""A workspace: one folder on disk that holds a pack, the reported batches, the store and the runs."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import Engine

from data.store.database import check_writable, open_store
from data.store.drafts import draft_folder
from indicators.entries.refusal import Refusal


@dataclass(frozen=True)
class Workspace:
    """Where everything of one inspection lies."""

    root: Path

    @property
    def pack_folder(self) -> Path:
        """The copy of the pack that this workspace scores by."""
        return self.root / "pack"

    @property
    def next_pack_folder(self) -> Path:
        """The pack that takes the place of ``pack_folder`` in a moment; there only while one is exchanged."""
        return self.root / ".pack-next"

    @property
    def batches_folder(self) -> Path:
        """Reported data, one Parquet file per batch; files are only ever added."""
        return self.root / "batches"

    @property
    def compact_folder(self) -> Path:
        """Copies of many small batches in one file; each can be made again, and nothing in it is data."""
        return self.root / "compact"

    @property
    def staging_folder(self) -> Path:
        """What imports that are under way have read so far; nothing in it is data."""
        return self.root / "staging"

    @property
    def runs_folder(self) -> Path:
        """One folder per scoring run."""
        return self.root / "runs"

    @property
    def packs_folder(self) -> Path:
        """The packs that runs were scored by, as they were then, each under the beginning of its hash."""
        return self.root / "packs"

    @property
    def database_path(self) -> Path:
        """The SQLite store, where the workspace names no other one."""
        return self.root / "ducha.db"

    @property
    def evidence_folder(self) -> Path:
        """Evidence files, each under its SHA-256."""
        return self.root / "evidence"

    @property
    def companions_folder(self) -> Path:
        """Workspaces of further packs that use what this one takes in, each under the id of its pack."""
        return self.root / "companions"

    @property
    def host(self) -> Workspace | None:
        """The workspace among whose companions this one lies; None for one that stands by itself."""
        folder = self.root.absolute().parent
        host = Workspace(folder.parent)
        return host if folder == host.companions_folder and host.batches_folder.is_dir() else None

    @property
    def store_url(self) -> str | None:
        """The URL of a shared store: the environment's DUCHA_STORE, or the file ``store.url``; None for SQLite.

        The environment names the store of the host, never that of a companion.
        """
        named = "" if self.host is not None else os.environ.get("DUCHA_STORE", "").strip()
        file = self.root / "store.url"
        if not named and file.is_file():
            named = file.read_text(encoding="utf-8").strip()
        return named or None


class WorkspaceExists(Refusal):
    """The folder already holds a workspace, which is never overwritten."""

    def __init__(self, root: Path) -> None:
        self.root = root
        super().__init__(f"{root} 已经是一个督察工作区，不会覆盖；请换一个文件夹，或直接使用这个工作区")


class NotAWorkspace(Refusal):
    """The folder lacks what makes a workspace."""

    def __init__(self, root: Path, missing: tuple[str, ...]) -> None:
        self.root = root
        self.missing = missing
        super().__init__(f"{root} 不是督察工作区（缺少 {'、'.join(missing)}）；请先运行 ducha init 建立工作区")


class NotAPackFolder(Refusal):
    """The folder given as a pack cannot be copied into the workspace."""

    def __init__(self, folder: Path, reason: str) -> None:
        self.folder = folder
        super().__init__(f"{folder} 不能作为指标包：{reason}")


def create_workspace(root: Path, pack_folder: Path) -> Workspace:
    """Make a workspace in ``root`` (created if missing) with a copy of the pack.

    Raises WorkspaceExists, NotAPackFolder or ReadOnlyWorkspace. If it is interrupted it can simply be run
    again; of several that run at once one makes the workspace, and the others raise WorkspaceExists.
    """
    workspace = Workspace(root)
    if workspace.pack_folder.exists():
        raise WorkspaceExists(root)
    if not (pack_folder / "pack.yaml").is_file():
        raise NotAPackFolder(pack_folder, "文件夹里没有 pack.yaml")
    if root.resolve().is_relative_to(pack_folder.resolve()):
        raise NotAPackFolder(pack_folder, "工作区不能建在指标包文件夹里面，请换一个位置")
    check_workspace_writable(workspace)
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    workspace.batches_folder.mkdir(exist_ok=True)
    workspace.runs_folder.mkdir(exist_ok=True)
    open_workspace_store(workspace)
    _copy_pack(workspace, pack_folder)
    return workspace


def copy_folder(source: Path, target: Path) -> None:
    """Copy a folder's files; who may read the copies is as with any new file, whoever may read the originals."""
    shutil.copytree(source, target, copy_function=shutil.copyfile, dirs_exist_ok=True)
    for path in (target, *target.rglob("*")):
        if path.is_dir():
            path.chmod(0o700)


def _copy_pack(workspace: Workspace, pack_folder: Path) -> None:
    """The pack folder makes it a workspace, so it comes last and all at once."""
    with draft_folder(workspace.root) as copy:
        try:
            copy_folder(pack_folder, copy)
            copy.rename(workspace.pack_folder)
        except OSError as error:
            if workspace.pack_folder.exists():
                raise WorkspaceExists(workspace.root) from error
            raise


def open_workspace(root: Path) -> Workspace:
    """The workspace in ``root``. Raises NotAWorkspace."""
    workspace = Workspace(root)
    if not workspace.pack_folder.exists():
        # Somebody exchanges it at this moment, or was killed while at it: the exchange is brought to its end.
        end_exchange(workspace)
    needed = [workspace.pack_folder] if workspace.store_url else [workspace.pack_folder, workspace.database_path]
    missing = [path.name for path in needed if not path.exists()]
    if missing:
        raise NotAWorkspace(root, tuple(missing))
    return workspace


class NoSuchCompanion(Refusal):
    """The workspace holds no pack of that id."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        self.name = name
        listed = f"已有：{'、'.join(known)}" if known else "还没有并列的指标包"
        super().__init__(f"工作区里没有并列的指标包 {name}（{listed}）；要放入一份，请运行 ducha init --beside")


def list_companions(workspace: Workspace) -> tuple[Workspace, ...]:
    """The workspaces of further packs, by their names."""
    if not workspace.companions_folder.is_dir():
        return ()
    found = sorted(workspace.companions_folder.iterdir())
    return tuple(Workspace(root) for root in found if (root / "pack").is_dir())


def find_companion(workspace: Workspace, name: str) -> Workspace:
    """The workspace of the further pack of that id. Raises NoSuchCompanion."""
    companions = {each.root.name: each for each in list_companions(workspace)}
    if name not in companions:
        raise NoSuchCompanion(name, tuple(companions))
    return companions[name]


def end_exchange(workspace: Workspace) -> None:
    """Put the next pack where the former one was taken away; nothing where there is none, or another did it."""
    with suppress(FileNotFoundError):
        workspace.next_pack_folder.rename(workspace.pack_folder)


def open_workspace_store(workspace: Workspace) -> Engine:
    """The store of the workspace, brought up to date. Raises what ``open_store`` raises."""
    return open_store(workspace.store_url or workspace.database_path)


def check_workspace_writable(workspace: Workspace) -> None:
    """Raise ReadOnlyWorkspace unless files can be added to the workspace's folder."""
    check_writable(workspace.database_path)
