"""What is read from a first year on says which year that is."""

from __future__ import annotations

from collections.abc import Iterator

from indicators.lint.problem import Problem
from indicators.meaning.periods import reads_back
from indicators.pack.model import Pack


def check_first_years(pack: Pack) -> Iterator[Problem]:
    """A measure that reads more than the scored year knows its first year: of the dataset, or of the pack."""
    if pack.head.years.first is not None:
        return
    for position, indicator in enumerate(pack.indicators):
        for number, part in enumerate(indicator.parts):
            for name in reads_back(part.measure.chosen):
                dataset = pack.dataset(name)
                if dataset.since is None and not dataset.period.standing:
                    text = (
                        f"要用台账 {name} 历年的数，却没有写从哪一年起；请在这个台账写 since（第一年），"
                        "或在 pack.yaml 写 years: {first: …}"
                    )
                    yield Problem(text, position, ("parts", number, "measure"))
