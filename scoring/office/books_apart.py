"""Workbooks of rules, read and written in a process of its own: what people send in, and what takes seconds."""

from __future__ import annotations

from pathlib import Path

from data.apart.process import Child, ChildLimits
from scoring.office.rulebooks import read_rulebook, write_rulebook

LIMITS = ChildLimits(seconds=120, memory=2 * 1024**3)


def read_book_apart(source: Path, folder: Path, limits: ChildLimits = LIMITS) -> None:
    """Write the pack of a workbook into a new folder. Raises what ``read_rulebook`` raises, and Stopped."""
    with Child(limits, begin_work) as child:
        child.ask(read_one, source.absolute(), folder.absolute())


def write_book_apart(folder: Path, target: Path, limits: ChildLimits = LIMITS) -> None:
    """Write the workbook of a pack's folder into a file. Raises what ``write_rulebook`` raises, and Stopped."""
    with Child(limits, begin_work) as child:
        child.ask(write_one, folder.absolute(), target.absolute())


def begin_work() -> str:
    """What a child holds that needs nothing but what it is sent."""
    return "ready"


def read_one(held: str, source: Path, folder: Path) -> bool:
    """In the child."""
    read_rulebook(source, folder)
    return True


def write_one(held: str, folder: Path, target: Path) -> bool:
    """In the child."""
    target.write_bytes(write_rulebook(folder).content)
    return True


def make_ready() -> None:
    """All that it takes is loaded with this module."""
