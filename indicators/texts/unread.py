"""What of a sentence of a marking sheet stands in no field that was read from it: then the reading is not sure."""

from __future__ import annotations

import re
from collections.abc import Set
from decimal import Decimal

from indicators.texts.clauses import Every, find_period
from indicators.texts.deadlines import find_deadlines
from indicators.texts.figures import find_figures

_DIGITS = re.compile(r"\d+(?:\.\d+)?")
_AMOUNT = re.compile(r"(\d+(?:\.\d+)?)分(?!之|钟)")
#: Numbers that name a step or a place and are read as words: 每少1次, 第1项, (1).
_STEP = re.compile(r"(?:每[^,;。\d]{0,6}|第|有|现|生)$")
_YEAR = re.compile(r"(?:19|20)\d\d年(?:度)?")
#: What a law or a notice is called by.
_NAMED = re.compile(r"〔\d+〕\d*号?|\[\d+\]\d*号|第\d+号")


def find_unread(words: str, known: Set[Decimal], *, marks_only: bool) -> str:
    """In Chinese which number of folded ``words`` is not ``known``; empty where all are.

    A number that is part of a date is no number of its own. ``marks_only``: of a rule that people apply, who see the
    words; only amounts of marks are looked at.
    """
    if marks_only:
        amounts = [Decimal(each) for each in _AMOUNT.findall(words)]
        return next((f"还有一个分值没有读：{value.normalize():f}" for value in amounts if value not in known), "")
    dates = [(each.start, each.end) for each in find_deadlines(words)]
    dates += [match.span() for match in _NAMED.finditer(words)]
    dates += [match.span() for match in _YEAR.finditer(words)]
    written = [(match.start(), Decimal(match[0])) for match in _DIGITS.finditer(words)]
    # Numerals count where a comparison stands with them: 两次以上, not 一次.
    written += [(each.start, each.value) for each in find_figures(words) if each.explicit and each.comparison != "="]
    for start, value in sorted(written):
        if value in known or any(first <= start < last for first, last in dates):
            continue
        if value == 1 and _STEP.search(words[:start]):
            continue
        return f"还有一个数没有读：{value.normalize():f}"
    return ""


def find_lost_time(words: str, asked: Every | None) -> str:
    """In Chinese which day or period of folded ``words`` a rule over a whole year would lose; empty where none.

    ``asked`` is the period that the rule itself goes by.
    """
    if any(each.month is not None or each.on is not None for each in find_deadlines(words)):
        return "期限没有读"
    period = find_period(words)
    if period in (None, "year", "school_year") or period == asked:
        return ""
    return "按季、按月还是全年合计，看不出"
