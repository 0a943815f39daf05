"""What the reference scorer hands out, and the two things a part can be while it is worked out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

Outcome = Literal["scored", "pending", "not_applicable", "conflict", "exempt", "error"]
Row = dict[str, Any]
Tables = dict[str, list[Row]]
Scopes = set[tuple[str, str, int]]
#: (dataset, unit, period) of a register -> the day up to which it was declared complete.
Declared = dict[tuple[str, str, int], date]
WorkingDay = Callable[[date], bool]


class NoCalendar(Exception):
    """Nobody knows yet whether a day is one of work."""


@dataclass(frozen=True)
class Stop:
    """Why a part has no marks. ``least`` is the figure without its empty cells, where they can only add to it."""

    outcome: Outcome
    reason: str | None = None
    least: Figure | None = None


@dataclass(frozen=True)
class Lateness:
    """What the dates of a part came to; ``days`` is None where a late row's day is not known."""

    days: int | None
    late: int
    missing: int


@dataclass(frozen=True)
class Figure:
    """The actual figure of a part: a pair, never divided, and what some marks members ask besides.

    ``levels`` - rows per level (None is an empty cell); ``given`` - an inspector's marks or levels;
    ``last_day`` - the last day in time where the measure itself decides it.
    """

    numerator: Fraction
    denominator: Fraction = Fraction(1)
    rows: int | None = None
    levels: dict[str | None, int] | None = None
    forced: Literal["full", "zero"] | None = None
    given: tuple[Any, ...] = ()
    dates: Lateness | None = None
    last_day: date | None = None

    @property
    def value(self) -> Fraction:
        return self.numerator / self.denominator


@dataclass(frozen=True)
class PartResult:
    """``numerator``, ``denominator`` and ``marks`` stand only where the outcome is scored."""

    outcome: Outcome
    reason: str | None = None
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    marks: Decimal | None = None
    reached: bool | None = None
    unrounded: Fraction | None = None
    missing: int = 0


@dataclass(frozen=True)
class ItemRange:
    """How an item may still end where it counts: see docs/pack-format.md, Ranges."""

    loose: bool
    varies: bool
    low: Fraction
    high: Fraction
    applicable_low: Fraction
    applicable_high: Fraction


@dataclass(frozen=True)
class Item:
    """One indicator of one unit. ``applicable`` is 0 for not_applicable and exempt items."""

    outcome: Outcome
    reason: str | None
    marks: Decimal | None
    full_marks: Decimal
    applicable: Decimal
    veto: str | None = None
    parts: tuple[PartResult, ...] = ()
    unrounded: Fraction | None = None
    ranges: ItemRange | None = None
    balanced: bool = False


@dataclass(frozen=True)
class Total:
    """``total`` is None where nothing applies; ``status``: ranked, withheld, unranked, stopped.

    ``stopped`` is a unit that has not passed a stage; ``withheld`` is 「暂不排名」; ``unranked`` is a unit of a cohort
    that is not ranked at all.
    """

    total: Decimal | None
    full: Decimal
    grade: str | None
    rank: int | None
    status: Literal["ranked", "withheld", "unranked", "stopped"]


@dataclass(frozen=True)
class Unrounded:
    """The total that a unit would have if no mark had been rounded, and the place and grade that it would give."""

    total: Fraction
    rank: int | None
    grade: str | None


@dataclass(frozen=True)
class Bounds:
    """What total, rank and grade may still become; None where there is nothing to bound."""

    low: Fraction | None = None
    high: Fraction | None = None
    rank_best: int | None = None
    rank_worst: int | None = None
    grade_best: str | None = None
    grade_worst: str | None = None
    widest: str | None = None
    widest_marks: Fraction | None = None


@dataclass(frozen=True)
class ReferenceResult:
    """Items by (cohort, unit, indicator), totals and their bounds by (cohort, unit)."""

    items: dict[tuple[str, str, str], Item] = field(default_factory=dict)
    totals: dict[tuple[str, str], Total] = field(default_factory=dict)
    bounds: dict[tuple[str, str], Bounds] = field(default_factory=dict)
    unrounded: dict[tuple[str, str], Unrounded] = field(default_factory=dict)


def round_half_up(value: Fraction, places: int) -> Fraction:
    """``value`` at ``places`` decimals; a tie goes away from zero."""
    scale = 10**places
    scaled = abs(value) * scale
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Fraction(whole if value >= 0 else -whole, scale)


def as_decimal(value: Fraction) -> Decimal:
    """The same number as a decimal (exact for everything that was rounded)."""
    return Decimal(value.numerator) / Decimal(value.denominator)
