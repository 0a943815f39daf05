"""A minute of tests for everyday use: ``make quick``. The quickest of every file first, as many as fit.

What they take is known from the last time that they ran here (``tests/timings.py``); before that, the lowest floor's
tests stand for all. It proves less than ``make test``, and never what takes longer to prove than it has.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Final

from tests.timings import choose, read_timings

ROOT: Final = Path(__file__).parents[1]
#: Seconds of tests for each worker; the rest of the minute is the imports'.
BUDGET: Final = 25


def main() -> None:
    """Become pytest with what was chosen; its exit code is ours."""
    parser = argparse.ArgumentParser(prog="python -m tests.quick", description=__doc__)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    chosen = choose(read_timings(ROOT), BUDGET * given.workers)
    # Files and a list, and not names: a test may be gone since, or have another name.
    files = sorted({name for test in chosen if (ROOT / (name := test.partition("::")[0])).exists()})
    words = files or ["tests/indicators"]
    if files:
        listed = ROOT / ".pytest_cache" / "quick"
        listed.write_text("\n".join(chosen), encoding="utf-8")
        words += ["--chosen", str(listed)]
    os.chdir(ROOT)
    os.execv(sys.executable, [sys.executable, "-m", "pytest", "-n", str(given.workers), "--dist", "worksteal", *words])


if __name__ == "__main__":
    main()
