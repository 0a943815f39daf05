"""Changes of the shipped packs by one step: noticed by a case, or it is said why none can.

Run by ``make soak``: an hour of the processor. ``make test`` holds what is cheap of it (tests/packs/test_unnoticed.py).
What neither a case notices nor a reason explains is a fault, as is a stale reason.
"""

from __future__ import annotations

import sys

from indicators.pack.cases import load_cases, load_tables, load_unnoticed
from indicators.reader import find_pack, load_pack
from scoring.cases.survivors import explain_by_author, find_survivors
from tests.packs.test_cases import PACKS


def list_faults(name: str) -> list[str]:
    """What a case could notice, what nothing was found for, and stale reasons."""
    folder = find_pack(name)
    pack, cases = load_pack(folder), [case for _, _, case in load_cases(folder)]
    tables = [each.case for each in load_tables(folder)]
    said = [each.case for each in load_unnoticed(folder)]
    report, stale = explain_by_author(find_survivors(pack, cases, tables), said)
    left = [*report.list_seen(), *report.list_unexplained()]
    return [*(f"{each.indicator} {each.text}" for each in left), *stale]


def main() -> int:
    """List them, pack by pack; 1 where there is one."""
    failed = 0
    for name in PACKS:
        faults = list_faults(name)
        sys.stdout.write("".join(f"{name} {each}\n" for each in faults or ["every change is noticed or explained"]))
        failed |= bool(faults)
    return failed


if __name__ == "__main__":
    sys.exit(main())
