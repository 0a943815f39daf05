"""Every line of docs/security.md names tests that there are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
ROWS = [row for row in re.findall(r"^\| (.*) \|$", PAGE, re.MULTILINE) if not row.startswith(("threat", "---"))]
DEFINED = {
    name
    for path in (ROOT / "tests").rglob("test_*.py")
    for name in re.findall(r"^(?:async )?def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
}


def test_the_page_has_a_table() -> None:
    assert len(ROWS) > 25 and all(len(row.split(" | ")) == 3 for row in ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split(" | ")[0][:40])
def test_what_holds_a_threat_off_is_tested(row: str) -> None:
    _, held, tested = row.split(" | ")
    names, files = re.findall(r"`(test_\w+…?)`", tested), re.findall(r"`(tests/[\w/]+\.py)`", tested)
    assert names or files or tested == "the same"
    for name in names:
        begins = name.removesuffix("…")
        assert name in DEFINED or (name != begins and any(each.startswith(begins) for each in DEFINED)), name
    for file in [*files, *re.findall(r"`((?:data|dashboard|scoring)/[\w/]+\.py)`", held)]:
        assert (ROOT / file).is_file(), file
