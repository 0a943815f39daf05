"""The mean of a column over its rows, also weighted, and the mean age."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from indicators.entries.targets import find_day
from indicators.measures.mean import MeanValue
from indicators.pack.model import Pack
from scoring.base.amounts import name_column, write_month_day
from scoring.base.cells import Wanted
from scoring.base.parts import ScoredPart
from scoring.base.sql import join_and, quote_name, write_where
from scoring.measures.feeds import join_columns
from scoring.measures.figure import Figure, Shown, read_pair, show, show_quotient
from scoring.measures.layer import Layer
from scoring.measures.measure import Lever, ScoredMeasure, change_by, find_column_unit
from scoring.measures.raw import Moment, name_reported, scale_of, write_condition, write_period, write_raw
from scoring.measures.words import name_rows, name_time


class MeanMeasure(ScoredMeasure[MeanValue]):
    """What the values come to together, for each row or for each unit of weight."""

    name = "mean"

    def compile(self, figure: int, part: ScoredPart, layer: Layer) -> None:
        """The sum of values times weights, the sum of weights, and how many rows leave either open."""
        name, (decimals, _) = f"mean_{figure}", self._find_decimals(layer.pack)
        branch = write_raw(
            f"units u LEFT JOIN {name} m ON m.unit = u.unit",
            figure=str(figure),
            unit="u.unit",
            num="coalesce(m.total, 0)::HUGEINT",
            den=f"(coalesce(m.weight, 0) * {10**decimals})::HUGEINT",
            conflict="CASE WHEN m.open > 0 THEN NULL WHEN m.least < 0 THEN 'negative' END",
            pending="CASE WHEN m.open > 0 THEN 'counts_missing' END",
            no_rows="coalesce(m.n + m.open, 0) = 0",
        )
        layer.add(branch, {name: self._write_sums(layer.pack, layer.moment)})

    def _find_decimals(self, pack: Pack) -> tuple[int, int]:
        """Those of the values and of the weights."""
        dataset = pack.dataset(self.kind.dataset)
        return scale_of(dataset, self.kind.column), scale_of(dataset, self.kind.weight)

    def _write_sums(self, pack: Pack, moment: Moment) -> str:
        mean, dataset = self.kind, pack.dataset(self.kind.dataset)
        decimals, more = self._find_decimals(pack)
        value, weight, least = f"{quote_name(mean.column)} * {10**decimals}", "1", "NULL"
        if mean.weight is not None:
            weight = least = f"{quote_name(mean.weight)} * {10**more}"
        if mean.age_on is not None:
            value = _write_age(quote_name(mean.column), mean.age_on, moment.year)
            least = f"least({value}, {weight})"
        condition = write_condition(mean.where, dataset, moment)
        period = write_period(pack, dataset, moment.year, mean.over)
        where = join_and([period, f"({condition}) IS NOT FALSE" if condition != "TRUE" else ""])
        return (
            "SELECT unit, count(*) FILTER (WHERE known) AS n, count(*) FILTER (WHERE NOT known) AS open,\n"
            "       sum(value * weight) AS total, sum(weight) AS weight, min(least) AS least\n"
            f"FROM (SELECT _unit AS unit, ({value})::HUGEINT AS value, ({weight})::HUGEINT AS weight,\n"
            f"             ({least})::HUGEINT AS least,\n"
            f"             ({condition}) IS NOT NULL AND {value} IS NOT NULL AND {weight} IS NOT NULL AS known\n"
            f"      FROM {name_reported(dataset)} WHERE {where})\n"
            "GROUP BY unit"
        )

    def describe(self, pack: Pack) -> str:
        """Whose mean, by what weight, and on which day an age is told."""
        mean, dataset = self.kind, pack.dataset(self.kind.dataset)
        rows = name_rows(dataset, mean.where, name_time(mean.over, "本年度"))
        column = name_column(dataset, mean.column)
        what = column
        if mean.age_on is not None:
            what = f"从{column}到本年度{write_month_day(mean.age_on)}的整年数（不满一年的不算）"
        weighted = f"，按{name_column(dataset, mean.weight)}加权" if mean.weight is not None else ""
        return f"{rows}的{what}的平均数{weighted}"

    def find_unit(self, pack: Pack | None) -> str:
        """That of the column, years of an age."""
        return "岁" if self.kind.age_on else find_column_unit(pack, self.kind.dataset, self.kind.column)

    def name_figure(self, pack: Pack) -> str:
        """「学时」平均数。"""
        return f"{name_column(pack.dataset(self.kind.dataset), self.kind.column)}平均数"

    def _name_sum(self, pack: Pack) -> str:
        column = name_column(pack.dataset(self.kind.dataset), self.kind.column)
        return f"{column}{'乘权重' if self.kind.weight else '整年数' if self.kind.age_on else ''}合计"

    def find_lever(self, pack: Pack, way: int) -> Lever:
        """The sum of the values over the same rows."""
        return Lever(self._name_sum(pack), self.find_unit(pack), change_by(way))

    def read_figure(self, part: ScoredPart, row: Mapping[str, object], pack: Pack, precision: int) -> Figure | None:
        """The sum and what it is divided by, with the decimals of their columns."""
        scale = 10 ** sum(self._find_decimals(pack))
        now, of = (value / scale for value in read_pair(row))
        return Figure("quotient", now, of, granule=Fraction(1, scale), may_be_negative=True)

    def list_figures(self, part: ScoredPart, figure: Figure, pack: Pack) -> list[Shown]:
        """The sum, the number of rows or the sum of weights, and the mean."""
        dataset, weight = pack.dataset(self.kind.dataset), self.kind.weight
        by = (f"{name_column(dataset, weight)}合计", find_column_unit(pack, dataset.id, weight)) if weight else None
        return [
            show(self._name_sum(pack), figure.now, self.find_unit(pack)),
            show(*(by[0], figure.of, by[1]) if by is not None else ("记录条数", figure.of, "条")),
            show_quotient(self.name_figure(pack), figure.now, figure.of, self.find_unit(pack)),
        ]

    def choose_figure(self, figures: list[Shown], figure: Figure) -> Shown:
        """The mean."""
        return figures[-1]

    def list_feeds(self, part: ScoredPart, pack: Pack, moment: Moment) -> list[Wanted]:
        """The rows that count; those without a value come first."""
        mean, dataset = self.kind, pack.dataset(self.kind.dataset)
        condition = join_and([write_period(pack, dataset, moment.year, mean.over), write_where(mean.where, dataset)])
        names = [name for name in (mean.column, mean.weight) if name is not None]
        first = " OR ".join(f"{quote_name(name)} IS NULL" for name in names)
        columns = join_columns(dataset, *names, where=mean.where)
        return [Wanted(dataset.id, "求平均的记录", condition, columns, first=f"({first})")]


def _write_age(column: str, age_on: str, year: int) -> str:
    """Whole years from a date to a day of the scored year: one more only from the same month and day on."""
    day = find_day(age_on, year)
    past = f"month({column}) * 100 + day({column}) > {day.month * 100 + day.day}"
    return f"({day.year} - year({column}) - CASE WHEN {past} THEN 1 ELSE 0 END)"
