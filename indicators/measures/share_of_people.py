"""The share of people on a roster that reached something."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from indicators.entries.amounts import Amount, Name
from indicators.entries.directions import Directions
from indicators.entries.tables import NUMERIC, Entry
from indicators.measures.kind import Kind, Lack, Need, Tables
from indicators.measures.rows import ALONE, Beside, Rows, Where


class Roster(Entry):
    dataset: Name
    where: Where = Field(default_factory=dict)


class Records(Entry):
    """What people did: rows counted, or ``sum`` of a column. ``person`` names the person column."""

    dataset: Name
    where: Where = Field(default_factory=dict)
    sum: Name | None = None
    person: Name = "person_id"


class Reaching(Entry):
    """What each person must reach.

    ``prorate``: whole - everybody the same; months_in_post - in proportion to the whole calendar months
    in post in the year (12 for the full year); days_in_post - in proportion to the days.
    """

    at_least: Amount
    prorate: Literal["whole", "months_in_post", "days_in_post"] = "whole"


class ShareOfPeople(Kind):
    """Of the people on a roster, the share that reached something; people without any record count.

    ``within: year`` looks at the year that is scored: everybody in post on at least one day of it.
    ``within: term`` looks at each person's whole term; a term that still runs at the end of the year
    (or on the as-of date, if earlier) is not yet a failure: such a person counts once the requirement
    is reached and is left out before.
    A person in post in two units at once is a conflict for both.
    """

    name = "share_of_people"
    title = "达到要求的人数比例"
    fits = ("number", "occurrences", "achievements", "missed")
    reads_people = True
    falls: ClassVar[Directions] = {"reaching.at_least": "up"}

    roster: Roster
    records: Records
    reaching: Reaching
    within: Literal["year", "term"] = "year"

    @property
    def is_share(self) -> bool:
        """Always."""
        return True

    @property
    def lacks(self) -> frozenset[Lack]:
        """There may be nobody."""
        return frozenset(("roster", "denominator"))

    @property
    def persons(self) -> tuple[tuple[str, str], ...]:
        """Who did it, as the roster calls them."""
        return ((self.records.dataset, self.records.person),)

    def list_rows(self, beside: Beside = ALONE) -> tuple[Rows, ...]:
        """The roster and the records: what is nobody's is nobody's loss, so that only amounts are watched."""
        records = self.records
        return (
            Rows(self.roster.dataset, self.roster.where, people=True),
            Rows(
                records.dataset,
                records.where,
                "to_date" if self.within == "term" else "year",
                (records.person, records.sum),
                (records.sum,),
            ),
        )

    def list_needs(self) -> Iterator[Need]:
        """The person, and what is added up."""
        yield Need(self.records.dataset, self.records.person, ("text",), "对应人员")
        if self.records.sum is not None:
            yield Need(self.records.dataset, self.records.sum, NUMERIC, "求和")

    def find_mistakes(self, tables: Tables, beside: Beside) -> Iterator[str]:
        """A roster says who is in post from when to when, as far as that is asked."""
        roster = tables.dataset(self.roster.dataset)
        if roster.people is None:
            yield f"台账 {roster.id} 没有写 people（人员列、到岗列、离岗列），不能作名册；请补上"
        elif (self.within == "term" or self.reaching.prorate != "whole") and (
            roster.people.joined is None or roster.people.left is None
        ):
            yield f"台账 {roster.id} 的 people 请写明 joined 和 left，才能按任期或按在岗时间折算"
        if self.within == "term" and tables.dataset(self.records.dataset).event_date is None:
            yield f"台账 {self.records.dataset} 请写明 event_date（每条记录的日期），才能按任期取数"
        if self.within == "term" and self.reaching.prorate != "whole":
            yield "按任期（within: term）考核时不按在岗时间折算；prorate 请写 whole 或不写"

    def find_faults(self) -> Iterator[str]:
        """What each person must reach is a number above nothing."""
        if self.reaching.at_least.percent or self.reaching.at_least.value <= 0:
            yield "reaching 是每个人要达到的数（学时、次数）；请写大于 0 的数，不带 %"
