"""Arithmetic that is written down as it is done: a term carries its text and its exact value together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from scoring.base.amounts import is_finite, round_half_up, write_number, write_percent, write_printed

_NUMBER, _PRODUCT, _SUM = 3, 2, 1
#: Words, or how to make them: a search for the next step tries many values and reads the words of none.
Words = str | Callable[[], str]


def read(words: Words) -> str:
    """The words themselves."""
    return words if isinstance(words, str) else words()


@dataclass(frozen=True)
class Term:
    """An expression as it is printed and what it comes to. ``level`` says how tightly it binds."""

    words: Words
    value: Fraction
    level: int = _NUMBER

    @property
    def text(self) -> str:
        """The expression as it is printed."""
        return read(self.words)

    def _wrap(self, least: int) -> str:
        return self.text if self.level >= least else f"({self.text})"

    def __add__(self, other: Term) -> Term:
        return Term(lambda: f"{self.text} + {other._wrap(_SUM)}", self.value + other.value, _SUM)

    def __sub__(self, other: Term) -> Term:
        return Term(lambda: f"{self.text} - {other._wrap(_PRODUCT)}", self.value - other.value, _SUM)

    def __mul__(self, other: Term) -> Term:
        return Term(lambda: f"{self._wrap(_PRODUCT)} × {other._wrap(_PRODUCT)}", self.value * other.value, _PRODUCT)

    def __truediv__(self, other: Term) -> Term:
        return Term(lambda: f"{self._wrap(_PRODUCT)} ÷ {other._wrap(_NUMBER)}", self.value / other.value, _PRODUCT)


def write_term(value: Fraction | int, unit: str = "") -> Term:
    """A number, with its unit if it has one; a negative one is bracketed."""

    def write() -> str:
        text = write_number(value)
        text = f"({text})" if value < 0 else text
        return f"{text} {unit}" if unit else text

    return Term(write, value if isinstance(value, Fraction) else Fraction(value))


def write_marks_term(value: Fraction) -> Term:
    """An amount of marks."""
    return write_term(value, "分")


def write_percent_term(value: Fraction) -> Term:
    """A share as a percentage."""

    def write() -> str:
        text = write_percent(value)
        return f"({text})" if value < 0 else text

    return Term(write, value)


def add_terms(terms: list[Term]) -> Term:
    """The sum of at least one term."""
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total


@dataclass(frozen=True)
class Calculation:
    """The line that is printed and the marks that it comes to, not yet rounded."""

    words: Words
    marks: Fraction

    @property
    def text(self) -> str:
        """The line that is printed."""
        return read(self.words)


def finish(term: Term, precision: int, before: list[Words] | None = None, prefix: str = "") -> Calculation:
    """The last step: the term, and what it is at the printed precision, said to be rounded where it was.

    ``before`` are the steps that lead there.
    """

    def write() -> str:
        printed = f"{write_printed(term.value, precision)} 分"
        grain = f"四舍五入到 {write_printed(Fraction(1, 10**precision), precision)} 分"
        if round_half_up(term.value, precision) != term.value:
            line = f"{term.text} ≈ {printed}（{grain}）"
        elif term.level == _NUMBER:
            line = printed
        else:
            line = f"{term.text} = {printed}"
        return "；".join([*map(read, before or []), prefix + line])

    return Calculation(write, term.value)


def equate(term: Term, percent: bool = False, unit: str = "", places: int = 4) -> str:
    """``57 ÷ 60 = 95%``; ≈ where the decimals do not end, and only the number where there is nothing to work out."""
    suffix = f" {unit}" if unit else ""
    if term.level == _NUMBER and not percent:
        return f"{term.text}{suffix}"
    scale = 100 if percent else 1
    exact = is_finite(term.value * scale, places)
    number = write_number(term.value * scale, places)
    return f"{term.text} {'=' if exact else '≈'} {number}{'%' if percent else suffix}"
