"""The rows that a run can see, and what conditions and tallies make of them."""

from __future__ import annotations

import operator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from indicators.measures.registry import Measure
from indicators.measures.rows import Condition, Tally, Where
from indicators.pack.model import Pack
from tests.reference.results import Declared, Row, Scopes, Tables, WorkingDay
from tests.reference.units import Days, exists, find_owners, find_table_day, list_line, list_state_days, whole_year


@dataclass
class Setting:
    """A run: the pack, the day, and the rows by dataset and unit: visible, or ``coming`` since their event is.

    ``memo`` keeps what cohorts share.
    """

    pack: Pack
    scopes: Scopes
    year: int
    as_of: date
    working_day: WorkingDay
    standing: dict[str, bool] = field(default_factory=dict)
    visible: dict[str, dict[str, list[Row]]] = field(default_factory=dict)
    coming: dict[str, dict[str, list[Row]]] = field(default_factory=dict)
    memo: dict[Any, Any] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    declared: Declared | None = None

    @property
    def cutoff(self) -> date:
        return min(self.as_of, date(self.year, 12, 31))

    def reported(self, dataset: str, unit: str, year: int) -> bool:
        """Whether the scope of that year is known of the unit and of all that count for it and existed."""
        asked = self.list_reporters(dataset, unit, year)
        period = 0 if self.standing[dataset] else year
        return bool(asked) and all((dataset, name, period) in self.scopes for name in asked)

    def list_reporters(self, dataset: str, unit: str, year: int) -> list[str]:
        if self.standing[dataset]:
            days = list_state_days(self.year, self.cutoff)
            return [u.id for u in self.pack.registry.units if self.owners[u.id] == unit and exists(u, days)]
        return self.list_answering(unit, whole_year(year))

    def list_answering(self, unit: str, days: Days) -> list[str]:
        """Of the unit and of those that count for it, who existed on these days, or reports anew for one that did."""
        own = [u.id for u in self.pack.registry.units if self.owners[u.id] == unit]
        return [name for name in own if any(exists(each, days) for each in list_line(self.pack, name))]

    def complete(self, dataset: str, unit: str, year: int, day: date) -> bool:
        """Whether a register was declared complete up to a day, of the unit and of all that count for it."""
        if self.pack.dataset(dataset).covers == "rows" or self.declared is None:
            return True
        period = 0 if self.standing[dataset] else year
        known = [self.declared.get((dataset, name, period)) for name in self.list_reporters(dataset, unit, year)]
        return all(found is not None and found >= day for found in known)

    def first_year(self, dataset: str, last: int) -> int:
        """The year from which rows up to ``last`` are read."""
        own, packs = self.pack.dataset(dataset).since, self.pack.head.years.first
        first = last if own is None and packs is None else own if own is not None else packs
        assert first is not None
        return min(first, last)

    def existed(self, unit: str, year: int) -> bool:
        """Whether the unit, or one that counts for it, existed in a year."""
        return bool(self.list_answering(unit, whole_year(year)))


def open_setting(
    pack: Pack,
    tables: Tables,
    scopes: Scopes,
    year: int,
    as_of: date,
    working_day: WorkingDay,
    declared: Declared | None = None,
) -> Setting:
    """Index the rows; one whose event date lies after ``as_of`` is left out."""
    setting = Setting(pack, scopes, year, as_of, working_day, declared=declared)
    day = find_table_day(year, as_of)
    setting.owners = find_owners(pack, day)
    stateless = {unit.id for unit in pack.registry.units if not exists(unit, list_state_days(year, day))}
    for dataset in pack.datasets:
        setting.standing[dataset.id] = bool(dataset.period.standing)
        units: dict[str, list[Row]] = {}
        later: dict[str, list[Row]] = {}
        for row in tables.get(dataset.id, []):
            happened = row.get(dataset.event_date) if dataset.event_date else None
            if dataset.period.standing and row["_unit"] in stateless:
                continue
            known: dict[str, list[Row]] = units if happened is None or happened <= as_of else later
            known.setdefault(setting.owners.get(row["_unit"], row["_unit"]), []).append(row)
        setting.visible[dataset.id], setting.coming[dataset.id] = units, later
    return setting


