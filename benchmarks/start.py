"""What commands take before they do anything: processor seconds, and how many times those of a bare Python."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.table import Table

from benchmarks.timing import console
from scoring.cli.demo import build_demo


def measure_start(rounds: int) -> None:
    """Print what a list of commands, a ranking and an explanation take of the demo's workspace."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "demo"
        build_demo(root)
        ducha = [sys.executable, "-m", "scoring.cli.main", "-w", str(root)]
        commands = {
            "python -c pass": [sys.executable, "-c", "pass"],
            "ducha --help": [*ducha, "--help"],
            "ducha rank": [*ducha, "rank"],
            "ducha explain": [*ducha, "explain", "沁水县", "11.catalogue"],
        }
        found = {name: _measure(command, rounds) for name, command in commands.items()}
    bare = found["python -c pass"]
    table = Table("command", "processor seconds", "of a bare Python", title="Start-up", title_justify="left")
    for name, seconds in found.items():
        table.add_row(name, f"{seconds:.2f}", f"{seconds / bare:.0f}x")
    console.print(table)


def _measure(command: Sequence[str], rounds: int) -> float:
    """The median of the processor seconds, after one time that compiles what is not compiled yet."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    taken = []
    for _ in range(rounds + 1):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True, env=environment)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        taken.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return statistics.median(taken[1:])
