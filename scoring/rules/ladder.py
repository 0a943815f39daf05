"""A ladder: marks by the interval that the figure lies in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import ClassVar

import pyarrow as pa

from indicators.entries.intervals import Range
from indicators.rules.ladder import Ladder
from scoring.base.parts import ScoredPart, to_millionths
from scoring.base.relations import HUGE, Columns, Row
from scoring.rules.branch import KEPT_OF_K
from scoring.rules.rule import ScoredRule

BRANCH = f"""SELECT {KEPT_OF_K}, s.marks AS top, 1::HUGEINT AS bottom, NULL AS error
FROM judged_figures k
JOIN steps s ON s.part = k.part
 AND (s.low IS NULL OR k.num * 1000000 > s.low * k.den OR (s.low_included AND k.num * 1000000 = s.low * k.den))
 AND (s.high IS NULL OR k.num * 1000000 < s.high * k.den OR (s.high_included AND k.num * 1000000 = s.high * k.den))
WHERE k.kind = 'ladder'"""


class ScoredLadder(ScoredRule[Ladder]):
    """See :class:`indicators.rules.ladder.Ladder`."""

    model = Ladder
    branches = (BRANCH,)
    relations: ClassVar[Mapping[str, Columns]] = {
        "steps": {
            "low": HUGE,
            "low_included": pa.bool_(),
            "high": HUGE,
            "high_included": pa.bool_(),
            "marks": HUGE,
        }
    }

    def write_rows(self, rule: Ladder, part: ScoredPart) -> Iterator[tuple[str, Row]]:
        """The ends and the marks of each step."""
        yield from (("steps", {**_write_ends(step), "marks": part.worth(step.marks)}) for step in rule.steps)

    def needs_days(self, rule: Ladder, part: ScoredPart) -> bool:
        """The figure of a single date are its days late."""
        return part.part.measure.chosen.is_deadline

    def find_end(self, rule: Ladder, part: ScoredPart, gains: bool) -> int | None:
        """The highest step, unless marks rise and fall on the way there."""
        marks = list_rungs(rule, part)
        return marks[-1] if marks in (sorted(marks), sorted(marks, reverse=True)) else None

    def may_fall(self, rule: Ladder, part: ScoredPart) -> bool:
        """A step may be worth less than the one below."""
        return any(high < low for low, high in pairwise(list_rungs(rule, part)))


def list_rungs(rule: Ladder, part: ScoredPart) -> list[int]:
    """The marks of the steps from the lowest to the highest."""
    steps = sorted(rule.steps, key=lambda step: (step.low is not None, step.low or ()))
    return [part.worth(step.marks) for step in steps]


def _write_ends(interval: Range) -> Row:
    low, high = interval.low, interval.high
    return {
        "low": to_millionths(low[0]) if low else None,
        "low_included": low[1] if low else None,
        "high": to_millionths(high[0]) if high else None,
        "high_included": high[1] if high else None,
    }


RULE = ScoredLadder()
