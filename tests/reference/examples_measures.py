"""Examples of change, judgements, findings, imported and latest figures, and marks of other indicators."""

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
    make_example,
    make_indicator,
    make_part_example,
    pending,
    row,
    scored,
)
from tests.reference.examples_tallies import RATE, count_part


def change_part(target: Body, marks: Body, from_zero: str, by: str = "difference", ratio: bool = False) -> Body:
    figure: Body = {"ratio": RATE} if ratio else {"sum": {"dataset": "cases", "sum": "accepted"}}
    return {"measure": {"change": {**figure, "by": by, "from_zero": from_zero}}, "target": target, "marks": marks}


def cases(unit: str, before: int | None, now: int | None) -> list[dict[str, object]]:
    return [row(unit, 2023, kind="甲", accepted=before), row(unit, kind="甲", accepted=now)]


JUDGED_RANGE: Body = {
    "measure": {"judgement": {"dataset": "judgements"}},
    "marks": {"judged": {"range": {"high": "80%"}}},
}
JUDGED_LEVELS: Body = {
    "measure": {"judgement": {"dataset": "judgements"}},
    "marks": {"judged": {"levels": {"好": "100%", "中": "60%"}}},
}

CHANGES: list[Example] = [
    make_part_example(
        "falling asks for less than the year before, and both years must be reported",
        change_part({"falling": {}}, YES_NO, "pending"),
        {"cases": cases("a", 10, 9) + cases("b", 10, 10) + cases("c", 0, 0) + cases("d", 10, 5)},
        {"a": scored("10"), "b": scored("0"), "c": pending("from_zero"), "d": pending("not_reported")},
        unreported=(("cases", "d", 2023),),
    ),
    make_part_example(
        "still zero reaches, more after zero misses, whatever the marks",
        change_part(
            {"falling": {"at_least": "1"}}, {"per_shortfall": {"each": "1", "partial": "up"}}, "still_zero_reaches"
        ),
        {"cases": cases("a", 0, 0) + cases("b", 0, 1) + cases("c", 3, 2) + cases("d", 3, 5)},
        {"a": scored("10"), "b": scored("0"), "c": scored("10"), "d": scored("7")},
    ),
    make_part_example(
        "compare treats a zero before as any number",
        change_part({"rising": {"at_least": "4"}}, IN_PROPORTION, "compare"),
        {"cases": cases("a", 0, 3) + cases("b", 5, 2) + cases("c", 1, 6)},
        {"a": scored("7.5"), "b": scored("0"), "c": scored("10")},
    ),
    make_part_example(
        "a rate of change is measured against the year before",
        change_part({"falling": {"at_least": "20%"}}, IN_PROPORTION, "not_applicable", "rate"),
        {"cases": cases("a", 10, 8) + cases("b", 10, 9) + cases("c", 0, 9)},
        {"a": scored("10"), "b": scored("5"), "c": NOT_APPLICABLE},
    ),
    make_part_example(
        "ratios of two years: 9/10 after 8/10; 0/0 before is a zero before; a conflict in either year counts",
        change_part({"rising": {"at_least": "10%"}}, YES_NO, "pending", ratio=True),
        {
            "cases": [
                *(row("a", year, closed=closed, accepted=10) for year, closed in ((2023, 8), (2024, 9))),
                *(row("b", year, closed=closed, accepted=10) for year, closed in ((2023, 11), (2024, 9))),
                row("c", closed=9, accepted=10),
                row("d", 2023, closed=9, accepted=10),
            ]
        },
        {
            "a": scored("10"),
            "b": conflict("numerator_above_denominator"),
            "c": pending("from_zero"),
            "d": pending("zero_denominator"),
        },
    ),
    make_example(
        "a double fall where there was nothing to fall from",
        [
            make_indicator(
                "x",
                "4",
                [
                    {**change_part({"falling": {}}, YES_NO, "still_zero_reaches", ratio=True), "worth": {"g": "1"}},
                    {**change_part({"falling": {}}, YES_NO, "still_zero_reaches"), "worth": {"g": "3"}},
                ],
            )
        ],
        {
            "cases": [
                *(row("a", year, closed=0, accepted=accepted) for year, accepted in ((2023, 5), (2024, 4))),
                *(row("b", year, closed=closed, accepted=5) for year, closed in ((2023, 0), (2024, 1))),
                *(row("c", year, closed=closed, accepted=closed + 3) for year, closed in ((2023, 2), (2024, 1))),
            ]
        },
        {"a": scored("4"), "b": scored("0"), "c": scored("4")},
    ),
]

