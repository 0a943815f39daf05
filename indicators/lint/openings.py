"""What a pack leaves to those that extend it must be there, and hold as it stands."""

from __future__ import annotations

from collections.abc import Iterator

from indicators.entries.nearest import suggest
from indicators.lint.problem import Problem
from indicators.pack.dated import NoSuchNumber, find_place
from indicators.pack.layers import Opening, spell_way
from indicators.pack.model import Indicator, Pack
from indicators.pack.plain_values import write_plain


def check_openings(pack: Pack) -> Iterator[Problem]:
    """What is left open is a value of an indicator that is within the bounds that others must keep."""
    openings, indicators = pack.head.openings, {each.id: each for each in pack.indicators}
    places = [each.place for each in openings.numbers]
    for index, each in enumerate(openings.numbers):
        place = ("openings", "numbers", index)
        if each.place in places[:index]:
            yield Problem(f"openings 的「{each.title}」与前面的是同一个数；请删去一处", place=place)
        elif each.indicator not in indicators:
            yield Problem(f"指标 {each.indicator} 不存在{suggest(each.indicator, list(indicators))}", place=place)
        elif (text := _describe_value(each, indicators[each.indicator])) is not None:
            yield Problem(f"openings 的「{each.title}」{text}", place=place)
    known = {"指标": list(indicators), "一级指标": [section.id for section in pack.head.sections]}
    for noun, key, names in (
        ("指标", "removable", openings.removable),
        ("一级指标", "sections", openings.sections),
        ("指标", "locked", openings.locked),
    ):
        for index, name in enumerate(names):
            if name not in known[noun]:
                text = f"{noun} {name} 不存在{suggest(name, known[noun])}"
                yield Problem(text, place=("openings", key, index))


def _describe_value(opening: Opening, indicator: Indicator) -> str | None:
    try:
        place = find_place(write_plain(indicator), opening.part, opening.number)
    except NoSuchNumber as error:
        return f"找不到：{error}"
    if opening.place[1] in [spell_way(each.part, each.number) for each in indicator.changes]:
        return "随时间变动（changes），不能再留给下级定；请删去一处"
    value = str(place.value)
    return None if opening.allows(value) else f"现在是{value}，{opening.describe()}；请改范围，或改这个数"
