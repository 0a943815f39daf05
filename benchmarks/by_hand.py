"""The same marks by hand: one SQL script for this province and this year, tuned, with no generality."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa

from benchmarks.province import YEAR
from data.batches.records import Inputs
from indicators.pack.calendar import WorkCalendar
from scoring.base.calendar import add_working_days

#: What further indicators add to the script, by the hook where it belongs: columns, and items.
Script = Mapping[str, tuple[str, ...]]
_HOOK = re.compile(r"\n */\* further (\w+) \*/")
_TABLE = re.compile(r"CREATE TABLE (\w+)")
_TOTALS = """SELECT unit, sum(points)::HUGEINT AS total, rank() OVER (ORDER BY sum(points) DESC) AS rank
FROM items GROUP BY unit ORDER BY rank, unit"""


def list_reply_days(calendar: WorkCalendar) -> pa.Table:
    """The last day to reply, 15 working days on, for every day of the year: ``day``, ``last_day``."""
    days = [date(YEAR, 1, 1) + timedelta(days=n) for n in range(366)]
    return pa.table({"day": days, "last_day": [add_working_days(day, 15, calendar) for day in days]})


def score_by_hand(
    inputs: Inputs, reply_days: pa.Table, threads: int | None = None, further: Script | None = None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Items (unit, indicator, num, den, points) and totals (unit, total, rank).

    With ``further`` columns and items beside the province's own.
    """
    script = _write_script(further or {})
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


def _write_script(further: Script) -> str:
    statements = _read_statements("by_hand.sql")
    if further:
        statements |= _read_statements("by_hand_grouped.sql")
    return _HOOK.sub(
        lambda hook: "".join(f",\n{each}" for each in further.get(hook[1], ())), "\n".join(statements.values())
    )


def _read_statements(name: str) -> dict[str, str]:
    """The tables of a script in order, each with its statement."""
    script = (Path(__file__).parent / name).read_text(encoding="utf-8")
    return {_TABLE.search(each)[1]: f"{each};" for each in script.split(";") if each.strip()}  # type: ignore[index]
