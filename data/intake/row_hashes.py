"""Rows that may agree with one another, found by hashes of eight bytes: to keep what they hash would fill the memory.

A hash clears nearly every row. The few that share one are looked at closely, so that two values of one hash are
never taken for the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from data.batches.staging import name_staged
from data.intake.hashing import Hashes
from data.sheets.parsed import ParsedSheet

Number = TypeVar("Number", np.int64, np.float64)
HashRows = Callable[[ParsedSheet], Hashes]

#: So many values are looked at in one round; each is held with all that it says.
AT_A_TIME = 10_000
#: So many hashes are counted together, those of the same last bits: a table of all would outweigh them several times.
_TOGETHER = 1 << 18
#: So many hashes are counted by their first bits together.
_COUNTED = 1 << 20
#: A place can be met so often until it is full.
_UNTIL_FULL = 60_000
#: So many numbers of rows wait in memory, and are read again together.
_WAITING = 1 << 16


class RowNumbers(Generic[Number]):
    """A number of eight bytes for each row, in their order. Many of them are kept in a file in ``folder``, which
    whoever made the folder takes away: in memory they would outweigh all that is read at a time."""

    def __init__(self, folder: Path, kind: type[Number]) -> None:
        self._path = name_staged(folder, ".numbers")
        self._kind: type[Number] = kind
        self._waiting: list[NDArray[Number]] = []
        self._filed = 0
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, numbers: NDArray[Number]) -> None:
        """Those of the next rows."""
        self._waiting.append(numbers)
        self._count += len(numbers)
        if self._count - self._filed >= _WAITING:
            with self._path.open("ab") as file:
                for each in self._waiting:
                    file.write(np.ascontiguousarray(each).data)
            self._waiting, self._filed = [], self._count

    def __iter__(self) -> Iterator[NDArray[Number]]:
        """The numbers in pieces, the same ones for all that were added to alike."""
        if self._filed:
            with self._path.open("rb") as file:
                while len(piece := np.fromfile(file, dtype=self._kind, count=_WAITING)):
                    yield piece
        yield from self._waiting


class Suspects:
    """Hashes of values that need a closer look, a number at a time, those whose rows come first before the others.

    Each round goes over all rows anew and asks of each whether it has its turn.
    """

    def __init__(self, hashes: Hashes) -> None:
        self._asked = np.unique(hashes)
        self._left = np.ones(len(self._asked), bool)
        self._now = np.zeros(len(self._asked), bool)
        self._room = AT_A_TIME
        self._begun = False

    def begin_round(self) -> bool:
        """Whether another round is needed."""
        if not self._left.any() or (self._begun and not self._now.any()):
            return False
        self._begun = True
        self._now[:] = False
        self._room = AT_A_TIME
        return True

    def find_turns(self, sheet: ParsedSheet, hash_rows: HashRows) -> Sequence[int]:
        """The places of the rows that have their turn in this round."""
        hashes = hash_rows(sheet)
        places = np.minimum(np.searchsorted(self._asked, hashes), len(self._asked) - 1)
        asked = np.flatnonzero(self._asked[places] == hashes)
        return [at for at, place in zip(asked.tolist(), places[asked].tolist(), strict=True) if self._have(place)]

    def _have(self, place: int) -> bool:
        """Whether the rows with this hash have their turn in this round."""
        if self._now[place]:
            return True
        if not self._left[place] or not self._room:
            return False
        self._room -= 1
        self._left[place], self._now[place] = False, True
        return True


class Everyone:
    """All rows, which are so few that to look at them closely is less work than to hash them."""

    def __init__(self) -> None:
        self._rounds = 1

    def begin_round(self) -> bool:
        """Whether the one round has not begun yet."""
        self._rounds -= 1
        return self._rounds == 0

    def find_turns(self, sheet: ParsedSheet, hash_rows: HashRows) -> Sequence[int]:
        """The places of all rows."""
        return range(len(sheet.rows))


class Repeats:
    """Tells hashes that occur more than once. Eight bytes a row."""

    def __init__(self, folder: Path) -> None:
        self._hashes = RowNumbers(folder, np.int64)

    def add(self, hashes: Hashes) -> None:
        """Note one hash for each row."""
        self._hashes.add(hashes)

    def find(self) -> Suspects:
        """What occurred more than once."""
        repeated = [np.zeros(0, dtype=np.int64)]
        parts = _count_parts(self._hashes, _COUNTED)
        for part in range(parts):
            codes = _find_shared(self._hashes, part, parts)
            codes.sort()
            repeated.append(codes[1:][codes[1:] == codes[:-1]])
        return Suspects(np.concatenate(repeated))


class LargeSums:
    """Tells hashes whose figures may add up to more than a limit. Sixteen bytes a row."""

    def __init__(self, folder: Path) -> None:
        self._hashes = RowNumbers(folder, np.int64)
        self._figures = RowNumbers(folder, np.float64)

    def add(self, hashes: Hashes, figures: NDArray[np.float64]) -> None:
        """Note the figures of rows. One below zero may belong to another group of the same hash, and counts as zero."""
        self._hashes.add(hashes)
        self._figures.add(np.maximum(figures, 0.0))

    def find(self, limit: float) -> Suspects:
        """The hashes whose sum may be above the limit."""
        # Floats are good enough to tell what is far below; the limit is lowered by more than they can err.
        limit -= abs(limit) * 1e-9 + 1e-6
        large = [np.zeros(0, dtype=np.int64)]
        parts = _count_parts(self._hashes, _TOGETHER)
        for part in range(parts):
            codes = [_pick_part(each, each, part, parts) for each in self._hashes]
            pairs = zip(self._figures, self._hashes, strict=True)
            figures = [_pick_part(each, hashes, part, parts) for each, hashes in pairs]
            if codes:
                groups, places = np.unique(np.concatenate(codes), return_inverse=True)
                large.append(groups[np.bincount(places, np.concatenate(figures), len(groups)) > limit])
        return Suspects(np.concatenate(large))


def _find_shared(hashes: RowNumbers[np.int64], part: int, parts: int) -> Hashes:
    """The hashes of a part that have their first bits in common with another of it: to sort these alone is a third of
    the work."""
    # Some four places for each row; what is below zero counts from the last place.
    bits = (4 * (len(hashes) // parts + 1)).bit_length()
    shift = 64 - bits
    counts = np.zeros(1 << bits, dtype=np.uint16)
    for each in hashes:
        picked = _pick_part(each, each, part, parts)
        for start in range(0, len(picked), _UNTIL_FULL):
            places = picked[start : start + _UNTIL_FULL] >> shift
            np.add.at(counts, places, np.uint16(1))
            # One and more than one are enough to know, and more would run over.
            counts[places] = np.minimum(counts[places], 2)
    shared = [np.zeros(0, dtype=np.int64)]
    for each in hashes:
        picked = _pick_part(each, each, part, parts)
        shared.append(picked[counts[picked >> shift] > 1])
    return np.concatenate(shared)


def _count_parts(hashes: RowNumbers[np.int64], together: int) -> int:
    """A power of two."""
    return 1 << max((len(hashes) - 1) // together, 0).bit_length()


def _pick_part(values: NDArray[Number], hashes: Hashes, part: int, parts: int) -> NDArray[Number]:
    """The values whose hashes end in these bits."""
    return values if parts == 1 else values[hashes & (parts - 1) == part]
