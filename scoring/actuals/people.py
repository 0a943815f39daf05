"""Shares of people: a roster, what each person must reach, and the records that show it."""

from __future__ import annotations

import calendar
from dataclasses import dataclass, field

from indicators.measures import ShareOfPeople
from indicators.model import Pack
from scoring.actuals.raw import Moment, name_reported, scale_of, write_period, write_raw
from scoring.actuals.rosters import Rosters, name_doubled, name_shared
from scoring.parts import to_millionths
from scoring.sql import join_and, quote_date, quote_name, write_where


@dataclass
class Records:
    """Per person sums of a records dataset: all figures over the same dataset share one scan."""

    pack: Pack
    moment: Moment
    _wanted: dict[tuple[str, str], list[tuple[str, str | None]]] = field(default_factory=dict)

    def find_column(self, people: ShareOfPeople) -> tuple[str, str]:
        """The CTE and the column that hold what each person has."""
        records = people.records
        dataset = self.pack.dataset(records.dataset)
        wanted = self._wanted.setdefault((records.dataset, records.person), [])
        key = (write_where(records.where, dataset), records.sum)
        if key not in wanted:
            wanted.append(key)
        return f"records of {records.dataset} by {records.person}", f"had_{wanted.index(key) + 1}"

    def write_ctes(self) -> dict[str, str]:
        """One CTE per records dataset."""
        ctes = {}
        for (name, person), wanted in sorted(self._wanted.items()):
            dataset = self.pack.dataset(name)
            columns = [
                f"{_write_had(where, column, 10 ** scale_of(dataset, column))} AS had_{number}"
                for number, (where, column) in enumerate(wanted, start=1)
            ]
            period = join_and([write_period(self.pack, dataset, self.moment.year, "year")])
            ctes[f"records of {name} by {person}"] = (
                f"SELECT _unit AS unit, {quote_name(person)} AS person,\n       "
                + ",\n       ".join(columns)
                + f"\nFROM {name_reported(dataset)}\nWHERE {period}\nGROUP BY ALL"
            )
        return ctes


@dataclass
class People:
    """The shares of people of a layer: figures over the same roster and records share their scans and their join."""

    pack: Pack
    moment: Moment
    branches: list[str] = field(default_factory=list)
    rosters: Rosters = field(init=False)
    records: Records = field(init=False)
    _columns: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    _terms: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rosters = Rosters(self.pack, self.moment)
        self.records = Records(self.pack, self.moment)

    def add(self, figure: int, people: ShareOfPeople) -> None:
        """Take over a figure: its columns or its CTE, and its branch."""
        name, roster = self.rosters.find_people(people.roster)
        if people.within == "term":
            counted, num, den, pending = f"people_{figure}", "num", "den", "CASE WHEN p.all_running THEN 'not_due' END"
            self._terms[counted] = _write_term(f"{quote_name(name)} WHERE in_{roster}", people, self.pack, self.moment)
        else:
            posts, share = self.rosters.find_share(people.roster, people.reaching.prorate)
            source, column = self.records.find_column(people)
            counted, num, den, pending = name_shares(posts, source), f"num_{figure}", f"den_{figure}", "NULL"
            reached = write_reached(people, f"coalesce(r.{column}, 0)", f"p.{share}", self.pack, self.moment)
            self._columns.setdefault((posts, source), []).append(
                f"count(*) FILTER (WHERE p.{share} > 0) AS {den},\n"
                f"       count(*) FILTER (WHERE p.{share} > 0 AND {reached}) AS {num}"
            )
        doubled, shared = (quote_name(name(people.roster.dataset)) for name in (name_doubled, name_shared))
        self.branches.append(
            write_raw(
                f"units u LEFT JOIN {quote_name(counted)} p ON p.unit = u.unit\n"
                f"LEFT JOIN {doubled} d ON d.unit = u.unit\nLEFT JOIN {shared} s ON s.unit = u.unit",
                figure=str(figure),
                unit="u.unit",
                num=f"coalesce(p.{num}, 0)::HUGEINT",
                den=f"coalesce(p.{den}, 0)::HUGEINT",
                conflict=(
                    f"CASE WHEN d.doubled_{roster} THEN 'person_in_two_units'"
                    f" WHEN s.shared_{roster} THEN 'number_of_two_people' END"
                ),
                pending=pending,
                nobody=f"coalesce(p.{den}, 0) = 0",
            )
        )

    def write_ctes(self) -> dict[str, str]:
        """Rosters, records, then one CTE for each pair of them: per unit how many in post (den) reached it (num)."""
        ctes = {**self.rosters.write_ctes(), **self.records.write_ctes()}
        for (posts, source), columns in self._columns.items():
            ctes[name_shares(posts, source)] = (
                "SELECT p.unit,\n       " + ",\n       ".join(columns) + f"\nFROM {quote_name(posts)} p\n"
                f"LEFT JOIN {quote_name(source)} r ON r.unit = p.unit AND r.person = p.person\n"
                "GROUP BY p.unit"
            )
        return ctes | self._terms


