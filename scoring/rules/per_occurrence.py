"""Marks lost for every occurrence, or for each by its level."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import ClassVar

from indicators.rules.per_occurrence import PerOccurrence
from scoring.base.parts import ScoredPart
from scoring.base.relations import HUGE, Columns, Row
from scoring.base.whole import Whole, least, most, number
from scoring.rules import levels
from scoring.rules.branch import KEPT, OCCURRENCES, SHARES
from scoring.rules.line import Line, SubLine, find_decimals
from scoring.rules.rule import ScoredRule

BRANCH = f"""SELECT {KEPT}, full_marks * below - least(full_cost, cap * below) AS top, below AS bottom,
       NULL AS error
FROM (SELECT k.*, CASE WHEN {SHARES} OR k.each IS NULL THEN 1::HUGEINT ELSE den END AS below,
             CASE WHEN k.each IS NOT NULL
                  THEN k.each * greatest({OCCURRENCES} - free * CASE WHEN {SHARES} THEN 1 ELSE den END, 0)
                  ELSE c.so_far + c.each * (whole_number - c.nth) END AS full_cost
      FROM (SELECT *, greatest(CASE WHEN {SHARES} THEN den - num ELSE greatest(num, 0) // den END - free, 0)
                   AS whole_number
            FROM judged_figures WHERE kind = 'per_occurrence' AND NOT by_level) k
      ASOF LEFT JOIN costs c ON c.part = k.part AND k.whole_number >= c.nth) o"""


class ScoredPerOccurrence(ScoredRule[PerOccurrence]):
    """See :class:`indicators.rules.per_occurrence.PerOccurrence`."""

    name = PerOccurrence.name
    branches = (BRANCH, levels.BRANCH)
    columns: ClassVar[Columns] = {"each": HUGE, "free": HUGE, "cap": HUGE, **levels.COLUMNS}
    #: What the occurrences before the ``nth`` cost together, and each from there on.
    relations: ClassVar[Mapping[str, Columns]] = {
        **levels.RELATIONS,
        "costs": {"nth": HUGE, "so_far": HUGE, "each": HUGE},
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
            yield "costs", {"nth": nth, "so_far": so_far, "each": each}
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
        shares = line.part.part.measure.chosen.figure in ("share_of_people", "date_each")
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
