"""A count or a sum of each quarter, month, half-year or round of the year, and what the year is judged by."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from indicators.measures.rounds import MONTHS, OutOf, Rounds, count_periods
from indicators.pack.model import Pack
from scoring.base.amounts import name_column
from scoring.base.cells import Wanted
from scoring.base.parts import ScoredPart
from scoring.base.sql import join_and, quote_name, quote_number, quote_text, write_where
from scoring.measures.feeds import join_columns
from scoring.measures.figure import Figure, Shown, find_granule, read_pair, show, show_quotient, show_share
from scoring.measures.layer import Layer
from scoring.measures.measure import Lever, Occurrence, ScoredMeasure, change_by, find_column_unit
from scoring.measures.period_shares import PART_OF_GRAIN, write_period_shares, write_shares_raw
from scoring.measures.raw import Moment, name_reported, scale_of, write_condition, write_period, write_raw
from scoring.measures.words import name_rows

_NAMES = {"half_year": "半年", "quarter": "季度", "month": "月"}
#: The periods of a unit in the order in which they are taken. Those without a row have 0 and come before all that
#: lie ``beyond`` it.
PLACED = """SELECT *, row_number() OVER (PARTITION BY unit ORDER BY value {0}, period) AS place,
       count(*) OVER (PARTITION BY unit) AS present, value {1} 0 AS beyond
