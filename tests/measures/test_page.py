"""docs/adding-a-measure.md is done as it stands, in a copy of the tree: a kind is two files, a rule and its cases.

What this does not prove: that the figure of the new kind is right beyond its cases; for the kinds that there are the
reference scorer shows that.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "adding-a-measure.md").read_text(encoding="utf-8")
#: Folder and file, as the first line of a block says, and what follows it.
BLOCKS = re.findall(r"^```\w+\n# (\S+/\S+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
ASKED = {"sql_under_review", "worlds", "line_for_a_kind"}


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tree in which everything on the page has been done."""
    root = tmp_path_factory.mktemp("tree")
    for folder in ("indicators", "data", "scoring", "docs", "tests"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", root)
    for name, text in BLOCKS:
        path = root / name
        assert not path.exists(), f"the page adds {name}, which is there already"
        path.write_text(text, encoding="utf-8")
    return root


def run(tree: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A Python module, with the copy before everything else on the path."""
    environment = {**os.environ, "PYTHONPATH": str(tree)}
    command = [sys.executable, "-m", *words]
    return subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, encoding="utf-8")


def test_a_kind_is_one_file_on_each_of_two_floors() -> None:
    floors = [name.split("/")[0] for name, _ in BLOCKS if name.endswith(".py")]
    assert floors == ["indicators", "scoring"]


@pytest.mark.parametrize("command", ["lint", "test"])
def test_the_pack_with_the_new_kind_is_in_order_and_its_cases_pass(tree: Path, command: str) -> None:
    done = run(tree, "scoring.cli.main", "pack", command, str(tree / "docs" / "example-pack"))
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_is_asked_of_the_new_kind_beside_is_what_the_page_says(tree: Path) -> None:
    done = run(tree, "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", "tests/measures/test_rooms.py")
    failed = re.findall(r"^FAILED \S+::(\w+)", done.stdout, re.MULTILINE)
    assert {next((word for word in ASKED if word in name), name) for name in failed} == ASKED, done.stdout[-3000:]
