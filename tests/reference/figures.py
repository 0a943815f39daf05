"""Measures other than people and dates: from rows to a pair of numbers, or the reason why there is none."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from indicators.entries.targets import find_day
from indicators.measures.change import Change
from indicators.measures.count import Count
from indicators.measures.findings import Findings
from indicators.measures.imported import Imported
from indicators.measures.judgement import Judgement
from indicators.measures.latest import Latest
from indicators.measures.mean import MeanValue, Moderation
from indicators.measures.of_marks import Below, OfMarks
from indicators.measures.quotient import Operand, Quotient
from indicators.measures.ratio import Ratio
from indicators.measures.rounds import OutOf, Rounds
from indicators.measures.rows import Where
from indicators.measures.sum import Sum
from indicators.pack.model import NotApplicableWhen
from tests.reference.changes import name_level
from tests.reference.results import Figure, Item, Row, Stop, round_half_up
from tests.reference.rows import Found, Setting, add_column, add_tally, find_over, find_rows, never_negative

NOT_APPLICABLE = Stop("not_applicable")


def settle_zero(numerator: Fraction, denominator: Fraction, rule: NotApplicableWhen) -> Figure | Stop:
    """Rules 5 and 6: a denominator of zero either does not apply or waits for a person."""
    if denominator == 0:
        return NOT_APPLICABLE if rule.denominator == "zero" else Stop("pending", "zero_denominator")
    return Figure(numerator, denominator)


def count_levels(rows: list[Row], measure: Count | Findings) -> dict[str | None, int] | None:
    """How many rows of each level; None where they have none."""
    if measure.counted_by is None:
        return None
    levels: dict[str | None, int] = {}
    for row in rows:
        level = name_level(row, measure.by, measure.dated_levels)
        levels[level] = levels.get(level, 0) + 1
    return levels


def list_level_columns(measure: Count | Findings) -> tuple[str, ...]:
    """The columns that say of which level a row is."""
    dated = measure.dated_levels
    return tuple(name for name in (measure.by, dated.date if dated is not None else None) if name is not None)


def measure_count(setting: Setting, unit: str, measure: Count, rule: NotApplicableWhen) -> Figure | Stop:
    found = find_over(setting, measure.dataset, unit, measure.where, measure.over, setting.year)
    if not found.rows and not found.may_count and rule.rows == "none":
        return NOT_APPLICABLE
    needed = (measure.distinct,) if measure.distinct is not None else list_level_columns(measure)
    unknown = found.unsure or any(row[name] is None for name in needed for row in found.rows)
    if measure.distinct is not None:
        figure = Figure(Fraction(len({row[measure.distinct] for row in found.rows} - {None})))
    else:
        figure = Figure(Fraction(len(found.rows)), levels=count_levels(found.rows, measure))
    return Stop("pending", "counts_missing", None if measure.counted_by else figure) if unknown else figure


def measure_sum(setting: Setting, unit: str, measure: Sum, rule: NotApplicableWhen) -> Figure | Stop:
    found = find_over(setting, measure.dataset, unit, measure.where, measure.over, setting.year)
    if not found.rows and not found.may_count and rule.rows == "none":
        return NOT_APPLICABLE
    figure = Figure(add_column(found.rows, measure.column))
    if found.unsure or any(row[measure.column] is None for row in found.rows):
        grows = never_negative(setting, measure.dataset, measure.column)
        return Stop("pending", "counts_missing", figure if grows else None)
    return figure


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


def read_operand(setting: Setting, unit: str, operand: Operand) -> tuple[Fraction, bool]:
    """A tally, or how many different values; and whether an empty cell leaves it open."""
    if operand.distinct is None:
        return add_tally(setting, unit, operand, setting.year)
    found = find_over(setting, operand.dataset, unit, operand.where, operand.over, setting.year)
    values = [row[operand.distinct] for row in found.rows]
    return Fraction(len(set(values) - {None})), found.unsure or None in values


def measure_quotient(setting: Setting, unit: str, measure: Quotient, rule: NotApplicableWhen) -> Figure | Stop:
    numerator, gap = read_operand(setting, unit, measure.numerator)
    denominator, other_gap = read_operand(setting, unit, measure.denominator)
    if gap or other_gap:
        return Stop("pending", "counts_missing")
    if denominator < 0:
        return Stop("conflict", "negative")
    return settle_zero(numerator * measure.per, denominator, rule)


def measure_mean(setting: Setting, unit: str, measure: MeanValue, rule: NotApplicableWhen) -> Figure | Stop:
    found = find_over(setting, measure.dataset, unit, measure.where, measure.over, setting.year)
    rows, unsure, shares = found.rows, found.may_count, measure.shares
    if shares is not None:
        counted = [choice for choice, weight in shares.weights.items() if weight.value] + [None]
        rows, unsure = ([row for row in some if row[shares.column] in counted] for some in (rows, unsure))
    if not rows and not unsure and rule.rows == "none":
        return NOT_APPLICABLE
    if shares is not None and any(row[shares.column] is None for row in rows):
        return Stop("pending", "counts_missing")
    values = [row[measure.column] for row in rows]
    weights = [1 if measure.weight is None else row[measure.weight] for row in rows]
    if unsure or None in values or None in weights:
        return Stop("pending", "counts_missing")
    if measure.age_on is not None:
        values = [count_years(value, find_day(measure.age_on, setting.year)) for value in values]
    if any(weight < 0 for weight in weights) or (measure.age_on is not None and any(value < 0 for value in values)):
        return Stop("conflict", "negative")
    if measure.moderation is not None:
        if any(row[measure.moderation.column] is None for row in rows):
            return Stop("pending", "counts_missing")
        return moderate(measure.moderation, rows, values)
    if measure.trim or measure.top or measure.bottom or shares is not None:
        groups = [row[shares.column] if shares is not None else None for row in rows]
        return pick_values(measure, list(zip(groups, map(Fraction, values), strict=True)), rule)
    total = sum(
        (Fraction(value) * Fraction(weight) for value, weight in zip(values, weights, strict=True)), Fraction(0)
    )
    return settle_zero(total, sum(map(Fraction, weights), Fraction(0)), rule)


def moderate(moderation: Moderation, rows: list[Row], values: list[Any]) -> Figure | Stop:
    """The mean of all who assess, or of the one who decides where they lie too far apart."""
    first, third = (
        [
            Fraction(value)
            for row, value in zip(rows, values, strict=True)
            if (row[moderation.column] == moderation.by) is by
        ]
        for by in (False, True)
    )
    kept = third if first and max(first) - min(first) > Fraction(moderation.beyond) else first
    if len(first) < 2 or not kept:
        return Stop("pending", "too_few_rows")
    return Figure(sum(kept, Fraction(0)) / len(kept))


def pick_values(measure: MeanValue, values: list[tuple[Any, Fraction]], rule: NotApplicableWhen) -> Figure | Stop:
    """The mean of some values alone; of each group, where groups have shares."""
    shares = {None: Fraction(1)}
    if measure.shares is not None:
        shares = {choice: Fraction(share.value) for choice, share in measure.shares.weights.items() if share.value}
    total = Fraction(0)
    for choice, share in shares.items():
        own = sorted(value for group, value in values if group == choice)
        if measure.trim is not None:
            own = own[measure.trim : len(own) - measure.trim] if len(own) > 2 * measure.trim else []
        elif measure.top is not None:
            own = own[-measure.top :]
        elif measure.bottom is not None:
            own = own[: measure.bottom]
        if not own:
            few = measure.trim is not None or measure.shares is not None
            return Stop("pending", "too_few_rows") if few else settle_zero(Fraction(0), Fraction(0), rule)
        total += share * sum(own, Fraction(0)) / len(own)
    return Figure(total)


def measure_rounds(setting: Setting, unit: str, measure: Rounds, rule: NotApplicableWhen) -> Figure | Stop:
    if measure.out_of is not None:
        return measure_shares(setting, unit, measure, measure.out_of, rule)
    periods = add_periods(setting, unit, measure, measure.where, measure.sum)
    if periods is None:
        return Stop("pending", "counts_missing")
    values = list(periods.values())
    if measure.reaching is not None:
        reached = sum(value >= measure.reaching.value for value in values)
        return Figure(Fraction(reached if measure.pick == "reached" else len(values) - reached))
    if measure.pick == "mean":
        taken = sorted(values, reverse=measure.bottom is None)[: measure.top or measure.bottom or len(values)]
        return Figure(sum(taken, Fraction(0)), Fraction(len(taken)))
    return Figure(min(values) if measure.pick == "least" else max(values))


def measure_shares(
    setting: Setting, unit: str, measure: Rounds, out_of: OutOf, rule: NotApplicableWhen
) -> Figure | Stop:
    """Each period's share; one without anything to divide by is left out."""
    tops = add_periods(setting, unit, measure, measure.where, measure.sum)
    bottoms = add_periods(setting, unit, measure, out_of.where, out_of.sum)
    if tops is None or bottoms is None:
        return Stop("pending", "counts_missing")
    pairs = [(tops[period], bottoms[period]) for period in tops]
    if any(top > bottom for top, bottom in pairs):
        return Stop("conflict", "numerator_above_denominator")
    if any(top < 0 or bottom < 0 for top, bottom in pairs):
        return Stop("conflict", "negative")
    shares = [top / bottom for top, bottom in pairs if bottom]
    if not shares:
        return settle_zero(Fraction(0), Fraction(0), rule)
    if measure.reaching is not None:
        reached = sum(share >= measure.reaching.value for share in shares)
        return Figure(Fraction(reached if measure.pick == "reached" else len(shares) - reached))
    rounded = [Fraction(round_half_up(share, 6)) for share in shares]
    if measure.pick == "mean":
        return Figure(sum(rounded, Fraction(0)), Fraction(len(rounded)))
    return Figure(min(rounded) if measure.pick == "least" else max(rounded))


