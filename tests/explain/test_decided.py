"""An item that open parts cannot change any more is explained as what it is: scored, with what is open said to be."""

from __future__ import annotations

from pathlib import Path

import pytest

from scoring.explain import explain_item
from scoring.run import score
from tests.reference.examples_decided import COMBINED
from tests.worlds import store_tables


@pytest.mark.parametrize(
    ("example", "unit", "words"),
    [
        (0, "a", "2 个适用的部分中有 1 个达到目标，另有 1 个还没有定（已不影响结果）,需要 1 个,够;得 6.00 分"),
        (1, "c", "2 个适用的部分中有 0 个达到目标，另有 1 个还没有定（已不影响结果）,需要 2 个,不够;得 0.00 分"),
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
