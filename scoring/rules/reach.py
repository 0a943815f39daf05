"""From which figure on marks are had: what turns a rule round, so that a next step need not be searched for."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from indicators.entries.targets import Target
from scoring.measures.figure import Figure
from scoring.rules.goals import find_shortfall


@dataclass(frozen=True)
class EnoughMarks:
    """Marks of at least ``least`` before they are rounded; with ``above`` only what is above that."""

    least: Fraction
    above: bool = False

    def is_met(self, marks: Fraction) -> bool:
        """Whether such marks are enough."""
        return marks > self.least if self.above else marks >= self.least


def want_units(units: int, precision: int) -> EnoughMarks:
    """What is rounded to so many units of the last decimal or more: from the tie below, which goes away from zero."""
    return EnoughMarks(Fraction(2 * units - 1, 2 * 10**precision), units <= 0)


@dataclass(frozen=True)
class FigureSpan:
    """The numbers between two ends, None where there is no end; ``low_in`` and ``high_in``: it belongs to them."""

    low: Fraction | None = None
    high: Fraction | None = None
    low_in: bool = True
    high_in: bool = True


def turn_span(figure: Figure, span: FigureSpan) -> FigureSpan:
    """A span of what is compared with the target as one of ``now``, which it follows in a straight line."""
    slope = figure.slope
    low, high = (
        None if end is None else figure.now + (end - figure.actual.value) / slope for end in (span.low, span.high)
    )
    if slope > 0:
        return FigureSpan(low, high, span.low_in, span.high_in)
    return FigureSpan(high, low, span.high_in, span.low_in)


def count_steps_into(figure: Figure, spans: Iterable[FigureSpan], way: int, limit: int) -> int | None:
    """The least number of the figure's own steps, 1 or more up to ``limit``, that leads ``way`` into one of ``spans``.

    The spans are of ``now``. None where no step does.
    """
    return min((n for span in spans if (n := _count_into(figure, span, way)) is not None and n <= limit), default=None)


def _count_into(figure: Figure, span: FigureSpan, way: int) -> int | None:
    near, far = (span.low, span.high) if way > 0 else (span.high, span.low)
    near_in, far_in = (span.low_in, span.high_in) if way > 0 else (span.high_in, span.low_in)
    first = 1
    if near is not None:
        distance = way * (near - figure.now) / figure.granule
        first = max(1, math.ceil(distance) if near_in else math.floor(distance) + 1)
    if far is not None:
        distance = way * (far - figure.now) / figure.granule
        if first > (math.floor(distance) if far_in else math.ceil(distance) - 1):
            return None
    return first


def list_fulfilled(target: Target | None, figure: Figure) -> tuple[FigureSpan, ...]:
    """The figures by which the full marks of a target are had; none where nothing was asked."""
    return () if target is None else (find_fulfilled(target, figure),)


def find_fulfilled(target: Target, figure: Figure) -> FigureSpan:
    """The figures that are what was asked, as :func:`scoring.rules.goals.is_reached` judges them; of ``now``."""
    way, goal = find_shortfall(target, figure.actual.value)
    if target.by is not None:
        span = FigureSpan(Fraction(0), Fraction(0)) if figure.is_deadline else FigureSpan(goal, goal)
    elif target.rising is not None:
        span = FigureSpan(low=goal, low_in=target.rising.at_least is not None)
    elif target.falling is not None:
        span = FigureSpan(high=goal, high_in=target.falling.at_least is not None)
    else:
        span = {1: FigureSpan(low=goal), -1: FigureSpan(high=goal), 0: FigureSpan(goal, goal)}[way]
    return turn_span(figure, span)
