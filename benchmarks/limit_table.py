"""The table of limits: what was found beside what is wanted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rich.table import Table

from benchmarks.timing import console


class Line(NamedTuple):
    """A figure in words."""

    what: str
    found: str
    wanted: str


def print_lines(lines: Sequence[Line]) -> None:
    """All of them as one table."""
    table = Table(title="at the limit, measured in one run", title_justify="left")
    for name in ("what", "found", "wanted"):
        table.add_column(name, overflow="fold")
    for line in lines:
        table.add_row(*line)
    console.print(table)
