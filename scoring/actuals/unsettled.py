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

from indicators.entries.tables import Dataset
from indicators.measures.rows import Where, list_asked
from indicators.pack.model import Pack
from scoring.actuals.listed import write_lacking
from scoring.base.parts import ScoredPart
from scoring.base.sql import join_and, quote_list, quote_name, quote_text, write_where
from scoring.measures.raw import Moment, name_coming, name_reported, write_period
from scoring.measures.registry import find_measure

#: The relation of subjects that are read without being named.
SUBJECTS = "row_wants"


@dataclass(frozen=True)
class UnsettledRows:
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
        asked = list(list_asked(self.where))
        telling = {name for name, condition in asked if condition.empty is not None}
        telling |= {name for name in (people.joined, people.left) if name is not None} if people is not None else set()
        found = dict.fromkeys((*(name for name, _ in asked), *self.columns, *event))
        columns = [column for name in found if (column := self.dataset.column(name)) is not None]
        return [column.name for column in columns if not column.required and column.name not in telling]

    @property
    def could_count(self) -> str:
        """The condition that a row counts, or would if its empty cells were filled."""
        each = (self._write_possible({name: condition}) for name, condition in self.where.items())
        return join_and([self.period, self.extra, *each])

    def _write_possible(self, where: Where) -> str:
        """One condition, which a row with an empty cell in it may fulfil."""
        asked = dict.fromkeys(name for name, _ in list_asked(where))
        empty = [f"{quote_name(name)} IS NULL" for name in asked if name in self.optional]
        written = write_where(where, self.dataset)
        return f"({' OR '.join([*empty, written])})" if empty else written

    @property
    def unknown(self) -> str:
        """The condition that one of the cells is empty."""
        return " OR ".join(f"{quote_name(name)} IS NULL" for name in self.optional)


def list_readings(part: ScoredPart, pack: Pack, moment: Moment) -> Iterator[UnsettledRows]:
    """What the measure of a part reads, row by row."""
    for rows in part.part.list_rows():
        dataset, about = pack.dataset(rows.dataset), []
        if rows.of_indicator:
            about.append(f"indicator = {quote_text(part.indicator.id)}")
        if rows.states:
            about.append(f"(state IS NULL OR state IN {quote_list(rows.states)})")
        for shift in rows.years:
            period = write_period(pack, dataset, moment.year + shift, rows.over)
            yield UnsettledRows(dataset, period, rows.where or {}, rows.list_watched(), " AND ".join(about))


def list_subject_wants(figures: Mapping[int, ScoredPart], pack: Pack, moment: Moment) -> list[dict[str, object]]:
    """The subjects that a figure reads without naming them: all that its condition lets pass."""
    found = []
    for figure, part in figures.items():
        for rows in part.part.list_rows():
            dataset = pack.dataset(rows.dataset)
            column = dataset.column(dataset.one_row_per) if dataset.one_row_per else None
            condition = (rows.where or {}).get(dataset.one_row_per or "")
            if rows.where is None or column is None or (condition is not None and condition.any_of):
                continue
            barred = set(condition.none_of) if condition is not None else set()
            for subject in (choice for choice in column.choices or () if choice not in barred):
                for year in (moment.year + shift for shift in rows.years):
                    period = 0 if dataset.period.standing else year
                    found.append({"figure": figure, "dataset": dataset.id, "period": period, "subject": str(subject)})
    return found


def write_unsettled(
    figures: Mapping[int, ScoredPart], pack: Pack, moment: Moment, wants: list[dict[str, object]]
) -> str:
    """A statement for the (figure, unit) that may still change; each dataset is read once for all of them."""
    branches = ["SELECT f.figure, x.unit\nFROM figure_rules f CROSS JOIN changing_units x"]
    empty: dict[str, list[tuple[int, UnsettledRows]]] = defaultdict(list)
    coming: dict[str, list[tuple[int, UnsettledRows]]] = defaultdict(list)
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
        waits = moment.as_of <= (part.last_day or date(moment.year, 12, 31))
        if waits and any(pack.dataset(name).is_register for name in measure.datasets()):
            branches.append(f"SELECT {figure} AS figure, unit\nFROM units")
        branches += find_measure(measure).list_unsettled(figure, part, pack, moment)
    return "\nUNION\n".join(branches)


def _write_empty(readings: list[tuple[int, UnsettledRows]]) -> str:
    rows = name_reported(readings[0][1].dataset)
    columns = sorted({name for _, reading in readings for name in reading.optional})
    nothing = " OR ".join(f"{quote_name(name)} IS NULL" for name in columns)
    return _write_figures(
        rows, nothing, [(figure, f"{reading.could_count} AND ({reading.unknown})") for figure, reading in readings]
    )


def _write_coming(readings: list[tuple[int, UnsettledRows]]) -> str:
    rows = name_coming(readings[0][1].dataset)
    return _write_figures(rows, "TRUE", [(figure, reading.could_count) for figure, reading in readings])


def _write_figures(rows: str, where: str, conditions: list[tuple[int, str]]) -> str:
    each = ",\n    ".join(f"CASE WHEN bool_or({condition}) THEN {figure} END" for figure, condition in conditions)
    return (
        "SELECT figure, unit\nFROM (\n  SELECT _unit AS unit, unnest([\n    "
        + each
        + f"]) AS figure\n  FROM {rows}\n  WHERE {where}\n  GROUP BY _unit\n)\nWHERE figure IS NOT NULL"
    )
