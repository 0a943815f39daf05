"""At the limit: a hundred indicators over as many rows as asked for, as ratios to other ways of doing the same work.

All of one table is measured in one run, in turns. Every part can be run alone; the rows are made once and kept.
"""

from __future__ import annotations

import math
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from benchmarks.by_hand import list_reply_days, score_by_hand
from benchmarks.limit_files import measure_small_files
from benchmarks.limit_others import measure_others
from benchmarks.limit_pack import build_hundred, write_hundred
from benchmarks.limit_rows import Size, make_limit_rows
from benchmarks.limit_table import Line, print_lines
from benchmarks.limit_workbook import measure_workbook
from benchmarks.province import YEAR
from benchmarks.scoring import compare_marks
from benchmarks.timing import Times, console, measure_alone, take_turns
from scoring.engine.run import Result, score
from scoring.runs.scratch import open_scratch

AS_OF = date(2025, 6, 30)
#: Indicators that one run has more than the other, to tell what one costs.
_MORE: Final = 20
_SCRATCH_GIB: Final = 1.5
PARTS: Final = ("hand", "memory", "indicator", "scratch", "files", "others", "workbook")


@dataclass(frozen=True)
class Limits:
    """What is measured: at most so many rows of so many units, in rounds, with rows kept in a folder."""

    rows: int
    units: int
    rounds: int
    folder: Path

    def make_rows(self, rows: int, units_per_file: int | None = None) -> Any:
        """The pack, and its rows."""
        pack = build_hundred(self.units)
        kept = self.folder / f"rows-{rows}-{self.units}-{units_per_file or 'many'}"
        return pack, make_limit_rows(kept, pack, Size.of(rows, self.units), units_per_file)


def measure_limits(limits: Limits, only: tuple[str, ...]) -> None:
    """Print the table of the parts in ``only``, or of all."""
    parts: dict[str, Callable[[Limits], Iterator[Line]]] = {
        "hand": measure_hand,
        "memory": measure_memory,
        "indicator": measure_indicator,
        "scratch": measure_scratch,
        "files": lambda limits: measure_small_files(limits.folder, limits.rows // 10, limits.units, limits.rounds),
        "others": lambda limits: measure_others(limits.folder, limits.rows // 10, limits.units, limits.rounds),
        "workbook": lambda limits: measure_workbook(limits.folder, limits.rounds),
    }
    free = shutil.disk_usage(limits.folder).free / 1024**3
    console.print(
        f"{limits.rows:,} rows of {limits.units:,} units at most, kept in {limits.folder} ({free:.0f} GiB free)"
    )
    lines: list[Line] = []
    for name in only or PARTS:
        for line in parts[name](limits):
            # Each as soon as it is known: the largest take long.
            console.print(f"{line.what}: {line.found} (wanted: {line.wanted})")
            lines.append(line)
    print_lines(lines)


def measure_hand(limits: Limits) -> Iterator[Line]:
    """The engine against SQL by hand at a hundredth, a tenth and all of the rows, and how the engine's time grows."""
    found: list[tuple[int, Times]] = []
    for rows in (limits.rows // 100, limits.rows // 10, limits.rows):
        pack, inputs = limits.make_rows(rows)
        days, further = list_reply_days(pack.calendar), write_hundred()
        compare_marks(score(pack, inputs, YEAR, AS_OF), *score_by_hand(inputs, days, None, further))
        calls: dict[str, Callable[[], Any]] = {
            "engine": partial(score, pack, inputs, YEAR, AS_OF),
            "hand": partial(score_by_hand, inputs, days, None, further),
        }
        times = take_turns(calls, limits.rounds)
        engine, hand = times["engine"], times["hand"]
        real = sum(file.rows for file in inputs.files)
        found.append((real, engine))
        wanted = "<= 1.0" if rows == limits.rows else "<= 1.2" if rows == limits.rows // 10 else "-"
        yield Line(
            f"score / SQL by hand, {real:,} rows",
            f"{engine.median_wall / hand.median_wall:.2f} (processor {engine.median_cpu / hand.median_cpu:.2f}); "
            f"{engine.median_wall:.1f} s / {hand.median_wall:.1f} s, "
            f"processor {engine.median_cpu:.1f} / {hand.median_cpu:.1f}",
            wanted,
        )
    for (few, before), (many, after) in pairwise(found):
        power = math.log(after.median_cpu / before.median_cpu) / math.log(many / few)
        yield Line(f"growth from {few:,} to {many:,} rows", f"rows to the power of {power:.2f}", "<= 1")


def measure_memory(limits: Limits) -> Iterator[Line]:
    """The peak of a process that scores all rows."""
    peak, _ = measure_alone(score_alone, limits, None)
    yield Line(f"peak memory of scoring {limits.rows:,} rows", f"{peak:,.0f} MiB", "<= 6,144 MiB")


def measure_indicator(limits: Limits) -> Iterator[Line]:
    """What one more indicator costs where its dataset is read already: the mean of twenty."""
    _, inputs = limits.make_rows(limits.rows)
    whole, fewer = build_hundred(limits.units), build_hundred(limits.units, 100 - _MORE)
    calls = {
        "whole": partial(score, whole, inputs, YEAR, AS_OF),
        "fewer": partial(score, fewer, inputs, YEAR, AS_OF),
    }
    times = take_turns(calls, limits.rounds)
    for kind, all_of_it, less in (
        ("clock", times["whole"].median_wall, times["fewer"].median_wall),
        ("processor", times["whole"].median_cpu, times["fewer"].median_cpu),
    ):
        yield Line(f"one more indicator, {kind}", f"{100 * (1 - less / all_of_it) / _MORE:.2f} % of the run", "<= 2 %")


def measure_scratch(limits: Limits) -> Iterator[Line]:
    """All rows with little memory: the same marks, and what it takes."""
    _, (at_ease, wall) = measure_alone(score_alone, limits, None)
    peak, (limited, slower) = measure_alone(score_alone, limits, _SCRATCH_GIB)
    assert limited == at_ease, "little memory gave other marks"
    yield Line(
        f"with {_SCRATCH_GIB} GiB for DuckDB",
        f"finishes with the same marks in {slower / wall:.2f} of the time, peak of the process {peak:,.0f} MiB",
        "finishes",
    )


def score_alone(limits: Limits, memory: float | None) -> tuple[int, float]:
    """In a process of its own: a number that stands for all marks, and the seconds."""
    pack, inputs = limits.make_rows(limits.rows)
    times = Times()
    if memory is None:
        result = times.take(partial(score, pack, inputs, YEAR, AS_OF))
    else:
        with tempfile.TemporaryDirectory(dir=limits.folder) as place, open_scratch(Path(place), memory) as opened:
            result = times.take(partial(score, pack, inputs, YEAR, AS_OF, open_with=opened))
    return sum_up(result), times.median_wall


def sum_up(result: Result) -> int:
    """A number that differs where any mark or rank does, as far as numbers of 64 bits can."""
    items = result.items.select("unit", "indicator", "outcome", "points").hash_rows(seed=1).sum()
    return int(items) ^ int(result.totals.select("unit", "total", "rank").hash_rows(seed=1).sum())
