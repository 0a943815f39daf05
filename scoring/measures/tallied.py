"""What is counted or added up over one dataset and period."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from scoring.base.sql import quote_name


class Tallied(NamedTuple):
    """Rows of a dataset and period: counted, their different values, or ``column`` less ``less`` added up.

    ``by`` and ``dated`` are columns that every row counted must fill; ``open`` says whether a row may be counted or not
    for all that its cells say. ``asked`` are the columns of which the condition speaks; None where it is not of columns
    alone.
    """

    dataset: str
    period: str
    condition: str
    column: str | None = None
    less: str | None = None
    distinct: str | None = None
    by: str | None = None
    dated: str | None = None
    open: bool = False
    asked: tuple[str, ...] | None = None

    @property
    def needed(self) -> str | None:
        """An expression that is NULL where a cell is empty that must not be; None where no cell is asked for."""
        if self.column is not None:
            return " - ".join(quote_name(name) for name in (self.column, self.less) if name is not None)
        name = self.distinct or self.by
        if name is not None and self.dated is not None:
            return f"CASE WHEN {quote_name(self.dated)} IS NOT NULL THEN {quote_name(name)} END"
        return quote_name(name) if (name := name or self.dated) is not None else None

    def fits(self, keys: Collection[str]) -> bool:
        """Whether the values of ``keys`` alone decide if a row meets the condition."""
        return self.asked is not None and all(name in keys for name in self.asked)
