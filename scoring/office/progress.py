"""How far each unit is: how much of its table is known, and what became of what was found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from data.ledger.clocks import is_overdue
from data.ledger.machines import RECTIFICATION
from data.ledger.rows import FindingRow, RectificationRow
from scoring.results.losses import OUTSIDE
from scoring.results.scores import Scores


@dataclass(frozen=True)
class Progress:
    """Items of a unit by what is known of them, and its findings and rectifications by how far they are."""

    unit: str
    name: str
    items: int
    known: int
    pending: int
    conflicts: int
    findings: int
    rectifying: int
    late: int
    closed: int


def list_progress(
    scores: Scores, findings: Iterable[FindingRow], rectifications: Iterable[RectificationRow], today: date
) -> list[Progress]:
    """The units of one cohort in the order of its ranking. Items outside a unit's table are not counted.

    ``findings`` are all that the person may see; those withdrawn, and of other years, are left out.
    """
    outcomes: dict[str, Counter[str]] = {}
    for unit, outcome, number in scores.items.group_by("unit", "outcome").len().iter_rows():
        outcomes.setdefault(unit, Counter())[outcome] = number
    # An inspection looks at a year; its findings count in the year for which they are scored.
    own = [row for row in findings if row.year == scores.year and row.state != "withdrawn"]
    found = Counter(row.unit for row in own)
    numbers = {row.id for row in own}
    stages: dict[str, Counter[str]] = {}
    for row in rectifications:
        if row.finding in numbers:
            stages.setdefault(row.unit, Counter()).update(_tell_stages(row, today))
    return [
        Progress(
            unit=unit,
            name=name,
            items=sum(number for outcome, number in outcomes.get(unit, {}).items() if outcome not in OUTSIDE),
            known=outcomes[unit]["scored"],
            pending=outcomes[unit]["pending"],
            conflicts=outcomes[unit]["conflict"] + outcomes[unit]["error"],
            findings=found[unit],
            rectifying=stages.get(unit, Counter())["open"],
            late=stages.get(unit, Counter())["late"],
            closed=stages.get(unit, Counter())["closed"],
        )
        for unit, name in scores.totals.select("unit", "unit_name").iter_rows()
        if unit in outcomes
    ]


def _tell_stages(row: RectificationRow, today: date) -> list[str]:
    if RECTIFICATION.state(row.state).final:
        return ["closed"]
    return ["open", "late"] if is_overdue(row, today) else ["open"]
