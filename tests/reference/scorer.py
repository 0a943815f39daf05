"""The reference scorer: docs/pack-format.md read once more, without SQL and without the engine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from indicators.pack.model import Cohort, Indicator, Pack, Part
from indicators.pack.register import UnitEntry
from tests.reference.awards import award_marks, reach_target
from tests.reference.bounds import bound_cohort
from tests.reference.changes import resolve_pack
from tests.reference.dates import find_due, find_last_day, measure_date, name_due
from tests.reference.early import is_fixed, only_rises
from tests.reference.figures import (
    measure_below,
    measure_change,
    measure_count,
    measure_findings,
    measure_imported,
    measure_judgement,
    measure_latest,
    measure_mean,
    measure_of_marks,
    measure_quotient,
    measure_ratio,
    measure_rounds,
    measure_sum,
)
from tests.reference.items import combine_parts, find_exemptions
from tests.reference.peers import compare_units
from tests.reference.people import measure_people
from tests.reference.pots import find_share
from tests.reference.ranges import Places, Ranger, RestOfYear, find_balanced, read_rest_of_year
from tests.reference.results import (
    Declared,
    Figure,
    Item,
    NoCalendar,
    PartResult,
    ReferenceResult,
    Scopes,
    Stop,
    Tables,
    WorkingDay,
    as_decimal,
    round_half_up,
)
from tests.reference.rounding import find_unrounded
from tests.reference.rows import Setting, find_rows, list_conditions, list_tallies, open_setting
from tests.reference.totals import total_cohort
from tests.reference.units import list_table, list_takers


def score_reference(
    pack: Pack,
    tables: Tables,
    scopes: Scopes,
    year: int,
    as_of: date,
    working_day: WorkingDay,
    declared: Declared | None = None,
) -> ReferenceResult:
    """Every item and total of the year as it was known on ``as_of``.

    ``tables``: rows by dataset, keyed by column plus ``_unit`` and ``_period`` (0 for standing); a date known
    only as a month holds its first day, and its last under ``<column>__last``. ``scopes``: (dataset, unit,
    period) that have reported. ``working_day`` says whether a day is one. ``declared``: up to which day registers
    are complete; unless given, all that were reported are.
    """
    pack = resolve_pack(pack, year)
    setting = open_setting(pack, tables, scopes, year, as_of, working_day, declared)
    result = ReferenceResult()
    exempt, balanced, rest = find_exemptions(setting), find_balanced(setting), read_rest_of_year(setting)
    setting.memo["items"] = result.items
    tables = [open_table(setting, cohort, rest) for cohort in pack.head.cohorts]
    for indicator in order_indicators([found for found in pack.indicators if found.years.holds(year)]):
        # In all cohorts before the next: units of one may lie below those of another.
        for table in tables:
            if indicator not in table.indicators:
                continue
            units, items, cohort = table.places.units, table.items, table.places.cohort
            excused = {unit.id for unit in units if (unit.id, indicator.id) in exempt}
            scored = score_indicator(setting, cohort, units, indicator, items, excused)
            in_balance = {unit.id for unit in units if (unit.id, indicator.id) in balanced}
            ranged = range_indicator(setting, table.places, indicator, items, scored, excused, in_balance)
            for unit_id, item in list(ranged):
                items[unit_id][indicator.id] = result.items[cohort.id, unit_id, indicator.id] = item
    for table in tables:
        cohort, items = table.places.cohort, table.items
        bounds = bound_cohort(setting, table.places, table.indicators, items)
        result.bounds.update({(cohort.id, unit): found for unit, found in bounds.items()})
        totals = total_cohort(setting, cohort, table.indicators, items)
        result.totals.update({(cohort.id, unit): total for unit, total in totals.items()})
        unrounded = find_unrounded(setting, cohort, table.indicators, items, totals)
        result.unrounded.update({(cohort.id, unit): found for unit, found in unrounded.items()})
    return result


@dataclass
class CohortTable:
    """A cohort's indicators, its units, and the items found so far."""

    indicators: list[Indicator]
    places: Places
    items: dict[str, dict[str, Item]]


