"""The SQL of each kind of measure and rule, as reviewed text: a change shows up as a diff to be read.

What this does not prove: that the SQL is right (see test_members, test_agreement).
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import sqlglot
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from indicators.pack.model import Pack
from indicators.pack.register import Register
from indicators.pack.succession import Succession
from indicators.reader import find_pack, load_pack
from scoring.base.calculator import write_reported
from scoring.base.parts import ScoredPart, list_parts
from scoring.engine.awards import BRANCHES, compile_awards
from scoring.engine.decisions import TABLES
from scoring.engine.items import ITEMS
from scoring.engine.pots import compile_pots
from scoring.engine.run import compile_layer
from scoring.engine.totals import COUNTED, TOTALS
from scoring.measures.raw import Moment
from tests.reference.random_tables import DATASETS

PACK = load_pack(find_pack("jincheng-2021-2025"))
#: The rules of real marking sheets, of which the shipped pack does not need every form.
FORMS = load_pack(Path(__file__).parents[2] / "docs" / "forms-pack")
MOMENT = Moment(2024, date(2025, 4, 10))


class SqlExtension(SingleFileSnapshotExtension):
    """One readable .sql file per snapshot."""

    file_extension = "sql"
    _write_mode = WriteMode.TEXT


@pytest.fixture
def sql(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(SqlExtension)


def find_examples() -> dict[str, tuple[Pack, str]]:
    """For every kind of measure the first indicator that uses it, of the shipped pack or else of the forms."""
    found: dict[str, tuple[Pack, str]] = {}
    for pack in (PACK, FORMS):
        for part in list_parts(pack, 2024):
            found.setdefault(part.part.measure.kind, (pack, part.indicator.id))
    return found


def list_example(pack: Pack, indicator: str) -> list[ScoredPart]:
    return [part for part in list_parts(pack, 2024) if part.indicator.id == indicator]


@pytest.mark.parametrize("measure", sorted(find_examples()))
def test_figures_of_each_measure(measure: str, sql: SnapshotAssertion) -> None:
    pack, indicator = find_examples()[measure]
    assert compile_layer(pack, list_example(pack, indicator), MOMENT).queries["figures"] == sql


def test_the_best_parts_of_a_pot(sql: SnapshotAssertion) -> None:
    pack = load_pack(Path(__file__).parents[2] / "docs" / "forms-pack")
    assert compile_layer(pack, list_example(pack, "27.best-two-kinds"), MOMENT).queries["combined"] == sql


def test_rows_that_count_by_the_value_of_their_own_day(sql: SnapshotAssertion) -> None:
    pack = load_pack(Path(__file__).parents[2] / "docs" / "forms-pack").of_year(2024)
    assert compile_layer(pack, list_example(pack, "29.problems"), MOMENT).queries["level_counts"] == sql
    assert compile_layer(pack, list_example(pack, "30.training"), MOMENT).queries["figures"] == sql


@pytest.mark.parametrize("kind", sorted(BRANCHES))
def test_marks_of_each_kind_of_rule(kind: str, sql: SnapshotAssertion) -> None:
    assert "\nUNION ALL\n".join(BRANCHES[kind]) == sql


@pytest.mark.parametrize(("name", "text"), [("items", ITEMS), ("counted", COUNTED), ("totals", TOTALS)])
def test_items_and_totals(name: str, text: str, sql: SnapshotAssertion) -> None:
    assert text == sql


@pytest.mark.parametrize(
    "indicator",
    [
        "15.best-two-rounds",
        "16.panel",
        "17.assessors",
        "20.tasks-by-month",
        "22.mean-of-townships",
        "23.share-of-townships",
        "25.rate-of-each-quarter",
        "26.mean-of-quarters",
        "31.moderated",
    ],
)
def test_figures_of_forms(indicator: str, sql: SnapshotAssertion) -> None:
    pack = load_pack(Path(__file__).parents[2] / "docs" / "forms-pack")
    assert compile_layer(pack, list_example(pack, indicator), MOMENT).queries["figures"] == sql


def test_pots_within_groups(sql: SnapshotAssertion) -> None:
    pack = load_pack(Path(__file__).parents[2] / "docs" / "combined-pack")
    assert compile_pots([part for part in list_parts(pack, 2024) if part.indicator.pot is not None]) == sql


def test_decision_tables(sql: SnapshotAssertion) -> None:
    assert sql == TABLES


MERGED = Register.model_validate(
    {
        "kinds": [],
        "units": [
            {"id": "old", "name": "旧局", "kind": "k", "until": "2023-12-31", "successor": "new"},
            {"id": "new", "name": "新局", "kind": "k"},
        ],
    }
)


@pytest.mark.parametrize("name", ["scores", "people"])
def test_rows_of_merged_units(name: str, sql: SnapshotAssertion) -> None:
    dataset = DATASETS[name]
    assert dataset.period.standing == (name == "people")
    assert write_reported(dataset, [], MOMENT.as_of, Succession.of_year(MERGED, 2024, MOMENT.as_of)) == sql


def test_nothing_is_joined_where_nothing_in_the_register_has_changed() -> None:
    unchanged = Succession.of_year(PACK.registry, 2024, MOMENT.as_of)
    for dataset in PACK.datasets:
        assert write_reported(dataset, [], MOMENT.as_of, unchanged) == write_reported(dataset, [], MOMENT.as_of)


def test_every_kind_of_measure_occurs_in_the_packs() -> None:
    from indicators.measures.registry import Measure

    assert set(find_examples()) == set(Measure.model_fields)


@pytest.mark.parametrize("kind", sorted(BRANCHES))
def test_the_statements_parse_as_duckdb_sql_for_a_distributed_engine(kind: str) -> None:
    assert sqlglot.parse_one(compile_awards([kind]), read="duckdb")
