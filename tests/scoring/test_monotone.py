"""More of what is asked for never costs marks, for every rule that looks at one unit alone.

The figure is the latest value of a table; the target asks for at least (or at most) a number.
"""

from __future__ import annotations

import tempfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.engine.run import score
from tests.reference.example import make_indicator, make_pack
from tests.worlds import store_tables

RISING: dict[str, Any] = {
    "all_or_nothing": {"otherwise": "20%"},
    "proportional": {"from": "1", "base": "10%"},
    "ladder": {
        "steps": [
            {"below": "3", "marks": "0"},
            {"at_least": "3", "at_most": "7", "marks": "50%"},
            {"above": "7", "marks": "100%"},
        ]
    },
    "per_shortfall": {
        "each": "0.7",
        "per": "1.5",
        "partial": "up",
        "at_target": "60%",
        "beyond": {"each": "0.3", "per": "0.5", "partial": "down"},
    },
    "award": {"each": "0.9"},
}
FALLING: dict[str, Any] = {
    "all_or_nothing": {},
    "proportional": {"from": "9", "base": "0"},
    "per_shortfall": {"each": "0.7", "partial": "exact"},
}
VALUES = st.lists(st.decimals(0, 12, places=2), min_size=2, max_size=8)


def score_values(marks: dict[str, Any], target: dict[str, str], values: list[Decimal]) -> list[int]:
    """The marks of as many units as values, in their order."""
    units = tuple(f"u{number}" for number in range(len(values)))
    part = {
        "measure": {"latest": {"dataset": "scores", "column": "value", "order": "seq"}},
        "target": target,
        "marks": marks,
    }
    pack = make_pack([make_indicator("x", "10", [part])], units, {})
    rows = [
        {"_unit": unit, "_period": 2024, "year": 2024, "seq": 1, "value": value, "no": 1}
        for unit, value in zip(units, values, strict=True)
    ]
    scopes = {("scores", unit, 2024) for unit in units}
    with tempfile.TemporaryDirectory() as folder:
        inputs = store_tables(pack, {"scores": rows}, scopes, Path(folder))
        items = score(pack, inputs, 2024, date(2025, 12, 31), threads=1).items
    points = dict(zip(items["unit"].to_list(), items["points"].to_list(), strict=True))
    return [points[unit] for unit in units]


@pytest.mark.parametrize("kind", sorted(RISING))
@given(values=VALUES)
@settings(max_examples=15, deadline=None)
def test_more_never_costs_marks(kind: str, values: list[Decimal]) -> None:
    marks = score_values({kind: RISING[kind]}, {"at_least": "7"}, sorted(values))
    assert marks == sorted(marks)


@pytest.mark.parametrize("kind", sorted(FALLING))
@given(values=VALUES)
@settings(max_examples=15, deadline=None)
def test_less_never_costs_marks_where_less_is_asked(kind: str, values: list[Decimal]) -> None:
    marks = score_values({kind: FALLING[kind]}, {"at_most": "2"}, sorted(values, reverse=True))
    assert marks == sorted(marks)
