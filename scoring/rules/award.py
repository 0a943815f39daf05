"""Marks earned for every item, from nothing up to a cap."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

import pyarrow as pa

from indicators.rules.award import Award
from scoring.base.parts import ScoredPart
from scoring.base.relations import HUGE, Columns, Row
from scoring.rules import levels
from scoring.rules.branch import KEPT, SHARES
from scoring.rules.rule import ScoredRule

BRANCH = f"""SELECT {KEPT}, least(cap * below, each * counted) AS top, below AS bottom, NULL AS error
FROM (SELECT *,
             CASE WHEN beyond_target THEN greatest(gap, 0) WHEN {SHARES} THEN num ELSE greatest(num, 0) END AS counted,
             CASE WHEN beyond_target THEN den * 1000000 WHEN {SHARES} THEN 1 ELSE den END AS below
      FROM judged_figures WHERE kind = 'award' AND NOT by_level)"""


class ScoredAward(ScoredRule[Award]):
    """See :class:`indicators.rules.award.Award`."""

    model = Award
    branches = (BRANCH, levels.BRANCH)
    columns: ClassVar[Columns] = {"each": HUGE, "cap": HUGE, "beyond_target": pa.bool_(), **levels.COLUMNS}
    relations: ClassVar[Mapping[str, Columns]] = levels.RELATIONS

    def write_row(self, rule: Award, part: ScoredPart) -> Row:
        """What an item earns where there are no levels."""
        return {
            "each": part.worth(rule.each) if rule.each is not None else None,
            "cap": part.worth(rule.cap),
            "by_level": rule.levels is not None,
            "beyond_target": rule.beyond_target,
        }

    def write_rows(self, rule: Award, part: ScoredPart) -> Iterator[tuple[str, Row]]:
        """What each level earns."""
        yield from levels.write_levels(rule.levels, part)

    def find_end(self, rule: Award, part: ScoredPart, gains: bool) -> int:
        """The cap, if anything earns anything."""
        amounts = [rule.each] if rule.each is not None else list((rule.levels or {}).values())
        return part.worth(rule.cap) if any(part.worth(amount) for amount in amounts) else 0


RULE = ScoredAward()
