"""Whole-number arithmetic that is written as a spreadsheet formula and worked out here at the same time.

A spreadsheet reckons in binary floating point: 1.005 is a little less than it says, and ROUND of it may go either way.
Whole numbers are exact there up to 2**53, and spreadsheets compare and floor at about 15 digits; so everything is made
whole first and stays below :data:`LIMIT`. What would grow beyond it is not written as a formula.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from indicators.entries.refusal import Signal

#: Below it a whole number, its quotients and their floors are exact in every spreadsheet, with two digits to spare.
LIMIT = 10**13

Values = tuple[int, ...]
Work = Callable[[Values], int]


class NumberTooLarge(Signal):
    """A number on the way is too large to be exact in a spreadsheet."""


def _check(value: int) -> int:
    if abs(value) >= LIMIT:
        raise NumberTooLarge
    return value


@dataclass(frozen=True)
class Whole:
    """A whole number: how a spreadsheet writes it, and how it follows from the values of the cells.

    ``level`` says how tightly the text binds: 3 a number or a call, 2 a product, 1 a sum.
    """

    text: str
    work: Work
    level: int = 3

    def _wrap(self, least: int) -> str:
        return self.text if self.level >= least else f"({self.text})"

    def __add__(self, other: Whole) -> Whole:
        left, right = self.work, other.work
        return Whole(f"{self.text}+{other._wrap(1)}", lambda cells: _check(left(cells) + right(cells)), 1)

    def __sub__(self, other: Whole) -> Whole:
        left, right = self.work, other.work
        return Whole(f"{self.text}-{other._wrap(2)}", lambda cells: _check(left(cells) - right(cells)), 1)

    def __mul__(self, other: Whole) -> Whole:
        if other.text == "1":
            return self
        if self.text == "1":
            return other
        left, right = self.work, other.work
        text = f"{self._wrap(2)}*{other._wrap(2)}"
        return Whole(text, lambda cells: _check(left(cells) * right(cells)), 2)

    def floor_by(self, other: Whole) -> Whole:
        """The whole part of a quotient of numbers that are not negative."""
        if other.text == "1":
            return self
        left, right = self.work, other.work
        return Whole(f"INT({self._wrap(2)}/{other._wrap(3)})", lambda cells: left(cells) // right(cells))


def number(value: int) -> Whole:
    """A number that stands in the formula itself."""
    return Whole(str(value), lambda cells: value, 3 if value >= 0 else 1)


def cell(address: str, place: int, scale: int) -> Whole:
    """A cell that holds a decimal, times ``scale``; ``place`` is where this whole number stands among the values."""
    text = address if scale == 1 else f"ROUND({address}*{scale},0)"
    return Whole(text, lambda cells: _check(cells[place]))


def least(one: Whole, other: Whole) -> Whole:
    """The lesser of two."""
    left, right = one.work, other.work
    return Whole(f"MIN({one.text},{other.text})", lambda cells: min(left(cells), right(cells)))


def most(one: Whole, other: Whole) -> Whole:
    """The greater of two."""
    left, right = one.work, other.work
    return Whole(f"MAX({one.text},{other.text})", lambda cells: max(left(cells), right(cells)))


@dataclass(frozen=True)
class Test:
    """A comparison."""

    text: str
    work: Callable[[Values], bool]


def compare(one: Whole, sign: str, other: Whole) -> Test:
    """One number compared with another; ``sign`` is >, >=, < or <=."""
    left, right = one.work, other.work
    signs: dict[str, Callable[[int, int], bool]] = {
        ">": lambda a, b: a > b,
        ">=": lambda a, b: a >= b,
        "<": lambda a, b: a < b,
        "<=": lambda a, b: a <= b,
    }
    holds = signs[sign]
    return Test(f"{one.text}{sign}{other.text}", lambda cells: holds(left(cells), right(cells)))


def both(one: Test, other: Test) -> Test:
    """Two comparisons at once."""
    left, right = one.work, other.work
    return Test(f"AND({one.text},{other.text})", lambda cells: left(cells) and right(cells))


def choose(test: Test, then: Whole, otherwise: Whole) -> Whole:
    """One number or another."""
    holds, left, right = test.work, then.work, otherwise.work
    text = f"IF({test.text},{then.text},{otherwise.text})"
    return Whole(text, lambda cells: left(cells) if holds(cells) else right(cells))


def round_half_up(top: Whole, bottom: Whole, units: int) -> Whole:
    """``top / bottom`` in units of the last printed decimal (``units`` to a mark), half up; both are not negative."""
    if bottom.text == str(units):
        return top
    doubled = number(2)
    return (doubled * number(units) * top + bottom).floor_by(doubled * bottom)
