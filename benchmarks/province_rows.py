"""The province's rows: made by DuckDB from hashes, so that they are the same every time, and stored as batches.

Rows lie by unit, as they do when units report, and in no order within a unit.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from benchmarks.province import YEAR, name_unit
from data.batches.parquet import write_batch
from data.batches.records import BatchFile, Inputs
from data.cells.columns import arrow_schema
from indicators.pack.model import Pack

#: Own people of a unit, and rows of its roster: one came from the next unit in June, one came back in March.
PEOPLE, ROSTER_ROWS = 133, 135
#: Rows per unit, and per year where the dataset has years.
ROWS = {"people": ROSTER_ROWS, "training": 1333, "activities": 85, "reports": 75, "lawsuits": 80, "filings": 30}

#: Columns of a row n of unit u in a year, seeded by the hash h; {units} is their number, {people} how many a unit has.
#: One unit in 25 leaves cells empty.
_COLUMNS = {
    "people": """format('P{:07d}', CASE n WHEN {people} THEN (u + 1) % {units} * {people}
                                  WHEN {people} + 1 THEN u * {people} + 1 ELSE u * {people} + n END) AS person_id,
        CASE WHEN n >= {people} THEN '复议人员' WHEN n % 10 < 2 THEN '复议人员' WHEN n % 10 < 6 THEN '执法人员'
             WHEN n % 10 = 6 THEN '领导' ELSE '其他' END AS role,
        CASE WHEN n = {people} THEN DATE '2024-06-16' WHEN n = {people} + 1 THEN DATE '2024-03-11'
             WHEN h % 20 = 0 THEN DATE '2024-01-01' + (h // 20 % 300)::INTEGER ELSE DATE '2019-09-01' END AS joined,
        CASE WHEN n = 0 THEN DATE '2024-06-15' WHEN n = 1 THEN DATE '2024-03-10'
             WHEN h % 23 = 1 AND h % 20 > 0 AND n < {people} THEN DATE '2024-02-01' + (h // 23 % 330)::INTEGER
             END AS "left" """,
    "training": """format('P{:07d}', CASE WHEN h % ({people} + 1) = {people} THEN (u + 1) % {units} * {people}
                                  ELSE u * {people} + h % ({people} + 1) END) AS person_id,
        make_date(y, 1, 1) + (h // 140 % 365)::INTEGER AS held_on,
        ['业务', '执法', '法治', '讲座'][h // 60000 % 4 + 1] AS category,
        (h // 300000 % 80 / 10)::DECIMAL(18, 1) AS hours, 'T' || h // 30000000 % 500 AS topic""",
    "activities": """n AS number, make_date(y, 1, 1) + (h // 10 % 365)::INTEGER AS held_on,
        ['讲座', '旁听', '宣讲'][h // 5000 % 3 + 1] AS kind,
        ['国家级', '省级', '市级', '其他', '其他', '其他', '其他', '其他'][h // 20000 % 8 + 1] AS level,
        'S' || h // 200000 % 100 AS topic,
        CASE WHEN h % 10 > 0 OR u % 25 <> 7 THEN h // 30000000 % 300 END AS audience""",
    "reports": """y AS year, n AS number,
        CASE WHEN n < 2 THEN '年度报告' WHEN n < 4 THEN '半年报' WHEN n % 2 = 0 THEN '答复' ELSE '整改' END AS kind,
        make_date(y, 1, 1) + (h % 340)::INTEGER AS received_on,
        CASE WHEN h // 400 % 40 = 0 THEN NULL
             WHEN n < 2 THEN make_date(y, 1, 1) + (h // 20000 % 60)::INTEGER
             WHEN n < 4 THEN make_date(y, 12, 1) + (h // 20000 % 30)::INTEGER
             ELSE make_date(y, 1, 1) + (h % 340 + h // 20000 % 34)::INTEGER END AS published_on""",
    "lawsuits": """y AS year, n AS number, ['行政诉讼', '行政复议'][h % 2 + 1] AS kind,
        h // 2 % 1000 < 60 + u % 80 AS lost, h // 3000 % 10 < 7 AS appeared, h // 40000 % 30 = 0 AS grave,
        CASE WHEN h // 2000000 % 15 > 0 OR u % 25 <> 7
             THEN (h // 40000000 % 10000 / 100)::DECIMAL(18, 2) END AS cost""",
    "filings": """y AS year, n AS number, make_date(y, 1, 5) + (n * 12)::INTEGER AS counted_on,
        h % 8 AS issued, h % 8 - CASE WHEN h // 8 % 9 = 0 AND h % 8 > 0 THEN 1 ELSE 0 END AS filed,
        (60 + h // 100 % 400 / 10)::DECIMAL(18, 1) AS satisfaction""",
}


def make_rows(
    folder: Path,
    pack: Pack,
    units_per_file: int,
    years: tuple[int, ...] = (YEAR - 1, YEAR),
    rows: dict[str, int] = ROWS,
) -> Inputs:
    """Store the rows of the datasets in ``rows`` under ``folder``, a batch for so many units of a dataset and year.

    ``rows`` tells how many a unit has in a year.
    """
    units = len(pack.registry.units)
    files: list[BatchFile] = []
    scopes: set[tuple[str, str, int]] = set()
    connection = duckdb.connect()
    for dataset in (dataset for dataset in pack.datasets if dataset.id in rows):
        schema = arrow_schema(dataset)
        columns = ", ".join(f'"{field.name}"' for field in schema)
        for period in (0,) if dataset.period.standing else years:
            scopes |= {(dataset.id, name_unit(number), period) for number in range(units)}
            for first in range(0, units, units_per_file):
                chosen = range(first, min(first + units_per_file, units))
                query = write_query(dataset.id, period, chosen, rows[dataset.id], units)
                table = connection.sql(f"SELECT {columns} FROM ({query})").to_arrow_table().cast(schema)
                path = write_batch(folder, dataset, table)
                files.append(describe(dataset.id, len(files), path, table.num_rows))
    connection.close()
    return Inputs(tuple(files), frozenset(scopes))


def write_query(dataset: str, period: int, chosen: range, count: int, units: int, people: int = PEOPLE) -> str:
    """So many rows of each of the ``chosen`` among the ``units``, each with so many ``people`` of its own."""
    columns = _COLUMNS[dataset].replace("{units}", str(units)).replace("{people}", str(people))
    return f"""SELECT unit, unit AS _unit, {period} AS _period, dataset AS _sheet, (n + 2)::INTEGER AS _row,
        {columns}
      FROM (SELECT u, n, format('u{{:04d}}', u) AS unit, {period} AS y, '{dataset}' AS dataset,
                   (hash(u, n, {period}, '{dataset}') // 16)::BIGINT AS h
            FROM range({chosen.start}, {chosen.stop}) a(u), range({count}) b(n))
      ORDER BY u, n"""


def describe(dataset: str, number: int, path: Path, rows: int) -> BatchFile:
    return BatchFile(
        id=f"{dataset}-{number + 1:06d}",
        dataset=dataset,
        path=path,
        file_name=f"{dataset}.xlsx",
        file_sha256="0" * 64,
        sheet=dataset,
        columns={},
        rows=rows,
        live=None,
        fictional=True,
    )
