"""The marks of other indicators."""

from __future__ import annotations

from pydantic import Field

from indicators.entries.amounts import Id
from indicators.measures.kind import Kind, Lack
from indicators.measures.rows import ALONE, Beside, Rows


class OfMarks(Kind):
    """The marks of other indicators over their full marks; pending as long as one of them is."""

    name = "of_marks"
    title = "其他指标的得分率"
    fits = ("number",)

    indicators: tuple[Id, ...] = Field(min_length=1)

    @property
    def is_share(self) -> bool:
        """Always."""
        return True

    @property
    def lacks(self) -> frozenset[Lack]:
        """None of the others may apply."""
        return frozenset(("denominator",))

    def list_rows(self, beside: Beside = ALONE) -> tuple[Rows, ...]:
        """None: it reads marks."""
        return ()

    def list_used(self) -> tuple[str, ...]:
        """The others."""
        return self.indicators
