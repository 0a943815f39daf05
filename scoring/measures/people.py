"""Shares of people: a roster, what each person must reach, and the records that show it."""

from __future__ import annotations

import calendar
from dataclasses import dataclass, field

from indicators.entries.scales import never_negative
from indicators.measures.share_of_people import ShareOfPeople
from indicators.pack.model import Pack
from scoring.base.parts import to_millionths
from scoring.base.sql import join_and, quote_date, quote_name
from scoring.measures.raw import (
    Moment,
    can_be_open,
    may_be_empty,
    name_reported,
    scale_of,
    write_condition,
    write_period,
    write_raw,
)
from scoring.measures.rosters import Rosters, name_doubled, name_open, name_shared


@dataclass
class RecordSums:
    """Per person sums of a records dataset: all figures over the same dataset share one scan.

    ``had_n`` adds up what is known, ``gap_n`` counts the rows that may hold more (or, with numbers below zero, less).
    """

    pack: Pack
    moment: Moment
    nobodys: set[str] = field(default_factory=set)
    _wanted: dict[tuple[str, str], list[tuple[str, str | None, bool]]] = field(default_factory=dict)

    def find_column(self, people: ShareOfPeople) -> tuple[str, int]:
        """The CTE that holds what each person has, and the n of its columns ``had_n`` and ``gap_n``."""
        records = people.records
        dataset = self.pack.dataset(records.dataset)
        wanted = self._wanted.setdefault((records.dataset, records.person), [])
        condition = write_condition(records.where, dataset, self.moment)
        key = (condition, records.sum, can_be_open(records.where, dataset))
        if key not in wanted:
            wanted.append(key)
        return f"records of {records.dataset} by {records.person}", wanted.index(key) + 1

    def write_nobodys(self, people: ShareOfPeople, n: int) -> str:
        """What is added to a person's gap: rows of nobody in particular may be anybody's."""
        records = people.records
        if not may_be_empty(self.pack.dataset(records.dataset), records.person):
            return ""
        self.nobodys.add(f"records of {records.dataset} by {records.person}")
        return f" + coalesce(g.rows_{n}, 0)"

    def write_ctes(self) -> dict[str, str]:
        """One CTE per records dataset."""
        ctes = {}
        for (name, person), wanted in sorted(self._wanted.items()):
            dataset = self.pack.dataset(name)
            loose = may_be_empty(dataset, person)
            columns = [
                f"{_write_had(where, column, 10 ** scale_of(dataset, column))} AS had_{number},\n"
                f"       {_write_gap(where, column, is_open)} AS gap_{number}"
                + (f",\n       count(*) FILTER (WHERE ({where}) IS NOT FALSE) AS rows_{number}" if loose else "")
                for number, (where, column, is_open) in enumerate(wanted, start=1)
            ]
            period = join_and([write_period(self.pack, dataset, self.moment.year, "year")])
            ctes[f"records of {name} by {person}"] = (
                f"SELECT _unit AS unit, {quote_name(person)} AS person,\n       "
                + ",\n       ".join(columns)
                + f"\nFROM {name_reported(dataset)}\nWHERE {period}\nGROUP BY ALL"
            )
        return ctes


