"""Rows that may agree with one another, found by hashes of eight bytes: to keep what they hash would fill the memory.

A hash clears nearly every row. The few that share one are looked at closely, so that two values of one hash are
never taken for the same.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc

#: So many values are looked at in one round; each is held with all that it says.
AT_A_TIME = 10_000
#: Hashes are counted by their last bits: a table of all at once would outweigh them several times.
_PARTS = 16


class Suspects:
    """Hashes of values that need a closer look, a number at a time, those whose rows come first before the others.

    Each round goes over all rows anew and asks of each whether it has its turn.
    """

    def __init__(self, hashes: set[int]) -> None:
        self._left = hashes
        self._now: set[int] = set()
        self._begun = False

    def begin_round(self) -> bool:
        """Whether another round is needed."""
        if not self._left or (self._begun and not self._now):
            return False
        self._begun = True
        self._now = set()
        return True

    def have(self, code: int) -> bool:
        """Whether a row with this hash has its turn in this round."""
        if code in self._now:
            return True
        if code not in self._left or len(self._now) >= AT_A_TIME:
            return False
        self._left.remove(code)
        self._now.add(code)
        return True


class Repeats:
    """Tells hashes that occur more than once. Eight bytes a row."""

    def __init__(self) -> None:
        self._parts = [array("q") for _ in range(_PARTS)]

    def add(self, hashes: Iterable[int]) -> None:
        """Note one hash for each row."""
        parts = self._parts
        for code in hashes:
            parts[code % _PARTS].append(code)

    def find(self) -> Suspects:
        """What occurred more than once."""
        repeated: set[int] = set()
        for part in self._parts:
            counts = _wrap(part, pa.int64()).value_counts()
            values, times = counts.field("values"), counts.field("counts")
            repeated.update(values.filter(pc.greater(times, 1)).to_pylist())
        return Suspects(repeated)


class LargeSums:
    """Tells hashes whose figures may add up to more than a limit. Sixteen bytes a row."""

    def __init__(self) -> None:
        self._parts = [(array("q"), array("d")) for _ in range(_PARTS)]

    def add(self, code: int, figure: float) -> None:
        """Note the figure of a row. One below zero may belong to another group of the same hash, and counts as zero."""
        codes, figures = self._parts[code % _PARTS]
        codes.append(code)
        figures.append(figure if figure > 0.0 else 0.0)

    def find(self, limit: float) -> Suspects:
        """The hashes whose sum may be above the limit."""
        # Floats are good enough to tell what is far below; the limit is lowered by more than they can err.
        limit -= abs(limit) * 1e-9 + 1e-6
        large: set[int] = set()
        for codes, figures in self._parts:
            table = pa.table({"group": _wrap(codes, pa.int64()), "figure": _wrap(figures, pa.float64())})
            sums = table.group_by("group").aggregate([("figure", "sum")])
            large.update(sums.filter(pc.greater(sums["figure_sum"], limit))["group"].to_pylist())
        return Suspects(large)


def _wrap(values: array, kind: pa.DataType) -> pa.Array:  # type: ignore[type-arg]
    """The values without a copy."""
    return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(values)])
