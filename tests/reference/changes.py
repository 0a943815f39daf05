"""Numbers that change in time, read from docs/pack-format.md (*Numbers that change*): day by day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from indicators.measures.dated_levels import DatedLevels
from indicators.pack.dated import NumberChange
from indicators.pack.model import Indicator, Pack
from indicators.pack.plain_values import write_plain


def resolve_pack(pack: Pack, year: int) -> Pack:
    """The pack with every number as the year is scored by it."""
    return pack.model_copy(update={"indicators": tuple(resolve(each, year) for each in pack.indicators)})


def resolve(indicator: Indicator, year: int) -> Indicator:
    if not indicator.changes:
        return indicator
    body: Any = write_plain(indicator)
    divided: dict[int, tuple[str, dict[str, tuple[str, ...]]]] = {}
    for part, number in dict.fromkeys((change.part, change.number) for change in indicator.changes):
        *way, last = number.split(".")
        holders = [body if part is None else body["parts"][part - 1]]
        for key in way:
            holder = holders[-1]
            holders.append(holder[int(key) - 1] if isinstance(holder, list) else holder[key])
        own = [change for change in indicator.changes if (change.part, change.number) == (part, number)]
        if own[0].day_column is None:
            holders[-1][last] = find_value(holders[-1][last], own, year)
        elif "where" in way:
            divide_condition(holders[way.index("where") + 1], [*way[way.index("where") + 1 :], last], own)
        else:
            assert part is not None
            level = "" if way[-1] == "each" or last == "each" else last
            divide_amount(next(iter(body["parts"][part - 1]["marks"].values())), level, own)
            days = divided.setdefault(part - 1, (own[0].day_column, {}))[1]
            days[level] = tuple(change.since for change in own)
    resolved = Indicator.model_validate({**body, "changes": ()})
    for place, (day, days) in divided.items():
        levels = DatedLevels(day, days)
        resolved.parts[place].measure.chosen.divide_levels(levels)
    return resolved


def divide_amount(rule: Any, level: str, changes: list[NumberChange]) -> None:
    """An amount of its own for the rows before and from each day: levels that :func:`name_level` tells apart."""
    each = rule.pop("each", None)
    amounts = rule.setdefault("levels", {})
    first = amounts.pop(level) if each is None else each[0] if isinstance(each, list) else each
    values = [first, *(change.value for change in changes)]
    amounts |= {f"{level}@{place}": value for place, value in enumerate(values)}


def name_level(row: Mapping[str, Any], column: str | None, dated: DatedLevels | None) -> str | None:
    """The level of a row; after how many of the days it lies, where days divide it."""
    level = row[column] if column is not None else ""
    if dated is None or level not in dated.days:
        return level
    if row[dated.date] is None:
        return None
    passed = sum(str(row[dated.date]) >= day for day in dated.days[level])
    return f"{level}@{passed}"


def divide_condition(where: Any, way: list[str], changes: list[NumberChange]) -> None:
    """Of the rows before and from each day those on the far side of the border of then do not count."""
    column, bound, *inner = way
    held = where[column].pop(bound)
    if not where[column]:
        del where[column]
    values = [held[inner[0]] if inner else held, *(change.value for change in changes)]
    other = {"at_least": "below", "above": "at_most", "at_most": "above", "below": "at_least"}[bound]
    groups = []
    for place, value in enumerate(values):
        days = {"at_least": changes[place - 1].since} if place else {}
        days |= {"below": changes[place].since} if place < len(changes) else {}
        border = {**held, inner[0]: value} if inner else value
        groups.append({str(changes[0].day_column): days, column: {other: border}})
    where["not"] = {"excluded": [*where.get("not", {"excluded": []})["excluded"], *groups]}


def find_value(first: str, changes: list[NumberChange], year: int) -> str:
    """The mean over all days of the year of the value that holds on each."""
    held, day = [], date(year, 1, 1)
    while day.year == year:
        value = first
        for change in changes:
            starts = date.fromisoformat(change.since)
            if change.within_year == "next_year" and (starts.month, starts.day) != (1, 1):
                starts = date(starts.year + 1, 1, 1)
            if starts <= day:
                value = change.value
        held.append(value)
        day += timedelta(days=1)
    if len(set(held)) == 1:
        return held[0]
    percent = "%" if first.endswith("%") else ""
    places = 4 if percent else 6
    mean = sum(Fraction(value.rstrip("%")) for value in held) / len(held)
    return f"{Decimal(int(mean * 10**places + Fraction(1, 2))).scaleb(-places):f}{percent}"
