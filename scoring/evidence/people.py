"""Shares of people, person by person: what each had to reach and what each has."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from indicators.measures import ShareOfPeople
from indicators.tables import Dataset
from scoring.actuals.compile import write_with
from scoring.actuals.people import Records, count_whole
from scoring.actuals.raw import Moment, name_reported, write_period
from scoring.actuals.rosters import EVER, STILL, Rosters, name_doubled
from scoring.evidence.cells import EMPTY, CitedRow, Reader, Wanted
from scoring.parts import ScoredPart
from scoring.sql import join_and, quote_name, write_where

_NAMES = ("姓名", "名字", "人员姓名")


@dataclass(frozen=True)
class Person:
    """Somebody on the roster who counts. ``in_post`` is in ``in_post_unit`` (月, 日), None where it does not matter.

    ``rows`` are the cells of the roster and of the records, only for those who did not reach what was required.
    """

    id: str
    name: str
    required: Fraction
    has: Fraction
    in_post: int | None
    in_post_unit: str
    rows: tuple[CitedRow, ...] = ()


@dataclass(frozen=True)
class People:
    """Who did not reach it (at most ``limit`` of ``short``) and how many did; ``doubled`` stand in two units."""

    missed: tuple[Person, ...]
    short: int
    reached: int
    running: int
    doubled: tuple[str, ...]
    unit_of_measure: str


def find_people(reader: Reader, part: ScoredPart, moment: Moment, unit: str) -> People:
    """Everybody who counts in a unit, by the engine's own roster and records."""
    found = reader.keep(("people", part.figure), lambda: _find_all(reader, part, moment))
    return found.get(unit) or People((), 0, 0, 0, (), _name_unit(reader, part.part.measure.share_of_people))


def _name_unit(reader: Reader, people: ShareOfPeople | None) -> str:
    assert people is not None
    sum_of = people.records.sum
    column = reader.pack.dataset(people.records.dataset).column(sum_of) if sum_of else None
    return (column.unit_of_measure or "") if column is not None else "条"


def _find_all(reader: Reader, part: ScoredPart, moment: Moment) -> dict[str, People]:
    people = part.part.measure.share_of_people
    assert people is not None
    doubled = _find_doubled(reader, part, people, moment)
    counted: dict[str, list[Person]] = {}
    running: dict[str, int] = {}
    if people.within == "term":
        for unit, person, runs in _read_terms(reader, part, people, moment):
            if runs and person.has < person.required:
                running[unit] = running.get(unit, 0) + 1
            else:
                counted.setdefault(unit, []).append(person)
    else:
        for unit, person in _read_year(reader, part, people, moment):
            counted.setdefault(unit, []).append(person)
    short = {unit: [person for person in all_ if person.has < person.required] for unit, all_ in counted.items()}
    listed = [(unit, person) for unit, missed in short.items() for person in missed[: reader.limit]]
    cited: dict[str, list[Person]] = {}
    for (unit, _), person in zip(listed, _cite_people(reader, people, moment, listed), strict=True):
        cited.setdefault(unit, []).append(person)
    word = _name_unit(reader, people)
    return {
        unit: People(
            tuple(cited.get(unit, ())),
            len(short.get(unit, ())),
            len(counted.get(unit, ())) - len(short.get(unit, ())),
            running.get(unit, 0),
            tuple(doubled.get(unit, ())),
            word,
        )
        for unit in counted.keys() | running.keys() | doubled.keys()
    }


def _select(reader: Reader, name: str, query: str, order: str) -> list[dict[str, Any]]:
    """The rows of a query over all units that are of the reader's; where there are many, it is run once for all."""
    if not reader.copied:
        return reader.fetch(f"SELECT * FROM ({query}) WHERE {reader.of_units('unit')} ORDER BY {order}")
    table = f"cited.{quote_name(name)}"
    reader.connection.execute(f"CREATE TABLE IF NOT EXISTS {table} AS {query}")
    return reader.fetch(f"SELECT * FROM {table} WHERE {reader.of_units('unit')} ORDER BY {order}")


def _read_year(reader: Reader, part: ScoredPart, people: ShareOfPeople, moment: Moment) -> list[tuple[str, Person]]:
    rosters, records = Rosters(reader.pack, moment), Records(reader.pack, moment)
    posts, share = rosters.find_share(people.roster, people.reaching.prorate)
    source, column = records.find_column(people)
    query = write_with(
        {**rosters.write_ctes(), **records.write_ctes()},
        f"SELECT p.unit, p.person, p.{share} AS share, coalesce(r.{column}, 0) AS had FROM {quote_name(posts)} p\n"
        f"LEFT JOIN {quote_name(source)} r ON r.unit = p.unit AND r.person = p.person\n"
        f"WHERE p.{share} > 0",
    )
    scale = _find_scale(reader, people)
    least, prorate = Fraction(people.reaching.at_least.value), people.reaching.prorate
    whole = count_whole(people, moment)
    word = {"whole": "", "months_in_post": "个整月", "days_in_post": "天"}[prorate]
    return [
        (
            row["unit"],
            Person(
                str(row["person"]),
                "",
                least * int(row["share"]) / whole,
                Fraction(int(row["had"]), scale),
                None if prorate == "whole" else int(row["share"]),
                word,
            ),
        )
        for row in _select(reader, f"people {part.figure}", query, "unit, person")
    ]


