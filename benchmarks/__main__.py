"""``python -m benchmarks [NAME…]``: measure and print; everything where none is named (see ``NAMES``)."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from benchmarks.doubts import measure_doubts
from benchmarks.firmness import measure_firmness
from benchmarks.intake import measure_intake
from benchmarks.ledger import measure_ledger
from benchmarks.limits import PARTS, Limits, measure_limits
from benchmarks.pages import measure_pages
from benchmarks.processor import measure_processor
from benchmarks.rule_kinds import measure_rule_kinds
from benchmarks.saves import print_saves
from benchmarks.scoring import measure_scoring
from benchmarks.sheets import measure_sheets
from benchmarks.start import measure_start
from benchmarks.storing import measure_storing
from benchmarks.timing import console, describe_machine
from benchmarks.users import measure_users

NAMES = (
    "start",
    "scoring",
    "limits",
    "storing",
    "firmness",
    "doubts",
    "rule_kinds",
    "intake",
    "ledger",
    "saves",
    "sheets",
    "pages",
    "processor",
    "users",
)


def main() -> None:
    """Read the command line and run what it names."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure what the docs say about speed.")
    parser.add_argument("names", nargs="*", metavar="name", help=f"any of {', '.join(NAMES)}; all where none is given")
    parser.add_argument("--units", type=int, default=3000, help="how many units (default 3000)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds after the warm-up (default 5; intake takes 3)")
    parser.add_argument("--threads", type=int, default=None, help="threads of DuckDB in scoring (default: by rows)")
    parser.add_argument("--draws", type=int, default=10_000, help="worlds drawn in firmness (default 10000)")
    parser.add_argument("--kills", type=int, default=50, help="rounds of killed writers in ledger (default 50)")
    parser.add_argument("--rows", type=int, default=10_000_000, help="rows in limits at most (default 10 million)")
    parser.add_argument("--folder", type=Path, default=None, help="where limits keeps its rows (default: nowhere)")
    parser.add_argument("--only", default="", metavar="PARTS", help=f"of limits, with commas: {', '.join(PARTS)}")
    options = parser.parse_args()
    if unknown := sorted(set(options.names) - set(NAMES)):
        parser.error(f"unknown: {', '.join(unknown)}; there are {', '.join(NAMES)}")
    console.print(describe_machine())
    names = options.names or NAMES
    if "start" in names:
        measure_start(options.rounds)
    if "scoring" in names:
        measure_scoring(options.units, options.rounds, options.threads)
    if "limits" in names:
        _measure_limits(options)
    if "storing" in names:
        measure_storing(options.units, min(options.rounds, 3))
    if "firmness" in names:
        measure_firmness(options.units, options.draws, min(options.rounds, 3))
    if "doubts" in names:
        measure_doubts(options.units, min(options.rounds, 3), options.threads)
    if "rule_kinds" in names:
        measure_rule_kinds(options.units, options.rounds)
    if "intake" in names:
        measure_intake(options.units, min(options.rounds, 3))
    if "sheets" in names:
        measure_sheets(options.units, min(options.rounds, 3))
    if "ledger" in names:
        measure_ledger(options.kills)
    if "saves" in names:
        print_saves()
    if "pages" in names:
        measure_pages(options.units, options.rounds)
    if "processor" in names:
        measure_processor(options.units, options.rounds)
    if "users" in names:
        measure_users(options.units)


def _measure_limits(options: argparse.Namespace) -> None:
    only = tuple(each for each in options.only.split(",") if each)
    with tempfile.TemporaryDirectory(prefix="ducha-bench-") as own:
        folder = options.folder or Path(own)
        folder.mkdir(parents=True, exist_ok=True)
        measure_limits(Limits(options.rows, options.units, min(options.rounds, 3), folder), only)


if __name__ == "__main__":
    main()
