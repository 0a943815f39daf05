"""The rows that are current, read back from their Parquet files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow.parquet as pq

from data.batches.records import BatchFile, Inputs

Row = dict[str, Any]


def read_rows(inputs: Inputs, dataset: str) -> list[Row]:
    """The current rows of a dataset, batches by id and rows in the order of their files.

    Beside its columns each row has ``_unit``, ``_period``, ``_sheet`` and ``_row``.
    """
    return [row for file in inputs.files if file.dataset == dataset for row in _read_live(file)]


def _read_live(file: BatchFile) -> Iterator[Row]:
    live = None if file.live is None else set(file.live)
    for row in pq.read_table(file.path).to_pylist():
        if live is None or (row["_unit"], row["_period"]) in live:
            yield row


def count_rows(rows: Sequence[Row]) -> dict[tuple[str, int], int]:
    """(unit, period) -> how many rows."""
    counts: dict[tuple[str, int], int] = {}
    for row in rows:
        scope = (row["_unit"], row["_period"])
        counts[scope] = counts.get(scope, 0) + 1
    return counts
