"""DuckDB as the run opens it: it reads the batches it was given and nothing else, whatever a pack or a file holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.batches.records import BatchFile, Inputs
from data.cells.columns import arrow_schema
from indicators.entries.tables import Column, Dataset, Period
from scoring.base import calculator
from scoring.base.calculator import SHARED_ROWS, create_table, open_engine, write_reported
from scoring.base.relations import HUGE
from scoring.base.sql import quote_name, quote_text
from scoring.engine.run import RunOverflow, YearNotInPack, score
from tests.reference.example import make_pack
from tests.reference.examples_totals import count_marks
from tests.worlds import store_tables

DATASET = Dataset(
    id="lectures",
    title="讲座",
    columns=(
        Column(name="unit", title="单位", type="unit"),
        Column(name="year", title="年度", type="year"),
        Column(name="held_on", title="日期", type="date", required=False),
    ),
    key=("unit", "year"),
    period=Period(year="year"),
    event_date="held_on",
)


def write_file(folder: Path, name: str, units: list[str], live: tuple[tuple[str, int], ...] | None) -> BatchFile:
    rows = [
        {"unit": unit, "year": 2024, "held_on": day, "_unit": unit, "_period": 2024, "_sheet": None, "_row": 2}
        for unit in units
        for day in (date(2024, 5, 1), date(2025, 6, 1), None)
    ]
    path = folder / name
    pq.write_table(pa.Table.from_pylist(rows, schema=arrow_schema(DATASET)), path)
    return BatchFile(name, "lectures", path, name, "", None, {}, len(rows), live, False)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        "COPY (SELECT 1) TO '{folder}/out.csv'",
        "ATTACH '{folder}/other.db'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET threads = 1",
        "SELECT * FROM read_parquet('{folder}/secret.parquet')",
        "SELECT * FROM glob('{folder}/*')",
    ],
)
def test_the_engine_is_shut_off_from_everything_else(statement: str, tmp_path: Path) -> None:
    file = write_file(tmp_path, "given.parquet", ["a"], None)
    write_file(tmp_path, "secret.parquet", ["b"], None)
    with open_engine(Inputs((file,), frozenset())) as connection, pytest.raises(duckdb.Error):
        connection.execute(statement.format(folder=tmp_path)).fetchall()


@pytest.mark.parametrize("rows", [range(0), range(3)])
def test_a_table_is_the_same_however_it_is_handed_over(rows: range, monkeypatch: pytest.MonkeyPatch) -> None:
    columns = {
        "text": pa.array(["'；\"", None, ""], pa.string()),
        "long": pa.array([2**63 - 1, -(2**63), None], pa.int64()),
        "short": pa.array([None, 2, 3], pa.int32()),
        "day": pa.array([date(1, 1, 1), None, date(9999, 12, 31)], pa.date32()),
        "holds": pa.array([None, True, False], pa.bool_()),
        "huge": pa.array([Decimal(10**38 - 1), None, Decimal(1 - 10**38)], HUGE),
        "nothing": pa.array([None] * 3, HUGE),
    }
    table = pa.table(columns).slice(0, len(rows))
    with open_engine(Inputs((), frozenset())) as connection:
        create_table(connection, "few", table)
        monkeypatch.setattr(calculator, "_HANDED_OVER", -1)
        create_table(connection, "many", table)
        few, many = (connection.sql(f"SELECT * FROM {name}") for name in ("few", "many"))
        assert few.types == many.types and few.columns == many.columns
        assert few.fetchall() == many.fetchall() == [tuple(row.values()) for row in table.to_pylist()]


def test_few_rows_are_worked_out_on_one_thread_and_many_on_all(tmp_path: Path) -> None:
    def count_threads(rows: int, asked: int | None = None) -> int:
        file = replace(write_file(tmp_path, "given.parquet", ["a"], None), rows=rows)
        with open_engine(Inputs((file,), frozenset()), asked) as connection:
            found = connection.execute("SELECT current_setting('threads')").fetchone()
        assert found is not None
        return int(found[0])

    with duckdb.connect() as plain:
        everything = plain.execute("SELECT current_setting('threads')").fetchone()
    assert count_threads(SHARED_ROWS - 1) == 1
    assert everything is not None and count_threads(SHARED_ROWS) == everything[0]
    assert count_threads(1, asked=3) == 3


def read_units(files: list[BatchFile], as_of: date) -> list[tuple[str, int]]:
    with open_engine(Inputs(tuple(files), frozenset())) as connection:
        live = [(str(f.path), unit, period) for f in files for unit, period in f.live or ()]
        connection.execute("CREATE SCHEMA reported; CREATE TABLE live_scopes(file TEXT, unit TEXT, period INTEGER)")
        for entry in live:
            connection.execute(f"INSERT INTO live_scopes VALUES ({quote_text(entry[0])}, '{entry[1]}', {entry[2]})")
        connection.execute(write_reported(DATASET, files, as_of))
        query = "SELECT _unit, count(*) FROM reported.lectures GROUP BY ALL ORDER BY ALL"
        return connection.execute(query).fetchall()


def test_only_current_rows_are_read_and_only_what_is_known_on_the_day(tmp_path: Path) -> None:
    old = write_file(tmp_path, "old.parquet", ["a", "b"], (("b", 2024),))
    new = write_file(tmp_path, "it's new.parquet", ["a"], None)
    assert read_units([old, new], date(2025, 12, 31)) == [("a", 3), ("b", 3)]
    assert read_units([old, new], date(2025, 4, 10)) == [("a", 2), ("b", 2)]


def test_a_dataset_that_nobody_reported_is_an_empty_table() -> None:
    assert read_units([], date(2025, 4, 10)) == []


@given(st.text(st.characters(exclude_characters="\x00", exclude_categories=("Cs",)), max_size=30))
def test_any_text_stays_text_and_any_name_stays_a_name(text: str) -> None:
    connection = duckdb.connect(":memory:")
    query = f"SELECT {quote_text(text)} AS {quote_name(text or 'x')}"
    result = connection.execute(query)
    assert result.fetchall() == [(text,)]
    assert result.description is not None and len(result.description) == 1
    connection.close()


def test_a_year_outside_the_pack_is_refused(tmp_path: Path) -> None:
    pack = make_pack([count_marks("x", "10")], ("a",), {"years": {"first": 2021, "last": 2025}})
    with pytest.raises(YearNotInPack, match="适用 2021–2025 年，不能给 2030 年评分"):
        score(pack, Inputs((), frozenset()), 2030, date(2031, 1, 1))


def test_figures_too_large_to_be_exact_stop_the_run_instead_of_being_wrong(tmp_path: Path) -> None:
    part = {
        "measure": {
            "ratio": {
                "numerator": {"dataset": "meetings", "sum": "amount"},
                "denominator": {"dataset": "meetings", "sum": "amount"},
            }
        },
        "target": {"at_least": "90%"},
        "marks": {"relative": {"better": "higher", "min_max": {}}},
    }
    body = {**count_marks("x", "10"), "parts": [part]}
    pack = make_pack([body], ("a", "b"), {})
    rows = [
        {
            "_unit": unit,
            "_period": 2024,
            "year": 2024,
            "amount": Decimal("9999999999999999.99"),
            "no": no,
            "held_on": date(2024, 5, 4),
        }
        for no, unit in enumerate("ab" * 5000)
    ]
    inputs = store_tables(pack, {"meetings": rows}, {("meetings", "a", 2024), ("meetings", "b", 2024)}, tmp_path)
    try:
        result = score(pack, inputs, 2024, date(2025, 12, 31))
    except RunOverflow as error:
        assert "大到无法精确计算" in str(error)
    else:
        assert result.items["outcome"].to_list() == ["scored", "scored"]


def test_a_year_that_no_indicator_holds_for_gives_an_empty_table(tmp_path: Path) -> None:
    pack = make_pack([count_marks("x", "60", years={"last": 2023})], ("a",), {})
    result = score(pack, store_tables(pack, {}, [], tmp_path), 2024, date(2025, 6, 1), threads=1)
    assert result.items.is_empty() and result.parts.is_empty()
    assert [total["rank"] for total in result.totals.to_dicts()] == [None]
