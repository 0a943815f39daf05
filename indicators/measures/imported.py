"""Another assessment's score."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import BeforeValidator, Field

from indicators.entries.amounts import Name, Quantity, parse_number
from indicators.entries.tables import NUMERIC
from indicators.measures.kind import Kind, Need
from indicators.measures.rows import ALONE, Beside, Rows, Where


def _parse_out_of(value: object) -> Quantity:
    number = parse_number(value)
    if number <= 0:
        raise ValueError("out_of（满分是多少）请写大于 0 的数")
    return Quantity(number)


class Imported(Kind):
    """Another assessment's score over its full score; two different scores are a conflict."""

    name = "imported"
    title = "其他考核的成绩"
    fits = ("number",)

    dataset: Name
    column: Name
    out_of: Annotated[Quantity, BeforeValidator(_parse_out_of)]
    where: Where = Field(default_factory=dict)

    @property
    def is_share(self) -> bool:
        """Always."""
        return True

    def list_rows(self, beside: Beside = ALONE) -> tuple[Rows, ...]:
        """The rows with the score."""
        return (Rows(self.dataset, self.where, needed=(self.column,)),)

    def list_needs(self) -> Iterator[Need]:
        """The score."""
        yield Need(self.dataset, self.column, NUMERIC, "取值")
