"""Numbers that change in time, read from docs/pack-format.md (*Numbers that change*): day by day."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

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
    for part, number in {(change.part, change.number) for change in indicator.changes}:
        *way, last = number.split(".")
        holder = body if part is None else body["parts"][part - 1]
        for key in way:
            holder = holder[int(key) - 1] if isinstance(holder, list) else holder[key]
        own = [change for change in indicator.changes if (change.part, change.number) == (part, number)]
        holder[last] = find_value(holder[last], own, year)
    return Indicator.model_validate({**body, "changes": ()})


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
