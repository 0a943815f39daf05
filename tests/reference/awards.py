"""Targets and marks of one part, exact and unrounded."""

from __future__ import annotations

import math
from fractions import Fraction

from indicators.entries.amounts import Quantity
from indicators.entries.intervals import Range
from indicators.entries.targets import Target
from indicators.measures.registry import Measure
from indicators.rules.all_or_nothing import AllOrNothing
from indicators.rules.award import Award
from indicators.rules.condition import AskedAlone
from indicators.rules.judged import Judged
from indicators.rules.ladder import Ladder
from indicators.rules.late import Late
from indicators.rules.per_occurrence import PerOccurrence
from indicators.rules.per_shortfall import PerShortfall
from indicators.rules.proportional import Proportional
from indicators.rules.veto import Veto
from tests.reference.results import Figure, Stop


def worth(amount: Quantity, full: Fraction) -> Fraction:
    """An amount of marks; a percentage is one of the part's full marks."""
    return Fraction(amount.value) * (full if amount.percent else 1)


def number(amount: Quantity | None) -> Fraction:
    return Fraction(0) if amount is None else Fraction(amount.value)


def clip(value: Fraction, low: Fraction, high: Fraction) -> Fraction:
    return max(low, min(high, value))


def reach_target(target: Target, figure: Figure) -> bool:
    """Whether the figure is what was asked."""
    if figure.forced is not None:
        return figure.forced == "full"
    if target.by is not None:
        return figure.numerator == figure.denominator
    x = figure.value
    if target.at_least is not None:
        return x >= number(target.at_least)
    if target.at_most is not None:
        return x <= number(target.at_most)
    if target.equals is not None:
        return x == number(target.equals)
    if target.rising is not None:
        return x > 0 if target.rising.at_least is None else x >= number(target.rising.at_least)
    if target.falling is not None:
        return x < 0 if target.falling.at_least is None else x <= -number(target.falling.at_least)
    return x == 0


def lack_of(target: Target, x: Fraction) -> Fraction:
    """How far the figure is from the target: positive short of it, negative better than it."""
    if target.at_least is not None:
        return number(target.at_least) - x
    if target.at_most is not None:
        return x - number(target.at_most)
    if target.equals is not None:
        return abs(x - number(target.equals))
    if target.by is not None:
        return 1 - x
    if target.rising is not None:
        return number(target.rising.at_least) - x
    if target.falling is not None:
        return x + number(target.falling.at_least)
    return abs(x)


def count_steps(amount: Fraction, per: Fraction, partial: str) -> Fraction:
    steps = amount / per
    if partial == "exact":
        return steps
    return Fraction(math.ceil(steps) if partial == "up" else math.floor(steps))


def award_proportional(rule: Proportional, target: Target, figure: Figure, full: Fraction) -> Fraction:
    base, start = worth(rule.base, full), number(rule.start)
    if target.by is not None:
        end = Fraction(1)
    elif target.rising is not None or target.falling is not None:
        end = number(target.rising.at_least) if target.rising else -lack_of(target, Fraction(0))
    else:
        end = number(target.at_least or target.at_most)
    return clip(base + (full - base) * (figure.value - start) / (end - start), base, full)


def lies_in(step: Range, x: Fraction) -> bool:
    low, high = step.low, step.high
    return (low is None or x > low[0] or (low[1] and x == low[0])) and (
        high is None or x < high[0] or (high[1] and x == high[0])
    )


def award_shortfall(rule: PerShortfall, target: Target, x: Fraction, full: Fraction) -> Fraction:
    at_target, lack = worth(rule.at_target, full), lack_of(target, x)
    if lack < 0 and rule.beyond is not None:
        extra = count_steps(-lack, number(rule.beyond.per), rule.beyond.partial)
        return min(full, at_target + worth(rule.beyond.each, full) * extra)
    cap = at_target if rule.cap is None else worth(rule.cap, full)
    loss = worth(rule.each, full) * count_steps(max(Fraction(0), lack), number(rule.per), rule.partial)
    return max(Fraction(0), at_target - min(cap, loss))


def is_share_of_rows(measure: Measure) -> bool:
    return measure.share_of_people is not None or measure.date is not None


def price_levels(figure: Figure, amounts: dict[str, Quantity], full: Fraction) -> Fraction | Stop:
    assert figure.levels is not None
    if any(level not in amounts for level in figure.levels):
        return Stop("error", "unknown_level")
    return sum((worth(amounts[level or ""], full) * count for level, count in figure.levels.items()), Fraction(0))


