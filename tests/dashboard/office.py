"""A small office over a real workspace, and its pages as one person sees them, without a browser."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from streamlit.testing.v1 import AppTest

from dashboard.visits import session
from dashboard.visits.keys import Shell
from data.batches.records import is_demo_workspace
from data.clock import office_now
from data.forms.book import HEADER_ROW
from data.intake.reporting import make_form
from data.ledger.ledger import Ledger, find_record, open_ledger
from data.ledger.logins import issue_ticket, open_login, redeem_ticket
from data.store.database import reading
from data.store.workspace import Workspace, create_workspace
from indicators.reader import find_pack, load_pack
from tests.ledger.world import World, found_world

APP = Path(__file__).parents[2] / "dashboard" / "app.py"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: The first page of a process imports much; later ones take a moment.
TIMEOUT = 240


class LiveWorld(World):
    """A world whose clock is the one on the wall, as pages have it: the trail notices a clock that goes back."""

    def tick(self) -> datetime:
        self.now = office_now()
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
            at.session_state[Shell.LOGIN] = open_login(self.world.ledger.engine, user, session.now())
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


def take_cookie(ledger: Ledger, person: str, now: datetime) -> str:
    """What the browser of a person who logged in at that moment holds as its cookie."""
    with reading(ledger.engine) as connection:
        user = find_record(connection, "user", person)
    assert user is not None
    id = open_login(ledger.engine, user, now)
    token = redeem_ticket(ledger.engine, issue_ticket(ledger.engine, id, now), now)
    assert token is not None
    return token


def found_office(root: Path) -> Office:
    """Everybody of the ledger's world, today, with an inspection of this year's scored year."""
    workspace = create_workspace(root, find_pack("jincheng-2021-2025"))
    world = found_world(open_ledger(workspace, load_pack(workspace.pack_folder)))
    return Office(workspace, LiveWorld(world.ledger, office_now(), world.inspection, world.evidence))


def fill_form(
    ledger: Ledger, workspace: Workspace, contact: str, unit: str, year: int, **cells: Any
) -> tuple[str, bytes, str]:
    """A county's form with one lecture, whose ``cells`` are named as its columns are: a good one but for them."""
    kit = make_form(ledger, workspace, contact, unit, year)
    assert kit is not None
    book = load_workbook(BytesIO(kit.write(ledger.pack, fictional=is_demo_workspace(workspace))))
    dataset = ledger.pack.dataset("lectures")
    titles = {column.name: column.title for column in dataset.columns}
    sheet = next(each for each in book.worksheets if each.title.startswith(dataset.title))
    places = {str(cell.value).rstrip("*"): cell.column for cell in sheet[HEADER_ROW + 1] if cell.value}
    for name, value in {"held_on": date(year, 3, 5), "topic": "民法典", "leaders": 12, **cells}.items():
        sheet.cell(HEADER_ROW + 3, places[titles[name]]).value = value
    written = BytesIO()
    book.save(written)
    return kit.file_name, written.getvalue(), XLSX