def match_cell(cell: Any, text: str) -> bool:
    """Whether a cell equals a value as the pack writes it."""
    if isinstance(cell, bool):
        return text == ("是" if cell else "否")
    if isinstance(cell, int | Decimal):
        try:
            return Decimal(text) == cell
        except InvalidOperation:
            return False
    return text == (cell.isoformat() if isinstance(cell, date) else cell)


def meet_condition(cell: Any, condition: Condition) -> bool | None:
    """Whether a cell fulfils a condition; None where it is empty and nobody knows."""
    if cell is None:
        if condition.empty is False:
            return False
        return True if condition.model_fields_set == {"empty"} else None
    return (
        condition.empty is not True
        and (not condition.any_of or any(match_cell(cell, text) for text in condition.any_of))
        and not any(match_cell(cell, text) for text in condition.none_of)
    )


def meet(row: Row, where: Where) -> bool | None:
    """Whether a row fulfils all conditions: False where one fails, else None where nobody knows of one."""
    found: list[bool | None] = []
    for name, condition in where.items():
        if name == "not":
            met = [meet(row, group) for group in condition.excluded]
            found += [None if each is None else not each for each in met]
        else:
            found.append(meet_condition(row[name], condition))
            found += [compare_bound(row, name, key, getattr(condition, key)) for key in COMPARE]
    return False if False in found else None if None in found else True


COMPARE = {
    "at_least": operator.ge,
    "at_most": operator.le,
    "above": operator.gt,
    "below": operator.lt,
    "same_as": operator.eq,
    "differs_from": operator.ne,
}


def compare_bound(row: Row, name: str, key: str, bound: Any) -> bool | None:
    """Whether every value that a cell may mean, or none of them, stands so to every one of what it is compared with."""
    if bound is None:
        return True
    own, others = list_meant(row, name), [bound]
    if key in ("same_as", "differs_from"):
        others = list_meant(row, bound)
    elif not isinstance(bound, Decimal | str):
        others = [shift_day(each, bound.days, bound.months) for each in list_meant(row, bound.column)]
    elif isinstance(bound, str):
        own = [each if each is None else f"{each:%Y-%m-%d}"[-len(bound) :] for each in own]
    if None in own or None in others:
        return None
    found = {COMPARE[key](mine, other) for mine in own for other in others}
    return found.pop() if len(found) == 1 else None


