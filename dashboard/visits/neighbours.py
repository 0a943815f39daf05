"""The other packs of the workspace, whose pages another server shows: who has an account there finds the way."""

from __future__ import annotations

import os
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from dashboard.visits.session import Context, open_pack, open_store_once
from data.ledger.ledger import find_record
from data.ledger.rows import UserRow
from data.runs.companions import load_guests
from data.store.database import reading
from data.store.workspace import Workspace, list_companions, open_workspace
from indicators.entries.refusal import Refusal
from indicators.pack.model import Pack


@dataclass(frozen=True)
class Neighbour:
    """Another pack: ``title`` is None where it cannot be read, ``address`` where ``ducha serve`` was told none."""

    name: str
    title: str | None
    address: str | None


def list_neighbours(context: Context, actor: UserRow) -> list[Neighbour]:
    """Those in which there is an open account of the same name; to an administrator also what cannot be opened.

    It shows the way alone: there another login asks who it is, and another ledger what the person may.
    """
    here = context.workspace
    host = here.host or here
    links = read_links()
    found = []
    for each in (host, *list_companions(host)):
        if each.root.resolve() == here.root.resolve():
            continue
        known = _has_account(each, actor.id)
        if known or (known is None and "admin" in actor.roles):
            pack = _find_pack(each)
            name = each.root.name if pack is None or each.host is not None else pack.head.id
            usable = pack if known else None
            found.append(Neighbour(name, None if usable is None else usable.head.title, links.get(name)))
    return found


def read_links() -> dict[str, str]:
    """The addresses of other packs' pages by the packs' ids, as ``ducha serve --link`` was told them."""
    lines = os.environ.get("DUCHA_LINKS", "").splitlines()
    return {name: address for name, mark, address in (line.partition("=") for line in lines) if mark}


def _has_account(workspace: Workspace, person: str) -> bool | None:
    """Whether there is one that may log in; None where nobody can look."""
    try:
        with reading(open_store_once(open_workspace(workspace.root))) as connection:
            user = find_record(connection, "user", person)
            return user is not None and user.state == "active"
    except (Refusal, SQLAlchemyError, OSError):
        return None


def _find_pack(workspace: Workspace) -> Pack | None:
    try:
        return open_pack(workspace)
    except (Refusal, OSError):
        return None


def list_guests(context: Context) -> list[tuple[str, Pack | None]]:
    """The further packs of the workspace with their names, each read once; None for one that cannot be read."""
    return load_guests(context.workspace, open_pack)
