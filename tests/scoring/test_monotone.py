"""More of what is asked for never costs marks, for every rule that looks at one unit alone.

The figure is the latest value of a table; the target asks for at least (or at most) a number.
"""

from __future__ import annotations

import tempfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

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


def score_values(kinds: dict[str, Any], target: dict[str, str], values: list[Decimal]) -> dict[str, list[int]]:
    """By kind of marks, each an indicator of its own, the marks of as many units as values, in their order."""
    units = tuple(f"u{number}" for number in range(len(values)))
    measure = {"latest": {"dataset": "scores", "column": "value", "order": "seq"}}
    indicators = [
        make_indicator(kind, "10", [{"measure": measure, "target": target, "marks": {kind: marks}}])
        for kind, marks in kinds.items()
    ]
    rows = [
        {"_unit": unit, "_period": 2024, "year": 2024, "seq": 1, "value": value, "no": 1}
        for unit, value in zip(units, values, strict=True)
    ]
    scopes = {("scores", unit, 2024) for unit in units}
    with tempfile.TemporaryDirectory() as folder:
        pack = make_pack(indicators, units, {})
        inputs = store_tables(pack, {"scores": rows}, scopes, Path(folder))
        items = score(pack, inputs, 2024, date(2025, 12, 31), threads=1).items
    points = dict(zip(zip(items["indicator"], items["unit"], strict=True), items["points"], strict=True))
    return {kind: [points[kind, unit] for unit in units] for kind in kinds}


@given(values=VALUES)
@settings(max_examples=15, deadline=None)
def test_more_never_costs_marks(values: list[Decimal]) -> None:
    for kind, marks in score_values(RISING, {"at_least": "7"}, sorted(values)).items():
        assert marks == sorted(marks), kind


@given(values=VALUES)
@settings(max_examples=15, deadline=None)
def test_less_never_costs_marks_where_less_is_asked(values: list[Decimal]) -> None:
    for kind, marks in score_values(FALLING, {"at_most": "2"}, sorted(values, reverse=True)).items():
        assert marks == sorted(marks), kind
