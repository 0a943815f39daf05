"""Examples of what must be reported: every period that is read, and registers declared complete as far as is needed."""

from __future__ import annotations

from datetime import date

from tests.reference.example import (
    FROM_2022,
    IN_PROPORTION,
    YES_NO,
    Body,
    Example,
    make_part_example,
    pending,
    row,
    scored,
)
from tests.reference.examples_measures import cases, change_part
from tests.reference.examples_people import hours, people_part, post

TO_DATE: Body = {
    "measure": {"count": {"dataset": "meetings", "over": "to_date"}},
    "target": {"at_least": "4"},
    "marks": IN_PROPORTION,
}
SCORE: Body = {
    "measure": {"latest": {"dataset": "scores", "column": "value", "order": "seq"}},
    "target": {"at_least": "10"},
    "marks": IN_PROPORTION,
}
NO_CASE: Body = {"measure": {"count": {"dataset": "cases"}}, "target": {"at_most": "0"}, "marks": YES_NO}
END, EVE = date(2024, 12, 31), date(2024, 12, 30)


def declare(**days: date) -> dict[tuple[str, str, int], date]:
    """The register of cases of 2024, complete up to a day for each of these units."""
    return {("cases", unit, 2024): day for unit, day in days.items()}


REPORTED: list[Example] = [
    make_part_example(
        "a year before that is read and not reported is not a year without a row",
        TO_DATE,
        {"meetings": [row(unit, 2024) for unit in "abc"]},
        {"a": scored("2.5"), "b": pending("not_reported"), "c": pending("not_reported")},
        unreported=(("meetings", "b", 2022), ("meetings", "c", 2024)),
        head=FROM_2022,
    ),
    make_part_example(
        "before the first year nothing is asked for and nothing is read",
        TO_DATE,
        {"meetings": [row("a", year) for year in (2021, 2022, 2023)]},
        {"a": scored("2.5")},
        unreported=(("meetings", "a", 2022),),
        head={"years": {"first": "2023"}},
    ),
    make_part_example(
        "the newest value is known once every year is that may hold it",
        SCORE,
        {"scores": [row("a", seq=2, value="5"), row("b", seq=2, value="5")]},
        {"a": scored("5"), "b": pending("not_reported")},
        unreported=(("scores", "b", 2023),),
        head=FROM_2022,
    ),
    make_part_example(
        "what was done in a term is known once all its years are, of the records and not of the newest roster",
        people_part(within="term"),
        {
            "people": [post(unit, unit, date(2022, 7, 1), date(2024, 6, 30)) for unit in "ab"],
            "training": [hours(unit, unit, "60") for unit in "ab"],
        },
        {"a": scored("10"), "b": pending("not_reported")},
        unreported=(("training", "b", 2022),),
        head=FROM_2022,
    ),
    make_part_example(
        "no row in a register is a zero once it is declared complete to the end of the year, and not a day before",
        NO_CASE,
        {"cases": [row("d", kind="甲")]},
        {
            "a": scored("10"),
            "b": pending("register_open"),
            "c": pending("register_open"),
            "d": pending("register_open"),
        },
        declared=declare(a=END, b=EVE),
    ),
    make_part_example(
        "a register is needed up to the day on which the part is due, or the as-of day before it",
        {**NO_CASE, "due": {"every": "06-30"}},
        {},
        {"a": scored("10"), "b": pending("register_open")},
        declared=declare(a=date(2024, 6, 30), b=date(2024, 6, 29)),
    ),
    make_part_example(
        "what is due in the year after is needed up to then where a row's year is not the year of its date",
        {**NO_CASE, "due": {"every": "03-31", "years_later": "1"}},
        {},
        {"a": scored("10"), "b": pending("register_open")},
        declared=declare(a=date(2025, 3, 31), b=END),
    ),
    make_part_example(
        "as of an earlier day a register cannot be complete any further, and what is not due still waits",
        NO_CASE,
        {},
        {"a": pending("not_due"), "b": pending("register_open")},
        declared=declare(a=date(2024, 5, 1), b=date(2024, 4, 30)),
        as_of=date(2024, 5, 1),
    ),
    make_part_example(
        "a change needs the register of both years",
        change_part({"falling": {}}, YES_NO, "pending"),
        {"cases": [*cases("a", 6, 4), *cases("b", 6, 4)]},
        {"a": scored("10"), "b": pending("register_open")},
        declared={**declare(a=END, b=END), ("cases", "a", 2023): date(2023, 12, 31)},
    ),
]
