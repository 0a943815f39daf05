"""How far the numbers of a figure can go: beyond it nothing is true, and what is asked is never reached."""

from __future__ import annotations

from decimal import Decimal

from indicators.measures import Measure
from indicators.tables import Column, Dataset

#: The least and the largest number that can be true; None where there is no end.
Scale = tuple[Decimal | None, Decimal | None]

_NOTHING, _ALL = Decimal(0), Decimal(1)


def find_scale(column: Column) -> Scale:
    """What a column says that its numbers can be.

    Below zero only where the column says so itself; above 100 of a percentage only where it says so itself.
    """
    low = column.at_least if column.at_least is not None else _NOTHING
    high = column.at_most
    if high is None and column.unit_of_measure == "%":
        high = 100 * _ALL
    return low, high


def never_negative(dataset: Dataset, column: str) -> bool:
    """Whether a column promises numbers of zero or more, so that an empty cell cannot lower a sum."""
    found = dataset.column(column)
    return found is not None and found.at_least is not None and found.at_least >= 0


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
