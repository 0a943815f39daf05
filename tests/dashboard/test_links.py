"""A link in a table goes the way of the menu: over the socket that is open. And it is a link all the same.

Not proved here: how much faster it is (``python -m benchmarks pages``), and other browsers than Chromium.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, Request, expect

from dashboard.sitemap import PLACES
from dashboard.visits.session import open_own_store
from dashboard.visits.sessions import COOKIE
from data.clock import office_now
from data.demo.accounts import DEMO_PASSWORD
from data.ledger.logins import end_login, find_login
from tests.dashboard.browser import WAIT, Visitor


class Watched(Visitor):
    """A visitor of whom it is noted what is loaded and which sockets are opened, in the first tab."""

    def __init__(self, browser: Browser, address: str) -> None:
        super().__init__(browser, address)
        self.begun: list[str] = []
        self.page.on("websocket", lambda socket: self.begun.append(socket.url))
        self.page.on("request", self._note_load)

    def _note_load(self, request: Request) -> None:
        if request.resource_type == "document":
            self.begun.append(request.url)

    def follow(self, name: str) -> None:
        """Click a link of the first table."""
        self.page.get_by_role("table").first.get_by_role("link", name=name, exact=True).click()

    def expect_unit(self, name: str) -> None:
        """Wait for the page of a unit."""
        self.page.get_by_text(re.compile(rf"{name}[:：]\d+\.\d\d 分")).wait_for()
        self.settle()


@pytest.fixture
def lead(browser: Browser, url: str) -> Iterator[Watched]:
    person = Watched(browser, url)
    person.enter("demo-lead", DEMO_PASSWORD, "overview")
    person.begun.clear()
    yield person
    person.leave()


def test_a_link_opens_no_socket_and_loads_no_page_and_the_way_back_leads_back(lead: Watched) -> None:
    lead.follow("陵川县")
    lead.expect_unit("陵川县")
    assert "/unit?" in lead.page.url and "unit=lingchuan" in lead.page.url
    assert lead.page.evaluate("document.activeElement.dataset.testid") == "stMain", "the next key goes on from there"
    assert lead.page.evaluate("document.activeElement.scrollTop") == 0
    lead.page.go_back()
    lead.page.get_by_role("heading", name="总览", exact=True).wait_for()
    lead.settle()
    assert "/overview" in lead.page.url
    # Another unit than the one that was chosen on that page before.
    lead.follow("城区")
    lead.expect_unit("城区")
    lead.page.go_back()
    lead.page.go_forward()
    lead.expect_unit("城区")
    assert lead.begun == []


def test_links_to_the_page_that_one_is_on_are_followed_too(lead: Watched) -> None:
    lead.turn_to("问题")
    lead.page.get_by_test_id("stButtonGroup").get_by_text("全部未办结").click()
    lead.settle()
    links = lead.page.get_by_role("table").first.get_by_role("link")
    names, opened = links.all_inner_texts()[:2], lead.page.get_by_role("combobox", name="打开")
    for name in reversed(names):
        lead.follow(name)
        expect(opened).to_have_value(re.compile(name), timeout=WAIT)
        lead.settle()
        assert unquote(lead.page.url).endswith(f"id={name}")
    lead.page.go_back()
    expect(opened).to_have_value(re.compile(names[1]), timeout=WAIT)
    assert lead.begun == []


def test_it_is_an_ordinary_link_for_a_new_tab_and_without_a_line(lead: Watched) -> None:
    link = lead.page.get_by_role("table").first.get_by_role("link", name="高平市", exact=True)
    assert str(link.get_attribute("href")).startswith("/unit?unit=gaoping")
    with lead.context.expect_page() as opened:
        link.click(modifiers=["ControlOrMeta"])
    opened.value.get_by_text(re.compile(r"高平市[:：]\d+\.\d\d 分")).wait_for()
    opened.value.close()
    assert "/overview" in lead.page.url and lead.begun == []
    lead.page.evaluate("""document.querySelector('[data-testid="stApp"]')
        .setAttribute("data-test-connection-state", "PINGING_SERVER")""")
    link.click()
    lead.expect_unit("高平市")
    assert len(lead.begun) == 2, "a page and its socket"


def test_a_login_that_has_ended_is_asked_for_anew(lead: Watched, served: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUCHA_WORKSPACE", str(served))
    engine = open_own_store()
    token = next(str(cookie.get("value")) for cookie in lead.context.cookies() if cookie.get("name") == COOKIE)
    login = find_login(engine, office_now(), token=token)
    assert login is not None
    end_login(engine, "demo-lead", login.id, office_now())
    lead.follow("陵川县")
    lead.page.get_by_label("用户名").wait_for()
    expect(lead.page.get_by_role("link", name="高平市")).to_have_count(0, timeout=WAIT)
    assert lead.begun == []
    # Whoever logs in is where the link led to.
    lead.page.get_by_label("用户名").fill("demo-lead")
    lead.page.get_by_label("密码").fill(DEMO_PASSWORD)
    lead.page.get_by_role("button", name="登录", exact=True).click()
    lead.expect_unit("陵川县")


def test_only_pages_of_ours_are_gone_to_in_this_way(lead: Watched) -> None:
    addresses = lead.page.evaluate("fetch('/ducha/page.js').then((answer) => answer.text())")
    assert all(f'"/{place.address}"' in addresses for place in PLACES)
    assert '"/file' not in addresses
