"""Many tallies over one dataset: its rows once per combination of closed columns, and the tallies over these few rows.

A condition that is looked at row by row costs as much as a column that is read. Columns that hold one of a few choices
make so few combinations that the conditions, looked at once for each of them, cost nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import prod
from typing import Final

from indicators.entries.tables import Dataset
from scoring.base.sql import join_and, quote_name
from scoring.measures.raw import name_reported, scale_of
from scoring.measures.tallied import Tallied

#: As many combinations a unit has at most, those with an empty cell among them.
_COMBINATIONS: Final = 128
#: A further column of a group costs as much as so many conditions that are looked at row by row.
_WORTH: Final = 4
#: Values of a closed column: those of a flag, and one more for what is empty.
_FLAG, _EMPTY = 2, 1


def choose_keys(tallies: Iterable[Tallied], dataset: Dataset) -> tuple[str, ...]:
    """The closed columns by which rows are worth being grouped first; none where single conditions are cheaper."""
    asked = [tally for tally in tallies if tally.asked]
    uses = Counter(name for tally in asked for name in tally.asked or ())
    sizes = {name: size for name in uses if (size := _count_values(dataset, name)) is not None}
    keys: list[str] = []
    for name in sorted(sizes, key=lambda name: (-uses[name], name)):
        if prod(sizes[key] for key in (*keys, name)) <= _COMBINATIONS:
            keys.append(name)
    saved = {look for tally in asked if tally.fits(keys) for look in _list_looks(tally)}
    return tuple(keys) if len(saved) > _WORTH * (1 + len(keys)) else ()


def _list_looks(tally: Tallied) -> Iterator[tuple[str, str]]:
    """What would be found row by row under a condition; the same is found once by itself."""
    yield tally.condition, "rows"
    if tally.open:
        yield tally.condition, "open"
    if tally.needed is not None:
        yield tally.condition, f"filled {tally.needed}"
    if tally.column is not None:
        yield tally.condition, f"sum of {tally.needed}"


def _count_values(dataset: Dataset, name: str) -> int | None:
    column = dataset.column(name)
    if column is None or column.type not in ("choice", "flag"):
        return None
    return (len(column.choices) if column.type == "choice" else _FLAG) + _EMPTY


@dataclass(frozen=True)
class Combined:
    """A scan of the rows of a period, grouped first by ``keys``."""

    dataset: Dataset
    period: str
    keys: tuple[str, ...]
    wanted: tuple[tuple[int, Tallied], ...]

    def write(self) -> str:
        """The same columns for each unit as a scan without combinations has."""
        listed = ",\n       ".join(
            column for number, tally in self.wanted for column in self._write_outer(number, tally)
        )
        return f"SELECT unit,\n       {listed}\nFROM (\n{self._write_inner()}\n)\nGROUP BY unit"

    def _write_inner(self) -> str:
        names = [quote_name(key) for key in self.keys]
        columns = ["_unit AS unit", *names, "count(*) AS _rows"]
        for at, (needed, tally) in enumerate(self._list_needed()):
            columns.append(f"count({needed}) AS _filled_{at}")
            if tally.column is not None:
                columns.append(f"(sum({needed}) * {10 ** scale_of(self.dataset, tally.column)})::HUGEINT AS _sum_{at}")
        for number, tally in self.wanted:
            if not tally.fits(self.keys):
                columns += write_tally(number, tally, self.dataset)
        listed = ",\n       ".join(columns)
        rows, where = name_reported(self.dataset), join_and([self.period])
        return f"SELECT {listed}\nFROM {rows}\nWHERE {where}\nGROUP BY {', '.join(['_unit', *names])}"

    def _list_needed(self) -> list[tuple[str, Tallied]]:
        """Each expression that tallies of combinations need, once, with one of those that add it up if there is one."""
        found: dict[str, Tallied] = {}
        for _, tally in self.wanted:
            if tally.needed is not None and tally.fits(self.keys):
                found[tally.needed] = found.get(tally.needed, tally) if tally.column is None else tally
        return list(found.items())

    def _write_outer(self, number: int, tally: Tallied) -> list[str]:
        if not tally.fits(self.keys):
            return [f"sum({name})::{kind} AS {name}" for name, kind in list_columns(number, tally)]
        chosen = f" FILTER (WHERE {tally.condition})" if tally.condition != "TRUE" else ""
        columns = [f"coalesce(sum(_rows){chosen}, 0)::BIGINT AS n_{number}"]
        if tally.needed is not None:
            at = [needed for needed, _ in self._list_needed()].index(tally.needed)
            if tally.column is not None:
                columns.append(f"sum(_sum_{at}){chosen} AS total_{number}")
            columns.append(f"coalesce(sum(_rows - _filled_{at}){chosen}, 0)::BIGINT AS empty_{number}")
        if tally.open:
            may = f"FILTER (WHERE ({tally.condition}) IS NULL)"
            columns.append(f"coalesce(sum(_rows) {may}, 0)::BIGINT AS open_{number}")
        return columns


def list_columns(number: int, tally: Tallied) -> list[tuple[str, str]]:
    """The columns of a tally in a scan, with their types, but for different values."""
    columns = [(f"n_{number}", "BIGINT")]
    if tally.column is not None:
        columns.append((f"total_{number}", "HUGEINT"))
    if tally.needed is not None:
        columns.append((f"empty_{number}", "BIGINT"))
    return [*columns, *([(f"open_{number}", "BIGINT")] if tally.open else [])]


def write_tally(number: int, tally: Tallied, dataset: Dataset) -> list[str]:
    """The same columns, found row by row."""
    chosen = f" FILTER (WHERE {tally.condition})" if tally.condition != "TRUE" else ""
    columns = [f"count(*){chosen} AS n_{number}"]
    if tally.distinct is not None:
        columns.append(f"count(DISTINCT {tally.needed}){chosen} AS total_{number}")
    elif tally.column is not None:
        factor = 10 ** scale_of(dataset, tally.column)
        # A column that is empty in any row makes the sum of that row empty, and so the figure pending.
        columns.append(f"(sum({tally.needed}){chosen} * {factor})::HUGEINT AS total_{number}")
    if tally.needed is not None:
        # Also of required columns: a batch may be older than the pack's rule that none is empty.
        columns.append(f"count(*){chosen} - count({tally.needed}){chosen} AS empty_{number}")
    if tally.open:
        columns.append(f"count(*) FILTER (WHERE ({tally.condition}) IS NULL) AS open_{number}")
    return columns
