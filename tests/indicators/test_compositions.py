"""What a whole table may not say: of items that count only for others, of marks without an upper end."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.indicators.combined import COMPOSED, refuse_change

INPUTS, UNCAPPED = "indicators/inputs.yaml", "indicators/uncapped.yaml"
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
    (
        "a deduction without an end",
        "pack.yaml",
        "kind: bonus, cap: {counties: open}",
        "kind: deduction, cap: {counties: open}",
        "不是加分，cap 不能写 open",
    ),
    ("an open base item", UNCAPPED, "section: spread", "section: service", "只有 kind: bonus（加分）的一级指标里可以"),
    ("a share of marks without an end", UNCAPPED, 'each: "2"', 'each: "2%"', "用 award 计分，不写 cap 和百分数"),
    ("a cap beside no end", UNCAPPED, 'each: "2"', 'each: "2", cap: "9"', "用 award 计分，不写 cap 和百分数"),
    ("no rule that goes on", UNCAPPED, 'award: {each: "2"}', "ladder: {steps: []}", "用 award 计分"),
    ("marks too large to be meant", UNCAPPED, "counties: open", 'counties: "900000000"', "太大；不封顶的请写 open"),
    ("a share of an open item", INPUTS, "[1.online, 1.once]", "[1.online, 1.once, 2.articles]", "不封顶，折不成比率"),
    ("a pot below zero", INPUTS, "parts:", "combine: {pot: {at_least: '-1'}}\n    parts:", "只有 kind: bonus"),
]


@pytest.mark.parametrize(("file", "old", "new", "said"), [case[1:] for case in MISTAKES], ids=[c[0] for c in MISTAKES])
def test_what_does_not_fit_is_said(file: str, old: str, new: str, said: str, tmp_path: Path) -> None:
    assert said in refuse_change(tmp_path, file, old, new, COMPOSED)
