"""Examples of deadlines, months, bounds, conflicts of dates, and of what is not yet due."""

from __future__ import annotations

from datetime import date
from typing import Any

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
from tests.reference.examples_tallies import RATE, count_part

MARCH: Body = {"every": "03-31", "years_later": "1", "day_itself": "in_time"}


def date_part(by: Body = MARCH, marks: Body = YES_NO, **more: Any) -> Body:
    measure = {"dataset": "reports", "column": "published", **more}
    return {"measure": {"date": measure}, "target": {"by": by}, "marks": marks}


def published(unit: str, year: int, number: int, day: int, **more: Any) -> Body:
    return row(unit, published=date(year, number, day), **more)


BOUNDS: Body = {"not_before": "made", "no_later_than": "archived"}

DEADLINES: list[Example] = [
    make_part_example(
        "the day itself is in time, a month alone is its span of days, nothing at all is missing",
        date_part(),
        {
            "reports": [
                published("a", 2025, 3, 31),
                published("b", 2025, 4, 1),
                row("c", **month("published", 2025, 3)),
                row("d", **month("published", 2025, 4)),
                row("e"),
            ]
        },
        {"a": scored("10"), "b": scored("0"), "c": scored("10"), "d": scored("0"), "e": scored("0"), "f": scored("0")},
    ),
    make_part_example(
        "before the day: the day itself is too late, and a month that ends on it is undecided",
        date_part({**MARCH, "day_itself": "too_late"}),
        {
            "reports": [
                published("a", 2025, 3, 31),
                published("b", 2025, 3, 30),
                row("c", **month("published", 2025, 3)),
            ]
        },
        {"a": scored("0"), "b": scored("10"), "c": pending("evidence_needed")},
    ),
    make_part_example(
        "the end of February is a leap day in 2024",
        date_part({"every": "02-end", "day_itself": "in_time"}),
        {"reports": [published("a", 2024, 2, 29), published("b", 2024, 3, 1)]},
        {"a": scored("10"), "b": scored("0")},
    ),
    make_part_example(
        "a deadline on a Sunday moves to Monday 1 April",
        date_part({"every": "03-31", "day_itself": "in_time"}),
        {"reports": [published("a", 2024, 4, 1), published("b", 2024, 4, 2)]},
        {"a": scored("10"), "b": scored("0")},
        head={"policy": {"rest_day": "next_working_day"}},
    ),
    make_part_example(
        "a deadline on a Sunday moves before the day itself is taken off",
        date_part({"every": "03-31", "day_itself": "too_late"}),
        {"reports": [published("a", 2024, 3, 28), published("b", 2024, 3, 29)]},
        {"a": scored("10"), "b": scored("0")},
        head={"policy": {"rest_day": "previous_working_day"}},
    ),
    make_part_example(
        "five working days after Monday 15 April end on Monday 22 April",
        date_part({"working_days": "5", "after": "accepted_on", "day_itself": "in_time"}, IN_PROPORTION, pick="each"),
        {
            "reports": [
                published("a", 2024, 4, 22, accepted_on=date(2024, 4, 15)),
                published("a", 2024, 4, 23, accepted_on=date(2024, 4, 15)),
                published("b", 2024, 4, 22, accepted_on=date(2024, 4, 15)),
                published("b", 2024, 4, 22),
            ]
        },
        {"a": scored("5"), "b": pending("evidence_needed"), "c": pending("zero_denominator")},
    ),
    make_part_example(
        "calendar days after the event of the same row",
        date_part({"days": "20", "after": "accepted_on", "day_itself": "in_time"}, IN_PROPORTION, pick="each"),
        {
            "reports": [
                published("a", 2024, 3, 1, accepted_on=date(2024, 2, 10)),
                published("a", 2024, 3, 2, accepted_on=date(2024, 2, 10)),
                row("a", accepted_on=date(2024, 2, 10)),
                published("a", 2024, 2, 10, accepted_on=date(2024, 2, 10)),
            ]
        },
        {"a": scored("5"), "b": NOT_APPLICABLE},
        exclude={"rows": "none"},
    ),
    make_part_example(
        "the last date counts, and what is not done comes last",
        date_part(pick="last"),
        {"reports": [published("a", 2025, 3, 1), published("a", 2025, 4, 1), published("b", 2025, 3, 1), row("b")]},
        {"a": scored("0"), "b": scored("0")},
    ),
    make_part_example(
        "the first date counts, and what is not done comes last",
        date_part(),
        {"reports": [published("a", 2025, 3, 1), published("a", 2025, 4, 1), published("b", 2025, 3, 1), row("b")]},
        {"a": scored("10"), "b": scored("10")},
    ),
    make_part_example(
        "without an event nothing is known to have been due",
        date_part({"days": "20", "after": "accepted_on", "day_itself": "in_time"}),
        {"reports": [published("a", 2024, 3, 1, accepted_on=date(2024, 2, 10)), published("b", 2024, 3, 1)]},
        {"a": scored("10"), "b": pending("evidence_needed"), "c": pending("no_value")},
    ),
    make_part_example(
        "more events may still come before the year ends",
        date_part({"days": "20", "after": "accepted_on", "day_itself": "in_time"}, IN_PROPORTION, pick="each"),
        {"reports": [published("a", 2024, 3, 1, accepted_on=date(2024, 2, 10))]},
        {"a": pending("not_due")},
        as_of=date(2024, 12, 31),
    ),
]