@dataclass
class PeopleLayer:
    """The shares of people of a layer: figures over the same roster and records share their scans and their join."""

    pack: Pack
    moment: Moment
    branches: list[str] = field(default_factory=list)
    rosters: Rosters = field(init=False)
    records: RecordSums = field(init=False)
    _columns: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    _terms: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rosters = Rosters(self.pack, self.moment)
        self.records = RecordSums(self.pack, self.moment)

    def add(self, figure: int, people: ShareOfPeople) -> None:
        """Take over a figure: its columns or its CTE, and its branch."""
        name, roster = self.rosters.find_people(people.roster)
        if people.within == "term":
            counted, num, den, gaps, otherwise = f"people_{figure}", "num", "den", "gaps", "p.all_running"
            self._terms[counted] = _write_term(f"{quote_name(name)} WHERE in_{roster}", people, self.pack, self.moment)
        else:
            counted = self._add_year(figure, people)
            num, den, gaps, otherwise = f"num_{figure}", f"den_{figure}", f"gaps_{figure}", "FALSE"
        doubled, shared = (quote_name(name(people.roster.dataset)) for name in (name_doubled, name_shared))
        joined = f"{doubled} d ON d.unit = u.unit\nLEFT JOIN {shared} s ON s.unit = u.unit"
        missing = f"p.{gaps} > 0"
        if self.rosters.is_open(people.roster):
            joined += f"\nLEFT JOIN {quote_name(name_open(people.roster.dataset))} o ON o.unit = u.unit"
            missing += f" OR o.open_{roster}"
        self.branches.append(
            write_raw(
                f"units u LEFT JOIN {quote_name(counted)} p ON p.unit = u.unit\nLEFT JOIN {joined}",
                figure=str(figure),
                unit="u.unit",
                num=f"coalesce(p.{num}, 0)::HUGEINT",
                den=f"coalesce(p.{den}, 0)::HUGEINT",
                conflict=(
                    f"CASE WHEN d.doubled_{roster} THEN 'person_in_two_units'"
                    f" WHEN s.shared_{roster} THEN 'number_of_two_people' END"
                ),
                pending=f"CASE WHEN {missing} THEN 'counts_missing' WHEN {otherwise} THEN 'not_due' END",
                nobody=f"coalesce(p.{den}, 0) = 0",
            )
        )

    def _add_year(self, figure: int, people: ShareOfPeople) -> str:
        """The CTE in which the figure's columns will stand: in post, reached it, and nobody knows."""
        posts, share = self.rosters.find_share(people.roster, people.reaching.prorate)
        source, n = self.records.find_column(people)
        reached = write_reached(people, f"coalesce(r.had_{n}, 0)", f"p.{share}", self.pack, self.moment)
        gap = f"coalesce(r.gap_{n}, 0){self.records.write_nobodys(people, n)} > 0"
        if only_grows(people, self.pack):
            gap = f"{gap} AND NOT ({reached})"
        self._columns.setdefault((posts, source), []).append(
            f"count(*) FILTER (WHERE p.{share} > 0) AS den_{figure},\n"
            f"       count(*) FILTER (WHERE p.{share} > 0 AND {reached}) AS num_{figure},\n"
            f"       count(*) FILTER (WHERE p.{share} > 0 AND {gap}) AS gaps_{figure}"
        )
        return name_shares(posts, source)

    def write_ctes(self) -> dict[str, str]:
        """Rosters, records, then one CTE for each pair of them: per unit how many in post (den) reached it (num)."""
        ctes = {**self.rosters.write_ctes(), **self.records.write_ctes()}
        for (posts, source), columns in self._columns.items():
            of_nobody = ""
            if source in self.records.nobodys:
                of_nobody = f"LEFT JOIN {quote_name(source)} g ON g.unit = p.unit AND g.person IS NULL\n"
            ctes[name_shares(posts, source)] = (
                "SELECT p.unit,\n       " + ",\n       ".join(columns) + f"\nFROM {quote_name(posts)} p\n"
                f"LEFT JOIN {quote_name(source)} r ON r.unit = p.unit AND r.person = p.person\n"
                f"{of_nobody}GROUP BY p.unit"
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


def only_grows(people: ShareOfPeople, pack: Pack) -> bool:
    """Whether an empty cell of the records cannot lower what a person has."""
    records = people.records
    return records.sum is None or never_negative(pack.dataset(records.dataset), records.sum)


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


def _write_gap(where: str, column: str | None, is_open: bool) -> str:
    """The rows that may add something nobody knows: without a number, or without what tells whether they count."""
    found = [f"({where}) IS NULL"] if is_open else []
    if column is not None:
        found.append(f"({join_and([where if where != 'TRUE' else '', f'{quote_name(column)} IS NULL'])})")
    return f"count(*) FILTER (WHERE {' OR '.join(found)})" if found else "0"


def _write_term(roster: str, people: ShareOfPeople, pack: Pack, moment: Moment) -> str:
    records = pack.dataset(people.records.dataset)
    assert records.event_date is not None
    factor = 10 ** scale_of(records, people.records.sum)
    amount = quote_name(people.records.sum) if people.records.sum else "1"
    least = to_millionths(people.reaching.at_least.value) * factor
    condition = write_condition(people.records.where, records, moment)
    person, day = quote_name(people.records.person), quote_name(records.event_date)
    same = "r.person = t.person"
    if may_be_empty(records, people.records.person):
        same = f"({same}) IS NOT FALSE"
    asked = join_and([write_period(pack, records, moment.year, "to_date"), f"({condition}) IS NOT FALSE"])
    # A row without a day or a person may belong to any term, and what it holds is then not known of this one.
    gap = "gap > 0 AND NOT reached" if only_grows(people, pack) else "gap > 0"
    return (
        "SELECT unit,\n"
        "       count(*) FILTER (WHERE reached) AS num,\n"
        "       count(*) FILTER (WHERE reached OR NOT running) AS den,\n"
        f"       count(*) FILTER (WHERE {gap}) AS gaps,\n"
        "       count(*) FILTER (WHERE reached OR NOT running) = 0 AS all_running\n"
        "FROM (\n"
        f"  SELECT t.unit, t.term, t.left_on > {quote_date(moment.cutoff)} AS running,\n"
        f"         (coalesce(sum(r.amount), 0) * {factor})::HUGEINT * 1000000 >= {least}::HUGEINT AS reached,\n"
        "         count(r.unit) - count(r.amount) AS gap\n"
        f"  FROM (SELECT unit, person, joined, left_on,\n"
        "               row_number() OVER (PARTITION BY unit ORDER BY person, joined, left_on) AS term\n"
        f"        FROM {roster}) t\n"
        f"  LEFT JOIN (SELECT _unit AS unit, {person} AS person, {day} AS on_day,\n"
        f"                    CASE WHEN {join_and([condition, f'{person} IS NOT NULL'])} THEN {amount} END AS amount\n"
        f"             FROM {name_reported(records)} WHERE {asked}) r\n"
        f"    ON r.unit = t.unit AND {same}\n"
        "   AND (r.on_day BETWEEN t.joined AND t.left_on) IS NOT FALSE\n"
        "  GROUP BY ALL\n"
        ")\n"
        "GROUP BY unit"
    )
