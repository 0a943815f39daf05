"""Measures (计量): what is the actual figure? A closed set, exactly one per part."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from indicators.entries.amounts import Amount, Flag, Id, Name, Number, Quantity, Scalar, Text, parse_number
from indicators.entries.one_of import OneOf
from indicators.entries.tables import Entry


class Condition(Entry):
    """What a column must hold. All members that are given must hold; an empty cell decides only ``empty``."""

    any_of: tuple[Text, ...] = ()
    none_of: tuple[Text, ...] = ()
    at_least: Number | None = None
    at_most: Number | None = None
    above: Number | None = None
    below: Number | None = None
    empty: Flag | None = None

    @property
    def asks_value(self) -> bool:
        """Whether it says anything about a value, and not only if there is one."""
        bounds = (self.at_least, self.at_most, self.above, self.below)
        return bool(self.any_of or self.none_of) or any(bound is not None for bound in bounds)

    @property
    def can_be_open(self) -> bool:
        """Whether nobody knows of an empty cell if it fulfils it."""
        return self.asks_value and self.empty is not False

    @model_validator(mode="after")
    def _some(self) -> Condition:
        if not self.asks_value and self.empty is None:
            raise ValueError("条件不能为空;请写一个值、一列值,或删去这一列")
        return self


def _parse_condition(value: Any) -> Any:
    if isinstance(value, str):
        return {"any_of": [_quoted(value)]}
    if isinstance(value, list):
        return {"any_of": [_quoted(item) for item in value]}
    if isinstance(value, dict) and "not" in value and "none_of" not in value:
        rest = {key: item for key, item in value.items() if key != "not"}
        banned = value["not"]
        return {**rest, "none_of": [_quoted(item) for item in (banned if isinstance(banned, list) else [banned])]}
    return value


def _quoted(value: Any) -> Any:
    # A year or a number in a condition needs no quotes: the column's own type says what it is.
    return Scalar(value, value.line) if isinstance(value, Scalar) else value


Where = dict[Name, Annotated[Condition, BeforeValidator(_parse_condition)]]
Over = Literal["year", "to_date"]


class Tally(Entry):
    """Rows of a dataset counted, or one column of them added up, ``less`` another (总数减去依法剔除的数).

    ``over: year`` takes the rows of the year that is scored; ``to_date`` all rows up to that year.
    Rows whose event date lies after the as-of date are not yet known and never counted.
    """

    dataset: Name
    where: Where = Field(default_factory=dict)
    sum: Name | None = None
    less: Name | None = None
    over: Over = "year"

    @model_validator(mode="after")
    def _agree(self) -> Tally:
        if self.less is not None and self.sum is None:
            raise ValueError("less(要减去的列)只和 sum 一起写;请补上 sum 或删去 less")
        return self


class Count(Entry):
    """How many rows; with ``by`` how many per level (国家级/省级), with ``distinct`` how many different values."""

    dataset: Name
    where: Where = Field(default_factory=dict)
    by: Name | None = None
    distinct: Name | None = None
    over: Over = "year"

    @model_validator(mode="after")
    def _one(self) -> Count:
        if self.by and self.distinct:
            raise ValueError("by(分级)与 distinct(去重)不能同时写;请删去一个")
        return self


class Sum(Entry):
    """A column added up; no row at all is 0 only where the unit has reported. An empty cell is no 0: nobody knows."""

    dataset: Name
    column: Name
    where: Where = Field(default_factory=dict)
    over: Over = "year"


class Ratio(Entry):
    """A numerator over a denominator, kept as two numbers and never divided before the marks.

    A row in which the numerator's or denominator's column is empty makes the item pending: a rate
    without its counts is not a ratio. Numerator above denominator is a conflict.
    """

    numerator: Tally
    denominator: Tally


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


class ShareOfPeople(Entry):
    """Of the people on a roster, the share that reached something; people without any record count.

    ``within: year`` looks at the year that is scored: everybody in post on at least one day of it.
    ``within: term`` looks at each person's whole term; a term that still runs at the end of the year
    (or on the as-of date, if earlier) is not yet a failure: such a person counts once the requirement
    is reached and is left out before.
    A person in post in two units at once is a conflict for both.
    """

    roster: Roster
    records: Records
    reaching: Reaching
    within: Literal["year", "term"] = "year"


class EventDate(Entry):
    """When something was done: the ``first`` or ``last`` date, or ``each`` row for itself.

    ``not_before`` names a column that the true date cannot precede (成文日期), ``no_later_than`` one that
    it cannot follow (网址日期: the page existed by then). Where the date itself is unknown these bounds
    decide if they can, otherwise the item is pending and says what evidence is missing. Where date and
    upper bound give opposite verdicts the item is a conflict. ``after_year_end``: a date before the
    reported year has ended is a conflict. ``inherited``: where several units that were merged into one each owed
    the thing on its day, ``each`` of them counts, or it is asked ``once`` of all together.
    """

    dataset: Name
    column: Name
    where: Where = Field(default_factory=dict)
    pick: Literal["first", "last", "each"] = "first"
    not_before: Name | None = None
    no_later_than: Name | None = None
    after_year_end: Flag = False
    inherited: Literal["each", "once"] = "each"


class Latest(Entry):
    """The value of ``column`` in the row with the latest ``order``; two such rows that differ are a conflict."""

    dataset: Name
    column: Name
    order: Name
    where: Where = Field(default_factory=dict)


class Change(Entry):
    """A figure against the year before: the ``difference``, or the ``rate`` of change.

    ``from_zero`` declares a year before of zero: ``still_zero_reaches`` - zero again reaches the target,
    more misses it; ``not_applicable``; ``pending`` - left to a person; ``compare`` - compared like any number.
    """

    sum: Tally | None = None
    ratio: Ratio | None = None
    by: Literal["difference", "rate"] = "difference"
    from_zero: Literal["still_zero_reaches", "not_applicable", "pending", "compare"]

    @model_validator(mode="after")
    def _agree(self) -> Change:
        if (self.sum is None) == (self.ratio is None):
            raise ValueError("change 请只写一种:sum(件数或合计)或 ratio(比率)")
        if self.by == "rate" and self.from_zero == "compare":
            raise ValueError("上年为零时没有变化率;from_zero 请另选一种")
        return self


class Judgement(Entry):
    """An inspector's level or marks, from a dataset with the columns indicator, level, marks, reason.

    Several judgements of one item: ``conflict`` if they differ, or their ``mean``.
    """

    dataset: Name
    several: Literal["conflict", "mean"] = "conflict"


class Findings(Entry):
    """Confirmed findings about this indicator, from a dataset with the columns indicator and state.

    Counted, or per level of ``by`` (严重程度), or ``sum`` of a column of proposed marks.
    """

    dataset: Name
    where: Where = Field(default_factory=dict)
    states: tuple[Text, ...] = ("已认定", "已反馈", "已定案")
    by: Name | None = None
    sum: Name | None = None

    @model_validator(mode="after")
    def _one(self) -> Findings:
        if self.by and self.sum:
            raise ValueError("by(分级)与 sum(求和)不能同时写;请删去一个")
        return self


def _parse_out_of(value: Any) -> Quantity:
    number = parse_number(value)
    if number <= 0:
        raise ValueError("out_of(满分是多少)请写大于 0 的数")
    return Quantity(number)


class Imported(Entry):
    """Another assessment's score over its full score; two different scores are a conflict."""

    dataset: Name
    column: Name
    out_of: Annotated[Quantity, BeforeValidator(_parse_out_of)]
    where: Where = Field(default_factory=dict)


