"""The newest value of a column."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from indicators.measures.latest import Latest
from indicators.pack.model import Pack
from scoring.base.amounts import name_column
from scoring.base.cells import Wanted
from scoring.base.parts import ScoredPart
from scoring.base.sql import join_and, quote_name, write_where
from scoring.measures.figure import Figure, find_granule
from scoring.measures.layer import Layer
from scoring.measures.measure import ScoredMeasure, find_column_unit
from scoring.measures.raw import Moment, name_reported, scale_of, write_condition, write_period
from scoring.measures.values import spread_values, write_value_raw
from scoring.measures.words import name_rows


class LatestMeasure(ScoredMeasure[Latest]):
    """One value of a column."""

    name = "latest"

    def compile(self, figure: int, part: ScoredPart, layer: Layer) -> None:
        """The values of the newest rows, which must be one."""
        name = f"value_{figure}"
        scale = scale_of(layer.pack.dataset(self.kind.dataset), self.kind.column)
        branch = write_value_raw(figure, name, 1, f"{10**scale}::HUGEINT", self._find_ends(layer.pack))
        layer.add(branch, {name: self._write_values(layer.pack, layer.moment)})

    def _write_values(self, pack: Pack, moment: Moment) -> str:
        """Per unit: how many different values the latest rows hold, the least and the largest of them, what is open.

        A row that may be the latest, for all that its cells say, stands beside those that are.
        """
        latest, dataset = self.kind, pack.dataset(self.kind.dataset)
        order = quote_name(latest.order)
        condition = write_condition(latest.where, dataset, moment)
        period = join_and([write_period(pack, dataset, moment.year, "to_date"), f"({condition}) IS NOT FALSE"])
        spread = spread_values(latest.column, dataset, f"sure AND {order} IS NOT NULL")
        return (
            f"SELECT _unit AS unit, {spread}\n"
            f"FROM (SELECT *, max({order}) FILTER (WHERE sure) OVER (PARTITION BY _unit) AS newest\n"
            f"      FROM (SELECT *, coalesce({condition}, FALSE) AS sure"
            f" FROM {name_reported(dataset)} WHERE {period}))\n"
            f"WHERE ({order} >= newest) IS NOT FALSE\nGROUP BY _unit"
        )

    def _find_ends(self, pack: Pack) -> tuple[int | None, int | None]:
        """The scale of the column, in whole units of its last decimal."""
        scale = self.kind.find_scale(pack)
        assert scale is not None
        factor = 10 ** scale_of(pack.dataset(self.kind.dataset), self.kind.column)
        low, high = (None if end is None else end * factor for end in scale)
        # Half a unit more says nothing of whole numbers, so that a fraction of one is cut off towards the scale.
        return (None if low is None else math.ceil(low)), (None if high is None else math.floor(high))

    def describe(self, pack: Pack) -> str:
        """Which value of which row."""
        latest, dataset = self.kind, pack.dataset(self.kind.dataset)
        rows = name_rows(dataset, latest.where, "截至本年度")
        return f"{rows}里，{name_column(dataset, latest.order)}最新一条的{name_column(dataset, latest.column)}"

    def find_unit(self, pack: Pack | None) -> str:
        """That of the column."""
        return find_column_unit(pack, self.kind.dataset, self.kind.column)

    def name_figure(self, pack: Pack) -> str:
        """The column."""
        return name_column(pack.dataset(self.kind.dataset), self.kind.column)

    def read_figure(self, part: ScoredPart, row: Mapping[str, Any], pack: Pack, precision: int) -> Figure | None:
        """A number with the decimals of the column."""
        now, granule = Fraction(row["num"]) / Fraction(row["den"]), find_granule(pack, *self._column)
        return Figure("plain", now, Fraction(1), granule=granule, may_be_negative=True)

    @property
    def _column(self) -> tuple[str, str]:
        return self.kind.dataset, self.kind.column

    def list_feeds(self, part: ScoredPart, pack: Pack, moment: Moment) -> list[Wanted]:
        """The newest rows."""
        latest, dataset = self.kind, pack.dataset(self.kind.dataset)
        order = quote_name(latest.order)
        condition = join_and(
            [
                write_period(pack, dataset, moment.year, "to_date"),
                write_where(latest.where, dataset),
                f"{order} IS NOT NULL",
            ]
        )
        newest = f"(SELECT _unit, max({order}) FROM {name_reported(dataset)} WHERE {condition} GROUP BY _unit)"
        columns = (latest.column, latest.order)
        return [Wanted(dataset.id, "最新的记录", join_and([condition, f"(_unit, {order}) IN {newest}"]), columns)]
