"""What other programs read: exact decimals, dates and whole numbers, the same in pandas, polars, DuckDB and pyarrow.

pandas comes with Streamlit, and no module of ours imports it. It does not prove that a given BI tool opens the files;
those that read Parquet read what these four read.
"""

from __future__ import annotations

import io
import json
from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import jsonschema
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data.runs.folder import RunFolder
from data.store.workspace import Workspace
from scoring.cli.main import app
from scoring.results.scores import read_parts
from scoring.runs.dictionary import TABLES, describe_schema, describe_tables
from scoring.runs.history import HistoryRefused, export_history
from scoring.runs.interchange import make_items, write_table
from scoring.runs.store import list_runs, open_stored_run

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def runs(demo: Path) -> list[RunFolder]:
    return [open_stored_run(Workspace(demo), run) for run in list_runs(Workspace(demo))]


@pytest.fixture(scope="module")
def history(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("history") / "out"
    app(["-w", str(demo), "export", str(target)], standalone_mode=False)
    return target


@pytest.fixture(scope="module")
def known(runs: list[RunFolder]) -> list[dict[str, Any]]:
    """The stored results, as text."""
    return [json.loads(run.read("result.json")) for run in runs]


def sum_counted(known: list[dict[str, Any]]) -> dict[int, Decimal]:
    found: dict[int, Decimal] = defaultdict(Decimal)
    for content in known:
        for row in content["items"]:
            found[content["run"]["year"]] += Decimal(row["counted"])
    return dict(found)


def test_duckdb_adds_up_the_years_exactly(history: Path, known: list[dict[str, Any]]) -> None:
    query = f"SELECT year, sum(counted) FROM '{history}/items.parquet' GROUP BY year"
    assert dict(duckdb.sql(query).fetchall()) == sum_counted(known)
    kinds = dict(duckdb.sql(f"SELECT name, logical_type FROM parquet_schema('{history}/items.parquet')").fetchall())
    assert "DecimalType(scale=2, precision=38)" in str(kinds["counted"]) and "DateType" in str(kinds["as_of"])


def test_polars_pandas_and_pyarrow_read_the_same(history: Path, known: list[dict[str, Any]]) -> None:
    expected = [None if row["marks"] is None else Decimal(row["marks"]) for each in known for row in each["items"]]
    path = history / "items.parquet"
    frame, table = pl.read_parquet(path), pq.read_table(path)
    assert frame.schema["marks"] == pl.Decimal(38, 2) and frame.schema["as_of"] == pl.Date
    assert frame["marks"].to_list() == table["marks"].to_pylist() == expected
    assert table.schema.field("marks").type == pa.decimal128(38, 2)
    panda = pd.read_parquet(path)
    assert [None if pd.isna(value) else value for value in panda["marks"]] == expected
    assert panda["as_of"].iloc[0] == date.fromisoformat(known[0]["run"]["as_of"])


def test_totals_are_those_of_the_stored_results(history: Path, known: list[dict[str, Any]]) -> None:
    rows = pl.read_parquet(history / "totals.parquet").to_dicts()
    stored = [row for content in known for row in content["totals"]]
    assert len(rows) == len(stored)
    for row, told in zip(rows, stored, strict=True):
        for name, value in told.items():
            held = row[name]
            assert (str(held) if isinstance(held, Decimal) else held) == value, name


def test_parts_have_their_figures_with_unit_of_measure(history: Path, runs: list[RunFolder]) -> None:
    frame = pl.read_parquet(history / "parts.parquet")
    assert len(frame) == sum(len(read_parts(run)) for run in runs)
    known = frame.filter(pl.col("num").is_not_null() & (pl.col("den") != 0))
    for row in known.sample(200, seed=1).to_dicts():
        assert row["figure"] == pytest.approx(float(row["num"]) / float(row["den"]))
    assert {"人", "条"} & set(frame["unit_of_measure"].drop_nulls().unique())
    exact = [
        None if points is None else Decimal(points).scaleb(-2) for run in runs for points in read_parts(run)["points"]
    ]
    assert frame["marks"].to_list() == exact


def test_run_year_and_units_of_measure_stand_in_the_metadata(history: Path, runs: list[RunFolder]) -> None:
    for name in TABLES:
        schema = pq.read_schema(history / f"{name}.parquet")
        told = json.loads(schema.metadata[b"ducha"])
        assert [each["run"] for each in told["runs"]] == [run.path.name for run in runs]
        assert (told["table"], told["fictional"]) == (name, True)
        assert schema.names == [column.name for column in TABLES[name]]
        for column in TABLES[name]:
            assert (schema.field(column.name).metadata or {}).get(b"unit", b"").decode() == column.unit


def test_the_runs_say_which_is_the_last_of_its_year(history: Path) -> None:
    rows = pl.read_parquet(history / "runs.parquet").sort("as_of").to_dicts()
    assert [(row["year"], row["last_of_year"]) for row in rows] == [(2023, True), (2024, False), (2024, True)]


def test_only_the_last_of_each_year_or_only_some_years(demo: Path, tmp_path: Path) -> None:
    assert len(export_history(Workspace(demo), tmp_path / "last", last=True)) == 2
    assert len(export_history(Workspace(demo), tmp_path / "2024", (2024,))) == 2
    with pytest.raises(HistoryRefused, match="没有可以导出"):
        export_history(Workspace(demo), tmp_path / "none", (1999,))
    with pytest.raises(HistoryRefused, match="不会覆盖"):
        export_history(Workspace(demo), tmp_path / "last")
    assert not list(tmp_path.glob("*draft*")) and not (tmp_path / "none").exists()


def test_rows_hold_the_schema_that_goes_with_them(history: Path) -> None:
    schema = json.loads((history / "schema.json").read_text(encoding="utf-8"))
    assert schema == describe_schema()
    rows = {
        name: json.loads(
            json.dumps(
                pl.read_parquet(history / f"{name}.parquet").head(300).to_dicts(),
                default=lambda value: value.isoformat() if isinstance(value, date) else f"{value:f}",
            )
        )
        for name in TABLES
    }
    jsonschema.Draft202012Validator(schema).validate(rows)


def test_the_result_itself_holds_its_published_schema(known: list[dict[str, Any]]) -> None:
    schema = json.loads((DOCS / "schema" / "result.v1.json").read_text(encoding="utf-8"))
    for content in known:
        jsonschema.Draft202012Validator(schema).validate(content)
    broken = {**known[0], "totals": [{**known[0]["totals"][0], "total": 98.82}]}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema).validate(broken)


def test_the_docs_hold_the_data_dictionary_and_the_schema() -> None:
    assert describe_tables() in (DOCS / "interchange.md").read_text(encoding="utf-8")
    assert json.loads((DOCS / "schema" / "interchange.v1.json").read_text(encoding="utf-8")) == describe_schema()


def test_a_run_of_before_ranges_were_kept_still_opens(runs: list[RunFolder]) -> None:
    class Older(RunFolder):
        def read(self, name: str) -> bytes:
            content = super().read(name)
            if name != "items.parquet":
                return content
            frame = pl.read_parquet(content)
            gone = ["low_points", "high_points", "applicable_low", "applicable_high", "loose", "varies", "exempting"]
            buffer = io.BytesIO()
            frame.drop(gone).write_parquet(buffer)
            return buffer.getvalue()

    run = runs[-1]
    table = make_items(Older(run.path, run.manifest, run.hashes, run.sealed))
    assert table.num_rows == make_items(run).num_rows and table["loose"].null_count == table.num_rows
    assert pq.read_table(io.BytesIO(write_table(table))).schema == make_items(run).schema
