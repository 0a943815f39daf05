"""The server and a real Chromium: one login for all, a few looks.

Not proved here: other browsers, and networks that cut connections.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from dashboard.sessions import COOKIE
from data.demo.accounts import DEMO_PASSWORD
from tests.browser import ARGUMENTS, ensure_browser

WAIT = 30_000


@pytest.fixture(scope="module")
def url(demo: Path) -> Iterator[str]:
    """``ducha serve`` on a free port of this machine, stopped as its command is stopped."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "scoring.cli.main", "-w", str(demo), "serve", "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env={**os.environ})
    address = f"http://127.0.0.1:{port}"
    for _ in range(300):
        try:
            urllib.request.urlopen(f"{address}/_stcore/health", timeout=5)
            break
        except OSError:
            assert server.poll() is None, server.stderr.read() if server.stderr else ""
            time.sleep(0.2)
    yield address
    server.send_signal(signal.SIGTERM)
    server.wait(timeout=30)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=ensure_browser(), args=list(ARGUMENTS))
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def visit(browser: Browser, url: str) -> Iterator[tuple[BrowserContext, set[str]]]:
    """A person who logged in at a deep address, and every host that was asked for anything on the way."""
    context = browser.new_context(locale="zh-CN")
    hosts: set[str] = set()
    context.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    page = context.new_page()
    page.goto(f"{url}/unit?unit=gaoping&item=4.lists")
    page.get_by_label("用户名").fill("demo-lead", timeout=WAIT)
    page.get_by_label("密码").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.get_by_text(re.compile(r"高平市:\d+\.\d\d 分")).wait_for(timeout=WAIT)
    for _ in range(50):
        if any(cookie["name"] == COOKIE for cookie in context.cookies()):
            break
        page.wait_for_timeout(100)
    yield context, hosts
    context.close()


def test_a_login_leads_to_the_page_that_was_asked_for_and_a_new_tab_needs_none(
    visit: tuple[BrowserContext, set[str]], url: str
) -> None:
    page = visit[0].new_page()
    page.goto(f"{url}/overview?cohort=departments")
    page.get_by_text("可能的区间").first.wait_for(timeout=WAIT)
    assert page.get_by_role("link", name="城区").count() == 0
    assert page.get_by_role("button", name="退出登录").count() == 1
    cookie = next(cookie for cookie in visit[0].cookies() if cookie["name"] == COOKIE)
    assert cookie["httpOnly"] and cookie["sameSite"] == "Lax"
    page.close()


def test_every_resource_comes_from_the_server_and_the_pages_speak_chinese(
    visit: tuple[BrowserContext, set[str]], url: str
) -> None:
    context, hosts = visit
    page = context.new_page()
    page.goto(f"{url}/")
    page.get_by_text("可能的区间").first.wait_for(timeout=WAIT)
    for title, sentence in (("县区对比", "各年度并排"), ("指标与依据", "工作目标"), ("稳健性", "试算的排名")):
        page.get_by_role("link", name=title).click(timeout=WAIT)
        page.get_by_text(sentence).last.wait_for(timeout=WAIT)
    assert page.locator("[data-testid=stException]").count() == 0
    assert hosts == {urlsplit(url).netloc}
    for english in ("Page not found", "Deploy", "Press Enter", "Choose an option"):
        assert page.get_by_text(english).count() == 0
    page.close()


def test_a_table_row_leads_to_the_unit_and_its_lost_marks(visit: tuple[BrowserContext, set[str]], url: str) -> None:
    page: Page = visit[0].new_page()
    page.goto(f"{url}/overview")
    page.get_by_role("table").first.get_by_role("link", name="陵川县").click(timeout=WAIT)
    page.get_by_text(re.compile(r"陵川县:\d+\.\d\d 分")).wait_for(timeout=WAIT)
    assert "unit=lingchuan" in page.url
    page.close()


def test_files_and_figures_of_the_server_are_for_who_is_logged_in(url: str) -> None:
    for path in ("/media/0123.csv", "/_stcore/metrics"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(url + path, timeout=10)
        assert refused.value.code == 403
    with urllib.request.urlopen(f"{url}/", timeout=10) as answer:
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Frame-Options"] == "DENY"


def test_the_cookie_is_given_to_no_other_site(url: str) -> None:
    request = urllib.request.Request(f"{url}/session", b"made up", {"Origin": "http://evil.example"})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=10)
    assert refused.value.code == 403
