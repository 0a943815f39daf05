"""Other readers of the files that ``intake`` imports: how long it takes to read them and to understand nothing.

polars reads a CSV with the types of its columns, pandas reads it and pandera checks what the dataset asks of each row,
and calamine reads the cells of a workbook.
"""

from __future__ import annotations

import time
from pathlib import Path

CATEGORIES = ("业务", "执法", "法治", "讲座")
_TEXTS = ("unit", "person_id", "category", "topic")


def read_polars(path: Path) -> float:
    """Processor seconds of polars, which reads every column as what it is."""
    import polars as pl

    types = {name: pl.String() for name in _TEXTS} | {"held_on": pl.Date(), "hours": pl.Decimal(18, 1)}
    began = time.process_time()
    frame = pl.read_csv(path, schema_overrides=types)
    spent = time.process_time() - began
    assert frame.height and frame["held_on"].null_count() == 0
    return spent


def read_pandera(path: Path) -> float:
    """Processor seconds of pandas and pandera: types, what is required, limits, choices and the key."""
    import pandas as pd
    import pandera.pandas as pa

    columns = {name: pa.Column(str, nullable=False) for name in ("unit", "person_id", "topic")}
    columns |= {
        "held_on": pa.Column("datetime64[ns]", coerce=True, nullable=False),
        "category": pa.Column(str, pa.Check.isin(CATEGORIES)),
        "hours": pa.Column(float, pa.Check.in_range(0, 24)),
    }
    schema = pa.DataFrameSchema(columns, unique=["unit", "person_id", "held_on", "topic"])
    began = time.process_time()
    frame = pd.read_csv(path, encoding="utf-8-sig", dtype=dict.fromkeys(_TEXTS, str), parse_dates=["held_on"])
    checked = schema.validate(frame, lazy=True)
    spent = time.process_time() - began
    assert len(checked)
    return spent


def read_calamine(path: Path) -> float:
    """Processor seconds of calamine for every cell of the first sheet."""
    from python_calamine import CalamineWorkbook

    began = time.process_time()
    with CalamineWorkbook.from_path(path) as book:
        rows = sum(1 for _ in book.get_sheet_by_index(0).iter_rows())
    spent = time.process_time() - began
    assert rows
    return spent
