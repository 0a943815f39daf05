"""Who is compared with whom."""

from __future__ import annotations

from indicators.entries.tables import Dataset
from indicators.pack.model import Pack
from indicators.pack.succession import Succession


def list_members(pack: Pack, succession: Succession) -> list[dict[str, str]]:
    """Who is compared with whom: ``cohort`` and ``unit``, in the order of the pack."""
    return [
        {"cohort": cohort.id, "unit": unit.id}
        for cohort in pack.head.cohorts
        for unit in pack.members(cohort, succession.day)
    ]


def passes_on(pack: Pack, dataset: Dataset) -> bool:
    """Whether what a merged unit has in a dataset counts for its successor: all but what exempts the unit itself."""
    return dataset.id != pack.head.exemptions
