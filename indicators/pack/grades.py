"""Grades (等次) of a cohort: bands of the total, and how many units may have one."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from pydantic import PrivateAttr

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


#: Below every total that there is.
_BELOW_ALL = Decimal(-(10**9))


class Grade(Range):
    """A grade band of the total; who stands beyond its quota has the next one.

    Where no grade of a cohort has an end, they go by the ranking alone (``by_rank``), the best written first: whoever
    is ranked has the best one, and quotas send down from there.
    """

    name: Text
    quota: Quota | None = None
    _rung: int | None = PrivateAttr(default=None)
    _is_last: bool = PrivateAttr(default=False)

    @property
    def by_rank(self) -> bool:
        """Whether no marks are asked for."""
        return self._rung is not None

    @property
    def low(self) -> tuple[Decimal, bool] | None:
        """The lower end; of grades by the ranking one below every total, so that the best holds them all."""
        if self._rung is None:
            return super().low
        return None if self._is_last else (_BELOW_ALL - self._rung, True)

    @property
    def high(self) -> tuple[Decimal, bool] | None:
        """The upper end, likewise."""
        if self._rung is None:
            return super().high
        return (_BELOW_ALL - self._rung + 1, False) if self._rung else None


def go_by_rank(grades: Sequence[Grade]) -> None:
    """Let grades without any ends go by the ranking. Raises ValueError with a Chinese sentence."""
    if len(grades) < 2 or any(grade.low or grade.high for grade in grades):
        return
    if any(grade.quota is None for grade in grades[:-1]):
        raise ValueError(
            "等次都没有写分数段，就是只按名次定等次：从最好的一等写起，除最低一等外都请写 quota（名额）；"
            "按分数定等次的，请给每一等写 at_least、below 等"
        )
    for rung, grade in enumerate(grades):
        grade._rung, grade._is_last = rung, rung == len(grades) - 1


def sort_grades(grades: Iterable[Grade]) -> list[Grade]:
    """The lowest first."""
    return sorted(grades, key=lambda grade: (grade.low is not None, grade.low or (0, False)))


def describe_quotas(grades: Sequence[Grade]) -> str:
    """How many may have which grade, the best first; empty where there is no quota."""
    limited = [(grade.name, grade.quota) for grade in reversed(sort_grades(grades)) if grade.quota is not None]
    told = "；".join(f"「{name}」{quota.describe()}" for name, quota in limited)
    if told and any(grade.by_rank for grade in grades):
        return f"{told}。等次只按名次，名额已满的列下一等"
    return f"{told}。达到分数线而名额已满的，列下一等" if told else ""
