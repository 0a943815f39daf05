"""The ledger when many write at once, when writers are killed, and when it has grown: both stores, asserted.

The PostgreSQL is one that this starts itself, with everything on disk before a commit returns.
"""

from __future__ import annotations

import io
import json
import multiprocessing
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.timing import measure_alone, print_table, read_peak
from data.clock import office_now
from data.ledger.evidence import add_evidence
from data.ledger.ledger import Ledger
from data.ledger.reading import list_disputed, list_findings, read_visible
from data.ledger.transitions import apply_transition
from data.ledger.verify import verify_trail
from data.store.database import open_store, reading, writing
from data.store.tables import Record, event_table, finding_table, head_table, write_canonical
from data.trail.anchor import check_head
from data.trail.events import Head, hash_event, list_events, replace_head
from indicators.pack.model import Pack
from indicators.reader import find_pack, load_pack
from tests.ledger.kills import check_after_kill, kill_writers, start_writer
from tests.ledger.postgres import Server, run_server
from tests.ledger.world import World, finding_fields, found_world, reach

PROCESSES, SAVES, ROUNDS, GROWN = 8, 200, 50, 20_000


def measure_ledger(rounds: int = ROUNDS, saves: int = SAVES, grown: int = GROWN) -> None:
    """Measure both stores one after the other."""
    pack = load_pack(find_pack("jincheng-2021-2025"))
    with run_server(durable=True) as server:
        measure_saves(pack, server, saves)
        measure_kills(pack, server, rounds)
        measure_growth(pack, server, grown)


@contextmanager
def found(pack: Pack, url: str | None) -> Iterator[tuple[World, str]]:
    """An office in a temporary folder, on SQLite or on the database of the URL."""
    with tempfile.TemporaryDirectory(prefix="ducha-bench-") as folder:
        root = Path(folder)
        address = url or str(root / "ducha.db")
        engine = open_store(address)
        yield found_world(Ledger(engine, root, pack)), address
        engine.dispose()


def each_store(pack: Pack, server: Server, database: str) -> Iterator[tuple[str, World, str]]:
    """An office on each store; on PostgreSQL in a database of its own."""
    server.run(f"CREATE DATABASE {database}")
    for name, url in (("SQLite", None), ("PostgreSQL", server.url(database))):
        with found(pack, url) as (world, address):
            yield name, world, address


# Many at once


def save_many(address: str, world: World, number: int, saves: int, file: Path) -> None:
    """What one of the processes does: evidence, drafts, edits and submissions, each a save of its own."""
    ledger = Ledger(open_store(address), world.ledger.root, world.ledger.pack)
    times: list[float] = []

    def take(act: Callable[[], Record]) -> Record:
        start = time.perf_counter()
        row = act()
        times.append(time.perf_counter() - start)
        return row

    def do(id: str | None, action: str, given: Record, base: int | None, actor: str = "ins1") -> Record:
        return take(
            lambda: apply_transition(ledger, actor, "finding", id, action, given, base_version=base, now=world.now)
        )

    while len(times) < saves:
        page = io.BytesIO(f"%PDF-1.7\n{number} {len(times)}\n".encode() + random.randbytes(20_000))
        unit = {"unit": "zezhou"}
        proof = take(lambda page=page, unit=unit: add_evidence(ledger, "ins1", page, "照片.pdf", unit, now=world.now))
        fields = {**finding_fields(world), "evidence": [proof["id"]], "place": f"第 {number} 组"}
        row = do(None, "draft", fields, None)
        row = do(row["id"], "edit", {"statement": f"第 {len(times)} 次写下的事实"}, row["version"])
        row = do(row["id"], "submit", {}, row["version"])
        do(row["id"], "confirm", {}, row["version"], "rev")
    file.write_text(json.dumps(times))


