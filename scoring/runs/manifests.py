"""What went into a run, as its manifest: nothing of when or by whom, so that the same inputs are the same run."""

from __future__ import annotations

import hashlib
import importlib.metadata
from datetime import date

from data.batches.records import BatchFile, Inputs
from data.batches.registers import Declared
from data.runs.folder import RunBatch, RunManifest, name_run
from indicators.pack.model import Pack
from indicators.pack.succession import Succession
from scoring.base.calendar import hash_used_years
from scoring.base.members import list_members
from scoring.results.version import RESULTS_VERSION

SCHEMA = "ducha.result.v1"


def write_manifest(pack: Pack, inputs: Inputs, year: int, as_of: date) -> RunManifest:
    """Everything that the result depends on; nothing of when or by whom it was computed."""
    manifest: RunManifest = {
        "id": "",
        "schema": SCHEMA,
        "results": RESULTS_VERSION,
        "pack": {
            "id": pack.head.id,
            "title": pack.head.title,
            "version": pack.head.version,
            "sha256": pack.sha256,
            "not_a_ranking": pack.head.not_a_ranking,
        },
        "fictional": is_fictional(inputs),
        "year": year,
        "as_of": as_of.isoformat(),
        "members_sha256": hash_members(pack, year, as_of),
        "scopes_sha256": hash_text(write_scopes(inputs)),
        "declared": [[each.dataset, each.unit, each.period, each.day.isoformat()] for each in sorted(inputs.declared)],
        "calendar": hash_used_years(pack, year),
        "batches": [_write_batch(file) for file in inputs.files],
        "engine": {
            "ducha": importlib.metadata.version("ducha"),
            "duckdb": importlib.metadata.version("duckdb"),
        },
    }
    manifest["id"] = name_run({name: value for name, value in manifest.items() if name != "id"})
    return manifest


def _write_batch(file: BatchFile) -> RunBatch:
    return {
        "dataset": file.dataset,
        "batch": file.id,
        "parquet": file.path.name,
        "file": file.file_name,
        "sheet": file.sheet,
        "sha256": file.file_sha256,
        "rows": file.rows,
        "columns": file.columns,
        "live": None if file.live is None else [list(scope) for scope in file.live],
        "fictional": file.fictional,
    }


def hash_members(pack: Pack, year: int, as_of: date) -> dict[str, str]:
    """For each cohort the SHA-256 of who is compared in it: the units' ids, one to a line, in the register's order."""
    members = list_members(pack, Succession.of_year(pack.registry, year, as_of))
    return {
        cohort.id: hash_text("".join(f"{row['unit']}\n" for row in members if row["cohort"] == cohort.id))
        for cohort in pack.head.cohorts
    }


def is_fictional(inputs: Inputs) -> bool:
    """Whether made-up data take part: then all that shows the result must say so."""
    return any(file.fictional for file in inputs.files)


def hash_text(text: str) -> str:
    """The SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def write_scopes(inputs: Inputs) -> str:
    """What is reported, as a run's ``scopes.tsv``: a line for each scope, in order."""
    return "".join(f"{dataset}\t{unit}\t{period}\n" for dataset, unit, period in sorted(inputs.scopes))


def read_declared(manifest: RunManifest) -> frozenset[Declared]:
    """What was declared of registers when a run was made; nothing in runs of before there were declarations."""
    return frozenset(
        Declared(dataset, unit, period, date.fromisoformat(day))
        for dataset, unit, period, day in manifest.get("declared", ())
    )


def read_scopes(text: str) -> frozenset[tuple[str, str, int]]:
    """The scopes (dataset, unit, period) that a run's ``scopes.tsv`` holds."""
    scopes = [line.split("\t") for line in text.splitlines()]
    return frozenset((dataset, unit, int(period)) for dataset, unit, period in scopes)
