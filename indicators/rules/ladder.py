"""A ladder: marks by the interval that the figure lies in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from indicators.entries.amounts import Worth
from indicators.entries.directions import Directions
from indicators.entries.intervals import HasEnds, Range, find_gaps
from indicators.entries.targets import Target
from indicators.rules.rule import Compared, Fault, Phrase, Rule, Worthy, list_sorts


class Step(Range):
    marks: Worth


class Ladder(Rule):
    """Marks by the interval that the figure lies in; the intervals cover every number once."""

    name = "ladder"
    title = "分档"
    measures = list_sorts("number", "date")
    phrases = (
        Phrase("分两档：不低于_得_分，其余得_分", {"steps": [{"at_least": 1, "marks": 2}, {"below": 1, "marks": 3}]}),
        Phrase(
            "分三档：不低于_得_分，不低于_得_分，其余得_分",
            {"steps": [{"at_least": 1, "marks": 2}, {"at_least": 3, "below": 1, "marks": 4}, {"below": 3, "marks": 5}]},
        ),
    )
    tighter: ClassVar[Directions] = {"steps.*.marks": "down"}

    steps: tuple[Step, ...]

    def list_worths(self) -> Iterator[Worthy]:
        """Every step is a result."""
        yield from (Worthy("档次的 marks", step.marks, True) for step in self.steps)

    def list_compared(self) -> Iterator[Compared]:
        """The ends of the steps are figures."""
        for step in self.steps:
            for end in (step.at_least, step.above, step.at_most, step.below):
                if end is not None:
                    yield Compared("档次", end)

    def list_intervals(self) -> Iterator[tuple[str, Range]]:
        """The steps, by their marks."""
        yield from ((f"{step.marks}分", step) for step in self.steps)

    def find_faults(self, target: Target | None) -> Iterator[Fault]:
        """The steps cover every figure once."""
        if not self.steps:
            yield Fault("档次是空的；ladder 请至少写一档")
            return
        steps: list[tuple[str, HasEnds]] = [(f"{step.marks}分档", step) for step in self.steps]
        yield from (Fault(f"档次{text}", ("marks", "ladder", "steps")) for text in find_gaps(steps))
