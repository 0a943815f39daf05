"""The figure of a part of a run, as its measure reads it, and in words."""

from __future__ import annotations

from collections.abc import Mapping

from indicators.pack.model import Pack
from scoring.base.parts import ScoredPart
from scoring.measures.figure import Figure, Shown
from scoring.measures.registry import find_measure


def read_figure(part: ScoredPart, row: Mapping[str, object], pack: Pack, precision: int) -> Figure | None:
    """The figure of a row of part results; None where the engine has none."""
    if row["num"] is None or row["den"] is None:
        return None
    return find_measure(part.part.measure).read_figure(part, row, pack, precision)


def list_figures(part: ScoredPart, figure: Figure, pack: Pack) -> list[Shown]:
    """The numbers of a part with what they are called, for the record."""
    return find_measure(part.part.measure).list_figures(part, figure, pack)
