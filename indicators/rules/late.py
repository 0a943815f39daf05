"""Marks lost for every day late, or by two tiers: late and never done."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from pydantic import model_validator

from indicators.entries.amounts import Worth
from indicators.entries.directions import Directions
from indicators.rules.rule import FULL, Phrase, Rule, Worthy, list_sorts


class Late(Rule):
    """F less ``per_day`` for each day late; or two tiers: ``late`` for a late one, ``missing`` for one never done.

    What is not done by the as-of date is late up to that date.
    """

    name = "late"
    title = "逾期扣分"
    measures = list_sorts("date")
    targets = ("by",)
    phrases = (
        Phrase("逾期每日扣_分", {"per_day": 1}),
        Phrase("逾期每日扣_分，至多扣_分", {"per_day": 1, "cap": 2}),
        Phrase("迟报扣_分，漏报扣_分", {"late": 1, "missing": 2}),
    )
    tighter: ClassVar[Directions] = {"per_day": "up", "late": "up", "missing": "up", "cap": "up"}

    per_day: Worth | None = None
    late: Worth | None = None
    missing: Worth | None = None
    cap: Worth = FULL

    @model_validator(mode="after")
    def _one(self) -> Late:
        tiers = self.late is not None and self.missing is not None
        if (self.per_day is not None) == tiers or (self.late is None) != (self.missing is None):
            raise ValueError("late 请写 per_day（每逾期一日扣多少），或同时写 late（迟报）与 missing（漏报）两档")
        return self

    def list_worths(self) -> Iterator[Worthy]:
        """A day or a tier may cost more than there is; the cap may not."""
        amounts = (self.per_day, self.late, self.missing)
        yield from (Worthy("扣分", amount, False) for amount in amounts if amount is not None)
        yield Worthy("cap", self.cap, True)
