"""Writers that are killed, and what must be true afterwards; used by ``test_kills`` and by ``benchmarks/ledger.py``."""

from __future__ import annotations

import contextlib
import io
import multiprocessing
import os
import random
import signal
import time
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from data.clock import office_now
from data.ledger.evidence import add_evidence
from data.ledger.ledger import Ledger, find_record, list_records
from data.ledger.transitions import apply_transition
from data.ledger.verify import list_unreferenced, verify_trail
from data.store.database import open_store, reading
from data.store.tables import evidence_table
from indicators.pack.model import Pack


def write_and_acknowledge(url: str, root: Path, pack: Pack, inspection: str, ready: Any) -> None:
    """Save for ever, as an inspector does; after every save a line that says so is brought to the disk."""
    ledger = Ledger(open_store(url), root, pack)
    number = 0
    with (root / f"acknowledged-{os.getpid()}").open("a", encoding="utf-8") as file:

        def acknowledge(kind: str, id: str, version: int) -> None:
            file.write(f"{kind} {id} {version}\n")
            file.flush()
            os.fsync(file.fileno())

        ready.set()
        while True:
            number += 1
            now = office_now()
            page = io.BytesIO(f"%PDF-1.7\n{os.getpid()} {number}\n".encode() + os.urandom(2000))
            evidence = add_evidence(ledger, "ins1", page, "照片.pdf", {"unit": "zezhou"}, now=now)
            acknowledge("evidence", evidence["id"], 1)
            given = {"inspection": inspection, "unit": "zezhou", "evidence": [evidence["id"]]}
            row = apply_transition(ledger, "ins1", "finding", None, "draft", given, now=now)
            acknowledge("finding", row["id"], 1)
            given = {"place": f"第 {number} 处"}
            row = apply_transition(ledger, "ins1", "finding", row["id"], "edit", given, base_version=1, now=now)
            acknowledge("finding", row["id"], row["version"])


def _write(*arguments: Any) -> None:
    # A writer whose server crashes ends there, as one that is killed does.
    with contextlib.suppress(sa.exc.OperationalError):
        write_and_acknowledge(*arguments)


def start_writer(url: str, root: Path, pack: Pack, inspection: str) -> BaseProcess:
    """A writer in a process of its own, once it writes."""
    context = multiprocessing.get_context("fork")
    ready = context.Event()
    writer = context.Process(target=_write, args=(url, root, pack, inspection, ready))
    writer.start()
    assert ready.wait(60)
    return writer


@dataclass(frozen=True)
class Outcome:
    """What was found after kills: saves acknowledged, and files that nobody refers to."""

    acknowledged: int
    unreferenced: int


def kill_writers(url: str, root: Path, pack: Pack, inspection: str, chance: random.Random, number: int = 2) -> None:
    """Let writers write for a random while, and kill them where they stand."""
    writers = [start_writer(url, root, pack, inspection) for _ in range(number)]
    time.sleep(chance.uniform(0.02, 0.4))
    for writer in writers:
        writer.kill()
    for writer in writers:
        writer.join()
        assert writer.exitcode == -signal.SIGKILL


def check_after_kill(url: str, root: Path) -> Outcome:
    """Assert that the store opens, verifies, holds everything acknowledged, and no row without what belongs to it."""
    engine = open_store(url)
    if engine.dialect.name == "sqlite":
        with reading(engine) as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    problems = verify_trail(engine, root, office_now())
    assert problems == [], [str(problem) for problem in problems]
    acknowledged = [
        line.rsplit(" ", 2)
        for file in root.glob("acknowledged-*")
        # The last line may be cut off: then it was not acknowledged.
        for line in file.read_text(encoding="utf-8").splitlines(keepends=True)
        if line.endswith("\n")
    ]
    with reading(engine) as connection:
        for kind, id, version in acknowledged:
            row = find_record(connection, kind, id)
            assert row is not None and row["version"] >= int(version), (kind, id, version)
        findings = list_records(connection, "finding")
        known = set(connection.scalars(sa.select(evidence_table.c.id)))
        assert all(set(row["evidence"] or []) <= known for row in findings)
        assert [row["serial"] for row in findings] == list(range(1, len(findings) + 1))
    return Outcome(len(acknowledged), len(list_unreferenced(engine, root)))