def _find_scale(reader: Reader, people: ShareOfPeople) -> int:
    column = reader.pack.dataset(people.records.dataset).column(people.records.sum or "")
    return 10**column.decimals if column is not None and column.type == "decimal" else 1


def _read_terms(
    reader: Reader, part: ScoredPart, people: ShareOfPeople, moment: Moment
) -> list[tuple[str, Person, bool]]:
    """Each term with what was done in it, and whether it still runs at the cutoff."""
    records = reader.pack.dataset(people.records.dataset)
    assert records.event_date is not None
    amount = quote_name(people.records.sum) if people.records.sum else "1"
    day, person = quote_name(records.event_date), quote_name(people.records.person)
    rosters = Rosters(reader.pack, moment)
    roster, number = rosters.find_people(people.roster)
    query = write_with(
        {roster: rosters.write_ctes()[roster]},
        "SELECT t.unit, t.person, t.joined, t.left_on,\n"
        f"       (SELECT coalesce(sum({amount}), 0) FROM {name_reported(records)} r\n"
        f"        WHERE r._unit = t.unit AND r.{person} = t.person AND r.{day} BETWEEN t.joined AND t.left_on\n"
        f"          AND {write_where(people.records.where, records)}) AS had\n"
        f"FROM {quote_name(roster)} t WHERE in_{number}",
    )
    least = Fraction(people.reaching.at_least.value)
    return [
        (
            row["unit"],
            Person(str(row["person"]), "", least, Fraction(row["had"]), None, ""),
            row["left_on"] > moment.cutoff,
        )
        for row in _select(reader, f"terms {part.figure}", query, "unit, person, joined")
    ]


def _find_doubled(reader: Reader, part: ScoredPart, people: ShareOfPeople, moment: Moment) -> dict[str, list[str]]:
    """Those who also stand on another unit's roster, named only where the engine sees an overlap."""
    rosters = Rosters(reader.pack, moment)
    roster, n = rosters.find_people(people.roster)
    query = write_with(
        rosters.write_ctes(),
        f"SELECT DISTINCT a.unit, a.person FROM {quote_name(roster)} a\n"
        f"JOIN {quote_name(roster)} b ON b.person = a.person AND b.unit <> a.unit\n"
        " AND greatest(a.joined, b.joined) <= least(a.left_on, b.left_on)\n"
        f"WHERE a.in_{n} AND b.in_{n}\n"
        f"  AND a.unit IN (SELECT unit FROM {quote_name(name_doubled(people.roster.dataset))} WHERE doubled_{n})",
    )
    doubled: dict[str, list[str]] = {}
    for row in _select(reader, f"doubled {part.figure}", query, "unit, person"):
        doubled.setdefault(row["unit"], []).append(str(row["person"]))
    return doubled


def _cite_people(
    reader: Reader, people: ShareOfPeople, moment: Moment, listed: list[tuple[str, Person]]
) -> list[Person]:
    """The same people with their names, and with the cells of the roster and of the records."""
    roster, records = reader.pack.dataset(people.roster.dataset), reader.pack.dataset(people.records.dataset)
    columns = roster.people
    assert columns is not None
    named = find_name_column(roster)
    shown = tuple(
        name for name in (named, columns.person if named is None else None, columns.joined, columns.left) if name
    )
    start, end = date(moment.year, 1, 1).isoformat(), moment.cutoff.isoformat()
    joined = f"coalesce({quote_name(columns.joined)}, {EVER}) <= DATE '{end}'" if columns.joined else ""
    left = f"coalesce({quote_name(columns.left)}, {STILL}) >= DATE '{start}'" if columns.left else ""
    here = join_and([write_period(roster, moment.year, "year"), write_where(people.roster.where, roster), joined, left])
    keys = list(dict.fromkeys((unit, person.id) for unit, person in listed))
    entries = reader.cite_people(Wanted(roster.id, "名册", here, shown), columns.person, keys)
    period = write_period(records, moment.year, "year") if people.within == "year" else ""
    done = join_and([period, write_where(people.records.where, records)])
    dated = (records.event_date or records.period.date,)
    cells = tuple(name for name in (people.records.sum, *dated) if name) or records.key[:2]
    held = reader.cite_people(Wanted(records.id, "记录", done, cells), people.records.person, keys)
    found = []
    for unit, person in listed:
        rows = entries[(unit, person.id)].cited
        written = [cell.value for row in rows for cell in row.cells[:1] if named and cell.value != EMPTY]
        name = written[0] if written else person.id
        found.append(replace(person, name=name, rows=(*rows, *held[(unit, person.id)].cited)))
    return found


def find_name_column(roster: Dataset) -> str | None:
    """The column that holds people's names, if the roster has one."""
    return next((c.name for c in roster.columns if c.title in _NAMES or c.name == "name"), None)
