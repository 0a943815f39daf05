"""``kill -9`` at any moment: what was acknowledged is there, the store opens, the chain verifies.

Not proven here: that a disk keeps what it says it has written. Fifty rounds are part of ``make bench``.
"""

from __future__ import annotations

import io
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from data.ledger import evidence
from data.ledger.evidence import add_evidence
from data.ledger.verify import list_unreferenced, verify_trail
from data.store.database import open_store
from tests.ledger.kills import check_after_kill, kill_writers, start_writer
from tests.ledger.postgres import Server, run_server
from tests.ledger.world import World


def test_killed_writers_lose_nothing_that_was_acknowledged(world: World, store_url: str) -> None:
    chance = random.Random(4)
    for _ in range(6):
        kill_writers(store_url, world.ledger.root, world.ledger.pack, world.inspection, chance)
        outcome = check_after_kill(store_url, world.ledger.root)
    assert outcome.acknowledged > 6


@pytest.mark.parametrize("store_kind", ["postgresql"])
def test_a_server_that_crashes_loses_nothing_that_was_acknowledged(
    world: World, store_kind: str, store_url: str, postgresql: Server
) -> None:
    writer = start_writer(store_url, world.ledger.root, world.ledger.pack, world.inspection)
    try:
        time.sleep(0.5)
        postgresql.stop("immediate")
    finally:
        # The writer ends with an error, as its connection is gone, or is ended here.
        writer.kill()
        writer.join()
        postgresql.start()
    open_store(store_url).dispose()
    assert check_after_kill(store_url, world.ledger.root).acknowledged > 0


def test_a_kill_between_the_file_and_the_row_leaves_a_file_that_nobody_refers_to(
    world: World, store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, rows = world.head(), world.rows("evidence")
    child = os.fork()
    if child == 0:
        # The file is on disk for good; the transaction has not begun.
        monkeypatch.setattr(evidence, "apply_transition", lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL))
        add_evidence(world.ledger, "ins1", io.BytesIO(b"%PDF-1.7\nlost"), "a.pdf", {"unit": "zezhou"}, now=world.now)
        os._exit(0)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    assert (world.head(), world.rows("evidence")) == (before, rows)
    assert verify_trail(world.ledger.engine, world.ledger.root, world.now) == []
    (stray,) = list_unreferenced(world.ledger.engine, world.ledger.root)
    assert stray.read_bytes() == b"%PDF-1.7\nlost"
    # The same file, handed in again, takes the place of the stray one.
    add_evidence(world.ledger, "ins1", io.BytesIO(b"%PDF-1.7\nlost"), "a.pdf", {"unit": "zezhou"}, now=world.tick())
    assert list_unreferenced(world.ledger.engine, world.ledger.root) == []


# The server of the tests themselves

_HOLDER = """
import time
from tests.ledger.postgres import run_server
with run_server() as server:
    print(server.folder, flush=True)
    time.sleep(60)
"""


def test_the_tests_own_server_goes_when_its_process_is_killed() -> None:
    holder = subprocess.Popen([sys.executable, "-c", _HOLDER], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    folder = Path(holder.stdout.readline().strip())
    server = int((folder / "data" / "postmaster.pid").read_text().split()[0])
    os.kill(server, 0)
    holder.kill()
    holder.communicate()
    deadline = time.monotonic() + 30
    while folder.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not folder.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(server, 0)


def test_a_server_starts_where_the_temporary_folder_has_a_long_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = tmp_path / ("a" * 100)
    long.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(long))
    with run_server() as server:
        server.run("SELECT 1")
        folder = server.folder
    assert not folder.exists()
