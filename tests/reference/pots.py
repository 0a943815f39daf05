"""Pots, read from docs/pack-format.md: what parts take and add, within the bounds of groups and of the whole."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from fractions import Fraction

from indicators.pack.combining import Pot
from indicators.pack.model import Indicator
from tests.reference.awards import worth

ZERO = Fraction(0)


def find_share(indicator: Indicator, place: int, full: Fraction) -> Fraction:
    """The most that a part takes or adds; one that voids has nothing of its own."""
    part = indicator.parts[place]
    amount = part.takes or part.adds
    return full if amount is None else worth(amount, full)


def move(indicator: Indicator, place: int, marks: Fraction, full: Fraction) -> Fraction:
    """What a part with so many marks does to the pot."""
    taking = indicator.parts[place].takes is not None
    return marks - find_share(indicator, place, full) if taking else marks


def fill_pot(
    indicator: Indicator, moves: Mapping[int, Fraction], full: Fraction, leaving: Collection[int] = ()
) -> Fraction:
    """The marks of the pot after all moves, each by the place of its part; at most, where some of them may be gone."""
    pot = indicator.pot
    assert pot is not None
    inside = worth(pot.start, full) + gather(indicator, pot, None, moves, full, leaving)
    return max(worth(pot.at_least, full), min(full, inside))


def gather(
    indicator: Indicator,
    pot: Pot,
    group: str | None,
    moves: Mapping[int, Fraction],
    full: Fraction,
    leaving: Collection[int],
) -> Fraction:
    """All that moves within a group, set off against each other, the groups inside it already bounded."""
    own = sorted((amount, place) for place, amount in moves.items() if indicator.parts[place].group == group)
    node = next((inner for inner in pot.groups if inner.name == group), pot)
    if node.best is not None:
        own = own[-node.best :]
    elif node.worst is not None:
        stay = [each for each in own if each[1] not in leaving]
        own = (stay + [each for each in reversed(own) if each[1] in leaving])[: node.worst]
    total = sum((amount for amount, _ in own), ZERO)
    for inner in pot.groups:
        if inner.within == group:
            amount = gather(indicator, pot, inner.name, moves, full, leaving)
            if inner.at_most is not None:
                amount = min(amount, worth(inner.at_most, full))
            if inner.at_least is not None:
                amount = max(amount, worth(inner.at_least, full))
            total += amount
    return total


def find_least(indicator: Indicator, cohort: str) -> Fraction:
    """What an open item counts at least: what a pot may take from the total."""
    if indicator.pot is None:
        return ZERO
    return min(ZERO, worth(indicator.pot.at_least, Fraction(indicator.marks[cohort])))
