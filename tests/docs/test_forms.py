"""docs/forms.md shows rules that stand in its two packs, and their cases come out as worked out by hand.

What this does not prove: that the forms are all that an office may write, or that a stranger finds the right one.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from indicators.reader import load_pack
from scoring.cases.run import run_cases

DOCS = Path(__file__).parents[2] / "docs"
FOLDERS = [DOCS / "forms-pack", DOCS / "composed-pack"]
BLOCKS = re.findall(r"^```yaml\n(.*?)^```$", (DOCS / "forms.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
RULES = [path for folder in FOLDERS for path in sorted((folder / "indicators").iterdir())]
TEXTS = [path.read_text(encoding="utf-8") for path in (*RULES, *(folder / "pack.yaml" for folder in FOLDERS))]


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.splitlines()[0].strip())
def test_what_the_page_shows_stands_word_for_word_in_the_pack(block: str) -> None:
    assert any(block in text for text in TEXTS)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_pack_loads_and_its_cases_hold_and_leave_no_rule_out(folder: Path) -> None:
    pack = load_pack(folder)
    report = run_cases(pack, folder)
    assert (report.failures, report.untested) == ([], [])
    assert report.run


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_every_file_of_rules_is_shown(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert path.stem == "base" or any(block in text for block in BLOCKS)
