"""A compact copy of many small batches of a dataset: the same rows in one file, each with the batch that it is of.

Batches stay as they were taken, each under its hash, and are what rows are cited by. A copy is derived from them: no
backup holds it, it can be thrown away at any time, and it is read only where its bytes are those that were noted when
it was made. What it holds can be proved against the batches (:func:`find_differing`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from data.batches.parquet import is_named_after, store_content
from data.batches.records import BatchFile, Compact, ledger_batch
from data.cells.columns import arrow_schema
from data.runs.folder import hash_file
from data.store.drafts import draft_file
from indicators.entries.tables import Dataset

#: A batch with more rows is read as fast where it lies.
SMALL: Final = 10_000
#: So many small batches may lie beside a copy, or stand in it and not count any more, before it is made anew.
MANY: Final = 200
_AT_ONCE: Final = 500
_ROWS_IN_GROUP: Final = 122_880
#: Under these names a copy tells the batches that it holds, and those that it could not take.
_HELD, _LEFT = b"ducha.batches", b"ducha.left"


@dataclass(frozen=True)
class CompactFile:
    """A copy as it was opened: the batches it holds and those it could not take, by the names of their files."""

    path: Path
    held: frozenset[str]
    left: frozenset[str]

    def is_outdated(self, files: Sequence[BatchFile]) -> bool:
        """Whether it is time for another, these small batches being current."""
        names = {file.path.name for file in files}
        return len(names - self.held - self.left) > MANY or len(self.held - names) > MANY


def list_small(dataset: Dataset, files: Sequence[BatchFile], folder: Path) -> list[BatchFile]:
    """Those of the dataset's batches in ``folder`` that a copy may stand for."""
    times = Counter(file.path for file in files)
    return [
        file
        for file in files
        if file.rows <= SMALL
        and file.path.parent == folder
        and file.id != ledger_batch(dataset.id)
        # Bytes that were handed in twice are told apart by their scopes alone.
        and times[file.path] == 1
    ]


def attach_compact(files: Sequence[BatchFile], small: Sequence[BatchFile], copy: CompactFile) -> list[BatchFile]:
    """The same files; those whose rows the copy holds are read from there."""
    among = {file.path for file in small if file.path.name in copy.held}
    compact = Compact(copy.path, copy.held)
    return [replace(file, within=compact) if file.path in among else file for file in files]


def write_compact(folder: Path, dataset: Dataset, paths: Sequence[Path]) -> tuple[Path, str]:
    """Write a copy of the batches at ``paths`` into ``folder``, named by its content; its path and its SHA-256.

    A batch whose bytes are not those that it is named after, or that has other columns than the dataset has now, is
    left out, and read where it lies. Raises OSError.
    """
    schema = _make_schema(dataset)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    held: list[str] = []
    left: list[str] = []
    with draft_file(folder, ".parquet") as draft:
        with pq.ParquetWriter(draft, schema, compression="zstd") as writer:
            waiting = schema.empty_table()
            for start in range(0, len(paths), _AT_ONCE):
                some = paths[start : start + _AT_ONCE]
                taken, rows = _read_batches([path for path in some if _is_whole(path)], schema)
                held += [path.name for path in taken]
                left += [path.name for path in some if path not in set(taken)]
                waiting = pa.concat_tables([waiting, rows])
                if len(waiting) >= _ROWS_IN_GROUP:
                    writer.write_table(waiting, row_group_size=len(waiting))
                    waiting = schema.empty_table()
            writer.write_table(waiting)
            writer.add_key_value_metadata({_HELD: "\n".join(held), _LEFT: "\n".join(left)})
        return store_content(folder, draft)


def open_compact(path: Path, sha256: str, dataset: Dataset) -> CompactFile | None:
    """A copy with just these bytes and the columns that the dataset has now; None where there is none."""
    try:
        return _open(path, dataset) if hash_file(path) == sha256 else None
    except OSError:
        return None


def find_differing(path: Path, folder: Path) -> str | None:
    """The first batch in ``folder`` whose rows are not those that the copy has of it; None where all are the same.

    A file that is no copy is named itself.
    """
    try:
        footer = pq.read_metadata(path)
    except (OSError, pa.ArrowException):
        return path.name
    schema, held = footer.schema.to_arrow_schema(), _list_named(footer, _HELD)
    if "_batch" not in schema.names:
        return path.name
    seen: set[str] = set()
    with pq.ParquetFile(path) as file:
        for group in range(file.num_row_groups):
            found = file.read_row_group(group)
            names = found.column("_batch").unique().to_pylist()
            for name in names:
                if name in seen or name not in held or not _is_whole(folder / name):
                    return str(name)
            seen.update(names)
            paths = [folder / name for name in names]
            taken, rows = _read_batches(paths, schema)
            if taken != paths or not found.equals(rows):
                return str(names[0])
    return next((name for name in sorted(held - seen) if not _is_empty(folder / name)), None)


def _make_schema(dataset: Dataset) -> pa.Schema:
    return arrow_schema(dataset).append(pa.field("_batch", pa.string()))


def _open(path: Path, dataset: Dataset) -> CompactFile | None:
    try:
        footer = pq.read_metadata(path)
    except (OSError, pa.ArrowException):
        return None
    if not footer.schema.to_arrow_schema().equals(_make_schema(dataset)) or _HELD not in (footer.metadata or {}):
        return None
    return CompactFile(path, _list_named(footer, _HELD), _list_named(footer, _LEFT))


def _list_named(footer: pq.FileMetaData, key: bytes) -> frozenset[str]:
    return frozenset((footer.metadata or {}).get(key, b"").decode(errors="replace").split("\n")) - {""}


def _is_empty(path: Path) -> bool:
    return _is_whole(path) and pq.read_metadata(path).num_rows == 0


def _is_whole(path: Path) -> bool:
    """Whether a batch is there, with the bytes that it is named after."""
    try:
        return is_named_after(path)
    except OSError:
        return False


def _read_batches(paths: Sequence[Path], schema: pa.Schema) -> tuple[list[Path], pa.Table]:
    """The batches that have the columns of ``schema``, and their rows one after the other, each with its batch."""
    own = schema.remove(schema.get_field_index("_batch"))
    try:
        return list(paths), _read_alike(paths, schema, own)
    except pl.exceptions.PolarsError:
        alike = [path for path in paths if pq.read_schema(path).equals(own)]
        return alike, _read_alike(alike, schema, own)


def _read_alike(paths: Sequence[Path], schema: pa.Schema, own: pa.Schema) -> pa.Table:
    if not paths:
        return schema.empty_table()
    columns = pl.from_arrow(own.empty_table())
    assert isinstance(columns, pl.DataFrame)
    # Files are asked for by the hundred: one by one each takes several times as long.
    rows = pl.scan_parquet(
        list(paths), schema=columns.schema, include_file_paths="_batch", glob=False, hive_partitioning=False
    )
    named = rows.with_columns(pl.col("_batch").str.tail(len(paths[0].name)))
    return named.collect().to_arrow(compat_level=pl.CompatLevel.oldest()).cast(schema)
