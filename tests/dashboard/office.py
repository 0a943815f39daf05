"""A small office over a real workspace, and its pages as one person sees them, without a browser."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from streamlit.testing.v1 import AppTest

from dashboard import session
from dashboard.keys import Shell
from dashboard.sessions import SESSIONS
from data.ledger.ledger import find_record, open_ledger
from data.ledger.users import set_password
from data.store import reading
from data.workspace import Workspace, create_workspace
from indicators.reader import find_pack, load_pack
from tests.ledger.world import World, found_world

APP = Path(__file__).parents[2] / "dashboard" / "app.py"
PASSWORD = "banfa-2024-x"
#: The first page of a process imports much; later ones take a moment.
TIMEOUT = 60


class LiveWorld(World):
    """A world whose clock is the one on the wall, as pages have it: the trail notices a clock that goes back."""

    def tick(self) -> datetime:
        self.now = datetime.now(UTC)
        return self.now


@dataclass
class Office:
    """``world`` acts by the service functions, pages by their widgets, over the same workspace."""

    workspace: Workspace
    world: World

    @contextmanager
    def open(self, person: str, page: str, **query: str) -> Iterator[AppTest]:
        """The page ``views/<page>.py`` as a person who is logged in sees it."""
        with reading(self.world.ledger.engine) as connection:
            user = find_record(connection, "user", person)
        assert user is not None
        before = os.environ.get("DUCHA_WORKSPACE")
        os.environ["DUCHA_WORKSPACE"] = str(self.workspace.root)
        try:
            at = AppTest.from_file(str(APP), default_timeout=TIMEOUT)
            at.session_state[Shell.TOKEN] = SESSIONS.open(person, user["credential"], session.now())
            for name, value in query.items():
                at.query_params[name] = value
            at.switch_page(f"views/{page}.py")
            at.run()
            check(at)
            yield at
        finally:
            os.environ.pop("DUCHA_WORKSPACE")
            if before is not None:
                os.environ["DUCHA_WORKSPACE"] = before


def check(at: AppTest) -> AppTest:
    """The page, which must not have broken."""
    assert not at.exception, at.exception[0].message + "\n".join(at.exception[0].stack_trace)
    return at


def found_office(root: Path) -> Office:
    """Everybody of the ledger's world, today, with an inspection of this year's scored year."""
    workspace = create_workspace(root, find_pack("jincheng-2021-2025"))
    world = found_world(open_ledger(workspace, load_pack(workspace.pack_folder)))
    return Office(workspace, LiveWorld(world.ledger, datetime.now(UTC), world.inspection, world.evidence))


def give_passwords(office: Office, *people: str) -> None:
    """Let people log in by the page."""
    for person in people:
        set_password(office.world.ledger, "adm", person, PASSWORD, now=office.world.tick())
