"""Shares of people, person by person: what each had to reach and what each has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple, TypeVar

from indicators.entries.persons import find_name_column
from indicators.measures.share_of_people import ShareOfPeople
from scoring.base.cells import EMPTY, Reader, Wanted
from scoring.base.cited import CitedRow, UsedRows
from scoring.base.sql import join_and, quote_date, quote_name, write_where, write_with
from scoring.measures.people import RecordSums, count_whole
from scoring.measures.raw import Moment, name_reported, write_period
from scoring.measures.rosters import EVER, STILL, Rosters, name_doubled, name_shared


class _YearRow(NamedTuple):
    """What somebody's share of the year is and what was done in it; the fields are the columns, in their order."""

    unit: str
    person: object
    share: int
    had: int


class _TermRow(NamedTuple):
    """The same of a term."""

    unit: str
    person: object
    joined: date
    left_on: date
    had: Decimal | int


class _ClashRow(NamedTuple):
    """The same of two rows that cannot both be true."""

    unit: str
    person: object
    other: str
    other_person: object
    reason: str


_Row = TypeVar("_Row")


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
class Clash:
    """Rows that cannot all be true: somebody in post in two units at once, or two people under one number.

    ``places`` are the units with the cells in which each says so.
    """

    id: str
    reason: str
    places: tuple[tuple[str, CitedRow], ...]


@dataclass(frozen=True)
class CountedPeople:
    """Who did not reach it (at most ``limit`` of ``short``) and how many did; ``clashes`` keep them from counting."""

    missed: tuple[Person, ...]
    short: int
    reached: int
    running: int
    clashes: tuple[Clash, ...]
    unit_of_measure: str


def find_people(reader: Reader, figure: int, people: ShareOfPeople, moment: Moment, unit: str) -> CountedPeople:
    """Everybody who counts in a unit, by the engine's own roster and records."""
    found = reader.keep(("people", figure), lambda: _find_all(reader, figure, people, moment))
    return found.get(unit) or CountedPeople((), 0, 0, 0, (), _name_unit(reader, people))


def _name_unit(reader: Reader, people: ShareOfPeople) -> str:
    sum_of = people.records.sum
    column = reader.pack.dataset(people.records.dataset).column(sum_of) if sum_of else None
    return (column.unit_of_measure or "") if column is not None else "条"


def _find_all(reader: Reader, figure: int, people: ShareOfPeople, moment: Moment) -> dict[str, CountedPeople]:
    clashes = _find_clashes(reader, figure, people, moment)
    counted: dict[str, list[Person]] = {}
    running: dict[str, int] = {}
    if people.within == "term":
        for unit, person, runs in _read_terms(reader, figure, people, moment):
            if runs and person.has < person.required:
                running[unit] = running.get(unit, 0) + 1
            else:
                counted.setdefault(unit, []).append(person)
    else:
        for unit, person in _read_year(reader, figure, people, moment):
            counted.setdefault(unit, []).append(person)
    short = {unit: [person for person in all_ if person.has < person.required] for unit, all_ in counted.items()}
    listed = [(unit, person) for unit, missed in short.items() for person in missed[: reader.limit]]
    cited: dict[str, list[Person]] = {}
    for (unit, _), person in zip(listed, _cite_people(reader, people, moment, listed), strict=True):
        cited.setdefault(unit, []).append(person)
    word = _name_unit(reader, people)
    return {
        unit: CountedPeople(
            tuple(cited.get(unit, ())),
            len(short.get(unit, ())),
            len(counted.get(unit, ())) - len(short.get(unit, ())),
            running.get(unit, 0),
            tuple(clashes.get(unit, ())),
            word,
        )
        for unit in counted.keys() | running.keys() | clashes.keys()
    }


