"""How the house is kept: what may only become less, and what there is none of.

A number here is what stood there when it was written down: lower it with what you mend, never raise it.
Not proven here: that what is short is also clear.
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[1]
FLOORS: Final = ("indicators", "data", "scoring", "dashboard")
PATHS: Final = [path for floor in FLOORS for path in sorted((ROOT / floor).rglob("*.py"))]


@cache
def parse_trees() -> dict[Path, ast.Module]:
    """Every module of the floors: for who asks, and not for everybody who collects the tests."""
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in PATHS}


def _list_long_functions() -> Iterator[str]:
    for path, tree in parse_trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (node.end_lineno or 0) - node.lineno >= 40:
                yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"


def _list_any() -> Iterator[str]:
    for path, tree in parse_trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and node.id == "Any":
                yield f"{path.relative_to(ROOT)}:{node.lineno}"


def _list_string_subscripts() -> Iterator[str]:
    """Looks into a record by the name of a field.

    Counted by how they are written: also those that mypy checks (a TypedDict, as a run's manifest), and looks into
    tables that are keyed by names. What the number proves is that no new dict takes the place of a record.
    """
    for path, tree in parse_trees().items():
        for node in ast.walk(tree):
            match node:
                case ast.Subscript(slice=ast.Constant(value=str()), ctx=ast.Load()):
                    yield f"{path.relative_to(ROOT)}:{node.lineno}"


def _list_complex_functions() -> Iterator[str]:
    options = ("--select", "C901", "--config", "lint.mccabe.max-complexity=10", "--output-format", "json", "--no-cache")
    said = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--isolated", *options, *FLOORS],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    for each in json.loads(said):
        yield f"{Path(each['filename']).relative_to(ROOT)}:{each['location']['row']}"


@pytest.mark.parametrize(
    ("what", "most", "listing"),
    [
        ("functions of more than 40 lines", 0, _list_long_functions),
        ("functions of more than ten ways", 0, _list_complex_functions),
        ("mentions of Any", 162, _list_any),
        ("looks into a record by the name of a field", 773, _list_string_subscripts),
    ],
)
def test_what_may_only_become_less(what: str, most: int, listing: Callable[[], Iterator[str]]) -> None:
    found = list(listing())
    assert len(found) <= most, "\n".join([f"{len(found)} {what}, {most} before:", *found])


def test_no_module_has_more_than_400_lines() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in PATHS}
    assert [f"{path.relative_to(ROOT)}: {length}" for path, length in lengths.items() if length > 400] == []


def test_no_module_is_a_drawer_for_everything() -> None:
    assert [str(path) for path in PATHS if path.stem in ("utils", "util", "helpers", "common", "misc", "manager")] == []
