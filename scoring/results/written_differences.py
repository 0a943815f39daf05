"""What a decision changed, as it is kept with an appeal: one unit's items and total, and who moved in rank."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cache

from pydantic import TypeAdapter

from scoring.results.differences import ItemState, RunDifference, UnitDifference, UnitState, compare_runs
from scoring.results.result import write_points
from scoring.results.scores import Scores


@dataclass(frozen=True)
class WrittenItem:
    """What an item has; marks are decimal texts."""

    outcome: str
    marks: str | None
    counted: str | None


@dataclass(frozen=True)
class WrittenTotal:
    """What a unit has; marks are decimal texts."""

    total: str | None
    rank: int | None
    grade: str | None
    status: str
    low: str | None
    high: str | None


@dataclass(frozen=True)
class ChangedItem:
    """An item of the unit that changed."""

    cohort: str
    indicator: str
    indicator_name: str
    before: WrittenItem
    after: WrittenItem


@dataclass(frozen=True)
class UnitTotal:
    """The unit's total in a cohort, changed or not."""

    cohort: str
    unit: str
    unit_name: str
    before: WrittenTotal
    after: WrittenTotal


@dataclass(frozen=True)
class MovedUnit:
    """Another unit whose rank is another one."""

    cohort: str
    unit: str
    unit_name: str
    before: int | None
    after: int | None


@dataclass(frozen=True)
class WrittenDifference:
    """The whole: ``before`` and ``after`` are the ids of the runs."""

    before: str
    after: str
    unit: str
    items: list[ChangedItem]
    totals: list[UnitTotal]
    moved: list[MovedUnit]

    def write(self) -> dict[str, object]:
        """As the ledger keeps it: plain data without floats."""
        return asdict(self)


@cache
def _make_adapter() -> TypeAdapter[WrittenDifference]:
    return TypeAdapter(WrittenDifference)


def read_difference(kept: object) -> WrittenDifference:
    """What the ledger keeps. Raises pydantic's ValidationError for anything else."""
    return _make_adapter().validate_python(kept)


def make_difference(before: Scores, after: Scores, unit: str) -> WrittenDifference:
    """The difference of two runs for one unit, of what both runs have."""
    found = compare_runs(before, after)
    return WrittenDifference(
        before.run,
        after.run,
        unit,
        _list_items(found, unit),
        [row for each in found.units if each.unit == unit for row in _list_totals(found, each)],
        [row for each in found.units if each.unit != unit for row in _list_moved(each)],
    )


def _list_items(found: RunDifference, unit: str) -> list[ChangedItem]:
    rows = []
    for item in found.items:
        if item.unit != unit or item.before is None or item.after is None:
            continue
        before, after = (_write_item(side, found.scale) for side in (item.before, item.after))
        if before != after:
            rows.append(ChangedItem(item.cohort, item.indicator, item.indicator_name, before, after))
    return rows


def _write_item(item: ItemState, scale: int) -> WrittenItem:
    return WrittenItem(item.outcome, write_points(item.marks, scale), write_points(item.counted, scale))


def _list_totals(found: RunDifference, each: UnitDifference) -> list[UnitTotal]:
    if each.before is None or each.after is None:
        return []
    before, after = (_write_total(side, found.scale) for side in (each.before, each.after))
    return [UnitTotal(each.cohort, each.unit, each.name, before, after)]


def _write_total(state: UnitState, scale: int) -> WrittenTotal:
    total, low, high = (write_points(marks, scale) for marks in (state.total, state.low, state.high))
    return WrittenTotal(total, state.rank, state.grade, state.status, low, high)


def _list_moved(each: UnitDifference) -> list[MovedUnit]:
    if each.before is None or each.after is None or each.before.rank == each.after.rank:
        return []
    return [MovedUnit(each.cohort, each.unit, each.name, each.before.rank, each.after.rank)]


def tell_difference(found: WrittenDifference) -> str:
    """The difference in words, a line each."""
    lines = [f"评分运行 {found.before} → {found.after}"]
    for row in found.totals:
        total = _tell_change(row.before.total, row.after.total, "总分 ")
        rank = _tell_change(row.before.rank, row.after.rank, "名次 ")
        lines.append(f"{row.unit_name}（{row.cohort}）：{total}，{rank}")
    for item in found.items:
        marks = _tell_change(item.before.marks, item.after.marks, "得分 ")
        lines.append(f"  {item.indicator} {item.indicator_name}：{marks}")
    if not found.items:
        lines.append("  各项得分没有变化")
    lines += [
        f"名次变动：{moved.unit_name}（{moved.cohort}）{_tell_change(moved.before, moved.after, '')}"
        for moved in found.moved
    ]
    if not found.moved:
        lines.append("其他单位的名次没有变化")
    return "\n".join(lines) + "\n"


def _tell_change(before: object, after: object, title: str) -> str:
    shown = ["—" if value is None else str(value) for value in (before, after)]
    return f"{title}{shown[0]}" + ("（不变）" if shown[0] == shown[1] else f" → {shown[1]}")
