"""Shares of people: a roster, what each person must reach, and the records that show it."""

from __future__ import annotations

import calendar
from dataclasses import dataclass, field
from datetime import date

from indicators.measures import ShareOfPeople
from indicators.model import Pack
from scoring.actuals.raw import Moment, name_reported, scale_of, write_period, write_raw
from scoring.parts import to_millionths
from scoring.sql import join_and, quote_date, quote_name, write_where

EVER = quote_date(date(1, 1, 1))
STILL = quote_date(date(9999, 12, 31))


@dataclass
class Records:
    """Per person sums of a records dataset: all figures over the same dataset share one scan and one join."""

    pack: Pack
    moment: Moment
    _wanted: dict[tuple[str, str], list[tuple[str, str | None]]] = field(default_factory=dict)
    _reached: dict[str, dict[int, str]] = field(default_factory=dict)

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
            period = join_and([write_period(dataset, self.moment.year, "year")])
            ctes[f"records of {name} by {person}"] = (
                f"SELECT _unit AS unit, {quote_name(person)} AS person,\n       "
                + ",\n       ".join(columns)
                + f"\nFROM {name_reported(dataset)}\nWHERE {period}\nGROUP BY ALL"
            )
        return ctes

    def add_share(self, figure: int, source: str, reached: str) -> None:
        """Note that ``reached``, over a row p of the figure's people and a row r of ``source``, decides a figure."""
        self._reached.setdefault(source, {})[figure] = reached

    def write_shares(self) -> dict[str, str]:
        """One CTE per records dataset: figure, unit, and how many of those in post (``den``) reached it (``num``)."""
        ctes = {}
        for source, reached in self._reached.items():
            posts = "\n  UNION ALL\n".join(
                f"  SELECT {figure} AS figure, unit, person, share FROM in_post_{figure} WHERE share > 0"
                for figure in reached
            )
            cases = "\n".join(f"         WHEN {figure} THEN {condition}" for figure, condition in reached.items())
            ctes[f"shares by {source}"] = (
                "SELECT p.figure, p.unit, count(*) AS den,\n"
                f"       count(*) FILTER (WHERE CASE p.figure\n{cases} END) AS num\n"
                f"FROM (\n{posts}\n) p\n"
                f"LEFT JOIN {quote_name(source)} r ON r.unit = p.unit AND r.person = p.person\n"
                "GROUP BY p.figure, p.unit"
            )
        return ctes


def _write_had(where: str, column: str | None, factor: int) -> str:
    if column is None:
        return f"count(*) FILTER (WHERE {where})::HUGEINT"
    # Made whole before it is added: a sum of decimals would be divided once per person, in 128 bits.
    whole = quote_name(column) if factor == 1 else f"({quote_name(column)} * {factor})::BIGINT"
    return f"coalesce(sum({whole}) FILTER (WHERE {where}), 0)::HUGEINT"


def write_people(figure: int, people: ShareOfPeople, pack: Pack, moment: Moment, records: Records) -> dict[str, str]:
    """The CTEs of one share of people: who is on the roster, who is doubled, and who is in post or has reached it."""
    roster, double = f"roster_{figure}", f"double_{figure}"
    ctes = {roster: _write_roster(people, pack, moment), double: _write_double(roster, moment)}
    if people.within == "term":
        ctes[f"people_{figure}"] = _write_term(roster, people, pack, moment)
        return ctes
    source, column = records.find_column(people)
    scale = 10 ** scale_of(pack.dataset(people.records.dataset), people.records.sum)
    ctes[f"in_post_{figure}"] = _write_in_post(roster, people.reaching.prorate, moment.year)
    least = to_millionths(people.reaching.at_least.value)
    whole = {"whole": 1, "months_in_post": 12, "days_in_post": 365 + calendar.isleap(moment.year)}[
        people.reaching.prorate
    ]
    # had / scale >= least * share / whole, without a division
    reached = f"coalesce(r.{column}, 0) * {1_000_000 * whole} >= {least * scale}::HUGEINT * p.share"
    records.add_share(figure, source, reached)
    return ctes


def _write_roster(people: ShareOfPeople, pack: Pack, moment: Moment) -> str:
    dataset = pack.dataset(people.roster.dataset)
    columns = dataset.people
    assert columns is not None
    joined = f"coalesce({quote_name(columns.joined)}, {EVER})" if columns.joined else EVER
    left = f"coalesce({quote_name(columns.left)}, {STILL})" if columns.left else STILL
    where = join_and(
        [
            write_period(dataset, moment.year, "year"),
            write_where(people.roster.where, dataset),
            f"{joined} <= {quote_date(moment.cutoff)}",
            f"{left} >= {quote_date(date(moment.year, 1, 1))}",
        ]
    )
    return (
        f"SELECT _unit AS unit, {quote_name(columns.person)} AS person, {joined} AS joined, {left} AS left_on\n"
        f"FROM {name_reported(dataset)}\nWHERE {where}"
    )


