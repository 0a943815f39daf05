"""A real browser (Debian's chromium) on a server of our own, started by ``ducha serve``."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Browser, ConsoleMessage, Page, TimeoutError, expect, sync_playwright

from dashboard.visits.sessions import COOKIE
from tests.browser import ARGUMENTS, ensure_browser

#: The machine may be busy with other things.
WAIT = 240_000


@contextmanager
def serve(
    root: Path, port: int | None = None, names: tuple[str, ...] = (), log_name: str = "server.log"
) -> Iterator[str]:
    """The address of a server for the workspace; what it writes is in its log beside it."""
    with start(root, port, names, log_name) as (address, _):
        yield address


@contextmanager
def start(
    root: Path, port: int | None = None, names: tuple[str, ...] = (), log_name: str = "server.log"
) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The same, with the process, for who wants to end it before."""
    port = port or find_port()
    command = [sys.executable, "-m", "scoring.cli.main", "-w", str(root), "serve", "--port", str(port)]
    command += [word for name in names for word in ("--name", name)]
    log = root.parent / log_name
    with log.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=out) as server:
        try:
            _wait_for(f"http://127.0.0.1:{port}/_stcore/health", server, log)
            yield f"http://127.0.0.1:{port}", server
        finally:
            server.terminate()
            server.wait(20)


def find_port() -> int:
    """A port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"the server did not start:\n{log.read_text(errors='replace')}")


@contextmanager
def browse() -> Iterator[Browser]:
    """Headless chromium. Fails, and does not skip, where there is none and none can be installed."""
    found = ensure_browser()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


class Visitor:
    """A person at a browser: what is clicked is found by the words that stand on it."""

    def __init__(self, browser: Browser, address: str, width: int = 1440, height: int = 1000) -> None:
        self.address = address
        self.context = browser.new_context(
            viewport={"width": width, "height": height}, locale="zh-CN", accept_downloads=True
        )
        self.context.set_default_timeout(WAIT)
        self.page: Page = self.context.new_page()
        self.outside: list[str] = []
        self.page.on("request", self._note)
        #: What the policy of the pages forbade: nothing that they need.
        self.forbidden: list[str] = []
        self.context.on("console", self._listen)

    def _note(self, request: object) -> None:
        url = str(getattr(request, "url", ""))
        if not url.startswith((self.address, self.address.replace("http", "ws", 1), "data:", "blob:")):
            self.outside.append(url)

    def _listen(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            self.forbidden.append(message.text)

    def enter(self, person: str, password: str, page: str = "", **query: str) -> None:
        """Ask for a page, log in, and be there; waits until the cookie is there for the next one.

        On a busy machine a connection may break while it is used: one asks again, as a person would.
        """
        for patience in (WAIT / 4, WAIT):
            self.page.goto(self._write_address(page, query))
            if not self._has_cookie():
                self.page.get_by_label("用户名").fill(person)
                self.page.get_by_label("密码").fill(password)
                self.page.get_by_role("button", name="登录", exact=True).click()
            try:
                # On a phone the menu with this button is folded away.
                self.page.locator(".st-key-leave button").wait_for(state="attached", timeout=patience)
                break
            except TimeoutError:
                if patience == WAIT:
                    raise
        until = time.monotonic() + WAIT / 1000
        while time.monotonic() < until and not self._has_cookie():
            self.page.wait_for_timeout(100)
        assert self._has_cookie(), "no session cookie"
        self.settle()

    def _has_cookie(self) -> bool:
        return any(cookie.get("name") == COOKIE for cookie in self.context.cookies())

    def _write_address(self, page: str, query: dict[str, str]) -> str:
        return f"{self.address}/{page}" + (f"?{urlencode(query)}" if query else "")

    def go(self, page: str, **query: str) -> None:
        """An address of ours, until its title stands there and nothing runs."""
        self.page.goto(self._write_address(page, query))
        self.settle()

    def turn_to(self, title: str) -> None:
        """Another page by the menu: the browser keeps what it has loaded."""
        self.page.get_by_role("link", name=title, exact=True).click()
        self.page.locator('[data-testid="stMain"]').get_by_role("heading", name=title, exact=True).wait_for()
        self.settle()

    def settle(self) -> None:
        """Until the script has ended."""
        app = self.page.locator('[data-testid="stApp"]')
        self.page.locator('[data-testid="stMain"]').get_by_role("heading").first.wait_for()
        expect(app).to_have_attribute("data-test-script-state", "notRunning", timeout=WAIT)
        self.page.wait_for_timeout(150)
        expect(app).to_have_attribute("data-test-script-state", "notRunning", timeout=WAIT)

    def pick(self, label: str, option: str) -> None:
        """An option of a select box."""
        box = self.page.get_by_test_id("stSelectbox").filter(has_text=label).locator("input")
        box.click()
        box.fill(option)
        self.page.get_by_role("option").filter(has_text=option).first.click()
        self.settle()

    def type(self, label: str, text: str) -> None:
        """Into the field of that label, and on to the next one."""
        field = self.page.get_by_label(label).first
        field.fill(text)
        field.press("Tab")
        self.settle()

    def press(self, name: str) -> None:
        """The button of that name."""
        self.page.get_by_role("button", name=name, exact=True).first.click()
        self.settle()

    def choose(self, name: str) -> None:
        """One of several that stand side by side."""
        groups = self.page.locator('[role="radiogroup"], [data-testid="stButtonGroup"]')
        groups.get_by_text(name, exact=True).first.click()
        self.settle()

    def see(self, words: str) -> None:
        """Wait until these words stand on the page."""
        self.page.get_by_text(words).first.wait_for()
        self.settle()

    def leave(self) -> None:
        """Close the browser's window; nothing was asked of another host."""
        assert self.outside == []
        assert self.forbidden == []
        self.context.close()
