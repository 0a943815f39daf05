"""A numerator over a denominator."""

from __future__ import annotations

from indicators.measures.kind import Fraction, Kind, Lack
from indicators.measures.rows import ALONE, Beside, Rows, Tally


class Ratio(Kind):
    """A numerator over a denominator, kept as two numbers and never divided before the marks.

    A row in which the numerator's or denominator's column is empty makes the item pending: a rate
    without its counts is not a ratio. Numerator above denominator is a conflict.
    """

    name = "ratio"
    title = "比率"
    fits = ("number",)

    numerator: Tally
    denominator: Tally

    @property
    def is_share(self) -> bool:
        """Always."""
        return True

    @property
    def lacks(self) -> frozenset[Lack]:
        """There may be nothing to divide by."""
        return frozenset(("denominator",))

    @property
    def small_base(self) -> Fraction | None:
        """Itself."""
        return Fraction(self.numerator, self.denominator)

    def list_rows(self, beside: Beside = ALONE) -> tuple[Rows, ...]:
        """The rows of numerator and denominator."""
        return tuple(tally.read() for tally in self.list_tallies())

    def list_tallies(self) -> tuple[Tally, ...]:
        """Numerator and denominator."""
        return (self.numerator, self.denominator)