BOUNDED: list[Example] = [
    make_part_example(
        "where the date is unknown its bounds decide if they can",
        date_part(**BOUNDS),
        {
            "reports": [
                row("a", archived=date(2025, 3, 31)),
                row("b", archived=date(2025, 4, 1)),
                row("c", made=date(2025, 4, 1)),
                row("d", made=date(2025, 3, 31)),
                row("e", made=date(2025, 3, 1), archived=date(2025, 3, 20)),
                row("f", **month("archived", 2025, 3)),
            ]
        },
        {
            "a": scored("10"),
            "b": pending("evidence_needed"),
            "c": scored("0"),
            "d": pending("evidence_needed"),
            "e": scored("10"),
            "f": scored("10"),
        },
    ),
    make_part_example(
        "a date that its bounds contradict is a conflict",
        date_part(**BOUNDS),
        {
            "reports": [
                published("a", 2025, 3, 20, archived=date(2025, 4, 5)),
                published("b", 2025, 3, 20, made=date(2025, 3, 21)),
                published("c", 2025, 3, 20, made=date(2025, 3, 20), archived=date(2025, 3, 31)),
                published("d", 2025, 4, 2, archived=date(2025, 4, 5)),
                published("e", 2025, 4, 2, archived=date(2025, 3, 31)),
                row("f", **month("published", 2025, 4), archived=date(2025, 3, 31)),
                row("h", **month("published", 2025, 3), **month("archived", 2025, 4)),
            ]
        },
        {
            "a": conflict("dates_disagree"),
            "b": conflict("dates_disagree"),
            "c": scored("10"),
            "d": scored("0"),
            "e": conflict("dates_disagree"),
            "f": conflict("dates_disagree"),
            "h": conflict("dates_disagree"),
        },
    ),
    make_part_example(
        "a report on a year cannot be older than the year's end",
        date_part(after_year_end="true"),
        {
            "reports": [
                published("a", 2024, 12, 31),
                published("b", 2025, 1, 1),
                row("c", **month("published", 2024, 12)),
            ]
        },
        {"a": conflict("before_year_end"), "b": scored("10"), "c": conflict("before_year_end")},
    ),
]

