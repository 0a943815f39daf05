"""The glossary is the code's: what it names is there, and one name of a module means one thing.

Not proved here: that a module holds what its name says.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
TERMS, NAMES = (part.split("| --- |", 1)[1] for part in PAGE.split("\n## ")[1:])
#: Kinds have one name on both floors.
KINDS = {f"{floor}/{room}" for floor in ("indicators", "scoring") for room in ("measures", "rules")}
#: Whose modules are called after the thing that they show, make or read.
AFTER = {"dashboard/views", "scoring/cli", "data/demo", "indicators/lint", "indicators/texts"}


def list_rows(table: str) -> list[list[str]]:
    return [
        [cell.strip() for cell in line.strip("| ").split(" | ")] for line in table.splitlines()[1:] if " | " in line
    ]


def find_rooms() -> dict[str, set[str]]:
    """By the name of a module the folders that have one."""
    found: dict[str, set[str]] = defaultdict(set)
    for floor in ("indicators", "data", "scoring", "dashboard"):
        for path in (ROOT / floor).rglob("*.py"):
            if not path.stem.startswith("__"):
                found[path.stem].add(path.parent.relative_to(ROOT).as_posix())
    return found


def test_every_term_stands_once_in_either_language_and_where_it_says() -> None:
    rows = list_rows(TERMS)
    assert len(rows) >= 30
    for column in (0, 1):
        words = [row[column] for row in rows]
        assert sorted(set(words)) == sorted(words)
    for row in rows:
        path, *classes = re.findall(r"`([^`]+)`", row[3])
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        assert set(classes) <= {node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}, row


def test_a_module_of_a_name_that_stands_more_than_once_is_the_same_thing() -> None:
    known = {row[0].strip("`") for row in list_rows(NAMES)}
    rooms = find_rooms()
    own = {name: places - AFTER for name, places in rooms.items()}
    doubled = {name for name, places in own.items() if len(places) > 1 and not places <= KINDS}
    assert doubled - known == set(), "say in docs/glossary.md what they have in common, or rename one"
    assert {name for name in known if len(rooms[name]) < 2} == set()


def test_a_class_has_a_name_of_its_own() -> None:
    found: dict[str, set[str]] = defaultdict(set)
    for floor in ("indicators", "data", "scoring", "dashboard"):
        for path in (ROOT / floor).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ClassDef):
                    found[node.name].add(path.relative_to(ROOT).as_posix())
    # A kind's own model and its registry are called alike in the rooms of measures and of rules.
    doubled = {
        name for name, paths in found.items() if len(paths) > 1 and not {p.rsplit("/", 1)[0] for p in paths} <= KINDS
    }
    alike = {name for name, paths in found.items() if {p.rsplit("/", 1)[-1] for p in paths} == {"registry.py"}}
    assert doubled - alike == set(), "rename one of the two"
