"""The figure of a part as numbers that a person recognises: totals of the columns, not scaled integers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

from indicators.measures.rows import Tally
from indicators.pack.model import Pack
from scoring.base.amounts import is_finite, write_number
from scoring.base.arithmetic import Term, write_term
from scoring.measures.raw import scale_of

#: A number of a record: its label, its value and its unit.
Shown = dict[str, str]


@dataclass(frozen=True)
class Figure:
    """``now`` over ``of`` (1 where it is no ratio), the same a year ``before``, and how they are compared.

    ``form`` is that of the engine: plain, ratio, quotient (which may exceed 1), difference, rate, ratio_difference,
    ratio_rate.
    ``granule`` is the least by which ``now`` can change. ``missed`` is what those of a whole are called that did not
    reach it, where they are counted. ``is_deadline`` - ``now`` is how late one thing was done, and ``days`` how late
    all are together, in days or in what ``late_unit`` says;
    ``one_by_one`` - each row has its own deadline; ``may_be_negative`` - it can fall below nothing.
    """

    form: str
    now: Fraction
    of: Fraction
    before: Fraction | None = None
    before_of: Fraction | None = None
    granule: Fraction = Fraction(1)
    late: int = 0
    missing: int = 0
    days: int = 0
    late_unit: str = "日"
    missed: str = ""
    is_deadline: bool = False
    one_by_one: bool = False
    may_be_negative: bool = False

    @property
    def is_share(self) -> bool:
        """Whether occurrences are counted as those that did not reach it."""
        return bool(self.missed)

    @cached_property
    def current(self) -> Term:
        """This year's figure as an expression."""
        return write_pair(self.now, self.of, self.form)

    @cached_property
    def previous(self) -> Term | None:
        """The figure of the year before; 0 where there was nothing to divide by."""
        if self.before is None:
            return None
        if self.before_of is None or not self.before_of:
            return write_term(0)
        return write_pair(self.before, self.before_of, self.form)

    @cached_property
    def actual(self) -> Term:
        """The figure that is compared with the target, as an expression."""
        before = self.previous
        if before is None or self.form in ("plain", "ratio", "quotient"):
            return self.current
        if self.form in ("difference", "ratio_difference"):
            return self.current - before
        return (self.current - before) / before

    @property
    def slope(self) -> Fraction:
        """By how much ``actual`` rises when ``now`` rises by one; below zero where the year before was."""
        own = 1 / self.of if self.form.startswith("ratio") or self.form == "quotient" else Fraction(1)
        before = self.previous
        return own / before.value if before is not None and self.form in ("rate", "ratio_rate") else own

    def move(self, amount: Fraction) -> Figure:
        """The same figure with ``amount`` more this year."""
        return replace(self, now=self.now + amount)


def write_pair(now: Fraction, of: Fraction, form: str) -> Term:
    """A number, or a ratio as ``57 ÷ 60``."""
    if form in ("ratio", "quotient", "ratio_difference", "ratio_rate"):
        return write_term(now) / write_term(of)
    return write_term(now)


def read_pair(row: Mapping[str, Any]) -> tuple[Fraction, Fraction]:
    """The figure of a row of part results as the engine holds it, numerator and denominator."""
    return Fraction(row["num"]), Fraction(row["den"])


def find_granule(pack: Pack, dataset: str, column: str | None) -> Fraction:
    """The least by which a sum of a column can change; 1 for rows."""
    return Fraction(1, 10 ** scale_of(pack.dataset(dataset), column))


def multiply_scales(pack: Pack, *tallies: Tally) -> int:
    """By what the engine multiplies both sides of a ratio: the scales of both columns."""
    return int(10 ** sum(scale_of(pack.dataset(tally.dataset), tally.sum) for tally in tallies))


def show(label: str, value: Fraction | int | str, unit: str = "") -> Shown:
    """A number with what it is called."""
    return {"label": label, "value": value if isinstance(value, str) else write_number(value), "unit": unit}


def show_share(label: str, now: Fraction, of: Fraction) -> Shown:
    """A share with so many decimals that what is short of a whole percentage does not look like it."""
    if not of:
        return show(label, "无")
    percent = 100 * now / of
    places = 2
    while places < 12 and percent.denominator != 1 and Fraction(write_number(percent, places)).denominator == 1:
        places += 1
    exact = Fraction(write_number(percent, places)) == percent
    return show(label, f"{'' if exact else '约'}{write_number(percent, places)}", "%")


def show_quotient(label: str, now: Fraction, of: Fraction, unit: str) -> Shown:
    """A quotient to four decimals, said to be about that where it is not."""
    if not of:
        return show(label, "无")
    exact = is_finite(now / of, 4)
    return show(label, f"{'' if exact else '约'}{write_number(now / of, 4)}", unit)
