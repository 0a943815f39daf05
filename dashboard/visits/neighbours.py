"""The other packs of the workspace, whose pages another server shows."""

from __future__ import annotations

from dashboard.visits.session import Context, open_pack
from data.store.workspace import list_companions


def list_neighbours(context: Context) -> list[str]:
    """Their titles: those that lie beside this one, and the one beside which they lie."""
    here = context.workspace
    host = here.host or here
    others = (each for each in (host, *list_companions(host)) if each.root.resolve() != here.root.resolve())
    return [open_pack(each).head.title for each in others]
