"""The line of a part on the sheet 复算: its columns, and what the formulas of all kinds of marks are made of."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from indicators.entries.amounts import Quantity
from scoring.base.parts import ScoredPart
from scoring.base.whole import Test, Whole, cell, choose, compare, least, most, number, round_half_up
from scoring.rules.goals import find_shortfall

#: Letter and title of the columns of a line.
COLUMNS = {
    "name": ("A", "指标"),
    "part": ("B", "部分或档次"),
    "kind": ("C", "计分方式"),
    "now": ("D", "实际数"),
    "of": ("E", "基数"),
    "before": ("F", "上年实际数"),
    "before_of": ("G", "上年基数"),
    "goal": ("H", "目标"),
    "full": ("I", "满分"),
    "each": ("J", "每次（档、级）分值"),
    "per": ("K", "每档大小"),
    "cap": ("L", "扣分或得分上限"),
    "start": ("M", "起点或免计数"),
    "base": ("N", "起点分或未达标得分"),
    "result": ("O", "复算得分"),
    "engine": ("P", "系统得分"),
    "check": ("Q", "核对"),
}
#: The order in which the values of a line's cells are handed to a formula.
PLACES = ("now", "of", "before", "before_of", "goal", "full", "each", "per", "cap", "start", "base")
FIGURES = ("now", "of", "before", "before_of")


@dataclass(frozen=True)
class SubLine:
    """A level or a tier below a part: how many, and what each is worth."""

    title: str
    level: str
    each: Fraction


def find_decimals(*values: Fraction) -> int:
    """The power of ten that makes all of them whole."""
    scale = 1
    while any((value * scale).denominator != 1 for value in values):
        scale *= 10
        assert scale <= 10**12, "marks and figures of a rule have at most six decimals"
    return scale


class Line:
    """One part in one line: ``row`` from 1, figures times ``scale``, marks in ``units`` to a mark.

    ``cells`` are the rule's own numbers that stand in the line, and ``scales`` by what a formula multiplies them.
    """

    def __init__(
        self, part: ScoredPart, row: int, form: str, scale: int, precision: int, sub_lines: tuple[SubLine, ...]
    ) -> None:
        self.part, self.row, self.form, self.scale, self.sub_lines = part, row, form, scale, sub_lines
        self.target = part.part.target
        self.units = 10**precision
        self.full = part.full_marks
        self.cells: dict[str, Fraction] = {}
        self.scales: dict[str, int] = {}

    def worth(self, amount: Quantity) -> Fraction:
        """An amount of marks of the rule."""
        return amount.share_of(self.full)

    def figure(self, name: str) -> Whole:
        """One of the numbers that the figure is made of."""
        return cell(f"{COLUMNS[name][0]}{self.row}", PLACES.index(name), self.scale)

    def put(self, name: str, value: Fraction, scale: int) -> Whole:
        """A number of the rule in its cell, times ``scale``."""
        self.cells[name] = value
        self.scales[name] = scale
        return cell(f"{COLUMNS[name][0]}{self.row}", PLACES.index(name), scale)

    def share(self) -> tuple[Whole, Whole]:
        """The figure as top and bottom."""
        now, of = self.figure("now"), self.figure("of")
        before, before_of = self.figure("before"), self.figure("before_of")
        if self.form in ("ratio", "quotient"):
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

    def find_goal(self) -> tuple[int, Fraction]:
        """Which way is better, and the number that was asked."""
        if self.part.part.measure.chosen.is_deadline:
            return -1, Fraction(0)
        assert self.target is not None
        return find_shortfall(self.target, Fraction(0))

    def find_gap(self, goals: int, goal: Whole, way: int) -> tuple[Whole, Whole]:
        """How far beyond the goal, in the good direction, as top and bottom (bottom times ``goals``)."""
        top, bottom = self.share()
        actual, asked = top * number(goals), goal * bottom
        if way > 0:
            return actual - asked, bottom
        if way < 0:
            return asked - actual, bottom
        return number(0) - most(actual - asked, asked - actual), bottom

    def make_test(self) -> Test:
        """Whether the target is reached."""
        way, goal = self.find_goal()
        goals = find_decimals(goal)
        gap, _ = self.find_gap(goals, self.put("goal", goal, goals), way)
        trend = (self.target.rising or self.target.falling) if self.target is not None else None
        strict = trend is not None and trend.at_least is None
        return compare(gap, ">" if strict else ">=", number(0))

    def print_marks(self, marks: Fraction) -> Whole:
        """Marks of the rule as they are printed."""
        return number(int((2 * marks * self.units + 1) // 2))

    def put_full(self) -> Whole:
        """The full marks in units of the last printed decimal."""
        return self.put("full", self.full, self.units)

    def add_levels(self, *others: Fraction) -> tuple[Whole, Whole, int]:
        """Marks of all sub-lines together, how many there are, and the scale of the marks and of ``others``."""
        marks = find_decimals(self.full, *others, *(line.each for line in self.sub_lines))
        first, last = self.row + 1, self.row + len(self.sub_lines)
        worths = [int(line.each * marks) for line in self.sub_lines]
        start = len(PLACES)
        text = f"SUMPRODUCT(D{first}:D{last},J{first}:J{last})"
        total = Whole(
            f"ROUND({text}*{marks},0)",
            lambda cells: sum(cells[start + place] * worth for place, worth in enumerate(worths)),
        )
        return total, Whole(f"SUM(D{first}:D{last})", lambda cells: sum(cells[start:])), marks

    def take_off(self, cost: Whole, cap: Fraction, below: Whole, marks: int) -> Whole:
        """Full marks less what is lost, within the cap; ``cost`` is over ``below``, in ``marks`` to a mark."""
        full = self.put("full", self.full, marks)
        room = full if cap == self.full else self.put("cap", cap, marks)
        if below.text != "1":
            full, room = full * below, room * below
        return round_half_up(full - least(cost, room), below * number(marks), self.units)
