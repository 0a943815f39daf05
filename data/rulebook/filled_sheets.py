"""The files of a pack as the lines of sheets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from data.rulebook.layout import (
    FILE_COLUMN,
    PLANS,
    RuleSheet,
    find_file,
    list_children,
    list_head_columns,
    list_sheet_columns,
)
from data.rulebook.rows import write_row
from data.rulebook.rule_columns import RuleColumn
from indicators.entries.refusal import Refusal
from indicators.pack.plain_values import Texts

#: The files of a pack by their names, every value a text.
Trees = Mapping[str, Mapping[str, Texts]]
#: More does not fit into a cell, and a line that is longer than the window cannot be read.
LONGEST = 32_000
MOST_LINES = 24


class CellTooLong(Refusal):
    """A text that no cell can hold."""

    def __init__(self, sheet: str, label: str, length: int) -> None:
        super().__init__(f"「{sheet}」的「{label}」有一段 {length} 个字，一个单元格放不下；请在 YAML 里改短后再转")


@dataclass
class FilledSheet:
    """A sheet with its columns and its lines; a line without its first cell goes on with the one above."""

    title: str
    columns: list[RuleColumn]
    lines: list[dict[RuleColumn, str]] = field(default_factory=list)


@dataclass
class HeadLine:
    """A line of the first sheet: the file, what stands there, and its text."""

    file: str
    column: RuleColumn
    text: str


def write_head(files: Trees) -> list[HeadLine]:
    """The lines of the first sheet."""
    lines = list(list_head_columns())
    cells = {
        file: write_row(files.get(file, {}), [column for owner, column in lines if owner == file]) for file, _ in lines
    }
    return [HeadLine(file, column, cells[file].get(column, "")) for file, column in lines]


def write_sheets(files: Trees) -> list[FilledSheet]:
    """All other sheets, in their order. Raises CellTooLong."""
    sheets = []
    for plan in PLANS:
        entries = list_plan_entries(files, plan)
        sheet = FilledSheet(plan.title, list_sheet_columns(plan, find_cohorts(files, plan)))
        first = FILE_COLUMN if plan.is_split else plan.owner_column
        for owner, entry in entries:
            cells = write_row(entry, [column for column in sheet.columns if column is not first])
            sheet.lines += _split_long(sheet, {**({first: owner} if first is not None else {}), **cells})
        sheets.append(sheet)
    return sheets


def find_cohorts(files: Trees, plan: RuleSheet) -> Mapping[str, str]:
    """The titles of the cohorts that have columns of their own on a sheet."""
    cohorts = {
        str(entry.get("id")): str(entry.get("title")) for entry in _list_entries(files.get("pack.yaml", {}), "cohorts")
    }
    return cohorts if _fit_cohorts(plan, [entry for _, entry in list_plan_entries(files, plan)], cohorts) else {}


def list_plan_entries(files: Trees, plan: RuleSheet) -> list[tuple[str, Mapping[str, Texts]]]:
    """The entries of a sheet, each with its file, or with the id of the one that it belongs to."""
    found: list[tuple[str, Mapping[str, Texts]]] = []
    parent = next((other for other in PLANS if other.title == plan.parent), plan)
    without = [child.field for child in list_children(plan)]
    for name, tree in files.items():
        if find_file(name) != plan.file:
            continue
        for entry in _list_entries(tree, parent.field):
            own = [entry] if parent is plan else _list_entries(entry, plan.field)
            owner = name if parent is plan else str(entry.get("id"))
            found += [(owner, {key: each for key, each in one.items() if key not in without}) for one in own]
    return found


def _list_entries(tree: Mapping[str, Texts], key: str) -> list[Mapping[str, Texts]]:
    entries = tree.get(key, [])
    return [entry for entry in entries if isinstance(entry, Mapping)] if isinstance(entries, Sequence) else []


def _fit_cohorts(plan: RuleSheet, entries: Sequence[Mapping[str, Texts]], cohorts: Mapping[str, str]) -> bool:
    """Whether all that could have columns by cohort is written for cohorts of the pack, and for at least one."""
    by_cohort = {column.path[0] for column in list_sheet_columns(plan, {"*": "*"}) if column.cohort}
    written = [entry[key] for entry in entries for key in by_cohort if key in entry]
    return all(isinstance(each, Mapping) and each and each.keys() <= cohorts.keys() for each in written)


def _split_long(sheet: FilledSheet, cells: dict[RuleColumn, str]) -> list[dict[RuleColumn, str]]:
    """The line, and as many that go on with it as its longest list asks for."""
    lines: list[dict[RuleColumn, str]] = [{}]
    for column, text in cells.items():
        for number, piece in enumerate(_cut(sheet, column, text)):
            if number == len(lines):
                lines.append({})
            lines[number][column] = piece
    return lines


def _cut(sheet: FilledSheet, column: RuleColumn, text: str) -> list[str]:
    several = column.shape.forms == 1 and not column.shape.scalar
    pieces: list[list[str]] = [[]]
    for line in text.split("\n") if several else [text]:
        size = sum(map(len, pieces[-1])) + len(pieces[-1])
        if len(line) > LONGEST:
            raise CellTooLong(sheet.title, column.label, len(line))
        if pieces[-1] and (size + len(line) > LONGEST or len(pieces[-1]) >= MOST_LINES):
            pieces.append([])
        pieces[-1].append(line)
    return ["\n".join(piece) for piece in pieces]
