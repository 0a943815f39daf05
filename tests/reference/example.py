"""What a worked example is, and a builder that keeps small packs readable."""

from __future__ import annotations

import calendar
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from indicators.pack.model import Indicator, Pack, PackFile
from indicators.pack.register import Register
from tests.reference.random_tables import DATASETS
from tests.reference.results import Declared, Row, Scopes, Tables

Body = dict[str, Any]
#: outcome, reason, marks
Expected = tuple[str, str | None, str | None]
YEAR = 2024


@dataclass(frozen=True)
class ExpectedTotal:
    """What is expected of a total; members left at ``...`` are not compared."""

    total: Any = ...
    low: Any = ...
    high: Any = ...
    full: Any = ...
    grade: Any = ...
    rank: Any = ...
    status: Any = ...


@dataclass(frozen=True)
class Example:
    """A world with the results that it must have; items by (cohort, unit, indicator), totals by (cohort, unit)."""

    name: str
    pack: Pack
    tables: Tables
    scopes: Scopes
    year: int
    as_of: date
    declared: Declared | None = None
    expected_items: dict[tuple[str, str, str], Expected] = field(default_factory=dict)
    expected_totals: dict[tuple[str, str], ExpectedTotal] = field(default_factory=dict)


def row(unit: str, year: int = YEAR, **cells: Any) -> Row:
    """A row of a unit; texts like ``2.5`` of number columns may be written as they are."""
    return {"_unit": unit, "_year": year, **cells}


def month(column: str, year: int, number: int) -> Row:
    """Cells of a date that is known by its month."""
    last = calendar.monthrange(year, number)[1]
    return {column: date(year, number, 1), f"{column}__last": date(year, number, last)}


def finish_row(dataset_id: str, number: int, cells: Row) -> Row:
    """All columns of the dataset, empty where nothing was said; only its own date is in May unless it is said."""
    dataset = DATASETS[dataset_id]
    year = cells["_year"]
    if dataset.event_date is not None:
        cells = {dataset.event_date: date(year, 5, 4), **cells}
    finished: Row = {"_unit": cells["_unit"], "_period": year}
    for column in dataset.columns:
        value = cells.get(column.name)
        finished[column.name] = Decimal(value) if column.type == "decimal" and value is not None else value
        if column.month_allowed:
            finished[f"{column.name}__last"] = cells.get(f"{column.name}__last", value)
    finished.update(unit=cells["_unit"], no=number)
    if dataset.period.standing:
        finished["_period"] = 0
    elif dataset.period.date:
        finished["_period"] = finished[dataset.period.date].year
    else:
        finished["year"] = year
    return finished


def make_indicator(name: str, marks: Body | str, parts: list[Body], section: str = "base", **more: Any) -> Body:
    """The body of an indicator; ``marks`` of the only cohort may be a plain text."""
    worth = {"g": marks} if isinstance(marks, str) else marks
    cites = [{"supports": ["target", "marks"], "local_choice": "例子"}]
    return {"id": name, "name": name, "section": section, "marks": worth, "cites": cites, "parts": parts, **more}


def make_pack(indicators: list[Body], units: tuple[str, ...], head: Body) -> Pack:
    """A pack with one cohort ``g`` of all units and one base section, unless ``head`` says otherwise."""
    built = tuple(Indicator.model_validate(body) for body in indicators)
    base = sum((i.marks["g"] for i in built if i.section == "base"), Decimal(0))
    sections = [{"id": "base", "title": "基本分", "marks": {"g": f"{base:f}"}}]
    cohort = {
        "id": "g",
        "title": "甲组",
        "members": {"kinds": ["county"]},
        "full": f"{base:f}",
        **head.get("cohort", {}),
    }
    body = {
        "id": "example",
        "title": "例子",
        "issuer": "测试",
        "version": "1版",
        "years": {},
        "cohorts": [cohort],
        "sections": head.get("sections", []) + ([] if head.get("own_base") else sections),
        **{key: value for key, value in head.items() if key not in ("cohort", "sections", "own_base")},
    }
    registry = {
        "kinds": [{"id": "county", "title": "县"}],
        "units": [{"id": unit, "name": f"{unit}县", "kind": "county"} for unit in units],
    }
    return Pack(
        head=PackFile.model_validate(body),
        sources=(),
        texts={},
        datasets=tuple(DATASETS.values()),
        registry=Register.model_validate(registry),
        indicators=built,
        sha256="0" * 64,
    )


def make_example(
    name: str,
    indicators: list[Body],
    rows: dict[str, list[Row]],
    expected: dict[str, Expected] | dict[tuple[str, str], Expected],
    *,
    totals: dict[str, ExpectedTotal] | None = None,
    as_of: date = date(2025, 12, 31),
    unreported: tuple[tuple[str, str, int], ...] = (),
    declared: Declared | None = None,
    head: Body | None = None,
) -> Example:
    """An example whose units are those expected; everything is reported from 2022 to 2025 but ``unreported``.

    Expected items are keyed by unit (of the first indicator) or by (unit, indicator).
    """
    keyed = {(key, indicators[0]["id"]) if isinstance(key, str) else key: value for key, value in expected.items()}
    units = tuple(dict.fromkeys([unit for unit, _ in keyed] + list(totals or {})))
    pack = make_pack(indicators, units, head or {})
    used = {name for found in pack.indicators for part in found.parts for name in part.measure.datasets()}
    scopes = {
        (dataset, unit, period)
        for dataset in used
        for unit in units
        for period in ((0,) if DATASETS[dataset].period.standing else range(2022, 2026))
    }
    tables = {
        dataset: [finish_row(dataset, number + 1, cells) for number, cells in enumerate(rows.get(dataset, []))]
        for dataset in DATASETS
    }
    return Example(
        name,
        pack,
        tables,
        scopes - set(unreported),
        YEAR,
        as_of,
        declared,
        {("g", unit, indicator): value for (unit, indicator), value in keyed.items()},
        {("g", unit): value for unit, value in (totals or {}).items()},
    )


def make_part_example(
    name: str, part: Body, rows: dict[str, list[Row]], expected: dict[str, Expected], marks: str = "10", **more: Any
) -> Example:
    """An example with one indicator ``x`` of one part; ``exclude`` is its not_applicable_when."""
    exclude = more.pop("exclude", {})
    return make_example(name, [make_indicator("x", marks, [part], not_applicable_when=exclude)], rows, expected, **more)


def scored(marks: str) -> Expected:
    return ("scored", None, marks)


def pending(reason: str) -> Expected:
    return ("pending", reason, None)


def conflict(reason: str) -> Expected:
    return ("conflict", reason, None)


def error(reason: str) -> Expected:
    return ("error", reason, None)


NOT_APPLICABLE: Expected = ("not_applicable", None, None)
#: A head of a pack whose first year is 2022: what is read up to a year is read from there.
FROM_2022: Body = {"years": {"first": "2022"}}
YES_NO: Body = {"all_or_nothing": {}}
IN_PROPORTION: Body = {"proportional": {}}
