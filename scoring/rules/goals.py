"""How a figure stands to its target: whether it is reached, and from which number a shortfall is counted."""

from __future__ import annotations

from fractions import Fraction

from indicators.entries.targets import Target
from scoring.measures.figure import Figure


def find_shortfall(target: Target, x: Fraction) -> tuple[int, Fraction]:
    """Which way is better (1, -1; 0 for an exact number) and the number from which a shortfall is counted."""
    if target.by is not None:
        return 1, Fraction(1)
    if target.at_least is not None:
        return 1, target.at_least.exact
    if target.at_most is not None:
        return -1, target.at_most.exact
    if target.equals is not None:
        return 0, target.equals.exact
    if target.rising is not None:
        return 1, target.rising.at_least.exact if target.rising.at_least else Fraction(0)
    if target.falling is not None:
        return -1, -target.falling.at_least.exact if target.falling.at_least else Fraction(0)
    return 0, Fraction(0)


def is_reached(target: Target | None, figure: Figure) -> bool | None:
    """Whether the figure is what was asked; None where nothing was."""
    if target is None:
        return None
    x = figure.actual.value
    if target.by is not None:
        return x == 0 if figure.is_deadline else x == 1
    if target.at_least is not None:
        return x >= target.at_least.exact
    if target.at_most is not None:
        return x <= target.at_most.exact
    if target.equals is not None:
        return x == target.equals.exact
    if target.rising is not None:
        return x >= target.rising.at_least.exact if target.rising.at_least else x > 0
    if target.falling is not None:
        return x <= -target.falling.at_least.exact if target.falling.at_least else x < 0
    return x == 0
