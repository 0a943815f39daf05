"""Two servers on one workspace, as behind a proxy: one login for both, and both write at once.

Not proved here: a proxy's own rules (``test_proxy.py``), and how many people two servers bear.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator

import httpx
import pytest

from dashboard.keys import Shell
from dashboard.sessions import COOKIE
from data.clock import office_now
from data.ledger.logins import end_login, list_logins
from data.ledger.users import set_password
from data.ledger.verify import verify_trail
from tests.dashboard.browser import serve
from tests.dashboard.client import Client, begin_finding
from tests.dashboard.office import Office, found_office, take_cookie

PASSWORD = "bu-gaosu-bieren-2026"
#: So often each of the two types at least.
ROUNDS = 5


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return found_office(tmp_path_factory.mktemp("processes") / "workspace")


@pytest.fixture(scope="module")
def urls(office: Office) -> Iterator[tuple[str, str]]:
    with serve(office.workspace.root) as first, serve(office.workspace.root, log_name="second.log") as second:
        yield first, second


def test_a_login_is_known_to_both_and_ends_on_both(office: Office, urls: tuple[str, str]) -> None:
    ledger, (first, second) = office.world.ledger, urls
    set_password(ledger, "lead", "lead", PASSWORD, now=office_now())
    with httpx.Client(headers={"Origin": second}) as browser:
        client = Client(first, page="account")
        shown = client.log_in("lead", PASSWORD)
        # The page's ticket may come to the other server, which gives the cookie.
        ticket = re.search(r'data-ducha-ticket=\\"([\w-]+)\\"', shown.text)
        assert ticket is not None
        assert browser.post(f"{second}/session", content=ticket[1]).status_code == 204
        cookie = browser.cookies[COOKIE]
        assert browser.post(f"{first}/session", content=ticket[1], headers={"Origin": first}).status_code == 403
    # The proxy sends the same tab to the other server after a broken line: it begins anew there, and works.
    client.close()
    moved = Client(second, cookie, client.session, page="account")
    assert "<td>lead</td>" in moved.run().text and moved.session != client.session
    (login,) = list_logins(ledger.engine, "lead", office_now())
    end_login(ledger.engine, "lead", login.id, office_now())
    assert Shell.USER in moved.run().widgets
    again = Client(first, cookie, page="account")
    assert Shell.USER in again.run().widgets
    moved.close()
    again.close()


def test_both_write_at_once_and_nothing_is_lost(office: Office, urls: tuple[str, str]) -> None:
    world, failures = office.world, list[BaseException]()
    barrier = threading.Barrier(2)

    def write(url: str, person: str) -> None:
        try:
            client = Client(url, take_cookie(world.ledger, person, office_now()), page="entry")
            client.run()
            begin_finding(client, f"{person} 0")
            key = next(key for key in client.shown.widgets if "_statement" in key)
            barrier.wait(120)
            for turn in range(1, ROUNDS + 1):
                client.run(client.set(key, f"{person} {turn}"))
            client.close()
        except BaseException as error:
            failures.append(error)
            barrier.abort()

    people = [threading.Thread(target=write, args=pair) for pair in zip(urls, ("ins1", "ins2"), strict=True)]
    for each in people:
        each.start()
    for each in people:
        each.join()
    assert failures == []
    rows = {row["authors"][0]: row for row in world.rows("finding") if row["state"] == "draft"}
    assert {person: row["statement"] for person, row in rows.items()} == {
        person: f"{person} {ROUNDS}" for person in ("ins1", "ins2")
    }
    # Each sentence was a version of its own: none was swallowed by the other server's.
    assert all(row["version"] >= ROUNDS + 2 for row in rows.values())
    assert verify_trail(world.ledger.engine, world.ledger.root, office_now()) == []