def add_periods(
    setting: Setting, unit: str, measure: Rounds, where: Where, added: str | None
) -> dict[Any, Fraction] | None:
    """What the rows of each period come to; None where an empty cell leaves that open."""
    found = find_rows(setting, measure.dataset, unit, where, setting.year, setting.year)
    told = measure.date or measure.round or ""
    rows, unsure = found.rows, found.may_count
    if measure.date is not None:
        rows, unsure = (
            [row for row in some if row[told] is None or row[told].year == setting.year] for some in (rows, unsure)
        )
    if unsure or any(row[name] is None for row in rows for name in (told, added or told)):
        return None
    if measure.round is not None:
        column = setting.pack.dataset(measure.dataset).column(measure.round)
        assert column is not None
        periods: dict[Any, Fraction] = dict.fromkeys(column.choices, Fraction(0))
    else:
        periods = dict.fromkeys(range({"half_year": 2, "quarter": 4, "month": 12}[measure.each or ""]), Fraction(0))
    for row in rows:
        key = row[told]
        if measure.date is not None:
            key = (key.month - 1) * len(periods) // 12
        periods[key] += 1 if added is None else Fraction(row[added])
    return periods


def count_years(start: date, day: date) -> int:
    """Birthdays up to ``day``; who was born on 29 February has one on 1 March of other years."""
    years = 0
    while (day.year - years - 1, day.month, day.day) >= (start.year, start.month, start.day):
        years += 1
    return years if (day.year, day.month, day.day) >= (start.year, start.month, start.day) else -1


