"""Rows grouped first by combinations of choices give the same tallies as conditions looked at row by row.

What this does not prove: that grouping is worth it (``python -m benchmarks limits`` measures that).
"""

from __future__ import annotations

from decimal import Decimal

import duckdb
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from data.cells.columns import arrow_schema
from indicators.entries.tables import Dataset
from scoring.measures.combinations import Combined, choose_keys, write_tally
from scoring.measures.tallied import Tallied

DATASET = Dataset.model_validate(
    {
        "id": "suits",
        "title": "案件",
        "columns": [
            {"name": "unit", "title": "单位", "type": "unit"},
            {"name": "year", "title": "年度", "type": "year"},
            {"name": "number", "title": "编号", "type": "text"},
            {"name": "kind", "title": "类别", "type": "choice", "choices": ["甲", "乙", "丙"]},
            {"name": "lost", "title": "败诉", "type": "flag"},
            {"name": "people", "title": "人数", "type": "integer"},
            {"name": "cost", "title": "费用", "type": "decimal", "decimals": 2},
            {"name": "paid", "title": "已付", "type": "decimal", "decimals": 2},
        ],
        "key": ["unit", "number"],
        "period": {"year": "year"},
    }
)
PERIOD = "_period = 2024"
CLOSED = ({"kind": "\"kind\" IN ('甲')"}, {"kind": "\"kind\" NOT IN ('甲', '乙')"}, {"lost": '"lost" IN (TRUE)'})
BOTH = {"kind": "\"kind\" IN ('乙')", "lost": '"lost" IN (FALSE)'}
OPEN = {"people": '"people" >= 3', "kind": "\"kind\" IN ('甲')"}


def list_tallies() -> list[Tallied]:
    """Counts, sums and differences under conditions of choices alone, of other columns too, and of nothing known."""
    found = [Tallied("suits", PERIOD, "TRUE", asked=()), Tallied("suits", PERIOD, "TRUE", "cost", asked=())]
    for where in (*CLOSED, BOTH, OPEN):
        condition, asked = " AND ".join(where.values()), tuple(where)
        found += [
            Tallied("suits", PERIOD, condition, open=True, asked=asked),
            Tallied("suits", PERIOD, condition, "cost", open=True, asked=asked),
            Tallied("suits", PERIOD, condition, "cost", "paid", open=True, asked=asked),
            Tallied("suits", PERIOD, condition, by="kind", open=True, asked=asked),
        ]
    return [*found, Tallied("suits", PERIOD, '"paid" IS NULL', "people", open=True)]


def some(values: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    """A value, or an empty cell."""
    return st.one_of(values, values, st.none())


AMOUNTS = some(st.integers(-(10**15), 10**15).map(lambda n: Decimal(n).scaleb(-2)))
ROWS = st.fixed_dictionaries(
    {
        "unit": st.sampled_from(["u1", "u2"]),
        "_period": st.sampled_from([2023, 2024]),
        "kind": some(st.sampled_from(["甲", "乙", "丙", "不在表上"])),
        "lost": some(st.booleans()),
        "people": some(st.integers(0, 5)),
        "cost": AMOUNTS,
        "paid": AMOUNTS,
    }
)


def open_rows(rows: list[dict[str, object]]) -> duckdb.DuckDBPyConnection:
    """The rows as the engine sees reported ones."""
    connection = duckdb.connect()
    reported = pa.Table.from_pylist(
        [{**row, "_unit": row["unit"], "number": f"{n}"} for n, row in enumerate(rows)], schema=arrow_schema(DATASET)
    )
    connection.execute("CREATE SCHEMA reported")
    connection.register("rows", reported)
    connection.execute("CREATE TABLE reported.suits AS FROM rows")
    return connection


@settings(max_examples=60, deadline=None)
@given(st.lists(ROWS, min_size=1, max_size=30))
def test_tallies_of_combinations_are_those_of_rows(rows: list[dict[str, object]]) -> None:
    tallies = list_tallies()
    keys = choose_keys(tallies, DATASET)
    assert keys == ("kind", "lost")
    numbered = tuple(enumerate(tallies, start=1))
    alone = ", ".join(column for number, tally in numbered for column in write_tally(number, tally, DATASET))
    with open_rows(rows) as connection:
        by_rows = connection.execute(
            f"SELECT _unit AS unit, {alone} FROM reported.suits WHERE {PERIOD} GROUP BY ALL ORDER BY unit"
        )
        names, expected = [column[0] for column in by_rows.description or ()], by_rows.fetchall()
        combined = Combined(DATASET, PERIOD, keys, numbered).write()
        grouped = connection.execute(f"SELECT * FROM ({combined}) ORDER BY unit")
        assert [column[0] for column in grouped.description or ()] == names
        assert grouped.fetchall() == expected


def test_few_conditions_are_looked_at_row_by_row() -> None:
    assert choose_keys(list_tallies()[:6], DATASET) == ()


def test_columns_of_many_choices_are_no_keys() -> None:
    many = [{"name": "kind", "title": "类别", "type": "choice", "choices": [f"第{n}类" for n in range(200)]}]
    columns = [column for column in DATASET.model_dump(exclude_unset=True)["columns"] if column["name"] != "kind"]
    body = {**DATASET.model_dump(exclude_unset=True), "columns": [*columns, *many]}
    assert "kind" not in choose_keys(list_tallies(), Dataset.model_validate(body))