def _write_double(roster: str, moment: Moment) -> str:
    """Units that share a person with another unit at the same time within the window."""
    start, end = quote_date(date(moment.year, 1, 1)), quote_date(moment.cutoff)
    return (
        "SELECT DISTINCT a.unit\n"
        f"FROM (SELECT person FROM {roster} GROUP BY person HAVING count(*) > 1) s\n"
        f"JOIN {roster} a ON a.person = s.person\n"
        f"JOIN {roster} b ON b.person = s.person AND b.unit <> a.unit\n"
        f"WHERE greatest(a.joined, b.joined, {start}) < least(a.left_on, b.left_on, {end})"
    )


def _write_in_post(roster: str, prorate: str, year: int) -> str:
    """Unit, person and their share: 1, whole months or days in post in the year."""
    if prorate == "whole":
        return f"SELECT DISTINCT unit, person, 1::HUGEINT AS share\nFROM {roster}"
    start, end = quote_date(date(year, 1, 1)), quote_date(date(year, 12, 31))
    spans = f"(SELECT unit, person, greatest(joined, {start}) AS a, least(left_on, {end}) AS b FROM {roster}) s"
    share = "sum(span_end - span_start + 1)::HUGEINT"
    if prorate == "months_in_post":
        first = "month(span_start) + CASE WHEN day(span_start) = 1 THEN 0 ELSE 1 END"
        last = "month(span_end) - CASE WHEN span_end = last_day(span_end) THEN 0 ELSE 1 END"
        share = f"sum(greatest(({last}) - ({first}) + 1, 0))::HUGEINT"
    # Rows of one person that touch or overlap are one span, so that a month is whole across them; most people
    # have one row, and only the others are worth the windows.
    return (
        f"SELECT unit, person, {share} AS share\n"
        "FROM (\n"
        "  SELECT unit, person, any_value(a) AS span_start, any_value(b) AS span_end\n"
        f"  FROM {spans}\n"
        "  GROUP BY unit, person HAVING count(*) = 1\n"
        "  UNION ALL\n"
        "  SELECT unit, person, min(a) AS span_start, max(b) AS span_end\n"
        "  FROM (\n"
        "    SELECT *, count(*) FILTER (WHERE starts) OVER (PARTITION BY unit, person ORDER BY a, b) AS island\n"
        "    FROM (\n"
        "      SELECT unit, person, a, b, coalesce(a > max(b) OVER (PARTITION BY unit, person ORDER BY a, b\n"
        "               ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) + 1, TRUE) AS starts\n"
        f"      FROM {spans}\n"
        f"      SEMI JOIN (SELECT unit, person FROM {roster} GROUP BY unit, person HAVING count(*) > 1)\n"
        "        USING (unit, person)\n"
        "    )\n"
        "  )\n"
        "  GROUP BY unit, person, island\n"
        ")\n"
        "GROUP BY unit, person"
    )


def _write_term(roster: str, people: ShareOfPeople, pack: Pack, moment: Moment) -> str:
    records = pack.dataset(people.records.dataset)
    assert records.event_date is not None
    factor = 10 ** scale_of(records, people.records.sum)
    had = "count(r.person)::HUGEINT"
    if people.records.sum is not None:
        had = f"(coalesce(sum(r.amount), 0) * {factor})::HUGEINT"
    amount = quote_name(people.records.sum) if people.records.sum else "1"
    least = to_millionths(people.reaching.at_least.value) * factor
    where = write_where(people.records.where, records)
    return (
        "SELECT unit,\n"
        "       count(*) FILTER (WHERE reached) AS num,\n"
        "       count(*) FILTER (WHERE reached OR NOT running) AS den,\n"
        "       count(*) FILTER (WHERE reached OR NOT running) = 0 AS all_running\n"
        "FROM (\n"
        f"  SELECT t.unit, t.term, t.left_on > {quote_date(moment.cutoff)} AS running,\n"
        f"         {had} * 1000000 >= {least}::HUGEINT AS reached\n"
        f"  FROM (SELECT *, row_number() OVER () AS term FROM {roster}) t\n"
        f"  LEFT JOIN (SELECT _unit AS unit, {quote_name(people.records.person)} AS person,\n"
        f"                    {quote_name(records.event_date)} AS on_day, {amount} AS amount\n"
        f"             FROM {name_reported(records)} WHERE {where}) r\n"
        "    ON r.unit = t.unit AND r.person = t.person AND r.on_day BETWEEN t.joined AND t.left_on\n"
        "  GROUP BY ALL\n"
        ")\n"
        "GROUP BY unit"
    )


def write_people_raw(figure: int, people: ShareOfPeople, records: Records) -> str:
    """The branch of one share of people; a unit without anybody on the roster has 0 of 0."""
    if people.within == "term":
        source = f"units u LEFT JOIN people_{figure} p ON p.unit = u.unit"
        running = "CASE WHEN p.all_running THEN 'not_due' END"
    else:
        shares = quote_name(f"shares by {records.find_column(people)[0]}")
        source = f"units u LEFT JOIN {shares} p ON p.figure = {figure} AND p.unit = u.unit"
        running = "NULL"
    return write_raw(
        source,
        figure=str(figure),
        unit="u.unit",
        num="coalesce(p.num, 0)::HUGEINT",
        den="coalesce(p.den, 0)::HUGEINT",
        conflict=f"CASE WHEN u.unit IN (SELECT unit FROM double_{figure}) THEN 'person_in_two_units' END",
        pending=running,
        nobody="coalesce(p.den, 0) = 0",
    )