def measure_change(setting: Setting, unit: str, measure: Change, rule: NotApplicableWhen) -> Figure | Stop:
    """Conflicts of either year, then gaps of either year, then this year's denominator, then a zero before."""
    if measure.sum is not None:
        (this, gap), (last, gap_before) = (
            add_tally(setting, unit, measure.sum, year) for year in (setting.year, setting.year - 1)
        )
        now: Pair = (this, Fraction(1))
        before: Pair = (last, Fraction(1))
        if gap or gap_before:
            return Stop("pending", "counts_missing")
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
    """The one value that the cells hold; an empty one beside it may hold another."""
    given = [value for value in values if value is not None]
    if any(value != given[0] for value in given):
        return Stop("conflict", "contradicting_rows")
    if not given:
        return Stop("pending", "no_value")
    return Stop("pending", "counts_missing") if len(given) < len(values) else given[0]


def stay_within(values: list[Any], agreed: Any | Stop, low: Any, high: Any) -> Any | Stop:
    """What was agreed on, unless a value that is given cannot be true; a contradiction is named first."""
    if isinstance(agreed, Stop) and agreed.outcome == "conflict":
        return agreed
    beyond = [v for v in values if v is not None and (v < low or (high is not None and v > high))]
    return Stop("conflict", "outside_scale") if beyond else agreed


def list_values(found: Found, column: str) -> list[Any]:
    """The cells of the rows that count; of a row that may count nobody knows what it says."""
    return [row[column] for row in found.rows] + [None] * len(found.may_count)


def measure_latest(setting: Setting, unit: str, measure: Latest) -> Figure | Stop:
    found = find_over(setting, measure.dataset, unit, measure.where, "to_date", setting.year)
    orders = [row[measure.order] for row in found.rows if row[measure.order] is not None]
    values = [row[measure.column] for row in found.rows if orders and row[measure.order] == max(orders)]
    for row in found.rows:
        if row[measure.order] is None:
            values.append(None)
    for row in found.may_count:
        if row[measure.order] is None or not orders or row[measure.order] >= max(orders):
            values.append(None)
    column = setting.pack.dataset(measure.dataset).column(measure.column)
    assert column is not None
    low = column.at_least if column.at_least is not None else 0
    high = 100 if column.at_most is None and column.unit_of_measure == "%" else column.at_most
    value = stay_within(values, agree_on(values), low, high)
    return value if isinstance(value, Stop) else Figure(Fraction(value))


