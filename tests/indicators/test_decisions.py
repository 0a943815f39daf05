"""Tables with a case too few, a row too many or a question that nobody can answer are refused, in words.

A table without mistakes need not be what the marking sheet means.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.indicators.combined import refuse_change

LAST = '          - {when: {会议: {at_least: "2"}}, marks: "3"}\n'
ALL = '          - {any_of: [{会议: {at_least: "2"}}, {会议: {below: "2"}}], marks: "3"}\n'
COUNTED = "        measure: {count: {dataset: meetings}}\n        marks: "
#: What is replaced, by what, and the words of the refusal.
CASES = {
    "a case without a row": ('        otherwise: "0"\n', "", "「机构」没有达到目标，「会议」是 1 时没有一行成立"),
    "a row that is never reached": (LAST, LAST + LAST, "第 4 行轮不到"),
    "a row that contradicts itself": ('{会议: {at_least: "2"}}', "{机构: not_applicable}", "不会是不适用"),
    "rows that overlap": ("hit: first ", "hit: only ", "第 1 行和第 2 行重叠：「机构」达到目标"),
    "otherwise for no case": (LAST, ALL, "用不上 otherwise"),
    "full marks out of reach": ('marks: "10"}', 'marks: "9"}', "得不到满分 10"),
    "a part that is not there": ("when: {机构: reached,", "when: {机关: reached,", "没有 title 是「机关」的部分"),
    "reached without a target": ('        target: {at_least: "1"} ', "        ", "说不上达到没有"),
    "a percentage of a number": ('{会议: {at_least: "2"}}', '{会议: {at_least: "2%"}}', "请写成不带 % 的数"),
    "marks of its own": (COUNTED + "{condition: {}}", COUNTED + '{award: {each: "1"}}', "计分请写 condition: {}"),
    "a word that is none": ("{机构: reached, ", "{机构: 是, ", "只能写 reached"),
    "a row without a condition": ('{when: {会议: {at_least: "2"}}, marks', "{marks", "when（各条件都成立）"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_table_that_makes_no_sense_is_refused(name: str, tmp_path: Path) -> None:
    old, new, words = CASES[name]
    assert words in refuse_change(tmp_path, "indicators/tables.yaml", old, new)
