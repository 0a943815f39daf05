"""What every kind of marks (计分) says of itself: what it fits, what it holds, what it may not be written with.

Everywhere ``F`` is the full marks of the part. Amounts of marks are absolute (``"0.5"``) or a
percentage of ``F`` (``"50%"``), so that one rule serves cohorts with different full marks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import ClassVar, Literal, NamedTuple

from indicators.entries.amounts import Quantity
from indicators.entries.directions import Direction, Directions, find_direction
from indicators.entries.intervals import Range
from indicators.entries.tables import Entry
from indicators.entries.targets import Target
from indicators.measures.kind import Fit, Kind
from indicators.measures.registry import SORTS
from indicators.measures.rows import LateUnit

FULL = Quantity(Decimal(1), percent=True)
NOTHING = Quantity(Decimal(0))
ONE = Quantity(Decimal(1))

#: How a part of a step counts: as a whole one, not at all, or in proportion.
Partial = Literal["up", "down", "exact"]

#: All targets that there are.
TARGETS = ("at_least", "at_most", "equals", "by", "rising", "falling", "none")


def list_sorts(*fits: Fit) -> tuple[str, ...]:
    """The sorts of figure of which marks can make one of these."""
    return tuple(sort for sort, known in SORTS.items() if set(fits) & set(known))


#: A rule as it is written, with whole numbers where the numbers of a phrase go.
Pattern = str | int | Mapping[str, "Pattern"] | Sequence["Pattern"]


class Phrase(NamedTuple):
    """A short form of a rule: words of the office with _ for each number, the first of which is the 1 of ``rule``."""

    words: str
    rule: Mapping[str, Pattern]


class Worthy(NamedTuple):
    """An amount of marks of a rule: what it is called in a message, and whether it may not exceed F."""

    label: str
    amount: Quantity
    within_full: bool


class Compared(NamedTuple):
    """A number of a rule that is compared with the figure; ``is_step`` - the size of a step, which is above zero."""

    label: str
    amount: Quantity
    is_step: bool = False


class Fault(NamedTuple):
    """What is wrong with a rule beside its target, and where below the part."""

    text: str
    place: tuple[str, ...] = ("marks",)


class Effect(NamedTuple):
    """What a prohibition does: ``best_grade`` is what is left, ``section`` counts nothing, ``stage`` is not passed.

    With none of them the total becomes 0.
    """

    best_grade: str | None = None
    section: str | None = None
    stage: str | None = None

    @property
    def code(self) -> str:
        """How it stands in results: ``zero``, the grade, or ``section:`` or ``stage:`` and which."""
        if self.stage is not None:
            return f"stage:{self.stage}"
        return self.best_grade or (f"section:{self.section}" if self.section is not None else "zero")

    @property
    def takes_total(self) -> bool:
        """Whether nothing of the total is left."""
        return self.best_grade is None and self.section is None and self.stage is None


class Rule(Entry):
    """One kind of marks: a subclass in a module of this folder, found by :mod:`indicators.rules.registry`.

    ``name`` is the key in a pack and ``title`` what people read. ``measures`` are the measures whose figure it can
    judge (dates judged one by one are ``date_each``), ``targets`` what it can be measured against; None for any
    target, or none.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    measures: ClassVar[tuple[str, ...]]
    targets: ClassVar[tuple[str, ...] | None] = None
    #: Whether parts that only have to reach their target may have it.
    only_asks_target: ClassVar[bool] = False
    #: Whether it gives marks of its own, and is not only asked for by a table.
    gives_marks: ClassVar[bool] = True
    #: Whether the figures of other units decide its marks.
    compares_units: ClassVar[bool] = False
    #: How an office says it in a few words: what a workbook offers instead of the columns of the kind.
    phrases: ClassVar[tuple[Phrase, ...]] = ()
    #: Which way its numbers move so that no figure is given more marks.
    tighter: ClassVar[Directions] = {}

    def find_tighter(self, keys: Sequence[str], target: Target | None) -> Direction | None:
        """Which way the number that ``keys`` lead to moves so that no figure is given more; None: not known."""
        return find_direction(self.tighter, keys)

    def list_worths(self) -> Iterator[Worthy]:
        """All amounts of marks that it names."""
        yield from ()

    def list_compared(self) -> Iterator[Compared]:
        """All numbers that the figure is compared with, other than the target's."""
        yield from ()

    def list_ends(self) -> Iterator[Compared]:
        """Those of them that the figure must be able to come to."""
        yield from ()

    def list_intervals(self) -> Iterator[tuple[str, Range]]:
        """What it calls the intervals of the figure that it tells apart, each of which must be able to hold one."""
        yield from ()

    def find_conflicts(self, measure: Kind, target: Target | None) -> Iterator[str]:
        """What does not go together with a measure and a target that are of fitting kinds, in a sentence each."""
        yield from ()

    def find_faults(self, target: Target | None) -> Iterator[Fault]:
        """What is wrong with its own numbers, by themselves or beside those of a target."""
        yield from ()

    def find_levels(self) -> dict[str, Quantity] | None:
        """The marks of each level, where marks go by level."""
        return None

    def find_judged_column(self) -> str | None:
        """The column of a judgement that it reads; None where it judges no judgement."""
        return None

    def find_late_unit(self) -> LateUnit:
        """In what it counts how late a date is."""
        return "day"

    def costs_all_at_once(self) -> bool:
        """Whether missing the target leaves nothing, however little was missing."""
        return False

    def goes_on(self) -> bool:
        """Whether it may stand where marks have no upper end: it gives so much for each, and names no share of them."""
        return False

    def find_judged_range(self) -> tuple[Quantity, Quantity] | None:
        """The least and the most marks that an inspector may give; None where none are given so."""
        return None

    def prefers_higher(self) -> bool:
        """Whether, of two figures that are compared with each other, the higher is the better."""
        return True

    def find_effect(self) -> Effect | None:
        """What a missed target does to the total; None where the rule gives marks instead."""
        return None
