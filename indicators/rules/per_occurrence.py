"""Marks lost for every occurrence, or for each by its level."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from pydantic import model_validator

from indicators.entries.amounts import Integer, Quantity, Text, Worth
from indicators.entries.directions import Directions
from indicators.rules.rule import FULL, Phrase, Rule, Worthy, list_sorts


class PerOccurrence(Rule):
    """F less ``each`` for each occurrence: one amount, or a list (1st, 2nd, … the last one repeats).

    With ``levels`` (轻微/严重) each level has its own amount. The first ``free`` cost nothing. ``cap``
    limits the deduction (F unless stated). For shares the occurrences are those that did not reach it.
    """

    name = "per_occurrence"
    title = "每次扣分"
    measures = list_sorts("occurrences")
    phrases = (
        Phrase("每发生一次扣_分", {"each": [1]}),
        Phrase("每发生一次扣_分，至多扣_分", {"each": [1], "cap": 2}),
        Phrase("第一次扣_分，以后每次扣_分", {"each": [1, 2]}),
        Phrase("前_次不扣，以后每次扣_分", {"each": [2], "free": 1}),
    )
    tighter: ClassVar[Directions] = {"each.*": "up", "levels.*": "up", "free": "down", "cap": "up"}

    each: tuple[Worth, ...] = ()
    levels: dict[Text, Worth] | None = None
    free: Integer = 0
    cap: Worth = FULL

    @model_validator(mode="after")
    def _one(self) -> PerOccurrence:
        if bool(self.each) == bool(self.levels):
            raise ValueError(
                "per_occurrence 请写 each（每次扣多少，可列出第 1 次、第 2 次……）或 levels（各档扣多少）之一"
            )
        if self.free < 0 or (self.free and self.levels):
            raise ValueError("free（前几次不扣）请写 0 或正整数，且不和 levels 一起写")
        return self

    def list_worths(self) -> Iterator[Worthy]:
        """One occurrence may cost more than there is; the cap may not."""
        yield from (Worthy("each", amount, False) for amount in (*self.each, *(self.levels or {}).values()))
        yield Worthy("cap", self.cap, True)

    def find_levels(self) -> dict[str, Quantity] | None:
        """What each level costs."""
        return self.levels
