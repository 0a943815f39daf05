"""Taking times fairly: rounds in turns after a warm-up, medians, and memory in a process of its own."""

from __future__ import annotations

import multiprocessing
import os
import platform
import resource
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb
from rich.console import Console
from rich.table import Table

console = Console(width=110, highlight=False)


@dataclass
class Times:
    """Seconds of every round: on the clock, and of the processor over all threads.

    Where others use the same machine the second is the steadier of the two.
    """

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    @property
    def median_wall(self) -> float:
        """Median seconds on the clock."""
        return statistics.median(self.wall)

    @property
    def median_cpu(self) -> float:
        """Median seconds of the processor."""
        return statistics.median(self.cpu)

    def take(self, call: Callable[[], Any]) -> Any:
        """Run ``call`` once, note its times and hand on what it returns."""
        wall, cpu = time.perf_counter(), time.process_time()
        found = call()
        self.cpu.append(time.process_time() - cpu)
        self.wall.append(time.perf_counter() - wall)
        return found


def take_turns(calls: Mapping[str, Callable[[], Any]], rounds: int) -> dict[str, Times]:
    """Times of every call: one warm-up each, then ``rounds`` rounds in which each has its turn."""
    for call in calls.values():
        call()
    times = {name: Times() for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            times[name].take(call)
    return times


def measure_alone(
    call: Callable[..., Any], *arguments: Any, environment: Mapping[str, str] | None = None
) -> tuple[float, Any]:
    """Peak memory in MiB of a new process that makes this one call, and what the call returned.

    It begins with the settings of ``environment`` beside those of this process.
    """
    with (
        patch.dict(os.environ, environment or {}),
        ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool,
    ):
        return pool.submit(_call_and_look, call, arguments).result()


def _call_and_look(call: Callable[..., Any], arguments: tuple[Any, ...]) -> tuple[float, Any]:
    # DuckDB takes a process without a script for a person at a terminal and draws progress bars.
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
    found = call(*arguments)
    return read_peak(), found


def read_peak() -> float:
    """Peak memory of this process so far, in MiB."""
    # Linux lets ru_maxrss start at what the parent used; VmHWM is of this process alone.
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024**2 if platform.system() == "Darwin" else peak / 1024


def describe_machine() -> str:
    """Cores, memory, system and versions, in one line."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, DuckDB {duckdb.__version__}, load {load:.1f} at the start"
    )


def print_table(title: str, columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    """A small table; all columns but the first to the right."""
    table = Table(title=title, title_justify="left")
    for index, column in enumerate(columns):
        table.add_column(column, justify="right" if index else "left")
    for row in rows:
        table.add_row(*row)
    console.print(table)
