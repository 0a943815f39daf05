"""What a unit lost: one list for every page and paper, what is only held back first, in both scales."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from scoring.results.scale import Scale
from scoring.results.scores import Scores, write_marks

#: Outcomes that lose nothing: the item is not in the unit's table.
OUTSIDE = ("not_applicable", "exempt")


@dataclass(frozen=True)
class Loss:
    """What a unit lost, or does not have yet, by one indicator.

    ``lost`` are the item's own marks; ``in_total`` is what the total would gain with them, None without a total.
    """

    indicator: str
    name: str
    section: str
    kind: str
    lost: int
    in_total: int | None
    outcome: str

    @property
    def provisional(self) -> bool:
        """Whether the marks are only held back: a deduction that nobody has settled yet."""
        return self.kind == "deduction" and self.outcome != "scored"


def list_losses(scores: Scores, unit: str, scale: Scale | None = None) -> list[Loss]:
    """The losses of a unit in one cohort: what is held back first, then the largest; what is outside loses nothing.

    Without a ``scale`` only the items' own marks are told.
    """
    losses = []
    for row in scores.items.filter(pl.col("unit") == unit).iter_rows(named=True):
        kind = row["section_kind"]
        if row["outcome"] in OUTSIDE or kind not in ("base", "deduction"):
            continue
        lost = (row["applicable_marks"] if kind == "base" else 0) - row["counted"]
        if lost > 0:
            section, name = row["section"], row["indicator_name"]
            worth = scale.convert(row["cohort"], unit, {section: lost}) if scale is not None else None
            losses.append(Loss(row["indicator"], name, section, kind, lost, worth, row["outcome"]))
    return sorted(losses, key=lambda loss: (not loss.provisional, -loss.lost, loss.indicator))


def add_losses(scale: Scale, cohort: str, unit: str, losses: Iterable[Loss]) -> tuple[int, int | None]:
    """The marks of the losses together, and what the total would gain with all of them."""
    changes: dict[str, int] = {}
    for loss in losses:
        changes[loss.section] = changes.get(loss.section, 0) + loss.lost
    return sum(changes.values()), scale.convert(cohort, unit, changes)


def describe_loss(loss: Loss, precision: int) -> str:
    """The loss in both scales, as a sentence without its end; of a provisional deduction what may come back."""
    lost, worth = write_marks(loss.lost, precision), write_marks(loss.in_total, precision)
    if loss.provisional:
        back = lost if loss.in_total is None else worth
        return f"已暂扣{lost}分，核实后最多可退{back}分"
    said = "失" if loss.outcome == "scored" else "还没有得到"
    return f"{said}{lost}分" + ("" if loss.in_total is None else f"，折合总分{worth}分")
