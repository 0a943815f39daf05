"""Ten million rows looked through for doubts, beside scoring them: one doubt of every kind."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.province import YEAR, build_province
from benchmarks.province_rows import make_rows
from benchmarks.scoring import AS_OF, UNITS_PER_FILE
from benchmarks.timing import console, print_table, take_turns
from indicators.pack.doubts import DoubtRule
from indicators.pack.model import Pack
from scoring.doubts import find_doubts
from scoring.engine.run import score

_CHECKS: dict[str, dict[str, Any]] = {
    "exceeds": {
        "figure": {"dataset": "training", "distinct": "person_id"},
        "limit": {"dataset": "people", "distinct": "person_id"},
    },
    "duplicate_people": {"dataset": "people", "name": "person_id", "also_same": ["role", "joined"]},
    "alike": {"dataset": "filings", "columns": ["issued", "filed", "satisfaction"], "by": "report", "least": "4"},
    "outside_year": {"dataset": "reports", "date": "published_on", "new_year": "true", "rest_days": "60%"},
    "jump": {"figure": {"dataset": "training", "sum": "hours"}, "factor": "1.05", "floor": "100"},
    "at_target": {
        "dataset": "training", "per": "person_id", "sum": "hours", "target": "40", "within": "2",
        "share": "10%", "least": "20",
    },
    "heaping": {"dataset": "activities", "columns": ["audience"], "share": "20%", "least": "40"},
}  # fmt: skip


def measure_doubts(units: int, rounds: int, threads: int | None) -> None:
    """Make the rows, then time finding doubts and scoring in turns."""
    with tempfile.TemporaryDirectory(prefix="ducha-bench-") as folder:
        pack = add_doubts(build_province(units))
        inputs = make_rows(Path(folder), pack, UNITS_PER_FILE)
        found = find_doubts(pack, inputs, YEAR, AS_OF, threads=threads)
        counts = Counter(doubt.kind for doubt in found)
        console.print(
            f"{sum(file.rows for file in inputs.files):,} rows, {units:,} units, {len(pack.doubts)} doubts declared: "
            f"{len(found):,} found ({', '.join(f'{kind} {number:,}' for kind, number in counts.items())})"
        )
        calls = {
            "find_doubts": lambda: find_doubts(pack, inputs, YEAR, AS_OF, threads=threads),
            "score": lambda: score(pack, inputs, YEAR, AS_OF, threads=threads),
        }
        for kind in [*_CHECKS, "small_number"]:
            alone = pack.model_copy(update={"doubts": tuple(r for r in pack.doubts if r.check.kind == kind)})
            calls[f"  {kind} alone"] = lambda alone=alone: find_doubts(alone, inputs, YEAR, AS_OF, threads=threads)
        rows = [
            (name, f"{taken.median_wall:.2f}", f"{taken.median_cpu:.2f}")
            for name, taken in take_turns(calls, rounds).items()
        ]
        print_table(f"doubts: {rounds} rounds in turns", ("doubts", "seconds", "processor seconds"), rows)


def add_doubts(pack: Pack) -> Pack:
    """The pack with one doubt of every kind."""
    ratios = [indicator.id for indicator in pack.indicators if indicator.parts[0].measure.chosen.small_base is not None]
    checks = {**_CHECKS, "small_number": {"indicators": ratios[:3], "below": "40"}}
    body = {"title": "疑点", "why": "测速", "evidence": ["材料"]}
    rules = tuple(DoubtRule.model_validate({"id": k, **body, "check": {k: check}}) for k, check in checks.items())
    return pack.model_copy(update={"doubts": rules})
