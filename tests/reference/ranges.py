"""How parts and items may still end, read from docs/pack-format.md (Ranges), in fractions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from indicators.entries.tables import Dataset
from indicators.measures.registry import Measure
from indicators.measures.rows import Condition
from indicators.pack.model import Cohort, Indicator, Part
from indicators.pack.register import UnitEntry
from indicators.rules.relative import Relative
from tests.reference.awards import clip, worth
from tests.reference.dates import find_due, find_last_day
from tests.reference.figures import list_items_below, list_level_columns
from tests.reference.pots import fill_pot, find_least, move
from tests.reference.results import Item, ItemRange, PartResult, Row, round_half_up
from tests.reference.rows import Setting, asks_empty, list_columns, list_conditions, list_tallies, meet
from tests.reference.units import exists, find_owners

ZERO = Fraction(0)
OPEN = ("pending", "conflict", "error")


@dataclass(frozen=True)
class RestOfYear:
    """What the register holds for the days after the table: who inherits, who ends and who comes."""

    inheriting: frozenset[str]
    ending: frozenset[str]
    coming: frozenset[str]


@dataclass(frozen=True)
class Places:
    """A cohort with its table and all that its table may become in the rest of the year."""

    cohort: Cohort
    units: tuple[UnitEntry, ...]
    rest: RestOfYear
    ever: tuple[UnitEntry, ...]

    @property
    def newcomers(self) -> int:
        return sum(unit.id in self.rest.coming for unit in self.ever)

    @property
    def changing(self) -> bool:
        return any(unit.id in self.rest.coming | self.rest.ending for unit in self.ever)


@dataclass(frozen=True)
class PartRange:
    """``loose``: any end is possible; else the marks lie from ``low`` to ``high``, where the part applies."""

    loose: bool
    varies: bool
    applies: bool
    may_leave: bool
    low: Fraction
    high: Fraction


def read_rest_of_year(setting: Setting) -> RestOfYear:
    """Compare the table of the day with that of every later day of the year on which the register turns."""
    today, end = setting.cutoff, date(setting.year, 12, 31)
    units = setting.pack.registry.units
    turns = {date.fromisoformat(unit.since) for unit in units if unit.since}
    turns |= {date.fromisoformat(unit.until) + timedelta(days=1) for unit in units if unit.until}

    def sources(owners: dict[str, str], unit: str) -> set[str]:
        return {unit} | {name for name, owner in owners.items() if owner == unit}

    inheriting, ending, coming = set(), set(), set()
    now = find_owners(setting.pack, today)
    for day in sorted(turn for turn in turns if today < turn <= end):
        then = find_owners(setting.pack, day)
        for unit in units:
            here, there = exists(unit, (today, today)), exists(unit, (day, day))
            if here and not there:
                ending.add(unit.id)
            if there and not here:
                coming.add(unit.id)
            if sources(now, unit.id) != sources(then, unit.id):
                inheriting.add(unit.id)
    return RestOfYear(frozenset(inheriting), frozenset(ending), frozenset(coming))


def find_balanced(setting: Setting) -> set[tuple[str, str]]:
    """(unit, indicator) whose exemption may come or end: asked for, or approved for a part of the year only."""
    name, end = setting.pack.head.exemptions, date(setting.year, 12, 31)
    if name is None:
        return set()
    rows = [row for of_unit in setting.visible[name].values() for row in of_unit if row["year"] == setting.year]
    balanced, lasting = set(), set()
    for row in rows:
        key, expires = (row["_unit"], row["indicator"]), row["expires_on"]
        if row["approver"] is None or row["reason"] is None:
            balanced.add(key)
        elif expires is None or expires >= end:
            lasting.add(key)
        elif expires >= setting.cutoff:
            balanced.add(key)
    return balanced - lasting


@dataclass(frozen=True)
class Reads:
    """Rows of a dataset and the columns whose empty cells leave the figure unknown."""

    dataset: Dataset
    first: int | None
    last: int
    where: dict[str, Condition]
    columns: tuple[str, ...] = ()
    indicator: str | None = None
    states: tuple[str, ...] | None = None

    def takes(self, row: Row, standing: bool) -> bool:
        """Whether the row counts, or might if what is empty in it were filled."""
        if not standing and not ((self.first is None or row["_period"] >= self.first) and row["_period"] <= self.last):
            return False
        if self.indicator is not None and row["indicator"] != self.indicator:
            return False
        if self.states is not None and row["state"] is not None and row["state"] not in self.states:
            return False
        return all(
            any(row[asked] is None and self.optional(asked) for asked in list_columns({name: condition}))
            or meet(row, {name: condition})
            for name, condition in self.where.items()
        )

    def optional(self, name: str) -> bool:
        """Whether a cell may be empty and then says nothing: neither still in post nor what the rule asks about."""
        column, people = self.dataset.column(name), self.dataset.people
        if people is not None and name in (people.joined, people.left):
            return False
        return column is not None and not column.required and not asks_empty(self.where, name)

    def lacks(self, row: Row) -> bool:
        event = (self.dataset.event_date,) if self.dataset.event_date else ()
        return any(
            self.optional(name) and row[name] is None for name in (*list_columns(self.where), *self.columns, *event)
        )


def list_reads(setting: Setting, indicator: Indicator, part: Part) -> Iterator[Reads]:
    """What a measure reads, with the years."""
    measure, year, dataset = part.measure, setting.year, setting.pack.dataset

    def first_of(name: str, last: int = year) -> int | None:
        return None if setting.standing[name] else setting.first_year(name, last)

    def some(*names: str | None) -> tuple[str, ...]:
        return tuple(name for name in names if name is not None)

    if measure.count is not None:
        count = measure.count
        first = year if count.over == "year" else first_of(count.dataset)
        yield Reads(dataset(count.dataset), first, year, count.where, some(count.distinct, *list_level_columns(count)))
    if (rounds := measure.rounds) is not None:
        columns = some(rounds.date, rounds.round, rounds.sum)
        yield Reads(dataset(rounds.dataset), year, year, rounds.where, columns)
        if rounds.out_of is not None:
            columns = some(rounds.date, rounds.round, rounds.out_of.sum)
            yield Reads(dataset(rounds.dataset), year, year, rounds.out_of.where, columns)
    if measure.mean is not None:
        mean = measure.mean
        first = year if mean.over == "year" else first_of(mean.dataset)
        yield Reads(
            dataset(mean.dataset),
            first,
            year,
            mean.where,
            some(mean.column, mean.weight, mean.group_column),
        )
    for tally in list_tallies(measure) if measure.count is None and measure.mean is None else ():
        for last in (year, year - 1) if measure.change is not None else (year,):
            first = last if tally.over == "year" else first_of(tally.dataset, last)
            distinct = getattr(tally, "distinct", None)
            yield Reads(dataset(tally.dataset), first, last, tally.where, some(tally.sum, tally.less, distinct))
    if (people := measure.share_of_people) is not None:
        yield Reads(dataset(people.roster.dataset), year, year, people.roster.where)
        first = first_of(people.records.dataset) if people.within == "term" else year
        yield Reads(dataset(people.records.dataset), first, year, people.records.where, some(people.records.sum))
    if (event := measure.date) is not None:
        by = part.target.by if part.target is not None else None
        yield Reads(dataset(event.dataset), year, year, event.where, some(by.after if by is not None else None))
    if (latest := measure.latest) is not None:
        yield Reads(
            dataset(latest.dataset), first_of(latest.dataset), year, latest.where, (latest.column, latest.order)
        )
    if (imported := measure.imported) is not None:
        yield Reads(dataset(imported.dataset), year, year, imported.where, (imported.column,))
    if (judgement := measure.judgement) is not None:
        levels = part.marks.judged is not None and part.marks.judged.levels is not None
        column = "level" if levels else "marks"
        yield Reads(dataset(judgement.dataset), year, year, {}, (column,), indicator.id)
    if (found := measure.findings) is not None:
        columns = some("state", found.sum, *list_level_columns(found))
        yield Reads(dataset(found.dataset), year, year, found.where, columns, indicator.id, found.states)


def moves_below(setting: Setting, unit: str) -> bool:
    """Whether a unit below this one comes, ends or takes over others in the rest of the year."""
    rest = read_rest_of_year(setting)
    moving = rest.inheriting | rest.ending | rest.coming
    return any(
        each.id in moving and each.parent is not None and setting.owners.get(each.parent, each.parent) == unit
        for each in setting.pack.registry.units
    )


def is_unsettled(setting: Setting, unit: str, indicator: Indicator, part: Part, items: dict[str, Item]) -> bool:
    """Whether a known figure may still change without a correction."""
    measure = part.measure
    for reads in list_reads(setting, indicator, part):
        standing = setting.standing[reads.dataset.id]
        if any(reads.takes(row, standing) for row in setting.coming[reads.dataset.id].get(unit, ())):
            return True
        rows = setting.visible[reads.dataset.id].get(unit, ())
        if any(reads.takes(row, standing) and reads.lacks(row) for row in rows):
            return True
    if measure.share_of_people is not None and setting.as_of < date(setting.year, 12, 31):
        return True
    if any(setting.pack.dataset(name).is_register for name in measure.datasets()) and not is_over(setting, part):
        return True
    if measure.of_marks is not None:
        used = [items[name] for name in measure.of_marks.indicators if name in items]
        if measure.of_marks.below is not None:
            used = [item for own in list_items_below(setting, unit, measure.of_marks).values() for item in own]
            if moves_below(setting, unit):
                return True
        if any(item.balanced or (item.ranges and item.ranges.varies and item.outcome != "exempt") for item in used):
            return True
    return lacks_subject(setting, unit, measure) or lacks_date(setting, unit, part)


def lacks_subject(setting: Setting, unit: str, measure: Measure) -> bool:
    years = [setting.year, setting.year - 1] if measure.change is not None else [setting.year]
    for name, where in list_conditions(measure):
        dataset = setting.pack.dataset(name)
        column = dataset.column(dataset.one_row_per) if dataset.one_row_per else None
        condition = where.get(dataset.one_row_per or "")
        if column is None or (condition is not None and condition.any_of):
            continue
        wanted = set(column.choices or ()) - set(condition.none_of if condition is not None else ())
        for year in years:
            period = 0 if setting.standing[name] else year
            rows = setting.visible[name].get(unit, ())
            if wanted - {row[column.name] for row in rows if row["_period"] == period}:
                return True
    return False


def lacks_date(setting: Setting, unit: str, part: Part) -> bool:
    event = part.measure.date
    if event is None:
        return False
    standing = setting.standing[event.dataset]
    rows = [
        row
        for row in setting.visible[event.dataset].get(unit, ())
        if (standing or row["_period"] == setting.year) and meet(row, event.where)
    ]
    undated = any(row[event.column] is None for row in rows)
    return undated and (event.after_year_end or (event.pick != "each" and len(rows) > 1))


def is_over(setting: Setting, part: Part) -> bool:
    """Whether the due day has passed."""
    by = part.target.by if part.target is not None else None
    if by is not None and by.after is None:
        day = find_last_day(setting, by, None)
        assert day is not None
    elif by is not None and part.measure.date is not None and part.measure.date.pick != "each":
        day = date(setting.year, 12, 31)
    else:
        day = find_due(setting, part)
    return setting.as_of > day


def may_not_apply(indicator: Indicator, part: Part) -> bool:
    """Whether the rule knows data by which the part leaves the table."""
    rule, measure = indicator.not_applicable_when, part.measure
    if measure.change is not None:
        return measure.change.from_zero == "not_applicable" or (
            rule.denominator == "zero" and measure.change.ratio is not None
        )
    return (
        (measure.share_of_people is not None and (rule.roster == "empty" or rule.denominator == "zero"))
        or (rule.denominator == "zero" and any((measure.ratio, measure.of_marks, measure.quotient)))
        or (rule.denominator == "zero" and measure.rounds is not None and measure.rounds.out_of is not None)
        or (rule.denominator == "zero" and measure.mean is not None and not measure.mean.needs_several)
        or (measure.date is not None and measure.date.pick == "each" and rule.denominator == "zero")
        or (rule.rows == "none" and (measure.count or measure.sum or measure.date or measure.mean) is not None)
    )


def bound_late(setting: Setting, part: Part, full: Fraction) -> tuple[Fraction, Fraction] | None:
    """What a date that is missing may still come to without any doubt about the outcome; None if there may be one."""
    event, late = part.measure.date, part.marks.late
    if event is None or late is None:
        return None
    column = setting.pack.dataset(event.dataset).column(event.column)
    assert column is not None
    if column.month_allowed or event.not_before or event.no_later_than or event.after_year_end:
        return None
    return full - worth(late.cap, full), full


def bound_places(rule: Relative, full: Fraction, number: int) -> tuple[Fraction, Fraction]:
    """The least and the most that a form gives among so many units."""
    found = [worth(rule.all_equal, full)]
    if rule.rank_table is not None:
        found += [worth(amount, full) for amount in rule.rank_table.marks[:number]]
        if number > len(rule.rank_table.marks):
            found.append(worth(rule.rank_table.beyond, full))
    elif rule.rank_share is not None:
        found += [worth(amount, full) for amount in (*(s.marks for s in rule.rank_share.steps), rule.rank_share.beyond)]
    elif rule.rank_step is not None:
        step = rule.rank_step
        first = worth(step.first, full)
        found += [first, max(worth(step.floor, full), first - (number - 1) * worth(step.step, full))]
    elif rule.min_max is not None:
        found += [worth(rule.min_max.base, full), full]
    elif rule.peer_mean is not None:
        found += [full - worth(rule.peer_mean.cap, full), full]
    else:
        found += [ZERO, full]
    return min(found), max(found)


class Ranger:
    """The ranges of one indicator in one cohort; ``excused`` are exempt now, ``balanced`` may come to be or not."""

    def __init__(
        self,
        setting: Setting,
        indicator: Indicator,
        places: Places,
        full: list[Fraction],
        excused: set[str],
        balanced: set[str],
    ) -> None:
        self.setting, self.indicator, self.places, self.full = setting, indicator, places, full
        self.excused, self.balanced = excused, balanced
        self.whole = Fraction(indicator.marks[places.cohort.id])

    def range_items(
        self, parts: dict[str, list[PartResult]], items: dict[str, dict[str, Item]], outcomes: dict[str, Item]
    ) -> dict[str, ItemRange]:
        loose = {
            unit.id: [
                self.is_loose(unit.id, part, result, items[unit.id])
                for part, result in zip(self.indicator.parts, parts[unit.id], strict=True)
            ]
            for unit in self.places.units
        }
        unsteady = [
            part.marks.relative is not None
            and (
                self.places.changing
                or any(unit in self.balanced or (loose[unit][n] and unit not in self.excused) for unit in loose)
            )
            for n, part in enumerate(self.indicator.parts)
        ]
        ranges = {}
        for unit in loose:
            found = [
                self.range_part(unit, n, result, loose[unit][n], unsteady[n]) for n, result in enumerate(parts[unit])
            ]
            ranges[unit] = self.range_item(parts[unit], found, outcomes[unit])
        return ranges

    def range_pot(self, parts: list[PartResult], ranges: list[PartRange]) -> tuple[Fraction, Fraction]:
        """Every part at its worst, and every part at its best; none where none applies."""
        if not any(one.applies for one in ranges):
            return ZERO, ZERO
        indicator, full = self.indicator, self.whole
        moving = [n for n, one in enumerate(ranges) if one.applies and not indicator.parts[n].voids]
        leaving = [n for n in moving if ranges[n].may_leave]
        low = fill_pot(indicator, {n: move(indicator, n, ranges[n].low, full) for n in moving}, full)
        high = fill_pot(indicator, {n: move(indicator, n, ranges[n].high, full) for n in moving}, full, leaving)
        for part, one, own in zip(parts, ranges, indicator.parts, strict=True):
            if own.voids and one.applies:
                missed = part.outcome == "scored" and part.reached is False
                low = min(ZERO, low) if missed or one.varies else low
                high = ZERO if missed and not one.varies else high
        return low, high

    def is_loose(self, unit: str, part: Part, result: PartResult, items: dict[str, Item]) -> bool:
        if result.outcome in OPEN or unit in self.places.rest.inheriting:
            return True
        if result.outcome == "not_applicable":
            if result.reason == "unit":
                return False
            return not is_over(self.setting, part) or is_unsettled(self.setting, unit, self.indicator, part, items)
        if result.missing and bound_late(self.setting, part, Fraction(1)) is None:
            return True
        return is_unsettled(self.setting, unit, self.indicator, part, items)

    def range_part(self, unit: str, place: int, result: PartResult, loose: bool, unsteady: bool) -> PartRange:
        part, full, digits = self.indicator.parts[place], self.full[place], self.setting.pack.head.precision
        if loose:
            leaves = may_not_apply(self.indicator, part) or unit in self.places.rest.inheriting
            return PartRange(True, True, True, leaves, ZERO, full)
        if result.outcome == "not_applicable":
            return PartRange(False, False, False, False, ZERO, ZERO)
        marks = Fraction(result.marks or 0)
        ends = bound_late(self.setting, part, full) if result.missing else None
        if part.marks.relative is not None and unsteady:
            ends = bound_places(part.marks.relative, full, len(self.places.units) + self.places.newcomers)
        if ends is None:
            # A date that is missing under a veto or yes-or-no rule would have been loose.
            return PartRange(False, False, True, False, marks, marks)
        low, high = (round_half_up(clip(end, ZERO, full), digits) for end in ends)
        return PartRange(False, True, True, False, low, high)

    def range_item(self, parts: list[PartResult], ranges: list[PartRange], item: Item) -> ItemRange:
        """``item`` is what the parts come to, whether it is exempt or not."""
        settled = [one for part, one in zip(parts, ranges, strict=True) if part.outcome not in OPEN]
        loose = item.outcome in OPEN or any(one.loose for one in settled)
        varies = item.outcome in OPEN or any(one.varies for one in settled)
        stay = [one.applies and not one.may_leave for one in ranges]
        if self.indicator.combine == "sum":
            low = ZERO if loose else sum((one.low for one in ranges), ZERO)
            high = sum((one.high for one in ranges), ZERO)
            least = sum((full for full, yes in zip(self.full, stay, strict=True) if yes), ZERO)
            most = sum((full for full, one in zip(self.full, ranges, strict=True) if one.applies), ZERO)
            return ItemRange(loose, varies, low, high, least, most)
        whole = self.whole
        most = whole if any(one.applies for one in ranges) else ZERO
        least = whole if any(stay) else ZERO
        if self.indicator.pot is not None:
            low, high = self.range_pot(parts, ranges)
            low, high = (find_least(self.indicator, self.places.cohort.id), max(ZERO, high)) if loose else (low, high)
            return ItemRange(loose, varies, low, high, least, most)
        if item.outcome == "scored" and not varies:
            marks = Fraction(item.marks or 0)
            return ItemRange(loose, varies, marks, marks, least, most)
        return ItemRange(loose, varies, ZERO, most, least, most)
