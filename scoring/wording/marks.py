"""What a shortfall or an excess is worth, in one sentence."""

from __future__ import annotations

from decimal import Decimal

from indicators.measures.registry import Measure
from indicators.pack.model import Pack
from indicators.rules.registry import MarksRule
from scoring.measures.registry import find_measure
from scoring.rules.registry import find_rule
from scoring.rules.setting import Setting


def describe_marks(
    rule: MarksRule, full_marks: Decimal, measure: Measure, pack: Pack | None = None, *, deducts: bool = False
) -> str:
    """How marks are given, without a full stop; amounts of marks are absolute, for a part worth ``full_marks``.

    ``pack`` is asked for the unit of a column (学时); without it such figures stand alone.
    Where the section only ``deducts``, a judgement is said in the marks that it takes off.
    """
    unit = find_measure(measure).find_unit(pack)
    return find_rule(rule).describe(Setting(full_marks, measure, unit, deducts, pack))
