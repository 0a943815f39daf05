"""Marks lost for every day, week or month late, or by two tiers: late and never done."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from pydantic import model_validator

from indicators.entries.amounts import Quantity, Worth
from indicators.entries.directions import Directions
from indicators.measures.rows import LateUnit
from indicators.rules.rule import FULL, Phrase, Rule, Worthy, list_sorts


class Late(Rule):
    """F less ``per_day`` for each day late; or two tiers: ``late`` for a late one, ``missing`` for one never done.

    ``per_week`` and ``per_month`` cost so much for each week or month that has started since the last day in time
    (不足一周按一周), of each date by itself. What is not done by the as-of date is late up to that date.
    """

    name = "late"
    title = "逾期扣分"
    measures = list_sorts("date")
    targets = ("by",)
    phrases = (
        Phrase("逾期每日扣_分", {"per_day": 1}),
        Phrase("逾期每日扣_分，至多扣_分", {"per_day": 1, "cap": 2}),
        Phrase("逾期每周扣_分（不足一周按一周）", {"per_week": 1}),
        Phrase("逾期每月扣_分（不足一月按一月）", {"per_month": 1}),
        Phrase("迟报扣_分，漏报扣_分", {"late": 1, "missing": 2}),
    )
    tighter: ClassVar[Directions] = {
        "per_day": "up",
        "per_week": "up",
        "per_month": "up",
        "late": "up",
        "missing": "up",
        "cap": "up",
    }

    per_day: Worth | None = None
    per_week: Worth | None = None
    per_month: Worth | None = None
    late: Worth | None = None
    missing: Worth | None = None
    cap: Worth = FULL

    @model_validator(mode="after")
    def _one(self) -> Late:
        tiers = self.late is not None and self.missing is not None
        prices = [price for price in (self.per_day, self.per_week, self.per_month) if price is not None]
        if len(prices) + tiers != 1 or (self.late is None) != (self.missing is None):
            raise ValueError(
                "late 请写 per_day（每逾期一日扣多少）、per_week（每周）、per_month（每月）之一，"
                "或同时写 late（迟报）与 missing（漏报）两档"
            )
        return self

    @property
    def price(self) -> Quantity | None:
        """What each day, or each week or month that has started, costs; None where tiers are told apart."""
        return self.per_day or self.per_week or self.per_month

    def find_late_unit(self) -> LateUnit:
        """Days, or what has a price."""
        return "week" if self.per_week is not None else "month" if self.per_month is not None else "day"

    def list_worths(self) -> Iterator[Worthy]:
        """A day or a tier may cost more than there is; the cap may not."""
        amounts = (self.price, self.late, self.missing)
        yield from (Worthy("扣分", amount, False) for amount in amounts if amount is not None)
        yield Worthy("cap", self.cap, True)
