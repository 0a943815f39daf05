"""What a run asks of its engine, answered by Spark: a table is kept where the executors are, a view is a query."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Final

import polars as pl
import pyarrow as pa
from sqlglot import exp

from data.batches.records import Inputs
from scoring.base.connection import EngineConnection, OpenConnection
from scoring.engine.run import RunOverflow
from scoring.spark.batches import Batches
from scoring.spark.dialect import read_statement, write_spark

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

#: What Spark calls a number that does not fit.
_TOO_LARGE: Final = ("NUMERIC_VALUE_OUT_OF_RANGE", "ARITHMETIC_OVERFLOW", "CAST_OVERFLOW")


@contextmanager
def saying_overflow() -> Iterator[None]:
    """Raises RunOverflow for a number that does not fit; whatever else Spark has to say it says itself."""
    from pyspark.errors import PySparkException

    try:
        yield
    except PySparkException as error:
        said = str(error)
        if any(f"[{name}" in said for name in _TOO_LARGE):
            raise RunOverflow(said.splitlines()[0]) from error
        raise


@dataclass(frozen=True)
class SparkResult:
    """The rows of a query that has not run yet."""

    frame: DataFrame

    def pl(self) -> pl.DataFrame:
        """The rows as DuckDB gives them: whole decimals have 38 digits. Raises RunOverflow."""
        with saying_overflow():
            found = pl.from_arrow(self.frame.toArrow())
        assert isinstance(found, pl.DataFrame)
        return found.with_columns(pl.col(pl.Decimal).cast(pl.Decimal(38, 0)))


class SparkConnection:
    """A session of its own in a running Spark: takes DuckDB's statements and keeps what they make.

    Of statements there are four: ``CREATE SCHEMA``, ``CREATE VIEW``, ``CREATE TABLE ... AS`` and
    ``INSERT INTO ... BY NAME``. Files are read from where ``batches`` says that they lie.
    """

    def __init__(self, session: SparkSession, batches: Batches) -> None:
        self._session = session.newSession()
        self._batches = batches
        self._numbers = count()

    def __enter__(self) -> SparkConnection:
        return self

    def __exit__(self, *_: object) -> None:
        """Others go on with the session."""

    def cursor(self) -> SparkConnection:
        """Spark takes statements of several threads."""
        return self

    def register(self, name: str, table: object) -> None:
        """Send an Arrow table to Spark."""
        assert isinstance(table, pa.Table)
        self._session.createDataFrame(table).createOrReplaceTempView(_quote(name))

    def unregister(self, name: str) -> None:
        """Forget a table that was sent; what was made of it stays."""
        self._session.catalog.dropTempView(name)

    def execute(self, query: str) -> None:
        """Carry a statement out. Raises RunOverflow."""
        statement = read_statement(query)
        match statement:
            case exp.Create(kind="SCHEMA"):
                return
            case exp.Create(kind="VIEW"):
                self._query(statement.expression).createOrReplaceTempView(_quote(_name(statement)))
            case exp.Create(kind="TABLE"):
                self._keep(_name(statement), self._query(statement.expression), self._is_sent(statement))
            case exp.Insert():
                name = _name(statement)
                grown = self._session.table(_quote(name)).unionByName(self._query(statement.expression))
                self._keep(name, grown)
            case _:
                raise ValueError(f"no statement of a run: {query[:80]}")

    def sql(self, query: str) -> SparkResult:
        """The rows of a query."""
        return SparkResult(self._query(read_statement(query)))

    def _query(self, query: exp.Expr) -> DataFrame:
        # A query that is one statement with others around it may still be read there.
        query = query.copy()
        for read in list(query.find_all(exp.ReadParquet)):
            table = read.parent
            assert isinstance(table, exp.Table)
            table.set("this", exp.to_identifier(self._name_view("file_rows", self._read_files(read))))
        steps = query.args.get("with_")
        if steps is not None:
            query.set("with_", None)
            self._take_steps(steps.expressions, query)
        return self._session.sql(write_spark(query))

    def _take_steps(self, steps: list[exp.CTE], last: exp.Expr) -> None:
        """Each step as a view of its own. Spark would write a step out wherever it is read, and so on, doubling."""
        for place, step in enumerate(steps):
            frame = self._session.sql(write_spark(step.this))
            reads = [
                read
                for later in (*(each.this for each in steps[place + 1 :]), last)
                for read in _find_reads(later, step.alias)
            ]
            name = self._name_view(step.alias, self._work_out(frame) if len(reads) > 1 else frame)
            for read in reads:
                alias = read.alias or step.alias
                read.set("this", exp.to_identifier(name))
                read.set("alias", exp.TableAlias(this=exp.to_identifier(alias)))

    def _name_view(self, name: str, frame: DataFrame) -> str:
        whole = f"{name} {next(self._numbers)}"
        frame.createOrReplaceTempView(_quote(whole))
        return whole

    def _read_files(self, read: exp.ReadParquet) -> DataFrame:
        listed = read.expressions[0]
        paths = [each.name for each in listed.expressions]
        options = {each.this.name for each in read.expressions[1:]}
        return self._batches.read(self._session, paths, named="filename" in options)

    def _is_sent(self, statement: exp.Expr) -> bool:
        """Whether it only renames what lies in the query itself, so that there is nothing to keep."""
        return {table.name for table in statement.expression.find_all(exp.Table)} == {"arriving"}

    def _keep(self, name: str, frame: DataFrame, sent: bool = False) -> None:
        """Work a table out once, as DuckDB does."""
        (frame if sent else self._work_out(frame)).createOrReplaceTempView(_quote(name))

    def _work_out(self, frame: DataFrame) -> DataFrame:
        """The rows, without the plan that made them: otherwise the plan of the last table holds those of all others.

        An executor that is lost takes its rows with it, and the run stops.
        """
        # A query of a hundred branches is laid down in as many pieces as there are processors, not in a hundred.
        with saying_overflow():
            return frame.coalesce(self._session.sparkContext.defaultParallelism).localCheckpoint()


def _quote(name: str) -> str:
    return exp.to_identifier(name, quoted=True).sql(dialect="spark")


def _find_reads(query: exp.Expr, name: str) -> list[exp.Table]:
    return [table for table in query.find_all(exp.Table) if table.name == name and not table.db]


def _name(statement: exp.Expr) -> str:
    table = statement.this
    assert isinstance(table, exp.Table)
    return f"{table.db}_{table.name}" if table.db else table.name


def open_with(session: SparkSession, batches: Batches) -> OpenConnection:
    """The engine of a run on a running Spark."""

    @contextmanager
    def open_connection(inputs: Inputs, threads: int | None) -> Iterator[EngineConnection]:
        yield SparkConnection(session, batches)

    return open_connection
