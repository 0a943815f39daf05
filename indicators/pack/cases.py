"""Cases of a pack: given these rows, this indicator gives these marks. They are run by ``ducha pack test``."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Generic, Literal, TypeVar

from pydantic import Field, model_validator

from indicators.entries.amounts import Id, Integer, Name, Number, Text
from indicators.entries.mistakes import Mistake, PackRefused
from indicators.entries.nearest import suggest
from indicators.entries.tables import Entry
from indicators.entries.targets import Day
from indicators.pack.documents import YamlFile, parse_document, salvage_entries
from indicators.pack.overlay import BASE, OverlayFile, ReplacedCase

Cell = str | None
Rows = dict[Name, list[dict[Name, Cell]]]


#: How an indicator ends for a unit; only ``scored`` has marks.
Outcome = Literal["scored", "pending", "not_applicable", "conflict", "exempt", "error"]


class Expected(Entry):
    """What must come out; what is left out is not looked at.

    ``veto`` is what the item does: ``zero`` to the total, the best grade that is left, ``section:`` and a section, or
    ``none``. ``sentence`` stands in the calculation that is printed.
    """

    outcome: Outcome
    marks: Number | None = None
    reason: Text | None = None
    veto: Text | None = None
    sentence: Text | None = None


class PackCase(Entry):
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


class ExpectedTotal(Entry):
    """What must come out for a unit of a whole table; what is left out is not looked at.

    ``sections``: what the items of each count together, before any cap. ``items`` by indicator, as in a case.
    """

    total: Number | None = None
    full: Number | None = None
    base: Number | None = None
    bonus: Number | None = None
    deduction: Number | None = None
    sections: dict[Id, Number] = Field(default_factory=dict)
    status: Literal["ranked", "incomplete", "not_ranked", "no_marks"] | None = None
    grade: Text | None = None
    rank: Integer | None = None
    low: Number | None = None
    high: Number | None = None
    rank_best: Integer | None = None
    rank_worst: Integer | None = None
    grade_best: Text | None = None
    grade_worst: Text | None = None
    items: dict[Id, Expected] = Field(default_factory=dict)


class TableCase(Entry):
    """A whole table: what units of a cohort reported, and what totals, ranks and grades come out.

    ``units`` holds the rows of each; a dataset with an empty list was reported without a row (零报告). Registers that
    occur are declared complete unless ``undeclared`` names them.
    """

    id: Id
    cohort: Id
    year: Integer
    as_of: Day
    units: dict[Id, Rows]
    undeclared: tuple[Name, ...] = ()
    expect: dict[Id, ExpectedTotal]
    why: Text | None = None

    @property
    def rows(self) -> Rows:
        """Those of the unit that a case is about: a table is about no single one."""
        return {}

    @property
    def others(self) -> dict[Id, Rows]:
        """Those of all units."""
        return self.units

    @property
    def reported(self) -> tuple[Name, ...]:
        """A unit's own empty lists say it."""
        return ()

    @property
    def reported_before(self) -> tuple[Name, ...]:
        """Rows of the year before say it."""
        return ()


class UnnoticedChange(Entry):
    """A change by one step of which the author says why no case can tell it, in the words of ``--mutants``."""

    indicator: Id
    change: Text
    why: Text


class CasesFile(Entry):
    cases: tuple[PackCase, ...] = ()
    tables: tuple[TableCase, ...] = ()
    unnoticed: tuple[UnnoticedChange, ...] = ()

    @model_validator(mode="after")
    def _hold(self) -> CasesFile:
        if not self.cases and not self.tables and not self.unnoticed:
            raise ValueError(
                "请写 cases（单项用例）、tables（全表用例）或 unnoticed（看不出差别的改动），不需要就删去这个文件"
            )
        return self


AnyCase = TypeVar("AnyCase", PackCase, TableCase, UnnoticedChange)


@dataclass(frozen=True)
class Placed(Generic[AnyCase]):
    """A case with the file and the line where it stands."""

    file: str
    line: int
    case: AnyCase


@dataclass(frozen=True)
class CaseFolder:
    """The cases of a pack folder, what none of them can tell, and what is wrong with those that could not be read."""

    cases: list[Placed[PackCase]]
    tables: list[Placed[TableCase]]
    mistakes: list[Mistake]
    unnoticed: list[Placed[UnnoticedChange]]

    def list_all(self) -> list[Placed[PackCase] | Placed[TableCase]]:
        """All of them, those about one item first."""
        return [*self.cases, *self.tables]


