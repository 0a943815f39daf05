"""The ranking as it would be if the year were scored now: only what could have changed since a run is found again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from data.batches.records import Inputs, current_inputs
from data.runs.folder import RunFolder, read_moment
from data.store.drafts import draft_folder
from data.store.tables import Record
from data.store.workspace import Workspace
from indicators.entries.refusal import Signal
from indicators.pack.model import Pack
from scoring.engine.run import Earlier, Result, score
from scoring.results.scores import write_marks
from scoring.runs.store import read_declared, read_scopes, write_manifest

#: The fields of a manifest whose changes :func:`find_changed` follows to the indicators that read them. Where any other
#: field differs, everything is scored anew.
_FOUND_AGAIN = frozenset({"id", "batches", "scopes_sha256", "declared", "fictional"})


class InputsMoved(Signal):
    """The inputs are no longer those that the caller has looked at."""


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


def describe_shift(before: pl.DataFrame, now: pl.DataFrame, cohort: str, unit: str, precision: int) -> str:
    """What becomes of one unit's total, rank and grade between two tables of totals: 92.95 → 91.95，名次不变."""
    columns = ("total", "rank", "grade")
    own = (pl.col("cohort") == cohort) & (pl.col("unit") == unit)
    old, new = (frame.filter(own).select(columns).row(0, named=True) for frame in (before, now))
    totals = [write_marks(None if row["total"] is None else int(row["total"]), precision) for row in (old, new)]
    said = ["总分不变" if totals[0] == totals[1] else f"{totals[0]} → {totals[1]}"]
    ranks = [f"第 {row['rank']} 名" if row["rank"] is not None else "没有名次" for row in (old, new)]
    said.append("名次不变" if ranks[0] == ranks[1] else f"{ranks[0]} → {ranks[1]}")
    grades = [row["grade"] or "未定等次" for row in (old, new)]
    if grades[0] != grades[1]:
        said.append(f"{grades[0]} → {grades[1]}")
    return "，".join(said)
