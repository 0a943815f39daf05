"""A pack of the docs with one change, and what is said of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from indicators.entries.mistakes import PackRefused
from indicators.reader import load_pack

DOCS = Path(__file__).parents[2] / "docs"
COMBINED, COMPOSED = DOCS / "combined-pack", DOCS / "composed-pack"


def refuse_change(folder: Path, file: str, old: str, new: str, pack: Path = COMBINED) -> str:
    """Everything that is said of the pack with ``old`` replaced in one of its files."""
    changed = folder / pack.name
    shutil.copytree(pack, changed)
    path = changed / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(PackRefused) as refused:
        load_pack(changed)
    return "\n".join(map(str, refused.value.mistakes))
