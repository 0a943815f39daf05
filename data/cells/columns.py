"""The columns of a dataset's Parquet files."""

from __future__ import annotations

import pyarrow as pa

from indicators.entries.tables import Column, Dataset


def arrow_schema(dataset: Dataset) -> pa.Schema:
    """The columns of the dataset's Parquet files, ``<name>__last`` after dates that may be months, then
    ``_unit``, ``_period``, ``_sheet`` and ``_row``."""
    fields = []
    for column in dataset.columns:
        fields.append(pa.field(column.name, arrow_type(column)))
        if column.month_allowed:
            fields.append(pa.field(f"{column.name}__last", pa.date32()))
    own = [("_unit", pa.string()), ("_period", pa.int32()), ("_sheet", pa.string()), ("_row", pa.int32())]
    return pa.schema([*fields, *(pa.field(name, kind) for name, kind in own)])


def arrow_type(column: Column) -> pa.DataType:
    """What the values of a column are stored as."""
    if column.type == "decimal":
        return pa.decimal128(18, column.decimals)
    types = {"integer": pa.int64(), "date": pa.date32(), "year": pa.int32(), "flag": pa.bool_()}
    return types.get(column.type, pa.string())
