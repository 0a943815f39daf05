"""The target or nothing: full marks when it is reached, a fixed remainder when not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from indicators.entries.amounts import Worth
from indicators.entries.directions import Directions
from indicators.rules.rule import NOTHING, TARGETS, Phrase, Rule, Worthy, list_sorts


class AllOrNothing(Rule):
    """F when the target is reached, ``otherwise`` (0 unless stated) when not."""

    name = "all_or_nothing"
    title = "达到目标得满分"
    measures = list_sorts("number", "date")
    targets = TARGETS
    phrases = (
        Phrase("达到目标得满分，否则不得分", {}),
        Phrase("达到目标得满分，否则得_分", {"otherwise": 1}),
    )
    only_asks_target = True
    tighter: ClassVar[Directions] = {"otherwise": "down"}

    otherwise: Worth = NOTHING

    def list_worths(self) -> Iterator[Worthy]:
        """What is left without the target is a result."""
        yield Worthy("otherwise", self.otherwise, True)

    def costs_all_at_once(self) -> bool:
        """Where nothing is left."""
        return not self.otherwise.value
