"""Deadlines that a pack quotes and no part of the indicator looks at: to be late costs nothing."""

from __future__ import annotations

from collections.abc import Iterator

from indicators.lint.problem import Notice
from indicators.meaning.coverage import find_way
from indicators.pack.model import Indicator, Pack, Part
from indicators.texts.deadlines import StatedDeadline, find_deadlines
from indicators.texts.folding import fold


def list_unscored_deadlines(pack: Pack) -> Iterator[Notice]:
    """Indicators measured from data whose quotations set a day or a time, and whose marks go by no date."""
    for indicator in pack.indicators:
        if find_way(indicator) != "measured" or any(_looks_at_dates(pack, part) for part in indicator.parts):
            continue
        for quote in dict.fromkeys(_list_quotes(indicator)):
            folded = fold(quote)
            for found in find_deadlines(folded):
                if not _comes_with_year(found):
                    said = folded[found.start : found.end]
                    yield Notice(indicator.id, f"依据写了期限「{said}」，各部分都不看日期：逾期不影响得分")


def _list_quotes(indicator: Indicator) -> Iterator[str]:
    for cite in indicator.cites:
        if cite.quote is not None and {"target", "deadline"} & set(cite.supports):
            yield cite.quote


def _comes_with_year(found: StatedDeadline) -> bool:
    """Whether the year that is scored says it: what is due at its end, what is to be reached in some year."""
    if found.kind == "relative":
        return found.span == "years"
    if found.on is not None:
        return (found.on.month, found.on.day) == (12, 31)
    return found.kind == "external" or (found.month in (None, 12) and found.day in (None, 31))


def _looks_at_dates(pack: Pack, part: Part) -> bool:
    """Whether a date decides anything: the figure, its due day, or which rows count."""
    measure, target = part.measure.chosen, part.target
    if measure.is_deadline or measure.judged_one_by_one or measure.event is not None or part.due is not None:
        return True
    if target is not None and target.by is not None:
        return True
    for name, where in measure.list_conditions():
        columns = (pack.dataset(name).column(column) for column in where)
        if any(column is not None and column.type == "date" for column in columns):
            return True
    return False
