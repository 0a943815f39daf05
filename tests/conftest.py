"""Settings for all tests (property tests try the same examples every time, untimed), and the workspace of the demo."""

from __future__ import annotations

import fcntl
import gc
import os
import sys
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from hypothesis import settings

from data.ledger import users
from indicators.pack import documents
from scoring.cli.demo import build_demo
from tests.debian import may_start
from tests.memory import keep_files_in_memory

pytest_plugins = ["tests.timings"]

settings.register_profile("ducha", deadline=None, derandomize=True)
settings.load_profile("ducha")


def _refuse_undeclared(event: str, words: tuple[object, ...]) -> None:
    """Programs that ``tests/debian.py`` does not name are missing here too, as they would be on a bare machine."""
    if event == "subprocess.Popen" and not may_start(program := os.fsdecode(words[0])):  # type: ignore[arg-type]
        raise FileNotFoundError(f"{program} is not in NEEDS of tests/debian.py")


sys.addaudithook(_refuse_undeclared)
keep_files_in_memory()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Spark's tests come first, then whole files that drive a browser: what takes longest in one piece.

    One worker has them for minutes, while the other takes over the rest of its share; short tests are left for the end,
    at which no worker waits for another.
    """
    driving = {item.path for item in items if "browser" in getattr(item, "fixturenames", ())}
    items.sort(key=lambda item: (not item.nodeid.startswith("tests/spark/"), item.path not in driving))


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """What is there by now stays: garbage is looked for among what tests make, and not after every 700 objects."""
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """The same algorithm with a thousandth of the work; ``ledger/test_files_and_passwords`` looks at the real figures.

    A stored password says how it was made, so that servers started by a test check it as cheaply.
    """
    patch = pytest.MonkeyPatch()
    patch.setattr(users, "_HASHER", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    users._make_decoy.cache_clear()
    yield
    patch.undo()


@pytest.fixture(scope="session", autouse=True)
def unchanged_files() -> Iterator[None]:
    """A file of a pack is composed once as long as no character of it differs, wherever it lies.

    What comes of composing depends on the text alone, and nobody changes its nodes; what is refused is composed anew.
    """
    patch = pytest.MonkeyPatch()
    patch.setattr(documents, "compose_text", lru_cache(maxsize=256)(documents.compose_text))
    yield
    patch.undo()


@pytest.fixture(scope="session", autouse=True)
def office_key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where commands find the office's key: never that of the account which runs the tests. It is not there yet."""
    os.environ["DUCHA_KEY"] = str(tmp_path_factory.getbasetemp() / "keys" / "office.key")
    return Path(os.environ["DUCHA_KEY"])


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The workspace of ``make demo``, built by whichever worker comes first. Tests must not change it: copy it."""
    own = tmp_path_factory.getbasetemp()
    shared = own if worker_id == "master" else own.parent
    root = shared / "demo"
    with (shared / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        # The results are written last: without them an earlier worker has failed, and this one says why.
        if not (root / "results").exists():
            build_demo(root)
    return root
