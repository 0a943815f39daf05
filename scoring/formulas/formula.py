"""The marks of a part as a spreadsheet formula over the figures that stand beside it.

The formula is made once for a rule and a line; for each unit it is worked out here with the same steps as the
spreadsheet's, so that a formula is only written where it gives the marks that the engine gave.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from indicators.entries.amounts import Quantity
from indicators.entries.intervals import Range
from indicators.rules.proportional import find_goal
from scoring.base.parts import ScoredPart
from scoring.explain.case import find_shortfall
from scoring.formulas.lines import COLUMNS, FIGURES, PLACES, PartFormula, list_sub_lines
from scoring.formulas.whole import (
    Test,
    Whole,
    both,
    cell,
    choose,
    compare,
    least,
    most,
    number,
    round_half_up,
)


class Formulas:
    """Makes the formula of a part; None where a spreadsheet cannot express the rule by itself."""

    def __init__(self, precision: int) -> None:
        self._precision = precision
        self._made: dict[tuple[int, int, str, int], PartFormula | None] = {}

    def find(self, part: ScoredPart, row: int, operands: Mapping[str, Any]) -> PartFormula | None:
        """The formula for a part in a line, for figures of this form and with so many decimals."""
        scale = _find_scale(operands)
        if scale is None:
            return None
        key = (part.number, row, str(operands["form"]), scale)
        if key not in self._made:
            self._made[key] = _Maker(part, row, str(operands["form"]), scale, self._precision).make()
        return self._made[key]


def _find_scale(operands: Mapping[str, Any]) -> int | None:
    """The power of ten that makes all figures whole; None where there is none."""
    places = 0
    for name in FIGURES:
        value = operands[name]
        if value is not None and "/" in value:
            return None
        places = max(places, len(value.partition(".")[2]) if value is not None else 0)
    return int(10**places)


def _find_decimals(*values: Fraction) -> int:
    scale = 1
    while any((value * scale).denominator != 1 for value in values):
        scale *= 10
        assert scale <= 10**12, "marks and figures of a rule have at most six decimals"
    return scale


class _Maker:
    """One part in one line."""

    def __init__(self, part: ScoredPart, row: int, form: str, scale: int, precision: int) -> None:
        self.part, self.row, self.form, self.scale = part, row, form, scale
        self.rule, self.target = part.part.marks, part.part.target
        self.units = 10**precision
        self.full = Fraction(part.full, 1_000_000)
        self.reached = part.indicator.combine != "sum"
        self.cells: dict[str, Fraction] = {}
        self.scales: dict[str, int] = {}
        self.sub_lines = list_sub_lines(part)

    def make(self) -> PartFormula | None:
        """The formula, or None."""
        result: Whole | None
        if self.reached:
            result = self._make_reached()
        else:
            self.cells["full"] = self.full
            makers = {
                "all_or_nothing": self._make_all_or_nothing,
                "proportional": self._make_proportional,
                "ladder": self._make_ladder,
                "per_shortfall": self._make_shortfall,
                "per_occurrence": self._make_occurrences,
                "award": self._make_award,
                "late": self._make_late,
                "judged": self._make_judged,
            }
            maker = makers.get(self.rule.kind)
            result = maker() if maker is not None else None
        if result is None:
            return None
        text = f"={result.text}" if self.reached else f"=({result.text})/{self.units}"
        shares = self.part.part.measure.chosen.is_share
        return PartFormula(text, self.cells, self.scale, self.scales, self.units, result.work, self.reached, shares)

    def _worth(self, amount: Quantity) -> Fraction:
        return Fraction(amount.value) * (self.full if amount.percent else 1)

    def _figure(self, name: str) -> Whole:
        return cell(f"{COLUMNS[name][0]}{self.row}", PLACES.index(name), self.scale)

    def _put(self, name: str, value: Fraction, scale: int) -> Whole:
        """A number of the rule in its cell, times ``scale``."""
        self.cells[name] = value
        self.scales[name] = scale
        return cell(f"{COLUMNS[name][0]}{self.row}", PLACES.index(name), scale)

    def _share(self) -> tuple[Whole, Whole]:
        """The figure as top and bottom."""
        now, of = self._figure("now"), self._figure("of")
        before, before_of = self._figure("before"), self._figure("before_of")
        if self.form == "ratio":
            return now, of
        if self.form == "difference":
            return now - before, number(self.scale)
        if self.form == "rate":
            return now - before, before
        if self.form == "ratio_difference":
            top, bottom = now * before_of - before * of, of * before_of
            # A year before in which there was nothing to divide by counts as one with a figure of 0.
            known = compare(before_of, ">", number(0))
            return choose(known, top, now), choose(known, bottom, of)
        if self.form == "ratio_rate":
            return now * before_of - before * of, of * before
        return now, number(self.scale)

    def _find_goal(self) -> tuple[int, Fraction]:
        if self.part.part.measure.chosen.figure == "date":
            return -1, Fraction(0)
        assert self.target is not None
        return find_shortfall(self.target, Fraction(0))

    def _gap(self, goals: int, goal: Whole, way: int) -> tuple[Whole, Whole]:
        """How far beyond the goal, in the good direction, as top and bottom (bottom times ``goals``)."""
        top, bottom = self._share()
        actual, asked = top * number(goals), goal * bottom
        if way > 0:
            return actual - asked, bottom
        if way < 0:
            return asked - actual, bottom
        return number(0) - most(actual - asked, asked - actual), bottom

    def _make_test(self) -> Test:
        way, goal = self._find_goal()
        goals = _find_decimals(goal)
        gap, _ = self._gap(goals, self._put("goal", goal, goals), way)
        trend = (self.target.rising or self.target.falling) if self.target is not None else None
        strict = trend is not None and trend.at_least is None
        return compare(gap, ">" if strict else ">=", number(0))

    def _make_reached(self) -> Whole:
        return choose(self._make_test(), number(1), number(0))

    def _print(self, marks: Fraction) -> Whole:
        """Marks of the rule as they are printed."""
        return number(int((2 * marks * self.units + 1) // 2))

    def _full_units(self) -> Whole:
        return self._put("full", self.full, self.units)

    def _make_all_or_nothing(self) -> Whole | None:
        assert self.rule.all_or_nothing is not None
        otherwise = self._worth(self.rule.all_or_nothing.otherwise)
        test = self._make_test()
        if otherwise:
            self.cells["base"] = otherwise
        return choose(test, self._full_units(), self._print(otherwise))

    def _make_proportional(self) -> Whole | None:
        line, goal = self.rule.proportional, find_goal(self.target)
        assert line is not None
        if goal is None:
            return None
        end, start, base = (
            Fraction(goal),
            Fraction(line.start.value) if line.start else Fraction(0),
            self._worth(line.base),
        )
        goals, marks = _find_decimals(end, start), _find_decimals(self.full, base)
        top, bottom = self._share()
        goal_cell, start_cell = self._put("goal", end, goals), number(0)
        if start:
            start_cell = self._put("start", start, goals)
        actual = top * number(goals)
        if end > start:
            way = actual - start_cell * bottom if start else actual
            whole = (goal_cell - start_cell if start else goal_cell) * bottom
        else:
            way = start_cell * bottom - actual
            whole = (start_cell - goal_cell) * bottom
        run = least(most(way, number(0)), whole)
        full = self._put("full", self.full, marks)
        earned = full * run
        if base:
            base_cell = self._put("base", base, marks)
            earned = base_cell * whole + (full - base_cell) * run
        return round_half_up(earned, whole * number(marks), self.units)

    def _make_ladder(self) -> Whole | None:
        assert self.rule.ladder is not None
        steps = self.rule.ladder.steps
        ends = [Fraction(end[0]) for step in steps for end in (step.low, step.high) if end is not None]
        goals = _find_decimals(*ends) if ends else 1
        top, bottom = self._share()
        result = self._print(self._worth(steps[-1].marks))
        for step in reversed(steps[:-1]):
            test = _hold(step, top * number(goals), bottom, goals)
            marks = self._print(self._worth(step.marks))
            result = marks if test is None else choose(test, marks, result)
        return result

    def _count_steps(self, short: Whole, size: Whole, partial: str) -> Whole:
        """Whole steps of ``size`` in ``short``."""
        return (short + size - number(1)).floor_by(size) if partial == "up" else short.floor_by(size)

    def _make_shortfall(self) -> Whole | None:
        rule = self.rule.per_shortfall
        assert rule is not None
        way, goal = self._find_goal()
        at_target, each, per = self._worth(rule.at_target), self._worth(rule.each), Fraction(rule.per.value)
        cap = min(self._worth(rule.cap), at_target) if rule.cap is not None else at_target
        beyond = rule.beyond
        more_each, more_per = (
            (self._worth(beyond.each), Fraction(beyond.per.value)) if beyond else (Fraction(0), Fraction(1))
        )
        goals = _find_decimals(goal, per, more_per)
        marks = _find_decimals(self.full, at_target, each, cap, more_each)
        gap, bottom = self._gap(goals, self._put("goal", goal, goals), way)
        start = self._put("full", self.full, marks) if at_target == self.full else self._put("base", at_target, marks)
        cost, room = self._put("each", each, marks), self._put("cap", cap, marks) if cap != at_target else start
        size = self._put("per", per, goals) * bottom
        short = most(number(0) - gap, number(0))
        if rule.partial == "exact":
            result = round_half_up(start * size - least(short * cost, room * size), size * number(marks), self.units)
        else:
            steps = self._count_steps(short, size, rule.partial)
            result = round_half_up(start - least(steps * cost, room), number(marks), self.units)
        if beyond is None:
            return result
        more_size = number(int(more_per * goals)) * bottom
        extra, rest = number(int(more_each * marks)), self._put("full", self.full, marks) - start
        over = most(gap, number(0))
        if beyond.partial == "exact":
            better = round_half_up(
                start * more_size + least(over * extra, rest * more_size), more_size * number(marks), self.units
            )
        else:
            steps = self._count_steps(over, more_size, beyond.partial)
            better = round_half_up(start + least(steps * extra, rest), number(marks), self.units)
        return choose(compare(gap, ">", number(0)), better, result)

    def _levels(self, *others: Fraction) -> tuple[Whole, Whole, int]:
        """Marks of all sub-lines together, how many there are, and the scale of the marks and of ``others``."""
        marks = _find_decimals(self.full, *others, *(line.each for line in self.sub_lines))
        first, last = self.row + 1, self.row + len(self.sub_lines)
        worths = [int(line.each * marks) for line in self.sub_lines]
        start = len(PLACES)
        text = f"SUMPRODUCT(D{first}:D{last},J{first}:J{last})"
        total = Whole(
            f"ROUND({text}*{marks},0)",
            lambda cells: sum(cells[start + place] * worth for place, worth in enumerate(worths)),
        )
        return total, Whole(f"SUM(D{first}:D{last})", lambda cells: sum(cells[start:])), marks

    def _take_off(self, cost: Whole, cap: Fraction, below: Whole, marks: int) -> Whole:
        full = self._put("full", self.full, marks)
        room = full if cap == self.full else self._put("cap", cap, marks)
        if below.text != "1":
            full, room = full * below, room * below
        return round_half_up(full - least(cost, room), below * number(marks), self.units)

    def _make_occurrences(self) -> Whole | None:
        rule = self.rule.per_occurrence
        assert rule is not None
        cap = self._worth(rule.cap)
        if cap > self.full:
            return None
        if rule.levels is not None:
            cost, _, marks = self._levels(cap)
            return self._take_off(cost, cap, number(1), marks)
        shares = self.part.part.measure.chosen.figure in ("share_of_people", "date_each")
        if self.form != "plain" and not shares:
            return None
        each = [self._worth(worth) for worth in rule.each]
        marks = _find_decimals(self.full, cap, *each)
        below = number(1 if shares else self.scale)
        count = self._figure("of") - self._figure("now") if shares else most(self._figure("now"), number(0))
        if len(each) == 1:
            if rule.free:
                count = count - self._put("start", Fraction(rule.free), 1) * below
            count = most(count, number(0)) if rule.free else count
            return self._take_off(count * self._put("each", each[0], marks), cap, below, marks)
        whole = count.floor_by(below)
        if rule.free:
            whole = most(whole - self._put("start", Fraction(rule.free), 1), number(0))
        cost = number(0)
        for place, worth in enumerate(each):
            left = whole if not place else most(whole - number(place), number(0))
            taken = left if place == len(each) - 1 else least(left, number(1))
            price = taken * number(int(worth * marks))
            cost = price if not place else cost + price
        return self._take_off(cost, cap, number(1), marks)

    def _make_award(self) -> Whole | None:
        rule = self.rule.award
        assert rule is not None
        cap = self._worth(rule.cap)
        if rule.levels is not None:
            earned, _, marks = self._levels(cap)
            return round_half_up(least(earned, self._put("cap", cap, marks)), number(marks), self.units)
        assert rule.each is not None
        each = self._worth(rule.each)
        marks = _find_decimals(each, cap)
        shares = self.part.part.measure.chosen.figure in ("share_of_people", "date_each")
        if rule.beyond_target:
            way, goal = self._find_goal()
            goals = _find_decimals(goal)
            gap, bottom = self._gap(goals, self._put("goal", goal, goals), way)
            counted, below = most(gap, number(0)), bottom * number(goals)
        elif shares:
            counted, below = self._figure("now"), number(1)
        else:
            top, below = self._share()
            counted = most(top, number(0))
        room = self._put("cap", cap, marks)
        earned = least(self._put("each", each, marks) * counted, room if below.text == "1" else room * below)
        return round_half_up(earned, below * number(marks), self.units)

    def _make_late(self) -> Whole | None:
        rule = self.rule.late
        assert rule is not None
        cap = self._worth(rule.cap)
        if cap > self.full:
            return None
        if rule.per_day is not None:
            each = self._worth(rule.per_day)
            marks = _find_decimals(self.full, cap, each)
            days = cell(f"{COLUMNS['now'][0]}{self.row}", 0, 1)
            self.scale = 1
            return self._take_off(days * self._put("each", each, marks), cap, number(1), marks)
        cost, _, marks = self._levels(cap)
        return self._take_off(cost, cap, number(1), marks)

    def _make_judged(self) -> Whole | None:
        rule = self.rule.judged
        assert rule is not None
        if rule.levels is None:
            return round_half_up(self._figure("now"), self._figure("of"), self.units)
        counted, judges, marks = self._levels()
        return round_half_up(counted, judges * number(marks), self.units)


def _hold(step: Range, top: Whole, bottom: Whole, goals: int) -> Test | None:
    """Whether the figure lies in a step; None where every figure does."""

    def edge(end: Decimal) -> Whole:
        whole = int(Fraction(end) * goals)
        return number(whole) * bottom if whole else number(0)

    tests = []
    if step.low is not None:
        tests.append(compare(top, ">=" if step.low[1] else ">", edge(step.low[0])))
    if step.high is not None:
        tests.append(compare(top, "<=" if step.high[1] else "<", edge(step.high[0])))
    if not tests:
        return None
    return tests[0] if len(tests) == 1 else both(tests[0], tests[1])
