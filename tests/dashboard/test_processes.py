"""Two servers on one workspace, alone and behind nginx: one login for both, both write at once, and one may end.

Not proved here: a proxy's other rules (``test_proxy.py``), and how many people two servers bear.
"""

from __future__ import annotations

import re
import socket
import subprocess
import threading
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from dashboard.visits.keys import Shell
from dashboard.visits.sessions import COOKIE
from data.clock import office_now
from data.ledger.logins import end_login, list_logins
from data.ledger.users import set_password
from data.ledger.verify import verify_trail
from tests.dashboard.browser import find_port, serve, start
from tests.dashboard.client import Client, begin_finding
from tests.dashboard.office import Office, found_office, take_cookie
from tests.dashboard.proxy import LOG, NAME, run_proxy

PASSWORD = "bu-gaosu-bieren-2026"
#: Nobody may set the password that he has, and tests come in any order.
OTHER_PASSWORD = "sheng-yitai-ye-xing-2026"
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


@dataclass(frozen=True)
class Routed:
    """Two servers behind nginx: its port, the servers by their ports, and an address of clients that each one has."""

    port: int
    servers: dict[int, subprocess.Popen[bytes]]
    sources: dict[int, str]

    def dial(self, server: int) -> socket.socket:
        """A connection to nginx from an address that it keeps at this server."""
        return socket.create_connection(("127.0.0.1", self.port), 60, (self.sources[server], 0))

    def open(self, server: int, cookie: str = "", session: str = "", page: str = "") -> Client:
        """A tab at that address."""
        return Client(f"http://{NAME}", cookie, session, page, line=self.dial(server))


@pytest.fixture
def routed(office: Office, tmp_path: Path) -> Iterator[Routed]:
    ports, root = (find_port(), find_port()), office.workspace.root
    port = find_port()
    with ExitStack() as stack:
        servers = {
            each: stack.enter_context(start(root, each, (NAME,), f"routed-{number}.log"))[1]
            for number, each in enumerate(ports)
        }
        stack.enter_context(run_proxy(tmp_path, port, ports))
        yield Routed(port, servers, find_sources(port, ports, tmp_path / LOG))


def find_sources(port: int, servers: Sequence[int], log: Path) -> dict[int, str]:
    """For each server an address that nginx sends there: always there, and never to the other one."""
    sources = [f"127.0.{number}.1" for number in range(1, 25)]
    for source in sources * 2:
        with HTTPConnectionFrom(source, port) as connection:
            connection.request("GET", "/_stcore/health", headers={"Host": NAME})
            assert connection.getresponse().read() == b"ok"
    found: dict[str, set[str]] = defaultdict(set)
    for line in log.read_text(encoding="ascii").splitlines():
        source, _, server = line.partition(" ")
        found[source].add(server)
    assert all(len(found[source]) == 1 for source in sources), "an address stays at one server"
    return {server: next(each for each in sources if found[each] == {f"127.0.0.1:{server}"}) for server in servers}


class HTTPConnectionFrom(HTTPConnection):
    """A connection from one of this machine's addresses; to be used as a context."""

    def __init__(self, source: str, port: int) -> None:
        super().__init__("127.0.0.1", port, timeout=60, source_address=(source, 0))

    def __enter__(self) -> HTTPConnectionFrom:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def test_where_one_server_is_killed_everybody_goes_on_at_the_other(office: Office, routed: Routed) -> None:
    world, (lost, kept) = office.world, routed.servers
    before = {row["id"] for row in world.rows("finding")}
    set_password(world.ledger, "lead", "lead", OTHER_PASSWORD, now=office_now())
    # A login by the form, and its cookie, through the proxy at the server that will be lost.
    client = routed.open(lost, page="account")
    ticket = re.search(r'data-ducha-ticket=\\"([\w-]+)\\"', client.log_in("lead", OTHER_PASSWORD).text)
    assert ticket is not None
    with HTTPConnectionFrom(routed.sources[lost], routed.port) as connection:
        connection.request("POST", "/session", ticket[1], {"Host": NAME, "Origin": f"http://{NAME}"})
        cookies = connection.getresponse().headers["set-cookie"]
    leads = SimpleCookie(cookies)[COOKIE].value
    # Two inspectors write, each at a server of the own.
    tabs = {}
    for server, person in ((lost, "ins1"), (kept, "ins2")):
        cookie = take_cookie(world.ledger, person, office_now())
        tab = routed.open(server, cookie, page="entry")
        tab.run()
        begin_finding(tab, f"{person} 在两台服务器之间")
        tabs[person] = cookie, tab
    drafts = {row["authors"][0]: row for row in world.rows("finding") if row["id"] not in before}
    assert set(drafts) == {"ins1", "ins2"}

    routed.servers[lost].kill()
    routed.servers[lost].wait(60)

    for tab in (client, tabs["ins1"][1]):
        with pytest.raises(ConnectionClosed):
            tab.run()
    # What the browser does by itself: the same address, the same cookie, the old session's id.
    again = routed.open(lost, leads, client.session, "account")
    assert "<td>lead</td>" in again.run().text and again.session != client.session
    cookie, tab = tabs["ins1"]
    moved = routed.open(lost, cookie, tab.session, "entry")
    moved.query = f"draft={drafts['ins1']['id']}"
    assert "ins1 在两台服务器之间" in moved.run().text
    for person, writer in (("ins1", moved), ("ins2", tabs["ins2"][1])):
        key = next(key for key in writer.shown.widgets if "_statement" in key)
        writer.run(writer.set(key, f"{person} 写完了"))
    rows = {row["authors"][0]: row for row in world.rows("finding") if row["id"] not in before}
    assert {person: row["statement"] for person, row in rows.items()} == {
        person: f"{person} 写完了" for person in ("ins1", "ins2")
    }
    assert {row["id"] for row in rows.values()} == {row["id"] for row in drafts.values()}, "the same drafts"
    assert verify_trail(world.ledger.engine, world.ledger.root, office_now()) == []
    for each in (again, moved, tabs["ins2"][1]):
        each.close()
