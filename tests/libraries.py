"""Shared libraries that the environment's packages expect of the system: found by asking the loader, not by a list.

A wheel should bring what it needs and some do not: Playwright's node wants ``libatomic.so.1``, which a bare Debian
lacks and every machine with a compiler has.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

_MISSING = re.compile(r"^\t(\S+) => not found$")


def find_missing(environment: Path) -> dict[str, list[Path]]:
    """Every library that is not there -> the files of the environment that could not be started or imported for it."""
    files = list(_list_loadable(environment))
    missing: dict[str, list[Path]] = {}
    for path, lines in zip(files, _ask_loader(files), strict=True):
        for line in lines:
            if found := _MISSING.match(line):
                missing.setdefault(found[1], []).append(path)
    return missing


def find_library(name: str, user: Path) -> str | None:
    """Where the loader finds the library for that file now."""
    for line in _ask_loader([user])[0]:
        if (found := re.match(rf"\t{re.escape(name)} => (.+)$", line)) and found[1] != "not found":
            return found[1]
    return None


def name_package(library: str) -> str:
    """The Debian package of ``libNAME.so.VERSION`` or ``libNAME-VERSION.so``, as Debian's policy (8.1) names it."""
    stem, _, version = library.partition(".so")
    version = version.lstrip(".")
    hyphen = "-" if version and stem[-1].isdigit() else ""
    return f"{stem}{hyphen}{version}".lower().replace("_", "-")


def _list_loadable(environment: Path) -> Iterator[Path]:
    # What is started or imported; what those load is asked for with them. A library that nobody loads need not load.
    for path in sorted(environment.rglob("*")):
        module = path.name.endswith(tuple(EXTENSION_SUFFIXES))
        if (module or (".so" not in path.name and os.access(path, os.X_OK))) and path.is_file():
            content = path.read_bytes() if module else _read_start(path)
            if content.startswith(b"\x7fELF") and (not module or b"PyInit_" in content):
                yield path


def _read_start(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(4)


def _ask_loader(files: list[Path]) -> list[list[str]]:
    # One call for all; with one file ``ldd`` does not say its name. A program without libraries says so and fails.
    said = subprocess.run(
        ("ldd", *map(str, files), "/bin/sh"),
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LC_ALL": "C"},
    ).stdout
    blocks: list[list[str]] = []
    for line in said.splitlines():
        if line.startswith("\t"):
            blocks[-1].append(line)
        elif line.endswith(":"):
            blocks.append([])
    return blocks[: len(files)]
