"""Examples of conditions: days, months on both sides of one, columns beside each other, and what holds together."""

from __future__ import annotations

from datetime import date

from tests.reference.example import YES_NO, Body, Example, make_part_example, month, pending, row, scored


def count_part(dataset: str, where: Body, goal: str = "1") -> Body:
    return {
        "measure": {"count": {"dataset": dataset, "where": where}},
        "target": {"at_most": goal},
        "marks": YES_NO,
    }


CONDITIONS: list[Example] = [
    make_part_example(
        "a month that lies on both sides of a day leaves a condition open, one on one side does not",
        count_part("statistics", {"done_on": {"above": "06-15"}}, "0"),
        {
            "statistics": [
                row("a", subject="甲", done_on=date(2024, 6, 15), done_on__last=date(2024, 6, 15)),
                row("b", subject="甲", **month("done_on", 2024, 6)),
                row("c", subject="甲", **month("done_on", 2023, 7)),
                row("d", subject="甲"),
            ]
        },
        {"a": scored("10"), "b": pending("counts_missing"), "c": scored("0"), "d": pending("counts_missing")},
    ),
    make_part_example(
        "a column beside another: the same day is not later, and an empty cell on either side is unknown",
        count_part("reports", {"archived": {"above": {"column": "accepted_on"}}}, "0"),
        {
            "reports": [
                row("a", accepted_on=date(2024, 3, 1), archived=date(2024, 3, 1)),
                row("b", accepted_on=date(2024, 3, 1), archived=date(2024, 3, 2)),
                row("c", archived=date(2024, 3, 2)),
                row("d", accepted_on=date(2024, 3, 10), **month("archived", 2024, 3)),
            ]
        },
        {"a": scored("10"), "b": scored("0"), "c": pending("counts_missing"), "d": pending("counts_missing")},
    ),
    make_part_example(
        "what must not hold together counts where one does not; beside one that holds an empty cell decides nothing",
        count_part("cases", {"not": {"kind": "甲", "accepted": {"at_least": "5"}}}, "0"),
        {
            "cases": [
                row("a", kind="甲", accepted=5),
                row("b", kind="甲", accepted=4),
                row("c", kind="乙"),
                row("d", kind="甲"),
            ]
        },
        {"a": scored("10"), "b": scored("0"), "c": scored("0"), "d": pending("counts_missing")},
    ),
]
