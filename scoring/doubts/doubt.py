"""A doubt: what was seen in whose data, why it is asked about, and the evidence that would settle it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

import duckdb

from data.batches.records import Inputs
from indicators.entries.amounts import plain
from indicators.entries.shortlist import shorten_list
from indicators.entries.tables import Dataset
from indicators.pack.doubts import KINDS, DoubtRule
from indicators.pack.model import Pack
from indicators.pack.succession import Succession
from scoring.base.sql import join_and
from scoring.evidence import CitedRow
from scoring.measures.raw import Moment, name_reported, write_period

Value = int | Decimal | Fraction


@dataclass(frozen=True)
class NamedNumber:
    """A number that a doubt speaks of, by its name."""

    name: str
    value: Value

    def __str__(self) -> str:
        return f"{self.name} {show_number(self.value)}"


@dataclass(frozen=True)
class Doubt:
    """One doubt about one unit. It asks for evidence and changes no mark.

    ``rows`` is how many reported rows it rests on, ``cells`` cites the first of them. ``weight`` orders doubts of
    one kind, the largest first, and means nothing across kinds.
    """

    rule: str
    title: str
    kind: str
    unit: str
    unit_name: str
    year: int
    datasets: tuple[str, ...]
    indicators: tuple[str, ...]
    figures: tuple[NamedNumber, ...]
    rows: int
    cells: tuple[CitedRow, ...]
    seen: str
    why: str
    evidence: tuple[str, ...]
    weight: Fraction = field(repr=False)


@dataclass(frozen=True)
class Trace:
    """Which rows of a dataset a sighting rests on: SQL over its columns (``r``) and the unit (``u``).

    A row belongs to a sighting when the SQL text ``value`` is one of its points. ``first``: an SQL order.
    """

    dataset: str
    condition: str
    columns: tuple[str, ...]
    value: str = "''"
    first: str = ""


@dataclass(frozen=True)
class Sighting:
    """What a rule saw in the data of a unit. ``points``: the (unit, value) pairs whose rows show it."""

    unit: str
    seen: str
    figures: tuple[NamedNumber, ...]
    weight: Fraction
    points: tuple[tuple[str, str], ...]
    indicator: str | None = None


@dataclass(frozen=True)
class Found:
    """The sightings of one search and the rows behind them."""

    traces: tuple[Trace, ...]
    sightings: tuple[Sighting, ...]


@dataclass(frozen=True)
class SearchedData:
    """What a search looks at: an engine with the reported data of a moment, and the units that are scored."""

    connection: duckdb.DuckDBPyConnection
    pack: Pack
    inputs: Inputs
    moment: Moment
    units: dict[str, str]
    succession: Succession

    def reported(self, dataset: Dataset, year: int) -> set[str]:
        """The units that have reported the dataset for the year: only of them is something known."""
        period = 0 if dataset.period.standing else year
        heirs = self.succession.heirs
        return {
            heirs.get(unit, unit) for name, unit, when in self.inputs.scopes if name == dataset.id and when == period
        }

    def source(self, dataset: Dataset, condition: str) -> str:
        """The rows of the scored units that fulfil a condition, as ``r``, with their unit ``u``."""
        # Conditions name columns without a table, so they are looked up before the units are joined.
        return f"(SELECT * FROM {name_reported(dataset)} r WHERE {condition}) r JOIN units u ON u.unit = r._unit"

    def condition(self, dataset: Dataset, where: str, year: int | None = None) -> str:
        """The condition of the year (the scored one unless given), and what the rule asks besides."""
        return join_and([write_period(self.pack, dataset, year or self.moment.year, "year"), where])

    def name(self, unit: str) -> str:
        """The name of a unit."""
        return self.units[unit]

    def name_units(self, units: Iterable[str], most: int = 3) -> str:
        """Names of units, the first ``most`` of them."""
        return shorten_list([self.name(unit) for unit in units], most, "个单位")


Search = Callable[[SearchedData, DoubtRule], list[Found]]
ORDER = {kind: place for place, kind in enumerate(KINDS)}


def show_number(value: Value) -> str:
    """A number for a sentence: exact where it is written down, else to one decimal."""
    if isinstance(value, Fraction):
        if value.denominator == 1:
            return str(value.numerator)
        tenths = (value * 10 + Fraction(1, 2)).__floor__()
        return plain(Decimal(tenths).scaleb(-1))
    return plain(value) if isinstance(value, Decimal) else str(value)


def show_share(part: Value, whole: Value) -> str:
    """A share as a percentage to one decimal."""
    return f"{show_number(Fraction(part) * 100 / Fraction(whole))}%"
