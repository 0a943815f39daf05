"""The formula of a part's line with what a spreadsheet gets from it, which must be what the engine gave."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from scoring.explain.explanation import ExplainedPart, Explanation
from scoring.formulas.formula import Formulas
from scoring.formulas.lines import PartFormula, PartLine
from scoring.results.disagreement import FORMULA, MarksDiffer


@dataclass(frozen=True)
class Worked:
    """A formula and its value, by the same steps as the spreadsheet's."""

    formula: PartFormula
    value: Decimal


def work_out(formulas: Formulas, line: PartLine, row: int, told: ExplainedPart, record: Explanation) -> Worked | None:
    """The formula of a part of a record; None where there can be none, and the engine's value stands.

    A veto has no marks, a rank needs the others, a number may be too large for a spreadsheet. Raises MarksDiffer
    where the formula gives anything but the engine's marks.
    """
    operands = told.operands
    if operands is None or (told.marks is None and told.reached is None):
        return None
    if line.no_formula or operands.forced is not None:
        return None
    formula = formulas.find(line.part, row, operands)
    value = formula.evaluate(line.list_figures(operands), line.count_levels(operands)) if formula is not None else None
    if formula is None or value is None:
        return None
    known = line.read_known(told)
    if value != known:
        name = (record.unit_name, record.indicator_name)
        raise MarksDiffer(*name, _say(line, known), _say(line, value), FORMULA)
    return Worked(formula, value)


def _say(line: PartLine, value: Decimal) -> str:
    return f"{value} 分" if not line.reached else "达到目标" if value else "没有达到目标"
