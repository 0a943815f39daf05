"""The same figures and marks by others: a pandas script as an analyst writes it, polars lazy, PySpark on this machine.

The work is that of the seventy-seven further indicators, without reasons, ranges or ranks: less than ``score`` does.
Before any time is taken all give the same marks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial, reduce
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl

from benchmarks.limit_pack import Further, build_further, list_further
from benchmarks.limit_rows import Size, make_limit_rows
from benchmarks.limit_table import Line
from benchmarks.province import YEAR, Body
from benchmarks.scoring import AS_OF
from benchmarks.timing import take_turns
from data.batches.records import Inputs
from scoring.engine.run import score

#: By unit and indicator: hundredths of a mark, None where a cell is empty.
Marks = dict[tuple[str, str], int | None]
_FLAGS = {"是": True, "否": False}


def measure_others(folder: Path, rows: int, units: int, rounds: int) -> Iterator[Line]:
    """Their times as multiples of ``score``'s."""
    pack = build_further(units)
    inputs = make_limit_rows(folder / f"rows-{rows}-{units}-many", pack, Size.of(rows, units))
    result = score(pack, inputs, YEAR, AS_OF)
    ours: Marks = {
        (unit, indicator): None if points is None else int(points)
        for unit, indicator, points in result.items.select("unit", "indicator", "points").rows()
    }
    session = open_spark()
    calls: dict[str, Callable[[], Any]] = {
        "score": partial(score, pack, inputs, YEAR, AS_OF),
        "pandas": partial(score_in_pandas, inputs),
        "polars lazy": partial(score_in_polars, inputs),
        "PySpark local[*]": partial(score_in_spark, session, inputs),
    }
    for name in ("pandas", "polars lazy", "PySpark local[*]"):
        theirs = calls[name]()
        differ = {key: (mark, theirs.get(key)) for key, mark in ours.items() if theirs.get(key) != mark}
        assert not differ, (name, len(differ), list(differ.items())[:5])
    times = take_turns(calls, rounds)
    session.stop()
    real = sum(file.rows for file in inputs.files)
    for name in ("pandas", "polars lazy", "PySpark local[*]"):
        seconds = times[name].median_wall
        yield Line(
            f"{name} / score, {real:,} rows, {len(list_further())} indicators",
            f"{seconds / times['score'].median_wall:.2f} ({seconds:.1f} s)",
            "> 1",
        )


def list_paths(inputs: Inputs, dataset: str) -> list[str]:
    return [str(file.path) for file in inputs.files if file.dataset == dataset]


