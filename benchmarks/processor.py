"""What a page costs the server: its processor time for each page of the menu, by who opens it, with nobody beside.

Told by the system for the whole process, children left out: the script, the door's look at the login, and what is sent.
On a machine that does other things too the figures are higher, but no wait is in them.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
from collections import defaultdict
from pathlib import Path

from benchmarks.nation import build_nation
from benchmarks.pages import Served, Taken, run_server
from benchmarks.timing import print_table
from benchmarks.users import SHARES, Visitor, invite
from dashboard.sitemap import PLACES
from scoring.cli.demo import build_demo

#: What follows the last message of a page, in seconds, belongs to it.
_REST = 0.05


def measure_processor(units: int, rounds: int) -> None:
    """Print the tables of a city and of a nation."""
    with tempfile.TemporaryDirectory(prefix="ducha-bench-") as folder:
        city, nation = Path(folder) / "city", Path(folder) / "nation"
        build_demo(city)
        print_processor("processor: a page of a city", city, 4 * rounds)
        build_nation(nation, units)
        print_processor(f"processor: a page of {units:,} units", nation, rounds)


def print_processor(title: str, root: Path, rounds: int) -> None:
    """A row for each page: milliseconds of the first visit of all, and a visit's later, on the mean, by role."""
    first: dict[str, float] = {}
    later: dict[str, dict[str, float]] = defaultdict(dict)
    with run_server(root) as served:
        for role in SHARES:
            for visitor in invite(root, [served], 1, (role,)):
                for page, (once, again) in asyncio.run(_visit(visitor, served, rounds)).items():
                    first.setdefault(page, once)
                    later[page][role] = again
    roles = [role for role in SHARES if any(role in found for found in later.values())]
    shown = [place for place in PLACES if place.address in later]
    rows = [(place.title, f"{first[place.address]:,.0f}", *_write(later[place.address], roles)) for place in shown]
    median = {role: statistics.median(found[role] for found in later.values() if role in found) for role in roles}
    rows.append(("median", "", *_write(median, roles)))
    print_table(f"{title}, {rounds} visits", ("milliseconds", "first", *roles), rows)


def _write(found: dict[str, float], roles: list[str]) -> list[str]:
    return [f"{found[role]:,.0f}" if role in found else "—" for role in roles]


async def _visit(visitor: Visitor, served: Served, rounds: int) -> dict[str, tuple[float, float]]:
    """Of each page the milliseconds of the first visit, and of one of the later ones."""
    await visitor.open()
    found = {}
    for page in visitor.pages:
        taken = Taken()
        for visits in (1, rounds):
            with served.take(taken):
                for _ in range(visits):
                    await visitor.ask(page)
                await asyncio.sleep(_REST)
        found[page] = (taken.server[0], taken.server[1] / rounds)
    await visitor.close()
    return found
