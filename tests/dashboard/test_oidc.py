"""The organisation's own login in a real browser, with the ledger on PostgreSQL; and what a page says that breaks.

The provider is a real one as far as the protocol goes (``oidc-provider-mock``): discovery, PKCE, signed tokens.
Not proved here: any particular product, and HTTPS.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from oidc_provider_mock import User
from oidc_provider_mock import app as make_provider
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from dashboard.visits.sessions import COOKIE
from data.ledger.logins import LONGEST
from data.store.database import run_table, writing
from tests.dashboard.browser import WAIT, browse, find_port, serve
from tests.dashboard.office import Office, found_office
from tests.ledger.postgres import run_server

#: The accounts as the provider knows them: what it calls its people is none of our names.
PEOPLE = {"u-01": "ins1", "u-02": "ins2", "u-03": "nobody-here", "u-04": "", "u-05": "rev", "u-06": "ver"}
#: Staff numbers as the provider knows them; here the third is another's, and the fourth has none.
NUMBERS = {"ins1": "G-001", "ins2": "g002", "rev": "G-003", "ver": ""}


@dataclass
class Site:
    """A running server with its office and its log."""

    address: str
    office: Office
    log: Path


@contextmanager
def run_provider(users: list[User]) -> Iterator[str]:
    """The provider's address, as a number: a bare machine has no file that says what ``localhost`` is."""
    server = make_server("127.0.0.1", 0, make_provider(user_claims=users), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    root = tmp_path_factory.mktemp("oidc") / "workspace"
    claims = {sub: {"employee": name, "number": NUMBERS.get(name, "")} if name else {} for sub, name in PEOPLE.items()}
    users = [User(sub=sub, claims=claims[sub]) for sub in PEOPLE]
    port = find_port()
    with run_server() as database, run_provider(users) as provider:
        (root / ".streamlit").mkdir(parents=True)
        (root / "store.url").write_text(database.url())
        (root / ".streamlit" / "secrets.toml").write_text(
            f"""
            [auth]
            redirect_uri = "http://127.0.0.1:{port}/oauth2callback"
            cookie_secret = "a-long-secret-that-only-this-test-knows"
            client_id = "ducha"
            client_secret = "any"
            server_metadata_url = "{provider}/.well-known/openid-configuration"
            [ducha]
            oidc_claim = "employee"
            oidc_person = "number"
            """
        )
        office = found_office(root)
        assert office.world.ledger.engine.dialect.name == "postgresql"
        for id, number in (("ins1", "G001"), ("ins2", "G002"), ("rev", "G999")):
            office.world.do("adm", "user", id, "edit", {"person": number})
        with serve(root, port):
            yield Site(f"http://127.0.0.1:{port}", office, root.parent / "server.log")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browse() as opened:
        yield opened


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    context = browser.new_context(locale="zh-CN")
    context.set_default_timeout(WAIT)
    page = context.new_page()
    page.goto(site.address)
    yield page
    context.close()


def log_in(page: Page, subject: str) -> None:
    page.get_by_role("button", name="用单位统一身份登录").click()
    page.get_by_role("button", name=subject, exact=True).click()


def test_who_is_known_here_comes_in_works_and_goes(page: Page, site: Site, tmp_path: Path) -> None:
    log_in(page, "u-01")
    page.get_by_role("button", name="退出登录").wait_for()
    expect(page.get_by_text("李督 · 督察员").first).to_be_visible()
    page.goto(f"{site.address}/account")
    page.get_by_role("cell", name="ins1").wait_for()
    until = time.monotonic() + WAIT / 1000
    # The page asks for the cookie by itself, once it is there.
    while COOKIE not in (cookies := {str(cookie["name"]): cookie for cookie in page.context.cookies()}):
        assert time.monotonic() < until, "no cookie after the login"
        page.wait_for_timeout(100)
    assert cookies[COOKIE]["httpOnly"] and cookies["_streamlit_user"]["httpOnly"]
    left = cookies["_streamlit_user"]["expires"] - page.evaluate("Date.now() / 1000")
    assert left <= LONGEST.total_seconds(), "not a month"

    page.goto(f"{site.address}/account")
    page.get_by_role("cell", name="ins1").wait_for()
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url(re.compile("end_session"))
    assert "_streamlit_user" not in {cookie["name"] for cookie in page.context.cookies()}
    page.goto(f"{site.address}/account")
    page.get_by_role("button", name="用单位统一身份登录").wait_for()


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        ("u-03", "统一身份「nobody-here」在这里没有启用的账号，请联系系统管理员。"),
        ("u-05", "统一身份登录给出的「number」和账号「rev」的人员编号不一样，请联系系统管理员核对。"),
        ("u-06", "统一身份登录给出的「number」和账号「ver」的人员编号不一样，请联系系统管理员核对。"),
        ("u-04", "统一身份登录没有给出「employee」这一项，不知道是哪个账号，请联系系统管理员。"),
    ],
)
def test_who_is_not_known_here_is_told_so(page: Page, subject: str, words: str) -> None:
    log_in(page, subject)
    page.get_by_text(words).wait_for()
    assert page.get_by_role("button", name="退出登录").count() == 0


