"""Measures other than people and dates: from rows to a pair of numbers, or the reason why there is none."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from indicators.measures import (
    Change,
    Count,
    Findings,
    Imported,
    Judgement,
    Latest,
    OfMarks,
    Ratio,
    Sum,
)
from indicators.model import NotApplicableWhen
from tests.reference.results import Figure, Item, Row, Stop
from tests.reference.rows import Setting, add_column, add_tally, find_over, find_rows

NOT_APPLICABLE = Stop("not_applicable")


def settle_zero(numerator: Fraction, denominator: Fraction, rule: NotApplicableWhen) -> Figure | Stop:
    """Rules 5 and 6: a denominator of zero either does not apply or waits for a person."""
    if denominator == 0:
        return NOT_APPLICABLE if rule.denominator == "zero" else Stop("pending", "zero_denominator")
    return Figure(numerator, denominator)


def count_levels(rows: list[Row], column: str) -> dict[str | None, int]:
    levels: dict[str | None, int] = {}
    for row in rows:
        levels[row[column]] = levels.get(row[column], 0) + 1
    return levels


def measure_count(setting: Setting, unit: str, measure: Count, rule: NotApplicableWhen) -> Figure | Stop:
    rows = find_over(setting, measure.dataset, unit, measure.where, measure.over, setting.year)
    if not rows and rule.rows == "none":
        return NOT_APPLICABLE
    if measure.distinct is not None:
        return Figure(Fraction(len({row[measure.distinct] for row in rows} - {None})))
    return Figure(Fraction(len(rows)), levels=count_levels(rows, measure.by) if measure.by else None)


def measure_sum(setting: Setting, unit: str, measure: Sum, rule: NotApplicableWhen) -> Figure | Stop:
    rows = find_over(setting, measure.dataset, unit, measure.where, measure.over, setting.year)
    if not rows and rule.rows == "none":
        return NOT_APPLICABLE
    return Figure(add_column(rows, measure.column))


Pair = tuple[Fraction, Fraction]


def read_ratio(setting: Setting, unit: str, measure: Ratio, year: int) -> tuple[Pair, Stop | None]:
    """The two counts of a year, with the conflict or the missing count that forbids their use."""
    numerator, gap = add_tally(setting, unit, measure.numerator, year)
    denominator, other_gap = add_tally(setting, unit, measure.denominator, year)
    stop = None
    if gap or other_gap:
        stop = Stop("pending", "counts_missing")
    elif numerator > denominator:
        stop = Stop("conflict", "numerator_above_denominator")
    elif numerator < 0 or denominator < 0:
        stop = Stop("conflict", "negative")
    return (numerator, denominator), stop


def measure_ratio(setting: Setting, unit: str, measure: Ratio, rule: NotApplicableWhen) -> Figure | Stop:
    pair, stop = read_ratio(setting, unit, measure, setting.year)
    return stop or settle_zero(*pair, rule)


def measure_change(setting: Setting, unit: str, measure: Change, rule: NotApplicableWhen) -> Figure | Stop:
    """Conflicts of either year, then gaps of either year, then this year's denominator, then a zero before."""
    if measure.sum is not None:
        now: Pair = (add_tally(setting, unit, measure.sum, setting.year)[0], Fraction(1))
        before: Pair = (add_tally(setting, unit, measure.sum, setting.year - 1)[0], Fraction(1))
        if measure.by == "rate" and before[0] < 0:
            return Stop("conflict", "negative")
    else:
        assert measure.ratio is not None
        now, stop = read_ratio(setting, unit, measure.ratio, setting.year)
        before, stop_before = read_ratio(setting, unit, measure.ratio, setting.year - 1)
        order = ("counts_missing", "numerator_above_denominator", "negative")
        stops = sorted(
            (found for found in (stop, stop_before) if found), key=lambda found: order.index(found.reason or "")
        )
        if stops:
            return stops[0]
        settled = settle_zero(*now, rule)
        if isinstance(settled, Stop):
            return settled
    return compare_years(now, before, measure)


def compare_years(now: Pair, before: Pair, measure: Change) -> Figure | Stop:
    """Rule 7; a before with denominator 0 is a before of zero."""
    if before[1] == 0:
        before = (Fraction(0), Fraction(1))
    difference = now[0] * before[1] - before[0] * now[1]
    if before[0] == 0 and measure.from_zero != "compare":
        if measure.from_zero == "still_zero_reaches":
            return Figure(difference, now[1] * before[1], forced="full" if now[0] == 0 else "zero")
        return NOT_APPLICABLE if measure.from_zero == "not_applicable" else Stop("pending", "from_zero")
    if measure.by == "rate":
        return Figure(difference, before[0] * now[1])
    return Figure(difference, now[1] * before[1])


def agree_on(values: list[Any]) -> Any | Stop:
    """The one value that the non-empty cells hold."""
    given = [value for value in values if value is not None]
    if not given:
        return Stop("pending", "no_value")
    if any(value != given[0] for value in given):
        return Stop("conflict", "contradicting_rows")
    return given[0]


def measure_latest(setting: Setting, unit: str, measure: Latest) -> Figure | Stop:
    rows = find_over(setting, measure.dataset, unit, measure.where, "to_date", setting.year)
    orders = [row[measure.order] for row in rows if row[measure.order] is not None]
    newest = [row[measure.column] for row in rows if orders and row[measure.order] == max(orders)]
    value = agree_on(newest)
    return value if isinstance(value, Stop) else Figure(Fraction(value))


def measure_imported(setting: Setting, unit: str, measure: Imported) -> Figure | Stop:
    rows = find_rows(setting, measure.dataset, unit, measure.where, setting.year, setting.year)
    value = agree_on([row[measure.column] for row in rows])
    return value if isinstance(value, Stop) else Figure(Fraction(value), Fraction(measure.out_of.value))


def measure_judgement(setting: Setting, unit: str, measure: Judgement, indicator: str, column: str) -> Figure | Stop:
    """``column`` is the one that the marks member reads: marks or level."""
    rows = find_rows(setting, measure.dataset, unit, {}, setting.year, setting.year)
    values = [row[column] for row in rows if row["indicator"] == indicator and row[column] is not None]
    if measure.several == "conflict" or not values:
        value = agree_on(values)
        if isinstance(value, Stop):
            return value
        values = [value]
    if column == "level":
        return Figure(Fraction(0), given=tuple(values))
    given = tuple(Fraction(value) for value in values)
    return Figure(sum(given, Fraction(0)), Fraction(len(given)), given=given)


def measure_findings(setting: Setting, unit: str, measure: Findings, indicator: str) -> Figure:
    rows = [
        row
        for row in find_rows(setting, measure.dataset, unit, measure.where, setting.year, setting.year)
        if row["indicator"] == indicator and row["state"] in measure.states
    ]
    if measure.sum is not None:
        return Figure(add_column(rows, measure.sum))
    return Figure(Fraction(len(rows)), levels=count_levels(rows, measure.by) if measure.by else None)


def measure_of_marks(measure: OfMarks, items: dict[str, Item], rule: NotApplicableWhen) -> Figure | Stop:
    """``items`` are the unit's other items; those that do not apply or are exempt leave both sums."""
    found = [items[name] for name in measure.indicators if name in items]
    if any(item.outcome in ("pending", "conflict", "error") for item in found):
        return Stop("pending", "items_open")
    scored = [item for item in found if item.outcome == "scored"]
    marks = sum((Fraction(item.marks or 0) for item in scored), Fraction(0))
    return settle_zero(marks, sum((Fraction(item.applicable) for item in scored), Fraction(0)), rule)
