"""Rows in memory -> batches on disk, so that a test can score them without going through the importer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from data.batches.records import BatchFile, Inputs
from data.batches.registers import EVERYBODY, FOR_GOOD, Declared
from data.cells.columns import arrow_schema
from indicators.pack.model import Pack

Tables = dict[str, list[dict[str, Any]]]


def store_tables(
    pack: Pack,
    tables: Tables,
    scopes: Iterable[tuple[str, str, int]],
    folder: Path,
    declared: Mapping[tuple[str, str, int], date] | None = None,
) -> Inputs:
    """One Parquet file per dataset that has rows; rows carry ``_unit`` and ``_period``.

    ``declared``: up to which day a register is complete, by (dataset, unit, period); all for good unless given.
    """
    files = []
    for dataset in pack.datasets:
        rows = tables.get(dataset.id, [])
        if not rows:
            continue
        filled = [
            {
                **{f"{column.name}__last": row.get(column.name) for column in dataset.columns if column.month_allowed},
                dataset.unit: row["_unit"],
                "_sheet": None,
                "_row": number,
                **row,
            }
            for number, row in enumerate(rows, start=2)
        ]
        path = folder / f"{dataset.id}.parquet"
        pq.write_table(pa.Table.from_pylist(filled, schema=arrow_schema(dataset)), path)
        titles = {column.name: {"title": column.title, "letter": "A"} for column in dataset.columns}
        files.append(
            BatchFile(dataset.id, dataset.id, path, f"{dataset.id}.csv", "0" * 64, None, titles, len(rows), None, False)
        )
    known = frozenset(scopes)
    registers = {dataset.id for dataset in pack.datasets if dataset.is_register}
    days = {scope: FOR_GOOD for scope in known if scope[0] in registers} if declared is None else declared
    return Inputs(tuple(files), known, frozenset(Declared(*scope, day) for scope, day in days.items()))


def read_tables(pack: Pack, inputs: Inputs) -> Tables:
    """The rows of batches on disk, as :func:`store_tables` takes them."""
    tables: Tables = {}
    for file in inputs.files:
        rows = tables.setdefault(file.dataset, [])
        rows += [{"_unit": row[pack.dataset(file.dataset).unit], **row} for row in pq.read_table(file.path).to_pylist()]
    return tables


def read_declared(pack: Pack, inputs: Inputs) -> dict[tuple[str, str, int], date]:
    """Up to which day registers are complete, of the batches' own declarations, for each unit by itself."""
    found: dict[tuple[str, str, int], date] = {}
    for each in inputs.declared:
        units = [unit.id for unit in pack.registry.units] if each.unit == EVERYBODY else [each.unit]
        for unit in units:
            place = each.dataset, unit, each.period
            found[place] = max(each.day, found.get(place, each.day))
    return found
