"""Attacks on the door, by a client that speaks Streamlit's protocol, against a server as it is run.

Not proved here: what is done below the pages with rights that one has (``tests/ledger/test_rights.py``), and load.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from unittest.mock import MagicMock

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from streamlit.web.server.starlette.starlette_app import create_streamlit_routes

from dashboard.door import STRANGERS, Door
from dashboard.files import list_routes
from dashboard.keys import Shell
from dashboard.logs import hide
from dashboard.sessions import COOKIE
from data.clock import office_now
from data.ledger.logins import IDLE, end_login, list_logins
from data.ledger.users import set_password
from tests.dashboard.browser import serve
from tests.dashboard.client import Client
from tests.dashboard.office import Office, found_office, take_cookie

PASSWORD = "bu-gaosu-bieren-2026"


@dataclass
class Site:
    """A running server with its office and its log."""

    url: str
    office: Office
    log: Path

    def take(self, person: str) -> str:
        """The cookie of somebody who has just logged in."""
        return take_cookie(self.office.world.ledger, person, office_now())

    @contextmanager
    def open(self, cookie: str = "", session: str = "", page: str = "account") -> Iterator[Client]:
        client = Client(self.url, cookie, session, page)
        try:
            client.run()
            yield client
        finally:
            client.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    office = found_office(tmp_path_factory.mktemp("door") / "workspace")
    set_password(office.world.ledger, "ins1", "ins1", PASSWORD, now=office_now())
    with serve(office.workspace.root) as url:
        yield Site(url, office, office.workspace.root.parent / "server.log")


def test_the_id_of_a_session_is_nobodys_login(site: Site) -> None:
    world, own = site.office.world, site.take("lead")
    expired = take_cookie(world.ledger, "lead", office_now() - IDLE - timedelta(minutes=5))
    with site.open(own) as victim:
        assert "<td>lead</td>" in victim.shown.text
        for connected in (True, False):
            if not connected:
                victim.close()
            for cookie, sees in ((" ", Shell.USER), (expired, Shell.USER), (site.take("ins2"), Shell.LEAVE)):
                with site.open(cookie.strip(), victim.session) as attacker:
                    assert attacker.session != victim.session, (connected, sees)
                    assert sees in attacker.shown.widgets and "<td>lead</td>" not in attacker.shown.text
        with site.open(own, victim.session) as again:
            assert again.session == victim.session, "the cookie of this login goes on where it was"
        (login,) = [each for each in list_logins(world.ledger.engine, "lead", office_now())]
        end_login(world.ledger.engine, "lead", login.id, office_now())
        with site.open(own, victim.session) as late:
            assert late.session != victim.session and Shell.USER in late.shown.widgets
    assert victim.session not in site.log.read_text(encoding="utf-8", errors="replace")


def test_a_login_in_the_form_is_bound_as_well_and_its_session_is_not_anybodys_before(site: Site) -> None:
    with site.open(page="") as victim:
        with site.open(session=victim.session) as stranger:
            assert stranger.session != victim.session
        victim.page = "account"
        shown = victim.log_in("ins1", PASSWORD)
        assert "<td>ins1</td>" in shown.text
        with site.open(session=victim.session) as attacker:
            assert attacker.session != victim.session and Shell.USER in attacker.shown.widgets


def test_an_upload_is_for_the_session_of_the_cookie(site: Site) -> None:
    own, others = site.take("ins1"), site.take("ins2")
    token = httpx.get(f"{site.url}/_stcore/health").cookies["_streamlit_xsrf"]
    with site.open(own, page="entry") as victim:
        address = f"{site.url}/_stcore/upload_file/{victim.session}/0123"

        def send(method: str, cookie: str) -> int:
            cookies = {"_streamlit_xsrf": token} | ({COOKIE: cookie} if cookie else {})
            files = {"file": ("a.pdf", b"%PDF")} if method == "PUT" else None
            with httpx.Client(cookies=cookies, headers={"X-Xsrftoken": token}) as client:
                return client.request(method, address, files=files).status_code

        for method in ("PUT", "DELETE"):
            assert [send(method, cookie) for cookie in ("", others, own)] == [403, 403, 204], method
    assert victim.session not in site.log.read_text(encoding="utf-8", errors="replace")


def test_what_is_asked_after_the_login_has_ended_is_not_done(site: Site) -> None:
    world, own = site.office.world, site.take("ins1")
    with site.open(own, page="entry") as client:
        unit = next(key for key in client.shown.widgets if "entry_unit" in key)
        client.run(client.set(unit, "泽州县"))
        indicator = next(key for key in client.shown.widgets if key.endswith("_indicator"))
        typed = client.set(unit, "泽州县"), client.set(indicator, "4.lists")
        before = len(world.rows("finding"))
        world.do("adm", "user", "ins1", "end_logins")
        shown = client.run(*typed)
        assert Shell.USER in shown.widgets and len(world.rows("finding")) == before


def test_a_stranger_has_no_route_but_those_that_are_named(site: Site) -> None:
    routes = [*create_streamlit_routes(MagicMock()), *list_routes()]
    paths = {route.path for route in routes}
    assert len(paths) > 15 and STRANGERS - paths == {"/session", "/ducha/keystrokes.js"}
    with httpx.Client() as client:
        for route in routes:
            filled = route.path.replace("{year:int}", "2024").replace(":path", "").replace("{", "").replace("}", "")
            for method in route.methods if route.path not in STRANGERS else ():
                assert client.request(method, site.url + filled).status_code == 403, (method, route.path)
    mine = {COOKIE: site.take("adm")}
    assert httpx.get(f"{site.url}/media/0123.csv", cookies=mine).status_code == 403
    assert httpx.get(f"{site.url}/file/trail.csv", cookies=mine).status_code == 404, "asked below, by rights"


def test_a_route_that_is_added_is_refused_until_it_is_named() -> None:
    app = Starlette(routes=[Route("/new", lambda request: PlainTextResponse("all"))], middleware=[Middleware(Door)])
    refused = TestClient(app).get("/new")
    assert (refused.status_code, refused.text) == (403, "请先登录")


def test_the_log_hides_what_would_let_its_reader_act_as_somebody() -> None:
    said = hide(f'PUT /_stcore/upload_file/1b4e28ba-2fa1-41d2-883f-0016d3cca427/9 "{COOKIE}=abc-_x; other=1"')
    assert said == f'PUT /_stcore/upload_file/…/9 "{COOKIE}=…; other=1"'
