"""Examples of totals: what does not apply, what is hidden, reviews, bonus, deduction, vetoes, gates, ranks."""

from __future__ import annotations

from datetime import date

from tests.reference.example import (
    NOT_APPLICABLE,
    YES_NO,
    Body,
    Example,
    ExpectedTotal,
    make_example,
    make_indicator,
    pending,
    row,
    scored,
)
from tests.reference.examples_marks import rate, rate_part, rows_of
from tests.reference.examples_tallies import count_part

ZERO_IS_NOT_APPLICABLE: Body = {"not_applicable_when": {"denominator": "zero"}}
TENTH: Body = {"award": {"each": "1"}}


def count_marks(name: str, marks: str, section: str = "base", **more: object) -> Body:
    """An indicator that gives a mark for each meeting."""
    return make_indicator(name, marks, [count_part(TENTH, None)], section, **more)


def judge_rate(name: str, marks: str, section: str = "base", **more: object) -> Body:
    return make_indicator(name, marks, [rate_part(YES_NO, {"at_least": "90%"})], section, **more)


def policy(**more: object) -> Body:
    return {"policy": {"completeness": {"at_least": "0"}, **more}}


PAIR = [count_marks("x", "60"), judge_rate("y", "40", **ZERO_IS_NOT_APPLICABLE)]
PAIR_ROWS: dict[str, list[Body]] = {
    **rows_of(a=41, b=41, c=41),
    "cases": [rate("a", 9, 10), rate("b", 0, 0), row("c", accepted=10)],
}

LEAVING: list[Example] = [
    make_example(
        "what does not apply is scaled up, what is not known is not: 41 of 60 is 68.33",
        PAIR,
        PAIR_ROWS,
        {("a", "y"): scored("40"), ("b", "y"): NOT_APPLICABLE, ("c", "y"): pending("counts_missing")},
        totals={
            "a": ExpectedTotal("81", "81", "81", "100", None, 1, "ranked"),
            "b": ExpectedTotal("68.33", "68.33", "68.33", "100", None, 2, "ranked"),
            "c": ExpectedTotal("41", "41", "81", "100", None, 3, "ranked"),
        },
        head=policy(),
    ),
    make_example(
        "out of scope shrinks the full marks, and ranks go by share: 51 of 60 is more than 81 of 100",
        PAIR,
        {**PAIR_ROWS, **rows_of(a=41, b=51, c=41)},
        {("b", "y"): NOT_APPLICABLE},
        totals={
            "a": ExpectedTotal("81", "81", "81", "100", None, 2, "ranked"),
            "b": ExpectedTotal("51", "51", "51", "60", None, 1, "ranked"),
            "c": ExpectedTotal("41", "41", "81", "100", None, 3, "ranked"),
        },
        head=policy(not_applicable="out_of_scope"),
    ),
    make_example(
        "full marks for what does not apply, where the pack says so",
        PAIR,
        PAIR_ROWS,
        {("b", "y"): NOT_APPLICABLE},
        totals={"b": ExpectedTotal("81", "81", "81", "100")},
        head=policy(not_applicable="full"),
    ),
    make_example(
        "the mean of those who are scored: (40 + 0 + 0) / 3 = 13.33",
        PAIR,
        {
            **rows_of(a=41, b=41, d=1, e=1),
            "cases": [rate("a", 9, 10), rate("b", 0, 0), row("c", accepted=10), rate("d", 8, 10), rate("e", 8, 10)],
        },
        {("a", "y"): scored("40"), ("b", "y"): NOT_APPLICABLE, ("c", "y"): pending("counts_missing")},
        totals={
            # The mean that b is given: of 40, 0 and 0 and whatever c gets, (40 + 0 + 0 + 40) / 4 at most.
            "b": ExpectedTotal("54.33", "51", "61"),
            "c": ExpectedTotal("0", "0", "40"),
            "d": ExpectedTotal("1"),
            "e": ExpectedTotal("1"),
        },
        head=policy(not_applicable="peer_mean"),
    ),
    make_example(
        "where nothing applies there is no total",
        [judge_rate("x", "100", **ZERO_IS_NOT_APPLICABLE)],
        {"cases": [rate("a", 0, 0), rate("b", 9, 10)]},
        {"a": NOT_APPLICABLE, "b": scored("100")},
        totals={
            "a": ExpectedTotal(None, None, None, "100", None, None, "withheld"),
            "b": ExpectedTotal("100", rank=1),
        },
        head=policy(),
    ),
    make_example(
        "an exemption that runs to the year's last day holds for the year, however late it is scored",
        PAIR,
        {
            **rows_of(a=30, b=30, c=30),
            "cases": [rate("a", 1, 10), rate("b", 1, 10), rate("c", 1, 10)],
            "exemptions": [
                row("a", indicator="y", reason="撤并", approver="督察办", expires_on=date(2024, 12, 31)),
                row("b", indicator="y", reason="撤并", approver="督察办", expires_on=date(2024, 12, 30)),
                row("c", 2023, indicator="y", reason="撤并", approver="督察办"),
            ],
        },
        {("a", "y"): ("exempt", None, None), ("b", "y"): scored("0"), ("c", "y"): scored("0")},
        totals={"a": ExpectedTotal("50"), "b": ExpectedTotal("30"), "c": ExpectedTotal("30")},
        head={**policy(not_applicable="full"), "exemptions": "exemptions"},
    ),
]

