"""The number from which a figure falls short of its target or exceeds it."""

from __future__ import annotations

from fractions import Fraction

from indicators.entries.targets import Target


def find_shortfall(target: Target, x: Fraction) -> tuple[int, Fraction]:
    """Which way is better (1, -1; 0 for an exact number) and the number from which a shortfall is counted."""
    if target.by is not None:
        return 1, Fraction(1)
    if target.at_least is not None:
        return 1, Fraction(target.at_least.value)
    if target.at_most is not None:
        return -1, Fraction(target.at_most.value)
    if target.equals is not None:
        return 0, Fraction(target.equals.value)
    if target.rising is not None:
        return 1, Fraction(target.rising.at_least.value) if target.rising.at_least else Fraction(0)
    if target.falling is not None:
        return -1, -Fraction(target.falling.at_least.value) if target.falling.at_least else Fraction(0)
    return 0, Fraction(0)
