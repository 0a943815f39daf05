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
from indicators.pack.model import Pack
from scoring.base.parts import list_parts
from scoring.engine.run import Earlier, Result, score, write_statements
from scoring.explain.kept import KeptRecords
from scoring.explain.stored import RECORDS, open_explanations
from scoring.results.scale import measure_result
from scoring.results.scores import read_scores, restore_result
from scoring.results.struck import list_struck
from scoring.rules.registry import find_rule
from scoring.runs.manifests import read_declared, read_scopes

#: The fields of a manifest whose changes :func:`find_changed` follows to the indicators that read them. Where any other
#: field differs, everything is scored anew.
_FOUND_AGAIN = frozenset({"id", "batches", "scopes_sha256", "declared", "fictional"})
_OF_ITEM = ("cohort", "unit", "indicator")


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
    order: dict[tuple[str, str], list[str]] = {}
    for cohort, unit, name in earlier.result.items.select(_OF_ITEM).iter_rows():
        order.setdefault((cohort, unit), []).append(name)
    places = (place for place in _list_same(pack, earlier, result) if place[:2] in explanations.places)
    return KeptRecords(explanations, folder.path.name, order, frozenset(places))


def _list_same(pack: Pack, earlier: EarlierRun, result: Result) -> list[tuple[str, str, str]]:
    """The items of which everything that their explanations say of is the same in both."""
    before = earlier.result
    moved = _list_moved(before.parts, result.parts)
    comparing = {part.number for part in list_parts(pack, result.year) if find_rule(part.part.marks).compares}
    compared = {(cohort, name) for part, cohort, _, name in moved if part in comparing}
    touched = {(cohort, unit, name) for _, cohort, unit, name in moved}
    struck = [list_struck(pack, each.items) for each in (before, result)]
    scales = [measure_result(pack, each) for each in (before, result)]
    same = []
    for cohort, unit, name, section in _list_kept(result.items, before.items).select(*_OF_ITEM, "section").iter_rows():
        old, new = (
            (scale.tell_basis(cohort, unit, section), vetoes.get((cohort, unit)))
            for scale, vetoes in zip(scales, struck, strict=True)
        )
        differs = (cohort, unit, name) in touched or (cohort, name) in compared or name in earlier.again
        if old == new and not differs:
            same.append((cohort, unit, name))
    return same


def _list_kept(now: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """The rows that are in both, whole."""
    return now.join(before, on=now.columns, how="semi", nulls_equal=True)


def _list_moved(before: pl.DataFrame, now: pl.DataFrame) -> set[tuple[int, str, str, str]]:
    """The (part, cohort, unit, indicator) of parts that are not the same in both."""
    sides = ((before, now), (now, before))
    moved = pl.concat([one.join(other, on=one.columns, how="anti", nulls_equal=True) for one, other in sides])
    return set(moved.select("part", *_OF_ITEM).iter_rows())
