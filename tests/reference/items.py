"""From the parts of an indicator to one item."""

from __future__ import annotations

from fractions import Fraction

from indicators.model import Indicator, Reached
from tests.reference.results import Item, Outcome, PartResult, as_decimal
from tests.reference.rows import Setting

STRONGEST_FIRST: tuple[Outcome, ...] = ("error", "conflict", "pending")


def find_exemptions(setting: Setting) -> set[tuple[str, str]]:
    """(unit, indicator) that are exempt in the year: approved by somebody for that very unit and not expired."""
    name = setting.pack.head.exemptions
    if name is None:
        return set()
    return {
        (row["_unit"], row["indicator"])
        for rows in setting.visible[name].values()
        for row in rows
        if row["year"] == setting.year
        and row["approver"] is not None
        and row["reason"] is not None
        and (row["expires_on"] is None or row["expires_on"] >= setting.as_of)
    }


def combine_parts(
    indicator: Indicator, parts: list[PartResult], worths: list[Fraction], full: Fraction, exempt: bool
) -> Item:
    """The item of one unit; where several parts stop it, the reason is the first such part's."""
    full_marks = as_decimal(full)
    if exempt:
        return Item("exempt", None, None, full_marks, as_decimal(Fraction(0)), None, tuple(parts))
    applies = [part.outcome != "not_applicable" for part in parts]
    if not any(applies):
        return Item("not_applicable", None, None, full_marks, as_decimal(Fraction(0)), None, tuple(parts))
    summed = indicator.combine == "sum"
    share = sum((worth for worth, yes in zip(worths, applies, strict=True) if yes), Fraction(0)) if summed else full
    for outcome in STRONGEST_FIRST:
        stopped = [part for part in parts if part.outcome == outcome]
        if stopped:
            return Item(outcome, stopped[0].reason, None, full_marks, as_decimal(share), None, tuple(parts))
    left = [part for part in parts if part.outcome == "scored"]
    if summed:
        marks = sum((Fraction(part.marks or 0) for part in left), Fraction(0))
    else:
        asked = min(indicator.combine.at_least, len(left)) if isinstance(indicator.combine, Reached) else len(left)
        marks = full if sum(part.reached is True for part in left) >= asked else Fraction(0)
    veto = find_veto(indicator, left)
    return Item("scored", None, as_decimal(marks), full_marks, as_decimal(share), veto, tuple(parts))


def find_veto(indicator: Indicator, parts: list[PartResult]) -> str | None:
    """``zero`` or the name of a grade where the prohibition was broken."""
    rule = indicator.parts[0].marks.veto
    if rule is None or parts[0].reached:
        return None
    return "zero" if rule.total == "zero" else rule.grade_at_most
