"""Each member of the three sets and each special case, alone, through DuckDB, against numbers worked out by hand.

The same examples pin the reference scorer (tests/reference); here they pin the SQL.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from scoring.engine.run import Result, score
from tests.reference.example import Example, ExpectedTotal
from tests.reference.examples import EXAMPLES
from tests.worlds import store_tables

STATUS = {
    "incomplete": "withheld",
    "no_marks": "withheld",
    "not_passed": "stopped",
    "not_ranked": "unranked",
    "ranked": "ranked",
}
COLUMNS = {"total": "total", "low": "low", "high": "high", "full": "full_points"}


def score_example(example: Example, folder: Path) -> Result:
    """The example through the engine."""
    inputs = store_tables(example.pack, example.tables, example.scopes, folder, example.declared)
    return score(example.pack, inputs, example.year, example.as_of, threads=1)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_the_example_comes_out_as_worked_out_by_hand(example: Example, tmp_path: Path) -> None:
    result = score_example(example, tmp_path)
    unit = Decimal(1).scaleb(-result.precision)
    items = {(row["cohort"], row["unit"], row["indicator"]): row for row in result.items.iter_rows(named=True)}
    for key, (outcome, reason, marks) in example.expected_items.items():
        row = items[key]
        known = row["reason"] if outcome in ("pending", "conflict", "error") else None
        assert (key, row["outcome"], known) == (key, outcome, reason)
        assert (None if row["points"] is None else row["points"] * unit) == (None if marks is None else Decimal(marks))
    totals = {(row["cohort"], row["unit"]): row for row in result.totals.iter_rows(named=True)}
    for key, expected in example.expected_totals.items():
        row = totals[key]
        for name in ExpectedTotal.__dataclass_fields__:
            wanted = getattr(expected, name)
            if wanted is ...:
                continue
            if name in COLUMNS:
                got = row[COLUMNS[name]]
                assert (name, None if got is None else got * unit) == (
                    name,
                    None if wanted is None else Decimal(wanted),
                )
            else:
                assert (name, STATUS[row["status"]] if name == "status" else row[name]) == (name, wanted)
