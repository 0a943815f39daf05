"""Pots that make no sense are refused, in words that say what to write.

A pot that is allowed need not be what the marking sheet means.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.indicators.combined import refuse_change

ARTICLES = "        group: articles\n        measure: {count: {dataset: press, where: {kind: 采用"
PRAISE = 'adds: "10"\n        measure: {count: {dataset: press, where: {kind: 表扬'
VOID = "        target: {none: {}}\n        marks: {all_or_nothing: {}}"
#: What is replaced, by what, and the words of the refusal.
CASES = {
    "a part that neither takes nor adds": ('        takes: "10"                 #', "        #", "请写 takes"),
    "a part that takes and adds": (
        '        adds: "10"                  #',
        '        voids: true\n        adds: "1" #',
        "之一",
    ),
    "takes without a pot": ("    combine: {pot: {}} ", "    combine: sum ", "只用于 combine: {pot: …}"),
    "worth in a pot": ('takes: "100%" ', 'worth: {counties: "16"}\n        takes: "100%" ', "请删去 worth"),
    "a void without a target": (VOID, '        marks: {per_occurrence: {each: ["1"]}}', "请写 target"),
    "a group that does not exist": (ARTICLES, ARTICLES.replace("articles", "article"), "是不是「articles」"),
    "a group in itself": ("{name: articles,", "{name: articles, within: articles,", "绕一圈"),
    "an empty group": ("        group: articles\n", "", "没有任何部分"),
    "a group without bounds": (', at_most: "3"}', "}", "没有写上下限"),
    "a group that must take": (', at_most: "3"}', ', at_most: "-3"}', "请写 0 或正数"),
    "a start above full marks": ('start: "0" ', 'start: "5" ', "超过满分 4"),
    "a start below the floor": ('at_least: "-3"', 'at_least: "1"', "低于 at_least"),
    "full marks out of reach": (PRAISE, PRAISE.replace("10", "0.5"), "加满也只有 3.5 分"),
    "an amount too fine": ('at_least: "-3"', 'at_least: "-2.505"', "太细"),
    "a base item below nothing": (
        "    combine: {pot: {}} ",
        '    combine: {pot: {at_least: "-1"}} ',
        "只有 kind: bonus",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_pot_that_makes_no_sense_is_refused(name: str, tmp_path: Path) -> None:
    old, new, words = CASES[name]
    assert words in refuse_change(tmp_path, "indicators/pots.yaml", old, new)