def award_occurrences(rule: PerOccurrence, measure: Measure, figure: Figure, full: Fraction) -> Fraction | Stop:
    if rule.levels is not None:
        loss = price_levels(figure, rule.levels, full)
        if isinstance(loss, Stop):
            return loss
    else:
        shared = is_share_of_rows(measure)
        n = figure.denominator - figure.numerator if shared else figure.value
        charged, prices = max(Fraction(0), n - rule.free), [worth(amount, full) for amount in rule.each]
        if len(prices) == 1:
            loss = charged * prices[0]
        else:
            times = math.floor(charged)
            loss = sum(prices[:times], Fraction(0)) + max(0, times - len(prices)) * prices[-1]
    return full - min(worth(rule.cap, full), loss)


def award_items(
    rule: Award, measure: Measure, target: Target | None, figure: Figure, full: Fraction
) -> Fraction | Stop:
    if rule.levels is not None:
        gain = price_levels(figure, rule.levels, full)
        if isinstance(gain, Stop):
            return gain
    else:
        assert rule.each is not None
        n = figure.numerator if is_share_of_rows(measure) else figure.value
        if rule.beyond_target:
            assert target is not None
            n = max(Fraction(0), figure.value - number(target.at_least))
        gain = n * worth(rule.each, full)
    return min(worth(rule.cap, full), gain)


def award_late(rule: Late, figure: Figure, full: Fraction) -> Fraction:
    dates = figure.dates
    assert dates is not None
    price = rule.per_day or rule.per_week or rule.per_month
    if price is not None:
        assert dates.days is not None
        loss = dates.days * worth(price, full)
    else:
        assert rule.late is not None and rule.missing is not None
        loss = dates.late * worth(rule.late, full) + dates.missing * worth(rule.missing, full)
    return full - min(worth(rule.cap, full), loss)


def award_judged(rule: Judged, figure: Figure, full: Fraction) -> Fraction | Stop:
    """Every single judgement must be allowed; several of them are averaged."""
    if rule.levels is not None:
        if any(level not in rule.levels for level in figure.given):
            return Stop("error", "unknown_level")
        given = [worth(rule.levels[level], full) for level in figure.given]
    else:
        assert rule.range is not None
        given = list(figure.given)
        if any(not worth(rule.range.low, full) <= mark <= worth(rule.range.high, full) for mark in given):
            return Stop("error", "outside_range")
    return sum(given, Fraction(0)) / len(given)


def award_marks(
    part_rule: object, measure: Measure, target: Target | None, figure: Figure, full: Fraction
) -> Fraction | Stop:
    """Marks in [0, F], unrounded, for every member but ``relative``; ``veto`` has none."""
    marks = price_part(part_rule, measure, target, figure, full)
    return marks if isinstance(marks, Stop) else clip(marks, Fraction(0), full)


def price_part(
    rule: object, measure: Measure, target: Target | None, figure: Figure, full: Fraction
) -> Fraction | Stop:
    if isinstance(rule, Veto):
        return Fraction(0)
    if figure.forced is not None:
        return full if figure.forced == "full" else Fraction(0)
    if isinstance(rule, Ladder):
        counts_days = measure.date is not None and measure.date.pick != "each"
        x = Fraction(figure.dates.days or 0) if counts_days and figure.dates else figure.value
        return worth(next(step for step in rule.steps if lies_in(step, x)).marks, full)
    if isinstance(rule, PerOccurrence):
        return award_occurrences(rule, measure, figure, full)
    if isinstance(rule, Award):
        return award_items(rule, measure, target, figure, full)
    if isinstance(rule, Late):
        return award_late(rule, figure, full)
    if isinstance(rule, Judged):
        return award_judged(rule, figure, full)
    if isinstance(rule, AskedAlone):
        return full if target is None or reach_target(target, figure) else Fraction(0)
    assert target is not None
    if isinstance(rule, AllOrNothing):
        return full if reach_target(target, figure) else worth(rule.otherwise, full)
    if isinstance(rule, Proportional):
        return award_proportional(rule, target, figure, full)
    if isinstance(rule, PerShortfall):
        return award_shortfall(rule, target, figure.value, full)
    raise TypeError(f"no such marks member: {rule!r}")
