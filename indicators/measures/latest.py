"""The newest value of a column."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from indicators.entries.amounts import Name
from indicators.entries.scales import Scale, find_scale
from indicators.entries.tables import NUMERIC, ORDERED
from indicators.measures.kind import Kind, Need, Tables
from indicators.measures.rows import ALONE, Beside, Rows, Where


class Latest(Kind):
    """The value of ``column`` in the row with the latest ``order``; two such rows that differ are a conflict."""

    name = "latest"
    title = "最新的值"
    fits = ("number", "achievements")

    dataset: Name
    column: Name
    order: Name
    where: Where = Field(default_factory=dict)

    def list_rows(self, beside: Beside = ALONE) -> tuple[Rows, ...]:
        """All rows up to the year: each may be the newest."""
        return (Rows(self.dataset, self.where, "to_date", (self.column, self.order)),)

    def list_needs(self) -> Iterator[Need]:
        """The value, and what orders it."""
        yield Need(self.dataset, self.column, NUMERIC, "取值")
        yield Need(self.dataset, self.order, ORDERED, "比先后")

    def find_scale(self, tables: Tables) -> Scale | None:
        """What its column says."""
        column = tables.dataset(self.dataset).column(self.column)
        return find_scale(column) if column is not None and column.type in NUMERIC else None

    def list_notices(self, tables: Tables) -> Iterator[str]:
        """A value without an upper limit lets every slip of the pen count."""
        dataset = tables.dataset(self.dataset)
        column = dataset.column(self.column)
        if column is not None and find_scale(column)[1] is None:
            yield f"《{dataset.title}》的「{column.title}」没有写 at_most，多大的数都算；写上就能挡住填错的数"
