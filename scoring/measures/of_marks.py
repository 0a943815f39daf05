"""The marks of other indicators."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from indicators.measures.of_marks import OfMarks
from indicators.pack.model import Pack
from scoring.base.parts import ScoredPart
from scoring.base.sql import quote_list, quote_text
from scoring.measures.figure import Figure, Shown, show, show_share
from scoring.measures.layer import Layer
from scoring.measures.measure import Lever, ScoredMeasure, change_by
from scoring.measures.raw import Moment, write_raw


class OfMarksMeasure(ScoredMeasure[OfMarks]):
    """Marks over full marks."""

    name = "of_marks"

    def compile(self, figure: int, part: ScoredPart, layer: Layer) -> None:
        """Per unit of the cohort: the marks of other items and their full marks."""
        names = ", ".join(quote_text(name) for name in self.kind.indicators)
        branch = write_raw(
            "(SELECT m.unit, sum(i.points) FILTER (WHERE i.outcome = 'scored') AS got,\n"
            "        sum(i.applicable_points) FILTER (WHERE i.outcome = 'scored') AS possible,\n"
            "        count(*) FILTER (WHERE i.outcome IN ('pending', 'conflict', 'error')) AS open\n"
            "      FROM members m\n"
            f"      LEFT JOIN items i ON i.cohort = m.cohort AND i.unit = m.unit AND i.indicator IN ({names})\n"
            f"      WHERE m.cohort = {quote_text(part.cohort)} GROUP BY m.unit) o",
            figure=str(figure),
            unit="o.unit",
            num="coalesce(o.got, 0)::HUGEINT",
            den="coalesce(o.possible, 0)::HUGEINT",
            pending="CASE WHEN o.open > 0 THEN 'items_open' END",
        )
        layer.add(branch)

    def list_unsettled(self, figure: int, part: ScoredPart, pack: Pack, moment: Moment) -> list[str]:
        """As long as one of the items is."""
        return [
            f"SELECT {figure} AS figure, unit\nFROM items\n"
            f"WHERE cohort = {quote_text(part.cohort)} AND indicator IN {quote_list(self.kind.indicators)}\n"
            "  AND (exempting OR (varies AND outcome <> 'exempt'))"
        ]

    def describe(self, pack: Pack) -> str:
        """The marks of which."""
        names = "、".join(f"「{pack.indicator(name).name}」" for name in self.kind.indicators)
        return f"指标{names}的得分占它们满分的比例"

    def find_unit(self, pack: Pack | None) -> str:
        """None."""
        return ""

    def find_lever(self, pack: Pack, way: int) -> Lever:
        """The marks of the others."""
        return Lever("所用指标的得分合计", "分", change_by(way))

    def read_figure(self, part: ScoredPart, row: Mapping[str, Any], pack: Pack, precision: int) -> Figure | None:
        """Printed marks."""
        grain = 10**precision
        now, of = Fraction(row["num"]) / grain, Fraction(row["den"]) / grain
        return Figure("ratio", now, of, granule=Fraction(1, grain))

    def list_figures(self, part: ScoredPart, figure: Figure, pack: Pack) -> list[Shown]:
        """Marks, full marks and their rate."""
        found = [show("所用指标得分合计", figure.now, "分"), show("所用指标满分合计", figure.of, "分")]
        return [*found, show_share("得分率", figure.now, figure.of)]
