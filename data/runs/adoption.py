"""A pack taken into use: by whom and when, and that one version of it is one content for ever.

Rules are an input like any other. What was once taken under an id and a version, here or by whoever ships this
program, is refused with another content under the same version, wherever a pack is taken. Where somebody's account may
approve rules, one person alone takes none: they are handed in and approved (``scoring/office/rule_versions.py``).
"""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from data.runs.companions import check_companion
from data.store.database import reading
from data.store.drafts import draft_folder
from data.store.tables import user_table
from data.store.workspace import NotAPackFolder, Workspace, copy_folder, end_exchange, open_workspace_store
from data.trail.noted import note_event, noting, read_noted
from indicators.entries.refusal import Refusal
from indicators.meaning.drafts import refuse_drafts
from indicators.pack.model import Pack
from indicators.reader import PACKS, hash_pack, load_pack

#: The role that the machine of rules lets approve them (``data/ledger/machines/rules.py``).
APPROVER = "lead"


class PackChanged(Refusal):
    """Rules were changed without a new version: what was scored by them before could not be told from it."""

    def __init__(self, pack: Pack, known: str = "已经用来评过分") -> None:
        self.pack = pack.head.id
        self.version = pack.head.version
        super().__init__(
            f"指标包 {self.pack} 的 {self.version} 版{known}，现在内容却不同：规则一改，就要换版本号。"
            f"请把改过的指标包的 version 改成新的（例如在 {self.version} 后面加一），或者改回原来的内容，再试一次"
        )


class OtherPack(Refusal):
    """The folder holds another pack than the one that the workspace inspects by."""

    def __init__(self, current: Pack, pack: Pack) -> None:
        super().__init__(
            f"工作区用的是指标包 {current.head.id}，这一份是 {pack.head.id}，不是它的新版；"
            f"另一项督察请用 ducha init 另建工作区"
        )


class LeftBase(Refusal):
    """A new version of a pack over another that lies over it no longer: what that one forbids would be free."""

    def __init__(self, current: Pack, pack: Pack) -> None:
        below = current.layers[-2]
        super().__init__(
            f"现行的《{current.head.title}》叠在上级的《{below.title}》（{below.id}）上面，新的一份不再叠在它上面；"
            f"请把上级指标包放在 base 里，写好 extends，再试一次"
        )


def check_successor(current: Pack, pack: Pack) -> None:
    """A pack follows another in a workspace under its id, over the same packs. Raises OtherPack, LeftBase."""
    if pack.head.id != current.head.id:
        raise OtherPack(current, pack)
    bases = [layer.id for layer in current.layers[:-1]]
    if bases and bases != [layer.id for layer in pack.layers[:-1]]:
        raise LeftBase(current, pack)


class ApprovalNeeded(Refusal):
    """One person would change the rules alone where another one's account may approve them."""

    def __init__(self, pack: Pack) -> None:
        super().__init__(
            f"指标包 {pack.head.id} 的 {pack.head.version} 版还没有批准，没有换用：工作区里已有督察办负责人的账号，"
            f"换用新版要由两个人办理，先用 ducha pack submit 或「指标编制」页提交，再由另一个人批准"
        )


def name_version(pack: Pack) -> str:
    """What the trail knows a version of a pack by."""
    return f"{pack.head.id} {pack.head.version}"


def check_pack_version(engine: Engine, pack: Pack) -> None:
    """Raise PackChanged where another content was taken or scored by under the same id and version."""
    with reading(engine) as connection:
        check_taken(connection, pack)


def check_taken(connection: Connection, pack: Pack) -> None:
    """The same, inside a transaction."""
    _check_known(read_noted(connection, "pack", name_version(pack)), pack)


def check_shipped(pack: Pack) -> None:
    """Raise PackChanged where the program ships another content under the same id and version."""
    shipped = PACKS / pack.head.id
    if (shipped / "pack.yaml").is_file() and hash_pack(shipped) != pack.sha256:
        known = load_pack(shipped)
        if name_version(known) == name_version(pack):
            raise PackChanged(pack, "是本程序自带的")


