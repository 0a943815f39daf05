"""Views of runs without a workspace: a pack with rows, scored, explained and looked at as a stored run."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from data.batches.records import Inputs
from data.runs.folder import RunFolder
from indicators.pack.model import Pack
from scoring.documents.view import RunView, make_view
from scoring.engine.run import score
from scoring.explain.record import explain_run
from scoring.explain.stored import open_explanations, write_explanations
from scoring.results.result import add_ends, lay_out_items, write_json
from scoring.runs.store import StoredRun
from tests.reference.joined import joined_worlds
from tests.worlds import store_tables


def view_inputs(pack: Pack, inputs: Inputs, year: int, as_of: date, folder: Path, name: str = "run") -> RunView:
    """What a run of these inputs would be stored as, looked at."""
    result = score(pack, inputs, year, as_of, threads=1)
    manifest = {"id": name, "year": year, "as_of": as_of.isoformat(), "fictional": True}
    content = write_json(manifest, pack, result)
    write_explanations(folder, explain_run(pack, inputs, result, run_id=name))
    explanations = open_explanations(folder)
    assert explanations is not None
    items = add_ends(lay_out_items(pack, result), result)
    run = StoredRun(name, RunFolder(folder, manifest, None, ""), manifest, content)
    return make_view(pack, run, items, explanations)


def view_world(seed: int, folder: Path, count: int = 1) -> RunView:
    """A random world as a view; or it and those of the next seeds, so many together."""
    world = joined_worlds(range(seed, seed + count))
    inputs = store_tables(world.pack, world.tables, world.scopes, folder, world.declared)
    return view_inputs(world.pack, inputs, world.year, world.as_of, folder, f"world-{seed}")
