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


#: What stands in place of marks where a veto costs nothing: of a prohibition, and of the gate of a stage.
HARMLESS = ("未触发", "通过")


def name_verdict(effect: Effect, struck: bool) -> str:
    """What stands in place of marks: whether a veto was triggered, or whether the gate of a stage was passed."""
    if not struck:
        return HARMLESS[effect.stage is not None]
    return "未通过" if effect.stage is not None else "已触发"


def say_verdict(effect: Effect, struck: bool) -> str:
    """The same at the end of a calculation."""
    if effect.stage is not None:
        return f"{'没有通过' if struck else '通过'}「{effect.stage}」"
    return "触发否决" if struck else "不触发否决"


def say_settled(effect: Effect) -> str:
    """The next step where a veto was not triggered, or the gate of a stage was passed."""
    return f"{'没有触发否决' if effect.stage is None else say_verdict(effect, False)}，不需要做什么。"


def say_way_out(effect: Effect) -> str:
    """What stands before the next step where it was, or was not."""
    return "要解除否决：" if effect.stage is None else f"要通过「{effect.stage}」："
