"""Whether a value that differs from the base's is stricter than it, or was left open.

Closed by default: only what the kinds of target, marks and measure say of their own numbers is known to be stricter.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TypeVar

from indicators.entries.amounts import Quantity, parse_quantity
from indicators.entries.directions import Direction, find_direction, turn
from indicators.entries.targets import Target, find_day, parse_day, parse_month_day
from indicators.meaning.uses import list_readers
from indicators.overlays.breaches import Loosened, NothingChanged, NotOpened, OutsideOpening, UnlikeValues
from indicators.pack.combining import Pooled, Reached
from indicators.pack.layers import ChangedNumber, OverlayChange, spell_way
from indicators.pack.model import Indicator, Pack, Part

Read = TypeVar("Read")
Ordered = TypeVar("Ordered", Quantity, date)


def judge_change(
    base: Pack, indicator: Indicator, keys: tuple[str, ...], before: str, change: OverlayChange
) -> ChangedNumber:
    """What a change makes of the value ``before``, to which ``keys`` lead. Raises a Breach if the base forbids it."""
    if indicator.id in base.head.openings.locked:
        raise NotOpened(change, "上级规定这项指标不能改（openings 的 locked）")
    if change.place[1] in [spell_way(each.part, each.number) for each in indicator.changes]:
        raise NotOpened(change, "上级的这个数随时间变动（changes）")
    opening = base.head.openings.find(change.place)
    if opening is None:
        _check_stricter(base, indicator, keys, before, change)
    elif not opening.allows(change.value):
        raise OutsideOpening(change, opening)
    return ChangedNumber(change=change, before=before, how="tightened" if opening is None else "filled")


def _check_stricter(
    base: Pack, indicator: Indicator, keys: tuple[str, ...], before: str, change: OverlayChange
) -> None:
    if readers := list_readers(base, indicator.id):
        names = "、".join(each.id for each in readers)
        raise NotOpened(change, f"指标 {names} 按这项的得分计算，这里加严，那里可能放宽")
    direction = find_tighter(indicator, keys)
    if direction is None:
        raise NotOpened(change, "上级没有留给下级定，也说不出往哪边改更严")
    order = compare_values(before, change.value)
    if order is None:
        raise UnlikeValues(change, before)
    if order == 0:
        raise NothingChanged(change)
    if (order > 0) != (direction == "up"):
        raise Loosened(change, before, cite_base(base, indicator, keys))


def find_tighter(indicator: Indicator, keys: tuple[str, ...]) -> Direction | None:
    """Which way a number of an indicator moves so that nobody is given more; None where that is not known."""
    if indicator.table is not None:  # what a row of a table gives may be less or more
        return None
    match keys:
        case ("combine", *rest) if isinstance(indicator.combine, Reached | Pooled):
            return find_direction(indicator.combine.tighter, rest)
        case ("parts", number, kind, *rest):
            return _find_in_part(indicator.parts[int(number) - 1], kind, rest)
    return None


def _find_in_part(part: Part, kind: str, rest: list[str]) -> Direction | None:
    marks, target = part.marks.chosen, part.target
    if kind == "marks" and rest[:1] == [marks.name]:
        return marks.find_tighter(rest[1:], target)
    # Marks that do not follow a target may rise or fall with its numbers.
    if target is None or marks.targets is None:
        return None
    if kind == "target":
        return find_direction(Target.tighter, rest)
    measure = part.measure.chosen
    if kind != "measure" or rest[:1] != [measure.name] or target.equals is not None or target.by is not None:
        return None
    falling = measure.find_falling(rest[1:])
    return falling if target.prefers_higher else turn(falling)


def compare_values(before: str, after: str) -> int | None:
    """Above 0 where ``after`` is the greater or the later one; None where they cannot be compared."""
    for compare in (_compare_numbers, _compare_days, _compare_month_days):
        try:
            return compare(before, after)
        except ValueError:
            continue
    return None


def _compare_numbers(before: str, after: str) -> int | None:
    one, other = _read_both(parse_quantity, before, after)
    if one.percent != other.percent:
        return None
    return _order(one, other)


def _order(one: Ordered, other: Ordered) -> int:
    return (other > one) - (other < one)


def _compare_days(before: str, after: str) -> int:
    one, other = _read_both(parse_day, before, after)
    return _order(date.fromisoformat(one), date.fromisoformat(other))


def _compare_month_days(before: str, after: str) -> int | None:
    """In every year the same way: the end of February is the 28th or the 29th."""
    one, other = _read_both(parse_month_day, before, after)
    orders = {_order(find_day(one, year), find_day(other, year)) for year in (2023, 2024)}
    return None if orders == {-1, 1} else max(orders, key=abs)


def _read_both(read: Callable[[str], Read], one: str, other: str) -> tuple[Read, Read]:
    return read(one), read(other)


def cite_base(base: Pack, indicator: Indicator, keys: tuple[str, ...]) -> str:
    """The clause that the value of the base rests on, as far as the pack says which."""
    wanted = tell_support(keys)
    cites = [cite for cite in indicator.cites if wanted in cite.supports] or list(indicator.cites)
    if not cites:
        return f"《{base.head.title}》"
    cite = cites[0]
    if cite.quote is None:
        return f"《{base.head.title}》：{cite.local_choice}"
    title = next((source.title for source in base.sources if source.id == cite.source), base.head.title)
    return f"《{title}》{f'（{cite.article}）' if cite.article else ''}「{cite.quote}」"


def tell_support(keys: tuple[str, ...]) -> str:
    """What of an indicator a value belongs to, in the words of its cites."""
    match keys:
        case ("parts", _, "target", "by", *_):
            return "deadline"
        case ("parts", _, "target" | "measure" as kind, *_):
            return kind
        case ("parts", _, "marks", *_) | ("combine", *_):
            return "marks"
    return "scope"
