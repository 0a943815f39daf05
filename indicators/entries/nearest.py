"""What somebody may have meant: the known names that are nearest to a word. The one place that guesses."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

#: No name is longer. Comparing texts takes the product of their lengths, so of a longer one nothing is guessed.
LONGEST_WORD = 100


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
