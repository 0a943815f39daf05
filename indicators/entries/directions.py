"""Which way a number of a rule has to move so that the rule asks for more, or gives less.

Each kind of target, marks and measure says it of its own numbers. What is not named has no known direction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

Direction = Literal["up", "down"]
#: Places below a kind, keys joined by points, with ``*`` for any one key -> the direction.
Directions = Mapping[str, Direction]


def find_direction(known: Directions, keys: Sequence[str]) -> Direction | None:
    """The direction of the number that ``keys`` lead to; None where nothing is known of it."""
    for place, direction in known.items():
        steps = place.split(".")
        if len(steps) == len(keys) and all(step in ("*", key) for step, key in zip(steps, keys, strict=True)):
            return direction
    return None


def turn(direction: Direction | None) -> Direction | None:
    """The other one."""
    return None if direction is None else "down" if direction == "up" else "up"
