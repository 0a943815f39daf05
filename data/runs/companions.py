"""Several packs in one workspace: what a companion's pack must have in common with its host's."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from data.store.workspace import Workspace, list_companions
from indicators.entries.refusal import Refusal
from indicators.entries.tables import Dataset
from indicators.meaning.shared import list_disagreements, list_shared
from indicators.pack.model import Pack
from indicators.reader import load_pack


class PacksDisagree(Refusal):
    """The packs mean something else by a table that they are to share."""

    def __init__(self, differences: Sequence[str]) -> None:
        self.differences = tuple(differences)
        listed = "".join(f"\n  {line}" for line in differences[:20])
        more = f"\n  等 {len(differences)} 处" if len(differences) > 20 else ""
        super().__init__(
            f"两份指标包对同一张台账的写法不同，数据不能共用。请改成与主指标包相同；确是另一张表的，请换一个编号：{listed}{more}"
        )


def load_host_pack(workspace: Workspace) -> Pack | None:
    """The pack of the workspace among whose companions this one lies; None for one that stands by itself."""
    return None if workspace.host is None else load_pack(workspace.host.pack_folder)


def check_companion(workspace: Workspace, pack: Pack) -> None:
    """Raise PacksDisagree where a pack cannot read what the host of the workspace has taken in."""
    host = load_host_pack(workspace)
    if host is not None:
        refuse_disagreements(host, pack)


def refuse_disagreements(host: Pack, pack: Pack) -> None:
    """Raise PacksDisagree where two packs mean something else by a table that they would share."""
    if differences := list_disagreements(host, pack):
        raise PacksDisagree(differences)


def list_shared_tables(workspace: Workspace, pack: Pack) -> tuple[Dataset, ...]:
    """The tables that the host of a workspace takes in for it; none where it stands by itself."""
    host = load_host_pack(workspace)
    return () if host is None else list_shared(host, pack)


def load_guests(
    workspace: Workspace, load: Callable[[Workspace], Pack] = lambda each: load_pack(each.pack_folder)
) -> list[tuple[str, Pack | None]]:
    """The further packs of a workspace with their names; None for one that cannot be read, which stops nothing here."""
    found: list[tuple[str, Pack | None]] = []
    for each in list_companions(workspace):
        try:
            found.append((each.root.name, load(each)))
        except (Refusal, OSError):
            found.append((each.root.name, None))
    return found
