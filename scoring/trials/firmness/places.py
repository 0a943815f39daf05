"""From totals to places: whole numbers that hold a total and whose it is, sorted, and counted exactly.

Sorting such numbers is several times faster than sorting the order of floats, and units with the same printed total
tie as they do in a ranking (1, 1, 3).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from scoring.trials.firmness.worlds import DrawnWorlds

Whole = npt.NDArray[np.int64]
#: Shares of full marks that differ at all differ within so many binary places.
_SHARE = 2**40
#: Places are gathered until there are so many before they are counted.
_GATHERED = 4_000_000


class RankCounts:
    """Counts in how many worlds each unit had each rank."""

    def __init__(self, units: int) -> None:
        self._units = units
        self._bits = max(units - 1, 1).bit_length()
        self._counts = np.zeros(units * units, dtype=np.int64)
        self._waiting: list[npt.NDArray[np.int64]] = []
        self._gathered = 0

    def add(self, world: DrawnWorlds) -> npt.NDArray[np.signedinteger]:
        """Count the worlds; what is given back is less for the better total (worlds by units)."""
        scores = _write_scores(world, self._bits)
        kind = scores.dtype
        keys = scores << self._bits
        keys |= np.arange(self._units, dtype=kind)
        keys.sort(axis=1)
        who = keys & kind.type((1 << self._bits) - 1)
        keys >>= self._bits
        places = np.arange(self._units, dtype=np.int64)
        level = keys[:, 1:] == keys[:, :-1]
        found = who.astype(np.int64)
        found *= self._units
        if level.any():
            shared = np.where(level, 0, places[1:].astype(np.int32))
            found[:, 1:] += np.maximum.accumulate(shared, axis=1)
        else:
            found += places
        self._waiting.append(found.ravel())
        self._gathered += found.size
        if self._gathered >= _GATHERED:
            self._count()
        return scores

    def _count(self) -> None:
        for each in self._waiting:
            # With few units to many worlds a table for each piece costs nothing, and with many it is worth gathering.
            if len(each) * 8 >= self._units**2:
                self._counts += np.bincount(each, minlength=self._units**2)
            else:
                np.add.at(self._counts, each, 1)
        self._waiting, self._gathered = [], 0

    @property
    def counts(self) -> Whole:
        """Units by ranks, the first rank first."""
        self._count()
        return self._counts.reshape(self._units, self._units)


def _write_scores(world: DrawnWorlds, bits: int) -> npt.NDArray[np.signedinteger]:
    """Whole numbers that are less for the better share of full marks, as narrow as can be."""
    totals, full = world.totals, world.full
    if len(full) and (full != full[0]).any():
        shares = totals / np.maximum(full, 1)
        return np.asarray(np.rint(shares * -_SHARE), dtype=np.int64)
    most = max(abs(float(totals.max(initial=0))), abs(float(totals.min(initial=0))))
    kind = np.int32 if most * 2**bits < 2**31 - 1 else np.int64
    return np.asarray(-totals, dtype=kind)
