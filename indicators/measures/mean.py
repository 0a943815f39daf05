"""The mean of a column over its rows: weighted, of some of them alone, of several assessors, and the mean age."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field, model_validator

from indicators.entries.amounts import Amount, Integer, Name, Number, Text
from indicators.entries.nearest import suggest
from indicators.entries.scales import Scale, find_scale
from indicators.entries.tables import NUMERIC, ColumnType, Dataset, Entry
from indicators.entries.targets import MonthDay
from indicators.measures.kind import Kind, Lack, Need, Tables
from indicators.measures.rows import ALONE, Beside, Over, Rows, Where

#: More groups than this nobody weighs, and their numbers of rows are multiplied.
MOST_GROUPS = 6


class AssessorShares(Entry):
    """The rows by the choices of ``column`` (自评, 主管部门, 督察组): of each the mean, which counts by its weight."""

    column: Name
    weights: dict[Text, Amount]

    @model_validator(mode="after")
    def _whole(self) -> AssessorShares:
        if not 2 <= len(self.weights) <= MOST_GROUPS:
            raise ValueError(f"shares.weights（各占多少）请写 2 到 {MOST_GROUPS} 类")
        if any(not weight.percent or weight.value < 0 for weight in self.weights.values()):
            raise ValueError('shares.weights（各占多少）请写成 "30%" 这样的百分数；不计入的写 "0%"')
        if sum(weight.value for weight in self.weights.values()) != 1:
            raise ValueError("shares.weights（各占多少）加起来应是 100%")
        return self

    def list_counted(self) -> dict[str, Amount]:
        """The choices that count for anything, with their weights."""
        return {choice: weight for choice, weight in self.weights.items() if weight.value}


class Moderation(Entry):
    """Who decides where assessors differ: the rows of ``column`` with ``by`` count only where the others lie further
    apart than ``beyond``, and then they alone do.
    """

    column: Name
    by: Text
    beyond: Number

    @model_validator(mode="after")
    def _positive(self) -> Moderation:
        if self.beyond < 0:
            raise ValueError("moderation.beyond（相差超过多少）请写 0 或正数")
        return self


class MeanValue(Kind):
    """The mean of ``column`` over the rows, each counted once or as often as its ``weight`` says.

    Some of the rows alone may count: ``trim`` leaves out so many of the highest values and as many of the lowest
    (去掉最高分和最低分), ``top`` and ``bottom`` keep so many of the highest or the lowest, all where there are fewer.
    With ``shares`` this is done of each group of rows, and the groups' means count by their weights.
    With ``moderation`` two assessors at least are asked, and one more decides where they differ by too much.
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
    trim: Integer | None = None
    top: Integer | None = None
    bottom: Integer | None = None
    shares: AssessorShares | None = None
    moderation: Moderation | None = None
    age_on: MonthDay | None = None
    over: Over = "year"

    @model_validator(mode="after")
    def _agree(self) -> MeanValue:
        taken = [number for number in (self.trim, self.top, self.bottom) if number is not None]
        if len(taken) > 1 or any(number < 1 for number in taken):
            raise ValueError(
                "trim（去掉最高、最低各几个）、top（只算最高的几个）、bottom（只算最低的几个）只写一个，从 1 起"
            )
        if self.weight is not None and (taken or self.shares is not None):
            raise ValueError("weight（权重列）不与 trim、top、bottom、shares 一起写；请删去其中一种")
        if self.moderation is not None and (taken or self.shares or self.weight or self.age_on):
            raise ValueError(
                "moderation（相差过大另请人评）不与 trim、top、bottom、shares、weight、age_on 一起写；请删去一种"
            )
        return self

    @property
    def picks(self) -> bool:
        """Whether some of the rows alone count."""
        return (self.trim or self.top or self.bottom) is not None

    @property
    def needs_several(self) -> bool:
        """Whether there may be rows and still no mean: too few to leave any out, or none of a group."""
        return self.trim is not None or self.shares is not None or self.moderation is not None

    @property
    def group_column(self) -> str | None:
        """The column that says who assessed, where that matters."""
        grouping = self.shares or self.moderation
        return grouping.column if grouping is not None else None

    @property
    def lacks(self) -> frozenset[Lack]:
        """There may be no such row, or no weight; where several rows are needed, too few of them are no reason."""
        return frozenset(("rows",)) if self.needs_several else frozenset(("rows", "denominator"))

    def list_rows(self, beside: Beside = ALONE) -> tuple[Rows, ...]:
        """The rows with the values."""
        return (Rows(self.dataset, self.where, self.over, (self.column, self.weight, self.group_column)),)

    def list_needs(self) -> Iterator[Need]:
        """The value, and how much it counts."""
        types: tuple[ColumnType, ...] = NUMERIC if self.age_on is None else ("date",)
        yield Need(self.dataset, self.column, types, "求平均" if self.age_on is None else "算年数（age_on）")
        if self.weight is not None:
            yield Need(self.dataset, self.weight, NUMERIC, "作权重")
        if self.shares is not None:
            yield Need(self.dataset, self.shares.column, ("choice",), "分各占多少（shares）")
        if self.moderation is not None:
            yield Need(self.dataset, self.moderation.column, ("choice",), "分谁评的（moderation）")

    def find_mistakes(self, tables: Tables, beside: Beside) -> Iterator[str]:
        """Whole years are counted from a day."""
        column = tables.dataset(self.dataset).column(self.column)
        if self.age_on is not None and column is not None and column.month_allowed:
            yield f"列 {self.column} 可以只填到月，算不出整年数（age_on）；请去掉这一列的 month_allowed"
        yield from self._find_unshared(tables.dataset(self.dataset))
        if self.moderation is not None:
            column, by = tables.dataset(self.dataset).column(self.moderation.column), self.moderation.by
            choices = list(column.choices or ()) if column is not None else []
            if column is not None and by not in choices:
                yield f"列 {column.name} 没有「{by}」可选（moderation.by）{suggest(by, choices)}"

    def _find_unshared(self, dataset: Dataset) -> Iterator[str]:
        """Every choice has a weight, as every level has marks: one that is forgotten would count for nothing."""
        column = dataset.column(self.shares.column) if self.shares is not None else None
        if column is None or self.shares is None:
            return
        choices = column.choices or ()
        if missing := [choice for choice in choices if choice not in self.shares.weights]:
            yield f"shares.weights 没有写{'、'.join(f'「{choice}」' for choice in missing)}占多少；不计入的写 0%"
        if unknown := [choice for choice in self.shares.weights if choice not in choices]:
            yield f"列 {column.name} 没有{'、'.join(f'「{choice}」' for choice in unknown)}可选；请删去或改正"

    def find_scale(self, tables: Tables) -> Scale | None:
        """A mean lies where its values can lie."""
        column = tables.dataset(self.dataset).column(self.column)
        if column is None or column.type not in NUMERIC or column.at_least is None:
            return None
        return find_scale(column)
