"""Examples of every marks member, of comparison within the cohort, and of rounding."""

from __future__ import annotations

from datetime import date

from tests.reference.example import (
    IN_PROPORTION,
    NOT_APPLICABLE,
    YES_NO,
    Body,
    Example,
    conflict,
    make_example,
    make_indicator,
    make_part_example,
    pending,
    row,
    scored,
)
from tests.reference.examples_tallies import RATE, count_part


def rows_of(**counts: int) -> dict[str, list[Body]]:
    """So many meetings per unit."""
    return {"meetings": [row(unit, held_on=date(2024, 5, 6)) for unit, count in counts.items() for _ in range(count)]}


def values_of(**values: str) -> dict[str, list[Body]]:
    """A value per unit, as the latest of its scores."""
    return {"scores": [row(unit, seq=1, value=value) for unit, value in values.items()]}


def value_part(marks: Body, target: Body | None) -> Body:
    part: Body = {"measure": {"latest": {"dataset": "scores", "column": "value", "order": "seq"}}, "marks": marks}
    return part if target is None else {**part, "target": target}


def rate_part(marks: Body, target: Body) -> Body:
    return {"measure": {"ratio": RATE}, "target": target, "marks": marks}


def rate(unit: str, closed: int, accepted: int) -> Body:
    return row(unit, closed=closed, accepted=accepted)


def peer_part(better: str, **form: object) -> Body:
    return value_part({"relative": {"better": better, **form}}, None)


LINES: list[Example] = [
    make_part_example(
        "all or nothing may leave something",
        count_part({"all_or_nothing": {"otherwise": "40%"}}, {"equals": "1"}),
        rows_of(a=1, b=2),
        {"a": scored("10"), "b": scored("4"), "c": scored("4")},
    ),
    make_part_example(
        "proportional from 60% to 90% with a base of 2, clipped on both sides",
        rate_part({"proportional": {"from": "60%", "base": "2"}}, {"at_least": "90%"}),
        {"cases": [rate("a", 75, 100), rate("b", 60, 100), rate("c", 10, 100), rate("d", 100, 100), rate("e", 7, 10)]},
        {"a": scored("6"), "b": scored("2"), "c": scored("2"), "d": scored("10"), "e": scored("4.67")},
    ),
    make_part_example(
        "proportional where lower is better",
        value_part({"proportional": {"from": "10"}}, {"at_most": "2"}),
        values_of(a="2", b="6", c="10", d="11", e="0"),
        {"a": scored("10"), "b": scored("5"), "c": scored("0"), "d": scored("0"), "e": scored("10")},
    ),
    make_part_example(
        "a ladder's border belongs to the step that says so",
        rate_part(
            {
                "ladder": {
                    "steps": [
                        {"below": "80%", "marks": "0"},
                        {"at_least": "80%", "at_most": "95%", "marks": "60%"},
                        {"above": "95%", "marks": "100%"},
                    ]
                }
            },
            {"at_least": "95%"},
        ),
        {"cases": [rate("a", 799, 1000), rate("b", 80, 100), rate("c", 95, 100), rate("d", 951, 1000)]},
        {"a": scored("0"), "b": scored("6"), "c": scored("6"), "d": scored("10")},
    ),
    *(
        make_part_example(
            f"each percentage point short of 90% costs 0.5, a part of a point counts {partial}",
            rate_part({"per_shortfall": {"each": "0.5", "per": "1%", "partial": partial}}, {"at_least": "90%"}),
            {"cases": [rate("a", 875, 1000), rate("b", 90, 100), rate("c", 100, 100), rate("d", 1, 100)]},
            {"a": scored(marks), "b": scored("10"), "c": scored("10"), "d": scored("0")},
        )
        for partial, marks in (("up", "8.5"), ("down", "9"), ("exact", "8.75"))
    ),
    make_part_example(
        "below the basis it costs up to a cap, above it pays up to full marks",
        value_part(
            {
                "per_shortfall": {
                    "each": "2",
                    "partial": "up",
                    "cap": "5",
                    "at_target": "60%",
                    "beyond": {"each": "0.4", "per": "0.5", "partial": "down"},
                }
            },
            {"at_least": "5"},
        ),
        values_of(a="5", b="4.9", c="0", d="6.2", e="20", f="5.49"),
        {"a": scored("6"), "b": scored("4"), "c": scored("1"), "d": scored("6.8"), "e": scored("10"), "f": scored("6")},
    ),
]

