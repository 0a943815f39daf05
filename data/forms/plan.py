"""What stands on a sheet of a form before anyone writes on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import product
from typing import Literal

from data.batches.current import Row
from data.cells.values import Span
from data.forms.record import FormRecord, digest_rows
from indicators.entries.tables import Column, Dataset
from indicators.meaning.asked import Asked, find_applying, list_wanted
from indicators.pack.model import Indicator, Pack
from indicators.pack.register import UnitEntry

#: A table of more known rows than this is not worth writing out.
MOST_KNOWN = 400
#: Empty rows that are ready to be written on, below those that are filled in already.
SPARE = 15
Cell = None | str | int | Decimal | date
#: ``given`` follows from the form itself, ``carried`` is last year's, ``stored`` is on record, ``shown`` informs.
Kind = Literal["given", "carried", "stored", "shown"]


@dataclass(frozen=True)
class FormColumn:
    """A column of a form; ``column`` is None where it only informs. A ``width`` of 0 is worked out."""

    title: str
    column: Column | None = None
    width: int = 0


@dataclass(frozen=True)
class FormRow:
    """A row that is (partly) filled in: cells and where they come from, by title.

    ``levels`` or ``marks`` (from, to) narrow what may be given, in the columns of these titles.
    """

    cells: dict[str, Cell]
    kinds: dict[str, Kind]
    levels: tuple[str, tuple[str, ...]] | None = None
    marks: tuple[str, Decimal, Decimal] | None = None


@dataclass(frozen=True)
class SheetPlan:
    """A sheet for one dataset: ``spare`` rows below ``rows`` come with ``every`` filled in."""

    asked: Asked
    unit: UnitEntry | None
    year: int
    columns: tuple[FormColumn, ...]
    rows: tuple[FormRow, ...]
    every: dict[str, Cell]
    spare: int
    units: tuple[UnitEntry, ...]
    heading: str = ""
    remarks: tuple[str, ...] = ()
    idle: tuple[str, ...] = ()
    choices: dict[str, tuple[str, ...]] = field(default_factory=dict)
    offers_nil: bool = True

    @property
    def dataset(self) -> Dataset:
        """The table that the sheet reports."""
        return self.asked.dataset

    @property
    def example(self) -> dict[str, str]:
        """The row that shows how it is done, by title; its first cell says that it is only that."""
        shown = {
            column.title: _show_example(self, column.column) for column in self.columns if column.column is not None
        }
        first = next(iter(shown))
        return {**shown, first: f"示例：{shown[first]}"}

    def make_record(self, sheet: str, fictional: bool) -> FormRecord:
        """What the form remembers of this sheet."""
        titles = tuple(column.title for column in self.columns if column.column is not None)
        filling = set(titles) - set(self.idle)
        used = [row for row in self.rows if any(row.cells.get(title) is not None for title in filling)]
        given = {title for row in self.rows for title, kind in row.kinds.items() if kind in ("given", "carried")} & set(
            titles
        )
        return FormRecord(
            sheet=sheet,
            dataset=self.dataset.id,
            unit=self.unit.id if self.unit is not None else None,
            year=None if self.dataset.period.standing else self.year,
            titles=titles,
            shown=tuple(column.title for column in self.columns if column.column is None),
            idle=self.idle,
            given=tuple(title for title in titles if title in given) if len(given) < len(titles) else (),
            per_unit=_title(self.dataset, self.dataset.unit) if self.dataset.covers == "rows" else None,
            example=digest_rows([list(self.example.values())]),
            digest=digest_rows([[row.cells.get(title) for title in titles] for row in used]),
            fictional=fictional,
        )


def _show_example(plan: SheetPlan, column: Column) -> str:
    match column.type:
        case "unit":
            return plan.units[0].name if plan.units else plan.dataset.title
        case "year":
            return str(plan.year)
        case "date":
            return f"{plan.year}-03-15"
        case "choice":
            return plan.choices.get(column.name, column.choices)[0]
        case "flag":
            return "是"
        case "indicator":
            return plan.asked.indicators[0].id if plan.asked.indicators else "指标编号"
        case "integer" | "decimal":
            low = column.at_least if column.at_least is not None else Decimal(0)
            high = column.at_most if column.at_most is not None else low + 10
            return str(int(min(low + 8, high)))
        case _:
            return "……"


def plan_sheet(pack: Pack, asked: Asked, unit: UnitEntry | None, year: int, rows: Sequence[Row]) -> SheetPlan:
    """The sheet of ``unit``, or of the office that reports for all units if that is None.

    ``rows`` are the current rows of the dataset. A standing table comes with all of them; of another one those
    columns that carry over, or the rows that are known beforehand (quarters, kinds).
    """
    dataset = asked.dataset
    units = (unit,) if unit is not None else list_reported(pack, asked, year)
    mine = [row for row in rows if unit is None or row["_unit"] == unit.id]
    filled: list[FormRow]
    if dataset.period.standing:
        filled = [_copy_row(pack, dataset, row) for row in mine]
        held = {tuple(row.get(name) for name in dataset.key) for row in mine}
        filled += [row for key, row in _list_known(dataset, asked.indicators, units, year) if key not in held]
    else:
        filled = _carry_rows(pack, dataset, mine, year) or [
            row for _, row in _list_known(dataset, asked.indicators, units, year)
        ]
    complete = is_known(dataset, asked.indicators, units)
    every: dict[str, Cell] = {}
    if unit is not None:
        every[_title(dataset, dataset.unit)] = unit.name
    if dataset.period.year is not None:
        every[_title(dataset, dataset.period.year)] = year
    return SheetPlan(
        asked=asked,
        unit=unit,
        year=year,
        columns=tuple(FormColumn(column.title, column) for column in dataset.columns),
        rows=tuple(filled),
        every={} if complete else every,
        spare=0 if complete and filled else SPARE,
        units=units,
        idle=() if complete else tuple(every),
        choices={
            column.name: list_wanted(dataset, column.name, asked.indicators)
            for column in dataset.columns
            if column.type == "choice" and unit is not None and column.name in dataset.key
        },
    )


def list_reported(pack: Pack, asked: Asked, year: int) -> tuple[UnitEntry, ...]:
    """The units that a dataset tells something about: those to which an indicator that reads it applies."""
    if not asked.indicators:
        return pack.registry.units
    names = {indicator.id for indicator in asked.indicators}
    applying = find_applying(pack, year)
    return tuple(unit for unit in pack.registry.units if any(indicator.id in names for indicator in applying[unit.id]))


def is_known(dataset: Dataset, indicators: Iterable[Indicator], units: Sequence[UnitEntry]) -> bool:
    """Whether the rows follow from units, year and choices alone, and something remains to be filled in."""
    return bool(_list_known(dataset, indicators, units, 0))


def _list_known(
    dataset: Dataset, indicators: Iterable[Indicator], units: Sequence[UnitEntry], year: int
) -> list[tuple[tuple[object, ...], FormRow]]:
    """Key -> row for a dataset whose key is made of unit, year and choices; nothing for any other."""
    keys = [column for name in dataset.key if (column := dataset.column(name)) is not None]
    fits = all(column.name in (dataset.unit, dataset.period.year) or column.type == "choice" for column in keys)
    given = {column.name for column in keys}
    if not keys or not fits or dataset.period.date is not None or given >= {column.name for column in dataset.columns}:
        return []
    readers = tuple(indicators)
    choices: list[Sequence[tuple[object, Cell]]] = []
    for column in keys:
        if column.name == dataset.unit:
            choices.append([(unit.id, unit.name) for unit in units])
        elif column.name == dataset.period.year:
            choices.append([(year, year)])
        else:
            choices.append([(value, value) for value in list_wanted(dataset, column.name, readers)])
    number = 1
    for options in choices:
        number *= len(options)
    if not 0 < number <= MOST_KNOWN:
        return []
    known = []
    for values in product(*choices):
        cells: dict[str, Cell] = {column.title: cell for column, (_, cell) in zip(keys, values, strict=True)}
        if dataset.period.year is not None:
            cells[_title(dataset, dataset.period.year)] = year
        known.append((tuple(value for value, _ in values), FormRow(cells, dict.fromkeys(cells, "given"))))
    return known


def _carry_rows(pack: Pack, dataset: Dataset, rows: Sequence[Row], year: int) -> list[FormRow]:
    """The rows of the year before, in the columns that carry over; each combination once."""
    carried = [column for column in dataset.columns if column.carries_over]
    if not carried:
        return []
    names = {unit.id: unit.name for unit in pack.registry.units}
    found: dict[tuple[object, ...], FormRow] = {}
    for row in rows:
        if row["_period"] != year - 1:
            continue
        cells: dict[str, Cell] = {_title(dataset, dataset.unit): names.get(row["_unit"], row["_unit"])}
        if dataset.period.year is not None:
            cells[_title(dataset, dataset.period.year)] = year
        kinds: dict[str, Kind] = dict.fromkeys(cells, "given")
        for column in carried:
            cells[column.title] = show_stored(row, column, names)
            kinds[column.title] = "carried"
        found.setdefault(tuple(cells.values()), FormRow(cells, kinds))
    return list(found.values())


def _copy_row(pack: Pack, dataset: Dataset, row: Row) -> FormRow:
    names = {unit.id: unit.name for unit in pack.registry.units}
    cells = {column.title: show_stored(row, column, names) for column in dataset.columns}
    kinds: dict[str, Kind] = dict.fromkeys(cells, "stored")
    kinds[_title(dataset, dataset.unit)] = "given"
    return FormRow(cells, kinds)


def show_stored(row: Row, column: Column, names: dict[str, str]) -> Cell:
    """A stored value as it is written into a cell; a month as 2024-03."""
    value = row.get(column.name)
    if value is None:
        return None
    if column.type == "unit":
        return names.get(value, value)
    if isinstance(value, bool):
        return "是" if value else "否"
    if column.month_allowed:
        span = Span(value, row.get(f"{column.name}__last") or value)
        return span.first.isoformat() if span.first == span.last else span.first.strftime("%Y-%m")
    return value if isinstance(value, (str, int, Decimal, date)) else str(value)


def _title(dataset: Dataset, name: str) -> str:
    column = dataset.column(name)
    assert column is not None, "the model refuses a unit or period column that does not exist"
    return column.title
