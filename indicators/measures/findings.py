"""Confirmed findings."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field, model_validator

from indicators.entries.amounts import Name, Text
from indicators.entries.nearest import suggest
from indicators.entries.tables import NUMERIC, WORDS
from indicators.measures.kind import CountedKind, Need, Tables
from indicators.measures.rows import ALONE, Beside, Rows, Where


class Findings(CountedKind):
    """Confirmed findings about this indicator, from a dataset with the columns indicator and state.

    Counted, or per level of ``by`` (严重程度), or ``sum`` of a column of proposed marks.
    """

    name = "findings"
    title = "认定的问题"
    fits = ("number", "occurrences", "achievements")
    way = "found"

    dataset: Name
    where: Where = Field(default_factory=dict)
    states: tuple[Text, ...] = ("已认定", "已反馈", "已定案")
    by: Name | None = None
    sum: Name | None = None

    @model_validator(mode="after")
    def _one(self) -> Findings:
        if self.by and self.sum:
            raise ValueError("by（分级）与 sum（求和）不能同时写；请删去一个")
        return self

    @property
    def counted_by(self) -> str | None:
        """What they are counted by."""
        return self.by or self.dated_by

    def list_rows(self, beside: Beside = ALONE) -> tuple[Rows, ...]:
        """The findings about the indicator; one whose state is not known may be confirmed yet."""
        return (
            Rows(
                self.dataset,
                self.where,
                needed=(self.by, self.sum, self.dated_by),
                watched=("state", self.by, self.sum, self.dated_by),
                of_indicator=True,
                states=self.states,
            ),
        )

    def list_needs(self) -> Iterator[Need]:
        """What a finding is about, how far it is, and how much it is."""
        yield Need(self.dataset, "indicator", ("indicator",), "问题所属指标")
        yield Need(self.dataset, "state", WORDS, "问题状态")
        if self.by is not None:
            yield Need(self.dataset, self.by, WORDS, "分级")
        if self.sum is not None:
            yield Need(self.dataset, self.sum, NUMERIC, "求和")

    def find_mistakes(self, tables: Tables, beside: Beside) -> Iterator[str]:
        """The usual states need not all occur in a table; those that the author names do."""
        if "states" not in self.model_fields_set:
            return
        column = tables.dataset(self.dataset).column("state")
        for state in self.states:
            if column is not None and column.type == "choice" and state not in column.choices:
                yield f"列 state 没有「{state}」这个值{suggest(state, list(column.choices))}"

    def tell_empty(self, column: str) -> str:
        """A finding whose marks nobody has proposed takes off nobody knows what."""
        if column == self.sum:
            return "有一个认定的问题没有填，本项就尚未定扣分，不当作不扣"
        return super().tell_empty(column)
