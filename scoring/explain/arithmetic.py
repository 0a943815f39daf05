"""Arithmetic that is written down as it is done: a term carries its text and its exact value together."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from scoring.wording.amounts import is_finite, round_half_up, write_number, write_percent, write_printed

_NUMBER, _PRODUCT, _SUM = 3, 2, 1


@dataclass(frozen=True)
class Term:
    """An expression as it is printed and what it comes to. ``level`` says how tightly it binds."""

    text: str
    value: Fraction
    level: int = _NUMBER

    def _wrap(self, least: int) -> str:
        return self.text if self.level >= least else f"({self.text})"

    def __add__(self, other: Term) -> Term:
        return Term(f"{self.text} + {other._wrap(_SUM)}", self.value + other.value, _SUM)

    def __sub__(self, other: Term) -> Term:
        return Term(f"{self.text} - {other._wrap(_PRODUCT)}", self.value - other.value, _SUM)

    def __mul__(self, other: Term) -> Term:
        return Term(f"{self._wrap(_PRODUCT)} × {other._wrap(_PRODUCT)}", self.value * other.value, _PRODUCT)

    def __truediv__(self, other: Term) -> Term:
        return Term(f"{self._wrap(_PRODUCT)} ÷ {other._wrap(_NUMBER)}", self.value / other.value, _PRODUCT)


def write_term(value: Fraction | int, unit: str = "") -> Term:
    """A number, with its unit if it has one; a negative one is bracketed."""
    text = write_number(value)
    text = f"({text})" if value < 0 else text
    return Term(f"{text} {unit}" if unit else text, Fraction(value))


def write_marks_term(value: Fraction) -> Term:
    """An amount of marks."""
    return write_term(value, "分")


def write_percent_term(value: Fraction) -> Term:
    """A share as a percentage."""
    text = write_percent(value)
    return Term(f"({text})" if value < 0 else text, value)


def add_terms(terms: list[Term]) -> Term:
    """The sum of at least one term."""
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total


@dataclass(frozen=True)
class Calculation:
    """The line that is printed and the marks that it comes to, not yet rounded."""

    text: str
    marks: Fraction


def finish(term: Term, precision: int, before: list[str] | None = None, prefix: str = "") -> Calculation:
    """The last step: the term, and what it is at the printed precision, said to be rounded where it was.

    ``before`` are the steps that lead there.
    """
    printed = f"{write_printed(term.value, precision)} 分"
    grain = f"四舍五入到 {write_printed(Fraction(1, 10**precision), precision)} 分"
    if round_half_up(term.value, precision) != term.value:
        line = f"{term.text} ≈ {printed}({grain})"
    elif term.level == _NUMBER:
        line = printed
    else:
        line = f"{term.text} = {printed}"
    return Calculation(";".join([*(before or []), prefix + line]), term.value)


def equate(term: Term, percent: bool = False, unit: str = "", places: int = 4) -> str:
    """``57 ÷ 60 = 95%``; ≈ where the decimals do not end, and only the number where there is nothing to work out."""
    suffix = f" {unit}" if unit else ""
    if term.level == _NUMBER and not percent:
        return f"{term.text}{suffix}"
    scale = 100 if percent else 1
    exact = is_finite(term.value * scale, places)
    number = write_number(term.value * scale, places)
    return f"{term.text} {'=' if exact else '≈'} {number}{'%' if percent else suffix}"
