"""A numerator over a denominator."""

from __future__ import annotations

from collections.abc import Mapping

from indicators.measures.ratio import Ratio
from indicators.measures.rows import list_asked
from indicators.pack.model import Pack
from scoring.base.amounts import name_column, write_amount_unit
from scoring.base.cells import Wanted
from scoring.base.parts import ScoredPart
from scoring.measures.feeds import feed_ratio
from scoring.measures.figure import Figure, Shown, find_granule, multiply_scales, read_pair, show, show_share
from scoring.measures.layer import Layer
from scoring.measures.measure import Lever, ScoredMeasure, change_by
from scoring.measures.raw import Moment, scale_of
from scoring.measures.words import describe_ratio, name_sum


class RatioMeasure(ScoredMeasure[Ratio]):
    """One tally over another."""

    name = "ratio"

    def compile(self, figure: int, part: ScoredPart, layer: Layer) -> None:
        """Two tallies, each multiplied by the scale of the other."""
        pair = self.kind.list_tallies()
        scales = [10 ** scale_of(layer.pack.dataset(tally.dataset), tally.sum) for tally in pair]
        now = [layer.scans.number(tally) for tally in pair]
        layer.scans.note(figure, "ratio", now[0], scales[1], now[1], scales[0])

    def describe(self, pack: Pack) -> str:
        """What is divided by what."""
        return describe_ratio(self.kind, pack, "本年度")

    def find_unit(self, pack: Pack | None) -> str:
        """None."""
        return ""

    def find_lever(self, pack: Pack, way: int) -> Lever:
        """The numerator."""
        subject, unit = name_numerator(self.kind, pack)
        return Lever(f"分子（{subject}）", unit, change_by(way))

    def read_figure(self, part: ScoredPart, row: Mapping[str, object], pack: Pack, precision: int) -> Figure | None:
        """Two numbers with the decimals of their columns."""
        top, bottom = self.kind.list_tallies()
        scale = multiply_scales(pack, top, bottom)
        now, of = (value / scale for value in read_pair(row))
        return Figure("ratio", now, of, granule=find_granule(pack, top.dataset, top.sum))

    def list_figures(self, part: ScoredPart, figure: Figure, pack: Pack) -> list[Shown]:
        """Numerator, denominator and rate."""
        return list_ratio(self.kind, figure, pack)

    def list_feeds(self, part: ScoredPart, pack: Pack, moment: Moment) -> list[Wanted]:
        """The rows of both tallies."""
        return feed_ratio(self.kind, pack, moment.year, "")


def name_numerator(ratio: Ratio, pack: Pack) -> tuple[str, str]:
    """The numerator by its column, or by the conditions that the denominator does not have."""
    tally, below = ratio.numerator, ratio.denominator
    dataset = pack.dataset(tally.dataset)
    if tally.sum is not None:
        return f"{name_column(dataset, tally.sum)}合计", write_amount_unit(dataset, tally.sum)
    more = {name: condition for name, condition in tally.where.items() if below.where.get(name) != condition}
    titles = "、".join(dict.fromkeys(name_column(dataset, name) for name, _ in list_asked(more or tally.where)))
    return f"{titles}符合规则的记录" if titles else "记录", "条"


def list_ratio(ratio: Ratio, figure: Figure, pack: Pack) -> list[Shown]:
    """Numerator, denominator and rate; of both years where there are two."""
    units = [write_amount_unit(pack.dataset(t.dataset), t.sum) for t in (ratio.numerator, ratio.denominator)]
    when = "本年" if figure.before is not None else ""
    names = [
        f"（{name_sum(tally, pack.dataset(tally.dataset))}）" if tally.sum else ""
        for tally in (ratio.numerator, ratio.denominator)
    ]
    found = [
        show(f"{when}分子{names[0]}", figure.now, units[0]),
        show(f"{when}分母{names[1]}", figure.of, units[1]),
    ]
    if figure.of:
        found.append(show_share(f"{when}比率", figure.now, figure.of))
    if figure.before is not None and figure.before_of is not None:
        found += [show("上年分子", figure.before, units[0]), show("上年分母", figure.before_of, units[1])]
        if figure.before_of:
            found.append(show_share("上年比率", figure.before, figure.before_of))
    return found
