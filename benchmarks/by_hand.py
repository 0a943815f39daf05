"""The same marks by hand: one SQL script for this province and this year, tuned, with no generality."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa

from benchmarks.province import YEAR
from data.batches.records import Inputs
from indicators.pack.calendar import WorkCalendar
from scoring.base.calendar import add_working_days

_SCRIPT = Path(__file__).with_name("by_hand.sql")
_TOTALS = """SELECT unit, sum(points)::HUGEINT AS total, rank() OVER (ORDER BY sum(points) DESC) AS rank
FROM items GROUP BY unit ORDER BY rank, unit"""


def list_reply_days(calendar: WorkCalendar) -> pa.Table:
    """The last day to reply, 15 working days on, for every day of the year: ``day``, ``last_day``."""
    days = [date(YEAR, 1, 1) + timedelta(days=n) for n in range(366)]
    return pa.table({"day": days, "last_day": [add_working_days(day, 15, calendar) for day in days]})


def score_by_hand(
    inputs: Inputs, reply_days: pa.Table, threads: int | None = None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Items (unit, indicator, num, den, points) and totals (unit, total, rank)."""
    script = _SCRIPT.read_text(encoding="utf-8")
    for name in sorted({file.dataset for file in inputs.files}):
        paths = [str(file.path).replace("'", "''") for file in inputs.files if file.dataset == name]
        script = script.replace(f"{{{name}}}", "[" + ", ".join(f"'{path}'" for path in paths) + "]")
    connection = duckdb.connect()
    if threads is not None:
        connection.execute(f"SET threads = {int(threads)}")
    connection.register("deadlines", reply_days)
    connection.execute(script)
    items = connection.sql("SELECT * FROM items ORDER BY unit, indicator").pl()
    totals = connection.sql(_TOTALS).pl()
    connection.close()
    return items, totals
