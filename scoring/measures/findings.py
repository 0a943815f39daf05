"""Confirmed findings."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from indicators.entries.scales import never_negative
from indicators.measures.findings import Findings
from indicators.pack.model import Pack
from scoring.base.amounts import name_column, name_dataset
from scoring.base.cells import Wanted
from scoring.base.parts import ScoredPart
from scoring.base.sql import join_and, quote_list, quote_text, write_where
from scoring.measures.dated_levels import name_level, write_level
from scoring.measures.feeds import join_columns, list_present
from scoring.measures.figure import Figure, find_granule
from scoring.measures.layer import Layer
from scoring.measures.measure import Occurrence, ScoredMeasure, find_column_unit
from scoring.measures.raw import Moment, scale_of, write_condition, write_period
from scoring.measures.tallied import Tallied
from scoring.measures.words import describe_where


class FindingsMeasure(ScoredMeasure[Findings]):
    """Findings about the indicator, counted or their proposed marks added up."""

    name = "findings"
    counts_things = True

    def compile(self, figure: int, part: ScoredPart, layer: Layer) -> None:
        """One tally of the findings about the indicator, which may be open as long as a state is."""
        findings, dataset = self.kind, layer.pack.dataset(self.kind.dataset)
        period = write_period(layer.pack, dataset, layer.moment.year, "year")
        about = (f"indicator = {quote_text(part.indicator.id)}", f"state IN {quote_list(findings.states)}")
        condition = write_condition(findings.where, dataset, layer.moment, *about)
        tallied = Tallied(
            dataset.id, period, condition, findings.sum, by=findings.by, dated=findings.dated_by, open=True
        )
        scale = 10 ** scale_of(dataset, findings.sum)
        grows = findings.counted_by is None and (findings.sum is None or never_negative(dataset, findings.sum))
        when_empty = "marks_undecided" if findings.sum is not None else "counts_missing"
        number = layer.scans.find_number(tallied)
        layer.scans.note(figure, "plain", number, 1, None, scale, grows=grows, when_empty=when_empty)
        if (level := self.write_level()) is not None:
            layer.scans.add_levels(figure, dataset, level, join_and([period, condition]))

    def write_level(self) -> str | None:
        """The column, the span in which the day of the row lies, or both."""
        return write_level(self.kind.by, self.kind.dated_levels) if self.kind.counted_by is not None else None

    def describe(self, pack: Pack) -> str:
        """Which findings, and what of them."""
        findings, dataset = self.kind, pack.dataset(self.kind.dataset)
        where = describe_where(findings.where, dataset)
        state = "、".join(findings.states)
        rows = f"{name_dataset(dataset)}中本年度属于本指标、状态为{state}{'、' if where else ''}{where}的问题"
        if findings.sum is not None:
            return f"{rows}的{name_column(dataset, findings.sum)}合计"
        if findings.counted_by is not None:
            return f"{rows}件数，按{name_level(dataset, findings.by, findings.dated_levels)}分别计数"
        return f"{rows}件数"

    def find_unit(self, pack: Pack | None) -> str:
        """件, or that of the column."""
        return "件" if self.kind.sum is None else find_column_unit(pack, self.kind.dataset, self.kind.sum)

    def name_figure(self, pack: Pack) -> str:
        """问题件数，「建议扣分」合计。"""
        if self.kind.sum is None:
            return "问题件数"
        return f"{name_column(pack.dataset(self.kind.dataset), self.kind.sum)}合计"

    def find_occurrence(self) -> Occurrence:
        """A finding, or a mark that was proposed."""
        return Occurrence("件" if self.kind.sum is None else "分建议扣分，")

    def find_achievement(self) -> str:
        """A finding."""
        return "每有1件" if self.kind.sum is None else super().find_achievement()

    def read_figure(self, part: ScoredPart, row: Mapping[str, Any], pack: Pack, precision: int) -> Figure | None:
        """A number with the decimals of the column, if it is one."""
        granule = find_granule(pack, self.kind.dataset, self.kind.sum)
        return Figure("plain", Fraction(row["num"]) / Fraction(row["den"]), Fraction(1), granule=granule)

    def list_feeds(self, part: ScoredPart, pack: Pack, moment: Moment) -> list[Wanted]:
        """The findings about the indicator."""
        findings, dataset = self.kind, pack.dataset(self.kind.dataset)
        condition = join_and(
            [
                write_period(pack, dataset, moment.year, "year"),
                f"indicator = {quote_text(part.indicator.id)}",
                f"state IN {quote_list(findings.states)}",
                write_where(findings.where, dataset),
            ]
        )
        shown = list_present(dataset, "state", "found_on", "statement")
        columns = join_columns(dataset, findings.by, findings.dated_by, findings.sum, *shown)
        return [Wanted(dataset.id, "认定的问题", condition, columns)]
