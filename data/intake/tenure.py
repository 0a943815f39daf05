"""Units and the time of a row: whom a name meant then, and whether the unit existed at all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np

from data.cells.values import CellValue, Span
from data.files.mistakes import FileMistake
from data.register.units import Registry, Undecided
from data.sheets.parsed import Arrays, ParsedSheet
from indicators.pack.register import UnitEntry


def decide_units(sheet: ParsedSheet, registry: Registry) -> list[FileMistake]:
    """Put units in the place of names that several units had one after another, by the time of each row.

    In columns as they are stored everything is decided.
    A name that the time does not decide becomes an empty cell and a mistake that names the candidates.
    """
    mistakes: list[FileMistake] = []
    if isinstance(sheet.columns, Arrays):
        return mistakes
    period = sheet.dataset.period
    times: list[CellValue] | None = None if period.standing else sheet.columns[period.date or period.year or ""]
    for column in sheet.dataset.columns:
        values = sheet.columns[column.name]
        for index, name in enumerate(values):
            if not isinstance(name, Undecided):
                continue
            time = times[index] if times is not None else None
            values[index] = _resolve(registry, name, time)
            if values[index] is None and (times is None or time is not None):
                why = "这张台账没有年度" if times is None else "这一行的时间分不清是哪一个"
                text = f"「{name}」先后是{registry.describe_claims(name)}的名称，{why}；请改填现在的全称或编号"
                mistakes.append(sheet.mistake(index, column.name, text))
    return mistakes


def _resolve(registry: Registry, name: str, time: CellValue) -> str | None:
    if isinstance(time, Span):
        units = {registry.resolve(name, day) for day in time}
        return units.pop() if len(units) == 1 else None
    return registry.resolve(name, time) if isinstance(time, date | int) else None


def check_tenure(sheet: ParsedSheet, registry: Registry) -> Iterator[FileMistake]:
    """Rows of a unit for a year in which it did not exist: its predecessor or its successor is meant."""
    dated = registry.dated
    if sheet.dataset.period.standing or not dated:
        return
    kinds, places = sheet.scopes
    for number, (unit, year) in enumerate(kinds):
        if (
            unit is not None
            and unit in dated
            and year is not None
            and (text := describe_absence(dated[unit], year, registry)) is not None
        ):
            for index in np.flatnonzero(places == number).tolist():
                yield sheet.mistake(index, sheet.dataset.unit, text)


def describe_absence(unit: UnitEntry, year: int, registry: Registry) -> str | None:
    """Why a unit reports nothing for a year, and who does; None if it existed in it."""
    if unit.exists_in(year) or any(each.exists_in(year) for each in registry.forebears.get(unit.id, ())):
        return None
    if unit.last_day.year < year:
        following = "、".join(f"「{registry.name(each)}」" for each in unit.successors or (unit.successor,) if each)
        successor = f"；请改填接续它的{following}" if following else "；请核对单位和年度"
        return f"「{unit.name}」存在到 {unit.until} 为止，没有 {year} 年的数据{successor}"
    earlier = [other.name_on(date(year, 12, 31)) for other in registry.units if other.successor == unit.id]
    who = f"；请按当时的单位填报：{'、'.join(earlier)}" if earlier else "；请核对单位和年度"
    return f"「{unit.name}」{unit.since} 才成立，没有 {year} 年的数据{who}"
