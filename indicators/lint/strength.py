"""How binding the words of a source are, and what must be said where they leave a number open."""

from __future__ import annotations

from collections.abc import Iterator

from indicators.lint.problem import Problem
from indicators.meaning.coverage import find_way
from indicators.pack.model import Indicator, Pack

#: Words that allow exceptions or only hope: what they ask for is not scored like a duty.
WEAK = ("力争", "原则上", "逐步", "鼓励")
#: Words that ask for a frequency or a time without giving one.
VAGUE = ("定期", "及时", "有计划")


def _find_words(indicator: Indicator, words: tuple[str, ...]) -> list[str]:
    quotes = [cite.quote for cite in indicator.cites if cite.quote is not None and "target" in cite.supports]
    return [word for word in words if any(word in quote for quote in quotes)]


def check_weak_words(pack: Pack) -> Iterator[Problem]:
    """A hope (力争、原则上、逐步、鼓励) is marked weak, and weak tasks never cost all the marks at once."""
    kinds = {section.id: section.kind for section in pack.head.sections}
    for position, indicator in enumerate(pack.indicators):
        kind = kinds.get(indicator.section)
        if indicator.strength == "strong":
            if found := _find_words(indicator, WEAK):
                text = f"原文写的是「{'、'.join(found)}」，不是硬性要求；请写 strength: weak"
                yield Problem(text, position, ("cites",))
            continue
        if kind in ("deduction", "veto"):
            text = "strength: weak 的任务不能扣分或否决；请放到其他一级指标，或按原文改为 strong"
            yield Problem(text, position, ("section",))
        if kind != "base":
            continue
        for number, part in enumerate(indicator.parts):
            if part.marks.chosen.costs_all_at_once():
                text = (
                    "strength: weak 的任务没有达到时不能一分不给；"
                    "请写 all_or_nothing: {otherwise: 保留的分}，或改用按比例、分档"
                )
                yield Problem(text, position, ("parts", number, "marks"))


def check_vague_words(pack: Pack) -> Iterator[Problem]:
    """定期, 及时 and 有计划 give no number: the office says which one it chose."""
    for position, indicator in enumerate(pack.indicators):
        chosen = any(
            cite.local_choice is not None and {"target", "deadline", "measure"} & set(cite.supports)
            for cite in indicator.cites
        )
        if not chosen and (found := _find_words(indicator, VAGUE)):
            text = (
                f"原文只写「{'、'.join(found)}」，没有写次数或期限；请加一条 "
                "{supports: [target], local_choice: 本办要求的次数或期限}"
            )
            yield Problem(text, position, ("cites",))


def check_checklists(pack: Pack) -> Iterator[Problem]:
    """What an inspector judges has a checklist, so that two inspectors look at the same things."""
    for position, indicator in enumerate(pack.indicators):
        if not indicator.checklist and find_way(indicator) == "judged":
            text = "由督察员评定的指标没有核查清单；请写 checklist: [要核查的事项，…]"
            yield Problem(text, position, ("parts",))
