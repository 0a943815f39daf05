"""What scoring asks of one kind of marks: everything that is not the same for all of them.

A kind is one object in a module of this folder, called as the kind, found by :mod:`scoring.rules.registry`. What it has
nothing to say about it inherits. ``rule`` is always what the pack says, an object of ``model``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar, Protocol, TypeVar

from indicators.rules.rule import Rule
from scoring.base.parts import ScoredPart
from scoring.base.relations import Columns, Row

Says = TypeVar("Says", bound=Rule)


class ScoredRule(Protocol[Says]):
    """One kind of marks. Amounts of marks are millionths unless it is said otherwise.

    ``branches`` are queries over ``judged_figures`` (see :mod:`scoring.awards`): marks as a fraction ``top / bottom``
    for every figure of the kind. ``columns`` are the columns of ``parts`` that they read, and ``relations`` further
    tables with the rows that one part has in them. ``compares``: the marks of a unit depend on the others of its
    cohort. ``loses_by_rows``: one row more can cost marks. ``ends_when_missing``: a date that never comes ends in
    marks. ``holds_for_findings``: what findings have done to it stands until they are withdrawn.
    """

    model: type[Says]
    branches: tuple[str, ...]
    columns: ClassVar[Columns] = {}
    relations: ClassVar[Mapping[str, Columns]] = {}
    compares: bool = False
    loses_by_rows: bool = False
    ends_when_missing: bool = False
    holds_for_findings: bool = False

    def write_row(self, rule: Says, part: ScoredPart) -> Row:
        """The values of ``columns`` for one part."""
        return {}

    def write_rows(self, rule: Says, part: ScoredPart) -> Iterator[tuple[str, Row]]:
        """The rows of one part in each of the ``relations``, without the number of the part."""
        yield from ()

    def needs_days(self, rule: Says, part: ScoredPart) -> bool:
        """Whether marks cannot be given while it is open by how many days something is late."""
        return False

    def find_end(self, rule: Says, part: ScoredPart, gains: bool) -> int | None:
        """The marks of a figure that has risen without end, where a target asks for more (``gains``) or not.

        None where nothing is said, or where marks on the way there both rise and fall.
        """
        return None

    def may_fall(self, rule: Says, part: ScoredPart) -> bool:
        """Whether a higher figure can be worth fewer marks whatever the target."""
        return self.loses_by_rows

    def find_bounds(self, rule: Says, part: ScoredPart, members: int) -> tuple[int, int]:
        """The least and the most marks whatever the figure or, among so many units, the place; may lie beyond F."""
        return 0, part.full
