"""What an inspector may give: the levels or the range of marks of each judged indicator for each unit."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from indicators.entries.amounts import parse_number, plain
from indicators.meaning.asked import find_applying
from indicators.pack.model import Indicator, Pack
from indicators.pack.register import UnitEntry


@dataclass(frozen=True)
class Judging:
    """One unit and one judged indicator. Either ``levels`` (each with its marks) or ``low`` and ``high`` (marks).

    ``full`` are the full marks of the judged part. What is stored are always marks that are kept; where the section
    ``deducts``, people are asked for, and shown, the marks that are lost.
    """

    unit: UnitEntry
    indicator: Indicator
    levels: dict[str, Decimal]
    low: Decimal
    high: Decimal
    full: Decimal
    deducts: bool = False

    @property
    def least(self) -> Decimal:
        """The least marks that may be taken off."""
        return self.full - self.high

    @property
    def most(self) -> Decimal:
        """The most marks that may be taken off."""
        return self.full - self.low

    @property
    def by_level(self) -> bool:
        """Whether a level is given and no marks."""
        return bool(self.levels)


def turn_marks(judging: Judging, text: str) -> str:
    """From marks as they are stored (kept) to marks as people write them, and back.

    Where the section only takes marks off, people write those that are lost: a 3 is 扣3分. What is no number stays, to
    be refused where it is read.
    """
    if not judging.deducts:
        return text
    try:
        return plain(judging.full - parse_number(text))
    except ValueError:
        return text


def find_judging(pack: Pack, unit: str, indicator: str) -> Judging | None:
    """What may be given to a unit for an indicator; None where it is not judged, or not asked of the unit."""
    entry = next((each for each in pack.registry.units if each.id == unit), None)
    asked = next((each for each in pack.indicators if each.id == indicator), None)
    if entry is None or asked is None:
        return None
    tables = [name for part in asked.parts if (name := part.measure.chosen.judged_in) is not None]
    return _find_judging(pack, tables[0], entry, asked) if tables else None


def list_judged(pack: Pack, dataset: str, year: int) -> list[Judging]:
    """Every (unit, indicator) of the year that a judgement in ``dataset`` decides, units in the register's order.

    A unit of several cohorts is judged once: its range reaches over those of its cohorts.
    """
    applying = find_applying(pack, year)
    return [
        judging
        for unit in pack.registry.units
        for indicator in applying[unit.id]
        if is_judged(indicator, dataset) and (judging := _find_judging(pack, dataset, unit, indicator)) is not None
    ]


def is_judged(indicator: Indicator, dataset: str) -> bool:
    """Whether judgements in ``dataset`` decide it."""
    return any(part.measure.chosen.judged_in == dataset for part in indicator.parts)


def _find_judging(pack: Pack, dataset: str, unit: UnitEntry, indicator: Indicator) -> Judging | None:
    cohorts = [
        cohort.id
        for cohort in pack.head.cohorts
        if unit.kind in cohort.members.kinds or unit.id in cohort.members.units
    ]
    levels: dict[str, Decimal] = {}
    lows, highs, fulls = [], [], []
    for position, part in enumerate(indicator.parts):
        rule = part.marks.chosen
        if part.measure.chosen.judged_in != dataset:
            continue
        for cohort in cohorts:
            if cohort not in indicator.marks:
                continue
            full = indicator.worth(cohort)[position]
            fulls.append(full)
            levels |= {level: worth.of(full) for level, worth in (rule.find_levels() or {}).items()}
            if (ends := rule.find_judged_range()) is not None:
                lows.append(ends[0].of(full))
                highs.append(ends[1].of(full))
    if not fulls:
        return None
    nothing = [Decimal(0)]
    deducts = any(
        part.measure.chosen.judged_in == dataset and pack.takes_off(indicator, part) for part in indicator.parts
    )
    return Judging(unit, indicator, levels, min(lows or nothing), max(highs or nothing), max(fulls), deducts)
