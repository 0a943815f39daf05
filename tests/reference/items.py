"""From the parts of an indicator to one item."""

from __future__ import annotations

from fractions import Fraction

from indicators.pack.combining import Reached
from indicators.pack.model import Indicator
from tests.reference.decisions import look_up
from tests.reference.pots import fill_pot, move
from tests.reference.results import Item, Outcome, PartResult, as_decimal
from tests.reference.rows import Setting
from tests.reference.units import find_table_day

STRONGEST_FIRST: tuple[Outcome, ...] = ("error", "conflict", "pending")


def find_exemptions(setting: Setting) -> set[tuple[str, str]]:
    """(unit, indicator) that are exempt in the year: approved by somebody for that very unit, in force on the day."""
    day = find_table_day(setting.year, setting.as_of)
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
        and (row["expires_on"] is None or row["expires_on"] >= day)
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
    if indicator.table is not None:
        if (marks := look_up(indicator, parts, full)) is not None:
            return Item("scored", None, as_decimal(marks), full_marks, as_decimal(full), None, tuple(parts), marks)
    elif not summed and indicator.pot is None and (verdict := foresee(indicator, parts)) is not None:
        marks = full if verdict else Fraction(0)
        veto = name_veto(indicator) if not verdict else None
        return Item("scored", None, as_decimal(marks), full_marks, as_decimal(share), veto, tuple(parts), marks)
    for outcome in STRONGEST_FIRST:
        stopped = [part for part in parts if part.outcome == outcome]
        if stopped:
            return Item(outcome, stopped[0].reason, None, full_marks, as_decimal(share), None, tuple(parts))
    if indicator.pot is not None:
        printed = pour(indicator, parts, [Fraction(part.marks or 0) for part in parts], full)
        exact = pour(indicator, parts, [part.unrounded or Fraction(0) for part in parts], full)
        return Item("scored", None, as_decimal(printed), full_marks, as_decimal(share), None, tuple(parts), exact)
    left = [part for part in parts if part.outcome == "scored"]
    marks = sum((Fraction(part.marks or 0) for part in left), Fraction(0))
    veto = find_veto(indicator, left)
    unrounded = sum((part.unrounded or Fraction(0) for part in left), Fraction(0))
    return Item("scored", None, as_decimal(marks), full_marks, as_decimal(share), veto, tuple(parts), unrounded)


def pour(indicator: Indicator, parts: list[PartResult], marks: list[Fraction], full: Fraction) -> Fraction:
    """The pot after all parts that apply; nothing where one that voids has missed its target."""
    counted = {place for place, part in enumerate(parts) if part.outcome == "scored"}
    voiding = {place for place in counted if indicator.parts[place].voids}
    if any(not parts[place].reached for place in voiding):
        return Fraction(0)
    moves = {place: move(indicator, place, marks[place], full) for place in counted - voiding}
    return fill_pot(indicator, moves, full)


def foresee(indicator: Indicator, parts: list[PartResult]) -> bool | None:
    """Whether enough parts reach their target if every ending of the open ones says the same; None if they differ.

    An open part can end in three ways: it reaches its target, misses it, or turns out not to apply.
    """
    asked = indicator.combine.at_least if isinstance(indicator.combine, Reached) else len(parts)
    reached = sum(part.outcome == "scored" and part.reached is True for part in parts)
    scored = sum(part.outcome == "scored" for part in parts)
    waiting = sum(part.outcome in STRONGEST_FIRST for part in parts)
    endings = {
        None if scored + more + less == 0 else reached + more >= min(asked, scored + more + less)
        for more in range(waiting + 1)
        for less in range(waiting - more + 1)
    }
    return endings.pop() if len(endings) == 1 else None


def find_veto(indicator: Indicator, parts: list[PartResult]) -> str | None:
    """What the prohibition does where it was broken."""
    return None if parts[0].reached else name_veto(indicator)


def name_veto(indicator: Indicator) -> str | None:
    """``zero``, the name of a grade, or ``section:`` and a section."""
    rule = indicator.parts[0].marks.veto
    if rule is None:
        return None
    if rule.stage is not None:
        return f"stage:{rule.stage}"
    return "zero" if rule.total == "zero" else rule.grade_at_most or f"section:{rule.section}"


def list_struck(table: list[Indicator], own: dict[str, Item]) -> set[str]:
    """The sections of a unit that count nothing."""
    codes = {own[indicator.id].veto or "" for indicator in table}
    return {code.removeprefix("section:") for code in codes if code.startswith("section:")}
