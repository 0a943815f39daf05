"""Marks lost for every occurrence, or for each by its level."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from indicators.rules.per_occurrence import PerOccurrence
from scoring.base.parts import ScoredPart
from scoring.base.relations import HUGE, Columns, Row
from scoring.rules import levels
from scoring.rules.branch import KEPT, OCCURRENCES, SHARES
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

    model = PerOccurrence
    branches = (BRANCH, levels.BRANCH)
    columns: ClassVar[Columns] = {"each": HUGE, "free": HUGE, "cap": HUGE, **levels.COLUMNS}
    #: What the occurrences before the ``nth`` cost together, and each from there on.
    relations: ClassVar[Mapping[str, Columns]] = {
        **levels.RELATIONS,
        "costs": {"nth": HUGE, "so_far": HUGE, "each": HUGE},
    }
    loses_by_rows = True

    def write_row(self, rule: PerOccurrence, part: ScoredPart) -> Row:
        """One cost for all, or none where the costs differ from one occurrence to the next."""
        return {
            "each": part.worth(rule.each[0]) if len(rule.each) == 1 else None,
            "free": rule.free,
            "cap": part.worth(rule.cap),
            "by_level": rule.levels is not None,
        }

    def write_rows(self, rule: PerOccurrence, part: ScoredPart) -> Iterator[tuple[str, Row]]:
        """The cost of each level, and of the first, second … occurrence."""
        yield from levels.write_levels(rule.levels, part)
        so_far = 0
        for nth, worth in enumerate(rule.each):
            each = part.worth(worth)
            yield "costs", {"nth": nth, "so_far": so_far, "each": each}
            so_far += each

    def find_end(self, rule: PerOccurrence, part: ScoredPart, gains: bool) -> int:
        """All that the cap lets be lost, unless the costs end."""
        cap = part.worth(rule.cap)
        if rule.levels is not None:
            return part.full - (cap if any(part.worth(amount) for amount in rule.levels.values()) else 0)
        each = [part.worth(amount) for amount in rule.each]
        return part.full - (cap if each[-1] else min(cap, sum(each)))


RULE = ScoredPerOccurrence()