def _select(reader: Reader, name: str, query: str, order: str, make: Callable[..., _Row]) -> list[_Row]:
    """The rows of a query over all units that are of the reader's; where there are many, it is run once for all."""
    if not reader.copied:
        source = f"({query})"
    else:
        source = f"cited.{quote_name(name)}"
        reader.connection.execute(f"CREATE TABLE IF NOT EXISTS {source} AS {query}")
    found = reader.connection.execute(f"SELECT * FROM {source} WHERE {reader.of_units('unit')} ORDER BY {order}")
    return [make(*row) for row in found.fetchall()]


def _read_year(reader: Reader, figure: int, people: ShareOfPeople, moment: Moment) -> list[tuple[str, Person]]:
    rosters, records = Rosters(reader.pack, moment), RecordSums(reader.pack, moment)
    posts, share = rosters.find_share(people.roster, people.reaching.prorate)
    source, n = records.find_column(people)
    query = write_with(
        {**rosters.write_ctes(), **records.write_ctes()},
        f"SELECT p.unit, p.person, p.{share} AS share, coalesce(r.had_{n}, 0) AS had FROM {quote_name(posts)} p\n"
        f"LEFT JOIN {quote_name(source)} r ON r.unit = p.unit AND r.person = p.person\n"
        f"WHERE p.{share} > 0",
    )
    scale = _find_scale(reader, people)
    least, prorate = Fraction(people.reaching.at_least.value), people.reaching.prorate
    whole = count_whole(people, moment)
    word = {"whole": "", "months_in_post": "个整月", "days_in_post": "天"}[prorate]
    return [
        (
            row.unit,
            Person(
                str(row.person),
                "",
                least * int(row.share) / whole,
                Fraction(int(row.had), scale),
                None if prorate == "whole" else int(row.share),
                word,
            ),
        )
        for row in _select(reader, f"people {figure}", query, "unit, person", _YearRow)
    ]


def _find_scale(reader: Reader, people: ShareOfPeople) -> int:
    column = reader.pack.dataset(people.records.dataset).column(people.records.sum or "")
    return 10**column.decimals if column is not None and column.type == "decimal" else 1


def _read_terms(reader: Reader, figure: int, people: ShareOfPeople, moment: Moment) -> list[tuple[str, Person, bool]]:
    """Each term with what was done in it, and whether it still runs at the cutoff."""
    records = reader.pack.dataset(people.records.dataset)
    assert records.event_date is not None
    amount = quote_name(people.records.sum) if people.records.sum else "1"
    day, person = quote_name(records.event_date), quote_name(people.records.person)
    period = write_period(reader.pack, records, moment.year, "to_date")
    rosters = Rosters(reader.pack, moment)
    roster, number = rosters.find_people(people.roster)
    query = write_with(
        {roster: rosters.write_ctes()[roster]},
        "SELECT t.unit, t.person, t.joined, t.left_on,\n"
        f"       (SELECT coalesce(sum({amount}), 0) FROM {name_reported(records)} r\n"
        f"        WHERE r._unit = t.unit AND r.{person} = t.person AND r.{day} BETWEEN t.joined AND t.left_on\n"
        f"          AND {join_and([period, write_where(people.records.where, records)])}) AS had\n"
        f"FROM {quote_name(roster)} t WHERE in_{number}",
    )
    least = Fraction(people.reaching.at_least.value)
    return [
        (
            row.unit,
            Person(str(row.person), "", least, Fraction(row.had), None, ""),
            row.left_on > moment.cutoff,
        )
        for row in _select(reader, f"terms {figure}", query, "unit, person, joined", _TermRow)
    ]