EVENTS: list[Example] = [
    make_part_example(
        "the first one is free, the second costs 1, the third 2, and so does every further one, up to a cap",
        count_part({"per_occurrence": {"each": ["1", "2"], "free": "1", "cap": "6"}}, {"none": {}}),
        rows_of(a=0, b=1, c=2, d=3, e=4, f=5),
        {"a": scored("10"), "b": scored("10"), "c": scored("9"), "d": scored("7"), "e": scored("5"), "f": scored("4")},
    ),
    make_part_example(
        "a fraction of an occurrence costs a fraction",
        {
            "measure": {"sum": {"dataset": "meetings", "column": "amount"}},
            "target": {"none": {}},
            "marks": {"per_occurrence": {"each": ["1"], "free": "1"}},
        },
        {"meetings": [row("a", amount="2.25"), row("b", amount="0.5")]},
        {"a": scored("8.75"), "b": scored("10")},
    ),
    make_part_example(
        "a light level costs 10%, a grave one 4",
        {
            "measure": {"findings": {"dataset": "findings", "by": "severity"}},
            "target": {"none": {}},
            "marks": {"per_occurrence": {"levels": {"轻微": "10%", "严重": "4"}}},
        },
        {
            "findings": [
                *(row("a", indicator="x", state="已认定", severity=level) for level in ("轻微", "轻微", "严重")),
                *(row("b", indicator="x", state="已认定", severity="严重") for _ in range(3)),
            ]
        },
        {"a": scored("4"), "b": scored("0"), "c": scored("10")},
    ),
    make_part_example(
        "each one is paid, up to a cap, whatever the target",
        count_part({"award": {"each": "1.5", "cap": "4"}}, {"at_least": "2"}),
        rows_of(a=0, b=2, c=3),
        {"a": scored("0"), "b": scored("3"), "c": scored("4")},
    ),
    make_part_example(
        "only what exceeds the target is paid",
        count_part({"award": {"each": "1.5", "beyond_target": "true"}}, {"at_least": "2"}),
        rows_of(a=1, b=2, c=3, d=20),
        {"a": scored("0"), "b": scored("0"), "c": scored("1.5"), "d": scored("10")},
    ),
]

FIVE = values_of(a="9", b="9", c="5", d="4", e="0")

PEERS: list[Example] = [
    make_part_example(
        "ties share a rank: 1, 1, 3",
        peer_part("higher", rank_table={"marks": ["100%", "8", "5"], "beyond": "1"}),
        FIVE,
        {"a": scored("10"), "b": scored("10"), "c": scored("5"), "d": scored("1"), "e": scored("1")},
    ),
    make_part_example(
        "the first third of five is two places where a part of one counts, and nobody is left out of a tie",
        peer_part(
            "higher",
            rank_share={
                "partial": "up",
                "beyond": "1",
                "steps": [{"upto": "1/3", "marks": "10"}, {"upto": "60%", "marks": "5"}],
            },
        ),
        FIVE,
        {"a": scored("10"), "b": scored("10"), "c": scored("5"), "d": scored("1"), "e": scored("1")},
    ),
    make_part_example(
        "the first third of five is one place where a part of one does not count: a tie for it holds both",
        peer_part(
            "higher",
            rank_share={"partial": "down", "steps": [{"upto": "1/3", "marks": "10"}, {"upto": "70%", "marks": "5"}]},
        ),
        FIVE,
        {"a": scored("10"), "b": scored("10"), "c": scored("5"), "d": scored("0"), "e": scored("0")},
    ),
    make_part_example(
        "lower is better, each rank costs 4, but never below 1",
        peer_part("lower", rank_step={"step": "4", "floor": "1"}),
        FIVE,
        {"e": scored("10"), "d": scored("6"), "c": scored("2"), "a": scored("1"), "b": scored("1")},
    ),
    make_part_example(
        "in proportion to the best; below zero is zero",
        peer_part("higher", ratio_to_best={}),
        values_of(a="9", b="3", c="-1", d="2"),
        {"a": scored("10"), "b": scored("3.33"), "c": scored("0"), "d": scored("2.22")},
    ),
    make_part_example(
        "best over own where lower is better",
        peer_part("lower", ratio_to_best={}),
        values_of(a="2", b="8", c="2"),
        {"a": scored("10"), "b": scored("2.5"), "c": scored("10")},
    ),
    make_part_example(
        "where the best is zero all others have nothing",
        peer_part("lower", ratio_to_best={}),
        values_of(a="0", b="8"),
        {"a": scored("10"), "b": scored("0")},
    ),
    make_part_example(
        "between the worst with 60% and the best with full marks",
        peer_part("higher", min_max={"base": "60%"}),
        values_of(a="10", b="4", c="1"),
        {"a": scored("10"), "b": scored("7.33"), "c": scored("6")},
    ),
    make_part_example(
        "against the exact mean of 4: no worse costs nothing",
        peer_part("higher", peer_mean={"each": "1", "cap": "20%"}),
        values_of(a="6", b="4", c="3.5", d="2.5"),
        {"a": scored("10"), "b": scored("10"), "c": scored("9.5"), "d": scored("8.5")},
    ),
    make_part_example(
        "all equal, for every form",
        peer_part("higher", rank_table={"marks": ["10", "8"]}, all_equal="70%"),
        values_of(a="6", b="6.0"),
        {"a": scored("7"), "b": scored("7"), "c": pending("no_value")},
    ),
    make_part_example(
        "one unit alone is equal to itself, and who has no figure is nobody's peer",
        peer_part("higher", min_max={}),
        values_of(a="6"),
        {"a": scored("10"), "b": NOT_APPLICABLE, "c": pending("no_value")},
        exclude={"units": ["b"]},
    ),
    make_part_example(
        "a unit in conflict does not push others down",
        {
            "measure": {"ratio": RATE},
            "marks": {"relative": {"better": "higher", "rank_table": {"marks": ["10", "5"]}}},
        },
        {"cases": [rate("a", 1, 2), rate("b", 1, 4), rate("c", 3, 2), rate("d", 2, 4)]},
        {"a": scored("10"), "b": scored("0"), "c": conflict("numerator_above_denominator"), "d": scored("10")},
    ),
]

