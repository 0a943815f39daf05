"""A run that finds again only what has changed is, byte for byte, the run that finds everything.

On generated worlds, and on the demo's rules after a finding, a judgement and a finding that was withdrawn. This says
nothing of whether either is right.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from data.batches.records import Inputs, current_inputs
from data.ledger.ledger import open_ledger
from data.runs.folder import RunFolder, open_run_folder, read_moment, write_run_folder
from data.store.workspace import open_workspace
from indicators.pack.model import Pack
from indicators.reader import load_pack
from scoring.explain.stored import write_explanations
from scoring.runs import making
from scoring.runs.earlier import find_earlier, read_earlier
from scoring.runs.manifests import write_manifest
from scoring.runs.rescoring import rescore
from scoring.runs.store import read_run
from tests.ledger.world import World as Office
from tests.reference.generator import World
from tests.reference.joined import joined_worlds
from tests.scoring.test_preview import confirm
from tests.worlds import store_tables

#: `make soak` tries more.
WORLDS_EACH, CHANGES_EACH = 3, 2
SEEDS = range(2000, 2000 + WORLDS_EACH * int(os.environ.get("DUCHA_PARTLY_WORLDS", "2")), WORLDS_EACH)


class Made(NamedTuple):
    """A run, and how many records it took over."""

    run: RunFolder
    kept: int


def change(world: World, rng: random.Random) -> World:
    """A world in which one unit's report of one table is another, or none, or is not declared complete any more."""
    # After an exemption everything is found again.
    own = sorted(scope for scope in world.scopes if scope[0] != world.pack.head.exemptions)
    dataset, unit, period = rng.choice(own)
    way = rng.choice(("fewer", "emptied", "unreported", "undeclared"))
    if way == "unreported":
        return replace(world, scopes=world.scopes - {(dataset, unit, period)})
    if way == "undeclared":
        return replace(
            world, declared={scope: day for scope, day in (world.declared or {}).items() if scope[1] != unit}
        )
    rows = []
    for row in world.tables[dataset]:
        if row["_unit"] != unit or rng.random() < 0.5:
            rows.append(row)
        elif way == "emptied":
            optional = [column.name for column in world.pack.dataset(dataset).columns if not column.required]
            rows.append(row | dict.fromkeys(rng.sample(optional, min(1, len(optional)))))
    return replace(world, tables={**world.tables, dataset: rows})


def store_inputs(world: World, folder: Path) -> Inputs:
    """Its batches, named by what is in them as the program names them."""
    folder.mkdir()
    inputs, files = store_tables(world.pack, world.tables, world.scopes, folder, world.declared), []
    for file in inputs.files:
        digest = hashlib.sha256(file.path.read_bytes()).hexdigest()[:16]
        path = file.path.rename(folder.parent / f"{digest}.parquet")
        files.append(replace(file, id=digest, path=path))
    return replace(inputs, files=tuple(files))


def make_run(folder: Path, pack: Pack, inputs: Inputs, year: int, as_of: date, earlier: RunFolder | None) -> Made:
    """A run in a folder, and what it took over of the ``earlier`` one."""
    manifest = write_manifest(pack, inputs, year, as_of)
    before = None if earlier is None else read_earlier(earlier, pack, manifest, inputs)
    result, content = making.make_result(pack, inputs, manifest, earlier=before)
    explained = list(making.make_explanations(pack, inputs, result, manifest["id"], before))
    files = making.make_files(pack, inputs, result) | {"result.json": content}
    files["scopes.tsv"] = "".join("\t".join(map(str, scope)) + "\n" for scope in sorted(inputs.scopes)).encode()
    write_run_folder(folder / manifest["id"], manifest, files, lambda draft: write_explanations(draft, explained))
    kept = sum(isinstance(record, bytes) for unit in explained for record in unit.records)
    return Made(open_run_folder(folder / manifest["id"]), kept)


def make_world_run(folder: Path, world: World, inputs: Inputs, earlier: RunFolder | None = None) -> Made:
    return make_run(folder, world.pack, inputs, world.year, world.as_of, earlier)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_found_again_in_part_is_what_is_found_as_a_whole(seed: int, tmp_path: Path) -> None:
    rng, world, kept = random.Random(seed), joined_worlds(range(seed, seed + WORLDS_EACH)), 0
    run = make_world_run(tmp_path / "runs", world, store_inputs(world, tmp_path / "0")).run
    for number in range(1, 1 + CHANGES_EACH):
        world = change(world, rng)
        inputs = store_inputs(world, tmp_path / str(number))
        partly = make_world_run(tmp_path / "partly", world, inputs, run)
        run = make_world_run(tmp_path / "whole", world, inputs).run
        assert partly.run.hashes == run.hashes
        kept += partly.kept
    assert kept, "nothing was taken over"


def test_after_what_the_office_did_a_run_is_what_a_whole_one_is(demo: Path, tmp_path: Path) -> None:
    workspace = open_workspace(shutil.copytree(demo, tmp_path / "workspace"))
    pack = load_pack(workspace.pack_folder)
    evidence = dict.fromkeys(("ins1-zezhou", "ins1-gaoping"), "")
    world = Office(open_ledger(workspace, pack), datetime(2026, 12, 1, 9, tzinfo=UTC), evidence=evidence)
    year, as_of = read_moment(read_run(workspace).manifest)

    def rescore_partly() -> RunFolder:
        return rescore(world.ledger, workspace, "demo-lead", year, as_of, now=world.tick()).files

    confirm(world, "zezhou", "1.5")
    rescore_partly()
    found = next(row for row in world.rows("finding") if row["state"] == "confirmed" and row["unit"] == "zezhou")
    world.do("demo-lead", "finding", found["id"], "cancel")
    rescore_partly()
    given = next(row for row in world.rows("judgement") if row["state"] == "given" and row["level"])
    world.do(given["inspector"], "judgement", given["id"], "withdraw")
    inputs = current_inputs(workspace, world.ledger.pack)
    # Each began with the one before it: what the last one is, all of them would have been.
    assert rescore_partly().hashes == make_run(tmp_path, world.ledger.pack, inputs, year, as_of, None).run.hashes


def test_a_stored_run_that_was_changed_is_no_start_for_another(demo: Path, tmp_path: Path) -> None:
    workspace = open_workspace(shutil.copytree(demo, tmp_path / "workspace"))
    pack, run = load_pack(workspace.pack_folder), read_run(workspace)
    inputs = current_inputs(workspace, pack)
    manifest = write_manifest(pack, inputs, *read_moment(run.manifest))
    assert (earlier := find_earlier(workspace, pack, manifest, inputs)) is not None and earlier.again == frozenset()
    for field in manifest.keys() - {"id", "batches", "scopes_sha256", "declared", "fictional", "year", "as_of"}:
        assert find_earlier(workspace, pack, {**manifest, field: "other"}, inputs) is None, field
    path = run.files.path / "parts.parquet"
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    assert find_earlier(workspace, pack, manifest, inputs) is None
