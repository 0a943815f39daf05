"""Marks that an inspector gives, within a range or by levels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from pydantic import model_validator

from indicators.entries.amounts import Quantity, Text, Worth
from indicators.entries.directions import Directions
from indicators.entries.tables import Entry
from indicators.rules.rule import FULL, NOTHING, Phrase, Rule, Worthy, list_sorts


class JudgedRange(Entry):
    """The inspector chooses marks between the two."""

    low: Worth = NOTHING
    high: Worth = FULL


class Judged(Rule):
    """Marks that an inspector gives: within a ``range``, or by ``levels``. A reason is always required."""

    name = "judged"
    title = "督察员评定"
    measures = list_sorts("judged")
    phrases = (
        Phrase("督察员在0分到满分之间评定", {"range": {}}),
        Phrase("督察员在_分到_分之间评定", {"range": {"low": 1, "high": 2}}),
    )
    tighter: ClassVar[Directions] = {"range.high": "down", "levels.*": "down"}

    range: JudgedRange | None = None
    levels: dict[Text, Worth] | None = None

    @model_validator(mode="after")
    def _one(self) -> Judged:
        if (self.range is None) == (self.levels is None) or self.levels == {}:
            raise ValueError("judged 请写 range（分值区间）或 levels（等级）之一")
        return self

    def list_worths(self) -> Iterator[Worthy]:
        """Whatever may be given is a result."""
        if self.range is not None:
            yield Worthy("low", self.range.low, True)
            yield Worthy("high", self.range.high, True)
        yield from (Worthy("等级分", amount, True) for amount in (self.levels or {}).values())

    def find_levels(self) -> dict[str, Quantity] | None:
        """What each level gives."""
        return self.levels

    def find_judged_range(self) -> tuple[Quantity, Quantity] | None:
        """The ends of the range, where there are no levels."""
        return (self.range.low, self.range.high) if self.range is not None else None

    def find_judged_column(self) -> str:
        """The level where there are levels, the marks otherwise."""
        return "level" if self.levels is not None else "marks"
