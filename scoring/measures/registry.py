"""All kinds of measure as scoring sees them: the modules of this folder that hold one, found when first asked for."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from indicators.entries.folders import find_classes
from indicators.measures.registry import Chosen

if TYPE_CHECKING:
    from scoring.measures.measure import ScoredMeasure


@cache
def find_rooms() -> dict[str, type[ScoredMeasure[Any]]]:
    """Name in a pack -> what scoring makes of it: of each module that is called as the kind in it.

    They are imported only now: what they are made of asks for them in its turn.
    """
    import scoring.measures
    from scoring.measures.measure import ScoredMeasure

    return find_classes(scoring.measures, ScoredMeasure)  # type: ignore[type-abstract]


def find_measure(measure: Chosen) -> ScoredMeasure[Any]:
    """What scoring makes of a measure of a pack."""
    return find_rooms()[measure.kind](measure.chosen)
