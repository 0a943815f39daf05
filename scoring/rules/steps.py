"""The cost of steps: for every ``per`` of a distance, a part of a step counting whole, not at all, or in part."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Protocol

from indicators.entries.amounts import Quantity
from scoring.base.amounts import write_number
from scoring.base.arithmetic import Term, Words, equate, write_term
from scoring.base.whole import Whole, number

_STEPS = {
    # short / (den * per) whole steps, where short is in millionths of the figure
    "up": "(({short} + {den} * {per} - 1) // ({den} * {per}))",
    "down": "({short} // ({den} * {per}))",
}


class Stepped(Protocol):
    """How large a step is, and what a part of one counts as: up, down or exact."""

    @property
    def per(self) -> Quantity: ...
    @property
    def partial(self) -> str: ...


def write_cost(short: str, den: str, per: str, partial: str, each: str) -> tuple[str, str]:
    """Marks (as a fraction in SQL) for ``short`` millionths, ``each`` for every ``per``, by the column ``partial``."""
    up = _STEPS["up"].format(short=short, den=den, per=per)
    down = _STEPS["down"].format(short=short, den=den, per=per)
    top = f"CASE {partial} WHEN 'up' THEN {up} * {each} WHEN 'down' THEN {down} * {each} ELSE {short} * {each} END"
    return f"({top})", f"(CASE {partial} WHEN 'exact' THEN {den} * {per} ELSE 1 END)"


def floor_steps(short: Whole, size: Whole, partial: str) -> Whole:
    """Whole steps of ``size`` in ``short``, as a spreadsheet reckons them; for ``up`` and ``down``."""
    return (short + size - number(1)).floor_by(size) if partial == "up" else short.floor_by(size)


def count_steps(amount: Term, per: Term, partial: str, simple: bool) -> tuple[Term, list[Words]]:
    """How many steps an amount makes, and the line that says so; ``simple`` where one step is 1."""
    steps = amount if simple else amount / per
    if partial == "exact":
        return steps, []
    whole = Fraction(math.ceil(steps.value) if partial == "up" else math.floor(steps.value))
    if whole == steps.value:
        return (steps, []) if steps.level == 3 else (write_term(whole), [lambda: equate(steps)])
    way = "进一" if partial == "up" else "舍去"
    return write_term(whole), [lambda: f"{equate(steps)}，不足 1 的{way}，按 {write_number(whole)} 计"]


def allow_steps(room: Fraction, each: Fraction, rule: Stepped, above: bool) -> tuple[Fraction, bool]:
    """The distance up to which steps of ``each`` cost no more than ``room``, or less with ``above``.

    With it comes whether that distance itself belongs to it.
    """
    per, number = rule.per.exact, room / each
    if rule.partial == "exact":
        return number * per, not above
    whole = math.ceil(number) - 1 if above else math.floor(number)
    return (whole * per, True) if rule.partial == "up" else ((whole + 1) * per, False)


def need_steps(gain: Fraction, each: Fraction, rule: Stepped, above: bool) -> tuple[Fraction, bool]:
    """From which distance on steps of ``each`` bring ``gain``, or more with ``above``; and whether it itself does."""
    per, number = rule.per.exact, gain / each
    if rule.partial == "exact":
        return number * per, not above
    whole = math.floor(number) + 1 if above else math.ceil(number)
    return ((whole - 1) * per, False) if rule.partial == "up" else (whole * per, True)
