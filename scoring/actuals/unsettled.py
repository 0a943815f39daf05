"""Figures that are known and may still change though nobody corrects what was reported: what makes a range wide.

An empty cell that a rule reads, a row whose event lies after the as-of day, a subject of statistics without a row, a
date that may still be put before the one that counts, people while their year still runs, marks of items that are open,
and units that others will be merged into. See docs/pack-format.md, Ranges.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from indicators.entries.tables import Dataset
from indicators.measures.date import EventDate
from indicators.measures.rows import Where
from indicators.pack.model import Pack
from scoring.actuals.listed import write_lacking
from scoring.base.parts import ScoredPart
from scoring.base.sql import join_and, quote_list, quote_name, quote_text, write_where
from scoring.measures.raw import Moment, name_coming, name_reported, write_period

#: The relation of subjects that are read without being named.
SUBJECTS = "row_wants"


@dataclass(frozen=True)
class Reading:
    """Rows of one dataset that a figure reads: of a ``period``, meeting ``where``; ``columns`` are read beside it."""

    dataset: Dataset
    period: str
    where: Where
    columns: tuple[str, ...]
    extra: str = ""

    @property
    def optional(self) -> list[str]:
        """The columns that are read and may be empty without saying anything by it."""
        event, people = (self.dataset.event_date,) if self.dataset.event_date else (), self.dataset.people
        telling = {name for name, condition in self.where.items() if condition.empty is not None}
        telling |= {name for name in (people.joined, people.left) if name is not None} if people is not None else set()
        found = dict.fromkeys((*self.where, *self.columns, *event))
        columns = [column for name in found if (column := self.dataset.column(name)) is not None]
        return [column.name for column in columns if not column.required and column.name not in telling]

    @property
    def could_count(self) -> str:
        """The condition that a row counts, or would if its empty cells were filled."""
        each = [
            f"({quote_name(name)} IS NULL OR {write_where({name: condition}, self.dataset)})"
            if name in self.optional
            else write_where({name: condition}, self.dataset)
            for name, condition in self.where.items()
        ]
        return join_and([self.period, self.extra, *each])

    @property
    def unknown(self) -> str:
        """The condition that one of the cells is empty."""
        return " OR ".join(f"{quote_name(name)} IS NULL" for name in self.optional)


def list_readings(part: ScoredPart, pack: Pack, moment: Moment) -> Iterator[Reading]:
    """What the measure of a part reads, row by row."""
    measure, year = part.part.measure, moment.year
    years = (year, year - 1) if measure.change is not None else (year,)

    def read(name: str, where: Where, columns: tuple[str | None, ...], over: str = "year", extra: str = "") -> Any:
        dataset = pack.dataset(name)
        wanted = tuple(column for column in columns if column is not None)
        return [Reading(dataset, write_period(pack, dataset, shown, over), where, wanted, extra) for shown in years]

    if (count := measure.count) is not None:
        yield from read(count.dataset, count.where, (count.distinct, count.by), count.over)
    elif (tallies := measure.chosen.list_tallies()) != ():
        for tally in tallies:
            yield from read(tally.dataset, tally.where, (tally.sum, tally.less), tally.over)
    elif (people := measure.share_of_people) is not None:
        yield from read(people.roster.dataset, people.roster.where, ())
        over = "to_date" if people.within == "term" else "year"
        yield from read(people.records.dataset, people.records.where, (people.records.sum,), over)
    elif (event := measure.date) is not None:
        after = part.part.target.by.after if part.part.target is not None and part.part.target.by is not None else None
        yield from read(event.dataset, event.where, (after,))
    elif (latest := measure.latest) is not None:
        yield from read(latest.dataset, latest.where, (latest.column, latest.order), "to_date")
    elif (imported := measure.imported) is not None:
        yield from read(imported.dataset, imported.where, (imported.column,))
    elif (judgement := measure.judgement) is not None:
        column = part.part.marks.chosen.find_judged_column()
        about = f"indicator = {quote_text(part.indicator.id)}"
        yield from read(judgement.dataset, {}, (column,), extra=about)
    elif (findings := measure.findings) is not None:
        about = (
            f"indicator = {quote_text(part.indicator.id)} AND (state IS NULL OR state IN {quote_list(findings.states)})"
        )
        yield from read(findings.dataset, findings.where, ("state", findings.by, findings.sum), extra=about)


def list_subject_wants(figures: Mapping[int, ScoredPart], pack: Pack, moment: Moment) -> list[dict[str, Any]]:
    """The subjects that a figure reads without naming them: all that its condition lets pass."""
    found = []
    for figure, part in figures.items():
        measure = part.part.measure
        years = (moment.year, moment.year - 1) if measure.change is not None else (moment.year,)
        for name, where in measure.chosen.list_conditions():
            dataset = pack.dataset(name)
            column = dataset.column(dataset.one_row_per) if dataset.one_row_per else None
            condition = where.get(dataset.one_row_per or "")
            if column is None or (condition is not None and condition.any_of):
                continue
            barred = set(condition.none_of) if condition is not None else set()
            for subject in (choice for choice in column.choices or () if choice not in barred):
                for year in years:
                    period = 0 if dataset.period.standing else year
                    found.append({"figure": figure, "dataset": name, "period": period, "subject": str(subject)})
    return found


def write_unsettled(figures: Mapping[int, ScoredPart], pack: Pack, moment: Moment, wants: list[dict[str, Any]]) -> str:
    """A statement for the (figure, unit) that may still change; each dataset is read once for all of them."""
    branches = ["SELECT f.figure, x.unit\nFROM figure_rules f CROSS JOIN changing_units x"]
    empty: dict[str, list[tuple[int, Reading]]] = defaultdict(list)
    coming: dict[str, list[tuple[int, Reading]]] = defaultdict(list)
    for figure, part in figures.items():
        for reading in list_readings(part, pack, moment):
            if reading.optional:
                empty[reading.dataset.id].append((figure, reading))
            if reading.dataset.event_date is not None:
                coming[reading.dataset.id].append((figure, reading))
    branches += [_write_empty(readings) for _, readings in sorted(empty.items())]
    branches += [_write_coming(readings) for _, readings in sorted(coming.items())]
    if wants:
        branches.append(write_lacking(wants, pack, SUBJECTS))
    for figure, part in figures.items():
        measure = part.part.measure
        if measure.share_of_people is not None and moment.as_of < date(moment.year, 12, 31):
            branches.append(f"SELECT {figure} AS figure, unit\nFROM units")
        waits = moment.as_of <= (part.last_day or date(moment.year, 12, 31))
        if waits and any(pack.dataset(name).is_register for name in measure.datasets()):
            branches.append(f"SELECT {figure} AS figure, unit\nFROM units")
        if measure.of_marks is not None:
            branches.append(_write_items(figure, part.cohort, measure.of_marks.indicators))
        if measure.date is not None:
            branches += _write_dates(figure, measure.date, pack, moment)
    return "\nUNION\n".join(branches)


def _write_empty(readings: list[tuple[int, Reading]]) -> str:
    rows = name_reported(readings[0][1].dataset)
    columns = sorted({name for _, reading in readings for name in reading.optional})
    nothing = " OR ".join(f"{quote_name(name)} IS NULL" for name in columns)
    return _write_figures(
        rows, nothing, [(figure, f"{reading.could_count} AND ({reading.unknown})") for figure, reading in readings]
    )


def _write_coming(readings: list[tuple[int, Reading]]) -> str:
    rows = name_coming(readings[0][1].dataset)
    return _write_figures(rows, "TRUE", [(figure, reading.could_count) for figure, reading in readings])


def _write_figures(rows: str, where: str, conditions: list[tuple[int, str]]) -> str:
    each = ",\n    ".join(f"CASE WHEN bool_or({condition}) THEN {figure} END" for figure, condition in conditions)
    return (
        "SELECT figure, unit\nFROM (\n  SELECT _unit AS unit, unnest([\n    "
        + each
        + f"]) AS figure\n  FROM {rows}\n  WHERE {where}\n  GROUP BY _unit\n)\nWHERE figure IS NOT NULL"
    )


def _write_items(figure: int, cohort: str, indicators: tuple[str, ...]) -> str:
    return (
        f"SELECT {figure} AS figure, unit\nFROM items\n"
        f"WHERE cohort = {quote_text(cohort)} AND indicator IN {quote_list(indicators)}\n"
        "  AND (exempting OR (varies AND outcome <> 'exempt'))"
    )


def _write_dates(figure: int, event: EventDate, pack: Pack, moment: Moment) -> list[str]:
    """An empty date beside other rows may turn out to be the first or last; alone it may contradict the year."""
    dataset = pack.dataset(event.dataset)
    column = dataset.column(event.column)
    if column is None or column.required or (event.pick == "each" and not event.after_year_end):
        return []
    where = join_and([write_period(pack, dataset, moment.year, "year"), write_where(event.where, dataset)])
    name = quote_name(event.column)
    several = "" if event.after_year_end else " AND count(*) > 1"
    return [
        f"SELECT {figure} AS figure, _unit AS unit\nFROM {name_reported(dataset)}\nWHERE {where}\n"
        f"GROUP BY _unit HAVING count({name}) < count(*){several}"
    ]
