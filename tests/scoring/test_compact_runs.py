"""A run that reads compact copies is, byte for byte, the run that reads the batches: marks, reasons and citations.

On generated worlds whose rows lie in a file for each unit and period. What copies may be trusted for is shown in
``tests/data/test_compact.py``.
"""

from __future__ import annotations

import os
import random
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data.batches.compaction import attach_compact, list_small, open_compact, write_compact
from data.batches.parquet import write_batch
from data.batches.records import BatchFile, Inputs
from indicators.pack.model import Pack
from tests.reference.joined import joined_worlds
from tests.scoring.test_partly import make_world_run, store_inputs

#: `make soak` tries more.
WORLDS_EACH = 3
SEEDS = range(5000, 5000 + WORLDS_EACH * int(os.environ.get("DUCHA_COMPACT_WORLDS", "1")), WORLDS_EACH)


def split_files(pack: Pack, inputs: Inputs, folder: Path, rng: random.Random) -> Inputs:
    """A batch for every few units and periods; some have rows besides that a newer batch has taken the place of."""
    files: list[BatchFile] = []
    for file in inputs.files:
        table, dataset = pq.read_table(file.path), pack.dataset(file.dataset)
        places: dict[tuple[str, int], list[int]] = defaultdict(list)
        columns = (table.column(name).to_pylist() for name in ("_unit", "_period"))
        for at, place in enumerate(zip(*columns, strict=True)):
            places[place].append(at)
        scopes = sorted(places)
        while scopes:
            mine, scopes = scopes[:2], scopes[2:]
            stale = [scopes[-1]] if scopes and rng.random() < 0.3 else []
            rows = table.take(pa.array([at for place in (*mine, *stale) for at in places[place]]))
            path = write_batch(folder, dataset, rows)
            number = f"{file.dataset}-{len(files):06d}"
            live = tuple(mine) if stale else None
            files.append(replace(file, id=number, path=path, rows=len(rows), file_name=f"{number}.csv", live=live))
    return replace(inputs, files=tuple(files))


def copy_some(pack: Pack, inputs: Inputs, folder: Path, rng: random.Random) -> Inputs:
    """The same, read from copies of most batches, which also hold some that do not count."""
    files = list(inputs.files)
    for dataset in pack.datasets:
        mine = [file for file in inputs.files if file.dataset == dataset.id]
        if not mine:
            continue
        small = list_small(dataset, mine, mine[0].path.parent)
        held = [file.path for file in small if rng.random() < 0.8]
        copy = open_compact(*write_compact(folder / dataset.id, dataset, held), dataset)
        assert copy is not None and len(copy.held) == len(held)
        files = attach_compact(files, small, copy)
    assert any(file.within for file in files)
    return replace(inputs, files=tuple(files))


@pytest.mark.parametrize("seed", SEEDS)
def test_runs_with_and_without_copies_are_the_same_bytes(seed: int, tmp_path: Path) -> None:
    rng, world = random.Random(seed), joined_worlds(range(seed, seed + WORLDS_EACH))
    whole = split_files(world.pack, store_inputs(world, tmp_path / "0"), tmp_path / "batches", rng)
    # A batch that a newer one has taken the place of stays in the copy until there is a new one.
    dropped = [file for file in whole.files if rng.random() < 0.9]
    copied = copy_some(world.pack, whole, tmp_path / "compact", rng)
    kept = {file.id for file in dropped}
    inputs = replace(whole, files=tuple(dropped))
    read = replace(copied, files=tuple(file for file in copied.files if file.id in kept))
    plain = make_world_run(tmp_path / "plain", world, inputs).run
    compact = make_world_run(tmp_path / "copied", world, read).run
    assert plain.hashes == compact.hashes and plain.path.name == compact.path.name
