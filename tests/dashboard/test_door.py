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

import dashboard
from dashboard.visits.keys import Shell
from dashboard.visits.sessions import COOKIE
from dashboard.web.door import STRANGERS, Door
from dashboard.web.logs import hide
from dashboard.work.files import list_routes
from data.clock import office_now
from data.ledger.ledger import open_ledger, read_record
from data.ledger.logins import IDLE, end_login, end_logins, find_login, list_logins
from data.ledger.transitions import apply_transition
from data.ledger.users import add_user, set_password
from data.store.database import reading, writing
from data.store.workspace import open_workspace
from indicators.reader import load_pack
from tests.dashboard.browser import serve
from tests.dashboard.client import Client, begin_finding
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
    for person in ("ins1", "ins2"):
        set_password(office.world.ledger, person, person, PASSWORD, now=office_now())
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
        begin_finding(client, "还在的时候写的")
        key = next(key for key in client.shown.widgets if "_statement" in key)
        world.do("adm", "user", "ins1", "end_logins")
        shown = client.run(client.set(key, "已经不在的时候写的"))
        assert Shell.USER in shown.widgets
    assert "还在的时候写的" in read_drafts(site) and "已经不在的时候写的" not in read_drafts(site)


def read_drafts(site: Site) -> dict[str, list[str]]:
    return {row["statement"]: row["authors"] for row in site.office.world.rows("finding") if row["state"] == "draft"}


@pytest.mark.parametrize("end", ["leaves", "is ended"])
def test_who_logs_in_where_another_left_finds_nothing_of_it(site: Site, end: str) -> None:
    world = site.office.world
    with site.open(page="entry") as tab:
        tab.log_in("ins1", PASSWORD)
        begin_finding(tab, f"甲写的，{end}")
        assert read_drafts(site)[f"甲写的，{end}"] == ["ins1"]
        if end == "leaves":
            tab.run(tab.press(Shell.LEAVE))
        else:
            world.do("adm", "user", "ins1", "end_logins")
            tab.run()
        assert Shell.USER in tab.shown.widgets and "甲写的" not in tab.shown.text
        tab.run(tab.set(Shell.USER, "ins2"), tab.set(Shell.PASSWORD, PASSWORD), tab.press(Shell.ENTER))
        assert "甲写的" not in tab.shown.text
        begin_finding(tab, f"乙写的，{end}")
    found = read_drafts(site)
    assert found[f"甲写的，{end}"] == ["ins1"] and found[f"乙写的，{end}"] == ["ins2"]


def test_where_one_is_logged_in_is_listed_and_each_can_be_ended(site: Site) -> None:
    engine = site.office.world.ledger.engine
    with writing(engine) as connection:
        end_logins(connection, "rev", office_now())
    here, there, third = site.take("rev"), site.take("rev"), site.take("rev")
    with site.open(here) as client, site.open(there) as other:
        assert client.shown.text.count("<td>本机</td>") == 3 and "（现在用的这个）" in client.shown.text
        first = next(key for key in client.shown.widgets if key.startswith("own_end_") and key != "own_end_others")
        client.run(client.press(first))
        assert client.shown.text.count("<td>本机</td>") == 2 and "那一次登录已经结束。" in client.shown.text
        client.run(client.press("own_end_others"))
        assert client.shown.text.count("<td>本机</td>") == 1 and "<td>rev</td>" in client.shown.text
        assert Shell.USER in other.run().widgets
    assert [find_login(engine, office_now(), token=each) for each in (there, third)] == [None, None]
    with site.open(site.take("adm"), page="administration") as admin:
        assert "结束登录" in admin.shown.text and "正在用的登录" in admin.shown.text


def test_a_fragment_has_the_rights_of_this_moment(url: str, served: Path) -> None:
    workspace = open_workspace(served)
    ledger = open_ledger(workspace, load_pack(workspace.pack_folder))
    add_user(ledger, "demo-admin", "zhuan", "转岗人", ["leader"], now=office_now())
    client = Client(url, take_cookie(ledger, "zhuan", office_now()), page="robustness")
    shown = client.run()
    assert len(shown.fragments) == 1 and "阳城县" in shown.text
    assert "阳城县" in client.run(fragment=shown.fragments[0]).text
    with reading(ledger.engine) as connection:
        version = read_record(connection, "user", "zhuan")["version"]
    given = {"roles": ["unit_contact"], "unit": "zezhou"}
    apply_transition(
        ledger, "demo-admin", "user", "zhuan", "edit", given, base_version=version, reason="转岗", now=office_now()
    )
    after = client.run(fragment=shown.fragments[0])
    assert "阳城县" not in after.text and Shell.USER in after.widgets
    client.close()


def test_a_fragment_is_made_in_the_one_way_that_asks_who_it_is() -> None:
    folder = Path(dashboard.__file__).parent
    used = [path.name for path in folder.rglob("*.py") if "st.fragment" in path.read_text(encoding="utf-8")]
    assert used == ["session.py"], "use session.fragment"


def test_a_stranger_has_no_route_but_those_that_are_named(site: Site) -> None:
    routes = [*create_streamlit_routes(MagicMock()), *list_routes()]
    paths = {route.path for route in routes}
    assert len(paths) > 15 and STRANGERS - paths == {"/session", "/ducha/page.js"}
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
