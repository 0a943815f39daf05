"""What a prohibition does, in words."""

from __future__ import annotations

from indicators.pack.model import Indicator, Pack
from indicators.rules.rule import Effect


def find_effect(indicator: Indicator) -> Effect | None:
    """What a triggered veto of this indicator does; None for an indicator that gives marks."""
    found = (part.marks.chosen.find_effect() for part in indicator.parts)
    return next((effect for effect in found if effect is not None), None)


def describe_effect(effect: Effect, pack: Pack | None) -> str:
    """A few words without a full stop; without a ``pack`` a section is called by its id."""
    if effect.stage is not None:
        return f"没有通过「{effect.stage}」，不参加排名"
    if effect.section is not None:
        titles = {section.id: section.title for section in pack.head.sections} if pack is not None else {}
        return f"「{titles.get(effect.section, effect.section)}」不得分"
    return "总分归零" if effect.best_grade is None else f"等次不得高于{effect.best_grade}"
