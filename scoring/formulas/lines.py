"""The line of a part on the sheet 复算: its columns, the figures that stand in it, and the formula that takes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from scoring.base.parts import ScoredPart
from scoring.base.whole import NumberTooLarge, Values
from scoring.explain.explanation import ExplainedPart, Operands
from scoring.rules.line import FIGURES, PLACES, SubLine
from scoring.rules.registry import find_rule


@dataclass(frozen=True)
class PartFormula:
    """The formula of a part in a line; ``cells`` are the rule's own numbers in that line.

    ``reached`` - the result is 1 where the target was reached and 0 where not, for parts without marks of their own.
    ``shares`` - the figure is a share, and so is what it is measured by.
    """

    text: str
    cells: Mapping[str, Fraction]
    figure_scale: int
    scales: Mapping[str, int]
    unit: int
    work: Callable[[Values], int]
    reached: bool
    shares: bool

    @cached_property
    def shown(self) -> tuple[tuple[str, float, str], ...]:
        """The rule's own numbers as they are written: column, value and format."""
        return tuple((name, float(value), self._find_form(name, value)) for name, value in self.cells.items())

    def _find_form(self, name: str, value: Fraction) -> str:
        if not self.shares or name not in ("goal", "per", "start"):
            return "number"
        return "percent" if (value * 100).denominator == 1 else "permille"

    @cached_property
    def _constants(self) -> tuple[int, ...] | None:
        """The rule's own numbers made whole, in the order of their places; None where one of them is not whole."""
        # A number that only stands there to be read has no scale: no formula asks for it.
        own = [self.cells.get(name, Fraction(0)) * self.scales.get(name, 0) for name in PLACES[len(FIGURES) :]]
        return tuple(map(int, own)) if all(value.denominator == 1 for value in own) else None

    def evaluate(self, figures: Mapping[str, Decimal | Fraction], counts: tuple[int, ...]) -> Decimal | None:
        """What the spreadsheet gives; None where it could not be exact there."""
        if self._constants is None:
            return None
        values = []
        for name in FIGURES:
            # Decimals of more than 28 digits are rounded here, but they are too large for a spreadsheet anyway.
            scaled = figures.get(name, 0) * self.figure_scale
            values.append(int(scaled))
            if values[-1] != scaled:
                return None
        try:
            result = Decimal(self.work((*values, *self._constants, *counts)))
        except (NumberTooLarge, ZeroDivisionError):
            return None
        return result if self.reached else result / self.unit


class PartLine:
    """What the line of a part is for all units; each unit's figures and counts are read out of its operands."""

    def __init__(self, part: ScoredPart) -> None:
        rule = find_rule(part.part.marks)
        self.part, self.kind, self.title = part, rule.name, part.part.marks.chosen.title
        self.no_formula = rule.no_formula
        self.reached = not part.indicator.has_own_marks(part.part)
        self.sub_lines = list_sub_lines(part)
        self._by_days = rule.goes_by_days

    def read_known(self, told: ExplainedPart) -> Decimal:
        """What the engine gave: marks, or for a part that only has to be reached 1 or 0."""
        if self.reached:
            return Decimal(bool(told.reached))
        assert told.marks is not None, "a part with operands and with marks of its own has them"
        return Decimal(told.marks)

    def count_levels(self, operands: Operands) -> tuple[int, ...]:
        """How many there are of each sub-line."""
        count = operands.count_dates if self._by_days else operands.count
        return tuple(count(line.level) for line in self.sub_lines)

    def list_figures(self, operands: Operands) -> dict[str, Decimal | Fraction]:
        """The figures of a unit by column; for marks by days these are the days."""
        if self._by_days:
            return {"now": Decimal(operands.days)}
        if self.sub_lines:
            return {}
        return {name: _read_figure(operands.find(name) or "0") for name in _FORMS.get(operands.form, ("now",))}


#: The figures that each form of operands has; any other has but one.
_FORMS = {
    "ratio": ("now", "of"),
    "quotient": ("now", "of"),
    "difference": ("now", "before"),
    "rate": ("now", "before"),
    "ratio_difference": FIGURES,
    "ratio_rate": FIGURES,
}


def _read_figure(text: str) -> Decimal | Fraction:
    return Fraction(text) if "/" in text else Decimal(text)


def list_sub_lines(part: ScoredPart) -> tuple[SubLine, ...]:
    """The lines below a part that goes by level or by tier; they are the same for all units."""
    return find_rule(part.part.marks).list_sub_lines(part.full_marks)
