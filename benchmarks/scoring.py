"""Ten million rows: the engine against the best SQL by hand, after both have given the same marks."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa

from benchmarks.by_hand import list_reply_days, score_by_hand
from benchmarks.province import INDICATORS, YEAR, build_province
from benchmarks.province_rows import make_rows
from benchmarks.stopwatch import Stopwatch
from benchmarks.timing import Times, console, measure_alone, print_table, take_turns
from data.batches.records import Inputs
from indicators.pack.model import Pack
from scoring.engine.run import Result, score

AS_OF = date(2025, 6, 30)
UNITS_PER_FILE = 100


def measure_scoring(units: int, rounds: int, threads: int | None) -> None:
    """Make the rows, compare the marks, then time both in turns and print what was found."""
    with tempfile.TemporaryDirectory(prefix="ducha-bench-") as folder:
        pack = build_province(units)
        inputs = make_rows(Path(folder), pack, UNITS_PER_FILE)
        reply_days = list_reply_days(pack.calendar)
        result = score(pack, inputs, YEAR, AS_OF, threads=threads)
        compare_marks(result, *score_by_hand(inputs, reply_days, threads))
        console.print(
            f"{sum(file.rows for file in inputs.files):,} rows in {len(inputs.files)} files, {units:,} units, "
            f"{len(INDICATORS)} indicators: both ways give the same {result.items.height:,} marks."
        )
        engine_peak, _ = measure_alone(_score_alone, pack, inputs, threads)
        hand_peak, _ = measure_alone(_score_by_hand_alone, inputs, reply_days, threads)
        calls: dict[str, Callable[[], Any]] = {
            "engine": lambda: score(pack, inputs, YEAR, AS_OF, threads=threads),
            "by hand": lambda: score_by_hand(inputs, reply_days, threads),
        }
        times = take_turns(calls, rounds)
        _print_times(times, {"engine": engine_peak, "by hand": hand_peak})
        _print_statements(calls["engine"], rounds)


def compare_marks(result: Result, items: pl.DataFrame, totals: pl.DataFrame) -> None:
    """Raise AssertionError unless every figure, mark, total and rank is the same.

    SQL by hand knows of no unit that is not ranked for what it left empty; such units are left out of the ranks.
    """
    wide = pl.Decimal(38, 0)
    numbers = ("num", "den", "points")
    ours = result.parts.select("unit", "indicator", "num", "den").join(
        result.items.select("unit", "indicator", "points"), on=["unit", "indicator"], validate="1:1"
    )
    both = ours.with_columns(pl.col(numbers).cast(wide)).join(
        items.with_columns(pl.col(numbers).cast(wide)), on=["unit", "indicator"], how="full", suffix="_hand"
    )
    differ = both.filter(
        pl.col("points").ne_missing(pl.col("points_hand"))
        | (pl.col("num") * pl.col("den_hand")).ne_missing(pl.col("num_hand") * pl.col("den"))
    )
    assert both.height == result.items.height == items.height, (both.height, result.items.height, items.height)
    assert differ.is_empty(), differ
    ours = result.totals.select("unit", pl.col("total").cast(wide), "rank").sort("unit")
    theirs = totals.select("unit", pl.col("total").cast(wide)).sort("unit")
    assert ours.select("unit", "total").equals(theirs)
    ranked = ours.filter(pl.col("rank").is_not_null())
    places = ranked["total"].rank("min", descending=True)
    assert len(ranked) > len(ours) // 2 and ranked["rank"].cast(pl.UInt32).equals(places.cast(pl.UInt32))


def _score_alone(pack: Pack, inputs: Inputs, threads: int | None) -> None:
    score(pack, inputs, YEAR, AS_OF, threads=threads)


def _score_by_hand_alone(inputs: Inputs, reply_days: pa.Table, threads: int | None) -> None:
    score_by_hand(inputs, reply_days, threads)


def _print_times(times: dict[str, Times], peaks: dict[str, float]) -> None:
    rows: list[tuple[str, ...]] = [
        (name, f"{taken.median_wall:.2f}", f"{min(taken.wall):.2f}", f"{taken.median_cpu:.2f}", f"{peaks[name]:,.0f}")
        for name, taken in times.items()
    ]
    engine, hand = times["engine"], times["by hand"]
    ratios = (
        engine.median_wall / hand.median_wall,
        min(engine.wall) / min(hand.wall),
        engine.median_cpu / hand.median_cpu,
        peaks["engine"] / peaks["by hand"],
    )
    rows.append(("engine / by hand", *(f"{ratio:.2f}" for ratio in ratios)))
    columns = ("scoring", "seconds (median)", "seconds (least)", "processor seconds", "peak MiB")
    print_table(f"scoring: {len(engine.wall)} rounds in turns", columns, rows)


def _print_statements(run: Callable[[], Any], rounds: int) -> None:
    stopwatch = Stopwatch()
    whole = Times()
    with stopwatch.watch():
        for _ in range(rounds):
            whole.take(run)
    wall, cpu = stopwatch.median_wall(), stopwatch.median_cpu()
    rows: list[tuple[str, ...]] = [(name, f"{wall[name]:.3f}", f"{cpu[name]:.3f}") for name in wall]
    outside = (whole.median_wall - sum(wall.values()), whole.median_cpu - sum(cpu.values()))
    rows.append(("Python around it", *(f"{max(seconds, 0):.3f}" for seconds in outside)))
    print_table("where the engine's time goes", ("statement", "seconds", "processor seconds"), rows)