def measure_imported(setting: Setting, unit: str, measure: Imported) -> Figure | Stop:
    found = find_rows(setting, measure.dataset, unit, measure.where, setting.year, setting.year)
    values = list_values(found, measure.column)
    value = stay_within(values, agree_on(values), 0, measure.out_of.value)
    return value if isinstance(value, Stop) else Figure(Fraction(value), Fraction(measure.out_of.value))


def measure_judgement(setting: Setting, unit: str, measure: Judgement, indicator: str, column: str) -> Figure | Stop:
    """``column`` is the one that the marks member reads: marks or level."""
    found = find_rows(setting, measure.dataset, unit, {}, setting.year, setting.year)
    rows = [row for row in found.rows if row["indicator"] == indicator]
    unsure = [row for row in found.may_count if row["indicator"] == indicator]
    values = list_values(Found(rows, unsure), column)
    value = agree_on(values)
    if measure.several == "conflict" or (isinstance(value, Stop) and value.outcome == "pending"):
        if isinstance(value, Stop):
            return value
        values = [value]
    if None in values:
        return Stop("pending", "counts_missing")
    if column == "level":
        return Figure(Fraction(0), given=tuple(values))
    given = tuple(Fraction(value) for value in values)
    return Figure(sum(given, Fraction(0)), Fraction(len(given)), given=given)


def measure_findings(setting: Setting, unit: str, measure: Findings, indicator: str) -> Figure | Stop:
    found = find_rows(setting, measure.dataset, unit, measure.where, setting.year, setting.year)
    rows, unsure = (
        [row for row in some if row["indicator"] == indicator and row["state"] in measure.states]
        for some in (found.rows, found.may_count)
    )
    if measure.sum is not None:
        least = Figure(add_column(rows, measure.sum))
        known = least if never_negative(setting, measure.dataset, measure.sum) else None
        if any(row[measure.sum] is None for row in rows):
            return Stop("pending", "marks_undecided", known)
        return Stop("pending", "counts_missing", known) if unsure else least
    figure = Figure(Fraction(len(rows)), levels=count_levels(rows, measure))
    if unsure or any(row[name] is None for name in list_level_columns(measure) for row in rows):
        return Stop("pending", "counts_missing", None if measure.counted_by else figure)
    return figure


def list_lower(setting: Setting, unit: str) -> list[str]:
    """The units of the day of the table whose parent is the unit, or one that lives on in it."""
    return [
        each.id
        for each in setting.pack.registry.units
        if each.parent is not None
        and setting.owners.get(each.parent, each.parent) == unit
        and (each.since or "") <= setting.cutoff.isoformat() <= (each.until or "9999-99-99")
    ]


def list_items_below(setting: Setting, unit: str, measure: OfMarks) -> dict[str, list[Item]]:
    """The items of each unit below, in whichever cohort it is."""
    items: dict[tuple[str, str, str], Item] = setting.memo["items"]
    return {
        lower: [item for (_, who, name), item in items.items() if who == lower and name in measure.indicators]
        for lower in list_lower(setting, unit)
    }


def measure_below(
    setting: Setting, unit: str, measure: OfMarks, below: Below, rule: NotApplicableWhen
) -> Figure | Stop:
    """Of the units below, those that the indicators apply to."""
    found = list_items_below(setting, unit, measure)
    if any(item.outcome in ("pending", "conflict", "error") for own in found.values() for item in own):
        return Stop("pending", "items_open")
    marks: list[tuple[Fraction, Fraction]] = []
    for own in found.values():
        scored = [item for item in own if item.outcome == "scored"]
        full = sum((Fraction(item.applicable) for item in scored), Fraction(0))
        if full:
            marks.append((sum((Fraction(item.marks or 0) for item in scored), Fraction(0)), full))
    got = sum((each for each, _ in marks), Fraction(0))
    if below.reaching is not None:
        asked = Fraction(below.reaching.value)
        got = Fraction(sum(each >= (asked * full if below.reaching.percent else asked) for each, full in marks))
    if below.take == "rate":
        return settle_zero(got, sum((full for _, full in marks), Fraction(0)), rule)
    if below.take == "sum":
        return settle_zero(got, Fraction(bool(marks)), rule)
    return settle_zero(got, Fraction(len(marks)), rule)


def measure_of_marks(measure: OfMarks, items: dict[str, Item], rule: NotApplicableWhen) -> Figure | Stop:
    """``items`` are the unit's other items; those that do not apply or are exempt leave both sums."""
    found = [items[name] for name in measure.indicators if name in items]
    if any(item.outcome in ("pending", "conflict", "error") for item in found):
        return Stop("pending", "items_open")
    scored = [item for item in found if item.outcome == "scored"]
    marks = sum((Fraction(item.marks or 0) for item in scored), Fraction(0))
    return settle_zero(marks, sum((Fraction(item.applicable) for item in scored), Fraction(0)), rule)
