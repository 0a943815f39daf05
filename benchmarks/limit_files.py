"""A file a unit against the same rows in few files: through compact copies, and where they lie."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from benchmarks.limit_pack import build_hundred
from benchmarks.limit_rows import Size, make_limit_rows
from benchmarks.limit_table import Line
from benchmarks.province import YEAR
from benchmarks.scoring import AS_OF
from benchmarks.timing import Times, take_turns
from data.batches.compaction import attach_compact, list_small, open_compact, write_compact
from data.batches.records import Inputs
from indicators.pack.model import Pack
from scoring.engine.run import Result, score

#: A copy by the dataset that it is of: where it lies, and its SHA-256.
_Copies = dict[str, tuple[Path, str]]


def measure_small_files(folder: Path, rows: int, units: int, rounds: int) -> Iterator[Line]:
    """The ratios to few files, which come to the same marks; copies are made once and checked in every run."""
    pack, size = build_hundred(units), Size.of(rows, units)
    few = make_limit_rows(folder / f"rows-{rows}-{units}-many", pack, size)
    batches = folder / f"rows-{rows}-{units}-1"
    many = make_limit_rows(batches, pack, size, 1)
    with tempfile.TemporaryDirectory(dir=folder) as place:
        making = Times()
        copies = making.take(partial(_make_copies, pack, many, batches, Path(place)))
        one, other = score(pack, few, YEAR, AS_OF), _score_copies(pack, many, batches, copies)
        assert one.items.equals(other.items) and one.totals.equals(other.totals)
        times = take_turns(
            {
                "few": partial(score, pack, few, YEAR, AS_OF),
                "copies": partial(_score_copies, pack, many, batches, copies),
                "many": partial(score, pack, many, YEAR, AS_OF),
            },
            rounds,
        )
    few_times, what = times["few"], f"{len(many.files):,} files / {len(few.files):,} files"
    for name, told, wanted in (("copies", "through compact copies", "<= 1.5"), ("many", "read where they lie", "-")):
        yield Line(
            f"{what} of {sum(file.rows for file in few.files):,} rows, {told}",
            f"{times[name].median_wall / few_times.median_wall:.2f} "
            f"(processor {times[name].median_cpu / few_times.median_cpu:.2f})",
            wanted,
        )
    yield Line(
        "making the copies, once",
        f"{making.median_wall / few_times.median_wall:.2f} of a run over few files "
        f"(processor {making.median_cpu / few_times.median_cpu:.2f})",
        "-",
    )


def _make_copies(pack: Pack, inputs: Inputs, batches: Path, place: Path) -> _Copies:
    found: _Copies = {}
    for dataset in pack.datasets:
        if small := list_small(dataset, inputs.files, batches / dataset.id):
            found[dataset.id] = write_compact(place / dataset.id, dataset, [file.path for file in small])
    return found


def _score_copies(pack: Pack, inputs: Inputs, batches: Path, copies: _Copies) -> Result:
    """As a stored run does it: each copy is compared with its SHA-256 before it is read."""
    files = list(inputs.files)
    for dataset in pack.datasets:
        small = list_small(dataset, inputs.files, batches / dataset.id)
        if dataset.id in copies:
            copy = open_compact(*copies[dataset.id], dataset)
            assert copy is not None and len(copy.held) == len(small)
            files = attach_compact(files, small, copy)
    return score(pack, replace(inputs, files=tuple(files)), YEAR, AS_OF)
