"""Examples of units over time: mergers, foundings and ends, worked out by hand from 单位的变动 on the page."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from indicators.pack.register import Register
from tests.reference.example import (
    IN_PROPORTION,
    NOT_APPLICABLE,
    YES_NO,
    Body,
    Example,
    Expected,
    conflict,
    make_example,
    make_indicator,
    pending,
    row,
    scored,
)
from tests.reference.examples_measures import JUDGED_RANGE, cases, change_part
from tests.reference.examples_people import hours, people_part, post
from tests.reference.examples_tallies import RATE

#: ``old`` lived on in ``new``, which was founded for it in June 2024.
MERGED: Body = {"old": {"until": "2024-05-31", "successor": "new"}, "new": {"since": "2024-06-01"}}
#: ``old`` was taken over by ``new``, which had always been there, at the end of 2023.
TAKEN_OVER: Body = {"old": {"until": "2023-12-31", "successor": "new"}}
FALLING = change_part({"falling": {}}, YES_NO, "pending")
SUM: Body = {"measure": {"sum": {"dataset": "cases", "column": "accepted"}}, "target": {"at_least": "10"}}


#: ``whole`` was split in the middle of 2024; what it reported counts for nobody any more.
SPLIT: Body = {
    "whole": {"until": "2024-06-30", "successors": ["east", "west"]},
    "east": {"since": "2024-07-01"},
    "west": {"since": "2024-07-01"},
}
#: The same at the end of 2023, so that the year before is one of the whole.
SPLIT_AT_YEAR_END: Body = {
    "whole": {"until": "2023-12-31", "successors": ["east", "west"]},
    "east": {"since": "2024-01-01"},
    "west": {"since": "2024-01-01"},
}
#: West, which a split founded on a leap day, was merged into other on the next.
SPLIT_AND_MERGED: Body = {
    "whole": {"until": "2024-02-28", "successors": ["east", "west"]},
    "east": {"since": "2024-02-29"},
    "west": {"since": "2024-02-29", "until": "2024-02-29", "successor": "other"},
}


def make_changed(
    name: str,
    parts: list[Body],
    lives: dict[str, Any],
    rows: dict[str, list[Body]],
    expected: dict[str, Expected],
    **more: Any,
) -> Example:
    """An example with one indicator ``x`` whose units live as ``lives`` says: since, until, successor, kind.

    Units that are in no table stand in ``lives`` only; they have reported like the others.
    """
    extra, unreported = more.pop("indicator", {}), more.pop("unreported", ())
    example = make_example(name, [make_indicator("x", "10", parts, **extra)], rows, expected, **more)
    units = tuple(dict.fromkeys([*lives, *(unit.id for unit in example.pack.registry.units)]))
    entries = [{"id": unit, "name": f"{unit}县", "kind": "county", **lives.get(unit, {})} for unit in units]
    register = {"kinds": [{"id": "county", "title": "县"}, {"id": "organ", "title": "机关"}], "units": entries}
    scopes = {(dataset, unit, period) for dataset, _, period in example.scopes for unit in units} - set(unreported)
    pack = example.pack.model_copy(update={"registry": Register.model_validate(register)})
    return replace(example, pack=pack, scopes=scopes)


def tally(unit: str, accepted: int, closed: int, year: int = 2024) -> Body:
    return row(unit, year, kind="甲", accepted=accepted, closed=closed)


#: Two that were merged after the day by which each owed a report, and one founded for them.
BOTH: Body = {
    "one": {"until": "2024-05-31", "successor": "new"},
    "two": {"until": "2024-05-31", "successor": "new"},
    "new": {"since": "2024-06-01"},
}


def report_part(marks: Body, by: Body, **more: str) -> Body:
    measure = {"date": {"dataset": "reports", "column": "published", **more}}
    return {"measure": measure, "target": {"by": {"day_itself": "in_time", **by}}, "marks": marks}


def report(unit: str, day: date | None) -> Body:
    return row(unit, kind="甲", published=day)


TIERS: Body = {"late": {"late": "2", "missing": "5"}}
APRIL: Body = {"every": "04-30"}


UNITS: list[Example] = [
    make_changed(
        "of a report that both merged units owed each counts: one in time, one never made",
        [report_part(TIERS, APRIL)],
        BOTH,
        {"reports": [report("one", date(2024, 4, 30)), report("other", date(2024, 4, 30))]},
        {"new": scored("5"), "other": scored("10")},
    ),
    make_changed(
        "days late of both are added, and a report of the new unit, which owed none, makes up for nothing",
        [report_part({"late": {"per_day": "0.1"}}, APRIL)],
        BOTH,
        {
            "reports": [
                report("one", date(2024, 5, 3)),
                report("two", date(2024, 5, 2)),
                report("new", date(2024, 4, 1)),
            ]
        },
        {"new": scored("9.5")},
    ),
    make_changed(
        "where the pack asks it once of all together the first report counts",
        [report_part(TIERS, APRIL, inherited="once")],
        BOTH,
        {"reports": [report("one", date(2024, 4, 30))]},
        {"new": scored("10")},
    ),
    make_changed(
        "what falls due after the merger is owed by the new unit alone",
        [report_part(TIERS, {"every": "03-01", "years_later": 1})],
        BOTH,
        {"reports": [report("new", date(2025, 2, 28))]},
        {"new": scored("10")},
    ),
    make_changed(
        "what a merged unit reported for the year counts for its heir, and it is in no table itself",
        [{**SUM, "marks": IN_PROPORTION}],
        MERGED,
        {"cases": [tally("old", 4, 0), tally("new", 3, 0), tally("other", 10, 0)]},
        {"new": scored("7"), "other": scored("10")},
    ),
    make_changed(
        "the year before of a merged unit is the year before of its parts: 9 is not more than 10 = 6 + 4",
        [FALLING],
        TAKEN_OVER,
        {"cases": [*cases("new", 4, 9), row("old", 2023, kind="甲", accepted=6)]},
        {"new": scored("10")},
    ),
    make_changed(
        "numerators and denominators add up before they are divided: 9 + 1 of 10 + 10",
        [{"measure": {"ratio": RATE}, "target": {"at_least": "100%"}, "marks": IN_PROPORTION}],
        MERGED,
        {"cases": [tally("old", 10, 9), tally("new", 10, 1)]},
        {"new": scored("5")},
    ),
    make_changed(
        "as of the last day of the old unit the old one is in the table, and the new one is not",
        [{**SUM, "marks": IN_PROPORTION, "due": {"every": "05-30"}}],
        MERGED,
        {"cases": [tally("old", 4, 0)]},
        {"old": scored("4")},
        as_of=date(2024, 5, 31),
    ),
    make_changed(
        "a chain of mergers ends at the unit that exists",
        [{**SUM, "marks": IN_PROPORTION}],
        {
            "oldest": {"until": "2022-12-31", "successor": "old"},
            "old": {"until": "2024-05-31", "successor": "new"},
        },
        {"cases": [tally("old", 2, 0), tally("new", 3, 0)]},
        {"new": scored("5")},
        unreported=(("cases", "oldest", 2024),),
    ),
    make_changed(
        "both parts must have reported the year in which both existed",
        [{**SUM, "marks": IN_PROPORTION}],
        MERGED,
        {"cases": [tally("new", 10, 0)]},
        {"new": pending("not_reported")},
        unreported=(("cases", "old", 2024),),
    ),
    make_changed(
        "a unit that did not exist in a period is not asked for it: neither the new one before nor the old one after",
        [FALLING],
        {"old": {"until": "2023-12-31", "successor": "new"}, "new": {"since": "2024-01-01"}},
        {"cases": [row("old", 2023, kind="甲", accepted=6), tally("new", 5, 0)]},
        {"new": scored("10")},
        unreported=(("cases", "new", 2023), ("cases", "old", 2024)),
    ),
    make_changed(
        "a unit founded in the year has no year before, and there is nothing to wait for",
        [FALLING],
        {"new": {"since": "2024-01-01"}, "before": {"since": "2023-12-31"}},
        {"cases": [tally("new", 5, 0), *cases("before", 3, 2)]},
        {"new": NOT_APPLICABLE, "before": scored("10")},
        unreported=(("cases", "new", 2023),),
    ),
    make_changed(
        "a unit founded in the year is measured by what it has",
        [{**SUM, "marks": IN_PROPORTION}],
        {"new": {"since": "2024-12-31"}},
        {"cases": [tally("new", 5, 0)]},
        {"new": scored("5")},
    ),
    make_changed(
        "rows of a unit that ended without a successor count for nobody",
        [{**SUM, "marks": IN_PROPORTION}],
        {"gone": {"until": "2024-12-30"}},
        {"cases": [tally("gone", 9, 0), tally("other", 1, 0)]},
        {"other": scored("1")},
    ),
    make_changed(
        "judgements of both parts that differ contradict each other",
        [JUDGED_RANGE],
        MERGED,
        {
            "judgements": [
                row("old", indicator="x", marks="5", reason="现场"),
                row("new", indicator="x", marks="6", reason="现场"),
            ]
        },
        {"new": conflict("contradicting_rows")},
    ),
    make_changed(
        "in the year of the merger a person on both lists is one person, with the records of both",
        [people_part()],
        MERGED,
        {
            "people": [post("old", "p1"), post("new", "p1"), post("old", "p2")],
            "training": [hours("old", "p1", "30"), hours("new", "p1", "30")],
        },
        {"new": scored("5")},
    ),
    make_changed(
        "from the next year on the list of the old unit is not asked for, and nobody on it counts or contradicts",
        [people_part()],
        TAKEN_OVER,
        {
            "people": [post("old", "p1"), post("old", "p2"), post("new", "p1"), post("other", "p2")],
            "training": [hours("new", "p1", "60"), hours("other", "p2", "60")],
        },
        {"new": scored("10"), "other": scored("10")},
        unreported=(("people", "old", 0),),
    ),
    make_changed(
        "a duty passes on to the heir, so that a merger leaves no task without anybody",
        [{**SUM, "marks": IN_PROPORTION}],
        MERGED,
        {"cases": [tally("old", 4, 0), tally("new", 2, 0), tally("other", 1, 0)]},
        {"new": scored("6"), "other": NOT_APPLICABLE},
        indicator={"duties": {"lead": ["old"]}},
    ),
    make_changed(
        "an exception of the old unit is none of its heir",
        [{**SUM, "marks": IN_PROPORTION}],
        MERGED,
        {"cases": [tally("old", 4, 0), tally("new", 2, 0)]},
        {"new": scored("6")},
        indicator={"not_applicable_when": {"units": ["old"]}},
    ),
    make_changed(
        "an exemption holds for the unit that it names and not for its heir",
        [{**SUM, "marks": IN_PROPORTION}],
        MERGED,
        {
            "cases": [tally("old", 4, 0), tally("new", 2, 0), tally("other", 1, 0)],
            "exemptions": [
                row("old", indicator="x", reason="撤并", approver="督察办"),
                row("other", indicator="x", reason="撤并", approver="督察办"),
            ],
        },
        {"new": scored("6"), "other": ("exempt", None, None)},
        head={"exemptions": "exemptions"},
    ),
    make_changed(
        "an heir of another kind stands in the table of its own kind only",
        [{**SUM, "marks": IN_PROPORTION}],
        {"old": {"until": "2024-05-31", "successor": "organ"}, "organ": {"kind": "organ"}},
        {"cases": [tally("old", 4, 0), tally("other", 1, 0)]},
        {"other": scored("1")},
    ),
    make_changed(
        "each part of a split unit reports the year anew and whole; what the unit itself reported counts for nobody",
        [{**SUM, "marks": IN_PROPORTION}],
        SPLIT,
        {"cases": [tally("whole", 9, 0), tally("east", 7, 0), tally("west", 3, 0)]},
        {"east": scored("7"), "west": scored("3")},
    ),
    make_changed(
        "the year before of a part is what it reports anew of it; until it does it waits",
        [FALLING],
        SPLIT_AT_YEAR_END,
        {"cases": [*cases("east", 4, 3), *cases("west", 4, 3), row("whole", 2023, kind="甲", accepted=1)]},
        {"east": scored("10"), "west": pending("not_reported")},
        unreported=(("cases", "west", 2023),),
    ),
    make_changed(
        "a part that was merged brings along what it reported anew: 7 + 2 of the year, 4 + 5 of the year before",
        [FALLING],
        SPLIT_AND_MERGED,
        {"cases": [*cases("west", 5, 2), *cases("other", 4, 7), *cases("east", 3, 2)]},
        {"east": scored("10"), "other": scored("0")},
    ),
    make_changed(
        "and is asked for it: what one of them has not reported is missing",
        [FALLING],
        SPLIT_AND_MERGED,
        {"cases": [*cases("west", 5, 2), *cases("other", 4, 7)]},
        {"other": pending("not_reported")},
        unreported=(("cases", "west", 2023),),
    ),
    make_changed(
        "a duty passes on to all parts of a split unit",
        [{**SUM, "marks": IN_PROPORTION}],
        SPLIT,
        {"cases": [tally("east", 7, 0), tally("west", 3, 0), tally("other", 1, 0)]},
        {"east": scored("7"), "west": scored("3"), "other": NOT_APPLICABLE},
        indicator={"duties": {"lead": ["whole"]}},
    ),
    make_changed(
        "a duty that was transferred within the year is that of its new holder for the whole year",
        [{**SUM, "marks": IN_PROPORTION}],
        {"giver": {}, "taker": {}},
        {"cases": [tally("giver", 9, 0), tally("taker", 4, 0)]},
        {"giver": NOT_APPLICABLE, "taker": scored("4"), "other": NOT_APPLICABLE},
        indicator={"duties": {"lead": ["giver"], "transfers": [{"from": "giver", "to": "taker", "on": "2024-12-31"}]}},
    ),
    make_changed(
        "one that is transferred on the first day of the next year is not yet",
        [{**SUM, "marks": IN_PROPORTION}],
        {"giver": {}, "taker": {}},
        {"cases": [tally("giver", 9, 0), tally("taker", 4, 0)]},
        {"giver": scored("9"), "taker": NOT_APPLICABLE},
        indicator={"duties": {"lead": ["giver"], "transfers": [{"from": "giver", "to": "taker", "on": "2025-01-01"}]}},
    ),
]
