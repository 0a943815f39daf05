"""The warning above a ranking that the ledger has left behind. That it is right: tests/scoring/test_uncounted.py."""

from __future__ import annotations

from dashboard.uncounted import describe_uncounted
from scoring.uncounted import Uncounted

NAMES = {f"u{number}": f"第{number}县" for number in range(7)}


def test_few_units_are_named_and_many_are_counted() -> None:
    few = [Uncounted("u1", "问题", 2), Uncounted("u2", "问题", 1), Uncounted("u1", "评定", 1)]
    assert describe_uncounted(NAMES, few) == "这次评分以后有变动,还没有计入排名:问题 3 条、评定 1 条(第1县、第2县)。"
    many = [Uncounted(unit, "问题", 1) for unit in NAMES]
    assert (
        describe_uncounted(NAMES, many)
        == "这次评分以后有变动,还没有计入排名:问题 7 条(第0县、第1县、第2县、第3县、第4县 等 7 个单位)。"
    )
