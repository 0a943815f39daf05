"""Examples of counts, sums and ratios, and of what is reported, zero, missing or contradictory."""

from __future__ import annotations

from datetime import date

from tests.reference.example import (
    FROM_2022,
    IN_PROPORTION,
    NOT_APPLICABLE,
    YES_NO,
    Body,
    Example,
    conflict,
    error,
    make_part_example,
    pending,
    row,
    scored,
)

MEETINGS: Body = {"dataset": "meetings"}
RATE: Body = {
    "numerator": {"dataset": "cases", "sum": "closed"},
    "denominator": {"dataset": "cases", "sum": "accepted"},
}
DECIDED = (("地", "1"), ("地", "2"), ("天", "1"), ("人", "1.99"), (None, "2"), ("天", None))
AT_LEAST_2: Body = {"at_least": "2"}
VETO: Body = {"veto": {"total": "zero"}}
UP_AND_DOWN: list[Body] = [
    {"below": "2", "marks": "0"},
    {"at_least": "2", "below": "4", "marks": "100%"},
    {"at_least": "4", "marks": "50%"},
]


def count_part(marks: Body, target: Body | None = AT_LEAST_2, **count: object) -> Body:
    part: Body = {"measure": {"count": {**MEETINGS, **count}}, "marks": marks}
    return part if target is None else {**part, "target": target}


COUNTS: list[Example] = [
    make_part_example(
        "no row in a reported scope is a true zero, no scope is pending",
        count_part(YES_NO),
        {"meetings": [row("a"), row("a"), row("b")]},
        {"a": scored("10"), "b": scored("0"), "c": scored("0"), "d": pending("not_reported")},
        unreported=(("meetings", "d", 2024),),
    ),
    make_part_example(
        "distinct counts different values; an empty cell may be one more, unless they are enough already",
        count_part(IN_PROPORTION, {"at_least": "3"}, distinct="topic"),
        {
            "meetings": [
                *(row("a", topic=topic) for topic in ("天", "天", "地")),
                *(row("b", topic=topic) for topic in ("天", "天", "地", None)),
                *(row("c", topic=topic) for topic in ("天", "人", "地", None)),
            ]
        },
        {"a": scored("6.67"), "b": pending("counts_missing"), "c": scored("10")},
    ),
    make_part_example(
        "levels are paid each, a level that is not listed is an error, an empty one is waited for",
        count_part({"award": {"levels": {"国家级": "20%", "省级": "1"}}}, None, by="level"),
        {
            "meetings": [
                *(row("a", level=level) for level in ("国家级", "省级", "省级")),
                *(row("b", level=level) for level in ("国家级", "其他")),
                row("c"),
            ]
        },
        {"a": scored("4"), "b": error("unknown_level"), "c": pending("counts_missing"), "d": scored("0")},
    ),
    make_part_example(
        "a sum ignores events after the as-of day",
        {"measure": {"sum": {**MEETINGS, "column": "amount"}}, "target": {"at_least": "5"}, "marks": IN_PROPORTION},
        {
            "meetings": [
                row("a", amount="1.25", held_on=date(2025, 1, 15)),
                row("a", amount="2"),
                row("a", amount="4.5", held_on=date(2025, 1, 16)),
            ]
        },
        {"a": scored("6.5")},
        as_of=date(2025, 1, 15),
    ),
    make_part_example(
        "an empty cell is not 0 in a sum; what is known may be enough, an event without its day may not have been",
        {"measure": {"sum": {**MEETINGS, "column": "amount"}}, "target": {"at_least": "5"}, "marks": IN_PROPORTION},
        {
            "meetings": [
                row("a", amount="4.5"),
                row("a"),
                row("b", amount="5"),
                row("b"),
                row("c", amount="4.5"),
                row("c", amount="0"),
                row("d", amount="4.5", held_on=None),
            ]
        },
        {"a": pending("counts_missing"), "b": scored("10"), "c": scored("9"), "d": pending("counts_missing")},
    ),
    make_part_example(
        "an empty cell never gives full marks to who must stay below a number, nor saves who is above it",
        {"measure": {"sum": {**MEETINGS, "column": "amount"}}, "target": {"at_most": "5"}, "marks": YES_NO},
        {"meetings": [row("a"), row("b", amount="5.5"), row("b"), row("c", amount="0")]},
        {"a": pending("counts_missing"), "b": scored("0"), "c": scored("10")},
    ),
    make_part_example(
        "a veto that is broken by what is known stays broken beside an empty cell",
        {"measure": {"sum": {**MEETINGS, "column": "amount"}}, "target": {"at_most": "5"}, "marks": VETO},
        {"meetings": [row("a", amount="1"), row("a"), row("b", amount="5.5"), row("b"), row("c", amount="0")]},
        {"a": pending("counts_missing"), "b": scored("0"), "c": scored("0")},
        marks="0",
    ),
    make_part_example(
        "early full marks can be lost where numbers may be negative, or where a ladder falls again",
        count_part({"ladder": {"steps": UP_AND_DOWN}}, {"at_least": "2"}),
        {"meetings": [row("a"), row("a"), *(row("b") for _ in range(5))]},
        {"a": pending("not_due"), "b": pending("not_due")},
        as_of=date(2024, 6, 30),
    ),
    make_part_example(
        "to date takes this year and those before, not the next",
        count_part(IN_PROPORTION, {"at_least": "4"}, over="to_date"),
        {"meetings": [row("a", year) for year in (2022, 2023, 2024, 2025)]},
        {"a": scored("7.5")},
        head=FROM_2022,
    ),
    make_part_example(
        "a row counts that meets all conditions, and may count where an empty cell leaves one open and none is missed",
        count_part(
            IN_PROPORTION, {"at_least": "4"}, where={"topic": {"not": "天"}, "amount": {"at_least": "1", "below": "2"}}
        ),
        {
            "meetings": [
                *(row(unit, topic=topic, amount=amount) for unit in "abc" for topic, amount in DECIDED),
                row("b", amount="1"),
                row("c", topic="人"),
            ]
        },
        {"a": scored("5"), "b": pending("counts_missing"), "c": pending("counts_missing")},
    ),
    make_part_example(
        "a condition that says what an empty cell means leaves nothing open",
        count_part(IN_PROPORTION, {"at_least": "4"}, where={"topic": {"not": "天", "empty": "false"}}),
        {"meetings": [row("a", topic="地"), row("a", topic="天"), row("a")]},
        {"a": scored("2.5")},
    ),
    make_part_example(
        "rows none makes an indicator not applicable",
        count_part(YES_NO, where={"topic": {"empty": "true"}}),
        {"meetings": [row("a"), row("b", topic="天")]},
        {"a": scored("0"), "b": NOT_APPLICABLE},
        exclude={"rows": "none"},
    ),
    make_part_example(
        "units that are excluded by name need not report",
        count_part(YES_NO),
        {},
        {"a": NOT_APPLICABLE, "b": scored("0")},
        exclude={"units": ["a"]},
        unreported=(("meetings", "a", 2024),),
    ),
]

