"""What changed between two runs of the same year and day: one unit's items and total, and who moved in rank."""

from __future__ import annotations

from typing import Any

_ITEM = ("outcome", "marks", "counted")
_TOTAL = ("total", "rank", "grade", "status", "low", "high")


def compare_runs(before: dict[str, Any], after: dict[str, Any], unit: str) -> dict[str, Any]:
    """The difference of two results (``StoredRun.content``) as plain data without floats.

    ``items``: the unit's items that changed; ``totals``: its total per cohort, changed or not; ``moved``: every
    other unit whose rank is another one.
    """
    items = []
    known = {(row["cohort"], row["unit"], row["indicator"]): row for row in before["items"]}
    for row in after["items"]:
        old = known.get((row["cohort"], row["unit"], row["indicator"]))
        if row["unit"] == unit and old is not None and any(row[name] != old[name] for name in _ITEM):
            place = {name: row[name] for name in ("cohort", "indicator", "indicator_name")}
            items.append({**place, "before": _pick(old, _ITEM), "after": _pick(row, _ITEM)})
    totals, moved = [], []
    sums = {(row["cohort"], row["unit"]): row for row in before["totals"]}
    for row in after["totals"]:
        old = sums.get((row["cohort"], row["unit"]))
        if old is None:
            continue
        place = {name: row[name] for name in ("cohort", "unit", "unit_name")}
        if row["unit"] == unit:
            totals.append({**place, "before": _pick(old, _TOTAL), "after": _pick(row, _TOTAL)})
        elif row["rank"] != old["rank"]:
            moved.append({**place, "before": old["rank"], "after": row["rank"]})
    return {
        "before": before["run"]["id"],
        "after": after["run"]["id"],
        "unit": unit,
        "items": items,
        "totals": totals,
        "moved": moved,
    }


def _pick(row: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: row[name] for name in names}


def write_comparison(comparison: dict[str, Any]) -> str:
    """The difference in words, a line each."""
    lines = [f"评分运行 {comparison['before']} → {comparison['after']}"]
    for row in comparison["totals"]:
        before, after = row["before"], row["after"]
        total = _write_change(before["total"], after["total"], "总分 ")
        rank = _write_change(before["rank"], after["rank"], "名次 ")
        lines.append(f"{row['unit_name']}（{row['cohort']}）：{total}，{rank}")
    for row in comparison["items"]:
        marks = _write_change(row["before"]["marks"], row["after"]["marks"], "得分 ")
        lines.append(f"  {row['indicator']} {row['indicator_name']}：{marks}")
    if not comparison["items"]:
        lines.append("  各项得分没有变化")
    lines += [
        f"名次变动：{row['unit_name']}（{row['cohort']}）{_write_change(row['before'], row['after'], '')}"
        for row in comparison["moved"]
    ]
    if not comparison["moved"]:
        lines.append("其他单位的名次没有变化")
    return "\n".join(lines) + "\n"


def _write_change(before: object, after: object, title: str) -> str:
    shown = ["—" if value is None else str(value) for value in (before, after)]
    return f"{title}{shown[0]}" + ("（不变）" if shown[0] == shown[1] else f" → {shown[1]}")
