"""Every path that the docs name is there: links, files and folders of the tree, and names of modules alone.

What this does not prove: that a file still does what the sentence around its name says. Names that the docs make up
as examples are in folders that the tree does not have, and are not looked at.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    (
        *(page for page in (ROOT / "docs").rglob("*.md") if "sources" not in page.parts),
        *ROOT.glob("README*.md"),
        ROOT / "CONTRIBUTING.md",
        *(ROOT / "tests").rglob("README.md"),
    )
)
#: What ``make`` leaves and git does not keep.
MADE = {"workspace", "workspace-published", ".venv", ".pytest_cache"}
#: ``NAME`` and the like stand for what a reader puts in.
_STAND_IN = re.compile(r"\b[A-Z]{2,}\b(?!\.md)")
_CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_LINK = re.compile(r"\]\(([^)\s#]+)(?:#[^)]*)?\)")


@cache
def list_names() -> frozenset[str]:
    """The names of all files of the tree."""
    kept = (path for path in ROOT.iterdir() if path.name not in MADE and path.name != ".git")
    return frozenset(each.name for path in kept for each in (path.rglob("*") if path.is_dir() else [path]))


def list_paths(text: str) -> list[str]:
    """What stands in code and is a path from the root, or the name of a module alone."""
    tops = {path.name for path in ROOT.iterdir()} - MADE
    words = [word.strip(".,;:()") for code in _CODE.findall(text) for word in code.split()]
    found = [word for word in words if "/" in word and word.split("/")[0] in tops and not _STAND_IN.search(word)]
    # ``indicators/staff.yaml`` is a file of a pack, and no pack lies at the root.
    found = [word for word in found if not re.fullmatch(r"indicators/[^/]+\.yaml", word)]
    return found + [word for word in words if re.fullmatch(r"[a-z_]+\.(py|js|typ)", word)]


def is_there(path: str) -> bool:
    """Whether the tree has it; ``*`` stands for anything, and a module's name alone may be in any folder."""
    path = path.split("::")[0]
    if "*" in path:
        return next(ROOT.glob(path), None) is not None
    return (ROOT / path).exists() if "/" in path else path in list_names()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_path_that_a_page_names_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    missing = [path for path in list_paths(text) if not is_there(path)]
    missing += [link for link in _LINK.findall(text) if ":" not in link and not (page.parent / link).exists()]
    assert not missing


def test_a_path_that_is_not_there_would_be_seen() -> None:
    text = "`scoring/no_such.py`, `indicators/`, `data/*/no_such_*.py`, `indicators/rules/NAME.py`, `gone_away.py`"
    assert [path for path in list_paths(text) if not is_there(path)] == [
        "scoring/no_such.py",
        "data/*/no_such_*.py",
        "gone_away.py",
    ]