def test_a_disabled_account_is_ended_and_a_page_that_breaks_says_so_in_chinese(page: Page, site: Site) -> None:
    log_in(page, "u-02")
    page.get_by_role("button", name="退出登录").wait_for()
    # A run of a day that is none is nothing that a page expects.
    engine = site.office.world.ledger.engine
    broken = {"id": "broken", "year": 2024, "as_of": "no day", "created_at": "no moment", "created_by": "nobody"}
    with writing(engine) as connection:
        connection.execute(run_table.insert().values(broken))
    # Runs are read anew when anything has happened.
    site.office.world.do("adm", "user", "ver", "disable", reason="调离")
    site.office.world.do("adm", "user", "ver", "enable", reason="回来")
    page.goto(f"{site.address}/exports")
    said = page.get_by_text(re.compile("程序出错了.*错误编号"))
    said.first.wait_for()
    number = re.search(r"错误编号 (\w{6})", said.first.inner_text())
    assert number is not None
    logged = site.log.read_text(encoding="utf-8", errors="replace")
    assert f"错误编号 {number[1]}" in logged and "ValueError" in logged.partition(number[1])[2]
    assert page.locator("[data-testid=stException]").count() == 0
    with writing(engine) as connection:
        connection.execute(run_table.delete().where(run_table.c.id == "broken"))

    site.office.world.do("adm", "user", "ins2", "disable", reason="调离")
    page.goto(f"{site.address}/account")
    page.get_by_text("统一身份「ins2」在这里没有启用的账号").wait_for()
    site.office.world.do("adm", "user", "ins2", "enable", reason="回来")


def test_a_finding_typed_in_a_browser_stands_in_postgresql_and_streamlit_speaks_chinese(
    page: Page, site: Site, tmp_path: Path
) -> None:
    log_in(page, "u-01")
    page.get_by_role("button", name="退出登录").wait_for()
    page.goto(f"{site.address}/entry")
    box = page.get_by_test_id("stSelectbox").filter(has_text="单位").locator("input")
    box.click()
    box.fill("没有的县")
    page.get_by_text("没有这样的选项").wait_for()
    box.fill("泽州县")
    page.get_by_role("option").filter(has_text="泽州县").first.click()
    box = page.get_by_test_id("stSelectbox").filter(has_text="指标").locator("input")
    box.click()
    box.fill("违法决策")
    page.get_by_role("option").filter(has_text="违法决策").first.click()
    page.get_by_text("已存草稿").wait_for()
    paper = tmp_path / "材料.pdf"
    paper.write_bytes(b"%PDF-1.7 in the browser")
    page.locator('input[type="file"]').set_input_files(str(paper))
    page.get_by_text("材料.pdf").first.wait_for()
    expect(page.get_by_text(re.compile(r"^(Upload|Browse files|Add files|.* per file.*|No results)$"))).to_have_count(0)
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    for _ in range(200):
        drafts = [row for row in site.office.world.rows("finding") if row["evidence"]]
        if drafts:
            break
        page.wait_for_timeout(100)
    assert drafts[0]["unit"] == "zezhou" and drafts[0]["authors"] == ["ins1"]