COMBINED: list[Example] = [
    make_part_example(
        "a tie of rounding goes up: 10/16 of a mark is 0.63",
        rate_part(IN_PROPORTION, {"at_least": "100%"}),
        {"cases": [rate("a", 1, 16), rate("b", 1, 3)]},
        {"a": scored("0.63"), "b": scored("3.33")},
    ),
    make_part_example(
        "no decimals: 2.5 is 3",
        rate_part(IN_PROPORTION, {"at_least": "100%"}),
        {"cases": [rate("a", 1, 4), rate("b", 249, 1000)]},
        {"a": scored("3"), "b": scored("2")},
        head={"precision": 0},
    ),
    make_example(
        "each part is rounded for itself, and parts that do not apply leave",
        [
            make_indicator(
                "x",
                "3",
                [
                    rate_part(IN_PROPORTION, {"at_least": "100%"}),
                    count_part(IN_PROPORTION, {"at_least": "3"}),
                    count_part(IN_PROPORTION, {"at_least": "3"}, distinct="topic"),
                ],
                not_applicable_when={"denominator": "zero"},
            )
        ],
        {
            "cases": [rate("a", 1, 3), rate("b", 0, 0), rate("c", 1, 3)],
            "meetings": [*(row(unit, topic="天") for unit in ("a", "b", "c"))],
        },
        {"a": scored("0.99"), "b": scored("0.66"), "c": pending("not_reported")},
        unreported=(("meetings", "c", 2024),),
    ),
    make_example(
        "all parts that apply must reach their target",
        [
            make_indicator(
                "x",
                "6",
                [rate_part(YES_NO, {"at_least": "90%"}), count_part(YES_NO, {"at_least": "1"})],
                combine="all",
                not_applicable_when={"denominator": "zero"},
            )
        ],
        {
            "cases": [rate("a", 9, 10), rate("b", 9, 10), rate("c", 0, 0), rate("d", 8, 10)],
            "meetings": [row("a"), row("c"), row("d")],
        },
        {"a": scored("6"), "b": scored("0"), "c": scored("6"), "d": scored("0")},
    ),
    make_example(
        "two of three reach; fewer apply, fewer are asked",
        [
            make_indicator(
                "x",
                "6",
                [
                    rate_part(YES_NO, {"at_least": "90%"}),
                    rate_part(YES_NO, {"at_least": "50%"}),
                    count_part(YES_NO, {"at_least": "1"}),
                ],
                combine={"at_least": 2},
                not_applicable_when={"denominator": "zero"},
            )
        ],
        {
            "cases": [rate("a", 6, 10), rate("b", 6, 10), rate("c", 0, 0), rate("d", 0, 0), rate("e", 11, 10)],
            "meetings": [row("a"), row("c"), row("e")],
        },
        {
            "a": scored("6"),
            "b": scored("0"),
            "c": scored("6"),
            "d": scored("0"),
            "e": conflict("numerator_above_denominator"),
        },
    ),
]

MARKS = LINES + EVENTS + PEERS + COMBINED