def open_table(setting: Setting, cohort: Cohort, rest: RestOfYear) -> CohortTable:
    """The table of a cohort before anything is scored."""
    units = list_table(setting.pack, cohort, setting.cutoff)
    own = [each for each in setting.pack.indicators if each.years.holds(setting.year) and cohort.id in each.marks]
    places = Places(cohort, units, rest, setting.pack.members(cohort))
    return CohortTable(own, places, {unit.id: {} for unit in units})


def order_indicators(table: list[Indicator]) -> list[Indicator]:
    """Indicators before those that are measured by their marks, otherwise in the order of the pack."""
    known = {indicator.id: indicator for indicator in table}

    def depth(indicator: Indicator) -> int:
        referred = [
            known[name]
            for part in indicator.parts
            if part.measure.of_marks
            for name in part.measure.of_marks.indicators
            if name in known
        ]
        return 1 + max((depth(found) for found in referred), default=0)

    return sorted(table, key=depth)


@dataclass
class Open:
    """A part being worked out: a stop, or a figure with unrounded marks (None until the cohort is compared)."""

    stop: Stop | None = None
    figure: Figure | None = None
    marks: Fraction | None = None
    reached: bool | None = None


def score_indicator(
    setting: Setting,
    cohort: Cohort,
    units: tuple[UnitEntry, ...],
    indicator: Indicator,
    items: dict[str, dict[str, Item]],
    excused: set[str],
) -> dict[str, Item]:
    """One indicator for all units of the cohort, so that they can be compared; an exempt unit is nobody's peer."""
    worths = share_marks(indicator, cohort.id)
    opened = {
        unit.id: [
            open_part(setting, unit, indicator, part, full, items[unit.id])
            for part, full in zip(indicator.parts, worths, strict=True)
        ]
        for unit in units
    }
    for place, (part, full) in enumerate(zip(indicator.parts, worths, strict=True)):
        if part.marks.relative is not None:
            settle_peers(part, full, {u: parts[place] for u, parts in opened.items() if u not in excused})
    places = setting.pack.head.precision
    full_marks = Fraction(indicator.marks[cohort.id])
    scored: dict[str, Item] = {}
    for unit in units:
        parts = [close_part(part, full, places) for part, full in zip(opened[unit.id], worths, strict=True)]
        scored[unit.id] = combine_parts(indicator, parts, worths, full_marks, unit.id in excused)
    return scored


def range_indicator(
    setting: Setting,
    places: Places,
    indicator: Indicator,
    items: dict[str, dict[str, Item]],
    scored: dict[str, Item],
    excused: set[str],
    balanced: set[str],
) -> Iterator[tuple[str, Item]]:
    """The items of an indicator with what they may still come to."""
    worths, full = share_marks(indicator, places.cohort.id), Fraction(indicator.marks[places.cohort.id])
    parts = {unit: list(item.parts) for unit, item in scored.items()}
    without = {unit: combine_parts(indicator, parts[unit], worths, full, False) for unit in scored}
    ranger = Ranger(setting, indicator, places, worths, excused, balanced)
    ranges = ranger.range_items(parts, items, without)
    for unit, item in scored.items():
        yield unit, replace(item, ranges=ranges[unit], balanced=unit in balanced)


def share_marks(indicator: Indicator, cohort: str) -> list[Fraction]:
    """The full marks of each part; without a statement they share alike, and without ``sum`` each stands for all."""
    full, parts = Fraction(indicator.marks[cohort]), indicator.parts
    if indicator.pot is not None:
        return [find_share(indicator, place, full) for place in range(len(parts))]
    if indicator.combine != "sum" or len(parts) == 1:
        return [full] * len(parts)
    return [
        Fraction(part.worth[cohort]) if part.worth and cohort in part.worth else full / len(parts) for part in parts
    ]


