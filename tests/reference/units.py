"""Units over time, read from docs/pack-format.md (单位的变动): who is in the table, and whose rows count for whom."""

from __future__ import annotations

from datetime import date

from indicators.pack.model import Cohort, Pack
from indicators.pack.register import UnitEntry

Days = tuple[date, date]


def find_table_day(year: int, as_of: date) -> date:
    return as_of if as_of.year <= year and as_of < date(year, 12, 31) else date(year, 12, 31)


def exists(unit: UnitEntry, days: Days) -> bool:
    """Whether the unit exists on one of the days from the first to the last."""
    started = unit.since is None or date.fromisoformat(unit.since) <= days[1]
    return started and not has_ended(unit, days[0])


def has_ended(unit: UnitEntry, day: date) -> bool:
    return unit.until is not None and date.fromisoformat(unit.until) < day


def whole_year(year: int) -> Days:
    return date(year, 1, 1), date(year, 12, 31)


def list_state_days(year: int, day: date) -> Days:
    """The days whose newest state a table shows."""
    return min(date(year, 1, 1), day), day


def list_table(pack: Pack, cohort: Cohort, day: date) -> tuple[UnitEntry, ...]:
    return tuple(
        unit
        for unit in pack.registry.units
        if (unit.kind in cohort.members.kinds or unit.id in cohort.members.units) and exists(unit, (day, day))
    )


def list_line(pack: Pack, name: str) -> list[UnitEntry]:
    """A unit and, where a split founded it, all whose data it reports anew."""
    by_id = {unit.id: unit for unit in pack.registry.units}
    line = [by_id[name]]
    wanted = [unit for unit in by_id.values() if name in unit.successors]
    while wanted:
        unit = wanted.pop()
        if unit not in line:
            line.append(unit)
            wanted += [other for other in by_id.values() if unit.id in (*other.successors, other.successor)]
    return line


def list_takers(pack: Pack, name: str, day: date) -> list[str]:
    """On whom the duties of a unit have passed by a day, by merger or split; the unit itself while it exists."""
    unit = next(each for each in pack.registry.units if each.id == name)
    if not has_ended(unit, day):
        return [name]
    later = unit.successors or ((unit.successor,) if unit.successor is not None else ())
    return [taker for each in later for taker in list_takers(pack, each, day)]


def find_owners(pack: Pack, day: date) -> dict[str, str]:
    """For each unit the one for which its rows count: itself while it exists, then its heir, else nobody."""
    by_id = {unit.id: unit for unit in pack.registry.units}
    owners = {}
    for unit in pack.registry.units:
        heir = unit
        while has_ended(heir, day) and heir.successor is not None:
            heir = by_id[heir.successor]
        owners[unit.id] = unit.id if has_ended(heir, day) else heir.id
    return owners
