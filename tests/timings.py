"""What each test takes, and whether it reads the clock: noted while they run, so that some can be chosen by it.

Nobody keeps a list. Every read goes through ``data.clock``. That a test read it, and which fixtures it shares with
others, is told with its report, and kept in pytest's cache with the seconds that all these took. ``make quick``
(``tests/quick.py``) chooses among all tests, ``tests/hours.py`` among those that read the clock.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Generator
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any, Final

import pytest

from data import clock

#: Where pytest's cache has it: tests -> what is known of each, and shared fixtures -> their seconds.
CACHE: Final = "ducha/timings"
_SHARED: Final = "shared fixtures"
_READS: Final = "reads the clock"


class Noticed(datetime):
    """The clock's ``datetime``, which counts how often it was asked what time it is."""

    reads = 0

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        """This moment."""
        Noticed.reads += 1
        found = super().now(tz)
        return datetime.combine(found.date(), found.timetz())


class Timings:
    """The plugin. Workers note; where their reports arrive they are kept."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.took: dict[str, float] = {}
        self.before = 0
        self.tests: dict[str, Any] = {}
        self.shared: dict[str, float] = {}
        clock.datetime = Noticed  # type: ignore[misc]

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Generator[None, Any, Any]:
        begun = time.monotonic()
        try:
            return (yield)
        finally:
            if fixturedef.scope != "function":
                self.took[fixturedef.argname] = time.monotonic() - begun

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self) -> None:
        self.before = Noticed.reads

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, Any, Any]:
        try:
            return (yield)
        finally:
            names = getattr(item, "fixturenames", ())
            item.user_properties.append((_SHARED, {name: self.took[name] for name in names if name in self.took}))
            item.user_properties.append((_READS, Noticed.reads > self.before))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        told = dict(report.user_properties)
        if report.when == "call" and _SHARED in told:
            shared: Any = told[_SHARED]
            self.tests[report.nodeid] = {"seconds": report.duration, "shared": sorted(shared), "reads": told[_READS]}
            for name, seconds in shared.items():
                self.shared[name] = max(seconds, self.shared.get(name, 0))

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        if config.getoption("chosen"):
            wanted = set(Path(config.getoption("chosen")).read_text(encoding="utf-8").splitlines())
            config.hook.pytest_deselected(items=[item for item in items if item.nodeid not in wanted])
            items[:] = [item for item in items if item.nodeid in wanted]

    def pytest_sessionfinish(self) -> None:
        cache = getattr(self.config, "cache", None)
        if cache is None or hasattr(self.config, "workerinput"):
            return
        everything = self.config.args_source == pytest.Config.ArgsSource.TESTPATHS
        known = cache.get(CACHE, None)
        if known is None or everything:
            known = {"tests": {}, "shared": {}}
        kept = {"tests": known["tests"] | self.tests, "shared": known["shared"] | self.shared}
        cache.set(CACHE, kept)


def read_timings(root: Path) -> dict[str, Any]:
    """What is known of the tests of this clone; of none where none were run yet."""
    cache = root / ".pytest_cache" / "v" / CACHE
    found: dict[str, Any] = {"tests": {}, "shared": {}}
    return json.loads(cache.read_text(encoding="utf-8")) if cache.is_file() else found


def choose(known: dict[str, Any], budget: float, *, reading: bool = False) -> list[str]:
    """So many seconds of the tests: the quickest of each file, then the second of each, and so on.

    ``reading``: only of those that read the clock.

    What a shared fixture takes is paid by the first that uses it.
    """
    by_file: dict[str, list[str]] = {}
    tests = {test: told for test, told in known["tests"].items() if told["reads"] or not reading}
    for test in sorted(tests, key=lambda each: float(tests[each]["seconds"])):
        by_file.setdefault(test.partition("::")[0], []).append(test)
    rounds = sorted(
        (place, tests[test]["seconds"], test) for found in by_file.values() for place, test in enumerate(found)
    )
    chosen: list[str] = []
    paid: set[str] = set()
    for _, seconds, test in rounds:
        new = set(tests[test]["shared"]) - paid
        price = seconds + sum(known["shared"].get(name, 0) for name in new)
        if price <= budget:
            budget -= price
            paid |= new
            chosen.append(test)
    return chosen


def add_up(known: dict[str, Any]) -> list[tuple[str, int, float]]:
    """Folders and shared fixtures with how many tests there are and the seconds that they took, the longest first."""
    found: dict[str, tuple[int, float]] = {}
    for test, told in known["tests"].items():
        folder = test.partition("::")[0].rpartition("/")[0]
        tests, seconds = found.get(folder, (0, 0.0))
        found[folder] = (tests + 1, seconds + told["seconds"])
    found |= {f"fixture {name}": (0, seconds) for name, seconds in known["shared"].items() if seconds >= 1}
    return sorted(((name, *took) for name, took in found.items()), key=lambda each: -each[2])


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--chosen", metavar="FILE", help="only the tests whose names stand in it, a line each")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Timings(config), "timings")


if __name__ == "__main__":
    for name, tests, seconds in add_up(read_timings(Path(__file__).parents[1])):
        sys.stdout.write(f"{seconds:8.1f} s {tests:6} {name}\n")
