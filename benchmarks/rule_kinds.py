"""Marks out of figures: one statement with a branch for each kind of rule, against a query for each indicator."""

from __future__ import annotations

import tempfile
from datetime import date
from itertools import cycle, islice
from pathlib import Path

import duckdb

from benchmarks.province import DATASETS, RULES, YEAR, build_indicator, build_pack
from benchmarks.province_rows import make_rows
from benchmarks.stopwatch import Stopwatch
from benchmarks.timing import Times, print_table
from data.batches.records import Inputs
from indicators.pack.model import Pack
from scoring.base.parts import list_parts
from scoring.engine.awards import compile_awards
from scoring.engine.run import score

YEARS = tuple(range(YEAR - 4, YEAR + 1))
INDICATORS = 100
ROWS = {"activities": 10, "reports": 8, "lawsuits": 10, "filings": 4}


def measure_rule_kinds(units: int, rounds: int) -> None:
    """Print the times of a run, of its awards statement, and of the same awards by one query per indicator."""
    pack = build_pack_of_rules(units)
    with tempfile.TemporaryDirectory(prefix="ducha-bench-") as folder:
        inputs = make_rows(Path(folder), pack, units, (YEARS[0] - 1, *YEARS), ROWS)
        rows = [row for years in ((YEAR,), YEARS) for row in _measure_years(pack, inputs, years, rounds)]
    title = f"rule_kinds: {units:,} units, {INDICATORS} indicators, {rounds} rounds, median seconds"
    print_table(title, ("years", "score()", "its awards", "query per indicator", "ratio"), rows)


def build_pack_of_rules(units: int) -> Pack:
    """A hundred indicators of every kind of rule that needs no roster."""
    # Without the shares of people, whose cost lies in their records and not in the rule.
    rules = [rule for rule in RULES if not rule[0].startswith(("people", "training"))]
    repeated = enumerate(islice(cycle(rules), INDICATORS))
    return build_pack(DATASETS, tuple(build_indicator(f"{rule[0]}-{n}", *rule[1:]) for n, rule in repeated), units)


def _measure_years(pack: Pack, inputs: Inputs, years: tuple[int, ...], rounds: int) -> list[tuple[str, ...]]:
    """Two rows of the table, of the clock and of the processor: sums over the years."""

    def score_years() -> None:
        for year in years:
            score(pack, inputs, year, date(year + 1, 6, 30))

    whole, stopwatch, single = Times(), Stopwatch(), SingleQueries(pack)
    with Stopwatch(single.compare).watch():
        score_years()
    for _ in range(rounds):
        with stopwatch.watch():
            whole.take(score_years)
        with Stopwatch(single.look).watch():
            score(pack, inputs, years[-1], date(years[-1] + 1, 6, 30))
    rows: list[tuple[str, ...]] = []
    for name, total, awards, queries in (
        ("clock", whole.median_wall, stopwatch.median_wall(), single.times.median_wall),
        ("processor", whole.median_cpu, stopwatch.median_cpu(), single.times.median_cpu),
    ):
        one = awards["part_results"]
        seconds = (f"{total:.2f}", f"{one * len(years):.3f}", f"{queries * len(years):.3f}", f"{queries / one:.1f}")
        rows.append((f"{len(years)} ({name})", *seconds))
    return rows


class SingleQueries:
    """The awards of a run once more, by one query for each indicator made of the same branches."""

    def __init__(self, pack: Pack) -> None:
        self.times = Times()
        self._kinds = {part.number: part.part.marks.kind for part in list_parts(pack, YEAR)}

    def look(self, made: str, connection: duckdb.DuckDBPyConnection) -> None:
        """Time them when a run has made its awards."""
        if made == "part_results":
            connection.execute("CREATE OR REPLACE TABLE single_results AS SELECT * FROM part_results WHERE FALSE")
            self.times.take(lambda: self._award(connection))

    def compare(self, made: str, connection: duckdb.DuckDBPyConnection) -> None:
        """Raise AssertionError unless they are the same as the awards that a run has made."""
        if made != "part_results":
            return
        connection.execute("CREATE TABLE single_results AS SELECT * FROM part_results WHERE FALSE")
        self._award(connection)
        for one, other in (("part_results", "single_results"), ("single_results", "part_results")):
            assert not connection.execute(f"SELECT * FROM {one} EXCEPT ALL SELECT * FROM {other} LIMIT 1").fetchall()

    def _award(self, connection: duckdb.DuckDBPyConnection) -> None:
        for number, kind in self._kinds.items():
            connection.execute(f"INSERT INTO single_results {write_single(number, kind)}")


def write_single(number: int, kind: str) -> str:
    """The awards statement for one part alone."""
    statement = compile_awards([kind])
    assert statement.count("FROM parts p") == 2
    return statement.replace("FROM parts p", f"FROM (SELECT * FROM parts WHERE part = {number}) p")
