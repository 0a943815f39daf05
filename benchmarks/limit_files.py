"""A file a unit against the same rows in few files."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks.limit_pack import build_hundred
from benchmarks.limit_rows import Size, make_limit_rows
from benchmarks.limit_table import Line
from benchmarks.province import YEAR
from benchmarks.scoring import AS_OF
from benchmarks.timing import take_turns
from scoring.engine.run import score


def measure_small_files(folder: Path, rows: int, units: int, rounds: int) -> Iterator[Line]:
    """The ratio of both, which come to the same marks."""
    pack, size = build_hundred(units), Size.of(rows, units)
    few = make_limit_rows(folder / f"rows-{rows}-{units}-many", pack, size)
    many = make_limit_rows(folder / f"rows-{rows}-{units}-1", pack, size, 1)
    one, other = (score(pack, inputs, YEAR, AS_OF) for inputs in (few, many))
    assert one.items.equals(other.items) and one.totals.equals(other.totals)
    calls = {"few": partial(score, pack, few, YEAR, AS_OF), "many": partial(score, pack, many, YEAR, AS_OF)}
    times = take_turns(calls, rounds)
    yield Line(
        f"{len(many.files):,} files / {len(few.files):,} files of {sum(file.rows for file in few.files):,} rows",
        f"{times['many'].median_wall / times['few'].median_wall:.2f} "
        f"(processor {times['many'].median_cpu / times['few'].median_cpu:.2f})",
        "<= 1.5",
    )
