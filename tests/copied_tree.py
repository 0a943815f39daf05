"""A page of the docs that tells how to add something, done as it stands in a copy of the tree."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]


def list_blocks(page: Path) -> list[tuple[str, str]]:
    """Folder and file, as the first line of a block says, and what follows it."""
    return re.findall(r"^```\w+\n# (\S+/\S+)\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def copy_tree(root: Path, blocks: Sequence[tuple[str, str]]) -> Path:
    """The tree in a folder, with a new file for each block."""
    for folder in ("indicators", "data", "scoring", "docs", "tests"):
        # With what is compiled already, which Python takes for sources of the same time and size; what is just being
        # compiled has another name until it is done.
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("*.pyc.*"))
    shutil.copy(ROOT / "pyproject.toml", root)
    for name, text in blocks:
        path = root / name
        assert not path.exists(), f"the page adds {name}, which is there already"
        path.write_text(text, encoding="utf-8")
    return root


def run_in(tree: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Python with these arguments, and the copy before everything else on its path."""
    environment = {**os.environ, "PYTHONPATH": str(tree)}
    command = [sys.executable, *words]
    return subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, encoding="utf-8")
