"""The SQL of each kind of measure and rule, as reviewed text: a change shows up as a diff to be read.

What this does not prove: that the SQL is right (see test_members, test_agreement).
"""

from __future__ import annotations

from datetime import date

import pytest
import sqlglot
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from indicators.reader import find_pack, load_pack
from scoring.actuals.raw import Moment
from scoring.awards import BRANCHES, compile_awards
from scoring.items import ITEMS
from scoring.parts import list_parts
from scoring.run import compile_layer
from scoring.totals import COUNTED, TOTALS

PACK = load_pack(find_pack("jincheng-2021-2025"))
MOMENT = Moment(2024, date(2025, 4, 10))


class SqlExtension(SingleFileSnapshotExtension):
    """One readable .sql file per snapshot."""

    file_extension = "sql"
    _write_mode = WriteMode.TEXT


@pytest.fixture
def sql(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(SqlExtension)


def find_examples() -> dict[str, str]:
    """For every kind of measure the first indicator of the pack that uses it."""
    found: dict[str, str] = {}
    for part in list_parts(PACK, 2024):
        found.setdefault(part.part.measure.kind, part.indicator.id)
    return found


@pytest.mark.parametrize("measure", sorted(find_examples()))
def test_figures_of_each_measure(measure: str, sql: SnapshotAssertion) -> None:
    parts = [part for part in list_parts(PACK, 2024) if part.indicator.id == find_examples()[measure]]
    assert compile_layer(PACK, parts, MOMENT).queries["figures"] == sql


@pytest.mark.parametrize("kind", sorted(BRANCHES))
def test_marks_of_each_kind_of_rule(kind: str, sql: SnapshotAssertion) -> None:
    assert "\nUNION ALL\n".join(BRANCHES[kind]) == sql


@pytest.mark.parametrize(("name", "text"), [("items", ITEMS), ("counted", COUNTED), ("totals", TOTALS)])
def test_items_and_totals(name: str, text: str, sql: SnapshotAssertion) -> None:
    assert text == sql


def test_every_kind_of_measure_occurs_in_the_pack() -> None:
    from indicators.measures import Measure

    assert set(find_examples()) == set(Measure.model_fields)


@pytest.mark.parametrize("kind", sorted(BRANCHES))
def test_the_statements_parse_as_duckdb_sql_for_a_distributed_engine(kind: str) -> None:
    assert sqlglot.parse_one(compile_awards([kind]), read="duckdb")
