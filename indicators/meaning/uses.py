"""Which column serves which indicator: what a unit is told when it asks why a cell is wanted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from indicators.entries.tables import Dataset
from indicators.measures.rows import list_asked
from indicators.pack.model import Indicator, Pack, Part

#: ``read`` - an indicator reads it; ``row`` - it says whose row this is, of when, or which of several;
#: ``check`` - only a check of the dataset reads it; ``exemptions`` - the pack does, to exempt; ``none`` - nothing does.
Purpose = Literal["read", "row", "check", "exemptions", "none"]


@dataclass(frozen=True)
class ColumnUse:
    """What one column of a dataset is for, and the indicators that need it, in the order of the pack."""

    dataset: str
    column: str
    purpose: Purpose
    indicators: tuple[Indicator, ...]


def list_uses(pack: Pack, dataset: Dataset, indicators: Iterable[Indicator]) -> dict[str, ColumnUse]:
    """Column name -> what it is for, considering these indicators only; every column of the dataset, in its order.

    Columns that identify a row serve every indicator that reads the dataset.
    """
    readers: dict[str, list[Indicator]] = {column.name: [] for column in dataset.columns}
    rows = list_row_columns(dataset)
    whole: list[Indicator] = []
    for indicator in indicators:
        if not any(dataset.id in part.measure.datasets() for part in indicator.parts):
            continue
        whole.append(indicator)
        read = {name for part in indicator.parts for table, name in list_reads(pack, part) if table == dataset.id}
        for name in read & readers.keys():
            readers[name].append(indicator)
    checked = set(_list_checked(dataset))
    uses = {}
    for column in dataset.columns:
        purpose: Purpose = "none"
        serving: list[Indicator] = readers[column.name]
        if column.name in rows and whole:
            purpose, serving = "row", whole
        elif serving:
            purpose = "read"
        elif pack.head.exemptions == dataset.id:
            purpose = "row" if column.name in rows else "exemptions"
        elif column.name in checked:
            purpose = "check"
        uses[column.name] = ColumnUse(dataset.id, column.name, purpose, tuple(serving))
    return uses


def moves_marks(pack: Pack, indicator: str) -> bool:
    """Whether a finding of the ledger about ``indicator`` can change any mark.

    Its own measure of findings reads it, or a measure of whatever indicator reads all rows of the ledger's findings.
    """
    fed = {dataset.id for dataset in pack.datasets if dataset.ledger == "findings"}
    return any(
        rows.dataset in fed and (each.id == indicator or not rows.of_indicator)
        for each in pack.indicators
        for part in each.parts
        for rows in part.list_rows()
    )


def list_readers(pack: Pack, indicator: str) -> list[Indicator]:
    """The indicators that read the marks of ``indicator``, in the order of the pack."""
    return [
        each for each in pack.indicators if any(indicator in part.measure.chosen.list_used() for part in each.parts)
    ]


def list_row_columns(dataset: Dataset) -> set[str]:
    """The columns that say whose row it is, of when, and which of several."""
    names = (dataset.unit, dataset.period.year, dataset.period.date, *dataset.key)
    return {name for name in names if name is not None}


def list_reads(pack: Pack, part: Part) -> Iterator[tuple[str, str]]:
    """(dataset, column) pairs that a part reads beyond what identifies a row; a pair may come twice."""
    measure, beside = part.measure.chosen, part.beside
    yield from ((need.dataset, need.column) for need in measure.list_needs())
    for dataset, where in measure.list_conditions():
        yield from ((dataset, name) for name, _ in list_asked(where))
    for name, column in ((measure.judged_in, beside.judged), (measure.event, beside.after)):
        if name is not None and column is not None:
            yield name, column
    for name in measure.datasets():
        table = pack.dataset(name)
        if table.event_date is not None:
            # Rows after the as-of day are not known yet.
            yield name, table.event_date
        if measure.reads_people and table.people is not None:
            people = table.people
            yield from ((name, column) for column in (people.person, people.joined, people.left) if column)


def _list_checked(dataset: Dataset) -> Iterator[str]:
    for row in dataset.checks.rows:
        yield from (row.left, row.at_most)
    for check in dataset.checks.sums:
        yield from (check.column, *check.per)
    if dataset.checks.judgements:
        yield from ("level", "marks", "evidence")
