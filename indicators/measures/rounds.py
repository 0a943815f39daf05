"""A count or a sum of each quarter, month, half-year or round of the year, and what the year is judged by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, Literal

from pydantic import Field, model_validator

from indicators.entries.amounts import Amount, Integer, Name
from indicators.entries.directions import Direction, Directions, turn
from indicators.entries.tables import NUMERIC, Entry
from indicators.measures.kind import Fit, Kind, Lack, Need, Tables
from indicators.measures.rows import ALONE, Beside, Rows, Where

#: Length of a period -> how many months it has.
MONTHS = {"half_year": 6, "quarter": 3, "month": 1}
Picked = Literal["reached", "missed", "mean", "least", "most"]


class OutOf(Entry):
    """The whole of each period: rows counted, or ``sum`` added up."""

    where: Where = Field(default_factory=dict)
    sum: Name | None = None


class Rounds(Kind):
    """Rows counted, or ``sum`` added up, in each period of the year that is scored.

    A period is a ``quarter``, ``month`` or ``half_year`` by the ``date`` of a row, or each choice of a column ``round``
    (several rounds of one table). A period without a row has 0. The figure is how many periods ``reached`` what each
    must reach or how many ``missed`` it, the ``mean`` of all periods, or the ``least`` or the ``most`` that one has.
    The mean may be taken over the ``top`` or the ``bottom`` periods alone: so many with the most, or with the least.

    With ``out_of`` each period has a share: what is counted out of this (每季度按时办结率). A period in which there is
    nothing to divide by is left out; if there is no other, there is no figure. A share that is averaged, or the least
    or the most, is rounded half up to 4 decimals of a percentage; whether one is reached is decided exactly.
    """

    name = "rounds"
    title = "分期的数"
    fits = ("number",)
    falls: ClassVar[Directions] = {"reaching": "up"}

    dataset: Name
    each: Literal["quarter", "month", "half_year"] | None = None
    date: Name | None = None
    round: Name | None = None
    sum: Name | None = None
    where: Where = Field(default_factory=dict)
    pick: Picked
    reaching: Amount | None = None
    top: Integer | None = None
    bottom: Integer | None = None
    out_of: OutOf | None = None

    @model_validator(mode="after")
    def _agree(self) -> Rounds:
        if (self.each is None) != (self.date is None) or (self.each is None) == (self.round is None):
            raise ValueError(
                "分期请写 each（quarter 季、month 月、half_year 半年）和 date（日期列），或只写 round（轮次列）"
            )
        if (self.pick in ("reached", "missed")) != (self.reaching is not None):
            raise ValueError("pick 为 reached 或 missed 时请写 reaching（每期至少多少），其他时候请删去 reaching")
        if self.reaching is not None:
            self._check_reaching(self.reaching)
        if self.top is not None or self.bottom is not None:
            self._check_taken()
        return self

    def _check_reaching(self, reaching: Amount) -> None:
        if self.out_of is None and (reaching.percent or reaching.value <= 0):
            raise ValueError("reaching（每期至少多少）请写大于 0 的数，不带 %")
        if self.out_of is not None and not (reaching.percent and 0 < reaching.value <= 1):
            raise ValueError('有 out_of（占多少）时，reaching（每期至少多少）请写 "90%" 这样的百分数，不超过 100%')

    def _check_taken(self) -> None:
        if self.out_of is not None:
            raise ValueError("out_of（占多少）不与 top、bottom 一起写；请删去其中一个")
        if self.pick != "mean" or (self.top is not None and self.bottom is not None):
            raise ValueError("top（最高的几期）、bottom（最低的几期）只与 pick: mean 一起写，并且只写一个")

    @classmethod
    def list_sorts(cls) -> Iterator[tuple[str, tuple[Fit, ...]]]:
        """Also how many periods reached or missed something, which are occurrences and achievements."""
        yield from super().list_sorts()
        yield "rounds_each", ("number", "occurrences", "achievements")

    def find_falling(self, keys: Sequence[str]) -> Direction | None:
        """More is missed where more is asked."""
        found = super().find_falling(keys)
        return turn(found) if self.pick == "missed" else found

    @property
    def figure(self) -> str:
        """A number of periods, or of what is in them."""
        return "rounds_each" if self.reaching is not None else "rounds"

    @property
    def is_share(self) -> bool:
        """Where each period has a share and the figure is one of them, or their mean."""
        return self.out_of is not None and self.reaching is None

    def find_most(self, tables: Tables) -> int | None:
        """Of periods that reached or missed something there are as many as the year has."""
        return count_periods(self, tables) if self.reaching is not None else None

    @property
    def lacks(self) -> frozenset[Lack]:
        """There may be nothing to divide by in any period."""
        return frozenset(("denominator",)) if self.out_of is not None else frozenset()

    def list_rows(self, beside: Beside = ALONE) -> tuple[Rows, ...]:
        """The rows of the year; without a date or a round nobody knows where one belongs."""
        told = (self.date, self.round)
        own = Rows(self.dataset, self.where, needed=(*told, self.sum))
        if self.out_of is None:
            return (own,)
        return (own, Rows(self.dataset, self.out_of.where, needed=(*told, self.out_of.sum)))

    def list_needs(self) -> Iterator[Need]:
        """What tells the period, and what is added up."""
        if self.date is not None:
            yield Need(self.dataset, self.date, ("date",), "分期")
        if self.round is not None:
            yield Need(self.dataset, self.round, ("choice",), "分轮次")
        if self.sum is not None:
            yield Need(self.dataset, self.sum, NUMERIC, "求和")
        if self.out_of is not None and self.out_of.sum is not None:
            yield Need(self.dataset, self.out_of.sum, NUMERIC, "求和（out_of）")

    @property
    def taken(self) -> int | None:
        """Of how many periods alone the mean is taken."""
        return self.top if self.top is not None else self.bottom

    def find_mistakes(self, tables: Tables, beside: Beside) -> Iterator[str]:
        """The newest state of a list has no year, and so no periods by date; fewer are taken than there are."""
        if (number := count_periods(self, tables)) and self.taken is not None and not 1 <= self.taken < number:
            yield f"一年共 {number} 期，top、bottom 请写 1 到 {number - 1}；全部都算的请删去"
        if self.date is not None and tables.dataset(self.dataset).period.standing:
            yield f"台账 {self.dataset} 只有最新状态（standing），没有年度，不能按日期分期；请改用 round 或按年报的台账"


def count_periods(rounds: Rounds, tables: Tables) -> int:
    """How many periods a year has."""
    if rounds.each is not None:
        return 12 // MONTHS[rounds.each]
    column = tables.dataset(rounds.dataset).column(rounds.round or "")
    return len(column.choices) if column is not None else 0
