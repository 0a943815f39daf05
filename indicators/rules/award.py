"""Marks earned for every item, from nothing up to a cap."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from pydantic import model_validator

from indicators.entries.amounts import Flag, Quantity, Text, Worth
from indicators.entries.directions import Directions
from indicators.entries.targets import Target
from indicators.measures.kind import Kind
from indicators.rules.rule import FULL, Phrase, Rule, Worthy, list_sorts


class Award(Rule):
    """Nothing to start with, ``each`` for every item (or by ``levels``), up to ``cap`` (F unless stated).

    ``beyond_target`` counts only what exceeds an ``at_least`` target (超额部分).
    """

    name = "award"
    title = "每项得分"
    measures = list_sorts("achievements")
    phrases = (
        Phrase("每项得_分", {"each": 1}),
        Phrase("每项得_分，至多得_分", {"each": 1, "cap": 2}),
        Phrase("超过目标的每项得_分", {"each": 1, "beyond_target": "true"}),
    )
    tighter: ClassVar[Directions] = {"each": "down", "levels.*": "down", "cap": "down"}

    each: Worth | None = None
    levels: dict[Text, Worth] | None = None
    beyond_target: Flag = False
    cap: Worth = FULL

    @model_validator(mode="after")
    def _one(self) -> Award:
        if (self.each is None) == (self.levels is None) or self.levels == {}:
            raise ValueError("award 请写 each（每项得多少）或 levels（各级得多少）之一")
        return self

    def list_worths(self) -> Iterator[Worthy]:
        """One item may earn more than the cap leaves; the cap is a result."""
        yield from (Worthy("each", amount, False) for amount in ((self.levels or {}).values() or [self.each or FULL]))
        yield Worthy("cap", self.cap, True)

    def find_conflicts(self, measure: Kind, target: Target | None) -> Iterator[str]:
        """What exceeds a target is one number, and only an ``at_least`` can be exceeded."""
        asked = target is not None and target.kind == "at_least"
        if self.beyond_target and (not asked or self.levels is not None):
            yield "beyond_target 计超额部分，目标请写 at_least，且不与 levels 一起用"

    def goes_on(self) -> bool:
        """Without a cap of its own."""
        amounts = (self.levels or {}).values() or [self.each or FULL]
        return self.cap == FULL and not any(amount.percent for amount in amounts)

    def find_levels(self) -> dict[str, Quantity] | None:
        """What each level earns."""
        return self.levels
