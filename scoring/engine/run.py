"""One run: a pure function of (pack, inputs, year, as-of date).

The same inputs give the same rows in the same order, at any later date and on any number of threads.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date

import duckdb
import polars as pl
import pyarrow as pa

from data.batches.records import Inputs
from indicators.entries.refusal import Refusal
from indicators.pack.model import Pack
from indicators.pack.succession import Changes, Succession
from scoring.actuals import Actuals, compile_actuals
from scoring.actuals.compile import UNREPORTED
from scoring.base.calculator import create_reported, create_table, create_world, fetch_frame, open_engine
from scoring.base.connection import EngineConnection, OpenConnection
from scoring.base.parts import ScoredPart, list_parts
from scoring.base.relations import HUGE, make_table
from scoring.engine.awards import compile_awards
from scoring.engine.combined import compile_combined
from scoring.engine.exemptions import write_exempting, write_exemptions
from scoring.engine.items import ITEMS
from scoring.engine.parameters import write_parameters
from scoring.engine.part_ranges import PART_RANGES, list_changes
from scoring.engine.quotas import apply_quotas
from scoring.engine.total_ranges import TOTAL_RANGES
from scoring.engine.totals import COUNTED, TOTALS, write_policies
from scoring.measures.raw import Moment


class YearNotInPack(Refusal):
    """The year lies outside the years that the pack is made for."""

    def __init__(self, pack: Pack, year: int) -> None:
        self.year = year
        years = pack.head.years
        super().__init__(
            f"指标包 {pack.head.id} 适用 {years.first or '…'}–{years.last or '…'} 年，不能给 {year} 年评分"
        )


class RunOverflow(Refusal):
    """A figure is too large for exact arithmetic in 38 digits."""

    def __init__(self, detail: str) -> None:
        super().__init__(f"有数据大到无法精确计算（超过 38 位），本次未评分；请检查台账中异常大的数。（{detail}）")


class RunTooLarge(Refusal):
    """What has to be held at one time fits neither in memory nor beside the workspace."""

    def __init__(self, detail: str) -> None:
        super().__init__(
            f"内存不够，放不下的部分也没有地方暂存，本次未评分；请把 ducha score 的 --memory 调大（或不写），"
            f"或给工作区所在的磁盘腾出空间。（{detail}）"
        )


@dataclass(frozen=True)
class Result:
    """What a run yields. Marks in the frames are whole units of the last decimal, ``10 ** -precision``.

    ``parts``: one row per part, cohort and unit; ``items``: per indicator; ``totals``: per unit.
    ``sql``: the statements that were run, by name, in order.
    """

    year: int
    as_of: date
    precision: int
    parts: pl.DataFrame
    items: pl.DataFrame
    totals: pl.DataFrame
    sql: dict[str, str] = field(repr=False)


@dataclass(frozen=True)
class Earlier:
    """The ``items`` of an earlier result of the same pack, year, day and members, and the indicators that changed."""

    items: pl.DataFrame
    again: frozenset[str]


def open_unordered(inputs: Inputs, threads: int | None) -> AbstractContextManager[EngineConnection]:
    """DuckDB, with rows in no order but what a query asks for."""
    return open_engine(inputs, threads, ordered=False)


def score(
    pack: Pack,
    inputs: Inputs,
    year: int,
    as_of: date,
    *,
    threads: int | None = None,
    earlier: Earlier | None = None,
    open_with: OpenConnection = open_unordered,
) -> Result:
    """Score a year as it stands on ``as_of``.

    With ``earlier`` only what it names is found ``again``, and ``parts`` hold nothing else; all other items are
    taken over. Items and totals are those of a whole run if whatever could change is named.
    ``open_with``: the engine; the result is the same with each.
    Raises YearNotInPack, RunOverflow or RunTooLarge.
    """
    if not pack.head.years.holds(year):
        raise YearNotInPack(pack, year)
    pack, moment = pack.of_year(year), Moment(year, as_of)
    parts = list_parts(pack, year)
    chosen = parts if earlier is None else tuple(part for part in parts if part.indicator.id in earlier.again)
    with open_with(inputs, threads) as connection:
        try:
            succession = Succession.of_year(pack.registry, year, as_of)
            create_world(connection, pack, inputs, year, succession)
            asking = {part.indicator.id: part.indicator for part in chosen}.values()
            create_reported(connection, pack, inputs, as_of, succession, indicators=asking)
            _create_rules(connection, pack, parts, moment)
            if earlier is not None:
                create_table(connection, "items", _take_over(earlier))
            sql = _run_layers(connection, pack, chosen, moment, {"items"} if earlier is not None else set()) | _LAST
            parts_frame, items, totals = _count_totals(connection)
            totals = apply_quotas(connection, pack, totals)
            return Result(year, as_of, pack.head.precision, parts_frame, items, totals, sql)
        except duckdb.OutOfRangeException as error:
            raise RunOverflow(str(error).splitlines()[0]) from error
        except duckdb.OutOfMemoryException as error:
            raise RunTooLarge(str(error).splitlines()[0]) from error


def _count_totals(connection: EngineConnection) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Parts, items and totals."""
    # DuckDB does not share out so few rows: what is done with is fetched beside what is still counted.
    with ThreadPoolExecutor(1) as beside, connection.cursor() as other:
        parts = beside.submit(fetch_frame, other, "SELECT * FROM part_results ORDER BY part, unit")
        connection.execute(f"CREATE TABLE counted AS\n{COUNTED}")
        items = beside.submit(_fetch_items, other)
        connection.execute(f"CREATE TABLE total_ranges AS\n{TOTAL_RANGES}")
        totals = fetch_frame(connection, TOTALS)
        return parts.result(), items.result(), totals


