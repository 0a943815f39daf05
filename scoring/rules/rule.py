"""What scoring asks of one kind of marks: everything that is not the same for all of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, Generic, TypeVar

from indicators.rules.rule import Rule
from scoring.base.arithmetic import Calculation
from scoring.base.parts import ScoredPart
from scoring.base.relations import Columns, Row
from scoring.base.whole import Whole
from scoring.rules.case import Case
from scoring.rules.line import Line, SubLine
from scoring.rules.reach import EnoughMarks, FigureSpan
from scoring.rules.setting import Setting

AnyRule = TypeVar("AnyRule", bound=Rule)


@dataclass(frozen=True)
class ScoredRule(ABC, Generic[AnyRule]):
    """The marks of a part of a pack: a subclass for each kind in a module of this folder, found by the registry.

    Amounts of marks are millionths unless it is said otherwise. ``name`` is the kind's key in a pack. ``branches`` are
    queries over ``judged_figures`` (see :mod:`scoring.engine.awards`): marks as a fraction ``top / bottom`` for every
    figure of the kind. ``columns`` are the columns of ``parts`` that they read, and ``relations`` further
    tables with the rows that one part has in them.
    """

    name: ClassVar[str]
    branches: ClassVar[tuple[str, ...]]
    columns: ClassVar[Columns] = {}
    relations: ClassVar[Mapping[str, Columns]] = {}
    #: Whether the marks of a unit depend on the others of its cohort.
    compares: ClassVar[bool] = False
    #: Whether the marks follow from the figure alone.
    follows_figure: ClassVar[bool] = True
    #: Whether they go by how many there are, and not by how many out of all.
    goes_by_number: ClassVar[bool] = False
    #: Whether one row more can cost marks whatever the target.
    loses_by_rows: ClassVar[bool] = False
    #: Whether a date that never comes ends in marks.
    ends_when_missing: ClassVar[bool] = False
    #: Whether what findings have done to it stands until they are withdrawn.
    holds_for_findings: ClassVar[bool] = False
    #: Why a spreadsheet cannot work it out from the line of a part, in a word beside the result.
    no_formula: ClassVar[str] = ""
    #: Whether a spreadsheet works it out from how many days and how many things are late.
    goes_by_days: ClassVar[bool] = False

    rule: AnyRule

    def write_row(self, part: ScoredPart) -> Row:
        """The values of ``columns`` for one part."""
        return {}

    def write_rows(self, part: ScoredPart) -> Iterator[tuple[str, Row]]:
        """The rows of one part in each of the ``relations``, without the number of the part."""
        yield from ()

    def needs_days(self, part: ScoredPart) -> bool:
        """Whether marks cannot be given while it is open by how many days something is late."""
        return False

    def find_end(self, part: ScoredPart, gains: bool) -> int | None:
        """The marks of a figure that has risen without end, where a target asks for more (``gains``) or not.

        None where nothing is said, or where marks on the way there both rise and fall.
        """
        return None

    def may_fall(self, part: ScoredPart) -> bool:
        """Whether a higher figure can be worth fewer marks whatever the target."""
        return self.loses_by_rows

    def find_bounds(self, part: ScoredPart, members: int) -> tuple[int, int]:
        """The least and the most marks whatever the figure or, among so many units, the place; may lie beyond F."""
        return 0, part.full

    @abstractmethod
    def calculate(self, case: Case) -> Calculation:
        """The line that says how the marks of a known figure are worked out, and what it comes to, not rounded."""

    @abstractmethod
    def describe(self, setting: Setting) -> str:
        """How marks are given, in one sentence without a full stop."""

    def describe_next_step(self, case: Case, marks: Fraction) -> str | None:
        """What would bring more than ``marks``; None where it is the least change of the figure that does."""
        return None

    def find_reach(self, case: Case, wanted: EnoughMarks) -> tuple[FigureSpan, ...]:
        """For which figures ``now`` it gives what is wanted and the case has not; none where no figure does.

        Asked where the least change of the figure is the next step, and nowhere else.
        """
        return ()

    def describe_delay(self, case: Case) -> str:
        """What a single thing that is overdue and not done still costs, without a full stop."""
        return "还没有完成，请尽快完成并登记日期"

    def find_way(self, case: Case) -> int:
        """1 where more is better without a target, -1 where less is; 0 where nothing can be said."""
        return 0

    def list_sub_lines(self, full: Fraction) -> tuple[SubLine, ...]:
        """What stands below the line of a part on the sheet 复算, for full marks of ``full``."""
        return ()

    def make_formula(self, line: Line) -> Whole | None:
        """The marks in units of the last printed decimal as a spreadsheet works them out.

        None where a spreadsheet cannot: always, as ``no_formula`` says in a word, or with these numbers of the rule.
        """
        return None
