"""Rosters: who stood on them, who in two units at once, and for how long; one scan for all figures over a dataset."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from indicators.entries.persons import COUNTED_AS, JOINT, WRITTEN, list_identity, tell_names_apart
from indicators.entries.tables import Dataset
from indicators.measures.share_of_people import Roster
from indicators.pack.model import Pack
from scoring.base.sql import join_and, quote_date, quote_name, quote_text
from scoring.measures.raw import Moment, can_be_open, may_be_empty, name_reported, write_condition, write_period

EVER = quote_date(date(1, 1, 1))
STILL = quote_date(date(9999, 12, 31))

_MONTHS = (
    "greatest(month(b) - CASE WHEN b = last_day(b) THEN 0 ELSE 1 END"
    " - month(a) - CASE WHEN day(a) = 1 THEN 0 ELSE 1 END + 1, 0)"
)
#: What one span of days from a to b in the year is worth.
_WORTH = {"whole": "1", "months_in_post": _MONTHS, "days_in_post": "date_diff('day', a, b) + 1"}


@dataclass
class Rosters:
    """The rosters that a layer's figures ask for, by the dataset that is scanned for them."""

    pack: Pack
    moment: Moment
    _conditions: dict[str, list[str]] = field(default_factory=dict)
    _shares: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    _open: dict[str, set[str]] = field(default_factory=dict)

    def find_people(self, roster: Roster) -> tuple[str, int]:
        """The CTE of everybody on the roster's dataset, and the n whose column ``in_n`` tells who is on this roster.

        Columns: unit, person (the number within the unit), who (the same in every unit), called, joined, left_on.
        The n is also that of ``doubled_n`` in :func:`name_doubled` and of ``shared_n`` in :func:`name_shared`.
        """
        conditions = self._conditions.setdefault(roster.dataset, [])
        dataset = self.pack.dataset(roster.dataset)
        condition = write_condition(roster.where, dataset, self.moment)
        if self.is_open(roster):
            self._open.setdefault(roster.dataset, set())
        if can_be_open(roster.where, dataset):
            self._open[roster.dataset].add(condition)
        return f"people of {roster.dataset}", _number(conditions, condition)

    def is_open(self, roster: Roster) -> bool:
        """Whether an empty cell can leave open who is on the roster: then :func:`name_open` says of which units."""
        dataset = self.pack.dataset(roster.dataset)
        assert dataset.people is not None
        return can_be_open(roster.where, dataset) or may_be_empty(dataset, dataset.people.person)

    def find_share(self, roster: Roster, prorate: str) -> tuple[str, str]:
        """The CTE with a row per unit and person, and its column: 1, whole months or days in post, NULL off it."""
        _, number = self.find_people(roster)
        shares = self._shares.setdefault(roster.dataset, [])
        return f"in post of {roster.dataset}", f"share_{_number(shares, (number, prorate))}"

    def write_ctes(self) -> dict[str, str]:
        """The CTEs of every dataset that was asked for."""
        ctes = {}
        for dataset, conditions in self._conditions.items():
            people, repeated = quote_name(f"people of {dataset}"), quote_name(f"repeated in {dataset}")
            ctes[f"people of {dataset}"] = self._write_people(dataset, conditions)
            ctes[f"repeated in {dataset}"] = (
                f"SELECT * FROM {people}\n"
                f"SEMI JOIN (SELECT unit, person FROM {people} GROUP BY unit, person HAVING count(*) > 1)\n"
                "  USING (unit, person)"
            )
            ctes[name_shared(dataset)] = _write_shared(repeated, len(conditions))
            ctes[f"in two units of {dataset}"] = (
                f"SELECT * FROM {people}\n"
                f"SEMI JOIN (SELECT who FROM {people} GROUP BY who HAVING min(unit) <> max(unit)) USING (who)"
            )
            ctes[name_doubled(dataset)] = self._write_doubled(quote_name(f"in two units of {dataset}"), len(conditions))
            if dataset in self._open:
                ctes[name_open(dataset)] = self._write_open(dataset, conditions)
            if shares := self._shares.get(dataset):
                asked = sorted({number for number, _ in shares})
                ctes[f"spans in {dataset}"] = self._write_spans(repeated, asked)
                ctes[f"in post of {dataset}"] = self._write_in_post(dataset, shares)
        return ctes

    def _write_people(self, name: str, conditions: list[str]) -> str:
        dataset = self.pack.dataset(name)
        columns = dataset.people
        assert columns is not None
        joined, left, window = self._write_window(dataset)
        anybody = "" if "TRUE" in conditions else " OR ".join(f"({condition})" for condition in conditions)
        where = join_and([f"({anybody})" if len(conditions) > 1 and anybody else anybody, window])
        flags = "".join(f",\n       {condition} AS in_{number}" for number, condition in enumerate(conditions, start=1))
        return (
            f"SELECT _unit AS unit, {quote_name(columns.person)} AS person,\n"
            f"       {_write_called(dataset)} AS called,\n       {_write_who(dataset)} AS who,\n"
            f"       {joined} AS joined, {left} AS left_on{flags}\n"
            f"FROM {name_reported(dataset)}\nWHERE {where}"
        )

    def _write_window(self, dataset: Dataset) -> tuple[str, str, str]:
        """From when and until when in post, and the condition that a row is of the period and in post within it."""
        columns = dataset.people
        assert columns is not None
        joined = f"coalesce({quote_name(columns.joined)}, {EVER})" if columns.joined else EVER
        left = f"coalesce({quote_name(columns.left)}, {STILL})" if columns.left else STILL
        window = [
            write_period(self.pack, dataset, self.moment.year, "year"),
            f"{joined} <= {quote_date(self.moment.cutoff)}",
            f"{left} >= {quote_date(date(self.moment.year, 1, 1))}",
        ]
        return joined, left, join_and(window)

    def _write_open(self, name: str, conditions: list[str]) -> str:
        """Units with a row in post of which an empty cell leaves open who it is, or if they are on the roster."""
        dataset = self.pack.dataset(name)
        assert dataset.people is not None
        person = quote_name(dataset.people.person)
        flags = []
        for number, condition in enumerate(conditions, start=1):
            asked = f"({condition}) IS NOT FALSE AND {person} IS NULL" if condition != "TRUE" else f"{person} IS NULL"
            if condition in self._open[name]:
                asked = f"({condition}) IS NULL OR ({asked})"
            flags.append(f"bool_or({asked}) AS open_{number}")
        return (
            f"SELECT _unit AS unit, {', '.join(flags)}\n"
            f"FROM {name_reported(dataset)}\nWHERE {self._write_window(dataset)[2]}\nGROUP BY _unit"
        )

    def _write_doubled(self, listed: str, conditions: int) -> str:
        """Units that share a person with another unit at the same time within the window, by roster."""
        start, end = quote_date(date(self.moment.year, 1, 1)), quote_date(self.moment.cutoff)
        columns = ", ".join(f"bool_or(a.in_{n} AND b.in_{n}) AS doubled_{n}" for n in range(1, conditions + 1))
        return (
            f"SELECT a.unit, {columns}\n"
            f"FROM {listed} a\nJOIN {listed} b ON b.who = a.who AND b.unit <> a.unit\n"
            f"WHERE greatest(a.joined, b.joined, {start}) < least(a.left_on, b.left_on, {end})\n"
            "GROUP BY a.unit"
        )

    def _write_spans(self, repeated: str, asked: list[int]) -> str:
        """The spans of those with several rows, by roster.

        Rows that touch or overlap are one span, so that a month is whole across them; most people have one row,
        and only the others are worth the windows.
        """
        rows = "\n    UNION ALL\n".join(
            f"    SELECT {number} AS roster, unit, person, {self._first} AS a, {self._last} AS b\n"
            f"    FROM {repeated} WHERE in_{number}"
            for number in asked
        )
        of_person = "PARTITION BY roster, unit, person ORDER BY a, b"
        return (
            "SELECT roster, unit, person, min(a) AS a, max(b) AS b\n"
            "FROM (\n"
            f"  SELECT *, count(*) FILTER (WHERE starts) OVER ({of_person}) AS island\n"
            "  FROM (\n"
            f"    SELECT *, coalesce(a > max(b) OVER ({of_person}\n"
            "             ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) + 1, TRUE) AS starts\n"
            f"    FROM (\n{_indent(rows)}\n    )\n"
            "  )\n"
            ")\n"
            "GROUP BY roster, unit, person, island"
        )

    @property
    def _first(self) -> str:
        return f"greatest(joined, {quote_date(date(self.moment.year, 1, 1))})"

    @property
    def _last(self) -> str:
        return f"least(left_on, {quote_date(date(self.moment.year, 12, 31))})"

    def _write_in_post(self, dataset: str, shares: list[tuple[int, str]]) -> str:
        people, repeated, spans = (quote_name(f"{kind} {dataset}") for kind in ("people of", "repeated in", "spans in"))
        single, several = [], []
        for number, (roster, prorate) in enumerate(shares, start=1):
            worth = _WORTH[prorate]
            added = "max(1)" if prorate == "whole" else f"sum({worth})"
            single.append(f"CASE WHEN in_{roster} THEN {worth} END AS share_{number}")
            several.append(f"{added} FILTER (WHERE roster = {roster}) AS share_{number}")
        listed, summed = (",\n       ".join(columns) for columns in (single, several))
        return (
            f"SELECT unit, person,\n       {listed}\n"
            f"FROM (SELECT *, {self._first} AS a, {self._last} AS b\n"
            f"      FROM {people} p ANTI JOIN {repeated} r ON r.unit = p.unit AND r.person = p.person)\n"
            "UNION ALL\n"
            f"SELECT unit, person,\n       {summed}\n"
            f"FROM {spans}\nGROUP BY unit, person"
        )