def note_pack(connection: Connection, pack: Pack, reason: str, *, now: datetime, actor: str) -> None:
    """Note that a version is taken, inside a ``noting`` transaction; one that is known already changes nothing.

    Raises PackChanged, and ApprovalNeeded for a second version where somebody else may approve it.
    """
    refuse_drafts(pack)
    known = read_noted(connection, "pack", name_version(pack))
    _check_known(known, pack)
    if known is None:
        if read_noted(connection, "pack") is not None and has_approver(connection):
            raise ApprovalNeeded(pack)
        content = {"sha256": pack.sha256, "title": pack.head.title}
        note_event(connection, "pack", name_version(pack), "adopt", content, now=now, actor=actor, reason=reason)


def has_approver(connection: Connection) -> bool:
    """Whether there is an account that may approve rules and act."""
    roles = connection.scalars(sa.select(user_table.c.roles).where(user_table.c.state == "active"))
    return any(APPROVER in (each or ()) for each in roles)


def _check_known(known: dict[str, object] | None, pack: Pack) -> None:
    if known is not None and known["sha256"] != pack.sha256:
        raise PackChanged(pack)


def begin_pack(workspace: Workspace, pack: Pack, *, now: datetime, actor: str) -> None:
    """Note the pack that a workspace was made with. Raises PackChanged."""
    with noting(open_workspace_store(workspace), workspace.root) as connection:
        note_pack(connection, pack, "建立工作区", now=now, actor=actor)


def adopt_pack(workspace: Workspace, folder: Path, reason: str, *, now: datetime, actor: str) -> Pack | None:
    """Let the workspace inspect by a new version of its pack from now on; None if it does already.

    The event comes first: a process that is killed between leaves what a verification names and a second call ends.
    Raises PackChanged, OtherPack, LeftBase, DraftPack, PacksDisagree, and what reading a pack raises.
    """
    pack, current = load_pack(folder), load_pack(workspace.pack_folder)
    check_successor(current, pack)
    check_companion(workspace, pack)
    refuse_drafts(pack)
    engine = open_workspace_store(workspace)
    check_shipped(pack)
    with reading(engine) as connection:
        known = read_noted(connection, "pack", name_version(pack))
        last = read_noted(connection, "pack")
        alone = not has_approver(connection)
    _check_known(known, pack)
    if known is not None and pack.sha256 == current.sha256:
        return None
    if not alone:
        raise ApprovalNeeded(pack)
    with draft_folder(workspace.root) as draft:
        copy = copy_checked(folder, draft / "pack", pack)
        with noting(engine, workspace.root) as connection:
            note_pack(connection, pack, reason, now=now, actor=actor)
            if known is not None and last != known:
                # Back to a version of before: what is in use is what was noted last.
                note_event(connection, "pack", name_version(pack), "adopt", known, now=now, actor=actor, reason=reason)
        if pack.sha256 != current.sha256:
            exchange_pack(workspace, copy, draft / "former", current.sha256)
    return pack


def copy_checked(folder: Path, target: Path, pack: Pack) -> Path:
    """A copy of a pack's folder that is the pack. Raises NotAPackFolder where somebody changes it meanwhile."""
    copy_folder(folder, target)
    if hash_pack(target) != pack.sha256:
        raise NotAPackFolder(folder, "读的时候有人在改，请再试一次")
    return target


def exchange_pack(workspace: Workspace, copy: Path, former: Path, sha256: str) -> None:
    """Put a copy where the pack in use lies; what was in use is kept among the packs by its hash, if it is not yet."""
    place = workspace.packs_folder / sha256[:16]
    place.parent.mkdir(exist_ok=True)
    shutil.rmtree(workspace.next_pack_folder, ignore_errors=True)
    copy.rename(workspace.next_pack_folder)
    # Whatever ends it between these two, whoever opens the workspace next brings it to its end.
    workspace.pack_folder.rename(former if place.exists() else place)
    end_exchange(workspace)
