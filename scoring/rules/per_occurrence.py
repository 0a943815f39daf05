"""Marks lost for every occurrence, or for each by its level."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import ClassVar

from indicators.rules.per_occurrence import PerOccurrence
from scoring.base.amounts import write_marks, write_printed
from scoring.base.arithmetic import Calculation, Words, add_terms, equate, write_marks_term, write_term
from scoring.base.parts import ScoredPart
from scoring.base.relations import HUGE, Columns, Row
from scoring.base.whole import Whole, least, most, number
from scoring.measures.registry import find_measure
from scoring.rules import levels
from scoring.rules.branch import KEPT, OCCURRENCES, SHARES
from scoring.rules.calculation import deduct
from scoring.rules.case import Case
from scoring.rules.line import Line, SubLine, find_decimals
from scoring.rules.reach import EnoughMarks, FigureSpan
from scoring.rules.rule import ScoredRule
from scoring.rules.setting import Setting, say_limit

BRANCH = f"""SELECT {KEPT}, full_marks * below - least(full_cost, cap * below) AS top, below AS bottom,
       NULL AS error
FROM (SELECT k.*, CASE WHEN {SHARES} OR k.each IS NULL THEN 1::HUGEINT ELSE den END AS below,
             CASE WHEN k.each IS NOT NULL
                  THEN k.each * greatest({OCCURRENCES} - free * CASE WHEN {SHARES} THEN 1 ELSE den END, 0)
                  ELSE c.so_far + c.each * (whole_number - c.nth) END AS full_cost
      FROM (SELECT *, greatest(CASE WHEN {SHARES} THEN den - num ELSE greatest(num, 0) // den END - free, 0)
                   AS whole_number
            FROM judged_figures WHERE kind = 'per_occurrence' AND NOT by_level) k
      LEFT JOIN costs c ON c.part = k.part AND k.whole_number >= c.nth
       AND (c.until IS NULL OR k.whole_number < c.until)) o"""


class ScoredPerOccurrence(ScoredRule[PerOccurrence]):
    """See :class:`indicators.rules.per_occurrence.PerOccurrence`."""

    name = PerOccurrence.name
    goes_by_number = True
    branches = (BRANCH, levels.BRANCH)
    columns: ClassVar[Columns] = {"each": HUGE, "free": HUGE, "cap": HUGE, **levels.COLUMNS}
    #: What the occurrences before the ``nth`` cost together, and each from there ``until`` the next, if there is one.
    relations: ClassVar[Mapping[str, Columns]] = {
        **levels.RELATIONS,
        "costs": {"nth": HUGE, "until": HUGE, "so_far": HUGE, "each": HUGE},
    }
    loses_by_rows = True

    def write_row(self, part: ScoredPart) -> Row:
        """One cost for all, or none where the costs differ from one occurrence to the next."""
        return {
            "each": part.worth(self.rule.each[0]) if len(self.rule.each) == 1 else None,
            "free": self.rule.free,
            "cap": part.worth(self.rule.cap),
            "by_level": self.rule.levels is not None,
        }

    def write_rows(self, part: ScoredPart) -> Iterator[tuple[str, Row]]:
        """The cost of each level, and of the first, second … occurrence."""
        yield from levels.write_levels(self.rule.levels, part)
        so_far = 0
        for nth, worth in enumerate(self.rule.each):
            each = part.worth(worth)
            until = nth + 1 if nth + 1 < len(self.rule.each) else None
            yield "costs", {"nth": nth, "until": until, "so_far": so_far, "each": each}
            so_far += each

    def find_end(self, part: ScoredPart, gains: bool) -> int:
        """All that the cap lets be lost, unless the costs end."""
        cap = part.worth(self.rule.cap)
        if self.rule.levels is not None:
            return part.full - (cap if any(part.worth(amount) for amount in self.rule.levels.values()) else 0)
        each = [part.worth(amount) for amount in self.rule.each]
        return part.full - (cap if each[-1] else min(cap, sum(each)))

    def list_sub_lines(self, full: Fraction) -> tuple[SubLine, ...]:
        """A line for each level."""
        return levels.list_sub_lines(self.rule.levels, full)

    def make_formula(self, line: Line) -> Whole | None:
        """See :meth:`ScoredRule.make_formula`."""
        rule = self.rule
        cap = line.worth(rule.cap)
        if cap > line.full:
            return None
        if rule.levels is not None:
            cost, _, marks = line.add_levels(cap)
            return line.take_off(cost, cap, number(1), marks)
        shares = line.part.part.measure.chosen.counts_missed
        if line.form != "plain" and not shares:
            return None
        each = [line.worth(worth) for worth in rule.each]
        marks = find_decimals(line.full, cap, *each)
        below = number(1 if shares else line.scale)
        count = line.figure("of") - line.figure("now") if shares else most(line.figure("now"), number(0))
        if len(each) == 1:
            if rule.free:
                count = count - line.put("start", Fraction(rule.free), 1) * below
            count = most(count, number(0)) if rule.free else count
            return line.take_off(count * line.put("each", each[0], marks), cap, below, marks)
        whole = count.floor_by(below)
        if rule.free:
            whole = most(whole - line.put("start", Fraction(rule.free), 1), number(0))
        cost = number(0)
        for place, worth in enumerate(each):
            left = whole if not place else most(whole - number(place), number(0))
            taken = left if place == len(each) - 1 else least(left, number(1))
            price = taken * number(int(worth * marks))
            cost = price if not place else cost + price
        return line.take_off(cost, cap, number(1), marks)

    def calculate(self, case: Case) -> Calculation:
        """The line of the calculation."""
        rule, figure = self.rule, case.figure
        cap = case.worth(rule.cap)
        if rule.levels is not None:
            return deduct(case, case.full, levels.add_levels(case, rule.levels), cap, [])
        number = write_term(max(figure.now, Fraction(0)))
        before: list[Words] = []
        if figure.is_share:
            short = write_term(figure.of) - write_term(figure.now)
            before = [lambda: f"{figure.missed} {equate(short)}"]
            number = write_term(short.value)
        if rule.free and number.value:
            left = number - write_term(rule.free)
            charged = max(left.value, Fraction(0))
            before.append(lambda: f"前 {rule.free} 次不扣，计扣 {equate(left) if charged else '0'} 次")
            number = write_term(charged)
        if len(rule.each) == 1:
            cost = write_marks_term(case.worth(rule.each[0])) * number
            return deduct(case, case.full, cost, cap, before)
        whole = math.floor(number.value)
        costs = [write_marks_term(case.worth(each)) for each in rule.each[:whole]]
        if whole > len(rule.each):
            costs[-1] = costs[-1] * write_term(whole - len(rule.each) + 1)
        total = add_terms(costs) if costs else write_term(0)
        return deduct(case, case.full, total, cap, before)

    def describe(self, setting: Setting) -> str:
        """How marks are given."""
        word, did = find_measure(setting.measure).find_occurrence()
        rule, full = self.rule, setting.full
        limit = say_limit(rule.cap.of(full), full)
        if rule.levels is not None:
            costs = "、".join(f"{level}每{word}{write_marks(worth, full)}" for level, worth in rule.levels.items())
            return f"满分{write_marks(full)}，{levels.name_order(setting, '轻重')}扣分：{costs}，{limit}"
        free = f"前{rule.free}{word}不扣分；" if rule.free else ""
        if len(rule.each) == 1:
            costs = f"{'以后' if rule.free else ''}每有1{word}{did}扣{write_marks(rule.each[0], full)}"
            if not word:
                costs = f"{'以后' if rule.free else ''}每1扣{write_marks(rule.each[0], full)}"
        else:
            first = enumerate(rule.each[:-1], 1 + rule.free)
            counted = [f"第{number}{word}扣{write_marks(each, full)}" for number, each in first]
            counted.append(f"第{len(rule.each) + rule.free}{word}起每{word}扣{write_marks(rule.each[-1], full)}")
            costs = f"{did}的，" * bool(did) + "、".join(counted)
        return f"满分{write_marks(full)}，{free}{costs}，{limit}"

    def describe_next_step(self, case: Case, marks: Fraction) -> str | None:
        """One of a level less, where marks go by level."""
        if self.rule.levels is None:
            return None
        amounts = "、".join(
            f"「{level}」{write_printed(case.worth(worth), case.precision)} 分"
            for level, worth in self.rule.levels.items()
        )
        return f"每少 1 件就少扣一件的分：{amounts}（扣分上限以内）。"

    def find_reach(self, case: Case, wanted: EnoughMarks) -> tuple[FigureSpan, ...]:
        """Up to as many as may cost what is left above it."""
        room, each = case.full - wanted.least, [case.worth(worth) for worth in self.rule.each]
        if not each or not each[-1] or not EnoughMarks(Fraction(0), wanted.above).is_met(room):
            return ()
        most, closed = room / each[0], not wanted.above
        if len(each) > 1:
            most, closed = Fraction(_count_affordable(each, room, wanted.above) + 1), False
        most += self.rule.free
        if not case.figure.is_share:
            return (FigureSpan(high=most, high_in=closed),)
        return (FigureSpan(low=case.figure.of - most, low_in=closed),)

    def find_way(self, case: Case) -> int:
        """Fewer occurrences: more of those who reached it, where they are people or rows out of all."""
        return 1 if case.figure.is_share else -1


def _count_affordable(each: list[Fraction], room: Fraction, above: bool) -> int:
    """How many occurrences cost no more than ``room``, or less with ``above``; the last cost holds for all further."""
    count = 0
    for cost in each[:-1]:
        if cost > room or (above and cost == room):
            return count
        count, room = count + 1, room - cost
    further = room / each[-1]
    return count + (math.ceil(further) - 1 if above else math.floor(further))
