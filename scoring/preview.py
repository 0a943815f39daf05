"""The ranking as it would be if the year were scored now: only what could have changed since a run is found again."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from data.batches import Inputs, current_inputs
from data.runs.folder import RunFolder
from data.workspace import Workspace
from indicators.model import Pack
from scoring.run import Earlier, Result, score
from scoring.runs import read_declared, read_scopes


@dataclass(frozen=True)
class Shift:
    """A unit whose total, rank or grade would be another one; marks are whole units of the last decimal."""

    unit: str
    name: str
    total: tuple[int | None, int | None]
    rank: tuple[int | None, int | None]
    grade: tuple[str | None, str | None]

    @property
    def change(self) -> int | None:
        """By how much the total would rise; None where there is none now or then."""
        before, now = self.total
        return None if before is None or now is None else now - before


def score_now(
    workspace: Workspace,
    pack: Pack,
    run: RunFolder,
    result: Result,
    reported: Inputs | None = None,
) -> Result:
    """What a new run of the same year and day would give, from the stored ``run`` and its ``result``.

    Items and totals are complete, parts are not. Nothing is stored. ``reported`` are the inputs without the ledger,
    where they have been read already. Raises what :func:`scoring.run.score` raises.
    """
    with tempfile.TemporaryDirectory(prefix="ducha-") as ledger_files:
        inputs = current_inputs(workspace, pack, reported=reported, ledger_files=Path(ledger_files))
        manifest = run.manifest
        year, as_of = int(manifest["year"]), date.fromisoformat(manifest["as_of"])
        # The same pack has the same register, and so the same members.
        if pack.sha256 != manifest["pack"]["sha256"]:
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
            if any(part.measure.of_marks and found & set(part.measure.of_marks.indicators) for part in indicator.parts)
        }
        if users <= found:
            return frozenset(found)
        found |= users


def list_shifts(before: pl.DataFrame, now: pl.DataFrame, cohort: str) -> list[Shift]:
    """The units of a cohort that stand elsewhere in the second table of totals, in the order of the first."""
    columns = ("unit", "total", "rank", "grade")
    later = {
        row[0]: (None if row[1] is None else int(row[1]), *row[2:])
        for row in now.filter(pl.col("cohort") == cohort).select(columns).iter_rows()
    }
    shifts = []
    own = before.filter(pl.col("cohort") == cohort)
    for unit, name, total, rank, grade in own.select("unit", "unit_name", *columns[1:]).iter_rows():
        there = later.get(unit, (None, None, None))
        if there != (total, rank, grade):
            shifts.append(Shift(unit, name, (total, there[0]), (rank, there[1]), (grade, there[2])))
    return shifts