RATIOS: list[Example] = [
    make_part_example(
        "a ratio is compared exactly, and 0/0, an empty count, 11/10 and -1/10 have no marks",
        {"measure": {"ratio": RATE}, "target": {"at_least": "90%"}, "marks": YES_NO},
        {
            "cases": [
                row("a", closed=9, accepted=10),
                row("b", closed=899, accepted=1000),
                row("c", closed=0, accepted=0),
                row("d", accepted=10),
                row("e", closed=11, accepted=10),
                row("f", closed=-1, accepted=10),
            ]
        },
        {
            "a": scored("10"),
            "b": scored("0"),
            "c": pending("zero_denominator"),
            "d": pending("counts_missing"),
            "e": conflict("numerator_above_denominator"),
            "f": conflict("negative"),
            "g": pending("zero_denominator"),
        },
    ),
    make_part_example(
        "denominator zero is not applicable where the pack says so",
        {"measure": {"ratio": RATE}, "target": {"at_least": "90%"}, "marks": YES_NO},
        {"cases": [row("a", closed=0, accepted=0), row("b", closed=1, accepted=0)]},
        {"a": NOT_APPLICABLE, "b": conflict("numerator_above_denominator")},
        exclude={"denominator": "zero"},
    ),
]

WITHOUT_EXCLUDED: Body = {
    "ratio": {
        "numerator": {"dataset": "statistics", "where": {"subject": "甲"}, "sum": "done"},
        "denominator": {"dataset": "statistics", "where": {"subject": "甲"}, "sum": "total", "less": "excluded"},
    }
}


def subject(unit: str, name: str = "甲", **cells: object) -> dict[str, object]:
    return row(unit, subject=name, **cells)


STATISTICS: list[Example] = [
    make_part_example(
        "what is excluded by law stays out of the denominator, and a subject without a row is not reported",
        {"measure": WITHOUT_EXCLUDED, "target": {"at_least": "100%"}, "marks": IN_PROPORTION},
        {
            "statistics": [
                subject("a", total=10, excluded=2, done=8),
                subject("b", total=10, excluded=0, done=8),
                subject("c", total=10, excluded=3, done=8),
                subject("d", total=10, done=8),
                subject("e", total=2, excluded=2, done=0),
                subject("f", "乙", total=10, excluded=0, done=10),
                subject("h", total=1, excluded=2, done=0),
            ]
        },
        {
            "a": scored("10"),
            "b": scored("8"),
            "c": conflict("numerator_above_denominator"),
            "d": pending("counts_missing"),
            "e": NOT_APPLICABLE,
            "f": pending("row_missing"),
            "g": pending("row_missing"),
            "h": conflict("numerator_above_denominator"),
        },
        exclude={"denominator": "zero"},
    ),
    make_part_example(
        "a milestone without a row is not reported, and one without a date not done",
        {
            "measure": {"date": {"dataset": "statistics", "where": {"subject": "甲"}, "column": "done_on"}},
            "target": {"by": {"every": "06-30", "day_itself": "in_time"}},
            "marks": {"late": {"late": "40%", "missing": "100%"}},
        },
        {"statistics": [subject("a", done_on=date(2024, 6, 30)), subject("b"), subject("c", "乙")]},
        {"a": scored("10"), "b": scored("0"), "c": pending("row_missing"), "d": pending("row_missing")},
    ),
    make_part_example(
        "a change needs the subject's row of both years, and every number of them",
        {
            "measure": {
                "change": {
                    "sum": {"dataset": "statistics", "where": {"subject": "甲"}, "sum": "total", "less": "excluded"},
                    "from_zero": "compare",
                }
            },
            "target": {"falling": {}},
            "marks": YES_NO,
        },
        {
            "statistics": [
                subject("a", year=2023, total=10, excluded=1),
                subject("a", total=9, excluded=1),
                subject("b", total=9, excluded=1),
                subject("c", year=2023, total=10, excluded=1),
                subject("c", total=99),
            ]
        },
        {"a": scored("10"), "b": pending("row_missing"), "c": pending("counts_missing")},
    ),
]

TALLIES = COUNTS + RATIOS + STATISTICS
