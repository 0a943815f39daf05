"""Who knows one kind of a closed set: every place in the code that names a kind of measure, or of marks, by itself.

A kind is a room: what is particular to it stands in its own module on each floor, and everything else asks the
registry. This finds what does not, by the syntax alone: no type is inferred, so a kind that is reached through a name
of another shape is not seen.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
FLOORS = ("indicators", "data", "scoring", "dashboard")


@dataclass(frozen=True)
class Closed:
    """A closed set: the word for whoever holds a member (``measure``), its kinds and the classes of these."""

    holders: frozenset[str]
    kinds: frozenset[str]
    classes: frozenset[str]
    #: Where the kinds are at home.
    rooms: tuple[str, ...]


@dataclass(frozen=True)
class Place:
    """A line that names a kind: by its member (and whether only to ask if there is one), its class or its name."""

    module: str
    line: int
    kind: str
    how: str

    def __str__(self) -> str:
        return f"{self.module}:{self.line} {self.how} {self.kind}"


def list_places(closed: Closed) -> list[Place]:
    """Every place outside the rooms, in the order of modules and lines."""
    found = []
    for path in (path for floor in FLOORS for path in sorted((ROOT / floor).rglob("*.py"))):
        module = path.relative_to(ROOT).as_posix()
        if not module.startswith(closed.rooms):
            places = find_knowers(ast.parse(path.read_text(encoding="utf-8")), module, closed)
            found += sorted(places, key=lambda place: place.line)
    return found


def find_knowers(tree: ast.AST, module: str, closed: Closed) -> Iterator[Place]:
    """Every place in one module."""
    nodes = list(ast.walk(tree))
    tested = {id(node.left) for node in nodes if isinstance(node, ast.Compare) and _is_none(node)}
    tested |= {id(each.value) for each in nodes if isinstance(each, ast.NamedExpr) and id(each) in tested}
    for node in nodes:
        if isinstance(node, ast.Attribute) and node.attr in closed.kinds and _holds(node.value, closed):
            yield Place(module, node.lineno, node.attr, "tests" if id(node) in tested else "reads")
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("indicators."):
            for name in (alias.name for alias in node.names if alias.name in closed.classes):
                yield Place(module, node.lineno, name, "imports")
        elif isinstance(node, ast.Compare) and _asks_kind(node.left, closed):
            for name in _list_words(node.comparators, closed):
                yield Place(module, node.lineno, name, "compares")
        elif isinstance(node, ast.Match) and _asks_kind(node.subject, closed):
            for case in node.cases:
                for name in _list_words([case.pattern], closed):
                    yield Place(module, case.pattern.lineno, name, "compares")


def _is_none(node: ast.Compare) -> bool:
    return any(isinstance(each, ast.Constant) and each.value is None for each in node.comparators)


def _holds(node: ast.AST, closed: Closed) -> bool:
    return _say(node) in closed.holders


def _asks_kind(node: ast.AST, closed: Closed) -> bool:
    """Whether it is the name of a kind: a holder's ``.kind``, a ``figure``, its ``.name``, or what names figures."""
    if isinstance(node, ast.Call):
        return _say(node.func) == "name_figure"
    if isinstance(node, ast.Attribute) and node.attr in ("kind", "name"):
        return _say(node.value) in closed.holders | {"figure"}
    return _say(node) == "figure"


def _say(node: ast.AST) -> str:
    """The last word of a name."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _list_words(nodes: Sequence[ast.AST], closed: Closed) -> Iterator[str]:
    for node in nodes:
        for each in ast.walk(node):
            if isinstance(each, ast.Constant) and each.value in closed.kinds:
                yield each.value
