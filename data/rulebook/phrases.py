"""Short forms of rules: a phrase and its numbers instead of the columns of a kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from indicators.pack.plain_values import Texts
from indicators.rules.registry import RULES
from indicators.rules.rule import Pattern, Phrase


class Said(NamedTuple):
    """A rule said in a phrase, with its numbers in order."""

    phrase: str
    numbers: tuple[str, ...]


def list_phrases() -> Iterator[tuple[str, Phrase]]:
    """All phrases, each with the kind of rule that it stands for."""
    for kind, rule in RULES.items():
        yield from ((kind, phrase) for phrase in rule.phrases)


def find_phrase(rule: Texts) -> Said | None:
    """The first phrase that says exactly this choice of a rule, ``{kind: {...}}``; None if none does."""
    if not isinstance(rule, Mapping) or len(rule) != 1:
        return None
    (kind, body), *_ = rule.items()
    for owner, phrase in list_phrases():
        numbers: dict[int, str] = {}
        if owner == kind and _fits(phrase.rule, body, numbers):
            return Said(phrase.words, tuple(numbers[slot] for slot in sorted(numbers)))
    return None


def _fits(pattern: Pattern, value: Texts, numbers: dict[int, str]) -> bool:
    if isinstance(pattern, int):
        # A number of several lines or none would not come back out of its cell.
        fits = isinstance(value, str) and value == value.strip() != "" and value.isprintable()
        return fits and numbers.setdefault(pattern, str(value)) == value
    if isinstance(pattern, str):
        return pattern == value
    if isinstance(pattern, Mapping):
        same = isinstance(value, Mapping) and pattern.keys() == value.keys()
        return same and isinstance(value, Mapping) and all(_fits(pattern[key], value[key], numbers) for key in pattern)
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) != len(pattern):
        return False
    return all(_fits(inner, each, numbers) for inner, each in zip(pattern, value, strict=True))


def count_slots(words: str) -> int:
    """How many numbers a phrase takes."""
    return words.count("_")


def fill_phrase(words: str, numbers: Sequence[str]) -> dict[str, Texts]:
    """The rule that a phrase says with these numbers."""
    kind, phrase = next((kind, phrase) for kind, phrase in list_phrases() if phrase.words == words)
    return {kind: _fill(phrase.rule, numbers)}


def _fill(pattern: Pattern, numbers: Sequence[str]) -> Texts:
    if isinstance(pattern, int):
        return numbers[pattern - 1]
    if isinstance(pattern, Mapping):
        return {key: _fill(each, numbers) for key, each in pattern.items()}
    return pattern if isinstance(pattern, str) else [_fill(each, numbers) for each in pattern]