def read_where(where: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Of each column the values that pass."""
    listed = {name: value if isinstance(value, list) else [value] for name, value in where.items()}
    return {name: [_FLAGS.get(each, each) for each in values] for name, values in listed.items()}


def mark(further: Further, num: int, den: int, whole: bool) -> int | None:
    """Three marks in proportion to the target, half a hundredth up."""
    if not whole or den == 0:
        return None
    share, per = (int(further.target[:-1]), 100) if further.target.endswith("%") else (int(further.target), 1)
    top, bottom = 300 * min(num * per, share * den), share * den
    return (2 * top + bottom) // (2 * bottom)


# pandas: a frame for each table, a filter and a groupby for each figure.


def score_in_pandas(inputs: Inputs) -> Marks:
    frames = {
        name: pd.read_parquet(list_paths(inputs, name)) for name in ("training", "activities", "lawsuits", "people")
    }
    for name in ("training", "activities", "lawsuits"):
        frames[name] = frames[name][frames[name]["_period"] == YEAR]
    units = sorted(frames["people"]["unit"].unique())
    marks: Marks = {}
    for further in list_further():
        num, den, whole = _figure_in_pandas(frames, further.measure, units)
        for unit, top, bottom, known in zip(units, num, den, whole, strict=True):
            marks[unit, further.name] = mark(further, int(top), int(bottom), bool(known))
    return marks


def _pick(frame: pd.DataFrame, where: Body) -> pd.DataFrame:
    for name, values in read_where(where).items():
        frame = frame[frame[name].isin(values)]
    return frame


def _figure_in_pandas(frames: dict[str, pd.DataFrame], measure: Body, units: list[str]) -> tuple[Any, Any, Any]:
    (kind, asked), *_ = measure.items()
    sure = [True] * len(units)
    if kind == "count":
        counted = _pick(frames[asked["dataset"]], asked["where"]).groupby("unit").size()
        return counted.reindex(units, fill_value=0), [1] * len(units), sure
    if kind == "sum":
        rows = _pick(frames[asked["dataset"]], asked["where"])
        factor = {"hours": 10, "cost": 100}.get(asked["column"], 1)
        values = (rows[asked["column"]].astype("float64") * factor).round()
        total = values.groupby(rows["unit"]).sum().reindex(units, fill_value=0)
        empty = values.isna().groupby(rows["unit"]).any().reindex(units, fill_value=False)
        return total, [factor] * len(units), ~empty
    if kind == "ratio":
        top, bottom = (
            _pick(frames[part["dataset"]], part["where"]).groupby("unit").size().reindex(units, fill_value=0)
            for part in (asked["numerator"], asked["denominator"])
        )
        return top, bottom, sure
    roster, records = asked["roster"], asked["records"]
    people = frames["people"]
    there = (people["joined"] <= pd.Timestamp(YEAR, 12, 31).date()) & (
        people["left"].isna() | (people["left"] >= pd.Timestamp(YEAR, 1, 1).date())
    )
    posts = _pick(people[there], roster["where"])[["unit", "person_id"]].drop_duplicates()
    rows = _pick(frames["training"], records["where"])
    hours = rows["hours"].astype("float64").groupby([rows["unit"], rows["person_id"]]).sum().round(1).rename("has")
    has = posts.merge(hours.reset_index(), on=["unit", "person_id"], how="left")
    reached = has[has["has"].fillna(0) >= float(asked["reaching"]["at_least"])].groupby("unit").size()
    return reached.reindex(units, fill_value=0), posts.groupby("unit").size().reindex(units, fill_value=0), sure


# polars: one lazy query for each table, all figures of it side by side.


def score_in_polars(inputs: Inputs) -> Marks:
    asked = list_further()
    queries = []
    for dataset in ("training", "activities", "lawsuits"):
        rows = pl.scan_parquet(list_paths(inputs, dataset)).filter(pl.col("_period") == YEAR)
        columns = [each for further in asked for each in _write_polars(further, dataset)]
        queries.append(rows.group_by("unit").agg(columns))
    people = pl.scan_parquet(list_paths(inputs, "people")).filter(
        (pl.col("joined") <= pl.date(YEAR, 12, 31))
        & pl.col("left").fill_null(pl.date(YEAR, 12, 31)).ge(pl.date(YEAR, 1, 1))
    )
    shares = [further for further in asked if "share_of_people" in further.measure]
    hours = (
        pl.scan_parquet(list_paths(inputs, "training"))
        .filter(pl.col("_period") == YEAR)
        .group_by("unit", "person_id")
        .agg(
            pl.col("hours")
            .filter(_meets_polars(further.measure["share_of_people"]["records"]["where"]))
            .sum()
            .alias(further.name)
            for further in shares
        )
    )
    posts = people.select("unit", "person_id", "role").unique().join(hours, on=["unit", "person_id"], how="left")
    queries.append(posts.group_by("unit").agg(each for further in shares for each in _share_in_polars(further)))
    frames = pl.collect_all(queries)
    joined = reduce(lambda one, other: one.join(other, on="unit", how="full", coalesce=True), frames).sort("unit")
    marks: Marks = {}
    for row in joined.iter_rows(named=True):
        for further in asked:
            name, factor = further.name, find_factor(further)
            den = row.get(f"{name} den", factor)
            whole = not row.get(f"{name} empty")
            marks[row["unit"], name] = mark(further, int(row[f"{name} num"] or 0), int(den or 0), whole)
    return marks


def find_factor(further: Further) -> int:
    """By what a sum is made whole."""
    return {"hours": 10, "cost": 100}.get(further.measure.get("sum", {}).get("column", ""), 1)


def _meets_polars(where: Body) -> pl.Expr:
    conditions = [pl.col(name).is_in(values) for name, values in read_where(where).items()]
    return reduce(lambda one, other: one & other, conditions)


def _write_polars(further: Further, dataset: str) -> list[pl.Expr]:
    (kind, asked), *_ = further.measure.items()
    name = further.name
    if kind == "count" and asked["dataset"] == dataset:
        return [_meets_polars(asked["where"]).sum().alias(f"{name} num")]
    if kind == "sum" and asked["dataset"] == dataset:
        chosen = pl.col(asked["column"]).filter(_meets_polars(asked["where"]))
        total = (chosen.sum() * find_factor(further)).cast(pl.Int64)
        return [total.alias(f"{name} num"), chosen.null_count().alias(f"{name} empty")]
    if kind == "ratio" and asked["numerator"]["dataset"] == dataset:
        return [
            _meets_polars(asked["numerator"]["where"]).sum().alias(f"{name} num"),
            _meets_polars(asked["denominator"]["where"]).sum().alias(f"{name} den"),
        ]
    return []


def _share_in_polars(further: Further) -> list[pl.Expr]:
    asked = further.measure["share_of_people"]
    chosen, least = _meets_polars(asked["roster"]["where"]), int(asked["reaching"]["at_least"])
    reached = chosen & (pl.col(further.name).fill_null(0) >= least)
    return [reached.sum().alias(f"{further.name} num"), chosen.sum().alias(f"{further.name} den")]


# PySpark: the same as polars, in Spark's SQL.


def open_spark() -> Any:
    """A session on this machine alone."""
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[*]").config("spark.ui.enabled", "false")
    builder = builder.config("spark.ui.showConsoleProgress", "false")
    session = (
        builder.config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1").getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    return session


def score_in_spark(session: Any, inputs: Inputs) -> Marks:
    asked = list_further()
    for dataset in ("training", "activities", "lawsuits", "people"):
        session.read.parquet(*list_paths(inputs, dataset)).createOrReplaceTempView(dataset)
    rows: dict[str, dict[str, Any]] = {}
    for dataset in ("training", "activities", "lawsuits"):
        columns = ", ".join(each for further in asked for each in _write_spark(further, dataset))
        _gather(rows, session.sql(f"SELECT unit, {columns} FROM {dataset} WHERE _period = {YEAR} GROUP BY unit"))
    shares = [further for further in asked if "share_of_people" in further.measure]
    hours = ", ".join(
        f"sum(CASE WHEN {chosen} THEN hours END) AS `{each.name}`"
        for each in shares
        for chosen in [_meets_spark(each.measure["share_of_people"]["records"]["where"])]
    )
    reached = ", ".join(
        f"count_if({chosen} AND coalesce(`{each.name}`, 0) >= {least}) AS `{each.name} num`, "
        f"count_if({chosen}) AS `{each.name} den`"
        for each in shares
        for chosen in [_meets_spark(each.measure["share_of_people"]["roster"]["where"])]
        for least in [each.measure["share_of_people"]["reaching"]["at_least"]]
    )
    _gather(
        rows,
        session.sql(
            f"WITH hours AS (SELECT unit, person_id, {hours} FROM training "
            f"WHERE _period = {YEAR} GROUP BY unit, person_id), posts AS (SELECT DISTINCT unit, person_id, role "
            f"FROM people WHERE joined <= DATE '{YEAR}-12-31' "
            f"AND (`left` IS NULL OR `left` >= DATE '{YEAR}-01-01')) "
            f"SELECT unit, {reached} FROM posts LEFT JOIN hours USING (unit, person_id) GROUP BY unit"
        ),
    )
    marks: Marks = {}
    for unit, row in rows.items():
        for further in asked:
            name = further.name
            den = row[f"{name} den"] if f"{name} den" in row else find_factor(further)
            marks[unit, name] = mark(
                further, int(row.get(f"{name} num") or 0), int(den or 0), not row.get(f"{name} empty")
            )
    return marks


def _gather(rows: dict[str, dict[str, Any]], frame: Any) -> None:
    for row in frame.collect():
        rows.setdefault(row["unit"], {}).update(row.asDict())


def _meets_spark(where: Body) -> str:
    listed = ((name, ", ".join(repr(value) for value in values)) for name, values in read_where(where).items())
    return " AND ".join(f"{name} IN ({values})" for name, values in listed)


def _write_spark(further: Further, dataset: str) -> list[str]:
    (kind, asked), *_ = further.measure.items()
    name = further.name
    if kind == "count" and asked["dataset"] == dataset:
        return [f"count_if({_meets_spark(asked['where'])}) AS `{name} num`"]
    if kind == "sum" and asked["dataset"] == dataset:
        chosen, column = _meets_spark(asked["where"]), asked["column"]
        return [
            f"CAST(sum(CASE WHEN {chosen} THEN {column} END) * {find_factor(further)} AS BIGINT) AS `{name} num`",
            f"count_if({chosen} AND {column} IS NULL) AS `{name} empty`",
        ]
    if kind == "ratio" and asked["numerator"]["dataset"] == dataset:
        return [
            f"count_if({_meets_spark(asked['numerator']['where'])}) AS `{name} num`",
            f"count_if({_meets_spark(asked['denominator']['where'])}) AS `{name} den`",
        ]
    return []
