"""The marks of other indicators, of the unit itself or of the units below it."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from indicators.measures.of_marks import Below, OfMarks
from indicators.pack.model import Pack
from indicators.pack.succession import Changes, Succession
from scoring.base.parts import ScoredPart, to_millionths
from scoring.base.sql import quote_list, quote_text
from scoring.measures.figure import Figure, Shown, read_pair, show, show_quotient, show_share
from scoring.measures.layer import Layer
from scoring.measures.measure import Lever, ScoredMeasure, change_by
from scoring.measures.raw import Moment, write_raw

_TAKEN = {"rate": "得分合计占满分合计的比例", "mean": "平均得分", "sum": "得分合计"}


class OfMarksMeasure(ScoredMeasure[OfMarks]):
    """Marks over full marks."""

    name = "of_marks"

    def compile(self, figure: int, part: ScoredPart, layer: Layer) -> None:
        """Per unit of the cohort: the marks of other items and their full marks."""
        if self.kind.below is not None:
            layer.add(self._write_below(figure, part, self.kind.below, layer.pack.head.precision))
            return
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

    def _write_below(self, figure: int, part: ScoredPart, below: Below, precision: int) -> str:
        """Per unit of the cohort: what the units below it have, those left out to which nothing applies."""
        num, den, reached = "sum(t.got)", "count(*) FILTER (WHERE t.possible > 0)", "FALSE"
        if below.reaching is not None:
            asked, scale = to_millionths(below.reaching.value), 10 ** (6 - precision)
            goal = f"{asked} * t.possible" if below.reaching.percent else str(asked)
            reached = f"t.got * {1_000_000 if below.reaching.percent else scale} >= {goal}"
        if below.take == "share":
            num = f"count(*) FILTER (WHERE t.possible > 0 AND {reached})"
        elif below.take == "rate":
            den = "sum(t.possible)"
        elif below.take == "mean":
            den = f"{10**precision} * {den}"
        else:
            den = f"CASE WHEN {den} > 0 THEN {10**precision} ELSE 0 END"
        names = ", ".join(map(quote_text, self.kind.indicators))
        return write_raw(
            f"(SELECT m.unit, {num} AS num, {den} AS den, sum(t.open) AS open\n"
            "      FROM members m\n"
            "      LEFT JOIN below b ON b.unit = m.unit\n"
            "      LEFT JOIN (SELECT unit, sum(points) FILTER (WHERE outcome = 'scored') AS got,\n"
            "                        sum(applicable_points) FILTER (WHERE outcome = 'scored') AS possible,\n"
            "                        count(*) FILTER (WHERE outcome IN ('pending', 'conflict', 'error')) AS open\n"
            f"                 FROM items WHERE indicator IN ({names}) GROUP BY unit) t ON t.unit = b.lower\n"
            f"      WHERE m.cohort = {quote_text(part.cohort)} GROUP BY m.unit) o",
            figure=str(figure),
            unit="o.unit",
            num="coalesce(o.num, 0)::HUGEINT",
            den="coalesce(o.den, 0)::HUGEINT",
            pending="CASE WHEN o.open > 0 THEN 'items_open' END",
        )

    def list_unsettled(self, figure: int, part: ScoredPart, pack: Pack, moment: Moment) -> list[str]:
        """As long as one of the items is; of the units below also while one of them comes, goes or takes over."""
        if self.kind.below is not None:
            return self._list_unsettled_below(figure, pack, moment)
        return [
            f"SELECT {figure} AS figure, unit\nFROM items\n"
            f"WHERE cohort = {quote_text(part.cohort)} AND indicator IN {quote_list(self.kind.indicators)}\n"
            "  AND (exempting OR (varies AND outcome <> 'exempt'))"
        ]

    def _list_unsettled_below(self, figure: int, pack: Pack, moment: Moment) -> list[str]:
        open_items = (
            f"SELECT {figure} AS figure, b.unit\nFROM below b JOIN items i ON i.unit = b.lower\n"
            f"WHERE i.indicator IN {quote_list(self.kind.indicators)}\n"
            "  AND (i.exempting OR (i.varies AND i.outcome <> 'exempt'))"
        )
        changes = Changes.of_rest(pack.registry, moment.year, moment.as_of)
        changing = changes.arriving | changes.leaving | changes.units
        succession = Succession.of_year(pack.registry, moment.year, moment.as_of)
        parents = dict.fromkeys(
            succession.heirs.get(unit.parent, unit.parent)
            for unit in pack.registry.units
            if unit.parent is not None and unit.id in changing
        )
        if not parents:
            return [open_items]
        moving = f"SELECT {figure} AS figure, unit\nFROM units WHERE unit IN {quote_list(tuple(parents))}"
        return [open_items, moving]

    def describe(self, pack: Pack) -> str:
        """The marks of which."""
        names = "、".join(f"「{pack.indicator(name).name}」" for name in self.kind.indicators)
        if (below := self.kind.below) is not None:
            if below.reaching is not None:
                asked = f"满分的{below.reaching}" if below.reaching.percent else f"{below.reaching}分"
                return f"下级单位中，指标{names}得分不低于{asked}的单位所占的比例（不适用的单位不算）"
            return f"下级单位在指标{names}上的{_TAKEN[below.take]}（不适用的单位不算）"
        return f"指标{names}的得分占它们满分的比例"

    def find_unit(self, pack: Pack | None) -> str:
        """None of a share, marks otherwise."""
        return "" if self.kind.is_share else "分"

    def find_lever(self, pack: Pack, way: int) -> Lever:
        """The marks of the others, or how many units below reach what is asked."""
        if (below := self.kind.below) is not None:
            reached = below.take == "share"
            return Lever("达到的下级单位" if reached else "下级单位得分合计", "个" if reached else "分", change_by(way))
        return Lever("所用指标的得分合计", "分", change_by(way))

    def read_figure(self, part: ScoredPart, row: Mapping[str, object], pack: Pack, precision: int) -> Figure | None:
        """Printed marks; of the units below also a number of units, and of a sum nothing to divide by."""
        if self.kind.below is not None:
            return self._read_below(self.kind.below, row, precision)
        grain = 10**precision
        now, of = (value / grain for value in read_pair(row))
        return Figure("ratio", now, of, granule=Fraction(1, grain))

    def _read_below(self, below: Below, row: Mapping[str, object], precision: int) -> Figure:
        (num, den), grain = read_pair(row), Fraction(1, 10**precision)
        if below.take == "share":
            return Figure("ratio", num, den)
        if below.take == "rate":
            return Figure("ratio", num * grain, den * grain, granule=grain)
        if below.take == "mean":
            return Figure("quotient", num * grain, den * grain, granule=grain)
        return Figure("plain", num * grain, Fraction(1), granule=grain)

    def list_figures(self, part: ScoredPart, figure: Figure, pack: Pack) -> list[Shown]:
        """Marks, full marks and their rate; of the units below how many they are, and their mean."""
        if (below := self.kind.below) is not None and below.take != "rate":
            if below.take == "sum":
                return [show("下级单位得分合计", figure.now, "分")]
            if below.take == "share":
                found = [show("达到的下级单位", figure.now, "个"), show("适用的下级单位", figure.of, "个")]
                return [*found, show_share("所占比例", figure.now, figure.of)]
            found = [show("下级单位得分合计", figure.now, "分"), show("适用的下级单位", figure.of, "个")]
            return [*found, show_quotient("下级单位平均得分", figure.now, figure.of, "分")]
        found = [show("所用指标得分合计", figure.now, "分"), show("所用指标满分合计", figure.of, "分")]
        return [*found, show_share("得分率", figure.now, figure.of)]

    def choose_figure(self, figures: list[Shown], figure: Figure) -> Shown:
        """The rate or share, or the mean."""
        return figures[-1]
