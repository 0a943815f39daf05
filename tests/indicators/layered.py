"""The city's pack of the docs, over its province, with one change; and what is said of it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from indicators.entries.mistakes import PackRefused
from indicators.reader import hash_pack, lint_folder

COUNTY = Path(__file__).parents[2] / "docs" / "county-pack"
CITY = COUNTY / "base"
PROVINCE = CITY / "base"


def write_change(folder: Path, file: str, old: str, new: str, pack: Path = CITY) -> Path:
    """A copy of a pack with ``old`` replaced in one of its files (added to its end where ``old`` is empty)."""
    changed = folder / pack.name
    if not changed.exists():
        shutil.copytree(pack, changed)
    path = changed / file
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    assert old in text
    path.write_text(text.replace(old, new, 1) if old else text + new, encoding="utf-8")
    return changed


def renew_hash(folder: Path) -> None:
    """Let the pack take its base as it is now, and each base before it."""
    if not (folder / "base").exists():
        return
    renew_hash(folder / "base")
    head = folder / "pack.yaml"
    text = head.read_text(encoding="utf-8")
    head.write_text(re.sub("sha256: [0-9a-f]{64}", f"sha256: {hash_pack(folder / 'base')}", text), encoding="utf-8")


def tell_mistakes(folder: Path) -> str:
    """Everything that is said of a pack that is refused."""
    with pytest.raises(PackRefused) as refused:
        lint_folder(folder)
    return "\n".join(map(str, refused.value.mistakes))


def refuse_change(folder: Path, file: str, old: str, new: str, pack: Path = CITY) -> str:
    """The same of a pack with one change; a base that is changed is taken as it is then."""
    changed = write_change(folder, file, old, new, pack)
    renew_hash(changed)
    return tell_mistakes(changed)
