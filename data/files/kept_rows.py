"""The first rows of a sheet, read once however often they are asked for: a form is whole in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

from data.files.raw_sheets import Row

#: So many rows are kept; whoever wants more reads the sheet from its start.
KEPT = 512


class KeptRows:
    """Opens the rows that ``open_rows`` opens; what that raises is raised each time."""

    def __init__(self, open_rows: Callable[[], Iterator[Row]], kept: int = KEPT) -> None:
        self._open_rows = open_rows
        self._most = kept
        self._kept: list[Row] = []
        self._coming: Iterator[Row] | None = None
        self._ended = False

    def open(self) -> Iterator[Row]:
        """The rows from the first one; several may be open at a time."""
        at = 0
        while True:
            if at == len(self._kept) and not self._ended and at < self._most:
                self._keep_next()
            if at == len(self._kept):
                break
            yield self._kept[at]
            at += 1
        if not self._ended:
            yield from islice(self._open_rows(), at, None)

    def _keep_next(self) -> None:
        if self._coming is None:
            self._coming = islice(self._open_rows(), len(self._kept), None)
        try:
            row = next(self._coming, None)
        except BaseException:
            # To be raised again by the next reading.
            self._coming = None
            raise
        if row is None:
            self._ended = True
        else:
            self._kept.append(row)
        if self._ended or len(self._kept) == self._most:
            self._coming = None
