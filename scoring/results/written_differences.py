"""What a decision changed, as it is kept with an appeal: one unit's items and total, and who moved in rank."""

from __future__ import annotations

from typing import TypedDict

from scoring.results.differences import ItemState, RunDifference, UnitDifference, UnitState, compare_runs
from scoring.results.result import write_points
from scoring.results.scores import Scores


class WrittenItem(TypedDict):
    """What an item has; marks are decimal texts."""

    outcome: str
    marks: str | None
    counted: str | None


class WrittenTotal(TypedDict):
    """What a unit has; marks are decimal texts."""

    total: str | None
    rank: int | None
    grade: str | None
    status: str
    low: str | None
    high: str | None


class ChangedItem(TypedDict):
    """An item of the unit that changed."""

    cohort: str
    indicator: str
    indicator_name: str
    before: WrittenItem
    after: WrittenItem


class UnitTotal(TypedDict):
    """The unit's total in a cohort, changed or not."""

    cohort: str
    unit: str
    unit_name: str
    before: WrittenTotal
    after: WrittenTotal


class MovedUnit(TypedDict):
    """Another unit whose rank is another one."""

    cohort: str
    unit: str
    unit_name: str
    before: int | None
    after: int | None


class WrittenDifference(TypedDict):
    """The whole, as the ledger keeps it: ``before`` and ``after`` are the ids of the runs."""

    before: str
    after: str
    unit: str
    items: list[ChangedItem]
    totals: list[UnitTotal]
    moved: list[MovedUnit]


def write_difference(before: Scores, after: Scores, unit: str) -> WrittenDifference:
    """The difference of two runs for one unit, as plain data without floats, of what both runs have."""
    found = compare_runs(before, after)
    return {
        "before": before.run,
        "after": after.run,
        "unit": unit,
        "items": _list_items(found, unit),
        "totals": [row for each in found.units if each.unit == unit for row in _list_totals(found, each)],
        "moved": [row for each in found.units if each.unit != unit for row in _list_moved(each)],
    }


def _list_items(found: RunDifference, unit: str) -> list[ChangedItem]:
    rows: list[ChangedItem] = []
    for item in found.items:
        if item.unit != unit or item.before is None or item.after is None:
            continue
        before, after = (_write_item(side, found.scale) for side in (item.before, item.after))
        if before != after:
            row = ChangedItem(
                cohort=item.cohort,
                indicator=item.indicator,
                indicator_name=item.indicator_name,
                before=before,
                after=after,
            )
            rows.append(row)
    return rows


def _write_item(item: ItemState, scale: int) -> WrittenItem:
    return {
        "outcome": item.outcome,
        "marks": write_points(item.marks, scale),
        "counted": write_points(item.counted, scale),
    }


def _list_totals(found: RunDifference, each: UnitDifference) -> list[UnitTotal]:
    if each.before is None or each.after is None:
        return []
    before, after = (_write_total(side, found.scale) for side in (each.before, each.after))
    return [{"cohort": each.cohort, "unit": each.unit, "unit_name": each.name, "before": before, "after": after}]


def _write_total(standing: UnitState, scale: int) -> WrittenTotal:
    return {
        "total": write_points(standing.total, scale),
        "rank": standing.rank,
        "grade": standing.grade,
        "status": standing.status,
        "low": write_points(standing.low, scale),
        "high": write_points(standing.high, scale),
    }


def _list_moved(each: UnitDifference) -> list[MovedUnit]:
    if each.before is None or each.after is None or each.before.rank == each.after.rank:
        return []
    ranks = each.before.rank, each.after.rank
    return [{"cohort": each.cohort, "unit": each.unit, "unit_name": each.name, "before": ranks[0], "after": ranks[1]}]


def tell_difference(found: WrittenDifference) -> str:
    """The difference in words, a line each."""
    lines = [f"评分运行 {found['before']} → {found['after']}"]
    for row in found["totals"]:
        before, after = row["before"], row["after"]
        total = _tell_change(before["total"], after["total"], "总分 ")
        rank = _tell_change(before["rank"], after["rank"], "名次 ")
        lines.append(f"{row['unit_name']}（{row['cohort']}）：{total}，{rank}")
    for item in found["items"]:
        marks = _tell_change(item["before"]["marks"], item["after"]["marks"], "得分 ")
        lines.append(f"  {item['indicator']} {item['indicator_name']}：{marks}")
    if not found["items"]:
        lines.append("  各项得分没有变化")
    lines += [
        f"名次变动：{moved['unit_name']}（{moved['cohort']}）{_tell_change(moved['before'], moved['after'], '')}"
        for moved in found["moved"]
    ]
    if not found["moved"]:
        lines.append("其他单位的名次没有变化")
    return "\n".join(lines) + "\n"


def _tell_change(before: object, after: object, title: str) -> str:
    shown = ["—" if value is None else str(value) for value in (before, after)]
    return f"{title}{shown[0]}" + ("（不变）" if shown[0] == shown[1] else f" → {shown[1]}")