OTHERS: list[Example] = [
    make_part_example(
        "an inspector's marks lie in the range and do not contradict each other",
        JUDGED_RANGE,
        {
            "judgements": [
                row("a", indicator="x", marks="7.55"),
                row("a", indicator="other", marks="1"),
                row("b", indicator="x", marks="8.01"),
                row("c", indicator="x", marks="6"),
                row("c", indicator="x", marks="7"),
                row("d", indicator="x"),
                row("e", indicator="x", marks="8"),
                row("e", indicator="x", marks="8.0"),
            ]
        },
        {
            "a": scored("7.55"),
            "b": error("outside_range"),
            "c": conflict("contradicting_rows"),
            "d": pending("no_value"),
            "e": scored("8"),
            "f": pending("no_value"),
        },
    ),
    make_part_example(
        "several judgements may be averaged",
        {**JUDGED_RANGE, "measure": {"judgement": {"dataset": "judgements", "several": "mean"}}},
        {"judgements": [row("a", indicator="x", marks=marks) for marks in ("6", "7", "7")]},
        {"a": scored("6.67")},
    ),
    make_part_example(
        "an inspector's level has its own marks",
        JUDGED_LEVELS,
        {"judgements": [row("a", indicator="x", level="中"), row("b", indicator="x", level="差")]},
        {"a": scored("6"), "b": error("unknown_level")},
    ),
    make_part_example(
        "only findings about this indicator in a confirmed state count",
        {
            "measure": {"findings": {"dataset": "findings"}},
            "target": {"none": {}},
            "marks": {"per_occurrence": {"each": ["1", "3"]}},
        },
        {
            "findings": [
                *(row("a", indicator="x", state=state) for state in ("草稿", "已认定", "已定案", "已撤销")),
                row("b", indicator="other", state="已认定"),
                row("b", indicator="x", state="已认定", found_on=date(2026, 1, 1)),
            ]
        },
        {"a": scored("6"), "b": scored("10")},
    ),
    make_part_example(
        "proposed marks of findings are added up; one without marks is undecided, not free",
        {
            "measure": {"findings": {"dataset": "findings", "sum": "points"}},
            "target": {"none": {}},
            "marks": {"per_occurrence": {"each": ["1"], "cap": "30%"}},
        },
        {
            "findings": [
                *(row("a", indicator="x", state="已认定", points=points) for points in ("0.5", "1.25", "0")),
                *(row("b", indicator="x", state="已认定", points=points) for points in ("2", "1.25")),
                *(row("c", indicator="x", state="已认定", points=points) for points in ("2", "1.25", None)),
                row("d", indicator="x", state="草稿"),
            ]
        },
        {"a": scored("8.25"), "b": scored("7"), "c": pending("marks_undecided"), "d": scored("10")},
    ),
    make_part_example(
        "another assessment's score is one number over its full score",
        {
            "measure": {"imported": {"dataset": "scores", "column": "value", "out_of": "20"}},
            "target": {"at_least": "100%"},
            "marks": IN_PROPORTION,
        },
        {
            "scores": [
                row("a", value="17"),
                row("b", value="17"),
                row("b", value="16"),
                row("c"),
                row("d", 2023, value="9"),
            ]
        },
        {"a": scored("8.5"), "b": conflict("contradicting_rows"), "c": pending("no_value"), "d": pending("no_value")},
    ),
    make_part_example(
        "a score beyond its scale is a conflict, an empty one beside another is waited for",
        {
            "measure": {"imported": {"dataset": "scores", "column": "value", "out_of": "20"}},
            "target": {"at_least": "90%"},
            "marks": YES_NO,
        },
        {
            "scores": [
                row("a", value="20.01"),
                row("b", value="-0.01"),
                row("c", value="20"),
                row("d", value="0"),
                row("e", value="20"),
                row("e"),
            ]
        },
        {
            "a": conflict("outside_scale"),
            "b": conflict("outside_scale"),
            "c": scored("10"),
            "d": scored("0"),
            "e": pending("counts_missing"),
        },
    ),
    make_part_example(
        "a latest value below zero is a conflict where its column does not say so, and a row without order may be it",
        {
            "measure": {"latest": {"dataset": "register", "column": "score", "order": "seq"}},
            "target": {"at_least": "5"},
            "marks": YES_NO,
        },
        {
            "register": [
                row("a", seq=1, score="5"),
                row("a", seq=2, score="-1"),
                row("b", seq=1, score="5"),
                row("b", score="4"),
                row("c", seq=1),
                row("c", seq=2, score="5"),
            ]
        },
        {"a": conflict("outside_scale"), "b": pending("counts_missing"), "c": scored("10")},
    ),
    make_part_example(
        "one judgement that says nothing keeps the mean of the others waiting",
        {
            "measure": {"judgement": {"dataset": "judgements", "several": "mean"}},
            "marks": {"judged": {"range": {}}},
        },
        {
            "judgements": [
                *(row("a", indicator="x", reason="看", marks=marks) for marks in ("8", "6")),
                *(row("b", indicator="x", reason="看", marks=marks) for marks in ("8", None)),
            ]
        },
        {"a": scored("7"), "b": pending("counts_missing")},
    ),
    make_part_example(
        "the latest value counts, also when it is of an earlier year or empty",
        {
            "measure": {"latest": {"dataset": "scores", "column": "value", "order": "seq"}},
            "target": {"at_least": "10"},
            "marks": IN_PROPORTION,
        },
        {
            "scores": [
                row("a", 2022, seq=1, value="9"),
                row("a", 2023, seq=2, value="7.5"),
                row("a", 2025, seq=3, value="1"),
                row("b", seq=2, value="4"),
                row("b", seq=2, value="5"),
                row("c", seq=1, value="4"),
                row("c", seq=2),
            ]
        },
        {"a": scored("7.5"), "b": conflict("contradicting_rows"), "c": pending("no_value"), "d": pending("no_value")},
        head=FROM_2022,
    ),
    make_example(
        "marks of other indicators over their full marks, pending as long as one of them is",
        [
            make_indicator("x", "4", [count_part(IN_PROPORTION, {"at_least": "4"})]),
            make_indicator("y", "6", [{"measure": {"ratio": RATE}, "target": {"at_least": "90%"}, "marks": YES_NO}]),
            make_indicator(
                "z",
                "5",
                [
                    {
                        "measure": {"of_marks": {"indicators": ["x", "y"]}},
                        "target": {"at_least": "90%"},
                        "marks": IN_PROPORTION,
                    }
                ],
            ),
        ],
        {
            "meetings": [row("a"), row("a"), row("a")],
            "cases": [row("a", closed=9, accepted=10), row("b", closed=0, accepted=0)],
        },
        {
            ("a", "x"): scored("3"),
            ("a", "y"): scored("6"),
            ("a", "z"): scored("5"),
            ("b", "z"): pending("items_open"),
        },
    ),
]

MEASURES = CHANGES + OTHERS
