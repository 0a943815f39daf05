"""Examples of outcomes that nothing can change any more, and of those that something still can."""

from __future__ import annotations

from typing import Any

from tests.reference.example import (
    YES_NO,
    Body,
    Example,
    conflict,
    make_example,
    make_indicator,
    pending,
    row,
    scored,
)
from tests.reference.examples_marks import rate, rate_part, values_of
from tests.reference.examples_tallies import count_part

VALUE: Body = {
    "measure": {"latest": {"dataset": "scores", "column": "value", "order": "seq"}},
    "target": {"at_least": "5"},
    "marks": YES_NO,
}
RATE_OR_VALUE = [rate_part(YES_NO, {"at_least": "90%"}), VALUE]


def one_of(parts: list[Body], combine: str | Body, **more: Any) -> list[Body]:
    return [make_indicator("x", "6", parts, combine=combine, **more)]


COMBINED: list[Example] = [
    make_example(
        "either of two: one that is reached is enough, one that is missed decides nothing",
        one_of(RATE_OR_VALUE, {"at_least": 1}),
        {"cases": [rate("a", 9, 10), rate("b", 8, 10), rate("c", 11, 10)], **values_of(c="5", d="4")},
        {"a": scored("6"), "b": pending("no_value"), "c": scored("6"), "d": pending("not_reported")},
        unreported=(("scores", "a", 2024), ("cases", "d", 2024)),
    ),
    make_example(
        "all of two: one that is missed decides, whether the other is open or contradicts itself",
        one_of(RATE_OR_VALUE, "all"),
        {
            "cases": [rate("a", 8, 10), rate("b", 9, 10), rate("c", 11, 10), rate("d", 11, 10)],
            **values_of(c="4", d="5"),
        },
        {"a": scored("0"), "b": pending("no_value"), "c": scored("0"), "d": conflict("numerator_above_denominator")},
    ),
    make_example(
        "two of three: open ones that could still make two, or could turn out not to apply, leave it open",
        one_of(
            [*RATE_OR_VALUE, count_part(YES_NO, {"at_least": "1"})],
            {"at_least": 2},
            not_applicable_when={"denominator": "zero"},
        ),
        {
            "cases": [rate("a", 8, 10), rate("b", 8, 10), rate("c", 0, 0), rate("d", 0, 0)],
            "meetings": [row("b"), row("c")],
        },
        {"a": scored("0"), "b": pending("no_value"), "c": pending("no_value"), "d": scored("0")},
    ),
]

DECIDED: list[Example] = COMBINED
