"""All kinds of measure as scoring sees them: the modules of this folder that hold one, found when first asked for."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

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

    found: dict[str, type[ScoredMeasure[Any]]] = {}
    for name in sorted(module.name for module in iter_modules(scoring.measures.__path__)):
        room = import_module(f"{scoring.measures.__name__}.{name}")
        for thing in vars(room).values():
            if isinstance(thing, type) and issubclass(thing, ScoredMeasure) and getattr(thing, "name", None) == name:
                found[name] = thing
    return found


def find_measure(measure: Chosen) -> ScoredMeasure[Any]:
    """What scoring makes of a measure of a pack."""
    return find_rooms()[measure.kind](measure.chosen)