def name_doubled(dataset: str) -> str:
    """The CTE of the units with somebody who stands in two units at once."""
    return f"doubled in {dataset}"


def name_shared(dataset: str) -> str:
    """The CTE of the units in which one number stands for two people."""
    return f"shared in {dataset}"


def _write_shared(repeated: str, conditions: int) -> str:
    columns = ", ".join(f"bool_or(shared_{n}) AS shared_{n}" for n in range(1, conditions + 1))
    names = ", ".join(
        f"min(called) FILTER (WHERE in_{n}) <> max(called) FILTER (WHERE in_{n}) AS shared_{n}"
        for n in range(1, conditions + 1)
    )
    return f"SELECT unit, {columns}\nFROM (SELECT unit, {names} FROM {repeated} GROUP BY unit, person)\nGROUP BY unit"


def _write_who(roster: Dataset) -> str:
    """What is equal for one person in every unit; NULL where nobody is recognised outside the own unit."""
    folded = [_write_folded(name) for name in list_identity(roster)]
    return f" || {quote_text(JOINT)} || ".join(folded) or "NULL::VARCHAR"


def _write_called(roster: Dataset) -> str:
    name = tell_names_apart(roster)
    return _write_folded(name) if name is not None else "NULL::VARCHAR"


def _write_folded(column: str) -> str:
    return f"translate({quote_name(column)}, {quote_text(WRITTEN)}, {quote_text(COUNTED_AS)})"


def name_open(dataset: str) -> str:
    """The CTE of the units with a row of which nobody knows whom it puts on the roster."""
    return f"open in {dataset}"


def _number(known: list[Any], wanted: Any) -> int:
    if wanted not in known:
        known.append(wanted)
    return known.index(wanted) + 1


def _indent(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.split("\n"))
