"""The server and a real Chromium: one login for all, a few looks.

Not proved here: other browsers, and networks that cut connections.
"""

from __future__ import annotations

import base64
import hashlib
import re
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit
from playwright.sync_api import Browser, WebSocketRoute, expect

from dashboard.sitemap import list_places
from dashboard.visits.sessions import COOKIE
from data.demo.accounts import DEMO_PASSWORD
from tests.dashboard.browser import Visitor

WAIT = 240_000


@pytest.fixture(scope="module")
def lead(browser: Browser, url: str) -> Iterator[Visitor]:
    """The lead, who asked for a deep address and logged in there."""
    person = Visitor(browser, url)
    person.enter("demo-lead", DEMO_PASSWORD, "unit", unit="gaoping", item="4.lists")
    person.page.get_by_text(re.compile(r"高平市：\d+\.\d\d 分")).wait_for(timeout=WAIT)
    yield person
    person.leave()


def test_a_login_leads_to_the_page_that_was_asked_for_and_a_new_tab_needs_none(lead: Visitor, url: str) -> None:
    page = lead.context.new_page()
    page.goto(f"{url}/overview?cohort=departments")
    page.get_by_text("可能的区间").first.wait_for(timeout=WAIT)
    expect(page.get_by_role("button", name="退出登录")).to_have_count(1, timeout=WAIT)
    expect(page.get_by_role("link", name="城区")).to_have_count(0, timeout=WAIT)
    cookie = next(cookie for cookie in lead.context.cookies() if cookie.get("name") == COOKIE)
    assert cookie.get("httpOnly") and cookie.get("sameSite") == "Lax"
    page.close()


def test_every_resource_comes_from_the_server_and_the_pages_speak_chinese(lead: Visitor) -> None:
    page = lead.page
    lead.turn_to("总览")
    page.get_by_text("可能的区间").first.wait_for(timeout=WAIT)
    for title, sentence in (("县区对比", "各年度并排"), ("指标与依据", "工作目标"), ("稳健性", "试算的排名")):
        page.get_by_role("link", name=title).click(timeout=WAIT)
        page.get_by_text(sentence).last.wait_for(timeout=WAIT)
    assert page.locator("[data-testid=stException]").count() == 0
    assert lead.outside == []
    for english in ("Page not found", "Deploy", "Press Enter", "Choose an option"):
        assert page.get_by_text(english).count() == 0


def test_a_table_row_leads_to_the_unit_and_its_lost_marks(lead: Visitor) -> None:
    lead.turn_to("总览")
    lead.page.get_by_role("table").first.get_by_role("link", name="陵川县").click(timeout=WAIT)
    lead.page.get_by_text(re.compile(r"陵川县：\d+\.\d\d 分")).wait_for(timeout=WAIT)
    assert "unit=lingchuan" in lead.page.url


def test_a_lost_connection_is_told_in_chinese(browser: Browser, url: str) -> None:
    person = Visitor(browser, url)
    lines: list[WebSocketRoute] = []

    def connect(line: WebSocketRoute) -> None:
        if lines:
            line.close()
        else:
            line.connect_to_server()
        lines.append(line)

    person.page.route_web_socket(re.compile("/_stcore/stream"), connect)
    person.page.goto(url)
    person.page.get_by_label("用户名").wait_for()
    person.page.route("**/_stcore/**", lambda route: route.abort())
    lines[0].close()
    dialog = person.page.get_by_role("dialog")
    dialog.get_by_text("连接断开了").wait_for()
    dialog.get_by_text("服务器没有回应").wait_for()
    assert not re.search("[A-Za-z]{2,}", dialog.inner_text())
    person.leave()


def test_files_and_figures_of_the_server_are_for_who_is_logged_in(url: str) -> None:
    for path in ("/media/0123.csv", "/_stcore/metrics"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(url + path, timeout=10)
        assert refused.value.code == 403
    with urllib.request.urlopen(f"{url}/", timeout=10) as answer:
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Frame-Options"] == "DENY"


def test_no_code_runs_but_what_the_server_serves(url: str) -> None:
    with urllib.request.urlopen(f"{url}/", timeout=10) as answer:
        policy, page = answer.headers["Content-Security-Policy"], answer.read()
    allowed = re.search("script-src ([^;]*);", policy)
    assert allowed is not None
    inline = re.findall(rb"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", page, re.DOTALL)
    hashes = [f"'sha256-{base64.b64encode(hashlib.sha256(code).digest()).decode()}'" for code in inline]
    assert allowed[1].split() == ["'self'", *hashes], "neither 'unsafe-inline' nor 'unsafe-eval'"


def test_every_page_works_under_the_policy_and_puts_up_no_link_of_its_address(browser: Browser, url: str) -> None:
    person = Visitor(browser, url)
    person.enter("demo-lead", DEMO_PASSWORD)
    link = "[请点此重新登录](https://evil.example/a) ![图](https://evil.example/b) www.evil.example $x^2$ :red[红]"
    for place in list_places(("lead",)):
        names = ("unit", "find", "indicator", "article", "draft", "id", "run", "cohort", "part", "year")
        person.go(place.address, **dict.fromkeys(names, link))
        for made in ("a[href*=evil]", "img[src*=evil]", ".katex", ".stMarkdownColoredText"):
            assert person.page.locator(made).count() == 0, place.title
        if place.address == "unit":
            person.page.get_by_text("[请点此重新登录](").first.wait_for()
    assert person.page.locator("html").get_attribute("lang") == "zh-CN", "our own script runs"
    person.page.evaluate(
        "const code = document.createElement('script'); code.text = 'window.ran = 1';document.body.append(code)"
    )
    assert person.page.evaluate("window.ran") is None
    assert len(person.forbidden) == 1 and "script-src" in person.forbidden.pop()
    person.leave()


def test_strangers_are_told_no_version_and_no_folder(browser: Browser, url: str, served: Path) -> None:
    person = Visitor(browser, url)
    frames: list[bytes] = []
    person.page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: frames.append(_read(frame))))
    person.page.goto(url)
    person.page.get_by_label("用户名").wait_for()
    person.leave()
    heads = []
    for path in ("/", "/_stcore/health", "/_stcore/host-config", "/no/such", "/_stcore/stream", "/file/x"):
        try:
            with urllib.request.urlopen(url + path, timeout=10) as answer:
                heads.append(str(answer.headers).encode() + (b"" if path == "/" else answer.read()))
        except urllib.error.HTTPError as refused:
            heads.append(str(refused.headers).encode() + refused.read())
    told = b"\n".join((*frames, *heads))
    assert len(frames) > 2
    version = ".".join(map(str, sys.version_info[:3]))
    for secret in (streamlit.__version__, version, "uvicorn", str(served), str(Path(__file__).parents[2]), "Linux"):
        assert secret.encode() not in told, secret


def _read(frame: str | bytes) -> bytes:
    return frame.encode() if isinstance(frame, str) else frame


def test_the_cookie_is_given_to_no_other_site(url: str) -> None:
    request = urllib.request.Request(f"{url}/session", b"made up", {"Origin": "http://evil.example"})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=10)
    assert refused.value.code == 403