REVIEW_SECTIONS: Body = {
    "own_base": True,
    "sections": [
        {"id": "inside", "title": "内部", "marks": {"g": "60"}, "review": "in"},
        {"id": "outside", "title": "外部", "marks": {"g": "40"}, "review": "out"},
    ],
    "reviews": [
        {"id": "in", "title": "内部评审", "weight": {"g": "70%"}},
        {"id": "out", "title": "外部评审", "weight": {"g": "30%"}},
    ],
    "cohort": {"full": "100"},
}

WEIGHED: list[Example] = [
    make_example(
        "two reviews by weight: 41/60 of 70 is 47.83, 40/40 of 30 is 30; alone 41/60 of 100 is 68.33",
        [count_marks("x", "60", "inside"), judge_rate("y", "40", "outside", **ZERO_IS_NOT_APPLICABLE)],
        {
            **rows_of(a=41, b=41, c=41),
            "cases": [rate("a", 9, 10), rate("b", 0, 0), row("c", accepted=1)],
        },
        {("a", "x"): scored("41")},
        totals={
            "a": ExpectedTotal("77.83", "77.83", "77.83"),
            "b": ExpectedTotal("68.33", "68.33", "68.33"),
            # A review that may be left without marks has the other rounded anew, which may add a unit for each.
            "c": ExpectedTotal("47.83", "47.83", "77.85"),
        },
        head={**REVIEW_SECTIONS, **policy()},
    ),
]

EXTRA: Body = {
    "sections": [
        {"id": "bonus", "title": "加分", "kind": "bonus", "cap": {"g": "5"}},
        {"id": "minus", "title": "扣分", "kind": "deduction", "cap": {"g": "8"}},
    ]
}
OF_STEP: Body = {"of_marks": {"indicators": ["step"]}}
FILLED: Body = {"topic": {"empty": "false"}}
LOSS: Body = {"per_occurrence": {"each": ["3"]}}

HELD = date(2024, 5, 6)

EXTRAS: list[Example] = [
    make_example(
        "a bonus ends at its cap, a deduction at its own, and a hidden deduction counts as made",
        [
            judge_rate("x", "100"),
            make_indicator("plus", "9", [count_part(TENTH, None)], "bonus"),
            make_indicator("less", "6", [count_part(LOSS, {"none": {}}, distinct="topic", where=FILLED)], "minus"),
            make_indicator("list", "10", [rate_part(YES_NO, {"at_least": "50%"})], "minus"),
        ],
        {
            "cases": [rate("a", 9, 10), rate("b", 10, 10), row("c", closed=2, accepted=2), row("c", accepted=2)],
            "meetings": [
                *(row("a", topic="天", held_on=HELD) for _ in range(7)),
                row("b", held_on=HELD),
                row("b", held_on=HELD),
            ],
        },
        {
            ("a", "plus"): scored("7"),
            ("a", "less"): scored("3"),
            ("a", "list"): scored("10"),
            ("b", "less"): scored("6"),
            ("c", "list"): pending("counts_missing"),
            ("d", "plus"): pending("not_reported"),
        },
        totals={
            "a": ExpectedTotal("102", "102", "102"),
            # Meetings without a topic are left out, as the rule says: nothing is open about them.
            "b": ExpectedTotal("102", "102", "102"),
            "c": ExpectedTotal("0", "0", "100"),
            "d": ExpectedTotal("0", "0", "105"),
        },
        unreported=(("meetings", "d", 2024), ("cases", "d", 2024)),
        head={**EXTRA, **policy()},
    ),
    make_example(
        "the total ends at its ceiling, and may fall below zero where there is no floor",
        [
            judge_rate("x", "10"),
            make_indicator("plus", "9", [count_part(TENTH, None)], "bonus"),
            make_indicator("less", "6", [count_part(LOSS, {"none": {}}, distinct="topic", where=FILLED)], "minus"),
        ],
        {
            "cases": [rate("a", 9, 10), rate("b", 1, 10)],
            "meetings": [row("a"), row("a"), row("a"), row("b", topic="天"), row("b", topic="地")],
        },
        {("b", "less"): scored("0")},
        totals={"a": ExpectedTotal("12"), "b": ExpectedTotal("-4")},
        head={**EXTRA, **policy(total={"floor": None, "ceiling": "12"})},
    ),
    make_example(
        "a bonus without an end is given in full, and ends where the total has its ceiling",
        [judge_rate("x", "100"), make_indicator("plus", "open", [count_part(TENTH, None)], "bonus")],
        {"cases": [rate(unit, 9, 10) for unit in ("a", "b", "c")], **rows_of(a=300, b=7)},
        {("a", "plus"): scored("300"), ("b", "plus"): scored("7"), ("c", "plus"): pending("not_reported")},
        totals={
            "a": ExpectedTotal("150", "150", "150", rank=1),
            "b": ExpectedTotal("107", "107", "107", rank=2),
            "c": ExpectedTotal("100", "100", "150", rank=3),
        },
        unreported=(("meetings", "c", 2024),),
        head={
            "sections": [{"id": "bonus", "title": "加分", "kind": "bonus", "cap": {"g": "open"}}],
            **policy(total={"ceiling": "150"}),
        },
    ),
    make_example(
        "an input item counts nothing itself, and what is open in it leaves the total open by its reader alone",
        [
            count_marks("step", "10", "steps"),
            make_indicator(
                "x", "20", [{"measure": OF_STEP, "target": {"at_least": "100%"}, "marks": {"proportional": {}}}]
            ),
        ],
        rows_of(a=5, b=10),
        {
            ("a", "step"): scored("5"),
            ("a", "x"): scored("10"),
            ("b", "x"): scored("20"),
            ("c", "step"): pending("not_reported"),
            ("c", "x"): pending("items_open"),
        },
        totals={
            "a": ExpectedTotal("10", "10", "10", "20", rank=2),
            "b": ExpectedTotal("20", "20", "20", "20", rank=1),
            "c": ExpectedTotal("0", "0", "20", "20", status="withheld"),
        },
        unreported=(("meetings", "c", 2024),),
        head={"sections": [{"id": "steps", "title": "过程项", "kind": "input"}]},
    ),
]

