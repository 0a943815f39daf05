"""争议中: which marks are under appeal. It is said beside a run, and is never part of its bytes."""

from __future__ import annotations

from data.ledger.ledger import open_ledger
from data.ledger.reading import list_disputed
from data.register.units import Registry
from data.store.workspace import Workspace
from indicators.pack.model import Pack

MARK = "争议中"


def read_disputed(workspace: Workspace, pack: Pack, year: int) -> set[tuple[str, str]]:
    """The (unit, indicator) pairs of a year that are under an open appeal now."""
    return list_disputed(open_ledger(workspace, pack), year)


def write_disputed(pack: Pack, disputed: set[tuple[str, str]]) -> str:
    """A line per unit, in the order of the register; empty where nothing is under appeal."""
    registry = Registry.from_register(pack.registry)
    known = {indicator.id: indicator.name for indicator in pack.indicators}
    lines = []
    for unit in pack.registry.units:
        names = sorted(indicator for each, indicator in disputed if each == unit.id and indicator in known)
        if names:
            shown = "、".join(f"{name} {known[name]}" for name in names)
            lines.append(f"  {registry.name(unit.id)}：{shown}")
    if not lines:
        return ""
    return "\n".join([f"\n{MARK}（复核还没有决定，得分可能变）", *lines]) + "\n"
