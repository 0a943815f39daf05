"""The tests at other hours than this one: ``python -m tests.hours`` (``make soak``), ``--short`` in ``make test``.

Between midnight and eight the office's day is not that of UTC, and at New Year not even the year; a date may be 29
February, and the year one whose official calendar nobody knows yet. Debian's ``faketime`` tells the processes another
time; what is measured by the monotonic clock, and what is written into files, goes on as ever.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from data.clock import office_now, office_zone
from tests.debian import ProgramMissing, ensure
from tests.timings import choose, read_timings

ROOT: Final = Path(__file__).parents[1]
#: By the office's clock: after midnight, in the morning and before midnight; the edges of a year, a leap day and 2027.
MOMENTS: Final = ("2027-01-01 00:30", "2027-12-31 23:30", "2028-02-29 00:30", "2028-02-29 08:30")
#: In every ``make test``: in UTC it is another day, or another year.
SHORT: Final = ("2027-01-01 00:30", "2028-02-29 00:30")
#: Seconds of tests at each of the short moments, by what they took when all were run just before.
BUDGET: Final = 12


def tell_time(moment: datetime) -> dict[str, str]:
    """The environment of a process that begins at that moment. Raises ProgramMissing; RuntimeError if it does not."""
    plain = {name: value for name, value in os.environ.items() if name not in ("LD_PRELOAD", "FAKETIME")}
    ask = (ensure("faketime")[0], "-m", "--exclude-monotonic", "-f", "+0s", "/usr/bin/env")
    said = subprocess.run(ask, capture_output=True, text=True, check=True, env=plain).stdout
    told = dict(line.partition("=")[::2] for line in said.splitlines())
    # This process may itself have been told another time.
    seconds = round((moment - office_now()).total_seconds()) + int(os.environ.get("FAKETIME", "0s").rstrip("s"))
    environment = plain | {
        "LD_PRELOAD": told["LD_PRELOAD"],
        "FAKETIME": f"{seconds:+d}s",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        # The library's remedy for a fault that this glibc has not: with it, a thread that waits for the interpreter's
        # lock for 5 ms waits in steps that keep the lock's owner from it, and a page takes minutes.
        "FAKETIME_FORCE_MONOTONIC_FIX": "0",
        "NO_FAKE_STAT": "1",
        "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT / "tests" / "faked"), plain.get("PYTHONPATH")))),
    }
    ask = (sys.executable, "-c", "from data.clock import office_now; print(office_now())")
    said = subprocess.run(ask, capture_output=True, text=True, check=True, env=environment, cwd=ROOT).stdout.strip()
    if abs(datetime.fromisoformat(said) - moment) > timedelta(minutes=2):
        raise RuntimeError(f"faketime told {said} and not {moment}")
    return environment


def start_tests(text: str, words: Sequence[str], log: Path) -> subprocess.Popen[bytes]:
    """pytest at a moment of the office's; what it says goes into ``log``."""
    environment = tell_time(datetime.fromisoformat(text).replace(tzinfo=office_zone()))
    command = [sys.executable, "-m", "pytest", *words]
    with log.open("wb") as out:
        return subprocess.Popen(command, env=environment, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT)


def _run(words: Sequence[str], moments: Sequence[str], together: bool) -> Iterator[tuple[str, int, str]]:
    """Moment, exit code and what was said, for each; all ``together``, or one after another."""
    with tempfile.TemporaryDirectory() as folder:
        logs = {moment: Path(folder) / f"{number}.log" for number, moment in enumerate(moments)}
        running: Mapping[str, subprocess.Popen[bytes]] = {}
        if together:
            running = {moment: start_tests(moment, words, log) for moment, log in logs.items()}
        for moment, log in logs.items():
            process = running.get(moment) or start_tests(moment, words, log)
            code = process.wait()
            yield moment, code, log.read_text(encoding="utf-8", errors="replace")


def _choose_short() -> list[str]:
    chosen = choose(read_timings(ROOT), BUDGET, reading=True)
    # pytest without a name would run everything.
    return chosen or sys.exit("no test that reads the clock was run here yet, so there is none to choose")


def main() -> None:
    """All tests, or those that the words after ``--`` choose, at every moment; exit code 1 if any fails."""
    parser = argparse.ArgumentParser(prog="python -m tests.hours", description=__doc__)
    parser.add_argument("--short", action="store_true", help="a few seconds of tests that read the clock")
    parser.add_argument("--moment", action="append", help="by the office's clock, as 2028-02-29 00:30; may be repeated")
    parser.add_argument("words", nargs="*", help="for pytest")
    given = parser.parse_args()
    moments = given.moment or (SHORT if given.short else MOMENTS)
    words = ["-p", "no:cacheprovider", *(["-n", "0", *_choose_short()] if given.short else [])]
    failed = False
    try:
        for moment, code, said in _run([*words, *given.words], moments, given.short):
            failed |= code != 0
            sys.stdout.write(f"{moment}: {said.strip().splitlines()[-1] if said.strip() else 'nothing said'}\n")
            sys.stdout.write(said if code else "")
            sys.stdout.flush()
    except ProgramMissing as error:
        sys.exit(str(error))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
