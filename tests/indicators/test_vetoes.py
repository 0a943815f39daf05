"""Vetoes that look at several things together are refused where nobody could say when they strike.

What a veto does to totals stands in the examples of the reference scorer.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.indicators.combined import refuse_change

SAME = "marks: {veto: {total: zero}}   # 各部分的后果写成一样"
CASES = {
    "parts that are added": ('combine: {at_least: "1"} ', "combine: sum ", "一票否决有几个部分的，请写 combine: all"),
    "parts of different effect": (SAME, "marks: {veto: {section: work}}", "同一项一票否决的各部分后果不同"),
    "marks beside a veto": (SAME, "marks: {all_or_nothing: {}}", "那里也只放 veto"),
    "two effects at once": ("{veto: {section: work}}", "{veto: {section: work, total: zero}}", "之一"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_veto_that_makes_no_sense_is_refused(name: str, tmp_path: Path) -> None:
    old, new, words = CASES[name]
    assert words in refuse_change(tmp_path, "indicators/vetoes.yaml", old, new)
