"""How much a unit is asked to fill in, what for, and what is asked for nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from data.batches.current import Row
from data.files.names import fold_name
from data.forms.kits import find_offices
from data.forms.plan import SheetPlan, plan_sheet
from indicators.entries.tables import Column, Dataset
from indicators.meaning.asked import Asked, list_asked, list_asked_of_offices
from indicators.meaning.uses import list_row_columns, list_uses
from indicators.pack.model import Pack
from indicators.pack.register import UnitEntry


@dataclass(frozen=True)
class Burden:
    """What one dataset costs the one who fills it in.

    ``rows``: known beforehand or carried over (``basis`` known), as many as last year (last_year), or one where
    nothing is known (unknown). ``cells`` = rows x columns, of which ``prefilled`` come filled in; ``idle`` are the
    columns that serve no indicator.
    """

    who: str
    dataset: str
    title: str
    columns: int
    required: int
    rows: int
    basis: str
    prefilled: int
    idle: tuple[str, ...]
    indicators: tuple[str, ...]

    @property
    def cells(self) -> int:
        """All cells of the estimated rows."""
        return self.columns * self.rows

    @property
    def to_fill(self) -> int:
        """The cells that somebody has to write or to confirm."""
        return self.cells - self.prefilled

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return {
            "who": self.who,
            "dataset": self.dataset,
            "title": self.title,
            "columns": self.columns,
            "required": self.required,
            "rows": self.rows,
            "basis": self.basis,
            "cells": self.cells,
            "prefilled": self.prefilled,
            "to_fill": self.to_fill,
            "idle": list(self.idle),
            "indicators": list(self.indicators),
        }


@dataclass(frozen=True)
class BurdenSum:
    """What somebody has to fill in this year and had to in the year before, in cells; None where the pack did not hold.

    Of the year before as many rows are counted as have come in, where rows come as things happen.
    """

    who: str
    tables: int
    cells: int
    prefilled: int
    to_fill: int
    before: int | None

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return dict(self.__dict__)


def sum_burdens(
    pack: Pack, year: int, read_rows: Callable[[str], Sequence[Row]], unit: UnitEntry | None = None
) -> list[BurdenSum]:
    """What each has to fill in all together, in the order of :func:`list_burdens`."""
    now = _group_by_who(list_burdens(pack, year, read_rows, unit))
    held = pack.head.years.holds(year - 1)
    earlier = _group_by_who(list_burdens(pack, year - 1, read_rows, unit, is_over=True)) if held else {}
    return [
        BurdenSum(
            who,
            len(own),
            sum(each.cells for each in own),
            sum(each.prefilled for each in own),
            sum(each.to_fill for each in own),
            sum(each.to_fill for each in earlier.get(who, ())) if held else None,
        )
        for who, own in now.items()
    ]


def _group_by_who(burdens: Sequence[Burden]) -> dict[str, list[Burden]]:
    found: dict[str, list[Burden]] = {}
    for each in burdens:
        found.setdefault(each.who, []).append(each)
    return found


@dataclass(frozen=True)
class ColumnServes:
    """A column that is asked for, and what it serves."""

    dataset: str
    title: str
    column: str
    column_title: str
    purpose: str
    indicators: tuple[str, ...]

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return {**self.__dict__, "indicators": list(self.indicators)}


@dataclass(frozen=True)
class Doubled:
    """Columns of the same title that one unit is asked for in two datasets with the same kind of row."""

    title: str
    datasets: tuple[str, str]
    units: tuple[str, ...]

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return {"title": self.title, "datasets": list(self.datasets), "units": list(self.units)}


def list_burdens(
    pack: Pack,
    year: int,
    read_rows: Callable[[str], Sequence[Row]],
    unit: UnitEntry | None = None,
    *,
    is_over: bool = False,
) -> list[Burden]:
    """One entry per dataset and whoever fills it in: units in the register's order, then offices.

    ``is_over``: the year is, so that its own rows are counted and not those of the year before.
    """
    units = (unit,) if unit is not None else pack.registry.units
    past = year if is_over else year - 1
    burdens = [
        _measure(pack, asked, plan_sheet(pack, asked, each, year, read_rows(asked.dataset.id)), each, read_rows, past)
        for each in units
        for asked in list_asked(pack, each, year)
    ]
    for asked in list_asked_of_offices(pack, year):
        if unit is None or unit in find_offices(pack, asked.dataset):
            plan = plan_sheet(pack, asked, None, year, read_rows(asked.dataset.id))
            burdens.append(_measure(pack, asked, plan, None, read_rows, past))
    return burdens


def _measure(
    pack: Pack,
    asked: Asked,
    plan: SheetPlan,
    unit: UnitEntry | None,
    read_rows: Callable[[str], Sequence[Row]],
    counted: int,
) -> Burden:
    """``counted`` is the year of the rows by which those that come as things happen are estimated."""
    dataset = asked.dataset
    before = 0 if dataset.period.standing else counted
    stored = [row for row in read_rows(dataset.id) if unit is None or row["_unit"] == unit.id]
    past = sum(row["_period"] == before for row in stored)
    prefilled = sum(value is not None for row in plan.rows for value in row.cells.values())
    # Two columns of a new row, the unit's and the year's, come filled in as well.
    extra = max(0, past - len(plan.rows))
    if plan.rows:
        rows, basis = len(plan.rows) + (extra if plan.spare else 0), "known"
    elif past:
        rows, basis = past, "last_year"
    else:
        rows, basis = 1, "unknown"
    prefilled += (rows - len(plan.rows)) * len(plan.every)
    uses = list_uses(pack, dataset, asked.indicators)
    return Burden(
        who=unit.name if unit is not None else dataset.reported_by or "统一报送单位",
        dataset=dataset.id,
        title=dataset.title,
        columns=len(dataset.columns),
        required=sum(column.required for column in dataset.columns),
        rows=rows,
        basis=basis,
        prefilled=prefilled,
        idle=tuple(name for name, use in uses.items() if use.purpose == "none"),
        indicators=tuple(indicator.id for indicator in asked.indicators),
    )


def list_services(pack: Pack, year: int, unit: UnitEntry | None = None) -> list[ColumnServes]:
    """Every column that is asked for, and the indicators that it serves; datasets in the order of the pack."""
    found: dict[str, dict[str, object]] = {}
    units = (unit,) if unit is not None else pack.registry.units
    groups = [list_asked(pack, each, year) for each in units]
    offices = [
        each for each in list_asked_of_offices(pack, year) if unit is None or unit in find_offices(pack, each.dataset)
    ]
    for asked in [*(each for group in groups for each in group), *offices]:
        found.setdefault(asked.dataset.id, {}).update({indicator.id: indicator for indicator in asked.indicators})
    services = []
    for dataset in pack.datasets:
        if dataset.id not in found:
            continue
        indicators = [indicator for indicator in pack.indicators if indicator.id in found[dataset.id]]
        for column, use in zip(dataset.columns, list_uses(pack, dataset, indicators).values(), strict=True):
            names = tuple(indicator.id for indicator in use.indicators)
            services.append(ColumnServes(dataset.id, dataset.title, column.name, column.title, use.purpose, names))
    return services


def list_unasked(pack: Pack, year: int) -> list[str]:
    """Ids of datasets that no indicator of the year reads: nobody is asked for them."""
    asked = {service.dataset for service in list_services(pack, year)}
    return [dataset.id for dataset in pack.datasets if dataset.id not in asked]


def list_doubled(pack: Pack, year: int) -> list[Doubled]:
    """Data that a unit may be asked for twice: same title, same kind of row, two datasets.

    Rows are of the same kind when the columns that tell them apart have the same titles. A pair is a warning for
    a person to look at: 公布日期 of two different documents is not one datum.
    """
    found: dict[tuple[str, str, str], list[str]] = {}
    for unit in pack.registry.units:
        tables = [asked.dataset for asked in list_asked(pack, unit, year)]
        for position, first in enumerate(tables):
            for second in tables[position + 1 :]:
                if _name_row(first) != _name_row(second):
                    continue
                shared = _name_data(first)
                for title in _name_data(second):
                    if title in shared:
                        found.setdefault((shared[title].title, first.id, second.id), []).append(unit.name)
    return [Doubled(title, (first, second), tuple(units)) for (title, first, second), units in found.items()]


def _name_row(dataset: Dataset) -> frozenset[str]:
    """The titles of the columns that tell rows of one unit and year apart."""
    names = {dataset.unit, dataset.period.year}
    return frozenset(
        fold_name(column.title) for column in dataset.columns if column.name in dataset.key and column.name not in names
    )


def _name_data(dataset: Dataset) -> Mapping[str, Column]:
    rows = list_row_columns(dataset)
    return {fold_name(column.title): column for column in dataset.columns if column.name not in rows}
