"""One number for each of another: per head, per 10,000, per case."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import model_validator

from indicators.entries.amounts import Integer, Name
from indicators.entries.tables import ANY
from indicators.measures.kind import Kind, Lack, Need
from indicators.measures.rows import ALONE, Beside, Rows, Tally

#: For so many of the denominator the figure may be said: powers of ten, so that a figure stays a decimal.
SIZES = tuple(10**power for power in range(7))


class Operand(Tally):
    """A tally, or with ``distinct`` how many different values a column holds (people, townships)."""

    distinct: Name | None = None

    @model_validator(mode="after")
    def _one(self) -> Operand:
        if self.distinct is not None and self.sum is not None:
            raise ValueError("sum（求和）与 distinct（去重计数）不能同时写；请删去一个")
        return self

    def read(self, *years: int) -> Rows:
        """Its rows; the column that tells them apart must be filled."""
        return Rows(self.dataset, self.where, self.over, (self.sum, self.less, self.distinct), years=years or (0,))


class Quotient(Kind):
    """The numerator for every ``per`` of the denominator; a number that may exceed 1, kept as two whole numbers.

    The two may be of different datasets. A denominator of zero is no figure; one below zero is a conflict.
    """

    name = "quotient"
    title = "平均每个的数"
    fits = ("number",)

    numerator: Operand
    denominator: Operand
    per: Integer = 1

    @model_validator(mode="after")
    def _agree(self) -> Quotient:
        if self.per not in SIZES:
            raise ValueError(f"per（每多少）请写 {'、'.join(map(str, SIZES))} 之一")
        return self

    @property
    def lacks(self) -> frozenset[Lack]:
        """There may be nothing to divide by."""
        return frozenset(("denominator",))

    def list_rows(self, beside: Beside = ALONE) -> tuple[Rows, ...]:
        """The rows of numerator and denominator."""
        return self.numerator.read(), self.denominator.read()

    def list_tallies(self) -> tuple[Tally, ...]:
        """Numerator and denominator."""
        return (self.numerator, self.denominator)

    def list_needs(self) -> Iterator[Need]:
        """What is added up, and what tells rows apart."""
        yield from super().list_needs()
        for operand in (self.numerator, self.denominator):
            if operand.distinct is not None:
                yield Need(operand.dataset, operand.distinct, ANY, "去重")
