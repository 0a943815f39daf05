"""Two runs side by side: all of it, in one scale, and nothing that only one of them has is left out."""

from __future__ import annotations

import json
from typing import Any

from scoring.results.differences import compare_runs
from scoring.results.scores import Scores, read_written

ITEM = {"cohort": "c", "unit_name": "甲县", "indicator_name": "甲项", "outcome": "scored"}
TOTAL = {"cohort": "c", "unit_name": "甲县", "status": "ranked"}


def make_run(units: dict[str, tuple[str, int]], items: dict[str, str | None]) -> Scores:
    """A run of units with totals and ranks, whose first unit has the items."""
    rows: list[dict[str, Any]] = [
        {**ITEM, "unit": next(iter(units)), "indicator": name, "marks": marks, "counted": marks, "full_marks": marks}
        if marks is not None
        else {**ITEM, "unit": next(iter(units)), "indicator": name, "outcome": "pending", "counted": "0.0"}
        for name, marks in items.items()
    ]
    totals = [{**TOTAL, "unit": unit, "total": total, "rank": rank} for unit, (total, rank) in units.items()]
    run = {"id": "一", "year": 2024, "as_of": "2025-04-10", "fictional": True}
    return read_written(json.dumps({"run": run, "items": rows, "totals": totals}).encode())


def test_runs_of_other_decimals_are_compared_in_the_finer_ones() -> None:
    found = compare_runs(
        make_run({"a": ("9.5", 1)}, {"x": "2.0", "y": "1.0"}), make_run({"a": ("9.25", 1)}, {"x": "1.75", "y": "1.00"})
    )
    (unit,), (item,) = found.units, found.items
    assert (found.precisions, found.scale, unit.marks, unit.places, unit.moved) == ((1, 2), 2, -25, 0, True)
    assert (item.indicator, item.change) == ("x", -25)
    assert unit.before is not None and unit.after is not None
    assert found.write(unit.before.total, unit.after.total) == ("9.5", "9.25")


def test_what_one_side_alone_has_is_told_and_counts_nothing_on_the_other() -> None:
    found = compare_runs(
        make_run({"a": ("3.0", 1), "gone": ("1.0", 2)}, {"x": "2.0", "old": "1.0", "open": None}),
        make_run({"a": ("4.0", 2), "new": ("5.0", 1)}, {"x": "2.0", "new": "2.0", "open": None}),
    )
    assert [(unit.unit, unit.marks, unit.places, unit.replaced) for unit in found.units] == [
        ("a", 10, -1, True),
        ("gone", None, None, True),
        ("new", None, None, True),
    ]
    assert [(item.indicator, item.before is None, item.after is None, item.change) for item in found.items] == [
        ("old", False, True, -10),
        ("new", True, False, 20),
    ]


def test_a_run_differs_in_nothing_from_itself() -> None:
    run = make_run({"a": ("3.0", 1)}, {"x": "2.0", "open": None})
    found = compare_runs(run, run)
    assert found.items == () and not any(unit.moved for unit in found.units)
