"""Rows of a rule as typed relations, so that no number of a pack is pasted into SQL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import pyarrow as pa

#: Millionths of a mark, and figures' parameters in millionths, are HUGEINT in SQL: 38 digits, no fraction.
HUGE = pa.decimal128(38, 0)

Columns = Mapping[str, pa.DataType]
#: What one column of a relation may hold.
Value = int | str | bool | None
Row = Mapping[str, Value]


def make_table(rows: Iterable[Mapping[str, Any]], columns: Columns) -> pa.Table:
    """Rows as an Arrow table; a column that a row does not give is NULL."""
    rows = list(rows)

    def convert(value: Any, kind: pa.DataType) -> object:
        return Decimal(value) if kind == HUGE and value is not None else value

    return pa.table(
        {name: pa.array([convert(row.get(name), kind) for row in rows], kind) for name, kind in columns.items()}
    )