def _create_rules(connection: EngineConnection, pack: Pack, parts: tuple[ScoredPart, ...], moment: Moment) -> None:
    changes = Changes.of_rest(pack.registry, moment.year, moment.as_of)
    day = moment.cutoff
    members = {
        cohort.id: len(pack.members(cohort, day)) + sum(unit.id in changes.arriving for unit in pack.members(cohort))
        for cohort in pack.head.cohorts
    }
    for name, table in write_parameters(pack, parts, moment.year, moment.as_of, members).items():
        create_table(connection, name, table)
    for name, table in write_policies(pack).items():
        create_table(connection, name, table)
    grain = 10 ** (6 - pack.head.precision)
    create_table(connection, "precision_grain", make_table([{"grain": grain}], {"grain": HUGE}))
    for name, table in list_changes(pack, changes).items():
        create_table(connection, name, table)
    connection.execute(write_exemptions(pack, moment))
    connection.execute(write_exempting(pack, moment))


def _take_over(earlier: Earlier) -> pa.Table:
    kept = earlier.items.filter(~pl.col("indicator").is_in(list(earlier.again)))
    return kept.drop("counted_points", "unit_name").to_arrow()


def _run_layers(
    connection: EngineConnection,
    pack: Pack,
    parts: tuple[ScoredPart, ...],
    moment: Moment,
    filled: Collection[str],
) -> dict[str, str]:
    """Figures, marks and items, layer by layer: an item that uses other items' marks comes after them.

    Tables that are ``filled`` already are added to.
    """
    sql: dict[str, str] = {}
    grown = set(filled)
    if "items" not in grown:
        # A layer may ask for marks of indicators that are not in this year's table: then there are none.
        connection.execute(
            "CREATE TABLE items AS SELECT '' AS cohort, '' AS unit, '' AS indicator, '' AS outcome, "
            "0::HUGEINT AS points, 0::HUGEINT AS applicable_points, FALSE AS varies, FALSE AS exempting WHERE FALSE"
        )
    for layer, statements in _compile_layers(pack, parts, moment):
        create_relations(connection, statements.actuals, layer)
        for name, query in statements.queries.items():
            table = f"next_{name}" if name in grown else name
            connection.execute(f"CREATE OR REPLACE TABLE {table} AS\n{query}")
            if table != name:
                connection.execute(f"INSERT INTO {name} BY NAME SELECT * FROM {table}")
            sql[_name_statement(name, layer)] = query
        grown.update(("part_results", "part_ranges", "items"))
    return sql


def _name_statement(name: str, layer: int) -> str:
    return f"{name} (layer {layer})" if layer > 1 else name


def write_statements(pack: Pack, year: int, as_of: date) -> dict[str, str]:
    """The statements of a whole run, as its result has them, of which none is carried out."""
    pack, moment = pack.of_year(year), Moment(year, as_of)
    return {
        _name_statement(name, layer): query
        for layer, statements in _compile_layers(pack, list_parts(pack, year), moment)
        for name, query in statements.queries.items()
    } | _LAST


@dataclass(frozen=True)
class RunLayer:
    """The statements of one layer by the table that they make, and the relations that they join."""

    actuals: Actuals
    queries: dict[str, str]


def _compile_layers(pack: Pack, parts: tuple[ScoredPart, ...], moment: Moment) -> Iterator[tuple[int, RunLayer]]:
    for layer in sorted({part.layer for part in parts}) or [1]:
        yield layer, compile_layer(pack, [part for part in parts if part.layer == layer], moment)


def compile_layer(pack: Pack, parts: list[ScoredPart], moment: Moment) -> RunLayer:
    """The SQL for ``parts``, a pure function of its arguments."""
    actuals = compile_actuals(pack, parts, moment)
    queries = {
        "unreported": UNREPORTED,
        "unlisted": actuals.unlisted,
        "level_counts": actuals.levels,
        "figures": actuals.figures,
        "part_results": compile_awards(part.part.marks.kind for part in parts),
        "unsettled": actuals.unsettled,
        "part_ranges": PART_RANGES,
        "combined": compile_combined(parts),
        "items": ITEMS,
    }
    return RunLayer(actuals, queries)


def create_relations(connection: EngineConnection, actuals: Actuals, layer: int) -> None:
    """The relations that the layer's statements join."""
    for name in ("figure_tallies", "figure_rules", "needs", "row_needs", "row_wants", "excluded", "newcomers", "owed"):
        create_table(connection, name, getattr(actuals, name))
    create_table(connection, "current_layer", pa.table({"layer": pa.array([layer], pa.int32())}))


def _fetch_items(connection: EngineConnection) -> pl.DataFrame:
    # Put in order here: DuckDB takes as long to sort such wide rows as to find them.
    order = ("at_cohort", "at_unit", "at_part")
    return fetch_frame(connection, _FINAL_ITEMS).sort(order).drop(order)


#: What comes after the last layer.
_LAST = {"counted": COUNTED, "total_ranges": TOTAL_RANGES, "totals": TOTALS}
_FINAL_ITEMS = """SELECT i.* EXCLUDE (official, applicable, removed), i.official AS counted_points,
       u.name AS unit_name, c.position AS at_cohort, u.position AS at_unit, p.part AS at_part
FROM counted i
JOIN cohorts c ON c.cohort = i.cohort
JOIN units u ON u.unit = i.unit
JOIN (SELECT cohort, indicator, min(part) AS part FROM parts GROUP BY ALL) p
  ON p.cohort = i.cohort AND p.indicator = i.indicator"""
