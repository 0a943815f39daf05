"""What a unit gave itself beside what it was given, item by item."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from indicators.pack.model import Pack
from scoring.results.scores import Scores


@dataclass(frozen=True)
class SelfMark:
    """An item of a unit: marks in whole units of the last decimal, ``own`` those that it gave itself."""

    indicator: str
    section: str
    full: int | None
    own: int | None
    marks: int | None
    outcome: str

    @property
    def gap(self) -> int | None:
        """By how much the unit thought better of itself; None where one of the two is missing."""
        return None if self.own is None or self.marks is None or self.outcome != "scored" else self.own - self.marks


def compare_self_marks(pack: Pack, scores: Scores, unit: str, own: Mapping[tuple[str, str], Decimal]) -> list[SelfMark]:
    """The items of a unit in one cohort, section by section; self-given marks rounded half up as marks are."""
    places = {section.id: place for place, section in enumerate(pack.head.sections)}
    found = [
        SelfMark(
            item.indicator,
            item.section,
            item.full_marks,
            _count(own.get((unit, item.indicator)), scores.precision),
            item.marks,
            item.outcome,
        )
        for item in scores.list_items(unit)
    ]
    return sorted(found, key=lambda line: places[line.section])


def _count(marks: Decimal | None, precision: int) -> int | None:
    if marks is None:
        return None
    whole = int(2 * abs(marks) * 10**precision + 1) // 2
    return -whole if marks < 0 else whole
