"""Many people at once: sockets that speak Streamlit's protocol on real ``ducha serve`` processes of one workspace.

Each person has a login of the own role, opens a page, reads for ten seconds, and opens the next. What is timed is from
the message that asks for a page to the one that says that its script has ended; a browser's own drawing is not in it.
Where there are several servers, a person stays with one, as behind a proxy with sticky routes. The people run on the
same cores as the servers, so that a server by itself does better than is printed here.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

from benchmarks.nation import build_nation
from benchmarks.pages import Served, run_server
from benchmarks.timing import print_table
from dashboard.sitemap import list_places
from dashboard.visits.keys import Shell
from dashboard.visits.sessions import COOKIE
from dashboard.visits.work_keys import Exports
from data.clock import office_now
from data.demo.accounts import DEMO_PASSWORD
from data.ledger.ledger import list_records, open_ledger
from data.store.database import reading
from data.store.workspace import open_workspace
from indicators.reader import load_pack
from scoring.cli.demo import build_demo
from tests.dashboard.client import ask_for_run, ends_run, read_element
from tests.dashboard.office import take_cookie

#: Seconds between two pages of a person, and in which pages are timed at each number of people.
PAUSE, WINDOW = 10.0, 20.0
#: Who is there: most are contacts of counties, then inspectors, then the office.
SHARES = {"unit_contact": 5, "inspector": 3, "reviewer": 1, "lead": 1, "leader": 1}
STORM = 60
_LONG = 120


@dataclass
class Visitor:
    """A person with a cookie, the pages of the own menu, and one socket."""

    served: Served
    cookie: str
    pages: Sequence[str]
    seed: int
    line: ClientConnection | None = None
    widgets: dict[str, str] = field(default_factory=dict)

    async def open(self) -> None:
        """A socket with the cookie; without one where there is none."""
        headers = {"Origin": self.served.address} | ({"Cookie": f"{COOKIE}={self.cookie}"} if self.cookie else {})
        address = f"{self.served.address.replace('http', 'ws', 1)}/_stcore/stream"
        told = {"subprotocols": ["streamlit", "none"], "additional_headers": headers, "proxy": None, "max_size": None}
        self.line = await connect(address, open_timeout=_LONG, ping_interval=None, **told)  # type: ignore[arg-type]

    async def ask(self, page: str, *states: WidgetState) -> float:
        """Milliseconds until the page is there."""
        assert self.line is not None
        begun = time.perf_counter()
        await self.line.send(ask_for_run(page, states))
        while True:
            raw = await asyncio.wait_for(self.line.recv(), _LONG)
            assert isinstance(raw, bytes)
            message = ForwardMsg.FromString(raw)
            if (found := read_element(message)) is not None:
                self.widgets[found[1]] = found[2]
            if ends_run(message):
                return 1000 * (time.perf_counter() - begun)

    async def close(self) -> None:
        """As a tab does that is closed."""
        if self.line is not None:
            await self.line.close()


def measure_users(units: int) -> None:
    """Print the tables: a city on one process and on two, with its bad moments, and a nation."""
    with tempfile.TemporaryDirectory(prefix="ducha-bench-") as folder:
        city, nation = Path(folder) / "city", Path(folder) / "nation"
        build_demo(city)
        print_levels("users: a city, one process", city, 1, (120, 240, 360))
        print_levels("users: a city, two processes", city, 2, (300, 450))
        print_moments(city)
        build_nation(nation, units)
        print_levels(f"users: {units:,} units, two processes", nation, 2, (120,))


def print_levels(title: str, root: Path, processes: int, levels: Sequence[int]) -> None:
    """A row for each number of people."""
    with ExitStack() as stack:
        servers = [stack.enter_context(run_server(root)) for _ in range(processes)]
        rows = [_describe(str(people), *asyncio.run(_visit(root, servers, people))) for people in levels]
    print_table(title, ("people", "pages/s", "median ms", "p95 ms", "most ms"), rows)


def print_moments(root: Path) -> None:
    """What a hundred people see while others do what is heavy."""
    with ExitStack() as stack:
        servers = [stack.enter_context(run_server(root)) for _ in range(2)]
        rows = [_describe("nothing else", *asyncio.run(_visit(root, servers, 100)))]
        logins = list[float]()
        rows.append(_describe(f"{STORM} log in at once", *asyncio.run(_visit(root, servers, 100, storm=logins))))
        rows.append(_describe("their own logins", logins))
        rows.append(_describe("one has all scored anew", *asyncio.run(_visit(root, servers, 100, scoring=True))))
    print_table("users: a hundred people of a city, and beside them", ("", "pages/s", "median", "p95", "most"), rows)


def _describe(name: str, taken: Sequence[float], seconds: float | None = None) -> tuple[str, ...]:
    """``seconds`` until the last of them was there: at the limit that is longer than people go on asking."""
    p95 = statistics.quantiles(taken, n=20, method="inclusive")[-1]
    figures = (statistics.median(taken), p95, max(taken))
    return (name, "—" if seconds is None else f"{len(taken) / seconds:.1f}", *(f"{each:,.0f}" for each in figures))


async def _visit(
    root: Path, servers: Sequence[Served], people: int, *, storm: list[float] | None = None, scoring: bool = False
) -> tuple[list[float], float]:
    """Milliseconds of every page that was asked for in the window, and the seconds until the last of them was there.

    Those of the logins of a ``storm`` go there.
    """
    visitors = invite(root, servers, people)
    taken: list[float] = []
    ready = asyncio.Barrier(people)
    readers = [asyncio.create_task(_read(visitor, ready, taken)) for visitor in visitors]
    tasks: list[asyncio.Task[Any]] = [*readers]
    if storm is not None:
        logins = (_log_in(servers[number % len(servers)], number, storm) for number in range(STORM))
        tasks += [asyncio.create_task(each) for each in logins]
    if scoring:
        tasks.append(asyncio.create_task(_score(root, servers)))
    await asyncio.gather(*tasks)
    spans = [task.result() for task in readers]
    return taken, max(last for _, last in spans) - min(first for first, _ in spans)


async def _read(visitor: Visitor, ready: asyncio.Barrier, taken: list[float]) -> tuple[float, float]:
    """When the window began, and when the last page was there."""
    chance = random.Random(visitor.seed)
    await visitor.open()
    await visitor.ask(visitor.pages[0])
    await ready.wait()
    begun = last = time.perf_counter()
    # Everybody in another moment of the first pause.
    await asyncio.sleep(chance.uniform(0, PAUSE))
    while time.perf_counter() - begun < WINDOW:
        asked = time.perf_counter()
        taken.append(await visitor.ask(chance.choice(visitor.pages)))
        last = time.perf_counter()
        await asyncio.sleep(max(0, PAUSE - (last - asked)))
    await visitor.close()
    return begun, last


async def _log_in(served: Served, number: int, taken: list[float]) -> None:
    """By the form, with a password, as somebody who has no cookie."""
    await asyncio.sleep(PAUSE)
    person = ("demo-lead", "demo-inspector", "demo-reviewer")[number % 3]
    visitor = Visitor(served, "", [""], number)
    await visitor.open()
    await visitor.ask("")
    texts = {Shell.USER: person, Shell.PASSWORD: DEMO_PASSWORD}
    filled = [WidgetState(id=visitor.widgets[key], string_value=text) for key, text in texts.items()]
    taken.append(await visitor.ask("", *filled, WidgetState(id=visitor.widgets[Shell.ENTER], trigger_value=True)))
    await visitor.close()


async def _score(root: Path, servers: Sequence[Served]) -> None:
    await asyncio.sleep(PAUSE)
    visitor = invite(root, servers, 1, ("lead",))[0]
    await visitor.open()
    await visitor.ask("exports")
    await visitor.ask("exports", WidgetState(id=visitor.widgets[Exports.SCORE], trigger_value=True))
    await visitor.close()


def invite(root: Path, servers: Sequence[Served], people: int, roles: Sequence[str] = ()) -> list[Visitor]:
    """People with a login each, in the shares of their roles, or of these; nobody where there is no such account."""
    workspace = open_workspace(root)
    ledger = open_ledger(workspace, load_pack(workspace.pack_folder))
    with reading(ledger.engine) as connection:
        users = list_records(connection, "user")
    by_role = {role: str(user["id"]) for user in reversed(users) for role in user["roles"] if role in SHARES}
    shares = [role for role, share in SHARES.items() for _ in range(share)]
    wanted = [role for role in roles or shares if role in by_role]
    found = []
    for number, role in enumerate(islice(cycle(wanted), people)):
        pages = [place.address for place in list_places((role,))]
        cookie = take_cookie(ledger, by_role[role], office_now())
        found.append(Visitor(servers[number % len(servers)], cookie, pages, number))
    return found
