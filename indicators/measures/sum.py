"""A column added up."""

from __future__ import annotations

from pydantic import Field

from indicators.entries.amounts import Name
from indicators.measures.kind import Kind, Lack
from indicators.measures.rows import ALONE, Beside, Over, Rows, Tally, Where


class Sum(Kind):
    """A column added up; no row at all is 0 only where the unit has reported. An empty cell is no 0: nobody knows."""

    name = "sum"
    title = "合计"
    fits = ("number", "occurrences", "achievements")

    dataset: Name
    column: Name
    where: Where = Field(default_factory=dict)
    over: Over = "year"

    @property
    def only_adds(self) -> bool:
        """Rows are."""
        return True

    @property
    def lacks(self) -> frozenset[Lack]:
        """There may be no such row."""
        return frozenset(("rows",))

    @property
    def tally(self) -> Tally:
        """The one tally that it is."""
        return Tally(dataset=self.dataset, where=self.where, sum=self.column, over=self.over)

    def list_rows(self, beside: Beside = ALONE) -> tuple[Rows, ...]:
        """The rows that are added up."""
        return (self.tally.read(),)

    def list_tallies(self) -> tuple[Tally, ...]:
        """The one tally that it is."""
        return (self.tally,)
