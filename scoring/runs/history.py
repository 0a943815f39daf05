"""Every stored run in one set of tables, for programs that look at years side by side."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from data.runs.folder import RunFolder
from data.store.drafts import draft_folder
from data.store.workspace import Workspace
from indicators.entries.refusal import Refusal
from scoring.runs.dictionary import RUNS, TABLES, describe_schema, describe_tables
from scoring.runs.frozen_pack import read_frozen_pack
from scoring.runs.interchange import Heads, make_items, make_parts, make_schema, make_totals, read_precision
from scoring.runs.store import list_runs, open_stored_run


class HistoryRefused(Refusal):
    """There is nothing to export, or no place to put it."""


def export_history(workspace: Workspace, target: Path, years: Sequence[int] = (), *, last: bool = False) -> list[str]:
    """Write runs, items, totals and parts of all stored runs into a new folder, and the ids of the runs.

    ``years`` limits them, and ``last`` takes of each year only the run with the latest as-of day, the newest of those.
    Runs are read one after the other: memory is that of the largest. Raises HistoryRefused, RunChanged.
    """
    if target.exists():
        raise HistoryRefused(f"{target} 已经存在，不会覆盖；请换一个文件夹")
    folders = [open_stored_run(workspace, run) for run in list_runs(workspace)]
    folders = [folder for folder in folders if not years or folder.manifest["year"] in years]
    if last:
        folders = list(_find_last(folders).values())
    if not folders:
        raise HistoryRefused("没有可以导出的评分运行；请先运行 ducha score")
    target.parent.mkdir(parents=True, exist_ok=True)
    with draft_folder(target.parent) as draft:
        _write_tables(workspace, folders, draft)
        (draft / "schema.json").write_text(
            json.dumps(describe_schema(), ensure_ascii=False, indent=1), encoding="utf-8"
        )
        (draft / "说明.md").write_text(f"# 评分历史\n\n{describe_tables()}", encoding="utf-8")
        draft.chmod(0o700)
        draft.rename(target)
    return [folder.path.name for folder in folders]


def _find_last(folders: Sequence[RunFolder]) -> dict[int, RunFolder]:
    """Of each year the last run; they come oldest first."""
    found: dict[int, RunFolder] = {}
    for folder in folders:
        year = folder.manifest["year"]
        if year not in found or folder.manifest["as_of"] >= found[year].manifest["as_of"]:
            found[year] = folder
    return dict(sorted(found.items()))


def _write_tables(workspace: Workspace, folders: Sequence[RunFolder], target: Path) -> None:
    heads = [Heads.of(folder) for folder in folders]
    precision = max(read_precision(folder) for folder in folders)
    last = {folder.path.name for folder in _find_last(folders).values()}
    rows = []
    writers = {
        name: pq.ParquetWriter(target / f"{name}.parquet", make_schema(name, heads, precision), compression="zstd")
        for name in TABLES
        if name != RUNS
    }
    try:
        for folder, head in zip(folders, heads, strict=True):
            pack = read_frozen_pack(workspace, folder)
            made = {
                "items": make_items(folder, precision),
                "totals": make_totals(folder, precision),
                "parts": make_parts(folder, pack, precision),
            }
            for name, table in made.items():
                writers[name].write_table(table.replace_schema_metadata(writers[name].schema.metadata))
            rows.append(
                {
                    "run": head.run,
                    "year": head.year,
                    "as_of": head.as_of,
                    "last_of_year": head.run in last,
                    "fictional": head.fictional,
                    "pack": pack.head.id,
                    "pack_version": pack.head.version,
                    "pack_sha256": pack.sha256,
                    "manifest_sha256": folder.sealed,
                }
            )
    finally:
        for writer in writers.values():
            writer.close()
    schema = make_schema(RUNS, heads, precision)
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), target / f"{RUNS}.parquet", compression="zstd")
