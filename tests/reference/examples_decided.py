"""Examples of outcomes that nothing can change any more, and of those that something still can."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.reference.example import (
    YES_NO,
    Body,
    Example,
    conflict,
    make_example,
    make_indicator,
    make_part_example,
    pending,
    row,
    scored,
)
from tests.reference.examples_marks import rate, rate_part, values_of
from tests.reference.examples_tallies import VETO, count_part

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

ASKED: Body = {"condition": {}}
BY_TABLE: list[Example] = [
    make_example(
        "a decision table: both conditions, one of them, none; an open one decides nothing where its row would",
        one_of(
            [{**count_part(ASKED, {"at_least": "2"}), "title": "会议"}, {**VALUE, "marks": ASKED, "title": "评分"}],
            {
                "table": {
                    "rows": [
                        {"when": {"会议": "reached", "评分": {"at_least": "5"}}, "marks": "6"},
                        {"any_of": [{"会议": "reached"}, {"评分": {"at_least": "5"}}], "marks": "4"},
                    ],
                    "otherwise": "1",
                }
            },
        ),
        {
            "meetings": [row(unit) for unit in "aabbcd"],
            **values_of(a="5", b="4.99", c="5", d="4.99"),
        },
        {"a": scored("6"), "b": scored("4"), "c": scored("4"), "d": scored("1"), "e": pending("no_value")},
    ),
]

JUNE: Body = {"as_of": date(2024, 6, 30)}
EACH: Body = {"per_occurrence": {"each": ["4"], "cap": "8"}}
RISING = [{"below": "2", "marks": "1"}, {"at_least": "2", "below": "4", "marks": "6"}, {"at_least": "4", "marks": "8"}]
FALLING = [{"at_most": "1", "marks": "100%"}, {"above": "1", "marks": "0"}]


def meet(**times: int) -> Body:
    """So many meetings of each unit, told apart by their numbers."""
    return {"meetings": [row(unit, topic="天", amount="1") for unit, n in times.items() for _ in range(n)]}


EARLY: list[Example] = [
    make_part_example(
        "before the due day: a ladder at its top is given, below its full marks too; on the way there it waits",
        count_part({"ladder": {"steps": RISING}}, None),
        meet(a=4, b=3),
        {"a": scored("8"), "b": pending("not_due"), "c": pending("not_due")},
        **JUNE,
    ),
    make_part_example(
        "before the due day: a ladder that has fallen to its last step is given",
        count_part({"ladder": {"steps": FALLING}}, None),
        meet(a=2, b=1),
        {"a": scored("0"), "b": pending("not_due")},
        **JUNE,
    ),
    make_part_example(
        "before the due day: occurrences that have cost all they can are given",
        count_part(EACH, {"none": {}}),
        meet(a=2, b=1),
        {"a": scored("2"), "b": pending("not_due"), "c": pending("not_due")},
        **JUNE,
    ),
    make_part_example(
        "before the due day: what can still be mended is not lost, and what tells a row apart cannot be",
        count_part(EACH, {"none": {}}, where={"topic": "天"}),
        meet(a=2),
        {"a": pending("not_due")},
        **JUNE,
    ),
    make_part_example(
        "before the due day: an award at its cap is given",
        count_part({"award": {"each": "2", "cap": "5"}}, None),
        meet(a=3, b=2),
        {"a": scored("5"), "b": pending("not_due")},
        **JUNE,
    ),
    make_part_example(
        "before the due day: a limit that is passed is missed, and one that is only touched is not",
        count_part({"all_or_nothing": {"otherwise": "3"}}, {"at_most": "2"}),
        meet(a=3, b=2),
        {"a": scored("3"), "b": pending("not_due")},
        **JUNE,
    ),
    make_part_example(
        "before the due day: exactly two can still be reached by one, no longer by three",
        count_part(YES_NO, {"equals": "2"}),
        meet(a=3, b=2, c=1),
        {"a": scored("0"), "b": pending("not_due"), "c": pending("not_due")},
        **JUNE,
    ),
    make_part_example(
        "before the due day: reached is not enough where more of it costs",
        count_part({"per_occurrence": {"each": ["1"], "free": 2}}, {"at_least": "1"}),
        meet(a=2, b=12),
        {"a": pending("not_due"), "b": scored("0")},
        **JUNE,
    ),
    make_part_example(
        "before the due day: a veto that is struck is struck, also beside an empty cell; one that is not waits",
        {"measure": {"sum": {"dataset": "meetings", "column": "amount"}}, "target": {"none": {}}, "marks": VETO},
        {"meetings": [row("a", amount="1"), row("b", amount="1"), row("b"), row("c", amount="0"), row("d")]},
        {"a": scored("0"), "b": scored("0"), "c": pending("not_due"), "d": pending("counts_missing")},
        marks="0",
        **JUNE,
    ),
    make_part_example(
        "before the due day: shares wait, since what they are shares of still grows",
        rate_part({"per_occurrence": {"each": ["100%"]}}, {"none": {}}),
        {"cases": [rate("a", 9, 10)]},
        {"a": pending("not_due")},
        **JUNE,
    ),
]

DECIDED: list[Example] = COMBINED + BY_TABLE + EARLY
