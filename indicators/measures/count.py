"""Rows counted, also per level or by different values."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field, model_validator

from indicators.entries.amounts import Name
from indicators.entries.tables import ANY, WORDS
from indicators.measures.kind import CountedKind, Lack, Need
from indicators.measures.rows import ALONE, Beside, Over, Rows, Tally, Where


class Count(CountedKind):
    """How many rows; with ``by`` how many per level (国家级/省级), with ``distinct`` how many different values."""

    name = "count"
    title = "计数"
    fits = ("number", "occurrences", "achievements")

    dataset: Name
    where: Where = Field(default_factory=dict)
    by: Name | None = None
    distinct: Name | None = None
    over: Over = "year"

    @model_validator(mode="after")
    def _one(self) -> Count:
        if self.by and self.distinct:
            raise ValueError("by（分级）与 distinct（去重）不能同时写；请删去一个")
        return self

    @property
    def only_adds(self) -> bool:
        """Rows are."""
        return True

    @property
    def lacks(self) -> frozenset[Lack]:
        """There may be no such row."""
        return frozenset(("rows",))

    @property
    def counted_by(self) -> str | None:
        """What it is counted by."""
        return self.by or self.dated_by

    @property
    def told_apart_by(self) -> str | None:
        """What makes two rows different."""
        return self.distinct

    def list_rows(self, beside: Beside = ALONE) -> tuple[Rows, ...]:
        """The rows that are counted; the column that tells them apart must be filled."""
        return (Rows(self.dataset, self.where, self.over, (self.distinct, self.by, self.dated_by)),)

    def list_tallies(self) -> tuple[Tally, ...]:
        """All rows."""
        return (Tally(dataset=self.dataset, where=self.where, over=self.over),)

    def list_needs(self) -> Iterator[Need]:
        """The column by which rows are told apart."""
        if self.by is not None:
            yield Need(self.dataset, self.by, WORDS, "分级或去重")
        if self.distinct is not None:
            yield Need(self.dataset, self.distinct, ANY, "分级或去重")
