"""The one mean of a cohort: over the units that have a rank, and said so wherever it is printed.

A unit that is not ranked has a total of what little is known of it: in a mean it would lift everybody else. A mean
that is part of a rule (``peer_mean``) is defined by the rule, and says its own population.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from scoring.base.amounts import round_half_up, write_number, write_printed
from scoring.base.total import Mark, Total

#: What such a mean is called where there is no room for how many units it is of, and what that means.
TITLE = "已排名单位平均"
NOTE = f"「{TITLE}」只算有名次的单位；单项的，是其中这一项已计分的单位。"


@dataclass(frozen=True)
class Mean:
    """A mean of ``number`` ranked units: of all of them, or of those among them for which the thing is known."""

    value: Fraction
    number: int

    @property
    def words(self) -> str:
        """What it is the mean of."""
        return f"{self.number} 个{TITLE}"

    def count_points(self, precision: int) -> int:
        """The mean of marks as it is printed, in whole units of the last decimal."""
        return int(round_half_up(self.value, precision) * 10**precision)

    def write_marks(self, precision: int) -> str:
        """The mean of marks as it is printed."""
        return write_printed(self.value, precision)

    def write_figure(self, unit: str) -> str:
        """The mean of figures, at two decimals."""
        return f"{write_number(self.value, 2)}{unit}"

    def compare(self, marks: Fraction, precision: int) -> str:
        """How far marks lie from the printed mean."""
        gap = self.write_gap(marks, precision)
        return f"与 {self.words}持平" if gap == "持平" else f"比 {self.words}{gap}"

    def write_gap(self, marks: Fraction, precision: int) -> str:
        """By how much marks are higher or lower."""
        gap = marks - round_half_up(self.value, precision)
        return f"{'高' if gap > 0 else '低'} {write_printed(abs(gap), precision)} 分" if gap else "持平"


def find_mean(values: Mapping[str, Fraction | int], ranked: Collection[str], per: int = 1) -> Mean | None:
    """The mean of ``values`` by unit over those ``ranked``; None where none of them has one.

    Marks in whole units of their last decimal are given ``per`` so many to a mark.
    """
    known = [value for unit, value in values.items() if unit in ranked]
    return Mean(Fraction(sum(known)) / (len(known) * per), len(known)) if known else None


def list_ranked(totals: Iterable[Total[Mark]]) -> frozenset[str]:
    """The units of one cohort's totals that have a rank."""
    return frozenset(row.unit for row in totals if row.rank is not None)
