"""The ranking as it would be if the year were scored now: only what could have changed since a run is found again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from data.batches.records import Inputs, current_inputs
from data.runs.folder import RunFolder, read_moment
from data.store.drafts import draft_folder
from data.store.tables import Record
from data.store.workspace import Workspace
from indicators.entries.refusal import Signal
from indicators.pack.model import Pack
from scoring.engine.run import Earlier, Result, score
from scoring.results.differences import NOWHERE, UnitDifference
from scoring.results.scores import write_marks
from scoring.runs.store import read_declared, read_scopes, write_manifest

#: The fields of a manifest whose changes :func:`find_changed` follows to the indicators that read them. Where any other
#: field differs, everything is scored anew.
_FOUND_AGAIN = frozenset({"id", "batches", "scopes_sha256", "declared", "fictional"})


class InputsMoved(Signal):
    """The inputs are no longer those that the caller has looked at."""


def score_now(
    workspace: Workspace,
    pack: Pack,
    run: RunFolder,
    result: Result,
    reported: Inputs | None = None,
    supposed: Sequence[Record] = (),
    expected: str = "",
) -> Result:
    """What a new run of the same year and day would give, from the stored ``run`` and its ``result``.

    Items and totals are complete, parts are not. Nothing is stored. ``reported`` are the inputs without the ledger,
    where they have been read already; ``supposed`` are findings taken as if they had been confirmed. Raises what
    :func:`scoring.engine.run.score` raises, and InputsMoved where the new run's id would not be the ``expected`` one.
    """
    with draft_folder() as ledger_files:
        inputs = current_inputs(workspace, pack, reported=reported, ledger_files=ledger_files, supposed=supposed)
        manifest = run.manifest
        year, as_of = read_moment(manifest)
        now = write_manifest(pack, inputs, year, as_of)
        if expected and now["id"] != expected:
            raise InputsMoved
        if any(manifest.get(field) != now.get(field) for field in (manifest.keys() | now.keys()) - _FOUND_AGAIN):
            # Another pack, other members or another program: an old item must not stand beside new ones.
            return score(pack, inputs, year, as_of)
        scopes = read_scopes(run.read("scopes.tsv").decode())
        changed = find_changed(manifest, scopes, inputs)
        if pack.head.exemptions in changed:
            # An exemption takes an item out whatever its figures are.
            return score(pack, inputs, year, as_of)
        # Many small statements: one processor is as fast with them as several, and the others are free for pages.
        earlier = Earlier(result.items, find_affected(pack, changed))
        return score(pack, inputs, year, as_of, threads=1, earlier=earlier)


def find_changed(manifest: Mapping[str, Any], scopes: frozenset[tuple[str, str, int]], inputs: Inputs) -> set[str]:
    """The datasets whose files, current rows or reported scopes are not those of the run."""
    before: dict[str, set[Any]] = defaultdict(set)
    now: dict[str, set[Any]] = defaultdict(set)
    for entry in manifest["batches"]:
        live = None if entry["live"] is None else tuple((unit, period) for unit, period in entry["live"])
        before[entry["dataset"]].add((entry["parquet"], live))
    for file in inputs.files:
        now[file.dataset].add((file.path.name, file.live))
    for side, found in ((before, scopes), (now, inputs.scopes)):
        for dataset, unit, period in found:
            side[dataset].add((unit, period))
    for side, declared in ((before, read_declared(manifest)), (now, inputs.declared)):
        for each in declared:
            side[each.dataset].add(each)
    return {dataset for dataset in before.keys() | now.keys() if before[dataset] != now[dataset]}


def find_affected(pack: Pack, datasets: set[str]) -> frozenset[str]:
    """The indicators that read one of the datasets, and those that use the marks of such ones."""
    found = {
        indicator.id
        for indicator in pack.indicators
        if any(datasets & set(part.measure.datasets()) for part in indicator.parts)
    }
    while True:
        users = {
            indicator.id
            for indicator in pack.indicators
            if any(found & set(part.measure.chosen.list_used()) for part in indicator.parts)
        }
        if users <= found:
            return frozenset(found)
        found |= users


def describe_shift(unit: UnitDifference, precision: int) -> str:
    """What becomes of a unit's total, rank and grade: 92.95 → 91.95，名次不变."""
    sides = unit.before or NOWHERE, unit.after or NOWHERE
    totals = [write_marks(side.total, precision) for side in sides]
    said = ["总分不变" if totals[0] == totals[1] else f"{totals[0]} → {totals[1]}"]
    ranks = ["没有名次" if side.rank is None else f"第 {side.rank} 名" for side in sides]
    said.append("名次不变" if ranks[0] == ranks[1] else f"{ranks[0]} → {ranks[1]}")
    grades = [side.grade or "未定等次" for side in sides]
    if grades[0] != grades[1]:
        said.append(f"{grades[0]} → {grades[1]}")
    return "，".join(said)
