"""Marks by the interval of a figure as sheets write them: 95%以上得满分，90%（含）至95%得15分，90%以下不得分."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

_NUMBER = r"(\d+(?:\.\d+)?)"
_SHARE = rf"{_NUMBER}%"
_RANGE = re.compile(rf"{_SHARE}(\(含\))?(\(不含\))?(?:以上)?(?:至|到|-|~|—){_SHARE}(\(含\))?(\(不含\))?")
#: 80%(含)以上不足90%: it says of both ends whether they belong to it.
_BOTH = re.compile(rf"{_SHARE}(?:\(含\))?及?以上、?(?:不足|低于|不到|未达到?|不满|小于){_SHARE}")
#: 40%≤优秀率<60%.
_BETWEEN = re.compile(rf"{_SHARE}(≤|<=|<)[^,;。\d<≤]{{1,16}}(≤|<=|<){_SHARE}")
_LEAST = re.compile(rf"(?:达到?|不低于|高于等于|大于等于|≥|>=){_SHARE}(?!\(不含\))|{_SHARE}(\(含\))?(?:及|\(含\))?以上")
_ABOVE = re.compile(rf"(?:(?<!不)高于|(?<!不)超过|(?<!不)大于|>){_SHARE}(?!以)")
_MOST = re.compile(rf"{_SHARE}(\(含\))?(\(不含\))?(?:及)?以下")
_AT_MOST = re.compile(rf"(?:≤|<=|不高于|不超过){_SHARE}")
_BELOW = re.compile(rf"(?:(?<!不)低于|不足|不到|未达到?|不满|(?<!不)小于|<){_SHARE}")
_GIVEN = re.compile(rf"(?:得|计|给|为){_NUMBER}分|(满分)|(不得分|得0分|不计分)")


@dataclass(frozen=True)
class MarkStep:
    """What is given from ``low`` up to ``high`` (percent; None: without end); ``marks`` None: all of the item.

    ``low_in`` and ``high_in``: whether the end itself belongs to it, None where the words do not say.
    """

    low: Decimal | None
    high: Decimal | None
    marks: Decimal | None
    low_in: bool | None = None
    high_in: bool | None = None


def read_mark_steps(words: str) -> tuple[tuple[MarkStep, ...], str]:
    """The steps of folded ``words``, from the highest, and in Chinese why they are not sure.

    Empty where the words state fewer than two steps.
    """
    pieces = [piece for piece in re.split("[,;。]", words) if piece]
    found = [step for piece in pieces if (step := _read_step(piece))]
    if len(found) < 2:
        return (), ""
    steps = sorted(found, key=lambda step: (step.low is None, -(step.low or 0)))
    if len(found) != len(pieces):
        return tuple(steps), "有的话不是档次，没有读"
    return _join(steps)


def _read_step(piece: str) -> MarkStep | None:
    given = _GIVEN.search(piece)
    ends = _read_ends(piece[: given.start()]) if given else None
    if given is None or ends is None or len(_GIVEN.findall(piece)) != 1:
        return None
    marks = Decimal(given[1]) if given[1] else None if given[2] else Decimal(0)
    return replace(ends, marks=marks)


def _read_ends(words: str) -> MarkStep | None:
    """The interval that words name."""
    if found := _RANGE.search(words):
        low, low_in, low_out, high, high_in, high_out = found.groups()
        ends = MarkStep(Decimal(low), Decimal(high), None, _tell(low_in, low_out), _tell(high_in, high_out))
        return ends if Decimal(low) < Decimal(high) else None
    if found := _BOTH.search(words):
        ends = MarkStep(Decimal(found[1]), Decimal(found[2]), None, low_in=True, high_in=False)
        return ends if Decimal(found[1]) < Decimal(found[2]) else None
    if found := _BETWEEN.search(words):
        low, first, last, high = found.groups()
        ends = MarkStep(Decimal(low), Decimal(high), None, low_in=first != "<", high_in=last != "<")
        return ends if Decimal(low) < Decimal(high) else None
    if found := _AT_MOST.search(words):
        return MarkStep(None, Decimal(found[1]), None, high_in=True)
    if found := _MOST.search(words):
        return MarkStep(None, Decimal(found[1]), None, high_in=_tell(found[2], found[3]))
    if found := _BELOW.search(words):
        return MarkStep(None, Decimal(found[1]), None, high_in=False)
    if found := _ABOVE.search(words):
        return MarkStep(Decimal(found[1]), None, None, low_in=False)
    if found := _LEAST.search(words):
        return MarkStep(Decimal(found[1] or found[2]), None, None, low_in=True)
    return None


def _tell(said_in: str | None, said_out: str | None) -> bool | None:
    return True if said_in else False if said_out else None


def _join(steps: list[MarkStep]) -> tuple[tuple[MarkStep, ...], str]:
    """Each end belongs to one of the two steps that meet there: where one says so, the other gives way."""
    if steps[0].high is not None or steps[-1].low is not None:
        return tuple(steps), "最高一档以上、最低一档以下怎么给分没有写"
    joined = [steps[0]]
    for lower in steps[1:]:
        upper = joined[-1]
        if upper.low != lower.high:
            return tuple(steps), "档次没有接上"
        said = {upper.low_in} if upper.low_in is not None else set()
        said |= {not lower.high_in} if lower.high_in is not None else set()
        if len(said) != 1:
            return tuple(steps), f"正好{upper.low}%算哪一档，看不出"
        holds = said.pop()
        joined[-1] = replace(upper, low_in=holds)
        joined.append(replace(lower, high_in=not holds))
    if not all(_is_less(lower, upper) for upper, lower in pairwise(joined)):
        return tuple(joined), "各档的分不是越来越少，请核对"
    return tuple(joined), ""


def _is_less(lower: MarkStep, upper: MarkStep) -> bool:
    return lower.marks is not None and (upper.marks is None or lower.marks < upper.marks)