def settle_peers(part: Part, full: Fraction, opened: dict[str, Open]) -> None:
    assert part.marks.relative is not None
    values = {unit: found.figure.value for unit, found in opened.items() if found.stop is None and found.figure}
    for unit, marks in compare_units(part.marks.relative, values, full).items():
        opened[unit].marks = marks


def close_part(part: Open, full: Fraction, places: int) -> PartResult:
    """The one rounding of a part's marks; a part without a target is reached by full marks."""
    if part.stop is not None:
        return PartResult(part.stop.outcome, part.stop.reason)
    assert part.figure is not None
    marks = round_half_up(part.marks or Fraction(0), places)
    reached = marks == round_half_up(full, places) if part.reached is None else part.reached
    missing = part.figure.dates.missing if part.figure.dates is not None else 0
    numbers, own = (part.figure.numerator, part.figure.denominator), part.marks or Fraction(0)
    return PartResult("scored", None, *numbers, as_decimal(marks), reached, own, missing)


def open_part(
    setting: Setting, unit: UnitEntry, indicator: Indicator, part: Part, full: Fraction, items: dict[str, Item]
) -> Open:
    """The special cases of the page in their order; relative marks stay open."""
    rule = indicator.not_applicable_when
    if unit.id in rule.units or unit.kind in rule.kinds or lacks_duty(setting, unit, indicator):
        return Open(Stop("not_applicable", "unit"))
    if part.measure.change is not None and not setting.existed(unit.id, setting.year - 1):
        return Open(Stop("not_applicable", "unit"))
    if not is_reported(setting, unit.id, part):
        return Open(Stop("pending", "not_reported"))
    if not is_complete(setting, unit.id, part):
        return Open(Stop("pending", "register_open"))
    if lacks_row(setting, unit.id, part):
        return Open(Stop("pending", "row_missing"))
    if wants_calendar(setting, part):
        return Open(Stop("pending", "calendar_missing"))
    figure = measure_part(setting, unit.id, indicator, part, items)
    stop = figure if isinstance(figure, Stop) else None
    if isinstance(figure, Stop):
        if figure.least is None:
            return Open(figure)
        figure = figure.least
    reached = None if part.target is None else reach_target(part.target, figure)
    member = getattr(part.marks, part.marks.kind)
    relative = part.marks.relative is not None
    marks = None if relative else award_marks(member, part.measure, part.target, figure, full)
    waits = setting.as_of <= (figure.last_day or find_due(setting, part))
    given = is_fixed(setting, part, figure, full) and (not waits or only_rises(setting, part, full))
    if stop is not None and not given:
        return Open(stop)
    if waits and not given and not is_timely(setting, part, reached, marks, full):
        return Open(Stop("pending", "not_due"))
    if isinstance(marks, Stop):
        return Open(marks)
    return Open(None, figure, marks, reached)


def lacks_duty(setting: Setting, unit: UnitEntry, indicator: Indicator) -> bool:
    """Whether other units of the same kind are named for the task, and this one is not; an heir is named as well."""
    if indicator.duties is None:
        return False
    listed = {*indicator.duties.lead, *indicator.duties.joint}
    for transfer in indicator.duties.transfers:
        if date.fromisoformat(transfer.on).year <= setting.year and transfer.giver in listed:
            listed = {*listed - {transfer.giver}, transfer.to}
    named = {*listed, *(each for name in listed for each in list_takers(setting.pack, name, setting.cutoff))}
    kinds = [other.kind for other in setting.pack.registry.units if other.id in named]
    return unit.kind in kinds and unit.id not in named


def is_timely(
    setting: Setting, part: Part, reached: bool | None, marks: Fraction | Stop | None, full: Fraction
) -> bool:
    """Whether a single date that is not yet due is there and in time, with full marks; a veto has none."""
    if part.measure.date is None or part.measure.date.pick == "each" or not reached:
        return False
    if part.marks.veto is not None:
        return True
    places = setting.pack.head.precision
    return isinstance(marks, Fraction) and round_half_up(marks, places) == round_half_up(full, places)