DELAYS: list[Example] = [
    make_part_example(
        "each day late costs, and what is not done is late up to the as-of day",
        date_part(marks={"late": {"per_day": "0.5", "cap": "60%"}}),
        {
            "reports": [
                published("a", 2025, 3, 31),
                published("b", 2025, 4, 4),
                published("c", 2025, 5, 4),
                row("e", **month("published", 2025, 4)),
                row("f", **month("published", 2025, 3)),
                published("h", 2025, 4, 11),
            ]
        },
        {
            "a": scored("10"),
            "b": scored("8"),
            "c": scored("5"),
            "d": scored("5"),
            "e": pending("evidence_needed"),
            "f": scored("10"),
            "h": scored("5"),
        },
        as_of=date(2025, 4, 10),
    ),
    make_part_example(
        "each week that has started costs, of each row by itself",
        date_part(marks={"late": {"per_week": "2"}}, pick="each"),
        {
            "reports": [
                published("a", 2025, 3, 31),
                published("a", 2025, 4, 1),
                published("a", 2025, 4, 7),
                published("b", 2025, 4, 8),
                row("c"),
                row("e", **month("published", 2025, 4)),
            ]
        },
        # c: 31 March to 10 April are a week and three days
        {"a": scored("6"), "b": scored("6"), "c": scored("6"), "e": pending("evidence_needed")},
        as_of=date(2025, 4, 10),
    ),
    make_part_example(
        "a month after 31 March ends on 30 April; of a month that lies in it nobody needs the day",
        date_part(marks={"late": {"per_month": "3", "cap": "7"}}),
        {
            "reports": [
                published("a", 2025, 4, 1),
                published("b", 2025, 4, 30),
                published("c", 2025, 5, 1),
                published("d", 2025, 6, 1),
                row("e", **month("published", 2025, 4)),
                row("f", **month("published", 2025, 5)),
            ]
        },
        {
            "a": scored("7"),
            "b": scored("7"),
            "c": scored("4"),
            "d": scored("3"),
            "e": scored("7"),
            "f": scored("4"),
            "g": scored("3"),
        },
        as_of=date(2025, 6, 30),
    ),
    make_part_example(
        "late and missing are two tiers",
        date_part(marks={"late": {"late": "1", "missing": "3"}}, pick="each"),
        {
            "reports": [
                *(published("a", 2025, 3, 1) for _ in range(2)),
                *(published("a", 2025, 4, 1) for _ in range(2)),
                row("a"),
                *(row("b") for _ in range(4)),
            ]
        },
        {"a": scored("5"), "b": scored("0"), "c": pending("zero_denominator")},
    ),
    make_part_example(
        "a ladder over the days late",
        date_part(
            marks={
                "ladder": {
                    "steps": [
                        {"at_most": "0", "marks": "100%"},
                        {"above": "0", "at_most": "10", "marks": "5"},
                        {"above": "10", "marks": "0"},
                    ]
                }
            }
        ),
        {"reports": [published("a", 2025, 3, 1), published("b", 2025, 4, 10), published("c", 2025, 4, 11)]},
        {"a": scored("10"), "b": scored("5"), "c": scored("0")},
    ),
]

NOT_DUE: list[Example] = [
    make_part_example(
        "before the deadline only what is done in time is scored",
        date_part(),
        {"reports": [published("a", 2025, 3, 1), published("b", 2025, 3, 31), row("c")]},
        {"a": scored("10"), "b": pending("not_due"), "c": pending("not_due"), "d": pending("not_due")},
        as_of=date(2025, 3, 30),
    ),
    make_part_example(
        "on the last day nobody is late yet",
        date_part(),
        {},
        {"a": pending("not_due")},
        as_of=date(2025, 3, 31),
    ),
    make_part_example(
        "every row is judged only when all are due",
        date_part(marks=IN_PROPORTION, pick="each"),
        {"reports": [published("a", 2025, 3, 1), published("a", 2025, 3, 2)]},
        {"a": pending("not_due")},
        as_of=date(2025, 3, 31),
    ),
    make_part_example(
        "a count that has reached its target cannot be lost, one that has not waits",
        count_part(YES_NO),
        {"meetings": [row("a"), row("a"), row("b")]},
        {"a": scored("10"), "b": pending("not_due")},
        as_of=date(2024, 12, 31),
    ),
    make_part_example(
        "a ratio waits until it is due, whatever it is",
        {"measure": {"ratio": RATE}, "target": {"at_least": "90%"}, "marks": YES_NO, "due": {"every": "06-30"}},
        {"cases": [row("a", closed=9, accepted=10), row("b", closed=11, accepted=10), row("c")]},
        {"a": pending("not_due"), "b": conflict("numerator_above_denominator"), "c": pending("counts_missing")},
        as_of=date(2024, 6, 30),
    ),
    make_part_example(
        "the day after it is due a ratio is scored",
        {"measure": {"ratio": RATE}, "target": {"at_least": "90%"}, "marks": YES_NO, "due": {"every": "06-30"}},
        {"cases": [row("a", closed=9, accepted=10)]},
        {"a": scored("10")},
        as_of=date(2024, 7, 1),
    ),
]

DATES = DEADLINES + BOUNDED + DELAYS + NOT_DUE
