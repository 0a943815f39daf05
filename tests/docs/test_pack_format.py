"""docs/pack-format.md names every key there is, and the pack that it shows is one that works.

What this does not prove: that the meaning written beside a key is right, or that a stranger understands it.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from indicators.lint.combinations import MEASURES_OF_MARKS, TARGETS_OF_MARKS
from indicators.pack.model import Pack
from indicators.reader import load_pack
from scoring.cases.run import run_cases
from tests.docs.keys import TABLES, list_models, list_rows

DOCS = Path(__file__).parents[2] / "docs"
EXAMPLE = DOCS / "example-pack"
COMBINED = DOCS / "combined-pack"
PAGE = (DOCS / "pack-format.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(?:yaml|text)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def read_files(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


FILES, COMBINED_FILES = read_files(EXAMPLE), read_files(COMBINED)


def read_table(heading: str) -> list[list[str]]:
    """The cells of the table that follows a heading or line of the page, without its head."""
    _, found, rest = PAGE.partition(f"\n{heading}\n")
    assert found, f"the page has no line {heading!r}"
    lines = rest[rest.index("| --- ") :].split("\n\n")[0].splitlines()[1:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


@cache
def load_example() -> Pack:
    return load_pack(EXAMPLE)


def test_every_model_of_the_pack_has_its_keys_in_a_table() -> None:
    assert list_models() == {entry for table in TABLES.values() for _, entry in table}


@pytest.mark.parametrize("heading", TABLES)
def test_a_table_lists_the_keys_of_its_models_with_value_required_and_default(heading: str) -> None:
    assert [tuple(row[:4]) for row in read_table(f"### {heading}")] == list_rows(heading)


@pytest.mark.parametrize("heading", TABLES)
def test_every_key_has_a_meaning(heading: str) -> None:
    assert [row[0] for row in read_table(f"### {heading}") if len(row) != 5 or not row[4]] == []


def test_the_page_says_which_marks_fit_which_measures_and_targets() -> None:
    def tick(names: tuple[str, ...]) -> str:
        return ", ".join(f"`{name}`" for name in names)

    assert read_table("| marks | measures | targets |") == [
        [f"`{name}`", tick(measures), tick(TARGETS_OF_MARKS[name]) if name in TARGETS_OF_MARKS else "any"]
        for name, measures in MEASURES_OF_MARKS.items()
    ]


def test_the_page_shows_yaml() -> None:
    assert len(BLOCKS) > len(FILES) / 2


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.splitlines()[0].strip())
def test_what_the_page_shows_stands_word_for_word_in_an_example_pack(block: str) -> None:
    assert any(block in text for text in (*FILES.values(), *COMBINED_FILES.values()))


@pytest.mark.parametrize("name", [name for name in FILES if not name.startswith("cases/")])
def test_the_page_shows_the_whole_of_every_file_but_the_cases(name: str) -> None:
    assert FILES[name] in BLOCKS


def test_every_indicator_of_the_combined_pack_stands_on_the_page_and_its_cases_hold() -> None:
    pack = load_pack(COMBINED)
    shown = "\n".join(BLOCKS)
    assert [indicator.id for indicator in pack.indicators if f"- id: {indicator.id}\n" not in shown] == []
    report = run_cases(pack, COMBINED)
    assert (report.failures, report.untested) == ([], [])


def test_the_example_pack_has_no_mistake_and_says_that_it_is_invented() -> None:
    assert load_example().head.fictional


def test_the_cases_of_the_example_pack_hold_and_leave_no_indicator_out() -> None:
    report = run_cases(load_example(), EXAMPLE)
    assert (report.failures, report.untested) == ([], [])
    assert report.run


@pytest.mark.parametrize("kind", ["count", "ratio", "date", "share_of_people", "findings"])
def test_the_example_pack_shows_the_usual_measures(kind: str) -> None:
    assert kind in {part.measure.kind for indicator in load_example().indicators for part in indicator.parts}


@pytest.mark.parametrize("kind", ["base", "bonus", "deduction", "veto"])
def test_the_example_pack_shows_every_kind_of_section(kind: str) -> None:
    assert kind in {section.kind for section in load_example().head.sections}
