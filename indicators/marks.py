"""Marks (计分): what is a shortfall or an excess worth? A closed set, exactly one per part.

Everywhere ``F`` is the full marks of the part. Amounts of marks are absolute (``"0.5"``) or a
percentage of ``F`` (``"50%"``), so that one rule serves cohorts with different full marks.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal, Protocol

from pydantic import ConfigDict, Field, model_validator

from indicators.entries.amounts import Amount, Flag, Integer, Quantity, Text, Worth
from indicators.entries.one_of import OneOf
from indicators.entries.tables import Entry

FULL = Quantity(Decimal(1), percent=True)
NOTHING = Quantity(Decimal(0))
ONE = Quantity(Decimal(1))


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
            raise ValueError("下限请只写一种:at_least(含)或 above(不含)")
        if self.at_most is not None and self.below is not None:
            raise ValueError("上限请只写一种:at_most(含)或 below(不含)")
        low, high = self.low, self.high
        if low and high and (low[0] > high[0] or (low[0] == high[0] and not (low[1] and high[1]))):
            raise ValueError("下限高于上限,没有数能落进这一档;请检查两头的数和含不含")
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
        problems.append(f"「{ordered[0][0]}」以下的数没有归属;最低一档不要写下限")
    widest, *others = ordered
    for name, interval in others:
        # Compared with the interval that reaches furthest so far, so that one inside another is no gap.
        high, low = widest[1].high, interval.low
        if high is None or low is None or high[0] > low[0] or (high[0] == low[0] and high[1] and low[1]):
            problems.append(f"「{widest[0]}」与「{name}」重叠;交界的数只能属于一档(一边写含,一边写不含)")
        elif high[0] < low[0] or not (high[1] or low[1]):
            problems.append(f"「{widest[0]}」与「{name}」之间有空档;交界的数要有一档写明含(at_least 或 at_most)")
        if high is not None and (interval.high is None or interval.high > high):
            widest = (name, interval)
    if widest[1].high is not None:
        problems.append(f"「{widest[0]}」以上的数没有归属;最高一档不要写上限")
    return problems


class AllOrNothing(Entry):
    """F when the target is reached, ``otherwise`` (0 unless stated) when not."""

    otherwise: Worth = NOTHING


class Proportional(Entry):
    """``base`` at ``from``, F at the target, a straight line between; below ``from`` it stays ``base``.

    Without ``from`` the line starts at 0. A target ``at_most`` needs a ``from`` above it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    start: Amount | None = Field(default=None, alias="from")
    base: Worth = NOTHING


class Step(Range):
    marks: Worth


class Ladder(Entry):
    """Marks by the interval that the figure lies in; the intervals cover every number once."""

    steps: tuple[Step, ...]


class Beyond(Entry):
    """Extra marks for each ``per`` beyond the target (高于基数每 1 个百分点加 0.04)."""

    each: Worth
    per: Amount = ONE
    partial: Literal["up", "down", "exact"] = "down"


class PerShortfall(Entry):
    """``at_target`` (F unless stated) less ``each`` for each ``per`` that the figure falls short of the target.

    ``partial``: a part of a step counts as a whole one (up), not at all (down), or in proportion (exact).
    ``cap`` limits the deduction (扣完为止: all of ``at_target``). With ``beyond`` marks can rise up to F.
    """

    each: Worth
    per: Amount = ONE
    partial: Literal["up", "down", "exact"]
    cap: Worth | None = None
    at_target: Worth = FULL
    beyond: Beyond | None = None


class PerOccurrence(Entry):
    """F less ``each`` for each occurrence: one amount, or a list (1st, 2nd, … the last one repeats).

    With ``levels`` (轻微/严重) each level has its own amount. The first ``free`` cost nothing. ``cap``
    limits the deduction (F unless stated). For shares the occurrences are those that did not reach it.
    """

    each: tuple[Worth, ...] = ()
    levels: dict[Text, Worth] | None = None
    free: Integer = 0
    cap: Worth = FULL

    @model_validator(mode="after")
    def _one(self) -> PerOccurrence:
        if bool(self.each) == bool(self.levels):
            raise ValueError("per_occurrence 请写 each(每次扣多少,可列出第 1 次、第 2 次……)或 levels(各档扣多少)之一")
        if self.free < 0 or (self.free and self.levels):
            raise ValueError("free(前几次不扣)请写 0 或正整数,且不和 levels 一起写")
        return self


