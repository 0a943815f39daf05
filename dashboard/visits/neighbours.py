"""The other packs of the workspace, whose pages another server shows."""

from __future__ import annotations

from contextlib import suppress

from dashboard.visits.session import Context, open_pack
from data.runs.companions import load_guests
from data.store.workspace import list_companions
from indicators.entries.refusal import Refusal
from indicators.pack.model import Pack


def list_neighbours(context: Context) -> list[str]:
    """Their titles: those that lie beside this one, and the one beside which they lie; names of what cannot be read."""
    here = context.workspace
    host = here.host or here
    found = []
    for each in (host, *list_companions(host)):
        if each.root.resolve() != here.root.resolve():
            title = each.root.name
            with suppress(Refusal, OSError):
                title = open_pack(each).head.title
            found.append(title)
    return found


def list_guests(context: Context) -> list[tuple[str, Pack | None]]:
    """The further packs of the workspace with their names, each read once; None for one that cannot be read."""
    return load_guests(context.workspace, open_pack)
