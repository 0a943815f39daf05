"""A figure against the year before."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from indicators.measures.change import Change
from indicators.pack.model import Pack
from scoring.base.amounts import name_dataset, write_amount_unit
from scoring.base.cells import Wanted
from scoring.base.parts import ScoredPart
from scoring.measures.feeds import feed_ratio, feed_tally
from scoring.measures.figure import Figure, Shown, find_granule, multiply_scales, show
from scoring.measures.layer import Layer
from scoring.measures.measure import Lever, ScoredMeasure, YearComparison, change_by, find_column_unit
from scoring.measures.ratio import list_ratio, name_numerator
from scoring.measures.raw import Moment, scale_of
from scoring.measures.words import describe_ratio, describe_tally, name_sum

_FROM_ZERO = {
    "still_zero_reaches": "上年度为0的，本年度仍为0算达到，不为0算未达到",
    "not_applicable": "上年度为0的，本项不适用",
    "pending": "上年度为0的，由督察办研究后确定",
    "compare": "上年度为0的，照常比较",
}


class ChangeMeasure(ScoredMeasure[Change]):
    """A tally or a ratio, of this year and of the year before."""

    name = "change"

    @property
    def _form(self) -> str:
        return f"ratio_{self.kind.by}" if self.kind.ratio is not None else self.kind.by

    def compile(self, figure: int, part: ScoredPart, layer: Layer) -> None:
        """The tallies of both years."""
        tallies = self.kind.list_tallies()
        scales = [10 ** scale_of(layer.pack.dataset(tally.dataset), tally.sum) for tally in tallies]
        now = [layer.scans.number(tally) for tally in tallies]
        before = [layer.scans.number(tally, -1) for tally in tallies]
        if self.kind.ratio is None:
            layer.scans.note(figure, self._form, now[0], 1, None, scales[0], before[0])
        else:
            layer.scans.note(figure, self._form, now[0], scales[1], now[1], scales[0], before[0], before[1])

    def compare(self) -> YearComparison:
        """With the year before."""
        return YearComparison(self._form, self.kind.from_zero)

    def describe(self, pack: Pack) -> str:
        """What is compared, how, and what zero means."""
        change = self.kind
        if change.ratio is not None:
            what = describe_ratio(change.ratio, pack, "当年")
        else:
            what = describe_tally(change.list_tallies()[0], pack, "当年")
        way = (
            "本年度比上年度增减多少"
            if change.by == "difference"
            else "本年度比上年度增减的幅度，即（本年 - 上年）÷ 上年"
        )
        return f"{what}，看{way}；{_FROM_ZERO[change.from_zero]}"

    def find_unit(self, pack: Pack | None) -> str:
        """That of what is compared, of a difference of plain numbers."""
        (tally, *_) = self.kind.list_tallies()
        if self.kind.is_share:
            return ""
        return find_column_unit(pack, tally.dataset, tally.sum) if tally.sum is not None else "条"

    def _find_unit_of_years(self, pack: Pack) -> str:
        """That of the figure of one year."""
        (tally, *_) = self.kind.list_tallies()
        return write_amount_unit(pack.dataset(tally.dataset), tally.sum)

    def name_figure(self, pack: Pack) -> str:
        """What the figure of one year is."""
        (tally, *_) = self.kind.list_tallies()
        dataset = pack.dataset(tally.dataset)
        return f"{name_dataset(dataset)}记录条数" if tally.sum is None else name_sum(tally, dataset)

    def find_lever(self, pack: Pack, way: int) -> Lever:
        """This year's figure, or its numerator."""
        if self.kind.ratio is not None:
            subject, unit = name_numerator(self.kind.ratio, pack)
            return Lever(f"本年度分子（{subject}）", unit, change_by(way))
        return Lever(f"本年度{self.name_figure(pack)}", self._find_unit_of_years(pack), change_by(way))

    def read_figure(self, part: ScoredPart, row: Mapping[str, Any], pack: Pack, precision: int) -> Figure | None:
        """This year's numbers beside those of the year before."""
        if row["now_num"] is None or row["before_num"] is None:
            return None
        now, of = Fraction(row["now_num"]), Fraction(row["now_den"])
        before, before_of = Fraction(row["before_num"]), Fraction(row["before_den"])
        tallies = self.kind.list_tallies()
        granule = find_granule(pack, tallies[0].dataset, tallies[0].sum)
        if self.kind.ratio is not None:
            scale = multiply_scales(pack, *tallies)
            pairs = (now / scale, of / scale, before / scale, before_of / scale)
            return Figure(self._form, *pairs, granule=granule)
        one = Fraction(1)
        return Figure(self._form, now / of, one, before / before_of, one, granule)

    def list_figures(self, part: ScoredPart, figure: Figure, pack: Pack) -> list[Shown]:
        """The figures of both years."""
        if self.kind.ratio is not None:
            return list_ratio(self.kind.ratio, figure, pack)
        assert figure.before is not None
        label, unit = self.name_figure(pack), self._find_unit_of_years(pack)
        return [show(f"本年{label}", figure.now, unit), show(f"上年{label}", figure.before, unit)]

    def list_feeds(self, part: ScoredPart, pack: Pack, moment: Moment) -> list[Wanted]:
        """The rows of both years."""
        years = ((moment.year, "本年"), (moment.year - 1, "上年"))
        if (ratio := self.kind.ratio) is not None:
            return [wanted for year, when in years for wanted in feed_ratio(ratio, pack, year, when)]
        return [feed_tally(tally, pack, year, when) for tally in self.kind.list_tallies() for year, when in years]
