"""The mean of a column over its rows, also weighted, and the mean age."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from indicators.entries.amounts import Name
from indicators.entries.scales import Scale, find_scale
from indicators.entries.tables import NUMERIC, ColumnType
from indicators.entries.targets import MonthDay
from indicators.measures.kind import Kind, Lack, Need, Tables
from indicators.measures.rows import ALONE, Beside, Over, Rows, Where


class MeanValue(Kind):
    """The mean of ``column`` over the rows, each counted once or as often as its ``weight`` says.

    With ``age_on`` the column is a date, and the figure is the mean of whole years from it to that day of the scored
    year (平均年龄). An empty cell is no zero: nobody knows the mean. No row, or weights of zero together, is no figure.
    """

    name = "mean"
    title = "平均数"
    fits = ("number",)

    dataset: Name
    column: Name
    where: Where = Field(default_factory=dict)
    weight: Name | None = None
    age_on: MonthDay | None = None
    over: Over = "year"

    @property
    def lacks(self) -> frozenset[Lack]:
        """There may be no such row, or no weight."""
        return frozenset(("rows", "denominator"))

    def list_rows(self, beside: Beside = ALONE) -> tuple[Rows, ...]:
        """The rows with the values."""
        return (Rows(self.dataset, self.where, self.over, (self.column, self.weight)),)

    def list_needs(self) -> Iterator[Need]:
        """The value, and how much it counts."""
        types: tuple[ColumnType, ...] = NUMERIC if self.age_on is None else ("date",)
        yield Need(self.dataset, self.column, types, "求平均" if self.age_on is None else "算年数（age_on）")
        if self.weight is not None:
            yield Need(self.dataset, self.weight, NUMERIC, "作权重")

    def find_mistakes(self, tables: Tables, beside: Beside) -> Iterator[str]:
        """Whole years are counted from a day."""
        column = tables.dataset(self.dataset).column(self.column)
        if self.age_on is not None and column is not None and column.month_allowed:
            yield f"列 {self.column} 可以只填到月，算不出整年数（age_on）；请去掉这一列的 month_allowed"

    def find_scale(self, tables: Tables) -> Scale | None:
        """A mean lies where its values can lie."""
        column = tables.dataset(self.dataset).column(self.column)
        if column is None or column.type not in NUMERIC or column.at_least is None:
            return None
        return find_scale(column)