def list_years(setting: Setting, part: Part, dataset: str) -> list[int]:
    """The years of a dataset that the part looks at."""
    measure, year = part.measure, setting.year
    if measure.change is not None:
        return [year - 1, year]
    reads_back = any(tally.dataset == dataset and tally.over == "to_date" for tally in list_tallies(measure))
    if measure.share_of_people is not None and measure.share_of_people.within == "term":
        reads_back = dataset == measure.share_of_people.records.dataset
    if (reads_back or measure.latest is not None) and not setting.standing[dataset]:
        return list(range(setting.first_year(dataset, year), year + 1))
    return [year]


def is_reported(setting: Setting, unit: str, part: Part) -> bool:
    return all(
        setting.reported(name, unit, year)
        for name in part.measure.datasets()
        for year in list_years(setting, part, name)
    )


def is_complete(setting: Setting, unit: str, part: Part) -> bool:
    """Whether the registers among what the part looks at were declared complete as far as it needs them."""
    for name in part.measure.datasets():
        for year in list_years(setting, part, name):
            day = date(year, 12, 31)
            if year == setting.year:
                named = name_due(setting, part)
                day = min(day, named) if setting.pack.dataset(name).period.date else named
            if not setting.complete(name, unit, year, min(day, setting.as_of)):
                return False
    return True


def wants_calendar(setting: Setting, part: Part) -> bool:
    """Whether the day on which the part is due depends on a calendar that is not known."""
    by = part.target.by if part.target is not None else None
    single = part.measure.date is not None and part.measure.date.pick != "each"
    try:
        if by is not None and by.after is None:
            find_last_day(setting, by, None)
        elif by is None or not single:
            find_due(setting, part)
    except NoCalendar:
        return True
    return False


def lacks_row(setting: Setting, unit: str, part: Part) -> bool:
    """Whether the measure names a value of a ``one_row_per`` column of which the unit has no row."""
    years = [setting.year, setting.year - 1] if part.measure.change is not None else [setting.year]
    for name, where in list_conditions(part.measure):
        column = setting.pack.dataset(name).one_row_per
        if column is None or column not in where:
            continue
        for year in years:
            listed = {row[column] for row in find_rows(setting, name, unit, {}, year, year, undated=True).rows}
            if set(where[column].any_of) - listed:
                return True
    return False


def measure_part(
    setting: Setting, unit: str, indicator: Indicator, part: Part, items: dict[str, Item]
) -> Figure | Stop:
    measure, rule = part.measure, indicator.not_applicable_when
    if measure.count is not None:
        return measure_count(setting, unit, measure.count, rule)
    if measure.sum is not None:
        return measure_sum(setting, unit, measure.sum, rule)
    if measure.ratio is not None:
        return measure_ratio(setting, unit, measure.ratio, rule)
    if measure.share_of_people is not None:
        return measure_people(setting, unit, measure.share_of_people, rule)
    if measure.date is not None:
        return measure_date(setting, unit, part, rule)
    if measure.latest is not None:
        return measure_latest(setting, unit, measure.latest)
    if measure.change is not None:
        return measure_change(setting, unit, measure.change, rule)
    if measure.judgement is not None:
        levels = part.marks.judged is not None and part.marks.judged.levels is not None
        return measure_judgement(setting, unit, measure.judgement, indicator.id, "level" if levels else "marks")
    if measure.findings is not None:
        return measure_findings(setting, unit, measure.findings, indicator.id)
    if measure.imported is not None:
        return measure_imported(setting, unit, measure.imported)
    if measure.quotient is not None:
        return measure_quotient(setting, unit, measure.quotient, rule)
    if measure.rounds is not None:
        return measure_rounds(setting, unit, measure.rounds, rule)
    if measure.mean is not None:
        return measure_mean(setting, unit, measure.mean, rule)
    assert measure.of_marks is not None
    if measure.of_marks.below is not None:
        return measure_below(setting, unit, measure.of_marks, measure.of_marks.below, rule)
    return measure_of_marks(measure.of_marks, items, rule)