def load_cases(folder: Path) -> list[tuple[str, int, PackCase]]:
    """All cases of a pack folder with the file and line of each. Raises PackRefused with all mistakes."""
    return [(each.file, each.line, each.case) for each in _read_or_refuse(folder).cases]


def load_tables(folder: Path) -> list[Placed[TableCase]]:
    """All cases about whole tables. Raises PackRefused with all mistakes."""
    return _read_or_refuse(folder).tables


def load_unnoticed(folder: Path) -> list[Placed[UnnoticedChange]]:
    """The changes by one step that, as the author says, no case can tell. Raises PackRefused with all mistakes."""
    return _read_or_refuse(folder).unnoticed


def _read_or_refuse(folder: Path) -> CaseFolder:
    found = read_cases(folder)
    if found.mistakes:
        raise PackRefused(folder.name, found.mistakes)
    return found


def read_cases(folder: Path) -> CaseFolder:
    """The cases of a pack folder that can be read, and what is wrong with the others.

    Those of a base come first, but for the ones that the pack names as replaced.
    """
    found = _read_base_cases(folder)
    seen: dict[str, str] = {}
    for path in sorted((folder / "cases").glob("*.yaml")):
        name = f"cases/{path.name}"
        try:
            document = YamlFile(name, path.read_bytes().decode("utf-8-sig"))
        except UnicodeDecodeError:
            found.mistakes.append(Mistake(name, 0, "不是 UTF-8 编码；请另存为 UTF-8"))
            continue
        content = parse_document(document, CasesFile)
        found.mistakes.extend(document.mistakes)
        _take_entries(found.cases, document, "cases", PackCase, content.cases if content else None)
        _take_entries(found.tables, document, "tables", TableCase, content.tables if content else None)
        _take_entries(found.unnoticed, document, "unnoticed", UnnoticedChange, content.unnoticed if content else None)
    for each in found.list_all():
        if each.case.id in seen:
            found.mistakes.append(
                Mistake(each.file, each.line, f"用例编号 {each.case.id} 在 {seen[each.case.id]} 已用过")
            )
        seen[each.case.id] = f"{each.file}:{each.line}"
    found.mistakes.extend(_find_unreplaced(folder, seen))
    return found


def _read_replaced(folder: Path) -> tuple[YamlFile, tuple[ReplacedCase, ...]] | None:
    """What a pack that extends another says of its cases; what is wrong with the file its reader tells."""
    path = folder / "overlay.yaml"
    if not path.is_file():
        return None
    try:
        document = YamlFile(path.name, path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError:
        return None
    content = parse_document(document, OverlayFile)
    return (document, content.cases) if content is not None else None


def _read_base_cases(folder: Path) -> CaseFolder:
    """The cases of the base that still hold, with their files as they lie in the folder."""
    if not (folder / BASE / "pack.yaml").is_file():
        return CaseFolder([], [], [], [])
    base, read = read_cases(folder / BASE), _read_replaced(folder)
    gone = {each.case for each in read[1]} if read is not None else set()
    return CaseFolder(
        [replace(each, file=f"{BASE}/{each.file}") for each in base.cases if each.case.id not in gone],
        [replace(each, file=f"{BASE}/{each.file}") for each in base.tables if each.case.id not in gone],
        [Mistake(f"{BASE}/{each.file}", each.line, each.text) for each in base.mistakes],
        # Another number here, or another case, may make a difference: what the base says of its own is said there.
        [],
    )


def _find_unreplaced(folder: Path, known: Collection[str]) -> Iterator[Mistake]:
    """Replacements of cases that the base does not have, or by cases that the pack does not have."""
    read = _read_replaced(folder)
    if read is None:
        return
    document, replaced = read
    old = {each.case.id for each in read_cases(folder / BASE).list_all()}
    for index, each in enumerate(replaced):
        line = document.line_of(("cases", index))
        if each.case not in old:
            text = f"上级指标包没有用例 {each.case}{suggest(each.case, sorted(old))}"
            yield Mistake(document.file, line, text)
        if each.by is not None and each.by not in known:
            yield Mistake(document.file, line, f"改用的用例 {each.by} 没有写{suggest(each.by, sorted(known))}")


def _take_entries(
    kept: list[Placed[AnyCase]],
    document: YamlFile,
    key: str,
    model: type[AnyCase],
    whole: Sequence[AnyCase] | None,
) -> None:
    entries = salvage_entries(document, key, model) if whole is None else enumerate(whole)
    kept += [Placed(document.file, document.line_of((key, index)), case) for index, case in entries]
