"""Changes of the shipped packs by one step: noticed by a case, or it is said why none can.

Run by ``make soak``: an hour of the processor. ``make test`` holds what is cheap of it (tests/packs/test_unnoticed.py).
Of the large pack changes are left for which neither a case nor a reason was found; they are listed, and a case that
would notice one, or a stale reason, is a fault all the same.
"""

from __future__ import annotations

import sys

from indicators.pack.cases import load_cases, load_tables, load_unnoticed
from indicators.reader import find_pack, load_pack
from scoring.cases.survivors import explain_by_author, find_survivors
from tests.packs.test_cases import PACKS


def list_faults(name: str) -> tuple[list[str], list[str]]:
    """What a case could notice and stale reasons; and what neither a case nor a reason was found for."""
    folder = find_pack(name)
    pack, cases = load_pack(folder), [case for _, _, case in load_cases(folder)]
    tables = [each.case for each in load_tables(folder)]
    said = [each.case for each in load_unnoticed(folder)]
    report, stale = explain_by_author(find_survivors(pack, cases, tables), said)
    seen, left = (
        [f"{each.indicator} {each.text}" for each in some] for some in (report.list_seen(), report.list_unexplained())
    )
    return [*seen, *stale], left


def main() -> int:
    """List both, pack by pack; 1 where there is a fault."""
    failed = 0
    for name in PACKS:
        faults, left = list_faults(name)
        lines = [*(f"fault: {each}" for each in faults), *(f"left: {each}" for each in left)]
        sys.stdout.write("".join(f"{name} {each}\n" for each in lines or ["every change is noticed or explained"]))
        failed |= bool(faults)
    return failed


if __name__ == "__main__":
    sys.exit(main())
