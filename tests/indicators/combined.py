"""The pack of docs/combined-pack with one change, and what is said of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from indicators.entries.mistakes import PackRefused
from indicators.reader import load_pack

COMBINED = Path(__file__).parents[2] / "docs" / "combined-pack"


def refuse_change(folder: Path, file: str, old: str, new: str) -> str:
    """Everything that is said of the pack with ``old`` replaced in a file of its indicators."""
    changed = folder / "combined-pack"
    shutil.copytree(COMBINED, changed)
    path = changed / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(PackRefused) as refused:
        load_pack(changed)
    return "\n".join(map(str, refused.value.mistakes))
