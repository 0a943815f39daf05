"""Marks lost for every step that the figure falls short of its target."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from indicators.entries.amounts import Amount, Quantity, Worth
from indicators.entries.directions import Directions
from indicators.entries.tables import Entry
from indicators.entries.targets import Target
from indicators.measures.kind import Kind
from indicators.rules.rule import FULL, ONE, TARGETS, Compared, Partial, Phrase, Rule, Worthy, list_sorts


class Beyond(Entry):
    """Extra marks for each ``per`` beyond the target (高于基数每 1 个百分点加 0.04)."""

    each: Worth
    per: Amount = ONE
    partial: Partial = "down"


class PerShortfall(Rule):
    """``at_target`` (F unless stated) less ``each`` for each ``per`` that the figure falls short of the target.

    ``partial``: a part of a step counts as a whole one (up), not at all (down), or in proportion (exact).
    ``cap`` limits the deduction (扣完为止: all of ``at_target``). With ``beyond`` marks can rise up to F.
    """

    name = "per_shortfall"
    title = "每差一档扣分"
    measures = list_sorts("number")
    targets = TARGETS
    phrases = (
        Phrase("每少一次扣_分", {"each": 1, "partial": "up"}),
        Phrase("每少一次扣_分，至多扣_分", {"each": 1, "partial": "up", "cap": 2}),
        Phrase("每低1个百分点扣_分，不足1个百分点按1个计", {"each": 1, "per": "1%", "partial": "up"}),
        Phrase("每低1个百分点扣_分，不足1个百分点不扣", {"each": 1, "per": "1%", "partial": "down"}),
        Phrase("每低1个百分点扣_分，不足1个百分点按比例", {"each": 1, "per": "1%", "partial": "exact"}),
        Phrase("每差_扣_分，不足的按比例", {"each": 2, "per": 1, "partial": "exact"}),
    )
    tighter: ClassVar[Directions] = {
        "each": "up",
        "per": "down",
        "cap": "up",
        "at_target": "down",
        "beyond.each": "down",
        "beyond.per": "up",
    }

    each: Worth
    per: Amount = ONE
    partial: Partial
    cap: Worth | None = None
    at_target: Worth = FULL
    beyond: Beyond | None = None

    @property
    def limit(self) -> Quantity:
        """The most that is lost."""
        return self.cap if self.cap is not None else self.at_target

    def list_worths(self) -> Iterator[Worthy]:
        """What is had at the target is a result; a step and the cap may be more than there is."""
        yield Worthy("at_target", self.at_target, True)
        yield Worthy("each", self.each, False)
        yield Worthy("cap", self.cap or FULL, False)
        if self.beyond is not None:
            yield Worthy("beyond 的 each", self.beyond.each, False)

    def list_compared(self) -> Iterator[Compared]:
        """Steps are differences of figures."""
        yield Compared("per ", self.per, is_step=True)
        if self.beyond is not None:
            yield Compared("beyond 的 per ", self.beyond.per, is_step=True)

    def find_conflicts(self, measure: Kind, target: Target | None) -> Iterator[str]:
        """Only a target that has another side can be exceeded."""
        if self.beyond is not None and (target is None or target.kind not in ("at_least", "at_most")):
            yield "beyond（超过目标再加）只用于目标 at_least 或 at_most；请改目标，或删去 beyond"
