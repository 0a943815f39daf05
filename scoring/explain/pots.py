"""How the parts of a pot make the item's marks, as a line that can be worked out by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from operator import itemgetter

from indicators.pack.model import Indicator
from scoring.base.amounts import write_number, write_printed
from scoring.base.pots import SettledNode, name_part, settle_pot
from scoring.explain.told import ToldPart

_ENDS = itemgetter("outcome", "points")


def list_void(indicator: Indicator, told: Sequence[ToldPart]) -> list[str]:
    """The parts that leave nothing of the pot, by name."""
    return [
        name_part(indicator, index) or f"第{index + 1}部分"
        for index, part in enumerate(told)
        if indicator.parts[index].voids and part.scored and not part.reached
    ]


def read_marks(indicator: Indicator, told: Sequence[ToldPart]) -> dict[int, Fraction]:
    """The marks of the parts that move the pot, by index."""
    return {
        index: part.marks
        for index, part in enumerate(told)
        if part.marks is not None and part.scored and not indicator.parts[index].voids
    }


def reckon_pot(indicator: Indicator, cohort: str, told: Sequence[ToldPart]) -> Fraction:
    """The item's marks by what its printed parts move."""
    if list_void(indicator, told):
        return Fraction(0)
    return settle_pot(indicator, cohort, read_marks(indicator, told))[-1].value


def write_pot(indicator: Indicator, cohort: str, told: Sequence[ToldPart], precision: int) -> str:
    """The calculation: group by group, and then the pot."""
    steps = settle_pot(indicator, cohort, read_marks(indicator, told))
    lines = [_write_step(step, precision) for step in steps if step.moves or step.node.parent is None]
    nothing = write_printed(Fraction(0), precision)
    lines += [f"「{name}」没有达到目标，本项得 {nothing} 分" for name in list_void(indicator, told)]
    return "；".join(lines)


def _write_step(step: SettledNode, precision: int) -> str:
    terms = [f"{write_number(step.node.start)} 分"] if step.node.start or not step.moves else []
    for name, amount in step.moves:
        sign = "- " if amount < 0 else "+ " if terms else ""
        terms.append(f"{sign}{write_printed(abs(amount), precision)} 分{f'（{name}）' if name else ''}")
    name = f"「{step.node.title}」：" if step.node.title else ""
    line = f"{name}{' '.join(terms)} = {write_printed(step.raw, precision)} 分"
    if step.value < step.raw:
        line = f"{line}，最多算 {write_printed(step.value, precision)} 分"
    elif step.value > step.raw:
        line = f"{line}，最少算 {write_printed(step.value, precision)} 分"
    if step.aside:
        others = "、".join(f"{name or '其余'} {write_printed(amount, precision)} 分" for name, amount in step.aside)
        best = step.node.best
        kept = f"只算最高的 {best}" if best is not None else f"只算最低的 {step.node.worst}"
        line = f"{line}（{kept} 项，没有算的：{others}）"
    return line


def find_gain(
    indicator: Indicator, cohort: str, rows: Sequence[Mapping[str, object]], precision: int
) -> Callable[[int, int], int]:
    """What so many more points of the part at an index would bring its item, as the engine's ``rows`` of parts stand.

    In a pot a bound may swallow them; elsewhere they are the item's own.
    """
    if indicator.pot is None:
        return lambda index, more: more
    unit = 10**precision
    scored = {
        index: Fraction(points, unit)
        for index, (outcome, points) in enumerate(map(_ENDS, rows))
        if outcome == "scored" and points is not None and not indicator.parts[index].voids
    }
    now = settle_pot(indicator, cohort, scored)[-1].value

    def find(index: int, more: int) -> int:
        gained = {**scored, index: scored.get(index, Fraction(0)) + Fraction(more, unit)}
        return int((settle_pot(indicator, cohort, gained)[-1].value - now) * unit)

    return find
