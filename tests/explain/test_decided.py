"""An item that open parts cannot change any more is explained as what it is: scored, with what is open said to be."""

from __future__ import annotations

from pathlib import Path

import pytest

from scoring.engine.run import score
from scoring.explain.record import explain_item
from tests.reference.examples_decided import COMBINED
from tests.reference.examples_units import UNITS
from tests.worlds import store_tables


@pytest.mark.parametrize(
    ("example", "unit", "words"),
    [
        (0, "a", "2 个适用的部分中有 1 个达到目标，另有 1 个还没有定（已不影响结果），需要 1 个，够；得 6.00 分"),
        (1, "c", "2 个适用的部分中有 0 个达到目标，另有 1 个还没有定（已不影响结果），需要 2 个，不够；得 0.00 分"),
    ],
)
def test_what_is_open_beside_a_decided_item_is_said_to_change_nothing(
    example: int, unit: str, words: str, tmp_path: Path
) -> None:
    found = COMBINED[example]
    inputs = store_tables(found.pack, found.tables, found.scopes, tmp_path)
    result = score(found.pack, inputs, found.year, found.as_of, threads=1)
    record = explain_item(found.pack, inputs, result, "g", unit, "x")
    assert (record["outcome"], record["calculation"]) == ("scored", words)
    still = [part for part in record["parts"] if part["outcome"] in ("pending", "conflict")]
    assert [part["next_step"] for part in still] == ["这一部分还没有定，但已经不影响本项得分；台账仍请补齐或更正。"]


def test_what_several_merged_units_owed_is_reckoned_together(tmp_path: Path) -> None:
    [found] = [example for example in UNITS if example.name.startswith("days late of both are added")]
    inputs = store_tables(found.pack, found.tables, found.scopes, tmp_path)
    result = score(found.pack, inputs, found.year, found.as_of, threads=1)
    record = explain_item(found.pack, inputs, result, "g", "new", "x")
    owed = "合并前各单位应办的各算一件，逾期完成 2 件，没有完成 0 件，到截止日合计逾期 5 日"
    assert record["calculation"] == f"{owed}；10 分 - 0.1 分 × 5 = 9.50 分"
