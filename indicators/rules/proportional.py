"""Marks in proportion: a straight line from a start to the target."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import ClassVar

from pydantic import ConfigDict, Field

from indicators.entries.amounts import Amount, Worth, plain
from indicators.entries.directions import Direction, Directions
from indicators.entries.targets import Target
from indicators.rules.rule import NOTHING, Compared, Fault, Phrase, Rule, Worthy, list_sorts


class Proportional(Rule):
    """``base`` at ``from``, F at the target, a straight line between; below ``from`` it stays ``base``.

    Without ``from`` the line starts at 0. A target ``at_most`` needs a ``from`` above it.
    """

    name = "proportional"
    title = "按比例"
    measures = list_sorts("number")
    targets = ("at_least", "at_most", "rising", "falling", "by")
    phrases = (
        Phrase("按比例", {}),
        Phrase("按比例，从_起", {"from": 1}),
    )
    tighter: ClassVar[Directions] = {"base": "down"}

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    start: Amount | None = Field(default=None, alias="from")
    base: Worth = NOTHING

    def list_worths(self) -> Iterator[Worthy]:
        """Where the line begins is a result."""
        yield Worthy("base", self.base, True)

    def list_compared(self) -> Iterator[Compared]:
        """The start is a figure like the target's."""
        if self.start is not None:
            yield Compared("from ", self.start)

    def find_tighter(self, keys: Sequence[str], target: Target | None) -> Direction | None:
        """A line that starts nearer to its target gives less on the way there."""
        if list(keys) == ["from"] and target is not None:
            return "up" if target.at_least or target.rising or target.by else "down"
        return super().find_tighter(keys, target)

    def list_ends(self) -> Iterator[Compared]:
        """The start."""
        yield from self.list_compared()

    def find_faults(self, target: Target | None) -> Iterator[Fault]:
        """The line runs from worse to better and has an end."""
        if target is None or target.kind not in self.targets:
            return
        goal, start = find_goal(target), self.start.value if self.start is not None else Decimal(0)
        rising = target.at_least or target.rising or target.by
        if goal is None:
            yield Fault("按比例计分要有目标数，rising/falling 请写 at_least（至少升降多少）", ("target",))
        elif rising and start >= goal:
            yield Fault(f"按比例计分从 {plain(start)} 起，应低于目标 {plain(goal)}；请改 from 或目标")
        elif not rising and start <= goal:
            yield Fault(f"越低越好的按比例计分请写 from（得 0 分的数），且高于目标 {plain(goal)}")


def find_goal(target: Target | None) -> Decimal | None:
    """The figure at which there are full marks; None where there is no such number."""
    if target is None:
        return None
    if target.by is not None:
        return Decimal(1)
    if target.rising is not None:
        return target.rising.at_least.value if target.rising.at_least else None
    if target.falling is not None:
        return -target.falling.at_least.value if target.falling.at_least else None
    goal = target.at_least or target.at_most
    return goal.value if goal else None
