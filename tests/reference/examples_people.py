"""Examples of rosters: joiners, leavers, terms, and people in two units."""

from __future__ import annotations

from datetime import date

from tests.reference.example import (
    FROM_2022,
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


def people_part(prorate: str = "whole", within: str = "year", marks: Body = IN_PROPORTION) -> Body:
    return {
        "measure": {
            "share_of_people": {
                "roster": {"dataset": "people", "where": {"role": "复议"}},
                "records": {"dataset": "training", "sum": "hours", "person": "who"},
                "reaching": {"at_least": "60", "prorate": prorate},
                "within": within,
            }
        },
        "target": {"at_least": "100%"},
        "marks": marks,
    }


def post(unit: str, person: str, joined: date | None = None, left: date | None = None, **more: str | None) -> Body:
    """A post of who is called like the number, unless ``called`` says otherwise."""
    return {**row(unit, person_id=person, called=f"钱{person}", role="复议", joined=joined, left=left), **more}


def hours(unit: str, person: str, amount: str, held_on: date = date(2024, 5, 6)) -> Body:
    return row(unit, who=person, hours=amount, held_on=held_on, category="业务")


PEOPLE: list[Example] = [
    make_part_example(
        "hours that nobody wrote down may be enough, for whom they are enough already they change nothing",
        people_part(),
        {
            "people": [*(post(unit, f"p.{unit}") for unit in "abcd"), post("e", "p.e"), post("e", "q.e", role=None)],
            "training": [
                hours("a", "p.a", "59"),
                row("a", who="p.a", held_on=date(2024, 5, 7), category="业务"),
                hours("b", "p.b", "60"),
                row("b", who="p.b", held_on=date(2024, 5, 7), category="业务"),
                hours("c", "p.c", "20"),
                row("c", hours="40", held_on=date(2024, 5, 7), category="业务"),
                hours("d", "p.d", "20"),
                row("d", who="somebody else", held_on=date(2024, 5, 7), category="业务"),
                hours("e", "p.e", "60"),
            ],
        },
        {
            "a": pending("counts_missing"),
            "b": scored("10"),
            "c": pending("counts_missing"),
            "d": scored("0"),
            "e": pending("counts_missing"),
        },
    ),
    make_part_example(
        "in a running term too, what is unknown is neither reached nor left out",
        people_part(within="term"),
        {
            "people": [
                *(post(unit, f"p.{unit}", date(2024, 2, 1)) for unit in "abc"),
                post("c", "q.c", date(2024, 1, 1)),
            ],
            "training": [
                hours("a", "p.a", "20"),
                row("a", who="p.a", held_on=date(2024, 5, 7), category="业务"),
                hours("b", "p.b", "20"),
                row("b", who="p.b", held_on=date(2024, 1, 7), category="业务"),
                hours("c", "p.c", "60"),
                row("c", who="p.c", held_on=date(2024, 5, 7), category="业务"),
            ],
        },
        {"a": pending("counts_missing"), "b": pending("not_due"), "c": scored("10")},
    ),
    make_part_example(
        "people without any record count, records of other years do not",
        people_part(),
        {
            "people": [post("a", "p1"), post("a", "p2"), post("a", "p3"), post("a", "p4", role="应诉")],
            "training": [
                hours("a", "p1", "20"),
                hours("a", "p1", "40"),
                hours("a", "p2", "59.99"),
                hours("a", "p3", "60", date(2023, 12, 31)),
                hours("a", "p4", "60"),
            ],
        },
        {"a": scored("3.33")},
    ),
    make_part_example(
        "whole months in post: from 1 July 30 hours, from 2 July 25, from 2 December nothing",
        people_part("months_in_post"),
        {
            "people": [
                post("a", "p1", date(2024, 7, 1)),
                post("a", "p2", date(2024, 7, 2)),
                post("a", "p3", date(2024, 7, 2)),
                post("a", "p4", date(2024, 12, 2)),
                post("a", "p5", None, date(2024, 1, 30)),
            ],
            "training": [hours("a", "p1", "30"), hours("a", "p2", "25"), hours("a", "p3", "24.99")],
        },
        {"a": scored("6.67")},
    ),
    make_part_example(
        "days in post: 183 of the 366 days of a leap year are half",
        people_part("days_in_post"),
        {
            "people": [post("a", "p1", date(2024, 7, 2)), post("b", "p2", date(2024, 7, 1)), post("b", "p3")],
            "training": [hours("a", "p1", "30"), hours("b", "p2", "30"), hours("b", "p3", "60")],
        },
        {"a": scored("10"), "b": scored("5")},
    ),
    make_part_example(
        "months are counted over the union of a person's rows, also when they meet within a month",
        people_part("months_in_post"),
        {
            "people": [
                post("a", "p1", date(2024, 1, 1), date(2024, 3, 15)),
                post("a", "p1", date(2024, 3, 16), date(2024, 6, 30)),
            ],
            "training": [hours("a", "p1", "29")],
        },
        {"a": scored("0")},
    ),
    make_part_example(
        "a person in post in two units at once is a conflict for both, one who moved that day is not",
        people_part(),
        {
            "people": [
                post("a", "p1", None, date(2024, 7, 2)),
                post("b", "p1", date(2024, 7, 1)),
                post("c", "p2", None, date(2024, 6, 30)),
                post("d", "p2", date(2024, 6, 30)),
                post("e", "p3", None, date(2023, 12, 31)),
                post("f", "p3", None, None),
            ],
            "training": [hours("c", "p2", "60")],
        },
        {
            "a": conflict("person_in_two_units"),
            "b": conflict("person_in_two_units"),
            "c": scored("10"),
            "d": scored("0"),
            "e": pending("zero_denominator"),
            "f": scored("0"),
        },
    ),
    make_part_example(
        "two units that number alike have two people, not one in two posts; one way of writing is as good as another",
        people_part(),
        {
            "people": [
                post("a", "7", called="张三"),
                post("b", "7", called="李四"),
                post("c", "A7", called="王 五"),
                post("d", "ａ７", called="王五"),
                post("e", "8", called="王五"),
            ],
            "training": [hours("a", "7", "60"), hours("b", "7", "59"), hours("e", "8", "60")],
        },
        {
            "a": scored("10"),
            "b": scored("0"),
            "c": conflict("person_in_two_units"),
            "d": conflict("person_in_two_units"),
            "e": scored("10"),
        },
    ),
    make_part_example(
        "one number for two people of a unit is a conflict: what stands under it is of nobody in particular",
        people_part(),
        {
            "people": [
                post("a", "7", None, date(2024, 3, 31), called="张三"),
                post("a", "7", date(2024, 4, 1), called="李四"),
                post("b", "7", None, date(2023, 12, 31), called="王五"),
                post("b", "7", date(2024, 1, 1), called="赵六"),
                post("c", "7", None, date(2024, 3, 31), called="欧阳娜"),
                post("c", "7", date(2024, 4, 1), called="欧阳 娜"),
            ],
            "training": [hours(unit, "7", "60") for unit in ("a", "b", "c")],
        },
        {"a": conflict("number_of_two_people"), "b": scored("10"), "c": scored("10")},
    ),
    make_part_example(
        "a roster on which nobody counts does not apply where the pack says so",
        people_part("months_in_post"),
        {"people": [post("a", "p1", date(2024, 12, 2)), post("b", "p2", None, date(2023, 12, 31))]},
        {"a": NOT_APPLICABLE, "b": NOT_APPLICABLE, "c": NOT_APPLICABLE},
        exclude={"roster": "empty"},
    ),
    make_part_example(
        "who joins after the cutoff does not count yet",
        {**people_part(), "due": {"every": "06-30"}},
        {"people": [post("a", "p1", date(2024, 7, 15)), post("a", "p2", date(2024, 7, 16))]},
        {"a": scored("0")},
        as_of=date(2024, 7, 15),
    ),
    make_part_example(
        "a running term counts once it is reached and is left out before",
        people_part(within="term"),
        {
            "people": [
                post("a", "p1", date(2022, 7, 1), date(2024, 6, 30)),
                post("a", "p2", date(2022, 7, 1), date(2024, 12, 31)),
                post("a", "p3", date(2024, 1, 1)),
                post("a", "p4", date(2024, 1, 1), date(2025, 1, 1)),
                post("b", "p5", date(2024, 1, 1)),
                post("c", "p6", date(2022, 1, 1), date(2023, 12, 31)),
            ],
            "training": [
                hours("a", "p1", "30", date(2022, 7, 1)),
                hours("a", "p1", "30", date(2024, 6, 30)),
                hours("a", "p2", "60", date(2022, 6, 30)),
                hours("a", "p3", "60"),
                hours("a", "p4", "59"),
            ],
        },
        {
            "a": scored("6.67"),
            "b": pending("not_due"),
            "c": pending("zero_denominator"),
            "d": pending("zero_denominator"),
        },
        head=FROM_2022,
    ),
    make_part_example(
        "each person who falls short costs marks",
        people_part(marks={"per_occurrence": {"each": ["1", "2"], "free": "1"}}),
        {
            "people": [post("a", f"p{n}") for n in range(5)],
            "training": [hours("a", "p0", "60")],
        },
        {"a": scored("5")},
    ),
    make_part_example(
        "each person who reached it earns marks",
        people_part(marks={"award": {"each": "3", "cap": "80%"}}),
        {
            "people": [post(unit, f"{unit}{n}") for unit in ("a", "b") for n in range(4)],
            "training": [hours("a", f"a{n}", "60") for n in range(2)] + [hours("b", f"b{n}", "60") for n in range(3)],
        },
        {"a": scored("6"), "b": scored("8")},
    ),
]
