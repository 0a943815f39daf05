"""What the ledger says now and a run does not count yet: findings confirmed since, judgements, exemptions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from data.batches.records import Inputs, ledger_batch
from data.cells.columns import arrow_schema
from data.runs.folder import RunManifest, read_moment
from data.store.workspace import Workspace
from indicators.entries.tables import Dataset
from indicators.pack.model import Pack

#: Where a row lies, how far its matter has come and how it is proved do not change what it counts.
_ASIDE = ("_row", "_sheet", "state", "statement", "evidence")


@dataclass(frozen=True)
class Uncounted:
    """So many rows of a dataset of the ledger that are new, changed or gone for a unit since a run."""

    unit: str
    title: str
    number: int


def list_uncounted(workspace: Workspace, pack: Pack, inputs: Inputs, manifest: RunManifest) -> list[Uncounted]:
    """By unit and dataset, as far as a new run of the same year and day would look at the rows of its ``inputs``."""
    year, as_of = read_moment(manifest)
    files = {file.id: file.path for file in inputs.files}
    stored = {entry["batch"]: entry["parquet"] for entry in manifest["batches"]}
    found = []
    for dataset in pack.datasets:
        batch = ledger_batch(dataset.id)
        path = workspace.batches_folder / dataset.id / stored[batch] if batch in stored else None
        # Files are named by what they hold.
        if dataset.ledger is None or (path.name if path else None) == (files[batch].name if batch in files else None):
            continue
        now, before = (_read(dataset, each) for each in (files.get(batch), path))
        common = [name for name in now.columns if name in before.columns and name not in _ASIDE]
        rows = [_look_at(dataset, table.select(common), year, as_of) for table in (now, before)]
        names = ["_unit", *dataset.key]
        sides = ((rows[0], rows[1]), (rows[1], rows[0]))
        differing = pl.concat([one.join(other, on=common, how="anti", nulls_equal=True) for one, other in sides])
        counts = differing.unique(names).group_by("_unit").len().sort("_unit")
        found += [Uncounted(unit, dataset.title, number) for unit, number in counts.iter_rows()]
    return found


def _read(dataset: Dataset, path: Path | None) -> pl.DataFrame:
    if path is not None and path.is_file():
        return pl.read_parquet(path)
    return pl.DataFrame(pl.from_arrow(arrow_schema(dataset).empty_table()))


def _look_at(dataset: Dataset, rows: pl.DataFrame, year: int, as_of: date) -> pl.DataFrame:
    """The rows that a run of the year looks at on that day."""
    rows = rows.filter(pl.col("_period") == year)
    return rows if dataset.event_date is None else rows.filter(pl.col(dataset.event_date) <= as_of)
