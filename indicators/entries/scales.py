"""How far the numbers of a column can go: beyond it nothing is true."""

from __future__ import annotations

from decimal import Decimal

from indicators.entries.tables import Column, Dataset

#: The least and the largest number that can be true; None where there is no end.
Scale = tuple[Decimal | None, Decimal | None]

_NOTHING, _ALL = Decimal(0), Decimal(100)


def find_scale(column: Column) -> Scale:
    """What a column says that its numbers can be.

    Below zero only where the column says so itself; above 100 of a percentage only where it says so itself.
    """
    low = column.at_least if column.at_least is not None else _NOTHING
    high = column.at_most
    if high is None and column.unit_of_measure == "%":
        high = _ALL
    return low, high


def never_negative(dataset: Dataset, column: str) -> bool:
    """Whether a column promises numbers of zero or more, so that an empty cell cannot lower a sum."""
    found = dataset.column(column)
    return found is not None and found.at_least is not None and found.at_least >= 0