class OfMarks(Entry):
    """The marks of other indicators over their full marks; pending as long as one of them is."""

    indicators: tuple[Id, ...] = Field(min_length=1)


class Measure(OneOf):
    """Exactly one member."""

    noun = "计量"

    count: Count | None = None
    sum: Sum | None = None
    ratio: Ratio | None = None
    share_of_people: ShareOfPeople | None = None
    date: EventDate | None = None
    latest: Latest | None = None
    change: Change | None = None
    judgement: Judgement | None = None
    findings: Findings | None = None
    imported: Imported | None = None
    of_marks: OfMarks | None = None

    @property
    def is_share(self) -> bool:
        """Whether the figure is a share, so that 90% is what a target says of it."""
        if self.change is not None:
            return self.change.ratio is not None or self.change.by == "rate"
        if self.date is not None:
            return self.date.pick == "each"
        return self.kind in ("ratio", "share_of_people", "imported", "of_marks")

    def tallies(self) -> tuple[Tally, ...]:
        """The plain tallies that the measure consists of (none for people, dates, judgements...)."""
        if self.count is not None:
            return (Tally(dataset=self.count.dataset, where=self.count.where, over=self.count.over),)
        if self.sum is not None:
            return (Tally(dataset=self.sum.dataset, where=self.sum.where, sum=self.sum.column, over=self.sum.over),)
        if self.ratio is not None:
            return (self.ratio.numerator, self.ratio.denominator)
        if self.change is not None:
            if self.change.ratio is not None:
                return (self.change.ratio.numerator, self.change.ratio.denominator)
            assert self.change.sum is not None
            return (self.change.sum,)
        return ()

    def datasets(self) -> tuple[str, ...]:
        """The datasets that are read, each once, in the order of the pack."""
        member = getattr(self, self.kind)
        if self.share_of_people is not None:
            names = [self.share_of_people.roster.dataset, self.share_of_people.records.dataset]
        elif tallies := self.tallies():
            names = [tally.dataset for tally in tallies]
        else:
            names = [member.dataset] if hasattr(member, "dataset") else []
        return tuple(dict.fromkeys(names))
