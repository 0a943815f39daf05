"""One number for each of another: per head, per 10,000, per case."""

from __future__ import annotations

from collections.abc import Mapping

from indicators.measures.quotient import Operand, Quotient
from indicators.pack.model import Pack
from scoring.base.amounts import name_column, write_amount_unit
from scoring.base.cells import Wanted
from scoring.base.parts import ScoredPart
from scoring.measures.feeds import feed_tally
from scoring.measures.figure import Figure, Shown, find_granule, multiply_scales, read_pair, show, show_quotient
from scoring.measures.layer import Layer
from scoring.measures.measure import Lever, ScoredMeasure, change_by
from scoring.measures.raw import Moment, scale_of
from scoring.measures.words import describe_tally, name_rows, name_sum, name_time

_SIZES = {1: "", 10: "十", 100: "百", 1000: "千", 10_000: "万", 100_000: "十万", 1_000_000: "百万"}


class QuotientMeasure(ScoredMeasure[Quotient]):
    """One tally for so many of another."""

    name = "quotient"

    def compile(self, figure: int, part: ScoredPart, layer: Layer) -> None:
        """Two tallies, each multiplied by the scale of the other."""
        pair = (self.kind.numerator, self.kind.denominator)
        scales = [10 ** scale_of(layer.pack.dataset(operand.dataset), operand.sum) for operand in pair]
        top, bottom = (layer.scans.number(operand, distinct=operand.distinct) for operand in pair)
        layer.scans.note(figure, "quotient", top, scales[1] * self.kind.per, bottom, scales[0])

    def describe(self, pack: Pack) -> str:
        """What is divided by what."""
        top, bottom = (_describe_operand(each, pack) for each in (self.kind.numerator, self.kind.denominator))
        per = f"（每{_SIZES[self.kind.per]}{_find_unit(self.kind.denominator, pack)}）" if self.kind.per > 1 else ""
        return f"用{top}除以{bottom}{per}"

    def find_unit(self, pack: Pack | None) -> str:
        """That of the numerator."""
        return _find_unit(self.kind.numerator, pack) if pack is not None else ""

    def name_figure(self, pack: Pack) -> str:
        """平均每1万人的数。"""
        return f"平均每1{_SIZES[self.kind.per]}{_find_unit(self.kind.denominator, pack)}"

    def find_lever(self, pack: Pack, way: int) -> Lever:
        """The numerator."""
        numerator = self.kind.numerator
        return Lever(f"分子（{_name_operand(numerator, pack)}）", _find_unit(numerator, pack), change_by(way))

    def read_figure(self, part: ScoredPart, row: Mapping[str, object], pack: Pack, precision: int) -> Figure | None:
        """Two numbers with the decimals of their columns; the denominator in units of ``per``."""
        top, bottom = self.kind.numerator, self.kind.denominator
        scale = multiply_scales(pack, top, bottom) * self.kind.per
        now, of = (value / scale for value in read_pair(row))
        granule = find_granule(pack, top.dataset, top.sum)
        return Figure("quotient", now, of, granule=granule, may_be_negative=top.less is not None)

    def list_figures(self, part: ScoredPart, figure: Figure, pack: Pack) -> list[Shown]:
        """Numerator, denominator, and what they come to."""
        top, bottom = self.kind.numerator, self.kind.denominator
        size = _SIZES[self.kind.per]
        return [
            show(f"分子（{_name_operand(top, pack)}）", figure.now, _find_unit(top, pack)),
            show(f"分母（{_name_operand(bottom, pack)}）", figure.of, f"{size}{_find_unit(bottom, pack)}"),
            show_quotient(self.name_figure(pack), figure.now, figure.of, self.find_unit(pack)),
        ]

    def choose_figure(self, figures: list[Shown], figure: Figure) -> Shown:
        """What they come to."""
        return figures[-1]

    def list_feeds(self, part: ScoredPart, pack: Pack, moment: Moment) -> list[Wanted]:
        """The rows of both."""
        return [
            feed_tally(self.kind.numerator, pack, moment.year, "分子", self.kind.numerator.distinct),
            feed_tally(self.kind.denominator, pack, moment.year, "分母", self.kind.denominator.distinct),
        ]


def _describe_operand(operand: Operand, pack: Pack) -> str:
    if operand.distinct is None:
        return describe_tally(operand, pack, "本年度")
    dataset = pack.dataset(operand.dataset)
    rows = name_rows(dataset, operand.where, name_time(operand.over, "本年度"))
    return f"{rows}里{name_column(dataset, operand.distinct)}的个数（重复的只算一个）"


def _name_operand(operand: Operand, pack: Pack) -> str:
    dataset = pack.dataset(operand.dataset)
    if operand.distinct is not None:
        return f"{name_column(dataset, operand.distinct)}个数"
    return name_sum(operand, dataset) if operand.sum is not None else f"《{dataset.title}》条数"


def _find_unit(operand: Operand, pack: Pack) -> str:
    return "个" if operand.distinct is not None else write_amount_unit(pack.dataset(operand.dataset), operand.sum)