def _find_clashes(reader: Reader, figure: int, people: ShareOfPeople, moment: Moment) -> dict[str, list[Clash]]:
    """What the engine sees as a conflict: those in two units at once, and numbers that stand for two people."""
    rosters = Rosters(reader.pack, moment)
    roster, n = rosters.find_people(people.roster)
    dataset = people.roster.dataset
    named, doubled, shared = (quote_name(name) for name in (roster, name_doubled(dataset), name_shared(dataset)))
    start, end = quote_date(date(moment.year, 1, 1)), quote_date(moment.cutoff)
    query = write_with(
        rosters.write_ctes(),
        "SELECT DISTINCT a.unit, a.person, b.unit AS other, b.person AS other_person, 'person_in_two_units' AS reason\n"
        f"FROM {named} a JOIN {named} b ON b.who = a.who AND b.unit <> a.unit\n"
        f" AND greatest(a.joined, b.joined, {start}) < least(a.left_on, b.left_on, {end})\n"
        f"WHERE a.in_{n} AND b.in_{n} AND a.unit IN (SELECT unit FROM {doubled} WHERE doubled_{n})\n"
        "UNION ALL\n"
        "SELECT unit, person, unit, person, 'number_of_two_people'\n"
        f"FROM {named} WHERE in_{n} AND unit IN (SELECT unit FROM {shared} WHERE shared_{n})\n"
        "GROUP BY unit, person HAVING min(called) <> max(called)",
    )
    found: dict[tuple[str, str, str], list[tuple[str, str]]] = {}
    order = "unit, reason DESC, person, other, other_person"
    for row in _select(reader, f"clashes {figure}", query, order, _ClashRow):
        own, other = (row.unit, str(row.person)), (row.other, str(row.other_person))
        found.setdefault((*own, row.reason), [own]).append(other)
    told = {key: tuple(dict.fromkeys(places)) for key, places in list(found.items())}
    rows = _cite_posts(reader, people, moment, tuple({place for places in told.values() for place in places}))
    clashes: dict[str, list[Clash]] = {}
    names = {unit.id: unit.name_on(moment.cutoff) for unit in reader.pack.registry.units}
    for (unit, person, reason), places in told.items():
        cited = tuple((names[place[0]], row) for place in places for row in rows[place].cited)
        clashes.setdefault(unit, []).append(Clash(person, reason, cited))
    return clashes


def _cite_posts(
    reader: Reader, people: ShareOfPeople, moment: Moment, posts: tuple[tuple[str, str], ...]
) -> dict[tuple[str, str], UsedRows]:
    """The rows of the roster that put each of ``posts`` (unit, number) in post within the year, in any unit."""
    wanted, column = _want_posts(reader, people, moment)
    return reader.cite_people(wanted, column, sorted(posts), everywhere=True)


def _want_posts(reader: Reader, people: ShareOfPeople, moment: Moment) -> tuple[Wanted, str]:
    """The rows of the roster that count in the year, and the column of the number."""
    roster = reader.pack.dataset(people.roster.dataset)
    columns, named = roster.people, find_name_column(roster)
    assert columns is not None
    shown = (named.name if named is not None else columns.person, columns.joined, columns.left)
    start, end = date(moment.year, 1, 1).isoformat(), moment.cutoff.isoformat()
    joined = f"coalesce({quote_name(columns.joined)}, {EVER}) <= DATE '{end}'" if columns.joined else ""
    left = f"coalesce({quote_name(columns.left)}, {STILL}) >= DATE '{start}'" if columns.left else ""
    period = write_period(reader.pack, roster, moment.year, "year")
    here = join_and([period, write_where(people.roster.where, roster), joined, left])
    return Wanted(roster.id, "名册", here, tuple(name for name in shown if name)), columns.person


def _cite_people(
    reader: Reader, people: ShareOfPeople, moment: Moment, listed: list[tuple[str, Person]]
) -> list[Person]:
    """The same people with their names, and with the cells of the roster and of the records."""
    roster, records = reader.pack.dataset(people.roster.dataset), reader.pack.dataset(people.records.dataset)
    named = find_name_column(roster)
    wanted, column = _want_posts(reader, people, moment)
    keys = list(dict.fromkeys((unit, person.id) for unit, person in listed))
    entries = reader.cite_people(wanted, column, keys)
    period = write_period(reader.pack, records, moment.year, "year" if people.within == "year" else "to_date")
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
