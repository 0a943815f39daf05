"""Another assessment's score."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from indicators.measures.imported import Imported
from indicators.pack.model import Pack
from scoring.base.amounts import name_column
from scoring.base.cells import Wanted
from scoring.base.parts import ScoredPart, to_millionths
from scoring.base.sql import join_and, write_where
from scoring.measures.figure import Figure, Shown, find_granule, show, show_share
from scoring.measures.layer import Layer
from scoring.measures.measure import Lever, ScoredMeasure, change_by
from scoring.measures.raw import Moment, name_reported, scale_of, write_condition, write_period
from scoring.measures.values import spread_values, write_value_raw
from scoring.measures.words import name_rows


class ImportedMeasure(ScoredMeasure[Imported]):
    """One score over its full score."""

    name = "imported"

    def compile(self, figure: int, part: ScoredPart, layer: Layer) -> None:
        """The scores of the rows, which must be one; in millionths, since the full score may have decimals."""
        name, imported = f"value_{figure}", self.kind
        scale = 10 ** scale_of(layer.pack.dataset(imported.dataset), imported.column)
        den = f"{to_millionths(imported.out_of.value) * scale}::HUGEINT"
        # From nothing to the full score, in whole units of the column's last decimal.
        ends = (0, math.floor(imported.out_of.value * scale))
        branch = write_value_raw(figure, name, 1_000_000, den, ends)
        layer.add(branch, {name: self._write_values(layer.pack, layer.moment)})

    def _write_values(self, pack: Pack, moment: Moment) -> str:
        """Per unit: how many different scores its rows hold, the least and the largest of them, and what is open."""
        imported, dataset = self.kind, pack.dataset(self.kind.dataset)
        condition = write_condition(imported.where, dataset, moment)
        period = join_and([write_period(pack, dataset, moment.year, "year"), f"({condition}) IS NOT FALSE"])
        return (
            f"SELECT _unit AS unit, {spread_values(imported.column, dataset, condition)}\n"
            f"FROM {name_reported(dataset)}\nWHERE {period}\nGROUP BY _unit"
        )

    def describe(self, pack: Pack) -> str:
        """Which score of how much."""
        imported, dataset = self.kind, pack.dataset(self.kind.dataset)
        rows = name_rows(dataset, imported.where, "本年度")
        return f"{rows}的{name_column(dataset, imported.column)}占满分{imported.out_of}的比例"

    def find_unit(self, pack: Pack | None) -> str:
        """None."""
        return ""

    def _name_score(self, pack: Pack) -> str:
        return name_column(pack.dataset(self.kind.dataset), self.kind.column)

    def find_lever(self, pack: Pack, way: int) -> Lever:
        """The score."""
        return Lever(self._name_score(pack), "", change_by(way))

    def read_figure(self, part: ScoredPart, row: Mapping[str, Any], pack: Pack, precision: int) -> Figure | None:
        """The score and its full score."""
        scale = 10 ** (6 + scale_of(pack.dataset(self.kind.dataset), self.kind.column))
        granule = find_granule(pack, self.kind.dataset, self.kind.column)
        now, of = Fraction(row["num"]) / scale, Fraction(row["den"]) / scale
        return Figure("ratio", now, of, granule=granule)

    def list_figures(self, part: ScoredPart, figure: Figure, pack: Pack) -> list[Shown]:
        """The score, its full score and their rate."""
        found = [show(self._name_score(pack), figure.now), show("满分", figure.of)]
        return [*found, show_share("比率", figure.now, figure.of)]

    def list_feeds(self, part: ScoredPart, pack: Pack, moment: Moment) -> list[Wanted]:
        """The rows with the score."""
        dataset = pack.dataset(self.kind.dataset)
        condition = join_and([write_period(pack, dataset, moment.year, "year"), write_where(self.kind.where, dataset)])
        return [Wanted(dataset.id, "成绩", condition, (self.kind.column,))]
