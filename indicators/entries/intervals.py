"""Intervals of numbers, each end inclusive or exclusive, and whether several of them cover every number once."""

from __future__ import annotations

from decimal import Decimal
from typing import Protocol

from pydantic import model_validator

from indicators.entries.amounts import Amount
from indicators.entries.tables import Entry


class Range(Entry):
    """An interval with both ends stated as inclusive or exclusive; a missing end is open."""

    at_least: Amount | None = None
    above: Amount | None = None
    at_most: Amount | None = None
    below: Amount | None = None

    @property
    def low(self) -> tuple[Decimal, bool] | None:
        """The lower end and whether it belongs to the interval."""
        if self.at_least is not None:
            return (self.at_least.value, True)
        return (self.above.value, False) if self.above is not None else None

    @property
    def high(self) -> tuple[Decimal, bool] | None:
        """The upper end and whether it belongs to the interval."""
        if self.at_most is not None:
            return (self.at_most.value, True)
        return (self.below.value, False) if self.below is not None else None

    def holds(self, value: Decimal) -> bool:
        """Whether ``value`` lies in the interval."""
        low, high = self.low, self.high
        return (low is None or value > low[0] or (low[1] and value == low[0])) and (
            high is None or value < high[0] or (high[1] and value == high[0])
        )

    @model_validator(mode="after")
    def _agree(self) -> Range:
        if self.at_least is not None and self.above is not None:
            raise ValueError("下限请只写一种：at_least（含）或 above（不含）")
        if self.at_most is not None and self.below is not None:
            raise ValueError("上限请只写一种：at_most（含）或 below（不含）")
        low, high = self.low, self.high
        if low and high and (low[0] > high[0] or (low[0] == high[0] and not (low[1] and high[1]))):
            raise ValueError("下限高于上限，没有数能落进这一档；请检查两头的数和含不含")
        return self


class HasEnds(Protocol):
    @property
    def low(self) -> tuple[Decimal, bool] | None: ...
    @property
    def high(self) -> tuple[Decimal, bool] | None: ...


def find_gaps(ranges: list[tuple[str, HasEnds]]) -> list[str]:
    """Sentences about gaps and overlaps between intervals that must cover every number once; at least one interval."""
    lowest = (Decimal("-Infinity"), True)
    ordered = sorted(ranges, key=lambda item: ((item[1].low or lowest)[0], not (item[1].low or lowest)[1]))
    problems = []
    if ordered[0][1].low is not None:
        problems.append(f"「{ordered[0][0]}」以下的数没有归属；最低一档不要写下限")
    widest, *others = ordered
    for name, interval in others:
        # Compared with the interval that reaches furthest so far, so that one inside another is no gap.
        high, low = widest[1].high, interval.low
        if high is None or low is None or high[0] > low[0] or (high[0] == low[0] and high[1] and low[1]):
            problems.append(f"「{widest[0]}」与「{name}」重叠；交界的数只能属于一档（一边写含，一边写不含）")
        elif high[0] < low[0] or not (high[1] or low[1]):
            problems.append(f"「{widest[0]}」与「{name}」之间有空档；交界的数要有一档写明含（at_least 或 at_most）")
        if high is not None and (interval.high is None or interval.high > high):
            widest = (name, interval)
    if widest[1].high is not None:
        problems.append(f"「{widest[0]}」以上的数没有归属；最高一档不要写上限")
    return problems