FROM {2}"""
TAKEN = "coalesce(sum(value) FILTER (WHERE place + CASE WHEN beyond THEN {0} - present ELSE 0 END <= {1}), 0)"
_PICKS = {"mean": "各期的平均数", "least": "最少的一期", "most": "最多的一期"}


class RoundsMeasure(ScoredMeasure[Rounds]):
    """What the periods of a year come to, each by itself."""

    name = "rounds"
    counts_things = True

    def compile(self, figure: int, part: ScoredPart, layer: Layer) -> None:
        """One row for each unit and period that has rows, then all periods of the year together."""
        if self.kind.out_of is not None:
            layer.add(write_shares_raw(figure, self.kind), self._write_shares(self.kind.out_of, figure, layer))
            return
        name, scale = f"rounds_{figure}", self._find_scale(layer.pack)
        mean = self.kind.pick == "mean"
        den = self._find_taken(layer.pack) * scale if mean else 1 if self.kind.reaching else scale
        branch = write_raw(
            f"units u LEFT JOIN {name} p ON p.unit = u.unit",
            figure=str(figure),
            unit="u.unit",
            num=f"coalesce(p.num, {self._find_empty(layer.pack)})::HUGEINT",
            den=f"{den}::HUGEINT",
            pending="CASE WHEN p.open > 0 THEN 'counts_missing' END",
        )
        layer.add(branch, self._write_ctes(figure, layer.pack, layer.moment))

    def _write_shares(self, out_of: OutOf, figure: int, layer: Layer) -> dict[str, str]:
        dataset = layer.pack.dataset(self.kind.dataset)
        among = [write_period(layer.pack, dataset, layer.moment.year, "year"), *self._write_year(layer.moment)]
        own = self._write_own(layer.pack)
        return write_period_shares(figure, self.kind, out_of, dataset, layer.moment, own, among)

    def _find_scale(self, pack: Pack) -> int:
        return int(10 ** scale_of(pack.dataset(self.kind.dataset), self.kind.sum))

    def _find_taken(self, pack: Pack) -> int:
        """Of how many periods a mean is taken."""
        return self.kind.taken or count_periods(self.kind, pack)

    def _find_empty(self, pack: Pack) -> int:
        """The figure of a year without a row."""
        return count_periods(self.kind, pack) if self.kind.pick == "missed" else 0

    def _write_ctes(self, figure: int, pack: Pack, moment: Moment) -> dict[str, str]:
        rounds, dataset, scale = self.kind, pack.dataset(self.kind.dataset), self._find_scale(pack)
        condition = write_condition(rounds.where, dataset, moment)
        period = write_period(pack, dataset, moment.year, "year")
        where = join_and(
            [period, f"({condition}) IS NOT FALSE" if condition != "TRUE" else "", *self._write_year(moment)]
        )
        value = f"{quote_name(rounds.sum)} * {scale}" if rounds.sum is not None else "1"
        own = self._write_own(pack)
        each = (
            f"SELECT _unit AS unit, {own} AS period, sum({value})::HUGEINT AS value,\n"
            f"       count(*) FILTER (WHERE (({condition}) AND {own} IS NOT NULL AND {value} IS NOT NULL) IS NOT TRUE)"
            f" AS open\nFROM {name_reported(dataset)}\nWHERE {where}\nGROUP BY ALL"
        )
        number = count_periods(rounds, pack)
        # A period without a row has 0, which is the least or the most where all others lie on its other side.
        absent = f"CASE WHEN count(*) < {number} THEN 0 END"
        reached = "0"
        if rounds.reaching is not None:
            reached = f"count(*) FILTER (WHERE value >= {quote_number(rounds.reaching.value)} * {scale})"
        num = {
            "reached": reached,
            "missed": f"{number} - {reached}",
            "mean": "sum(value)" if rounds.taken is None else TAKEN.format(number, rounds.taken),
            "least": f"least(min(value), {absent})",
            "most": f"greatest(max(value), {absent})",
        }[rounds.pick]
        ctes, source = {f"periods_{figure}": each}, f"periods_{figure}"
        if rounds.taken is not None:
            ctes[f"placed_{figure}"] = PLACED.format(*(("DESC", "<") if rounds.top else ("ASC", ">")), source)
            source = f"placed_{figure}"
        together = f"SELECT unit, ({num})::HUGEINT AS num, sum(open) AS open\nFROM {source}\nGROUP BY unit"
        return ctes | {f"rounds_{figure}": together}

    def _write_year(self, moment: Moment) -> list[str]:
        """By date only rows of the year belong to one of its periods."""
        if self.kind.date is None:
            return []
        name = quote_name(self.kind.date)
        return [f"({name} IS NULL OR year({name}) = {moment.year})"]

    def _write_own(self, pack: Pack) -> str:
        """The period of a row; NULL where nobody knows it."""
        if self.kind.date is not None and self.kind.each is not None:
            return f"((month({quote_name(self.kind.date)}) - 1) // {MONTHS[self.kind.each]})"
        column = pack.dataset(self.kind.dataset).column(self.kind.round or "")
        assert column is not None
        name = quote_name(column.name)
        return f"CASE WHEN {name} IN ({', '.join(map(quote_text, column.choices))}) THEN {name} END"

    def _name_period(self, pack: Pack) -> str:
        if self.kind.each is not None:
            return f"每{_NAMES[self.kind.each]}"
        return f"每个{name_column(pack.dataset(self.kind.dataset), self.kind.round or '')}"

    def _name_pick(self) -> str:
        """Which of the periods, or what of them."""
        if self.kind.taken is None:
            return _PICKS[self.kind.pick]
        return f"最{'高' if self.kind.top else '低'}的{self.kind.taken}期的平均数"

    def _name_amount(self, pack: Pack) -> str:
        if self.kind.sum is None:
            return "条数"
        return f"{name_column(pack.dataset(self.kind.dataset), self.kind.sum)}合计"

    def describe(self, pack: Pack) -> str:
        """What is counted of each period, and what the year is judged by."""
        rounds, dataset = self.kind, pack.dataset(self.kind.dataset)
        rows = name_rows(dataset, rounds.where, "本年度")
        by = f"按{name_column(dataset, rounds.date)}分" if rounds.date is not None else ""
        counted = f"{rows}的{self._name_amount(pack)}，{by}{self._name_period(pack)}各算一次（没有记录的算0）"
        if rounds.out_of is not None:
            whole = name_rows(dataset, rounds.out_of.where, "")
            amount = "条数" if rounds.out_of.sum is None else f"{name_column(dataset, rounds.out_of.sum)}合计"
            counted = (
                f"{rows}的{self._name_amount(pack)}占{whole}的{amount}的比例，{by}{self._name_period(pack)}各算一次"
                "（没有分母的期不算）"
            )
        if rounds.reaching is None:
            return f"{counted}，取{self._name_pick()}"
        word = "不到" if rounds.pick == "missed" else "达到"
        unit = self._find_amount_unit(pack) if rounds.out_of is None else ""
        return f"{counted}，数有几期{word}{rounds.reaching}{unit}"

    def _find_amount_unit(self, pack: Pack | None) -> str:
        return "条" if self.kind.sum is None else find_column_unit(pack, self.kind.dataset, self.kind.sum)

    def find_unit(self, pack: Pack | None) -> str:
        """期, or that of what is counted; none of a share."""
        if self.kind.is_share:
            return ""
        return "期" if self.kind.reaching is not None else self._find_amount_unit(pack)

    def name_figure(self, pack: Pack) -> str:
        """达到要求的期数，各期的平均数。"""
        if self.kind.reaching is not None:
            return "没有达到的期数" if self.kind.pick == "missed" else "达到的期数"
        if self.kind.is_share:
            return f"比例，{self._name_pick()}"
        return f"{self._name_amount(pack)}，{self._name_pick()}"

    def find_lever(self, pack: Pack, way: int) -> Lever:
        """Periods, or what is in them: of a mean what is in all of them together."""
        if self.kind.is_share:
            return Lever(self._name_whole(pack), "", change_by(way))
        name = self._name_whole(pack) if self.kind.pick == "mean" else self.name_figure(pack)
        return Lever(name, self.find_unit(pack), change_by(way))

    def _name_whole(self, pack: Pack) -> str:
        """What a mean is made of."""
        if self.kind.is_share:
            return "各期的比例合计" if self.kind.pick == "mean" else self.name_figure(pack)
        if self.kind.taken is None:
            return f"全年{self._name_amount(pack)}"
        return f"最{'高' if self.kind.top else '低'}的{self.kind.taken}期的{self._name_amount(pack)}"

    def find_occurrence(self) -> Occurrence:
        """A period."""
        return Occurrence("期")

    def find_achievement(self) -> str:
        """A period."""
        return "每有1期"

    def read_figure(self, part: ScoredPart, row: Mapping[str, object], pack: Pack, precision: int) -> Figure | None:
        """A number of periods, a number of one of them, or all that is in them over how many there are."""
        num, den = read_pair(row)
        if self.kind.out_of is not None and self.kind.reaching is None:
            return Figure("ratio", num * PART_OF_GRAIN, den * PART_OF_GRAIN, granule=PART_OF_GRAIN)
        if self.kind.reaching is not None:
            return Figure("plain", num, Fraction(1))
        granule = find_granule(pack, self.kind.dataset, self.kind.sum)
        if self.kind.pick != "mean":
            return Figure("plain", num / den, Fraction(1), granule=granule, may_be_negative=self.kind.sum is not None)
        number = Fraction(self._find_taken(pack))
        return Figure(
            "quotient", num / den * number, number, granule=granule, may_be_negative=self.kind.sum is not None
        )

    def list_figures(self, part: ScoredPart, figure: Figure, pack: Pack) -> list[Shown]:
        """The figure; of a mean also what it is made of."""
        if self.kind.is_share:
            share = show_share(self.name_figure(pack), figure.now, figure.of)
            parts = [show(self._name_whole(pack), figure.now), show("期数", figure.of, "期")]
            return [*parts, share] if self.kind.pick == "mean" else [share]
        if self.kind.pick != "mean":
            return [show(self.name_figure(pack), figure.now, self.find_unit(pack))]
        return [
            show(self._name_whole(pack), figure.now, self.find_unit(pack)),
            show("期数", figure.of, "期"),
            show_quotient(self.name_figure(pack), figure.now, figure.of, self.find_unit(pack)),
        ]

    def choose_figure(self, figures: list[Shown], figure: Figure) -> Shown:
        """The figure itself."""
        return figures[-1]

    def list_feeds(self, part: ScoredPart, pack: Pack, moment: Moment) -> list[Wanted]:
        """The rows of the year in the order of their periods; those that belong to none come first."""
        rounds, dataset = self.kind, pack.dataset(self.kind.dataset)
        period, where = write_period(pack, dataset, moment.year, "year"), write_where(rounds.where, dataset)
        whole = rounds.out_of
        if whole is not None:
            where = f"(({where}) OR ({write_where(whole.where, dataset)}))"
        condition = join_and([period, where, *self._write_year(moment)])
        added = whole.sum if whole is not None else None
        names = [name for name in (rounds.date, rounds.round, rounds.sum, added) if name is not None]
        first = " OR ".join(f"{quote_name(name)} IS NULL" for name in names)
        columns = join_columns(dataset, *names, where=rounds.where)
        return [Wanted(dataset.id, "分期计入的记录", condition, columns, first=f"({first})")]
