"""The Parquet files of batches: written piece by piece, named by their content, never changed."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from data.cells.columns import arrow_schema
from data.files.mistakes import FileMistake
from data.runs.folder import hash_file
from data.sheets.parsed import Arrays, ParsedSheet
from data.sheets.reader import CHUNK
from data.store.drafts import draft_file
from indicators.entries.tables import Dataset

#: Rows of a row group of a draft; whole chunks, so that the bytes depend on the rows alone.
ROWS_IN_GROUP = 4 * CHUNK
#: So few rows are held, too, to be looked at again: to read them from the file would take as long as to write it.
FEW = 256


def arrow_table(sheet: ParsedSheet) -> pa.Table:
    """The rows of a sheet as they are stored, in the order of the file."""
    schema = arrow_schema(sheet.dataset)
    arrays: dict[str, pa.Array] = {}
    for column in sheet.dataset.columns:
        arrays[column.name] = sheet.find_values(column.name)
        if column.month_allowed:
            arrays[f"{column.name}__last"] = sheet.find_lasts(column.name)
    arrays["_unit"], arrays["_period"] = arrays[sheet.dataset.unit], sheet.find_periods()
    name = pa.scalar(sheet.sheet, type=pa.string())
    arrays["_sheet"] = pa.repeat(name, len(sheet.rows))
    arrays["_row"] = pa.array(sheet.rows, type=pa.int32())
    return pa.table([arrays[field.name] for field in schema], schema=schema)


class BatchDraft:
    """The file of a batch to be: rows are added in chunks, and can be read again once it is finished.

    Rows with mistakes may be added too; whether it becomes a batch is decided later.
    """

    def __init__(self, path: Path, dataset: Dataset) -> None:
        self.path = path
        self.rows = 0
        self.dataset = dataset
        self._writer: pq.ParquetWriter | None = None
        self._waiting: list[pa.Table] = []
        self._sheet: ParsedSheet | None = None
        self._held: list[ParsedSheet] = []

    def add(self, sheet: ParsedSheet) -> None:
        """Add a chunk of rows, as many as there are."""
        self._sheet = replace(sheet, rows=(), columns={})
        if not len(sheet.rows):
            return
        table = arrow_table(sheet)
        while len(table) >= (room := ROWS_IN_GROUP - sum(map(len, self._waiting))):
            self._waiting.append(table.slice(0, room))
            table = table.slice(room)
            self._write_group()
        self._waiting += [table] if len(table) else []
        self.rows += len(sheet.rows)
        self._held = [*self._held, sheet] if self.rows <= FEW else []

    def finish(self) -> None:
        """Write what is waiting; nothing can be added any more."""
        if self._waiting or not self.rows:
            self._write_group()
        self.close()
        if self.rows > ROWS_IN_GROUP:
            # What groups took would lie idle beside what checks across rows take; after each group it costs too much.
            pa.default_memory_pool().release_unused()

    def close(self) -> None:
        """Let the file go, whatever is in it."""
        if self._writer is not None:
            self._writer.close()

    def _write_group(self) -> None:
        group = self._join_waiting()
        self._writer = self._writer or _open_writer(self.path, self.dataset, many=len(group) == ROWS_IN_GROUP)
        self._writer.write_table(group)

    def _join_waiting(self) -> pa.Table:
        """What is waiting as one piece; each column of the pieces is let go of as soon as it is joined."""
        schema = arrow_schema(self.dataset)
        waiting = [table.columns for table in self._waiting or [schema.empty_table()]]
        self._waiting = []
        joined: list[pa.Array] = []
        for place, name in enumerate(schema.names):
            parts = [columns[place] for columns in waiting]
            for columns in waiting:
                columns[place] = None
            # The unit of a row stands there twice.
            same = name == "_unit"
            joined.append(joined[schema.names.index(self.dataset.unit)] if same else _join(parts))
        return pa.table(joined, schema=schema)

    def read(self, names: Iterable[str]) -> Iterator[ParsedSheet]:
        """The rows again, in chunks, with these columns, the unit and the period."""
        if self.rows <= FEW or self._sheet is None:
            yield from self._held
            return
        period = self.dataset.period
        wanted = {*names, self.dataset.unit, *(name for name in (period.year, period.date) if name is not None)}
        columns = [column for column in self.dataset.columns if column.name in wanted]
        months = {column.name for column in columns if column.month_allowed}
        stored = [*(column.name for column in columns), *(f"{name}__last" for name in months), "_row"]
        with pq.ParquetFile(self.path) as file:
            for piece in file.iter_batches(batch_size=CHUNK, columns=stored, use_threads=False):
                values = {column.name: piece.column(column.name) for column in columns}
                lasts = {name: piece.column(f"{name}__last") for name in months}
                yield replace(self._sheet, rows=piece.column("_row").to_numpy(), columns=Arrays(values, lasts))

    def refuse_row(self, row: int, column: str, text: str) -> FileMistake:
        """A mistake in the cell of that column in a row of the file."""
        assert self._sheet is not None, "there is no mistake where there is no row"
        return self._sheet.refuse_row(row, column, text)


def _join(parts: list[pa.ChunkedArray]) -> pa.Array:
    return pa.concat_arrays([chunk for part in parts for chunk in part.chunks])


def _open_writer(path: Path, dataset: Dataset, many: bool) -> pq.ParquetWriter:
    """The writer of a batch. Of many rows no dictionary is made of what hardly comes again: texts, and row numbers.

    Smaller batches keep the bytes that earlier versions gave them, and with these their names.
    """
    schema = arrow_schema(dataset)
    if not many:
        return pq.ParquetWriter(path, schema, compression="zstd")
    free = {column.name for column in dataset.columns if column.type == "text"}
    again = [name for name in schema.names if name not in free and name != "_row"]
    rows = {"_row": "DELTA_BINARY_PACKED"}
    return pq.ParquetWriter(path, schema, compression="zstd", use_dictionary=again, column_encoding=rows)


class Staged(NamedTuple):
    """A finished draft: its file, how many rows it has, and of which dataset."""

    path: Path
    rows: int
    dataset: Dataset


def store_drafts(folder: Path, drafts: Sequence[Staged]) -> list[Path]:
    """Make finished drafts the files of batches, as ``write_batch`` does; the drafts themselves are gone then."""
    paths = []
    for draft in drafts:
        with draft.path.open("r+b") as file:
            os.fsync(file.fileno())
        paths.append(_name_by_content(folder / draft.dataset.id, draft.path)[0])
    for place in dict.fromkeys(path.parent for path in paths):
        _sync_folder(place)
    return paths


def write_batch(folder: Path, dataset: Dataset, rows: list[dict[str, object]] | pa.Table) -> Path:
    """Store rows as ``<folder>/<dataset>/<hash of the content>.parquet`` and return that path.

    Rows have the names and types of ``arrow_schema``; a missing ``<name>__last`` equals ``<name>``. When
    this returns the file is on disk for good; a crash before leaves at most a file that nobody refers to.
    """
    schema = arrow_schema(dataset)
    if not isinstance(rows, pa.Table):
        lasts = [column.name for column in dataset.columns if column.month_allowed]
        filled = [{**{f"{name}__last": row.get(name) for name in lasts}, **row} for row in rows]
        rows = pa.Table.from_pylist(filled, schema=schema)
    if rows.schema != schema:
        raise ValueError(f"rows of {dataset.id} do not have its schema")
    place = folder / dataset.id
    place.mkdir(parents=True, exist_ok=True)
    with draft_file(place, mode=0o666) as draft:
        with draft.open("wb") as file:
            pq.write_table(rows, file, compression="zstd")
        return store_content(place, draft)[0]


def store_content(place: Path, draft: Path) -> tuple[Path, str]:
    """Make a finished draft ``<place>/<hash of the content>.parquet``, on disk for good; its path and its SHA-256."""
    with draft.open("r+b") as file:
        os.fsync(file.fileno())
    path, digest = _name_by_content(place, draft)
    _sync_folder(place)
    return path, digest


def _name_by_content(place: Path, draft: Path) -> tuple[Path, str]:
    digest = hash_file(draft)
    place.mkdir(parents=True, exist_ok=True)
    path = place / f"{digest[:16]}.parquet"
    draft.replace(path)
    return path, digest


def is_named_after(path: Path) -> bool:
    """Whether the file of a batch has the bytes that it is named after."""
    return hash_file(path)[:16] == path.stem


def _sync_folder(folder: Path) -> None:
    # The new name survives a power cut only once its folder is on disk; Windows has no such call.
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
