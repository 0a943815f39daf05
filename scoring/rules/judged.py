"""Marks that an inspector gives, within a range or by levels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from indicators.rules.judged import Judged
from scoring.base.parts import ScoredPart
from scoring.base.relations import HUGE, Columns, Row
from scoring.rules import levels
from scoring.rules.branch import KEPT
from scoring.rules.rule import ScoredRule

BRANCH = f"""SELECT {KEPT}, num * 1000000 AS top, den AS bottom,
       CASE WHEN lowest * 1000000 < low * den OR highest * 1000000 > high * den THEN 'outside_range' END AS error
FROM judged_figures WHERE kind = 'judged' AND NOT by_level"""


class ScoredJudged(ScoredRule[Judged]):
    """See :class:`indicators.rules.judged.Judged`."""

    model = Judged
    branches = (BRANCH, levels.BRANCH)
    columns: ClassVar[Columns] = {"low": HUGE, "high": HUGE, **levels.COLUMNS}
    relations: ClassVar[Mapping[str, Columns]] = levels.RELATIONS

    def write_row(self, rule: Judged, part: ScoredPart) -> Row:
        """Within what marks may be given."""
        low, high = (part.worth(rule.range.low), part.worth(rule.range.high)) if rule.range else (None, None)
        return {"low": low, "high": high, "by_level": rule.levels is not None}

    def write_rows(self, rule: Judged, part: ScoredPart) -> Iterator[tuple[str, Row]]:
        """What each level gives."""
        yield from levels.write_levels(rule.levels, part)


RULE = ScoredJudged()
