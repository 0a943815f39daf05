"""The common shape of every measure's branch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from indicators.entries.tables import Dataset
from indicators.meaning.periods import find_first
from indicators.measures.rows import Where, list_asked
from indicators.pack.model import Pack
from scoring.base.sql import join_and, quote_date, quote_name, write_where

#: Column -> what a branch that does not speak of it yields.
RAW: dict[str, str] = {
    "figure": "",
    "unit": "",
    "num": "NULL::HUGEINT",
    "den": "1::HUGEINT",
    "before_num": "NULL::HUGEINT",
    "before_den": "NULL::HUGEINT",
    "conflict": "NULL::VARCHAR",
    "pending": "NULL::VARCHAR",
    # Whether what is unknown can only add to num: then num is the least that it will be.
    "growing": "FALSE",
    "nobody": "FALSE",
    "no_rows": "FALSE",
    "late": "0::HUGEINT",
    "missing": "0::HUGEINT",
    "days_low": "0::HUGEINT",
    "days_high": "0::HUGEINT",
    "lowest": "NULL::HUGEINT",
    "highest": "NULL::HUGEINT",
}


@dataclass(frozen=True)
class Moment:
    """The year that is scored and the day on which it is looked at."""

    year: int
    as_of: date

    @property
    def cutoff(self) -> date:
        """The last day of the year that is known."""
        return min(self.as_of, date(self.year, 12, 31))


def write_raw(source: str, **columns: str) -> str:
    """One branch: the named columns as given, the others as :data:`RAW` says."""
    unknown = set(columns) - set(RAW)
    assert not unknown, unknown
    chosen = [f"{columns.get(name, default)} AS {name}" for name, default in RAW.items()]
    return f"SELECT {', '.join(chosen)}\nFROM {source}"


def write_period(pack: Pack, dataset: Dataset, year: int, over: str) -> str:
    """The condition that a row belongs to the year, or to the years from the dataset's first one up to it."""
    if dataset.period.standing:
        return ""
    if over == "year":
        return f"_period = {year}"
    return f"_period BETWEEN {find_first(pack, dataset, year)} AND {year}"


def write_condition(where: Where, dataset: Dataset, moment: Moment, *more: str) -> str:
    """The conditions of a measure, and that the row has happened: NULL where an empty cell leaves that open.

    ``more`` are further conditions that a row must fulfil.
    """
    # Rows with a later date are not in the view; one without a date may be such a row.
    happened = ""
    if dataset.event_date is not None and may_be_empty(dataset, dataset.event_date):
        happened = f"{quote_name(dataset.event_date)} <= {quote_date(moment.as_of)}"
    written = write_where(where, dataset)
    return join_and([*more, written if written != "TRUE" else "", happened])


def list_asked_columns(where: Where, dataset: Dataset) -> tuple[str, ...]:
    """The columns of which :func:`write_condition` speaks."""
    day = dataset.event_date
    undated = (day,) if day is not None and may_be_empty(dataset, day) else ()
    return tuple(dict.fromkeys((*(name for name, _ in list_asked(where)), *undated)))


def can_be_open(where: Where, dataset: Dataset) -> bool:
    """Whether an empty cell can leave open if a row meets :func:`write_condition`."""
    filled = dataset.identity
    undated = dataset.event_date is not None and may_be_empty(dataset, dataset.event_date)
    months = {column.name for column in dataset.columns if column.month_allowed}
    # Also required columns: a batch may be older than the pack's rule that none is empty.
    return undated or any(
        condition.can_be_open and (name in months or name not in filled) for name, condition in list_asked(where)
    )


def may_be_empty(dataset: Dataset, name: str) -> bool:
    """Whether a column that tells rows apart lets a cell stay empty."""
    column = dataset.column(name)
    return column is not None and not column.required and name not in dataset.identity


def name_reported(dataset: Dataset) -> str:
    """The view over the current batches of a dataset."""
    return f"reported.{quote_name(dataset.id)}"


def name_coming(dataset: Dataset) -> str:
    """The view over its rows whose event lies after the as-of day."""
    return f"coming.{quote_name(dataset.id)}"


def scale_of(dataset: Dataset, column: str | None) -> int:
    """The decimals with which a column (None: a count of rows) becomes an integer."""
    found = dataset.column(column) if column is not None else None
    return found.decimals if found is not None and found.type == "decimal" else 0
