"""Cases of a pack: given these rows, this indicator gives these marks. They are run by ``ducha pack test``."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from indicators.entries.amounts import Id, Integer, Name, Number, Text
from indicators.entries.mistakes import Mistake, PackRefused
from indicators.entries.tables import Entry
from indicators.entries.targets import Day
from indicators.pack.documents import YamlFile, parse_document, salvage_entries

Cell = str | None
Rows = dict[Name, list[dict[Name, Cell]]]


class Expected(Entry):
    """What must come out; what is left out is not looked at.

    ``veto`` is what the item does to the total: ``zero``, the best grade that is left, or ``none``.
    """

    outcome: Literal["scored", "pending", "not_applicable", "conflict", "exempt", "error"]
    marks: Number | None = None
    reason: Text | None = None
    veto: Text | None = None


class Case(Entry):
    """One case. The case's unit is the first member of its cohort unless ``unit`` names another.

    Rows leave out the unit, and the year where it is the case's own. A dataset with rows, or named in
    ``reported``, has been reported for the year, and for the years from the first on where a measure reads them;
    ``reported_before`` for the year before. Registers are declared complete unless ``undeclared`` names them.
    ``others`` holds the rows of other units.
    """

    id: Id
    indicator: Id
    cohort: Id
    unit: Id | None = None
    year: Integer
    as_of: Day
    rows: Rows = Field(default_factory=dict)
    reported: tuple[Name, ...] = ()
    reported_before: tuple[Name, ...] = ()
    undeclared: tuple[Name, ...] = ()
    others: dict[Id, Rows] = Field(default_factory=dict)
    expect: Expected
    why: Text | None = None


class CasesFile(Entry):
    cases: tuple[Case, ...]


def load_cases(folder: Path) -> list[tuple[str, int, Case]]:
    """All cases of a pack folder with the file and line of each. Raises PackRefused with all mistakes."""
    found, mistakes = read_cases(folder)
    if mistakes:
        raise PackRefused(folder.name, mistakes)
    return found


def read_cases(folder: Path) -> tuple[list[tuple[str, int, Case]], list[Mistake]]:
    """The cases of a pack folder that can be read, each with its file and line, and what is wrong with the others."""
    found: list[tuple[str, int, Case]] = []
    mistakes: list[Mistake] = []
    seen: dict[str, str] = {}
    for path in sorted((folder / "cases").glob("*.yaml")):
        name = f"cases/{path.name}"
        try:
            document = YamlFile(name, path.read_bytes().decode("utf-8-sig"))
        except UnicodeDecodeError:
            mistakes.append(Mistake(name, 0, "不是 UTF-8 编码；请另存为 UTF-8"))
            continue
        content = parse_document(document, CasesFile)
        mistakes += document.mistakes
        entries = enumerate(content.cases) if content else salvage_entries(document, "cases", Case)
        for index, case in entries:
            line = document.line_of(("cases", index))
            if case.id in seen:
                mistakes.append(Mistake(name, line, f"用例编号 {case.id} 在 {seen[case.id]} 已用过"))
            seen[case.id] = f"{name}:{line}"
            found.append((name, line, case))
    return found, mistakes
