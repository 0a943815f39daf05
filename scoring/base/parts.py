"""The year's table of a pack as a flat list: one part of one indicator for one cohort at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from indicators.entries.amounts import MARK_SCALE, Quantity
from indicators.entries.targets import find_day
from indicators.pack.calendar import CalendarEnds
from indicators.pack.model import Indicator, Pack, Part
from scoring.base.calendar import find_last_day, shift_rest_day


@dataclass(frozen=True)
class ScoredPart:
    """One part for one cohort.

    ``figure`` numbers the measure: cohorts share it, except where it depends on marks.
    ``full`` is in millionths of a mark. ``last_day`` is the last day in time (None where each row has its own).
    ``calendar`` is the year whose days of rest decide over it and are not known yet; then there is no ``last_day``.
    """

    number: int
    cohort: str
    indicator: Indicator
    index: int
    figure: int
    layer: int
    full: int
    last_day: date | None
    due_by_target: bool
    calendar: int | None = None

    @cached_property
    def part(self) -> Part:
        """The part as the pack wrote it."""
        return self.indicator.parts[self.index]

    @cached_property
    def full_marks(self) -> Fraction:
        """The full marks, exactly."""
        return Fraction(self.full, MARK_SCALE)

    def worth(self, amount: Quantity) -> int:
        """An amount of marks of its rule, in millionths."""
        return to_millionths(amount.of(Decimal(self.full) / MARK_SCALE))

    @property
    def fixed_due(self) -> bool:
        """Whether the part waits for its due day as a whole (a single date decides for itself)."""
        return not self.part.measure.chosen.is_deadline


def to_millionths(value: Decimal) -> int:
    """A decimal with at most six places as an integer. Raises ValueError beyond that."""
    scaled = value * MARK_SCALE
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{value} has more than six decimals")
    return int(scaled)


def list_parts(pack: Pack, year: int) -> tuple[ScoredPart, ...]:
    """All parts of the year's table, in the order of cohorts and indicators."""
    pack = pack.of_year(year)
    table = [indicator for indicator in pack.indicators if indicator.years.holds(year)]
    layers = _find_layers(table)
    figures: dict[tuple[str, str, int], int] = {}
    parts: list[ScoredPart] = []
    for cohort in pack.head.cohorts:
        for indicator in table:
            if cohort.id not in indicator.marks:
                continue
            for index, (part, full) in enumerate(zip(indicator.parts, indicator.worth(cohort.id), strict=True)):
                owner = cohort.id if part.measure.chosen.list_used() else ""
                figure = figures.setdefault((owner, indicator.id, index), len(figures) + 1)
                last_day, calendar = _find_known_due(part, year, pack)
                parts.append(
                    ScoredPart(
                        number=len(parts) + 1,
                        cohort=cohort.id,
                        indicator=indicator,
                        index=index,
                        figure=figure,
                        layer=layers[indicator.id],
                        full=to_millionths(full),
                        last_day=last_day,
                        due_by_target=part.target is not None and part.target.by is not None,
                        calendar=calendar,
                    )
                )
    return tuple(parts)


def _find_known_due(part: Part, year: int, pack: Pack) -> tuple[date | None, int | None]:
    """The last day in time, and the year whose calendar it wants where that is not known."""
    try:
        return find_due(part, year, pack), None
    except CalendarEnds as ends:
        return None, ends.year


def find_due(part: Part, year: int, pack: Pack) -> date | None:
    """The last day in time of a part; None for a single date whose deadline runs from an event."""
    by = part.target.by if part.target is not None else None
    if by is not None and by.after is None:
        return find_last_day(by, year, pack)
    if by is not None and part.measure.chosen.is_deadline:
        return None
    day = date(year, 12, 31)
    if part.due is not None:
        day = find_day(part.due.every, year + part.due.years_later)
    return shift_rest_day(day, pack.head.policy.rest_day, pack.calendar)


def _find_layers(table: list[Indicator]) -> dict[str, int]:
    """Indicators that use the marks of others come after them."""
    uses = {
        indicator.id: [name for part in indicator.parts for name in part.measure.chosen.list_used()]
        for indicator in table
    }
    layers: dict[str, int] = {}

    def find(name: str) -> int:
        if name not in layers:
            layers[name] = 1 + max((find(used) for used in uses[name] if used in uses), default=0)
        return layers[name]

    for indicator in table:
        find(indicator.id)
    return layers