class Award(Entry):
    """Nothing to start with, ``each`` for every item (or by ``levels``), up to ``cap`` (F unless stated).

    ``beyond_target`` counts only what exceeds an ``at_least`` target (超额部分).
    """

    each: Worth | None = None
    levels: dict[Text, Worth] | None = None
    beyond_target: Flag = False
    cap: Worth = FULL

    @model_validator(mode="after")
    def _one(self) -> Award:
        if (self.each is None) == (self.levels is None) or self.levels == {}:
            raise ValueError("award 请写 each(每项得多少)或 levels(各级得多少)之一")
        return self


class Late(Entry):
    """F less ``per_day`` for each day late; or two tiers: ``late`` for a late one, ``missing`` for one never done.

    What is not done by the as-of date is late up to that date.
    """

    per_day: Worth | None = None
    late: Worth | None = None
    missing: Worth | None = None
    cap: Worth = FULL

    @model_validator(mode="after")
    def _one(self) -> Late:
        tiers = self.late is not None and self.missing is not None
        if (self.per_day is not None) == tiers or (self.late is None) != (self.missing is None):
            raise ValueError("late 请写 per_day(每逾期一日扣多少),或同时写 late(迟报)与 missing(漏报)两档")
        return self


class RankTable(Entry):
    """Marks by rank; ranks beyond the table get ``beyond``."""

    marks: tuple[Worth, ...] = Field(min_length=1)
    beyond: Worth = NOTHING


class RankStep(Entry):
    """``first`` for rank 1 and ``step`` less for every further rank, not below ``floor``."""

    first: Worth = FULL
    step: Worth
    floor: Worth = NOTHING


class MinMax(Entry):
    """功效系数: ``base`` for the worst of the cohort, F for the best, a straight line between."""

    base: Worth = NOTHING


class PeerMean(Entry):
    """F when no worse than the mean of the cohort, less ``each`` for each ``per`` worse, up to ``cap``."""

    each: Worth
    per: Amount = ONE
    partial: Literal["up", "down", "exact"] = "exact"
    cap: Worth = FULL


class RatioToBest(Entry):
    """F for the best of the cohort, the others in proportion to it (best over own where lower is better)."""


class Relative(Entry):
    """Against the others of the cohort who have a figure. Ties share a rank (1, 1, 3).

    ``all_equal``: what everybody gets where all figures are equal, or only one unit has one.
    """

    better: Literal["higher", "lower"]
    all_equal: Worth = FULL
    rank_table: RankTable | None = None
    rank_step: RankStep | None = None
    ratio_to_best: RatioToBest | None = None
    min_max: MinMax | None = None
    peer_mean: PeerMean | None = None

    @property
    def kind(self) -> str:
        """The name of the form that is set."""
        return next(name for name in _RELATIVE if getattr(self, name) is not None)

    @model_validator(mode="after")
    def _one(self) -> Relative:
        if sum(getattr(self, name) is not None for name in _RELATIVE) != 1:
            raise ValueError(f"relative 请只写一种:{'、'.join(_RELATIVE)}")
        return self


_RELATIVE = ("rank_table", "rank_step", "ratio_to_best", "min_max", "peer_mean")


class JudgedRange(Entry):
    """The inspector chooses marks between the two."""

    low: Worth = NOTHING
    high: Worth = FULL


class Judged(Entry):
    """Marks that an inspector gives: within a ``range``, or by ``levels``. A reason is always required."""

    range: JudgedRange | None = None
    levels: dict[Text, Worth] | None = None

    @model_validator(mode="after")
    def _one(self) -> Judged:
        if (self.range is None) == (self.levels is None) or self.levels == {}:
            raise ValueError("judged 请写 range(分值区间)或 levels(等级)之一")
        return self


class Veto(Entry):
    """No marks of its own; when the target is missed the total becomes 0, or the grade is capped."""

    total: Literal["zero"] | None = None
    grade_at_most: Text | None = None

    @model_validator(mode="after")
    def _one(self) -> Veto:
        if (self.total is None) == (self.grade_at_most is None):
            raise ValueError("veto 请写 total: zero(总分归零)或 grade_at_most(等次不高于)之一")
        return self


class MarksRule(OneOf):
    """Exactly one member."""

    noun = "计分"

    all_or_nothing: AllOrNothing | None = None
    proportional: Proportional | None = None
    ladder: Ladder | None = None
    per_shortfall: PerShortfall | None = None
    per_occurrence: PerOccurrence | None = None
    award: Award | None = None
    late: Late | None = None
    relative: Relative | None = None
    judged: Judged | None = None
    veto: Veto | None = None
