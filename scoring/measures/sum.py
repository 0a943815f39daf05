"""A column added up."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from indicators.entries.scales import never_negative
from indicators.measures.sum import Sum
from indicators.pack.model import Pack
from scoring.base.amounts import name_column
from scoring.base.cells import Wanted
from scoring.base.parts import ScoredPart
from scoring.measures.feeds import feed_tally
from scoring.measures.figure import Figure, find_granule
from scoring.measures.layer import Layer
from scoring.measures.measure import ScoredMeasure, find_column_unit
from scoring.measures.raw import Moment, scale_of
from scoring.measures.words import describe_tally


class SumMeasure(ScoredMeasure[Sum]):
    """The sum of a column."""

    name = "sum"

    def compile(self, figure: int, part: ScoredPart, layer: Layer) -> None:
        """One tally, which only grows where the column knows nothing below zero."""
        dataset = layer.pack.dataset(self.kind.dataset)
        grows = never_negative(dataset, self.kind.column)
        scale = 10 ** scale_of(dataset, self.kind.column)
        number = layer.scans.number(self.kind.tally)
        layer.scans.note(figure, "plain", number, 1, None, scale, counts_rows=True, grows=grows)

    def describe(self, pack: Pack) -> str:
        """The column and its rows."""
        return describe_tally(self.kind.tally, pack, "本年度")

    def find_unit(self, pack: Pack | None) -> str:
        """That of the column."""
        return find_column_unit(pack, self.kind.dataset, self.kind.column)

    def name_figure(self, pack: Pack) -> str:
        """「学时」合计。"""
        return f"{name_column(pack.dataset(self.kind.dataset), self.kind.column)}合计"

    def read_figure(self, part: ScoredPart, row: Mapping[str, Any], pack: Pack, precision: int) -> Figure | None:
        """A number with the decimals of the column."""
        granule = find_granule(pack, self.kind.dataset, self.kind.column)
        return Figure("plain", Fraction(row["num"]) / Fraction(row["den"]), Fraction(1), granule=granule)

    def list_feeds(self, part: ScoredPart, pack: Pack, moment: Moment) -> list[Wanted]:
        """The rows that are added up."""
        return [feed_tally(self.kind.tally, pack, moment.year, "相加的数")]
