"""Which tests read the clock: noted while all run, so that some of them can be run at other hours (``tests/hours.py``).

Nobody keeps a list. Every read goes through ``data.clock``; that a test read it is told with its report, and kept in
pytest's cache with the seconds that it and the fixtures that it shares with others took.
"""

from __future__ import annotations

import time
from collections.abc import Generator
from datetime import datetime, tzinfo
from typing import Any, Final

import pytest

from data import clock

#: Where pytest's cache has it: tests -> their seconds and shared fixtures, and shared fixtures -> their seconds.
CACHE: Final = "ducha/clock-readers"
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


class Readers:
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
            if Noticed.reads > self.before:
                names = getattr(item, "fixturenames", ())
                item.user_properties.append((_READS, {name: self.took[name] for name in names if name in self.took}))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        shared: Any = dict(report.user_properties).get(_READS)
        if report.when == "call" and shared is not None:
            self.tests[report.nodeid] = {"seconds": report.duration, "shared": sorted(shared)}
            for name, seconds in shared.items():
                self.shared[name] = max(seconds, self.shared.get(name, 0))

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


def choose(known: dict[str, Any], budget: float) -> list[str]:
    """So many seconds of the tests in the cache: the quickest of each file, then the second of each, and so on.

    What a shared fixture takes is paid by the first that uses it.
    """
    by_file: dict[str, list[str]] = {}
    tests = known["tests"]
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


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Readers(config), "clock-readers")
