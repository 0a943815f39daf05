"""What somebody may have meant, and where two texts differ. The one place that guesses, and of long texts nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher, get_close_matches
from typing import NamedTuple

#: No name is longer. Comparing texts takes the product of their lengths, so of a longer one nothing is guessed.
LONGEST_WORD = 100
#: Two texts of more pieces are not looked into: they differ.
MOST_PIECES = 2000


def find_nearest(word: str, known: Iterable[str], number: int = 1, cutoff: float = 0.6) -> list[str]:
    """At most so many of the known names, the nearest first; none for a word that is no name."""
    if len(word) > LONGEST_WORD:
        return []
    return get_close_matches(word, [name for name in known if len(name) <= LONGEST_WORD], number, cutoff)


def suggest(name: str, known: list[str]) -> str:
    """A hint for an unknown name."""
    close = find_nearest(name, known)
    if close:
        return f"；是不是「{close[0]}」"
    return f"；请改用已有的：{'、'.join(list(dict.fromkeys(known))[:20])}" if known else "；请先登记"


class Stretch(NamedTuple):
    """Pieces of two texts that stand in both of them, or that one has where the other has others or none."""

    same: bool
    before: tuple[str, ...]
    after: tuple[str, ...]


def compare_pieces(before: Sequence[str], after: Sequence[str]) -> list[Stretch]:
    """The two texts from left to right; of long ones that are not the same, all is one stretch."""
    if max(len(before), len(after)) > MOST_PIECES:
        return [Stretch(list(before) == list(after), tuple(before), tuple(after))]
    found = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return [
        Stretch(kind == "equal", tuple(before[low:high]), tuple(after[first:last]))
        for kind, low, high, first, last in found
    ]
