"""The marks of a part as a spreadsheet formula over the figures that stand beside it.

The formula is made once for a rule and a line; for each unit it is worked out here with the same steps as the
spreadsheet's, so that a formula is only written where it gives the marks that the engine gave.
"""

from __future__ import annotations

from indicators.entries.amounts import has_no_end
from scoring.base.parts import ScoredPart
from scoring.base.whole import Whole, choose, number
from scoring.explain.explanation import Operands
from scoring.formulas.lines import PartFormula, list_sub_lines
from scoring.rules.line import FIGURES, Line
from scoring.rules.registry import find_rule


class Formulas:
    """Makes the formula of a part; None where a spreadsheet cannot express the rule by itself."""

    def __init__(self, precision: int) -> None:
        self._precision = precision
        self._made: dict[tuple[int, int, str, int], PartFormula | None] = {}

    def find(self, part: ScoredPart, row: int, operands: Operands) -> PartFormula | None:
        """The formula for a part in a line, for figures of this form and with so many decimals."""
        scale = _find_scale(operands)
        if scale is None:
            return None
        key = (part.number, row, operands.form, scale)
        if key not in self._made:
            line = Line(part, row, operands.form, scale, self._precision, list_sub_lines(part))
            self._made[key] = _make_formula(line)
        return self._made[key]


def _find_scale(operands: Operands) -> int | None:
    """The power of ten that makes all figures whole; None where there is none."""
    places = 0
    for name in FIGURES:
        value = operands.find(name)
        if value is not None and "/" in value:
            return None
        places = max(places, len(value.partition(".")[2]) if value is not None else 0)
    return int(10**places)


def _make_formula(line: Line) -> PartFormula | None:
    part, reached = line.part, not line.part.indicator.has_own_marks(line.part.part)
    if reached and line.target is None:
        return None
    if reached:
        result: Whole | None = choose(line.make_test(), number(1), number(0))
    else:
        if not has_no_end(line.full):
            line.cells["full"] = line.full
        result = find_rule(part.part.marks).make_formula(line)
    if result is None:
        return None
    text = f"={result.text}" if reached else f"=({result.text})/{line.units}"
    shares = part.part.measure.chosen.is_share
    return PartFormula(text, line.cells, line.scale, line.scales, line.units, result.work, reached, shares)
