"""The pages in a real Chromium on a real ``ducha serve``: a city's demo, and a nation of thousands of units.

What is called ready: the page's own heading stands, its script has ended and nothing old is left on it. That is when
everything is there that the server had to say; what is scrolled to later may still be drawn.
"""

from __future__ import annotations

import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from benchmarks.nation import build_nation, submit_finding
from benchmarks.timing import print_table
from dashboard.sitemap import list_places
from dashboard.visits.sessions import COOKIE
from data.demo.accounts import DEMO_PASSWORD
from data.ledger.ledger import list_records, open_ledger
from data.store.database import reading
from data.store.workspace import open_workspace
from indicators.reader import load_pack
from scoring.cli.demo import build_demo
from tests.browser import ARGUMENTS, ensure_browser

#: Milliseconds to wait at most: a busy machine is measured too.
WAIT = 120_000
#: An indicator of the demo's pack that findings take marks from.
DEDUCTED = "10.unlawful-decisions"
_READY = """([address, before]) => {
  const app = document.querySelector('[data-testid=stApp]');
  const heading = document.querySelector('[data-testid=stMain] [data-testid=stHeading]');
  return app?.getAttribute('data-test-script-state') === 'notRunning' && heading !== null
    && heading.textContent !== before && location.pathname === '/' + address
    && document.querySelector('[data-testid=stMain] [data-stale=true]') === null;
}"""
_TABLE = """() => [...document.querySelectorAll('[data-testid=stMain] table.dc')].some(
  table => table.textContent.includes('可能的区间') && table.querySelectorAll('tbody tr').length > 0)"""
_STILL = """() =>
  document.querySelector('[data-testid=stApp]')?.getAttribute('data-test-script-state') === 'notRunning'"""
_TEXTS = (
    """() => [...document.querySelectorAll('[data-testid=stMain] table.dc')].map(each => each.textContent).join()"""
)


@dataclass
class Taken:
    """Milliseconds on the clock as the browser's reader sees them, and of the server's processor."""

    wall: list[float] = field(default_factory=list)
    server: list[float] = field(default_factory=list)

    def line(self, name: str, target: str) -> tuple[str, ...]:
        """A row of the table: medians, the least and the most."""
        return (
            name,
            f"{statistics.median(self.wall):,.0f}",
            f"{min(self.wall):,.0f}",
            f"{max(self.wall):,.0f}",
            f"{statistics.median(self.server):,.0f}",
            target,
        )


@dataclass(frozen=True)
class Served:
    """A server that runs: where, and its process."""

    address: str
    process: int

    @contextmanager
    def take(self, taken: Taken) -> Iterator[None]:
        """Time what happens meanwhile."""
        server, wall = self._read_processor(), time.perf_counter()
        yield
        taken.wall.append(1000 * (time.perf_counter() - wall))
        taken.server.append(1000 * (self._read_processor() - server))

    def _read_processor(self) -> float:
        words = Path(f"/proc/{self.process}/stat").read_text().rpartition(") ")[2].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def measure_pages(units: int, rounds: int) -> None:
    """Print both tables."""
    with tempfile.TemporaryDirectory(prefix="ducha-bench-") as folder, sync_playwright() as playwright:
        city, nation = Path(folder) / "city", Path(folder) / "nation"
        build_demo(city)
        build_nation(nation, units)
        measure_city(playwright, city, rounds)
        measure_nation(playwright, nation, rounds)


def measure_city(playwright: Playwright, root: Path, rounds: int) -> None:
    """The demo: a cold browser, page after page, and a finding from its confirmation to the ranking."""
    first = Taken()
    with run_server(root) as served:
        cookies = _log_in(playwright, served)
        for number in range(rounds + 1):
            browser, page = _open(playwright, cookies)
            taken = first if number else Taken()
            with served.take(taken):
                page.goto(f"{served.address}/overview", wait_until="commit")
                page.wait_for_function(_TABLE, polling="raf", timeout=WAIT)
            browser.close()
        later = _visit_pages(playwright, served, cookies, rounds)
        told, scored = _confirm_findings(playwright, served, cookies, root, rounds)
    rows = [first.line("总览，cold browser: the ranking's rows are there", "2,500")]
    rows += [taken.line(f"{title}, by the menu", "500") for title, taken in later.items()]
    rows += [told.line("认定 by one: the ranks that it gives stand on the other's 总览", "1,000")]
    rows += [scored.line("重新评分 on 总览：the new marks are there", "–")]
    _print(f"pages: the demo, {rounds} rounds", rows)


def measure_nation(playwright: Playwright, root: Path, rounds: int) -> None:
    """Thousands of units: page after page, and what if."""
    with run_server(root) as served:
        cookies = _log_in(playwright, served)
        pages = _visit_pages(playwright, served, cookies, rounds)
        played = _play(playwright, served, cookies, max(rounds, 5))
    rows = [taken.line(f"{title}, by the menu", "1,500") for title, taken in pages.items()]
    rows += [played.line("what if: 权重 by one step", "300")]
    _print(f"pages: a nation, {rounds} rounds", rows)


def _print(title: str, rows: Sequence[tuple[str, ...]]) -> None:
    columns = ("milliseconds", "median", "least", "most", "of the server", "target")
    print_table(title, columns, rows)


