"""The table of forms: numbered without a gap, its examples there, with the kinds that the line names.

What this does not prove: that a stranger would read a form as this table does, or find it in time.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from indicators.measures.registry import SORTS
from indicators.pack.model import Pack
from indicators.reader import find_pack, load_pack
from indicators.rules.registry import RULES

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "forms-covered.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if re.match(r"\| \d", line)]
SHOWN = [row for row in ROWS if row[4]]
MEASURES = {sort.removesuffix("_each") for sort in SORTS}


@cache
def open_pack(name: str) -> Pack:
    return load_pack(DOCS / name if (DOCS / name).is_dir() else find_pack(name))


def test_each_form_has_its_line_and_is_written_whole_or_gives_no_marks() -> None:
    assert [int(row[0]) for row in ROWS] == list(range(1, 80))
    assert sum(int(row[2]) for row in ROWS) == 93
    assert all(row[5] == "whole" or re.match("aside: .", row[5]) for row in ROWS)
    assert all(row[4] or row[5] != "whole" or re.search("`", row[3]) or row[1] == "分组排名并公开" for row in ROWS)


@pytest.mark.parametrize("row", SHOWN, ids=[f"{row[0]}-{row[4]}" for row in SHOWN])
def test_the_example_is_there_and_written_as_the_line_says(row: list[str]) -> None:
    name, _, indicator = row[4].partition("/")
    parts = open_pack(name).indicator(indicator).parts
    found = {part.marks.kind for part in parts} | {part.measure.kind for part in parts}
    words = set(re.findall("`([a-z_]+)[^`]*`", row[3]))
    # Of kinds that may stand in one another's place (or) one is enough.
    for kinds in (RULES, MEASURES):
        named = words & set(kinds)
        assert not named or named & found, f"{row[4]}：{named} 不在 {found}"
