"""docs/adding-a-measure.md is done as it stands, in a copy of the tree: a kind is two files, a rule and its cases.

What this does not prove: that the figure of the new kind is right beyond its cases; for the kinds that there are the
reference scorer shows that.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.copied_tree import ROOT, copy_tree, list_blocks, run_in

BLOCKS = list_blocks(ROOT / "docs" / "adding-a-measure.md")
ASKED = {"sql_under_review", "worlds", "line_for_a_kind"}


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tree in which everything on the page has been done."""
    return copy_tree(tmp_path_factory.mktemp("tree"), BLOCKS)


def test_a_kind_is_one_file_on_each_of_two_floors() -> None:
    floors = [name.split("/")[0] for name, _ in BLOCKS if name.endswith(".py")]
    assert floors == ["indicators", "scoring"]


@pytest.mark.parametrize("command", ["lint", "test"])
def test_the_pack_with_the_new_kind_is_in_order_and_its_cases_pass(tree: Path, command: str) -> None:
    done = run_in(tree, "-m", "scoring.cli.main", "pack", command, str(tree / "docs" / "example-pack"))
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_is_asked_of_the_new_kind_beside_is_what_the_page_says(tree: Path) -> None:
    done = run_in(tree, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", "tests/measures/test_rooms.py")
    failed = re.findall(r"^FAILED \S+::(\w+)", done.stdout, re.MULTILINE)
    assert {next((word for word in ASKED if word in name), name) for name in failed} == ASKED, done.stdout[-3000:]
