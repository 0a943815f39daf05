"""What a unit lost: one list for every page and paper, what is only held back first, in both scales."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

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
    for item in scores.list_items(unit):
        kind, section = item.section_kind, item.section
        if item.outcome in OUTSIDE or kind not in ("base", "deduction"):
            continue
        applicable = item.applicable_marks if kind == "base" else 0
        lost = None if applicable is None else applicable - item.counted
        if lost is not None and lost > 0:
            worth = scale.convert(item.cohort, unit, {section: lost}) if scale is not None else None
            losses.append(Loss(item.indicator, item.indicator_name, section, kind, lost, worth, item.outcome))
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
