"""Examples of quotients and means: what is divided by nothing, by an empty cell, and what falls below zero."""

from __future__ import annotations

from datetime import date

from tests.reference.example import (
    IN_PROPORTION,
    NOT_APPLICABLE,
    Body,
    Example,
    conflict,
    make_part_example,
    pending,
    row,
    scored,
)


def average_part(measure: Body, goal: str) -> Body:
    return {"measure": measure, "target": {"at_least": goal}, "marks": IN_PROPORTION}


PER_HEAD: Body = {
    "quotient": {
        "numerator": {"dataset": "meetings", "sum": "amount"},
        "denominator": {"dataset": "cases", "sum": "accepted", "less": "closed"},
    }
}
WEIGHTED: Body = {"mean": {"dataset": "scores", "column": "value", "weight": "seq"}}
AGE: Body = {"mean": {"dataset": "people", "column": "joined", "age_on": "02-end", "where": {"role": "复议"}}}

TRIMMED: Body = {"mean": {"dataset": "scores", "column": "value", "trim": 1}}
BEST: Body = {"mean": {"dataset": "scores", "column": "value", "top": 2}}
SPLIT: Body = {
    "mean": {
        "dataset": "scores",
        "column": "value",
        "trim": 1,
        "shares": {"column": "source", "weights": {"甲": "30%", "乙": "70%"}},
    }
}

AVERAGES: list[Example] = [
    make_part_example(
        "a quotient exceeds one; its denominator may not be zero, unknown or below zero",
        average_part(PER_HEAD, "4"),
        {
            "meetings": [row(unit, amount="4.5") for unit in "abcd"] + [row("e")],
            "cases": [
                row("a", accepted=4, closed=1),
                row("b", accepted=1, closed=1),
                row("c", accepted=1, closed=2),
                row("d", accepted=1),
                row("e", accepted=4, closed=1),
            ],
        },
        {
            "a": scored("3.75"),
            "b": pending("zero_denominator"),
            "c": conflict("negative"),
            "d": pending("counts_missing"),
            "e": pending("counts_missing"),
        },
    ),
    make_part_example(
        "so many for every ten different values, counted once each",
        average_part(
            {
                "quotient": {
                    "numerator": {"dataset": "meetings"},
                    "denominator": {"dataset": "meetings", "distinct": "topic"},
                    "per": "10",
                }
            },
            "20",
        ),
        {"meetings": [*(row("a", topic=topic) for topic in ("天", "天", "地")), row("b"), row("b", topic="天")]},
        {"a": scored("7.5"), "b": pending("counts_missing"), "c": NOT_APPLICABLE},
        exclude={"denominator": "zero"},
    ),
    make_part_example(
        "a mean is weighted; weights that are nothing together divide nothing, and one below zero is a conflict",
        average_part(WEIGHTED, "10"),
        {
            "scores": [
                row("a", value="3", seq=1),
                row("a", value="6", seq=2),
                row("b", value="3", seq=0),
                row("c", value="3", seq=-1),
                row("d", value="3"),
                row("d", value="4", seq=1),
            ]
        },
        {
            "a": scored("5"),
            "b": pending("zero_denominator"),
            "c": conflict("negative"),
            "d": pending("counts_missing"),
            "e": NOT_APPLICABLE,
        },
        exclude={"rows": "none"},
    ),
    make_part_example(
        "years are whole; who was born on 29 February is older from 1 March, but on a leap day",
        average_part(AGE, "10"),
        {
            "people": [
                row("a", person_id="a", role="复议", joined=date(2020, 2, 29)),
                row("b", person_id="b", role="复议", joined=date(2020, 3, 1)),
                row("b", person_id="c", role="复议", joined=date(2020, 2, 28)),
                row("c", person_id="d", role="复议", joined=date(2024, 3, 1)),
                row("d", person_id="e", role="应诉", joined=date(2020, 3, 1)),
            ]
        },
        {"a": scored("4"), "b": scored("3.5"), "c": conflict("negative"), "d": pending("zero_denominator")},
    ),
    make_part_example(
        "one highest and one lowest of equal ones leave the others; two are too few, and none is no mean",
        average_part(TRIMMED, "10"),
        {
            "scores": [
                *(row("a", value=value) for value in ("9", "9", "3", "3", "8")),
                *(row("b", value=value) for value in ("9", "3")),
                *(row("c", value=value) for value in ("9", "3", None)),
                *(row("d", value=value) for value in ("9", "-1", "4")),
            ]
        },
        # a: (9 + 3 + 8) / 3 = 6.67 of 10
        {
            "a": scored("6.67"),
            "b": pending("too_few_rows"),
            "c": pending("counts_missing"),
            "d": scored("4"),
            "e": NOT_APPLICABLE,
        },
        exclude={"rows": "none"},
    ),
    make_part_example(
        "the best two of three, all where there is one, and no row divides nothing",
        average_part(BEST, "10"),
        {"scores": [*(row("a", value=value) for value in ("4", "9", "8")), row("b", value="3")]},
        {"a": scored("8.5"), "b": scored("3"), "c": pending("zero_denominator")},
    ),
    make_part_example(
        "each group has its own mean without its highest and lowest; one without a mean leaves all open",
        average_part(SPLIT, "10"),
        {
            "scores": [
                *(row("a", source="甲", value=value) for value in ("1", "10", "6")),
                *(row("a", source="乙", value=value) for value in ("8", "9", "9", "1")),
                *(row("b", source="甲", value=value) for value in ("1", "10", "6")),
            ]
        },
        # a: 6 of the first, (8 + 9) / 2 of the second: 0.3 × 6 + 0.7 × 8.5 = 7.75
        {"a": scored("7.75"), "b": pending("too_few_rows"), "c": pending("too_few_rows")},
    ),
]
