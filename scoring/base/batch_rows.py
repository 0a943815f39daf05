"""Where the rows of batches are read: in the batches themselves, or in a copy that holds those of many."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from data.batches.records import BatchFile, Compact
from scoring.base.sql import quote_list, quote_text


def list_sources(files: Iterable[BatchFile]) -> list[Path]:
    """The files that hold the rows, each once for each batch that is read where it lies and once for a copy."""
    own = [file.path for file in files if file.within is None]
    return [*own, *dict.fromkeys(file.within.path for file in files if file.within is not None)]


def read_batches(files: Sequence[BatchFile], *, named: bool = False) -> str:
    """The rows of ``files``, of one dataset, as what a query reads from.

    ``named`` adds ``filename``, the path of the batch that each row is of, wherever it is read.
    """
    listed = ", ".join(quote_text(str(path)) for path in list_sources(files))
    copies = {file.within for file in files if file.within is not None}
    if not copies:
        return f"read_parquet([{listed}], union_by_name = true{', filename = true' if named else ''})"
    if len(copies) > 1:
        raise ValueError("the batches of a dataset lie in one copy")
    (copy,) = copies
    chosen = _choose(copy, [file for file in files if file.within is not None])
    if not named:
        rows = f"read_parquet([{listed}], union_by_name = true)"
        return f"(SELECT * FROM {rows}{chosen})" if chosen else rows
    folder = next(file.path.parent for file in files if file.within is not None)
    name = f"coalesce({quote_text(str(folder / '_')[:-1])} || _batch, filename)"
    rows = f"read_parquet([{listed}], union_by_name = true, filename = true)"
    return f"(SELECT * REPLACE ({name} AS filename) FROM {rows}{chosen})"


def _choose(copy: Compact, files: Sequence[BatchFile]) -> str:
    """Where the copy holds more than these batches: a condition that leaves out the rows of the others."""
    names = {file.path.name for file in files}
    if names == copy.batches:
        return ""
    others = copy.batches - names
    few = f"NOT IN {quote_list(sorted(others))}" if len(others) < len(names) else f"IN {quote_list(sorted(names))}"
    return f" WHERE _batch IS NULL OR _batch {few}"
