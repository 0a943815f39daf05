"""What a whole table may not say of items that count only for others."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.indicators.combined import COMPOSED, refuse_change

INPUTS = "indicators/inputs.yaml"
KIND = "kind: input}"
NEITHER = "不计入总分；请删去 marks 和 cap"

MISTAKES = [
    (
        "an input that nobody reads",
        INPUTS,
        "[1.online, 1.once]",
        "[1.online]",
        "中间项 1.once 在 counties 没有指标取",
    ),
    ("an input with a cap", "pack.yaml", KIND, 'kind: input, cap: {counties: "1"}}', NEITHER),
    (
        "an input with marks",
        "pack.yaml",
        KIND,
        'kind: input, marks: {counties: "4"}}',
        "不计入总分；请删去 marks 和 cap",
    ),
    ("a pot below zero", INPUTS, "parts:", "combine: {pot: {at_least: '-1'}}\n    parts:", "只有 kind: bonus"),
]


@pytest.mark.parametrize(("file", "old", "new", "said"), [case[1:] for case in MISTAKES], ids=[c[0] for c in MISTAKES])
def test_what_does_not_fit_is_said(file: str, old: str, new: str, said: str, tmp_path: Path) -> None:
    assert said in refuse_change(tmp_path, file, old, new, COMPOSED)
