"""What a new run takes over from a stored one, so that only what has changed is found again.

The bytes are those of a whole run: whatever the new one may have otherwise is found again, and where that cannot be
told of what has changed, everything is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl

from data.batches.records import Inputs
from data.runs.folder import RunChanged, RunFolder, RunManifest, hash_file, open_run_folder, read_moment
from data.runs.noting import check_noted
from data.store.database import list_runs
from data.store.workspace import Workspace, open_workspace_store
from indicators.entries.mentioned import list_mentioned
from indicators.pack.model import Indicator, Pack
from scoring.engine.run import Earlier, Result, score, write_statements
from scoring.explain.grounds import gather_grounds
from scoring.explain.kept import KeptRecords
from scoring.explain.stored import RECORDS, open_explanations
from scoring.results.scores import read_scores, restore_result
from scoring.runs.manifests import read_declared, read_scopes

#: The fields of a manifest whose changes :func:`find_changed` follows to the indicators that read them. Where any other
#: field differs, everything is scored anew.
_FOUND_AGAIN = frozenset({"id", "batches", "scopes_sha256", "declared", "fictional"})


@dataclass(frozen=True)
class EarlierRun:
    """A stored run of the same rules, members, year and day, its ``result``, and the indicators found ``again``."""

    folder: RunFolder
    result: Result
    again: frozenset[str]


def find_earlier(workspace: Workspace, pack: Pack, manifest: RunManifest, inputs: Inputs) -> EarlierRun | None:
    """The newest run of the year and day of ``manifest``; None where nothing of it may be taken over."""
    engine, moment = open_workspace_store(workspace), read_moment(manifest)
    newest = next((run for run in reversed(list_runs(engine)) if (run.year, run.as_of) == moment), None)
    if newest is None:
        return None
    try:
        folder = open_run_folder(workspace.runs_folder / newest.id)
        check_noted(engine, folder)
        return read_earlier(folder, pack, manifest, inputs)
    except RunChanged:
        # Whoever opens it is told; a new run needs nothing of it.
        return None


def read_earlier(folder: RunFolder, pack: Pack, manifest: RunManifest, inputs: Inputs) -> EarlierRun | None:
    """A stored run for the new one of ``manifest`` and ``inputs``; None where nothing may be taken over.

    Raises RunChanged.
    """
    again = find_again(folder, pack, manifest, inputs)
    if again is None:
        return None
    pack = pack.of_year(int(manifest["year"]))
    return EarlierRun(folder, restore_result(folder, pack, read_scores(folder, pack)), again)


def find_again(folder: RunFolder, pack: Pack, manifest: RunManifest, inputs: Inputs) -> frozenset[str] | None:
    """The indicators that may come to other items, words or rows than in a stored run; None where all may.

    ``manifest`` and ``inputs`` are those of the new run. Raises RunChanged.
    """
    before = folder.manifest
    if any(before.get(field) != manifest.get(field) for field in (before.keys() | manifest.keys()) - _FOUND_AGAIN):
        # Another pack, other members or another program: an old item must not stand beside new ones.
        return None
    changed = find_changed(before, read_scopes(folder.read("scopes.tsv").decode()), manifest, inputs.scopes)
    # An exemption takes an item out whatever its figures are.
    return None if pack.head.exemptions in changed else find_affected(pack, changed)


#: Scopes (dataset, unit, period) that were reported.
_Scopes = frozenset[tuple[str, str, int]]


def find_changed(before: RunManifest, scopes: _Scopes, now: RunManifest, now_scopes: _Scopes) -> set[str]:
    """The datasets of which anything that a manifest holds, or a reported scope, is not the same in both."""
    old, new = _list_known(before, scopes), _list_known(now, now_scopes)
    return {dataset for dataset in old.keys() | new.keys() if old.get(dataset) != new.get(dataset)}


def _list_known(manifest: RunManifest, scopes: _Scopes) -> dict[str, tuple[list[object], set[object]]]:
    """For each dataset its batches in their order, and its scopes with what was declared of them."""
    found: dict[str, tuple[list[object], set[object]]] = {}
    for entry in manifest["batches"]:
        found.setdefault(entry["dataset"], ([], set()))[0].append(entry)
    for dataset, unit, period in scopes:
        found.setdefault(dataset, ([], set()))[1].add((unit, period))
    for each in read_declared(manifest):
        found.setdefault(each.dataset, ([], set()))[1].add(each)
    return found


def find_affected(pack: Pack, datasets: set[str]) -> frozenset[str]:
    """The indicators that may read one of the datasets, and those that may use the marks of such ones.

    An indicator may use whatever it names anywhere but in its own id and its section, and what its measures say.
    """
    if not datasets:
        return frozenset()
    known = {entry.id for entry in pack.datasets} | {entry.id for entry in pack.indicators}
    uses = {indicator.id: _list_uses(indicator, known) for indicator in pack.indicators}
    found = {name for name, used in uses.items() if datasets & used}
    while users := {name for name, used in uses.items() if found & used} - found:
        found |= users
    return frozenset(found)


def _list_uses(indicator: Indicator, known: set[str]) -> frozenset[str]:
    named = list_mentioned(indicator, known, apart=("id", "section"))
    measures = (part.measure for part in indicator.parts)
    return named.union(*((*measure.datasets(), *measure.chosen.list_used()) for measure in measures))


def score_rest(pack: Pack, inputs: Inputs, earlier: EarlierRun) -> Result:
    """What a whole run gives, where only what is to be found again is. Raises what ``score`` raises."""
    before, again = earlier.result, earlier.again
    year, as_of = before.year, before.as_of
    found = score(pack, inputs, year, as_of, earlier=Earlier(before.items, again))
    kept = before.parts.filter(~pl.col("indicator").is_in(sorted(again)))
    if kept.schema != found.parts.schema:
        return score(pack, inputs, year, as_of)
    parts = pl.concat([kept, found.parts]).sort("part", "unit").rechunk()
    return replace(found, parts=parts, sql=write_statements(pack, year, as_of))


def keep_records(pack: Pack, earlier: EarlierRun, result: Result) -> KeptRecords | None:
    """The explanations of the earlier run that are the same in one with this ``result``; None where it has none."""
    folder = earlier.folder
    explanations = open_explanations(folder.path, folder)
    if explanations is None or hash_file(folder.path / RECORDS) != (folder.hashes or {}).get(RECORDS):
        return None
    before, grounds = (gather_grounds(pack, each) for each in (earlier.result, result))
    order: dict[tuple[str, str], list[str]] = {}
    for each in before.items.list_places():
        order.setdefault((each.cohort, each.unit), []).append(each.indicator)
    # The rows behind an item are those of before where its indicator need not be found again.
    same = (each for each in grounds.list_same(before) if each.indicator not in earlier.again)
    places = ((each.cohort, each.unit, each.indicator) for each in same if each[:2] in explanations.places)
    return KeptRecords(explanations, folder.path.name, order, frozenset(places), grounds)
