"""Rows that may agree with one another, found by hashes of eight bytes: to keep what they hash would fill the memory.

A hash clears nearly every row. The few that share one are looked at closely, so that two values of one hash are
never taken for the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.intake.hashing import Hashes

#: So many values are looked at in one round; each is held with all that it says.
AT_A_TIME = 10_000
#: So many hashes are counted together, those of the same last bits: a table of all would outweigh them several times.
_TOGETHER = 1 << 18
#: So many hashes are counted by their first bits together.
_COUNTED = 1 << 20
#: A place can be met so often until it is full.
_UNTIL_FULL = 60_000


class Suspects:
    """Hashes of values that need a closer look, a number at a time, those whose rows come first before the others.

    Each round goes over all rows anew and asks of each whether it has its turn.
    """

    def __init__(self, hashes: set[int]) -> None:
        self._left = hashes
        self._now: set[int] = set()
        self._begun = False
        self._asked: Hashes = np.zeros(0, dtype=np.int64)

    def begin_round(self) -> bool:
        """Whether another round is needed."""
        if not self._left or (self._begun and not self._now):
            return False
        self._begun = True
        self._now = set()
        self._asked = np.sort(np.fromiter(self._left, dtype=np.int64, count=len(self._left)))
        return True

    def find_turns(self, hashes: Hashes) -> list[int]:
        """The places of those that have their turn in this round."""
        places = np.searchsorted(self._asked, hashes)
        asked = np.flatnonzero(self._asked[np.minimum(places, len(self._asked) - 1)] == hashes)
        return [at for at, code in zip(asked.tolist(), hashes[asked].tolist(), strict=True) if self.have(code)]

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
        self._hashes: list[Hashes] = []

    def add(self, hashes: Hashes) -> None:
        """Note one hash for each row."""
        self._hashes.append(hashes)

    def find(self) -> Suspects:
        """What occurred more than once."""
        repeated: set[int] = set()
        parts = _count_parts(self._hashes, _COUNTED)
        for part in range(parts):
            codes = _find_shared(self._hashes if parts == 1 else [_pick_part(self._hashes, self._hashes, part, parts)])
            codes.sort()
            repeated.update(codes[1:][codes[1:] == codes[:-1]].tolist())
        return Suspects(repeated)


class LargeSums:
    """Tells hashes whose figures may add up to more than a limit. Sixteen bytes a row."""

    def __init__(self) -> None:
        self._hashes: list[Hashes] = []
        self._figures: list[NDArray[np.float64]] = []

    def add(self, hashes: Hashes, figures: NDArray[np.float64]) -> None:
        """Note the figures of rows. One below zero may belong to another group of the same hash, and counts as zero."""
        self._hashes.append(hashes)
        self._figures.append(np.maximum(figures, 0.0))

    def find(self, limit: float) -> Suspects:
        """The hashes whose sum may be above the limit."""
        # Floats are good enough to tell what is far below; the limit is lowered by more than they can err.
        limit -= abs(limit) * 1e-9 + 1e-6
        large: set[int] = set()
        parts = _count_parts(self._hashes, _TOGETHER)
        for part in range(parts):
            codes = _pick_part(self._hashes, self._hashes, part, parts)
            groups, places = np.unique(codes, return_inverse=True)
            sums = np.bincount(places, _pick_part(self._figures, self._hashes, part, parts), len(groups))
            large.update(groups[sums > limit].tolist())
        return Suspects(large)


def _find_shared(hashes: Sequence[Hashes]) -> Hashes:
    """The hashes that have their first bits in common with another: to sort these alone is a third of the work."""
    # Some four places for each row; what is below zero counts from the last place.
    bits = (4 * sum(map(len, hashes))).bit_length()
    shift = 64 - bits
    counts = np.zeros(1 << bits, dtype=np.uint16)
    for each in hashes:
        for start in range(0, len(each), _UNTIL_FULL):
            places = each[start : start + _UNTIL_FULL] >> shift
            np.add.at(counts, places, np.uint16(1))
            # One and more than one are enough to know, and more would run over.
            counts[places] = np.minimum(counts[places], 2)
    shared = [each[counts[each >> shift] > 1] for each in hashes]
    return np.concatenate(shared) if shared else np.zeros(0, dtype=np.int64)


def _count_parts(hashes: Sequence[Hashes], together: int) -> int:
    """A power of two."""
    return 1 << max((sum(map(len, hashes)) - 1) // together, 0).bit_length()


def _pick_part(values: Sequence[NDArray[Any]], hashes: Sequence[Hashes], part: int, parts: int) -> NDArray[Any]:
    """The values whose hashes end in these bits."""
    picked = [each[codes & (parts - 1) == part] for each, codes in zip(values, hashes, strict=True)]
    return np.concatenate(picked) if picked else np.zeros(0, dtype=np.int64)
