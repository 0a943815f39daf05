"""Thirty inspectors save findings at once through the service functions: how long a save takes, and is any lost?"""

from __future__ import annotations

import statistics
import tempfile
import threading
import time
from datetime import datetime
from pathlib import Path

from benchmarks.timing import console
from data.clock import office_now
from data.ledger.ledger import list_records, open_ledger
from data.ledger.transitions import FOUNDER, apply_transition
from data.ledger.users import add_user
from data.ledger.verify import verify_trail
from data.store.database import reading
from data.store.workspace import create_workspace
from indicators.reader import find_pack, load_pack

INSPECTORS, SAVES = 30, 20
#: Seconds in which a person types the next field.
PAUSE = 2.0


def now() -> datetime:
    """The moment of a save."""
    return office_now()


def measure_saves(inspectors: int = INSPECTORS, saves: int = SAVES) -> dict[str, float]:
    """Milliseconds of a save (median, p95, worst), how many were acknowledged, and how many of these are missing."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = create_workspace(Path(folder) / "w", find_pack("jincheng-2021-2025"))
        ledger = open_ledger(workspace, load_pack(workspace.pack_folder))
        people = [f"p{number}" for number in range(inspectors)]
        add_user(ledger, FOUNDER, "adm", "管理员", ["admin"], now=now())
        add_user(ledger, "adm", "lead", "负责人", ["lead"], now=now())
        for person in people:
            add_user(ledger, "adm", person, person, ["inspector"], now=now())
        day = now().date().isoformat()
        fields = {"year": 2024, "title": "督察", "scope": "全面", "begins_on": day, "units": ["zezhou"], "team": people}
        inspection = apply_transition(ledger, people[0], "inspection", None, "draft", fields, now=now())
        for step in ("decide", "plan"):
            given = {"steps": {"step": step, "number": "1号", "on": day}}
            inspection = apply_transition(
                ledger,
                people[0],
                "inspection",
                inspection["id"],
                "record_step",
                given,
                base_version=inspection["version"],
                now=now(),
            )
        apply_transition(
            ledger, "lead", "inspection", inspection["id"], "approve", base_version=inspection["version"], now=now()
        )
        taken: list[float] = []
        expected: dict[str, str] = {}
        failures: list[BaseException] = []
        start = threading.Barrier(inspectors)

        def write(person: str) -> None:
            # A draft, and then every change of it, as the page saves them; a person types between two changes.
            try:
                start.wait()
                given = {"inspection": inspection["id"], "unit": "zezhou", "statement": f"{person} 0"}
                began = time.perf_counter()
                row = apply_transition(ledger, person, "finding", None, "draft", given, now=now())
                taken.append(time.perf_counter() - began)
                for number in range(1, saves):
                    time.sleep(PAUSE)
                    text = f"{person} {number}"
                    began = time.perf_counter()
                    row = apply_transition(
                        ledger,
                        person,
                        "finding",
                        row["id"],
                        "edit",
                        {"statement": text},
                        base_version=row["version"],
                        now=now(),
                    )
                    taken.append(time.perf_counter() - began)
                    expected[row["id"]] = text
            except BaseException as error:
                failures.append(error)

        threads = [threading.Thread(target=write, args=(person,)) for person in people]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if failures:
            raise failures[0]
        with reading(ledger.engine) as connection:
            kept = {row["id"]: row["statement"] for row in list_records(connection, "finding")}
        lost = sum(kept.get(id) != text for id, text in expected.items()) + inspectors - len(kept)
        faults = len(verify_trail(ledger.engine, ledger.root, now()))
        ordered = sorted(taken)
        return {
            "saves": len(taken),
            "median_ms": statistics.median(ordered) * 1000,
            "p95_ms": ordered[int(len(ordered) * 0.95)] * 1000,
            "worst_ms": ordered[-1] * 1000,
            "lost": lost,
            "faults": faults,
        }


def print_saves() -> None:
    """Measure and print."""
    found = measure_saves()
    console.print(
        f"{INSPECTORS} inspectors x {SAVES} saves, one every {PAUSE:g} seconds: median {found['median_ms']:.0f} ms, "
        f"p95 {found['p95_ms']:.0f} ms, worst {found['worst_ms']:.0f} ms; "
        f"{found['saves']:.0f} saved, {found['lost']:.0f} lost, {found['faults']:.0f} faults in the trail"
    )
