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
]
