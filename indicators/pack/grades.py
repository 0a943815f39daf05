"""Grades (等次) of a cohort: bands of the total, and how many units may have one."""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction
from typing import Literal

from indicators.entries.amounts import Amount, Text, plain
from indicators.entries.intervals import Range
from indicators.entries.tables import Entry

_TIES = {"all": "并列的都进", "none": "并列的都不进"}
_PARTIAL = {"up": "不足1个按1个", "down": "不足1个不计"}


class Quota(Entry):
    """At most so many units, or such a share of the ranked units of the cohort, have a grade (名额).

    ``ties``: whether units of equal rank at the border all have it or none; ``partial``: whether a part of a unit
    counts as a whole one or not at all.
    """

    at_most: Amount
    ties: Literal["all", "none"]
    partial: Literal["up", "down"] = "down"

    def count_places(self, ranked: int) -> int:
        """How many of ``ranked`` units it lets in."""
        places = self.at_most.share_of(Fraction(ranked))
        return math.ceil(places) if self.partial == "up" else math.floor(places)

    def describe(self) -> str:
        """不超过参加排名单位的30%，不足1个不计，名额边上并列的都不进."""
        ties = f"名额边上{_TIES[self.ties]}"
        if not self.at_most.percent:
            return f"不超过{plain(self.at_most.value)}个，{ties}"
        return f"不超过参加排名单位的{plain(self.at_most.value * 100)}%，{_PARTIAL[self.partial]}，{ties}"


class Grade(Range):
    """A grade band of the total; who stands beyond its quota has the next one."""

    name: Text
    quota: Quota | None = None


def sort_grades(grades: Iterable[Grade]) -> list[Grade]:
    """The lowest first."""
    return sorted(grades, key=lambda grade: (grade.low is not None, grade.low or (0, False)))


def describe_quotas(grades: Iterable[Grade]) -> str:
    """How many may have which grade, the best first; empty where there is no quota."""
    limited = [(grade.name, grade.quota) for grade in reversed(sort_grades(grades)) if grade.quota is not None]
    told = "；".join(f"「{name}」{quota.describe()}" for name, quota in limited)
    return f"{told}。达到分数线而名额已满的，列下一等" if told else ""
