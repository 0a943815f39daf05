"""Shares of people, person by person: what each had to reach and what each has."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from indicators.measures import ShareOfPeople
from indicators.tables import Dataset
from scoring.actuals.compile import write_with
from scoring.actuals.people import EVER, STILL, Records, write_people
from scoring.actuals.raw import Moment, name_reported, write_period
from scoring.evidence.cells import EMPTY, CitedRow, Reader, Wanted
from scoring.sql import join_and, quote_name, quote_text, write_where

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


def find_people(reader: Reader, people: ShareOfPeople, moment: Moment, unit: str) -> People:
    """Everybody who counts in a unit, by the engine's own roster and records."""
    pack = reader.pack
    records = Records(pack, moment)
    ctes = write_people(0, people, pack, moment, records)
    doubled = _find_doubled(reader, ctes, unit)
    if people.within == "term":
        rows = _read_terms(reader, people, ctes, moment, unit)
        running = [row for row in rows if row[1] < row[0].required and row[2]]
        counted = [row[0] for row in rows if row not in running]
    else:
        counted, running = _read_year(reader, people, ctes, records, moment, unit), []
    missed = [person for person in counted if person.has < person.required]
    listed = tuple(_cite_person(reader, people, moment, unit, person) for person in missed[: reader.limit])
    column = pack.dataset(people.records.dataset).column(people.records.sum) if people.records.sum else None
    word = (column.unit_of_measure or "") if column is not None else "条"
    return People(listed, len(missed), len(counted) - len(missed), len(running), doubled, word)


def _read_year(
    reader: Reader,
    people: ShareOfPeople,
    ctes: dict[str, str],
    records: Records,
    moment: Moment,
    unit: str,
) -> list[Person]:
    source, column = records.find_column(people)
    needed = {**records.write_ctes(), **{name: text for name, text in ctes.items() if name != "people_0"}}
    query = write_with(
        needed,
        f"SELECT p.person, p.share, coalesce(r.{column}, 0) FROM in_post_0 p\n"
        f"LEFT JOIN {quote_name(source)} r ON r.unit = p.unit AND r.person = p.person\n"
        f"WHERE p.unit = {quote_text(unit)} AND p.share > 0 ORDER BY p.person",
    )
    scale = _find_scale(reader, people)
    least, prorate = Fraction(people.reaching.at_least.value), people.reaching.prorate
    whole = {"whole": 1, "months_in_post": 12, "days_in_post": 365 + calendar.isleap(moment.year)}[prorate]
    word = {"whole": "", "months_in_post": "个整月", "days_in_post": "天"}[prorate]
    return [
        Person(
            str(person),
            "",
            least * int(share) / whole,
            Fraction(int(had), scale),
            None if prorate == "whole" else int(share),
            word,
        )
        for person, share, had in reader.connection.execute(query).fetchall()
    ]


def _find_scale(reader: Reader, people: ShareOfPeople) -> int:
    column = reader.pack.dataset(people.records.dataset).column(people.records.sum or "")
    return 10**column.decimals if column is not None and column.type == "decimal" else 1


def _read_terms(
    reader: Reader, people: ShareOfPeople, ctes: dict[str, str], moment: Moment, unit: str
) -> list[tuple[Person, Fraction, bool]]:
    """Each term with what was done in it, and whether it still runs at the cutoff."""
    records = reader.pack.dataset(people.records.dataset)
    assert records.event_date is not None
    amount = quote_name(people.records.sum) if people.records.sum else "1"
    day, person = quote_name(records.event_date), quote_name(people.records.person)
    query = write_with(
        {"roster_0": ctes["roster_0"]},
        "SELECT t.person, t.joined, t.left_on,\n"
        f"       (SELECT coalesce(sum({amount}), 0) FROM {name_reported(records)} r\n"
        f"        WHERE r._unit = t.unit AND r.{person} = t.person AND r.{day} BETWEEN t.joined AND t.left_on\n"
        f"          AND {write_where(people.records.where, records)}) AS had\n"
        f"FROM roster_0 t WHERE t.unit = {quote_text(unit)} ORDER BY t.person, t.joined",
    )
    least = Fraction(people.reaching.at_least.value)
    return [
        (Person(str(who), "", least, Fraction(had), None, ""), Fraction(had), left > moment.cutoff)
        for who, _, left, had in reader.connection.execute(query).fetchall()
    ]


def _find_doubled(reader: Reader, ctes: dict[str, str], unit: str) -> tuple[str, ...]:
    """Those who also stand on another unit's roster, named only where the engine sees an overlap."""
    known = {name: ctes[name] for name in ("roster_0", "double_0")}
    query = write_with(
        known,
        "SELECT DISTINCT a.person FROM roster_0 a\n"
        "JOIN roster_0 b ON b.person = a.person AND b.unit <> a.unit\n"
        " AND greatest(a.joined, b.joined) <= least(a.left_on, b.left_on)\n"
        f"WHERE a.unit = {quote_text(unit)} AND a.unit IN (SELECT unit FROM double_0) ORDER BY a.person",
    )
    return tuple(str(row[0]) for row in reader.connection.execute(query).fetchall())


def _cite_person(reader: Reader, people: ShareOfPeople, moment: Moment, unit: str, person: Person) -> Person:
    roster, records = reader.pack.dataset(people.roster.dataset), reader.pack.dataset(people.records.dataset)
    columns = roster.people
    assert columns is not None
    named = find_name_column(roster)
    shown = tuple(
        name for name in (named, columns.person if named is None else None, columns.joined, columns.left) if name
    )
    who = f"{quote_name(columns.person)} = {quote_text(person.id)}"
    start, end = date(moment.year, 1, 1).isoformat(), moment.cutoff.isoformat()
    joined = f"coalesce({quote_name(columns.joined)}, {EVER}) <= DATE '{end}'" if columns.joined else ""
    left = f"coalesce({quote_name(columns.left)}, {STILL}) >= DATE '{start}'" if columns.left else ""
    here = join_and(
        [write_period(roster, moment.year, "year"), write_where(people.roster.where, roster), who, joined, left]
    )
    entries = reader.cite(Wanted(roster.id, "名册", here, shown), unit).cited
    period = write_period(records, moment.year, "year") if people.within == "year" else ""
    done = join_and(
        [
            period,
            write_where(people.records.where, records),
            f"{quote_name(people.records.person)} = {quote_text(person.id)}",
        ]
    )
    dated = (records.event_date or records.period.date,)
    cells = tuple(name for name in (people.records.sum, *dated) if name) or records.key[:2]
    written = [cell.value for row in entries for cell in row.cells[:1] if named and cell.value != EMPTY]
    name = written[0] if written else person.id
    rows = (*entries, *reader.cite(Wanted(records.id, "记录", done, cells), unit).cited)
    return Person(person.id, name, person.required, person.has, person.in_post, person.in_post_unit, rows)


def find_name_column(roster: Dataset) -> str | None:
    """The column that holds people's names, if the roster has one."""
    return next((c.name for c in roster.columns if c.title in _NAMES or c.name == "name"), None)
