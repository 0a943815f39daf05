"""Examples of periods within a year, and of deadlines that run for months."""

from __future__ import annotations

from datetime import date

from tests.reference.example import (
    IN_PROPORTION,
    NOT_APPLICABLE,
    YES_NO,
    Body,
    Example,
    conflict,
    make_part_example,
    month,
    pending,
    row,
    scored,
)

SHARES: Body = {"dataset": "cases", "round": "kind", "sum": "closed", "out_of": {"sum": "accepted"}}
BY_QUARTER: Body = {"dataset": "meetings", "date": "held_on", "each": "quarter"}


def rounds_part(rounds: Body, goal: str) -> Body:
    return {"measure": {"rounds": rounds}, "target": {"at_least": goal}, "marks": IN_PROPORTION}


def held(unit: str, number: int, **cells: object) -> Body:
    return row(unit, held_on=date(2024, number, 28), **cells)


ROUNDS: list[Example] = [
    make_part_example(
        "two in one quarter make up for none in another neither",
        rounds_part({**BY_QUARTER, "pick": "reached", "reaching": "1"}, "4"),
        {
            "meetings": [
                *(held("a", number) for number in (1, 2, 3, 7)),
                *(held("b", number) for number in (3, 4, 9, 10)),
                *(held("c", number) for number in (3, 4, 9, 10)),
                row("c", held_on=None),
            ]
        },
        {"a": scored("5"), "b": scored("10"), "c": pending("counts_missing"), "d": scored("0")},
    ),
    make_part_example(
        "the least of all periods is that of one without a row, and the mean goes by all of them",
        rounds_part({**BY_QUARTER, "sum": "amount", "pick": "mean"}, "1"),
        {"meetings": [held("a", 1, amount="1.5"), held("a", 2, amount="0.5"), held("b", 12, amount="4"), held("c", 1)]},
        {"a": scored("5"), "b": scored("10"), "c": pending("counts_missing")},
    ),
    make_part_example(
        "each round has a share, rounded before they are averaged; one without anything to divide by is left out",
        rounds_part({**SHARES, "pick": "mean"}, "100%"),
        {
            "cases": [
                row("a", kind="甲", closed=3, accepted=4),
                row("a", kind="乙", closed=1, accepted=3),
                row("b", kind="甲", closed=0, accepted=0),
                row("b", kind="乙", closed=1, accepted=2),
                row("c", kind="甲", closed=0, accepted=0),
                row("d", kind="甲", closed=5, accepted=4),
                row("e", kind="甲", closed=4),
            ]
        },
        # a: (0.75 + 0.333333) / 2 = 0.5416665
        {
            "a": scored("5.42"),
            "b": scored("5"),
            "c": pending("zero_denominator"),
            "d": conflict("numerator_above_denominator"),
            "e": pending("counts_missing"),
            "f": pending("zero_denominator"),
        },
    ),
    make_part_example(
        "a third is not 33.3333%, and no share is missed where there is nothing to divide by",
        {
            "measure": {"rounds": {**SHARES, "pick": "missed", "reaching": "33.3334%"}},
            "target": {"none": {}},
            "marks": {"per_occurrence": {"each": ["4"]}},
        },
        {
            "cases": [
                row("a", kind="甲", closed=1, accepted=3),
                row("a", kind="乙", closed=2, accepted=3),
                row("b", kind="甲", closed=0, accepted=0),
                row("c", kind="甲", closed=0, accepted=0),
                row("c", kind="乙", closed=1, accepted=1),
            ]
        },
        {"a": scored("6"), "b": NOT_APPLICABLE, "c": scored("10")},
        exclude={"denominator": "zero"},
    ),
    make_part_example(
        "a round without a row has nothing",
        rounds_part({"dataset": "cases", "round": "kind", "sum": "accepted", "pick": "least"}, "4"),
        {
            "cases": [
                row("a", kind="甲", accepted=5),
                row("a", kind="乙", accepted=1),
                row("a", kind="乙", accepted=2),
                row("b", kind="甲", accepted=5),
            ]
        },
        {"a": scored("7.5"), "b": scored("0")},
    ),
    make_part_example(
        "a month lies in one quarter whatever its day, and one of another year in none",
        rounds_part(
            {"dataset": "statistics", "date": "done_on", "each": "quarter", "pick": "missed", "reaching": "1"}, "4"
        ),
        {
            "statistics": [
                row("a", subject="甲", **month("done_on", 2024, 3)),
                row("b", subject="甲", **month("done_on", 2025, 3)),
            ]
        },
        {"a": scored("7.5"), "b": scored("10")},
    ),
    make_part_example(
        "a month after the last day of January is the last of February; a year after a leap day the 28th",
        {
            "measure": {"date": {"dataset": "reports", "column": "published", "pick": "each"}},
            "target": {"by": {"months": "1", "after": "accepted_on", "day_itself": "in_time"}},
            "marks": YES_NO,
        },
        {
            "reports": [
                row("a", accepted_on=date(2024, 1, 31), published=date(2024, 2, 29), published__last=date(2024, 2, 29)),
                row("b", accepted_on=date(2024, 1, 31), published=date(2024, 3, 1), published__last=date(2024, 3, 1)),
                row("c", accepted_on=date(2024, 1, 31), **month("published", 2024, 2)),
                row("d", published=date(2024, 2, 29), published__last=date(2024, 2, 29)),
            ]
        },
        {"a": scored("10"), "b": scored("0"), "c": scored("10"), "d": pending("evidence_needed")},
    ),
]
