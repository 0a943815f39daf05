"""How far a figure can go: what is asked beyond it is never reached."""

from __future__ import annotations

from decimal import Decimal

from indicators.entries.scales import Scale
from indicators.measures.measure import Measure

_NOTHING, _ALL = Decimal(0), Decimal(1)


def find_reach(measure: Measure) -> Scale | None:
    """Between which shares the figure of a measure lies, whatever is reported; None where it is not a share."""
    if not measure.is_share:
        return None
    if measure.change is None:
        return _NOTHING, _ALL
    if measure.change.by == "rate":
        # Nothing can fall by more than all of it, and nothing says how far it can rise.
        return -_ALL, None
    return -_ALL, _ALL
