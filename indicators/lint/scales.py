"""What is asked lies within what a figure can be, and what an empty cell or a missing limit will do is told."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from indicators.entries.amounts import plain
from indicators.entries.scales import Scale
from indicators.entries.tables import Dataset
from indicators.lint.problem import Notice, Problem
from indicators.measures.rows import list_asked
from indicators.pack.model import Pack, Part


def check_reach(pack: Pack) -> Iterator[Problem]:
    """Nothing is asked of a share beyond 100%, or below 0%: it would never be reached, or always."""
    for position, indicator in enumerate(pack.indicators):
        for number, part in enumerate(indicator.parts):
            reach = part.measure.chosen.reach
            if reach is not None:
                for text in _find_beyond(part, reach, percent=True):
                    yield Problem(text, position, ("parts", number))


def check_columns(pack: Pack) -> Iterator[Problem]:
    """Nothing is asked of a column's value beyond the limits of the column."""
    for position, indicator in enumerate(pack.indicators):
        for number, part in enumerate(indicator.parts):
            scale = part.measure.chosen.find_scale(pack)
            if scale is not None:
                for text in _find_beyond(part, scale, percent=False):
                    yield Problem(text, position, ("parts", number))


def _find_beyond(part: Part, scale: Scale, percent: bool) -> Iterator[str]:
    low, high = scale

    def show(value: Decimal) -> str:
        return f"{plain(value * 100)}%" if percent else plain(value)

    ends = f"{'比率' if percent else '这一列的数'}只会在 {show(low) if low is not None else '…'} 和 " + (
        f"{show(high)} 之间" if high is not None else "更大的数之间"
    )
    for label, value in _list_asked(part):
        if (low is not None and value < low) or (high is not None and value > high):
            yield f"{label}写了 {show(value)}，但{ends}，不是永远达不到，就是总能达到；请改数"
    for name, step in part.marks.chosen.list_intervals():
        above = step.low is not None and high is not None and (step.low[0], not step.low[1]) > (high, False)
        below = step.high is not None and low is not None and (step.high[0], step.high[1]) < (low, True)
        if above or below:
            yield f"档次「{name}」永远落不到：{ends}；请删去这一档或改它的两头"


def _list_asked(part: Part) -> Iterator[tuple[str, Decimal]]:
    target = part.target
    if target is not None:
        amounts = (target.at_least, target.at_most, target.equals)
        yield from (("目标", amount.value) for amount in amounts if amount is not None)
        if target.rising is not None and target.rising.at_least is not None:
            yield "目标", target.rising.at_least.value
        if target.falling is not None and target.falling.at_least is not None:
            yield "目标", -target.falling.at_least.value
    yield from ((end.label, end.amount.value) for end in part.marks.chosen.list_ends())


def list_notices(pack: Pack) -> list[Notice]:
    """Rules that one empty cell stops, and values without an upper limit; of a pack without mistakes."""
    found = []
    for indicator in pack.indicators:
        for part in indicator.parts:
            found += [Notice(indicator.id, text) for text in _describe_optional(part, pack)]
            found += [Notice(indicator.id, text) for text in part.measure.chosen.list_notices(pack)]
    return list(dict.fromkeys(found))


def _describe_optional(part: Part, pack: Pack) -> Iterator[str]:
    for dataset, name in list_cells(part, pack):
        column = dataset.column(name)
        if column is None or column.required or name in dataset.key:
            continue
        yield f"《{dataset.title}》的「{column.title}」可以不填；{part.measure.chosen.tell_empty(name)}"


def list_cells(part: Part, pack: Pack) -> Iterator[tuple[Dataset, str]]:
    """The cells without which a figure is not known; emptiness that has a meaning of its own is left out."""
    measure, rows = part.measure.chosen, part.list_rows()
    named = [*measure.list_cells(pack, part.beside)]
    for name, where in measure.list_conditions():
        named += [(name, column) for column, condition in list_asked(where) if condition.can_be_open]
    dated = {read.dataset: read.judged_date for read in rows}
    events = [(name, pack.dataset(name).event_date, judged) for name, judged in dated.items()]
    named += [(name, event) for name, event, judged in events if event is not None and event != judged]
    yield from ((pack.dataset(name), column) for name, column in dict.fromkeys(named))
