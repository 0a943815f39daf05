"""A pack (指标包): a policy document as data, complete in itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Literal

from pydantic import Field, PrivateAttr, model_validator

from indicators.entries.amounts import Amount, Flag, Id, Integer, Limit, Marks, Name, Quantity, Text, Worth
from indicators.entries.tables import Dataset, Entry
from indicators.entries.targets import MAX_YEARS_LATER, MonthDay, Target
from indicators.measures.registry import Measure
from indicators.measures.rows import Beside, Rows
from indicators.pack.by_date import join_levels, split_changes
from indicators.pack.calendar import CalendarYear, WorkCalendar, overlay_shipped
from indicators.pack.combining import Combine, Pooled, Pot, Reached, Tabled
from indicators.pack.dated import NumberChange, Valid, resolve_changes
from indicators.pack.decisions import DecisionTable
from indicators.pack.doubts import DoubtRule
from indicators.pack.duties import Assessors, Duties
from indicators.pack.grades import Grade, go_by_rank
from indicators.pack.layers import Openings, PackLayer
from indicators.pack.plain_values import write_plain
from indicators.pack.register import Register, UnitEntry
from indicators.pack.sheets import Sheets
from indicators.pack.sources import Cite, Obligation, Source
from indicators.rules.registry import MarksRule
from indicators.rules.rule import FULL


class Due(Entry):
    """The day by whose end a figure of the scored year must stand (12-31 of that year unless stated)."""

    every: MonthDay
    years_later: Integer = 0

    @model_validator(mode="after")
    def _agree(self) -> Due:
        if not 0 <= self.years_later <= MAX_YEARS_LATER:
            raise ValueError(f"years_later（几年之后）请写 0 到 {MAX_YEARS_LATER} 之间的整数")
        return self


class Part(Entry):
    """A measure, a target and marks: three independent choices.

    The target may be left out where the marks do not look at one (ladder, award, relative, judged…). In a pot a part
    ``takes`` or ``adds`` up to so much, within its ``group``, or ``voids`` the whole where its target is missed.
    """

    title: Text | None = None
    worth: dict[Id, Marks] | None = None
    takes: Worth | None = None
    adds: Worth | None = None
    voids: Flag = False
    group: Name | None = None
    measure: Measure
    target: Target | None = None
    marks: MarksRule
    due: Due | None = None

    @property
    def beside(self) -> Beside:
        """What its target and its marks read beside the measure."""
        by = self.target.by if self.target is not None else None
        rule = self.marks.chosen
        return Beside(rule.find_judged_column(), by.after if by is not None else None, rule.find_late_unit())

    def list_rows(self) -> tuple[Rows, ...]:
        """The rows that it reads."""
        return self.measure.chosen.list_rows(self.beside)


class NotApplicableWhen(Entry):
    """Conditions under which an indicator does not apply to a unit (不适用)."""

    roster: Literal["empty"] | None = None
    denominator: Literal["zero"] | None = None
    rows: Literal["none"] | None = None
    units: tuple[Id, ...] = ()
    kinds: tuple[Id, ...] = ()
    reason: Text | None = None


class Years(Entry):
    """First and last year in which something holds, both included."""

    first: Integer | None = None
    last: Integer | None = None

    @model_validator(mode="after")
    def _agree(self) -> Years:
        if self.first is not None and self.last is not None and self.first > self.last:
            raise ValueError(f"first（{self.first}）晚于 last（{self.last}），没有一年在内；请调换")
        return self

    def holds(self, year: int) -> bool:
        """Whether ``year`` lies within."""
        return (self.first is None or year >= self.first) and (self.last is None or year <= self.last)


class Indicator(Entry):
    """An indicator (指标): what is asked of whom, with what right, and what it is worth.

    ``combine``: ``sum`` - the parts' marks are added; ``all`` - full marks when every part reaches its
    target, else nothing; ``{at_least: k}`` - full marks when k parts do; ``{pot: …}`` - all parts take from and add to
    one amount; ``{table: …}`` - a table says which marks go with which of them. ``checklist`` is what an inspector
    looks at before judging. ``formality_reason``: why meetings, documents or pictures earn marks, where they do.
    ``draft``: proposed from a document and not confirmed by anybody; nothing is scored by a
    pack that holds one. ``changes`` are those of its numbers in time: see :meth:`of_year`.
    """

    id: Id
    name: Text
    draft: Flag = False
    section: Id
    marks: dict[Id, Limit]
    cites: tuple[Cite, ...]
    parts: tuple[Part, ...] = Field(min_length=1)
    combine: Combine = "sum"
    not_applicable_when: NotApplicableWhen = NotApplicableWhen()
    duties: Duties | None = None
    assessed_by: Assessors | None = None
    years: Years = Years()
    obligations: tuple[Text, ...] = ()
    strength: Literal["strong", "weak"] = "strong"
    checklist: tuple[Text, ...] = ()
    evidence: tuple[Text, ...] = ()
    formality_reason: Text | None = None
    note: Text | None = None
    changes: tuple[NumberChange, ...] = Field(default=(), title="变动")
    _valid: tuple[Valid, ...] = PrivateAttr(default=())

    def of_year(self, year: int) -> Indicator:
        """The indicator with the numbers by which a year is scored. Raises Unchangeable, and what a model raises."""
        if not self.changes:
            return self
        body = write_plain(self)
        valid = [*resolve_changes(body, self.changes, year), *split_changes(body, self.changes)]
        resolved = Indicator.model_validate(body).model_copy(update={"changes": ()})
        resolved._valid = tuple(valid)
        for index, levels in join_levels(valid).items():
            resolved.parts[index].measure.chosen.divide_levels(levels)
        return resolved

    @property
    def valid(self) -> tuple[Valid, ...]:
        """Which of the numbers that change in time a year is scored by; empty before :meth:`of_year`."""
        return self._valid

    def list_excluded(
        self, registry: Register, year: int, takers: Mapping[str, Sequence[str]] | None = None
    ) -> list[UnitEntry]:
        """The units of which it is not asked in a year: by name, by kind, or as others of their kind have the duty.

        A duty passes on to the units that ``takers`` gives for the one named; an exception does not.
        """
        rule = self.not_applicable_when
        if not rule.units and not rule.kinds and self.duties is None:
            return []
        named = set(self.duties.list_holders(year)) if self.duties else set()
        named |= {each for unit in named & takers.keys() for each in takers[unit]} if takers else set()
        bound = {unit.kind for unit in registry.units if unit.id in named}
        return [
            unit
            for unit in registry.units
            if unit.id in rule.units or unit.kind in rule.kinds or (unit.kind in bound and unit.id not in named)
        ]

    @property
    def pot(self) -> Pot | None:
        """The pot that the parts share, if they do."""
        return self.combine.pot if isinstance(self.combine, Pooled) else None

    @property
    def table(self) -> DecisionTable | None:
        """The table of which the parts are conditions, if they are."""
        return self.combine.table if isinstance(self.combine, Tabled) else None

    def find_needed(self) -> int | None:
        """How many parts must reach their target; None where that is not all that is asked of them."""
        if isinstance(self.combine, Reached):
            return self.combine.at_least
        return len(self.parts) if self.combine == "all" else None

    def has_own_marks(self, part: Part) -> bool:
        """Whether a part gives marks of its own, and does not only reach its target or miss it."""
        return self.combine == "sum" or (self.pot is not None and not part.voids)

    def worth(self, cohort: str) -> list[Decimal]:
        """The full marks of each part for ``cohort``: added they are the indicator's.

        In a pot they are the most that a part takes or adds. Where parts have no marks of their own each stands for
        the whole.
        """
        full = self.marks[cohort]
        if self.pot is not None:
            return [(part.takes or part.adds or FULL).of(full) for part in self.parts]
        if self.combine != "sum" or len(self.parts) == 1:
            return [full] * len(self.parts)
        equal = full / len(self.parts)
        return [(part.worth or {}).get(cohort, equal) for part in self.parts]

    def find_lowest(self, cohort: str) -> Decimal:
        """The least that it counts: below zero where a pot may take from the total, else nothing."""
        if self.pot is None:
            return Decimal(0)
        return min(Decimal(0), self.pot.at_least.of(self.marks[cohort]))


class Members(Entry):
    """Who belongs to a cohort: all units of some kinds, and/or single units."""

    kinds: tuple[Id, ...] = ()
    units: tuple[Id, ...] = ()


class Cohort(Entry):
    """Units that are compared with each other (考核组), with their own full marks and grades."""

    id: Id
    title: Text
    members: Members
    full: Marks = Decimal(100)
    grades: tuple[Grade, ...] = ()
    ranked: Flag = True

    @model_validator(mode="after")
    def _grade(self) -> Cohort:
        go_by_rank(self.grades)
        return self


#: The kinds of sections whose items' marks count in the total.
COUNTING = ("base", "bonus", "deduction")


class Section(Entry):
    """A first-level heading of the table (一级指标).

    ``base`` - part of the full marks; ``bonus`` - added on top; ``deduction`` - starts at 0 and only loses;
    ``veto`` - holds prohibitions that decide over the total; ``input`` - holds items whose marks only other items read.
    ``cap`` limits bonus and deduction per cohort.
    """

    id: Id
    title: Text
    kind: Literal["base", "bonus", "deduction", "veto", "input"] = "base"
    marks: dict[Id, Marks] = Field(default_factory=dict)
    cap: dict[Id, Limit] = Field(default_factory=dict)
    review: Id | None = None

    @property
    def counts(self) -> bool:
        """Whether the marks of its items count in the total by themselves."""
        return self.kind in COUNTING


class Review(Entry):
    """One of several reviews (内部评审/外部评审) that are combined by weight."""

    id: Id
    title: Text
    weight: dict[Id, Amount]


class Completeness(Entry):
    """Below these shares of applicable marks with a result a unit is 「暂不排名」."""

    at_least: Amount = Quantity(Decimal("0.8"), percent=True)
    each_section: Amount = Quantity(Decimal(0), percent=True)


class Limits(Entry):
    """The total never leaves these bounds."""

    floor: Marks | None = Decimal(0)
    ceiling: Marks | None = None


class Policy(Entry):
    """What the pack declares about everything that is not simply scored.

    ``rescale`` - the remaining marks are scaled up to the full marks; ``peer_mean`` - the mean of the
    cohort's scored units; ``out_of_scope`` - the item leaves the table and the full marks shrink;
    ``full`` - full marks, said to be so.
    """

    not_applicable: Literal["rescale", "peer_mean", "out_of_scope", "full"] = "rescale"
    exempt: Literal["rescale", "peer_mean", "out_of_scope", "full"] = "rescale"
    completeness: Completeness = Completeness()
    total: Limits = Limits()
    rest_day: Literal["as_is", "next_working_day", "previous_working_day"] = "as_is"


class PackFile(Entry):
    """The file ``pack.yaml``."""

    id: Id
    title: Text
    issuer: Text
    version: Text
    years: Years
    precision: Integer = 2
    fictional: Flag = False
    not_a_ranking: Text | None = None
    cohorts: tuple[Cohort, ...] = Field(min_length=1)
    sections: tuple[Section, ...] = Field(min_length=1)
    reviews: tuple[Review, ...] = ()
    policy: Policy = Policy()
    exemptions: Name | None = None
    sheets: Sheets = Sheets()
    openings: Openings = Field(default=Openings(), title="留给下级指标包的")

    @model_validator(mode="after")
    def _agree(self) -> PackFile:
        if not 0 <= self.precision <= 4:
            raise ValueError("precision（得分保留几位小数）请写 0 到 4 之间的整数")
        return self


class Pack(Entry):
    """Everything a run asks of the world: read once, never changed.

    ``days``, which no file of it holds, is the calendar that an office or a stored run reckons by instead. ``layers``
    are the packs that it is made of, the lowest first and itself last; none where it extends no other.
    """

    head: PackFile
    sources: tuple[Source, ...]
    texts: dict[Id, str] = Field(repr=False)
    datasets: tuple[Dataset, ...]
    registry: Register
    indicators: tuple[Indicator, ...]
    obligations: tuple[Obligation, ...] = ()
    doubts: tuple[DoubtRule, ...] = ()
    calendar_years: tuple[CalendarYear, ...] = ()
    days: WorkCalendar | None = Field(default=None, repr=False)
    layers: tuple[PackLayer, ...] = ()
    sha256: str

    @property
    def calendar(self) -> WorkCalendar:
        """The days of work: the shipped ones, with the pack's own years in their place."""
        return self.days if self.days is not None else overlay_shipped(self.calendar_years)

    def reckoned_by(self, calendar: WorkCalendar) -> Pack:
        """The same pack with another calendar."""
        return self.model_copy(update={"days": calendar})

    def of_year(self, year: int) -> Pack:
        """The same pack with every number as a year is scored by it; the pack itself where none changes in time."""
        if not any(indicator.changes for indicator in self.indicators):
            return self
        found = self.model_copy(update={"indicators": tuple(each.of_year(year) for each in self.indicators)})
        found.__dict__.pop("_indicators", None)
        return found

    def dataset(self, name: str) -> Dataset:
        """The dataset of that id; KeyError if there is none."""
        return self._datasets[name]

    def indicator(self, name: str) -> Indicator:
        """The indicator of that id; KeyError if there is none."""
        return self._indicators[name]

    def section(self, name: str) -> Section:
        """The section of that id; KeyError if there is none."""
        return self._sections[name]

    @cached_property
    def _datasets(self) -> dict[str, Dataset]:
        return {dataset.id: dataset for dataset in self.datasets}

    @cached_property
    def _indicators(self) -> dict[str, Indicator]:
        return {indicator.id: indicator for indicator in self.indicators}

    @cached_property
    def _sections(self) -> dict[str, Section]:
        return {section.id: section for section in self.head.sections}

    def takes_off(self, indicator: Indicator, part: Part) -> bool:
        """Whether what a part falls short of its full marks is said as a deduction."""
        return part.takes is not None or self.section(indicator.section).kind == "deduction"

    def members(self, cohort: Cohort, day: date | None = None) -> tuple[UnitEntry, ...]:
        """The units of a cohort that exist on ``day`` (None: that ever did), in the order of the register."""
        return tuple(
            unit
            for unit in self.registry.units
            if (unit.kind in cohort.members.kinds or unit.id in cohort.members.units)
            and (day is None or unit.exists_within(day, day))
        )
