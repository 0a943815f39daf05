"""A prohibition that decides over the total and has no marks of its own."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from indicators.entries.amounts import Text
from indicators.rules.rule import TARGETS, Effect, Phrase, Rule, list_sorts


class Veto(Rule):
    """No marks of its own; when the target is missed the total becomes 0, or the grade is capped."""

    name = "veto"
    title = "否决（不计分）"
    measures = list_sorts("number", "date")
    targets = TARGETS
    phrases = (
        Phrase("一票否决：总分归零", {"total": "zero"}),
        Phrase("一票否决：等次不高于_", {"grade_at_most": 1}),
    )

    total: Literal["zero"] | None = None
    grade_at_most: Text | None = None

    @model_validator(mode="after")
    def _one(self) -> Veto:
        if (self.total is None) == (self.grade_at_most is None):
            raise ValueError("veto 请写 total: zero（总分归零）或 grade_at_most（等次不高于）之一")
        return self

    def find_effect(self) -> Effect:
        """The total becomes 0, or a grade is the best that is left."""
        return Effect(self.grade_at_most)
