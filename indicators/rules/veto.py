"""A prohibition that decides over the total, or over a section, and has no marks of its own."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from indicators.entries.amounts import Id, Text
from indicators.rules.rule import TARGETS, Effect, Phrase, Rule, list_sorts


class Veto(Rule):
    """No marks of its own; a missed target makes the total 0, caps the grade, or leaves nothing of a section.

    With ``stage`` the target is a gate: who misses it has not passed that stage and is not ranked.
    """

    name = "veto"
    title = "否决（不计分）"
    measures = list_sorts("number", "date")
    targets = TARGETS
    phrases = (
        Phrase("一票否决：总分归零", {"total": "zero"}),
        Phrase("一票否决：等次不高于_", {"grade_at_most": 1}),
        Phrase("一票否决：一级指标_不得分", {"section": 1}),
        Phrase("没有通过_的不参加排名", {"stage": 1}),
    )

    total: Literal["zero"] | None = None
    grade_at_most: Text | None = None
    section: Id | None = None
    stage: Text | None = None

    @model_validator(mode="after")
    def _one(self) -> Veto:
        if sum(each is not None for each in (self.total, self.grade_at_most, self.section, self.stage)) != 1:
            text = (
                "veto 请写 total: zero（总分归零）、grade_at_most（等次不高于）、section（一级指标不得分）"
                "或 stage（没有通过的阶段，不参加排名）之一"
            )
            raise ValueError(text)
        return self

    def find_effect(self) -> Effect:
        """The total becomes 0, a grade is the best that is left, a section counts nothing, or there is no rank."""
        return Effect(self.grade_at_most, self.section, self.stage)