def name_shares(posts: str, source: str) -> str:
    """The CTE that joins who was in post with what they have."""
    return f"{posts} with {source}"


def write_reached(people: ShareOfPeople, had: str, share: str, pack: Pack, moment: Moment) -> str:
    """The condition that ``had`` reaches what a ``share`` of the year asks for."""
    scale = 10 ** scale_of(pack.dataset(people.records.dataset), people.records.sum)
    least = to_millionths(people.reaching.at_least.value)
    # had / scale >= least * share / whole, without a division
    return f"{had} * {1_000_000 * count_whole(people, moment)} >= {least * scale}::HUGEINT * {share}"


def count_whole(people: ShareOfPeople, moment: Moment) -> int:
    """The share of somebody in post all year."""
    days = 365 + calendar.isleap(moment.year)
    return {"whole": 1, "months_in_post": 12, "days_in_post": days}[people.reaching.prorate]


def _write_had(where: str, column: str | None, factor: int) -> str:
    if column is None:
        return f"count(*) FILTER (WHERE {where})::HUGEINT"
    # Made whole before it is added: a sum of decimals would be divided once per person, in 128 bits.
    whole = quote_name(column) if factor == 1 else f"({quote_name(column)} * {factor})::BIGINT"
    return f"coalesce(sum({whole}) FILTER (WHERE {where}), 0)::HUGEINT"


def _write_term(roster: str, people: ShareOfPeople, pack: Pack, moment: Moment) -> str:
    records = pack.dataset(people.records.dataset)
    assert records.event_date is not None
    factor = 10 ** scale_of(records, people.records.sum)
    had = "count(r.person)::HUGEINT"
    if people.records.sum is not None:
        had = f"(coalesce(sum(r.amount), 0) * {factor})::HUGEINT"
    amount = quote_name(people.records.sum) if people.records.sum else "1"
    least = to_millionths(people.reaching.at_least.value) * factor
    where = join_and([write_period(pack, records, moment.year, "to_date"), write_where(people.records.where, records)])
    return (
        "SELECT unit,\n"
        "       count(*) FILTER (WHERE reached) AS num,\n"
        "       count(*) FILTER (WHERE reached OR NOT running) AS den,\n"
        "       count(*) FILTER (WHERE reached OR NOT running) = 0 AS all_running\n"
        "FROM (\n"
        f"  SELECT t.unit, t.term, t.left_on > {quote_date(moment.cutoff)} AS running,\n"
        f"         {had} * 1000000 >= {least}::HUGEINT AS reached\n"
        f"  FROM (SELECT unit, person, joined, left_on, row_number() OVER () AS term FROM {roster}) t\n"
        f"  LEFT JOIN (SELECT _unit AS unit, {quote_name(people.records.person)} AS person,\n"
        f"                    {quote_name(records.event_date)} AS on_day, {amount} AS amount\n"
        f"             FROM {name_reported(records)} WHERE {where}) r\n"
        "    ON r.unit = t.unit AND r.person = t.person AND r.on_day BETWEEN t.joined AND t.left_on\n"
        "  GROUP BY ALL\n"
        ")\n"
        "GROUP BY unit"
    )
