"""One entry of a pack as the lines that a workbook has of it, to be filled in anywhere, and back into the files.

An indicator is a line of its own, one for each part, clause and change; a dataset one for each column. What stands in
the fields, what may be chosen and what is wrong with it follow from the same models as on the sheets.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from data.rulebook.filled_sheets import Trees, find_cohorts, list_plan_entries
from data.rulebook.layout import (
    FILE_COLUMN,
    HEAD_SHEET,
    RuleSheet,
    find_plan,
    list_children,
    list_head_columns,
    list_sheet_columns,
)
from data.rulebook.rows import read_row, write_row
from data.rulebook.rule_columns import RuleColumn
from data.rulebook.sheet_lines import Place
from indicators.entries.shapes import list_fields
from indicators.pack.plain_values import Texts

#: Why a task has no indicator, where nobody has said it yet.
NOT_ASSESSED = "本办决定不考核；请写明理由"
#: What is edited of the head of a pack.
HEAD_FILE = "pack.yaml"


@dataclass(frozen=True)
class EntryPlace:
    """Where an entry stands: its sheet, its file, and the how manieth it is there; the head of a pack is 0."""

    sheet: str
    file: str
    at: int = 0

    @property
    def place(self) -> Place:
        """The place in the file."""
        return () if self.sheet == HEAD_SHEET else (find_plan(self.sheet).field, self.at)


@dataclass
class FormLine:
    """A line to fill in: the sheet that it would stand on, its columns, and what stands there."""

    sheet: str
    columns: tuple[RuleColumn, ...]
    cells: dict[RuleColumn, str] = field(default_factory=dict)


@dataclass(frozen=True)
class WrongField:
    """What is wrong, and in which line and column; without a column the line as a whole, without a line elsewhere."""

    text: str
    line: int | None = None
    column: RuleColumn | None = None


@dataclass(frozen=True)
class FilledEntry:
    """The files with the entry as it was filled in, where each field of it stands there, and what cannot be read."""

    files: Trees
    places: Mapping[Place, tuple[int, RuleColumn | None]]
    wrong: tuple[WrongField, ...]

    def find_field(self, place: Place) -> tuple[int, RuleColumn | None] | None:
        """The field of a place, or of the nearest one around it that belongs to the entry."""
        for length in range(len(place), 0, -1):
            if (found := self.places.get(place[:length])) is not None:
                return found
        return None


def list_places(files: Trees, sheet: str) -> list[tuple[EntryPlace, str]]:
    """The entries of a sheet, each with its id."""
    plan, counts, found = find_plan(sheet), dict.fromkeys(files, 0), []
    for name, entry in list_plan_entries(files, plan):
        found.append((EntryPlace(sheet, name, counts[name]), str(entry.get("id", counts[name] + 1))))
        counts[name] += 1
    return found


def open_entry(files: Trees, place: EntryPlace) -> list[FormLine]:
    """The lines of an entry: its own first, then those of the sheets that belong to it."""
    if place.sheet == HEAD_SHEET:
        columns = tuple(column for file, column in list_head_columns() if file == HEAD_FILE)
        return [FormLine(HEAD_SHEET, columns, write_row(files.get(HEAD_FILE, {}), columns))]
    plan = find_plan(place.sheet)
    entry = _read_entry(files, place)
    without = {child.field for child in list_children(plan)}
    own = {key: each for key, each in entry.items() if key not in without}
    lines = [_write_line(files, plan, own)]
    for child in list_children(plan):
        lines += [_write_line(files, child, each) for each in _list_mappings(entry.get(child.field))]
    return lines


def begin_line(files: Trees, sheet: str) -> FormLine:
    """An empty line of a sheet."""
    return _write_line(files, find_plan(sheet), {})


def put_entry(files: Trees, place: EntryPlace, lines: Sequence[FormLine]) -> FilledEntry:
    """The files with the entry that the lines hold in its place."""
    entry: dict[str, Texts] = {}
    places: dict[Place, tuple[int, RuleColumn | None]] = {}
    wrong: list[WrongField] = []
    for number, line in enumerate(lines):
        read = read_row(line.cells, line.columns)
        where = place.place
        if number and (plan := find_plan(line.sheet)):
            before = entry.get(plan.field, [])
            assert isinstance(before, list)
            where = (*where, plan.field, len(before))
            entry[plan.field] = [*before, dict(read.entry)]
        else:
            entry.update(read.entry)
        places.setdefault(where, (number, None))
        for column, path in read.paths.items():
            for length in range(len(path), 0, -1):
                places.setdefault((*where, *path[:length]), (number, column))
        wrong += [WrongField(each.text, number, each.column) for each in read.wrong]
        told = {each.column for each in read.wrong}
        missing = (column for column in read.paths if column.required and not line.cells.get(column, "").strip())
        wrong += [WrongField(f"缺少「{column.label}」", number, column) for column in missing if column not in told]
    return FilledEntry(_replace(files, place, entry), places, tuple(wrong))


def add_entry(files: Trees, like: EntryPlace, id: str) -> tuple[Trees, EntryPlace]:
    """The files with a copy of an entry behind the last one of its file, under another id."""
    field_name = find_plan(like.sheet).field
    entries = _list_mappings(files[like.file].get(field_name))
    tree = {**files[like.file], field_name: [*entries, {**_read_entry(files, like), "id": id}]}
    return {**files, like.file: tree}, EntryPlace(like.sheet, like.file, len(entries))


def drop_entry(files: Trees, place: EntryPlace) -> Trees:
    """The files without the entry."""
    field_name = find_plan(place.sheet).field
    entries = _list_mappings(files[place.file].get(field_name))
    return {**files, place.file: {**files[place.file], field_name: entries[: place.at] + entries[place.at + 1 :]}}


def drop_rule(files: Trees, place: EntryPlace) -> Trees:
    """The files without an indicator and its cases; a task that no other one is about is waived, in words to change."""
    gone = _read_entry(files, place)
    left = drop_entry(files, place)
    rules = [entry for name in left for entry in _list_mappings(left[name].get("indicators"))]
    served = {task for rule in rules for task in _list_texts(rule.get("obligations"))}
    free = {task for task in _list_texts(gone.get("obligations")) if task not in served}
    changed: dict[str, Mapping[str, Texts]] = {}
    for name, tree in left.items():
        changed[name] = tree
        if name.startswith("cases/"):
            cases = [each for each in _list_mappings(tree.get("cases")) if each.get("indicator") != gone.get("id")]
            changed[name] = {**tree, "cases": cases}
        elif name == "obligations.yaml":
            tasks = [
                {**each, "waived": NOT_ASSESSED} if each.get("id") in free and "waived" not in each else each
                for each in _list_mappings(tree.get("obligations"))
            ]
            changed[name] = {**tree, "obligations": tasks}
    return changed


def _list_texts(value: Texts) -> list[str]:
    return (
        [] if value is None or isinstance(value, str | Mapping) else [each for each in value if isinstance(each, str)]
    )


def _write_line(files: Trees, plan: RuleSheet, entry: Mapping[str, Texts]) -> FormLine:
    left_out = (FILE_COLUMN, plan.owner_column)
    columns = tuple(each for each in list_sheet_columns(plan, find_cohorts(files, plan)) if each not in left_out)
    return FormLine(plan.title, columns, write_row(entry, columns))


def _read_entry(files: Trees, place: EntryPlace) -> Mapping[str, Texts]:
    return _list_mappings(files[place.file].get(find_plan(place.sheet).field))[place.at]


def _list_mappings(value: Texts) -> list[Mapping[str, Texts]]:
    return [] if value is None or isinstance(value, str | Mapping) else [e for e in value if isinstance(e, Mapping)]


def _replace(files: Trees, place: EntryPlace, entry: dict[str, Texts]) -> Trees:
    tree = files[place.file]
    if place.sheet == HEAD_SHEET:
        shown = {column.path[0] for file, column in list_head_columns() if file == HEAD_FILE}
        rest = {key: each for key, each in tree.items() if key not in shown}
        return {**files, place.file: {**entry, **rest}}
    plan = find_plan(place.sheet)
    entries: list[Texts] = [*_list_mappings(tree.get(plan.field))]
    entries[place.at] = {**dict(_keep_needed(plan)), **entry}
    return {**files, place.file: {**tree, plan.field: entries}}


def _keep_needed(plan: RuleSheet) -> Iterator[tuple[str, Texts]]:
    """Lists that must be there, empty where no line was filled in."""
    children = {child.field for child in list_children(plan)}
    yield from ((each.key, []) for each in list_fields(plan.model) if each.required and each.key in children)
