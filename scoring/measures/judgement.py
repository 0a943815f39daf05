"""What an inspector judges."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from indicators.measures.judgement import Judgement
from indicators.pack.model import Pack
from scoring.base.amounts import name_dataset, write_number
from scoring.base.cells import Wanted
from scoring.base.parts import ScoredPart
from scoring.base.sql import join_and, quote_name, quote_text
from scoring.measures.feeds import list_present
from scoring.measures.figure import Figure, Shown, show
from scoring.measures.layer import Layer
from scoring.measures.measure import ScoredMeasure
from scoring.measures.raw import Moment, name_reported, scale_of, write_condition, write_period, write_raw
from scoring.measures.values import PENDING

_SPREAD = ("sum", "min", "max")


class JudgementMeasure(ScoredMeasure[Judgement]):
    """Marks or a level that inspectors gave."""

    name = "judgement"

    def compile(self, figure: int, part: ScoredPart, layer: Layer) -> None:
        """The (mean of the) marks given; levels are counted apart."""
        column, name = part.part.beside.judged, f"value_{figure}"
        assert column is not None
        scale = scale_of(layer.pack.dataset(self.kind.dataset), "marks") if column == "marks" else 0
        levels = self._write_levels(figure, part, layer) if column == "level" else None
        layer.add(self._write_branch(figure, name, scale), {name: self._write_given(column, part, layer)}, levels)

    def _write_given(self, column: str, part: ScoredPart, layer: Layer) -> str:
        """Per unit: how many different judgements there are, their sum and their number, and how many say nothing."""
        dataset = layer.pack.dataset(self.kind.dataset)
        condition = write_condition({}, dataset, layer.moment, f"indicator = {quote_text(part.indicator.id)}")
        period = join_and([write_period(layer.pack, dataset, layer.moment.year, "year"), f"({condition}) IS NOT FALSE"])
        name = quote_name(column)
        factor = 10 ** scale_of(dataset, column)
        sure = f" FILTER (WHERE {condition})"
        whole = [
            f"({each}({name}){sure} * {factor})::HUGEINT" if column == "marks" else "0::HUGEINT" for each in _SPREAD
        ]
        return (
            f"SELECT _unit AS unit, count(DISTINCT {name}){sure} AS different, count({name}){sure} AS given,\n"
            f"       count(*) - count({name}){sure} AS open,\n"
            f"       {whole[0]} AS total, {whole[1]} AS lowest, {whole[2]} AS highest\n"
            f"FROM {name_reported(dataset)}\nWHERE {period}\nGROUP BY _unit"
        )

    def _write_levels(self, figure: int, part: ScoredPart, layer: Layer) -> str:
        """How often each level was given."""
        dataset = layer.pack.dataset(self.kind.dataset)
        where = join_and(
            [
                write_period(layer.pack, dataset, layer.moment.year, "year"),
                f"indicator = {quote_text(part.indicator.id)}",
                "level IS NOT NULL",
            ]
        )
        return (
            f"SELECT {figure} AS figure, _unit AS unit, level, count(*)::HUGEINT AS n\n"
            f"FROM {name_reported(dataset)}\nWHERE {where}\nGROUP BY ALL"
        )

    def _write_branch(self, figure: int, source: str, scale: int) -> str:
        conflict = "NULL::VARCHAR"
        if self.kind.several == "conflict":
            conflict = "CASE WHEN v.different > 1 THEN 'contradicting_rows' END"
        return write_raw(
            f"units u LEFT JOIN {source} v ON v.unit = u.unit",
            figure=str(figure),
            unit="u.unit",
            num="v.total",
            den=f"greatest(coalesce(v.given, 0), 1)::HUGEINT * {10**scale}",
            conflict=conflict,
            pending=PENDING,
            lowest="v.lowest * v.given",
            highest="v.highest * v.given",
        )

    def describe(self, pack: Pack) -> str:
        """Whose judgement, and what becomes of several."""
        several = "几人评定的取平均" if self.kind.several == "mean" else "几人评定不一致的，算数据矛盾"
        return f"督察员在{name_dataset(pack.dataset(self.kind.dataset))}中对本指标的评定；{several}"

    def find_unit(self, pack: Pack | None) -> str:
        """Marks."""
        return "分"

    def name_figure(self, pack: Pack) -> str:
        """The judgement."""
        return "督察员评定"

    def read_figure(self, part: ScoredPart, row: Mapping[str, Any], pack: Pack, precision: int) -> Figure | None:
        """The marks given over the number of those who gave them."""
        by_marks = part.part.beside.judged == "marks"
        scale = 10 ** scale_of(pack.dataset(self.kind.dataset), "marks") if by_marks else 1
        return Figure("ratio", Fraction(row["num"]) / scale, Fraction(row["den"]) / scale)

    def list_figures(self, part: ScoredPart, figure: Figure, pack: Pack) -> list[Shown]:
        """The marks as people write them, and how many gave them; levels are listed apart."""
        count = show("评定人数", figure.of, "人")
        if part.part.beside.judged != "marks":
            return [count]
        if pack.takes_off(part.indicator, part.part):
            return [show("扣分合计", part.full_marks * figure.of - figure.now, "分"), count]
        return [show("评分合计", figure.now, "分"), count]

    def choose_figure(self, figures: list[Shown], figure: Figure) -> Shown:
        """The mean of the marks."""
        if len(figures) > 1 and figure.of:
            return {"label": "平均评分", "value": write_number(figure.now / figure.of, 2), "unit": "分"}
        return super().choose_figure(figures, figure)

    def list_feeds(self, part: ScoredPart, pack: Pack, moment: Moment) -> list[Wanted]:
        """The judgements of the indicator."""
        dataset = pack.dataset(self.kind.dataset)
        condition = join_and(
            [write_period(pack, dataset, moment.year, "year"), f"indicator = {quote_text(part.indicator.id)}"]
        )
        value = part.part.beside.judged or "marks"
        return [Wanted(dataset.id, "评定", condition, (value, *list_present(dataset, "reason", "inspector")))]