GRADES = [
    {"name": "优秀", "at_least": "90"},
    {"name": "良好", "at_least": "60", "below": "90"},
    {"name": "较差", "below": "60"},
]
FINDINGS_NONE: Body = {"measure": {"findings": {"dataset": "findings"}}, "target": {"none": {}}}
VETO_SECTION: Body = {"sections": [{"id": "veto", "title": "否决", "kind": "veto"}], "cohort": {"grades": GRADES}}


def find(unit: str, indicator: str) -> Body:
    return row(unit, indicator=indicator, state="已定案", found_on=date(2024, 5, 6))


DECISIONS: list[Example] = [
    make_example(
        "a veto makes the total zero, one that is not known withholds the rank, another caps the grade",
        [
            judge_rate("x", "100"),
            make_indicator("stop", "0", [{**FINDINGS_NONE, "marks": {"veto": {"total": "zero"}}}], "veto"),
            make_indicator("dim", "0", [{**FINDINGS_NONE, "marks": {"veto": {"grade_at_most": "良好"}}}], "veto"),
        ],
        {
            "cases": [rate(unit, 9, 10) for unit in ("a", "b", "c", "d")] + [rate("e", 8, 10)],
            "findings": [find("b", "stop"), find("c", "dim"), find("e", "dim")],
        },
        {("a", "x"): scored("100"), ("d", "stop"): pending("not_reported")},
        totals={
            "a": ExpectedTotal("100", "100", "100", grade="优秀", rank=1),
            "b": ExpectedTotal("0", "0", "0", grade="较差", rank=3),
            "c": ExpectedTotal("100", "100", "100", grade="良好", rank=1),
            "d": ExpectedTotal("100", "0", "100", grade=None, rank=None, status="withheld"),
            "e": ExpectedTotal("0", grade="较差", rank=3),
        },
        unreported=(("findings", "d", 2024),),
        head={**VETO_SECTION, **policy()},
    ),
    make_example(
        "a veto on a section leaves nothing of it, the total and the other sections stand",
        [
            judge_rate("x", "100"),
            make_indicator("stop", "0", [{**FINDINGS_NONE, "marks": {"veto": {"section": "base"}}}], "veto"),
        ],
        {
            "cases": [rate(unit, 9, 10) for unit in ("a", "b", "c")],
            "findings": [find("b", "stop")],
        },
        {("b", "x"): scored("100"), ("c", "stop"): pending("not_reported")},
        totals={
            "a": ExpectedTotal("100", "100", "100", grade="优秀", rank=1),
            "b": ExpectedTotal("0", "0", "0", grade="较差", rank=2),
            "c": ExpectedTotal("100", "0", "100", grade=None, rank=None, status="withheld"),
        },
        unreported=(("findings", "c", 2024),),
        head={**VETO_SECTION, **policy()},
    ),
    make_example(
        "a veto on two things together waits for both unless one of them is as it should be",
        [
            judge_rate("x", "100"),
            make_indicator(
                "stop",
                "0",
                [
                    {**FINDINGS_NONE, "marks": {"veto": {"total": "zero"}}},
                    {
                        "measure": {"count": {"dataset": "meetings"}},
                        "target": {"at_least": "1"},
                        "marks": {"veto": {"total": "zero"}},
                    },
                ],
                "veto",
                combine={"at_least": "1"},
            ),
        ],
        {
            "cases": [rate(unit, 9, 10) for unit in ("a", "b", "c", "d")],
            "findings": [find(unit, "stop") for unit in ("a", "b", "d")],
            **rows_of(a=1, c=0),
        },
        {("a", "stop"): scored("0"), ("b", "stop"): scored("0"), ("d", "stop"): pending("not_reported")},
        totals={
            "a": ExpectedTotal("100", "100", "100", grade="优秀", rank=1),
            "b": ExpectedTotal("0", "0", "0", grade="较差", rank=3),
            "c": ExpectedTotal("100", "100", "100", grade="优秀", rank=1),
            "d": ExpectedTotal("100", "0", "100", grade=None, rank=None, status="withheld"),
        },
        unreported=(("meetings", "d", 2024),),
        head={**VETO_SECTION, **policy()},
    ),
    make_example(
        "below four fifths of the marks known there is no rank; ties share theirs",
        [count_marks("x", "80"), judge_rate("y", "20")],
        {
            **rows_of(a=70, b=70, c=75, d=60, e=80),
            "cases": [*(rate(unit, 1, 10) for unit in ("a", "b", "d")), row("c", accepted=1), rate("e", 10, 10)],
        },
        {("c", "y"): pending("counts_missing")},
        totals={
            "a": ExpectedTotal("70", grade="良好", rank=3, status="ranked"),
            "b": ExpectedTotal("70", grade="良好", rank=3, status="ranked"),
            "c": ExpectedTotal("75", "75", "95", grade="良好", rank=2, status="ranked"),
            "d": ExpectedTotal("60", grade="良好", rank=5, status="ranked"),
            "e": ExpectedTotal("100", grade="优秀", rank=1, status="ranked"),
            "f": ExpectedTotal("0", "0", "100", grade=None, rank=None, status="withheld"),
        },
        unreported=(("meetings", "f", 2024),),
        head={"cohort": {"grades": GRADES}},
    ),
    make_example(
        "each section has its own gate",
        [count_marks("x", "90", "first"), judge_rate("y", "10", "second", **ZERO_IS_NOT_APPLICABLE)],
        {**rows_of(a=70, b=70, c=70), "cases": [row("a", accepted=1), rate("b", 0, 0), rate("c", 1, 1)]},
        {("a", "y"): pending("counts_missing"), ("b", "y"): NOT_APPLICABLE},
        totals={
            "a": ExpectedTotal("70", rank=None, status="withheld"),
            "b": ExpectedTotal("77.78", rank=2, status="ranked"),
            "c": ExpectedTotal("80", rank=1, status="ranked"),
        },
        head={
            "own_base": True,
            "sections": [
                {"id": "first", "title": "一", "marks": {"g": "90"}},
                {"id": "second", "title": "二", "marks": {"g": "10"}},
            ],
            "cohort": {"full": "100"},
            "policy": {"completeness": {"each_section": "50%"}},
        },
    ),
    make_example(
        "a unit that is not named for a task is measured by the rest",
        [count_marks("x", "60"), judge_rate("y", "40", duties={"lead": ["a"], "joint": ["b"]})],
        {**rows_of(a=30, c=30), "cases": [rate("a", 1, 1), rate("c", 1, 1)]},
        {("a", "y"): scored("40"), ("b", "y"): pending("zero_denominator"), ("c", "y"): NOT_APPLICABLE},
        totals={
            "a": ExpectedTotal("70", rank=1, status="ranked"),
            "b": ExpectedTotal("0", "0", "40", rank=None, status="withheld"),
            "c": ExpectedTotal("50", rank=2, status="ranked"),
        },
    ),
    make_example(
        "an indicator of other years is not in the table",
        [count_marks("x", "60"), judge_rate("y", "40", years={"last": 2023})],
        {**rows_of(a=30), "cases": [rate("a", 1, 1)]},
        {("a", "x"): scored("30")},
        totals={"a": ExpectedTotal("50", full="100", rank=1, status="ranked")},
    ),
]

TOTALS = LEAVING + WEIGHED + EXTRAS + DECISIONS
