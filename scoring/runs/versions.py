"""Runs of the very same inputs, worked out by other versions of the program: they stand side by side.

Neither is changed by the other. What differs between them is told item by item and total by total.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from data.runs.folder import RunChanged
from data.store.workspace import Workspace
from scoring.results.differences import ItemState, RunDifference, UnitState, compare_runs
from scoring.results.scores import read_written, write_marks
from scoring.results.version import read_results_version
from scoring.runs.store import StoredRun, list_runs, read_manifest, read_run
from scoring.wording.reasons import describe_outcome

#: What of a manifest is the program's and not the office's.
_OURS = {"id", "schema", "results", "engine"}
_NOT_THERE = "没有这一项"
#: So many differences are printed.
NAMED = 20


@dataclass(frozen=True)
class Otherwise:
    """An item (or, without an indicator, a total) that the two runs give otherwise, each as it is shown."""

    unit: str
    unit_name: str
    indicator: str
    title: str
    here: str
    there: str


@dataclass(frozen=True)
class Twin:
    """Another run of the same inputs: its results version and that of the run ``here``, and where they differ."""

    run: str
    version: int
    here: int
    differing: tuple[Otherwise, ...]

    def of_units(self, units: Collection[str] | None) -> Twin:
        """What somebody may read who sees only these units; None for all."""
        if units is None:
            return self
        return replace(self, differing=tuple(each for each in self.differing if each.unit in units))

    @property
    def sentence(self) -> str:
        """In one line: that there is another run, and how much it gives otherwise."""
        versions = f"那次是结果版本 {self.version}，这次是结果版本 {self.here}"
        if self.version == self.here:
            versions = f"结果版本都是 {self.here}，程序或它所用的部件版本不同"
        head = f"同样的数据和规则另有一次评分 {self.run}（{versions}），两次并存，都不改动。"
        items = sum(bool(each.indicator) for each in self.differing)
        totals = len(self.differing) - items
        if not self.differing:
            return f"{head}得分、总分和名次都相同。"
        return f"{head}{items} 项得分、{totals} 个单位的总分或名次不同。"

    @property
    def lines(self) -> list[str]:
        """The same and, below it, the first differences."""
        told = [
            f"  {each.unit_name} {each.title}：那次 {each.there}，这次 {each.here}" for each in self.differing[:NAMED]
        ]
        more = len(self.differing) - NAMED
        return [self.sentence, *told, *([f"  另有 {more} 处不同"] if more > 0 else [])]


def find_twins(workspace: Workspace, run: StoredRun) -> list[Twin]:
    """The other stored runs of the same inputs, oldest first, compared with this one.

    One that was changed since it was stored is left out: whoever opens or verifies it is told.
    """
    start = "-".join(run.id.split("-")[:2]) + "-"
    found = []
    for other in list_runs(workspace):
        if other == run.id or not other.startswith(start):
            continue
        with contextlib.suppress(RunChanged):
            if _name_inputs(read_manifest(workspace, other)) == _name_inputs(run.manifest):
                found.append(compare_twins(run, read_run(workspace, other)))
    return found


def _name_inputs(manifest: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in manifest.items() if name not in _OURS}


def compare_twins(run: StoredRun, other: StoredRun) -> Twin:
    """Every item and total in which the other run differs: in the order of this one, then what only that one has."""
    found = compare_runs(read_written(run.result), read_written(other.result))
    differing = [*_list_items(found), *_list_totals(found)]
    version, mine = (read_results_version(each.manifest) for each in (other, run))
    return Twin(other.id, version, mine, tuple(differing))


def _list_items(found: RunDifference) -> Iterator[Otherwise]:
    for item in found.items:
        here, there = (side and replace(side, full=0) for side in (item.before, item.after))
        if here != there:
            shown = (_show_item(side, found.scale) for side in (here, there))
            title = f"{item.indicator_name}（{item.indicator}）"
            yield Otherwise(item.unit, item.unit_name, item.indicator, title, *shown)


def _show_item(side: ItemState | None, scale: int) -> str:
    if side is None:
        return _NOT_THERE
    return describe_outcome(side.outcome) if side.marks is None else f"{write_marks(side.marks, scale)} 分"


def _list_totals(found: RunDifference) -> Iterator[Otherwise]:
    for unit in found.units:
        if unit.before != unit.after:
            shown = (_show_total(side, found.scale) for side in (unit.before, unit.after))
            yield Otherwise(unit.unit, unit.name, "", "总分", *shown)


def _show_total(side: UnitState | None, scale: int) -> str:
    if side is None:
        return _NOT_THERE
    total = "没有总分" if side.total is None else f"{write_marks(side.total, scale)} 分"
    rank = "不排名" if side.rank is None else f"第 {side.rank} 名"
    low, high = (write_marks(marks, scale) for marks in (side.low, side.high))
    return "、".join((total, f"区间 {low}–{high}", rank, *([side.grade] if side.grade else [])))