@contextmanager
def run_server(root: Path) -> Iterator[Served]:
    """``ducha serve`` on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "scoring.cli.main", "-w", str(root), "serve", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        address = f"http://127.0.0.1:{port}"
        try:
            until = time.monotonic() + 120
            while not _answers(address):
                assert server.poll() is None and time.monotonic() < until, "the server did not start"
                time.sleep(0.2)
            yield Served(address, server.pid)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5):
            return True
    except OSError:
        return False


def _open(playwright: Playwright, cookies: Sequence[dict[str, object]]) -> tuple[Browser, Page]:
    """A browser that was never used, with nothing but the cookie of a login."""
    browser = playwright.chromium.launch(executable_path=ensure_browser(), args=list(ARGUMENTS))
    context = browser.new_context(viewport={"width": 1440, "height": 1000}, locale="zh-CN")
    context.set_default_timeout(WAIT)
    context.add_cookies(cookies)  # type: ignore[arg-type]
    return browser, context.new_page()


def _log_in(playwright: Playwright, served: Served, person: str = "demo-lead") -> list[dict[str, object]]:
    browser, page = _open(playwright, [])
    page.goto(served.address)
    page.get_by_label("用户名").fill(person)
    page.get_by_label("密码").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.get_by_role("button", name="退出登录").wait_for(timeout=WAIT)
    until = time.monotonic() + 60
    while not (found := [dict(each) for each in page.context.cookies() if each.get("name") == COOKIE]):
        assert time.monotonic() < until, "no cookie after the login"
        page.wait_for_timeout(100)
    browser.close()
    return found


def _visit_pages(
    playwright: Playwright, served: Served, cookies: Sequence[dict[str, object]], rounds: int
) -> dict[str, Taken]:
    """Each page by its link in the menu, after a first visit to each."""
    browser, page = _open(playwright, cookies)
    page.goto(f"{served.address}/account")
    page.wait_for_function(_READY, arg=["account", ""], polling="raf")
    places = list_places(("lead",))
    times = {place.title: Taken() for place in places}
    for number in range(rounds + 1):
        for place in places:
            with served.take(times[place.title] if number else Taken()):
                _follow(page, place.title, place.address)
    browser.close()
    return times


def _follow(page: Page, title: str, address: str) -> None:
    before = page.locator("[data-testid=stMain] [data-testid=stHeading]").first.text_content()
    _turn_to(page, title)
    page.wait_for_function(_READY, arg=[address, before], polling="raf", timeout=WAIT)


def _turn_to(page: Page, title: str) -> None:
    page.locator("[data-testid=stSidebarNav]").get_by_role("link", name=title, exact=True).click()


def _confirm_findings(
    playwright: Playwright, served: Served, cookies: Sequence[dict[str, object]], root: Path, rounds: int
) -> tuple[Taken, Taken]:
    """One person confirms a finding, another looks at the ranking, and has it scored anew."""
    workspace = open_workspace(root)
    ledger = open_ledger(workspace, load_pack(workspace.pack_folder))
    with reading(ledger.engine) as connection:
        inspection = list_records(connection, "inspection", state="active")[0]
    told, scored = Taken(), Taken()
    reviewer, confirming = _open(playwright, _log_in(playwright, served, "demo-reviewer"))
    browser, page = _open(playwright, cookies)
    page.goto(f"{served.address}/account")
    page.wait_for_function(_READY, arg=["account", ""], polling="raf")
    for number in range(rounds + 1):
        unit, person = inspection["units"][0], inspection["team"][0]
        row = submit_finding(ledger, person, inspection, unit, DEDUCTED, number)
        confirming.goto(f"{served.address}/findings?id={row['id']}")
        confirming.wait_for_function(_READY, arg=["findings", ""], polling="raf")
        confirming.locator('[role="radiogroup"], [data-testid="stButtonGroup"]').get_by_text(
            "认定", exact=True
        ).first.click()
        confirming.get_by_role("button", name="认定", exact=True).last.wait_for()
        confirming.wait_for_function(_STILL, polling="raf")
        with served.take(told if number else Taken()):
            confirming.get_by_role("button", name="认定", exact=True).last.click()
            _see(confirming, "现在是「已认定」")
            _turn_to(page, "总览")
            _see(page, "按现在的台账试算")
        page.wait_for_function(_STILL, polling="raf")
        with served.take(scored if number else Taken()):
            page.get_by_role("button", name="重新评分").click()
            page.wait_for_function("() => !document.body.textContent.includes('还没有计入')", polling="raf")
            page.wait_for_function(_STILL, polling="raf")
            page.wait_for_function(_TABLE, polling="raf")
        _follow(page, "我的账号", "account")
    reviewer.close()
    browser.close()
    return told, scored


def _see(page: Page, words: str) -> None:
    """Wait for words as a reader does, frame by frame: a locator looks again only after half a second."""
    page.wait_for_function("words => document.body.textContent.includes(words)", arg=words, polling="raf", timeout=WAIT)


def _play(playwright: Playwright, served: Served, cookies: Sequence[dict[str, object]], rounds: int) -> Taken:
    """A weight by one step of its slider, until the table shows another ranking."""
    taken = Taken()
    browser, page = _open(playwright, cookies)
    page.goto(f"{served.address}/robustness?section=s3")
    page.wait_for_function(_READY, arg=["robustness", ""], polling="raf")
    handle = page.get_by_role("slider").first
    handle.focus()
    for number in range(rounds + 1):
        before = page.evaluate(_TEXTS)
        with served.take(taken if number else Taken()):
            page.keyboard.press("ArrowRight")
            page.wait_for_function(f"before => ({_TEXTS})() !== before", arg=before, polling="raf")
            page.wait_for_function(_STILL, polling="raf")
    browser.close()
    return taken