def measure_saves(pack: Pack, server: Server, saves: int) -> None:
    """Eight processes of two hundred saves: none lost, none doubled, the chain unbroken."""
    rows = []
    for name, world, address in each_store(pack, server, "many"):
        before, files = world.head().seq, [world.ledger.root / f"times-{n}" for n in range(PROCESSES)]
        context = multiprocessing.get_context("fork")
        processes = [
            context.Process(target=save_many, args=(address, world, number, saves, file))
            for number, file in enumerate(files)
        ]
        start = time.perf_counter()
        for process in processes:
            process.start()
        for process in processes:
            process.join()
        wall = time.perf_counter() - start
        assert [process.exitcode for process in processes] == [0] * PROCESSES
        times = sorted(each for file in files for each in json.loads(file.read_text()))
        findings = world.rows("finding")
        assert world.head().seq - before == len(times) == PROCESSES * saves
        assert [row["serial"] for row in findings] == list(range(1, len(times) // 5 + 1))
        assert all(row["state"] == "confirmed" for row in findings)
        places = [row["place"] for row in findings]
        assert {places.count(f"第 {number} 组") for number in range(PROCESSES)} == {saves // 5}
        assert len({row["sha256"] for row in world.rows("evidence")}) == 2 + len(times) // 5
        start = time.perf_counter()
        problems = verify_trail(world.ledger.engine, world.ledger.root, office_now())
        checked = time.perf_counter() - start
        assert problems == [], [str(problem) for problem in problems]
        marks = [times[round(share * (len(times) - 1))] * 1000 for share in (0.5, 0.95, 1)]
        rows.append((name, f"{len(times):,}", *(f"{mark:.0f}" for mark in marks), f"{len(times) / wall:.0f}",
                     f"{checked:.2f}"))  # fmt: skip
    columns = ("saves", "number", "p50 ms", "p95 ms", "max ms", "a second", "verify s")
    print_table(f"ledger: {PROCESSES} processes x {saves} saves, none lost, none doubled", columns, rows)


# Killed


def measure_kills(pack: Pack, server: Server, rounds: int) -> None:
    """Two writers killed at random, again and again; then the server, in the middle of their work."""
    rows = []
    for name, world, address in each_store(pack, server, "killed"):
        chance, root = random.Random(2024), world.ledger.root
        for _ in range(rounds):
            kill_writers(address, root, pack, world.inspection, chance)
            outcome = check_after_kill(address, root)
        rows.append((name, f"{rounds * 2}", f"{outcome.acknowledged:,}", "0", f"{outcome.unreferenced}"))
        if name == "PostgreSQL":
            writers = [start_writer(address, root, pack, world.inspection) for _ in range(4)]
            time.sleep(1)
            server.stop("immediate")
            for writer in writers:
                writer.kill()
                writer.join()
            server.start()
            world.ledger.engine.dispose()
            after = check_after_kill(address, root)
            rows.append(("PostgreSQL, server crashed", "1", f"{after.acknowledged - outcome.acknowledged:,}", "0",
                         f"{after.unreferenced - outcome.unreferenced}"))  # fmt: skip
    columns = ("killed", "kills", "acknowledged", "of them lost", "files without a row")
    print_table("ledger: kill -9 at random", columns, rows)


# Grown


def grow(world: World, findings: int) -> None:
    """Many findings of five events each, as the program writes them, but many to a transaction."""
    start = world.head()
    reach(world, "finding", "notified")
    with reading(world.ledger.engine) as connection:
        pattern = [event for event in list_events(connection) if event["seq"] > start.seq]
    pattern.insert(1, _edit(pattern[0]))
    head, seq = world.head(), world.head().seq
    with writing(world.ledger.engine) as connection:
        for serial in range(2, findings + 1):
            events: list[Record] = []
            unit = ("zezhou", "gaoping")[serial % 2]
            for event in pattern:
                seq += 1
                made = {**event, "seq": seq, "object_id": f"督问〔2024〕{serial:04d}号", "prev_hash": head.hash}
                for name in ("before", "after"):
                    row = json.loads(event[name]) if event[name] else None
                    if row is not None:
                        row |= {"id": made["object_id"], "serial": serial, "unit": unit}
                        made[name] = write_canonical(row)
                made["hash"] = hash_event(made)
                head = Head(seq, made["hash"])
                events.append(made)
            connection.execute(event_table.insert(), events)
            connection.execute(finding_table.insert().values(json.loads(events[-1]["after"])))
        connection.execute(head_table.update().values(seq=head.seq, hash=head.hash))
    replace_head(world.ledger.root, head)


def _edit(draft: Record) -> Record:
    return {**draft, "action": "edit", "before": draft["after"]}


def measure_growth(pack: Pack, server: Server, findings: int) -> None:
    """Twenty thousand findings with a hundred thousand events: verifying, opening, reading, one more save."""
    rows: list[tuple[str, ...]] = []
    for name, world, address in each_store(pack, server, "grown"):
        grow(world, findings)
        rows.append((name, f"{world.head().seq:,} events", "", ""))
        for what in CALLS:
            place = (address, world.ledger.root, world.inspection)
            peak, (seconds, start) = measure_alone(_call_three_times, what, *place)
            rows.append((name, what, f"{seconds * 1000:,.1f}", f"{max(0.0, peak - start):,.0f}"))
    columns = ("grown", "what", "ms (median of 3)", "MiB more")
    print_table(f"ledger: {findings:,} findings", columns, rows)


def _verify(ledger: Ledger, inspection: str) -> None:
    problems = verify_trail(ledger.engine, ledger.root, office_now())
    assert problems == [], problems[:3]


def _look(ledger: Ledger, inspection: str) -> None:
    assert check_head(ledger.engine, ledger.root) == []


def _save(ledger: Ledger, inspection: str) -> None:
    given = {"inspection": inspection, "unit": "zezhou"}
    apply_transition(ledger, "ins1", "finding", None, "draft", given, now=datetime(2024, 6, 1, tzinfo=UTC))


CALLS: dict[str, Callable[[Ledger, str], object]] = {
    "verify_trail": _verify,
    "check_head, as at every opening": _look,
    "list_findings of the lead": lambda ledger, _: list_findings(ledger, "lead"),
    "list_findings of a county": lambda ledger, _: list_findings(ledger, "zz"),
    "read_visible of one finding": lambda ledger, _: read_visible(ledger, "lead", "finding", "督问〔2024〕1234号"),
    "list_disputed": lambda ledger, _: list_disputed(ledger),
    "one more save": _save,
}


def _call_three_times(what: str, address: str, root: Path, inspection: str) -> tuple[float, float]:
    """The median of three calls in seconds, and the memory that the process had taken before them, in MiB."""
    ledger = Ledger(open_store(address), root, load_pack(find_pack("jincheng-2021-2025")))
    times, start = [], read_peak()
    for _ in range(3):
        begun = time.perf_counter()
        CALLS[what](ledger, inspection)
        times.append(time.perf_counter() - begun)
    return statistics.median(times), start
