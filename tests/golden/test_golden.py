"""What a release changes in any mark or word is known before it is released.

What this does not prove: anything of kinds and data that neither pack's demonstration nor its cases have; and that a
golden file was not written anew by hand, which a reader of the change sees.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scoring.cli.demo import build_published
from scoring.results.version import RESULTS_VERSION
from tests.golden.outcomes import PACKS, WORDS, find_folder, find_inputs, list_differing, write_cases
from tests.golden.worlds import write_demo_words, write_results

CHANGES = (Path(__file__).parents[2] / "CHANGELOG.md").read_text(encoding="utf-8")


def read_golden(version: int) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in find_folder(version).glob("*.tsv")}


def read_section(version: int) -> str:
    """What CHANGELOG.md says of a results version."""
    found = re.search(rf"^### Results version {version}\n(.*?)(?=^##|\Z)", CHANGES, re.MULTILINE | re.DOTALL)
    return found[1] if found else ""


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("published") / "w"
    build_published(root)
    return root


def test_the_runs_of_both_packs_give_what_this_version_gave(demo: Path, published: Path) -> None:
    golden, now = read_golden(RESULTS_VERSION), write_results(demo, published)
    assert now.keys() == golden.keys()
    moved = {name: differing for name, text in now.items() if (differing := list_differing(golden[name], text))}
    same = [name for name in moved if find_inputs(golden[name]) == find_inputs(now[name])]
    assert not same, f"raise RESULTS_VERSION, python -m tests.golden, and name in CHANGELOG.md what moved: {moved}"
    assert not moved, f"other packs or data: python -m tests.golden, and look at the difference: {moved}"


def test_the_words_about_every_mark_of_the_demonstration_are_those_that_were_written_down(demo: Path) -> None:
    moved = list_differing(WORDS.read_text(encoding="utf-8"), write_demo_words(demo))
    assert not moved, "other words: python -m tests.golden, and say in CHANGELOG.md what is said otherwise"


def test_the_cases_of_both_packs_expect_what_this_version_gave() -> None:
    known = (find_folder() / "cases.tsv").read_text(encoding="utf-8")
    assert list_differing(known, write_cases()) == []
    assert all(f"#\t{name} " in known for name in PACKS)


@pytest.mark.parametrize("version", range(1, RESULTS_VERSION + 1))
def test_the_changelog_names_what_each_version_of_results_moved(version: int) -> None:
    said = read_section(version)
    assert said, f"CHANGELOG.md has no section ### Results version {version}"
    if version > 1:
        before, after = read_golden(version - 1), read_golden(version)
        moved = {name for file in after for _, name in list_differing(before.get(file, ""), after[file])}
        assert not {name for name in moved - {"总分"} if name not in said}


def test_a_mark_that_moves_is_seen_and_so_is_a_word() -> None:
    before = "#\tpack 1\tx\ncounties\t35.lectures\tabc\ta=2.00 b=1.00\ncounties\t总分\tdef\ta=90.00/1\n"
    assert list_differing(before, before.replace("b=1.00", "b=1.01")) == [("counties", "35.lectures")]
    assert list_differing(before, before.replace("/1", "/2")) == [("counties", "总分")]
    assert list_differing(before, "\n".join(before.splitlines()[:-1])) == [("counties", "总分")]
    assert list_differing(before, before.replace("pack 1", "pack 2")) == []