def shift_day(value: Any, days: int, months: int) -> Any:
    if value is None or not (days or months):
        return value
    if days:
        return value + timedelta(days=days)
    place = value.year * 12 + value.month - 1 + months
    longest = (date((place + 1) // 12, (place + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(place // 12, place % 12 + 1, min(value.day, longest))


def list_meant(row: Row, name: str) -> list[Any]:
    """The value of a cell; of a month all its days."""
    first, last = row[name], row.get(f"{name}__last")
    if first is None or last is None:
        return [first]
    return [first + timedelta(days=shift) for shift in range((last - first).days + 1)]


def list_columns(where: Where) -> list[str]:
    """The columns that conditions look at, in whatever way."""
    names = []
    for name, condition in where.items():
        names += [] if name == "not" else [name]
        names += [inner for group in condition.excluded for inner in list_columns(group)]
        bounds = [getattr(condition, key) for key in ("at_least", "at_most", "above", "below")]
        names += [bound.column for bound in bounds if bound is not None and not isinstance(bound, Decimal | str)]
        names += [other for other in (condition.same_as, condition.differs_from) if other is not None]
    return names


def asks_empty(where: Where, name: str) -> bool:
    """Whether a condition asks of a column if it is empty."""
    groups = [group for condition in where.values() for group in condition.excluded]
    return any(asks_empty(group, name) for group in groups) or (name in where and where[name].empty is not None)


@dataclass(frozen=True)
class Found:
    """The rows that count, and those that may: no condition is false and an empty cell leaves one open."""

    rows: list[Row]
    may_count: list[Row]

    @property
    def unsure(self) -> bool:
        return bool(self.may_count)


def lacks_event(setting: Setting, dataset: str, row: Row) -> bool:
    """Whether a row may lie after the as-of day because its own date, which may be empty, is."""
    described = setting.pack.dataset(dataset)
    column = described.column(described.event_date) if described.event_date else None
    return column is not None and not column.required and row.get(column.name) is None


def find_rows(
    setting: Setting,
    dataset: str,
    unit: str,
    where: dict[str, Condition],
    last: int,
    first: int | None = None,
    undated: bool = False,
) -> Found:
    """Rows of periods ``first`` (none: any) to ``last`` that meet ``where``; a standing row is of every period.

    ``undated``: a row without a date of its own counts all the same.
    """
    standing = setting.standing[dataset]
    found = Found([], [])
    for row in setting.visible[dataset].get(unit, ()):
        if not (standing or (row["_period"] <= last and (first is None or row["_period"] >= first))):
            continue
        met = [meet(row, where)]
        if not undated and lacks_event(setting, dataset, row):
            met.append(None)
        if False not in met:
            (found.may_count if None in met else found.rows).append(row)
    return found


def find_over(setting: Setting, dataset: str, unit: str, where: dict[str, Condition], over: str, year: int) -> Found:
    """Rows of ``year``, or from the first year up to it."""
    first = year if over == "year" or setting.standing[dataset] else setting.first_year(dataset, year)
    return find_rows(setting, dataset, unit, where, year, first)


def never_negative(setting: Setting, dataset: str, column: str) -> bool:
    described = setting.pack.dataset(dataset).column(column)
    return described is not None and described.at_least is not None and described.at_least >= 0


def add_column(rows: list[Row], column: str) -> Fraction:
    """What is known of the column, added up."""
    return sum((Fraction(row[column]) for row in rows if row[column] is not None), Fraction(0))


def add_tally(setting: Setting, unit: str, tally: Tally, year: int) -> tuple[Fraction, bool]:
    """The tally of a year, and whether an empty cell leaves it open."""
    found = find_over(setting, tally.dataset, unit, tally.where, tally.over, year)
    if tally.sum is None:
        return Fraction(len(found.rows)), found.unsure
    needed = [tally.sum] if tally.less is None else [tally.sum, tally.less]
    full = [row for row in found.rows if all(row[name] is not None for name in needed)]
    total = add_column(full, tally.sum) - (add_column(full, tally.less) if tally.less is not None else 0)
    return total, found.unsure or len(full) < len(found.rows)


def list_tallies(measure: Measure) -> list[Tally]:
    """What a measure adds up or counts: by itself, not as the measures say of themselves."""
    if (count := measure.count) is not None:
        return [Tally(dataset=count.dataset, where=count.where, over=count.over)]
    if (total := measure.sum) is not None:
        return [Tally(dataset=total.dataset, where=total.where, sum=total.column, over=total.over)]
    if (change := measure.change) is not None and change.sum is not None:
        return [change.sum]
    if (quotient := measure.quotient) is not None:
        return [quotient.numerator, quotient.denominator]
    if (mean := measure.mean) is not None:
        return [Tally(dataset=mean.dataset, where=mean.where, over=mean.over)]
    ratio = measure.change.ratio if measure.change is not None else measure.ratio
    return [ratio.numerator, ratio.denominator] if ratio is not None else []


def list_conditions(measure: Measure) -> list[tuple[str, Where]]:
    """The datasets that a measure reads, with its conditions on each."""
    found = [(tally.dataset, tally.where) for tally in list_tallies(measure)]
    if (people := measure.share_of_people) is not None:
        found += [(people.roster.dataset, people.roster.where), (people.records.dataset, people.records.where)]
    for single in (measure.date, measure.latest, measure.findings, measure.imported, measure.rounds):
        if single is not None:
            found.append((single.dataset, single.where))
    if measure.rounds is not None and measure.rounds.out_of is not None:
        found.append((measure.rounds.dataset, measure.rounds.out_of.where))
    return found
