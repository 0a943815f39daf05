"""Rows counted, also per level or by different values."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from indicators.measures.count import Count
from indicators.pack.model import Pack
from scoring.base.amounts import name_column, name_dataset
from scoring.base.cells import Wanted
from scoring.base.parts import ScoredPart
from scoring.base.sql import join_and, write_where
from scoring.measures.dated_levels import name_level, write_level
from scoring.measures.feeds import join_columns
from scoring.measures.figure import Figure
from scoring.measures.layer import Layer
from scoring.measures.measure import Lever, Occurrence, ScoredMeasure, change_by
from scoring.measures.raw import Moment, can_be_open, list_asked_columns, write_condition, write_period
from scoring.measures.tallied import Tallied
from scoring.measures.words import name_rows, name_time


class CountMeasure(ScoredMeasure[Count]):
    """How many rows, different values, or rows of each level."""

    name = "count"
    counts_things = True

    def compile(self, figure: int, part: ScoredPart, layer: Layer) -> None:
        """One tally; a row without a level may be worth anything, so that a count by level is not known from below."""
        count, dataset = self.kind, layer.pack.dataset(self.kind.dataset)
        period = write_period(layer.pack, dataset, layer.moment.year, count.over)
        condition, is_open = write_condition(count.where, dataset, layer.moment), can_be_open(count.where, dataset)
        asked = list_asked_columns(count.where, dataset)
        tallied = Tallied(
            dataset.id,
            period,
            condition,
            distinct=count.distinct,
            by=count.by,
            dated=count.dated_by,
            open=is_open,
            asked=asked,
        )
        number = layer.scans.find_number(tallied)
        layer.scans.note(figure, "plain", number, 1, None, 1, counts_rows=True, grows=count.counted_by is None)
        if (level := self.write_level()) is not None:
            layer.scans.add_levels(figure, dataset, level, join_and([period, condition]))

    def write_level(self) -> str | None:
        """The column, the span in which the day of the row lies, or both."""
        return write_level(self.kind.by, self.kind.dated_levels) if self.kind.counted_by is not None else None

    def describe(self, pack: Pack) -> str:
        """The rows, and how they are counted."""
        count, dataset = self.kind, pack.dataset(self.kind.dataset)
        rows = name_rows(dataset, count.where, name_time(count.over, "本年度"))
        if count.distinct is not None:
            return f"{rows}里，{name_column(dataset, count.distinct)}有几个不同的内容（重复的只算一个）"
        if count.counted_by is not None:
            return f"{rows}条数，按{name_level(dataset, count.by, count.dated_levels)}分别计数"
        return f"{rows}条数"

    def find_unit(self, pack: Pack | None) -> str:
        """条 of rows, 个 of values."""
        return "个" if self.kind.distinct else "条"

    def name_figure(self, pack: Pack) -> str:
        """记录条数，「乡镇」个数。"""
        if self.kind.distinct is None:
            return "记录条数"
        return f"{name_column(pack.dataset(self.kind.dataset), self.kind.distinct)}个数"

    def find_lever(self, pack: Pack, way: int) -> Lever:
        """Rows of the dataset."""
        if self.kind.distinct is not None:
            return super().find_lever(pack, way)
        return Lever(name_dataset(pack.dataset(self.kind.dataset)), "条记录", change_by(way))

    def find_occurrence(self) -> Occurrence:
        """A row."""
        return Occurrence("条")

    def find_achievement(self) -> str:
        """A row."""
        return "每有1条"

    def read_figure(self, part: ScoredPart, row: Mapping[str, Any], pack: Pack, precision: int) -> Figure | None:
        """A whole number."""
        return Figure("plain", Fraction(row["num"]) / Fraction(row["den"]), Fraction(1))

    def list_feeds(self, part: ScoredPart, pack: Pack, moment: Moment) -> list[Wanted]:
        """The rows that are counted."""
        count, dataset = self.kind, pack.dataset(self.kind.dataset)
        condition = join_and([write_period(pack, dataset, moment.year, count.over), write_where(count.where, dataset)])
        columns = join_columns(dataset, count.distinct, count.by, count.dated_by, where=count.where)
        return [Wanted(dataset.id, "计入的记录", condition, columns)]
