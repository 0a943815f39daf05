"""A team's workbook that came home: its rows become actions, merged with what others did meanwhile.

For every row of an existing object three versions are held against each other: what was handed out, what stands
now, and what the form says. Nothing that somebody else changed is overwritten unless it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from data.cells.parser import parse_cell
from data.cells.values import CellMistake
from data.files.mistakes import FileMistake, FileRefused, name_cell
from data.files.raw_cells import ErrorCell, RawCell, ShownNumber, UncachedFormula, UnclearCell, exact_number, read_shown
from data.files.raw_sheets import RawSheet
from data.files.readers import read_sheets
from data.forms.record import read_lines
from data.forms.team import (
    FILES,
    FINDING_COLUMNS,
    FINDINGS_SHEET,
    JUDGEMENT_COLUMNS,
    JUDGEMENTS_SHEET,
    NUMBER,
    REASON,
    BaseRow,
    TeamColumn,
    TeamRecord,
    identify_ledger,
    parse_record,
    show_fields,
    turn_given,
)
from data.ledger.fields import FIELDS, name_field
from data.ledger.ledger import Ledger, find_record, list_records
from data.ledger.reading import read_visible
from data.ledger.rows import InspectionRow
from data.ledger.transitions import Action, apply_together
from data.store.database import reading
from data.trail.events import read_version
from data.trail.refusals import FieldRefused, RefusedAction, SeveralRefused
from indicators.entries.amounts import plain
from indicators.entries.tables import Column
from indicators.pack.model import Pack

Outcome = Literal["new", "edited", "parallel", "conflict", "kept", "known", "unchanged"]
OUTCOMES: dict[Outcome, str] = {
    "new": "新增",
    "edited": "修改",
    "parallel": "并行修改",
    "conflict": "冲突",
    "kept": "保留现在的内容",
    "known": "已导入过",
    "unchanged": "没有改",
}
_COLUMNS = {FINDINGS_SHEET: FINDING_COLUMNS, JUDGEMENTS_SHEET: JUDGEMENT_COLUMNS}
_KINDS = {FINDINGS_SHEET: "finding", JUDGEMENTS_SHEET: "judgement"}


@dataclass(frozen=True)
class VersionDifference:
    """A field in which versions differ: as handed out, as it stands now, and as the form has it."""

    field: str
    title: str
    base: str
    current: str
    form: str
    conflict: bool


@dataclass(frozen=True)
class MergedRow:
    """What becomes of a row of the form; ``id`` is empty until a new object has its number."""

    sheet: str
    row: int
    kind: str
    outcome: Outcome
    id: str = ""
    differences: tuple[VersionDifference, ...] = ()
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class FormImport:
    """What an import did, or with conflicts would have done; ``stored`` tells which."""

    inspection: str
    rows: tuple[MergedRow, ...]
    stored: bool

    @property
    def conflicts(self) -> list[MergedRow]:
        """The rows on which somebody must decide."""
        return [row for row in self.rows if row.outcome == "conflict"]


@dataclass(frozen=True)
class _FilledRow:
    """A filled-in row: its texts by title, its fields by name, and the place of every column."""

    sheet: str
    row: int
    texts: dict[str, str]
    places: dict[str, int]

    @property
    def kind(self) -> str:
        return _KINDS[self.sheet]

    def values(self) -> dict[str, str]:
        return {column.field: self.texts.get(column.title, "") for column in _COLUMNS[self.sheet] if column.field}

    def cell(self, name: str) -> str:
        """The address of a field's cell, by the field's name or title."""
        titles = [column.title for column in _COLUMNS[self.sheet] if name in (column.field, column.title)]
        titles += [column.title for column in _COLUMNS[self.sheet] if name_field(self.kind, column.field) == name]
        title = {"reason": REASON}.get(name, titles[0] if titles else "")
        return name_cell(self.row, self.places[title]) if title in self.places else f"第 {self.row} 行"


def import_team_form(
    ledger: Ledger,
    actor: str,
    file_name: str,
    content: bytes,
    *,
    keep: Mapping[str, Literal["ours", "theirs"]],
    now: datetime,
) -> FormImport:
    """Merge a workbook into the ledger: all of it in one transaction, or nothing.

    ``keep`` says for an object by its number (``*``: every one) whether in a conflict the form's value (ours) or
    the ledger's (theirs) is to stand. With conflicts left nothing is stored. Raises FileRefused with every mistake
    at its cell, and a RefusedAction for a person who may not read the inspection.
    """
    record = _read_record(file_name, content)
    task = read_visible(ledger, actor, InspectionRow, record.inspection) if _is_ours(ledger, record) else None
    if task is None:
        raise _refuse(file_name, "这份底稿是从另一个工作区导出的，不能导入")
    lines = list(_list_lines(file_name, content))
    if mistakes := list(_check_lines(file_name, lines, record)):
        raise FileRefused(mistakes)
    rows, planned = _plan_lines(ledger, actor, record, lines, keep)
    merge = FormImport(record.inspection, tuple(rows), stored=False)
    if merge.conflicts or not planned:
        return merge
    counts = {outcome: sum(row.outcome == outcome for row in rows) for outcome in OUTCOMES}
    said = "，".join(f"{OUTCOMES[outcome]} {count}" for outcome, count in counts.items() if count)
    note = f"{file_name}：{said}"
    taken = Action("inspection", record.inspection, "import_forms", {}, task.version, note)
    try:
        made = apply_together(ledger, actor, [*(action for _, action in planned.values()), taken], now=now)
    except SeveralRefused as several:
        origins = [line for line, _ in planned.values()]
        mistakes = [_place(file_name, origins, place, refused) for place, refused in several.refusals]
        raise FileRefused(sorted(mistakes, key=lambda each: (each.sheet or "", each.order))) from None
    for place, object_row in zip(planned, made, strict=False):
        rows[place] = replace(rows[place], id=object_row.id)
    return FormImport(record.inspection, tuple(rows), stored=True)


def _plan_lines(
    ledger: Ledger,
    actor: str,
    record: TeamRecord,
    lines: Sequence[_FilledRow],
    keep: Mapping[str, Literal["ours", "theirs"]],
) -> tuple[list[MergedRow], dict[int, tuple[_FilledRow, Action]]]:
    """What becomes of each row and, by the place of those that act, the row and its action."""
    bases = {(row.kind, row.id): row for row in record.rows}
    known = _list_known(ledger, record.inspection, actor)
    rows: list[MergedRow] = []
    planned: dict[int, tuple[_FilledRow, Action]] = {}
    for line in lines:
        base = bases.get((line.kind, line.texts.get(NUMBER, "")))
        if base is None:
            row, action = _plan_new(ledger, record, line, known)
        else:
            row, action = _plan_change(ledger, line, base, keep)
        if action is not None:
            planned[len(rows)] = (line, action)
        rows.append(row)
    return rows, planned


def _refuse(file_name: str, text: str) -> FileRefused:
    return FileRefused([FileMistake(file_name, None, None, text)])


def _is_ours(ledger: Ledger, record: TeamRecord) -> bool:
    with reading(ledger.engine) as connection:
        known = find_record(connection, InspectionRow, record.inspection)
    return known is not None and identify_ledger(ledger) == record.ledger


def _read_record(file_name: str, content: bytes) -> TeamRecord:
    record = parse_record(read_lines(content))
    if record is None:
        raise _refuse(
            file_name, "不是督察底稿，或者里面的隐藏记录被改动过；请用 ducha inspection export-forms 导出的原文件"
        )
    return record


def _list_lines(file_name: str, content: bytes) -> Iterator[_FilledRow]:
    """The rows that somebody filled in, of both sheets."""
    for sheet in read_sheets(file_name, content):
        if sheet.sheet in _COLUMNS:
            yield from _list_sheet(file_name, sheet, _COLUMNS[sheet.sheet])


def _list_sheet(file_name: str, sheet: RawSheet, columns: Sequence[TeamColumn]) -> Iterator[_FilledRow]:
    wanted = {column.title for column in columns}
    header = 0
    places: dict[str, int] = {}
    for row, cells in sheet.rows[:10]:
        found = {str(cell).strip(): place for place, cell in enumerate(cells) if str(cell).strip() in wanted}
        if len(found) > len(places):
            header, places = row, found
    if missing := wanted - places.keys():
        text = f"找不到列「{'、'.join(sorted(missing))}」；请不要改列名或删列"
        raise FileRefused([FileMistake(file_name, sheet.sheet, None, text)])
    judged = sheet.sheet == JUDGEMENTS_SHEET
    for row, cells in sheet.rows:
        _refuse_unclear(file_name, sheet, row, cells, places)
        texts = {title: _read_cell(cells[place]) for title, place in places.items() if place < len(cells)}
        filled = [texts.get(title, "") for title in (("等级", "评分", "理由") if judged else wanted)]
        if row > header and any(filled):
            yield _FilledRow(str(sheet.sheet), row, texts, places)


def _refuse_unclear(
    file_name: str, sheet: RawSheet, row: int, cells: Sequence[RawCell], places: Mapping[str, int]
) -> None:
    """Raise FileRefused at a cell that shows nothing sure: a failed formula, a picture, a hidden number."""
    for title, place in places.items():
        cell = cells[place] if place < len(cells) else None
        unsure = isinstance(cell, (UnclearCell, UncachedFormula, ErrorCell))
        if unsure or (isinstance(cell, ShownNumber) and not cell.shown):
            wrong = parse_cell(cell, Column(name="cell", title=title, type="text", required=False))
            assert isinstance(wrong, CellMistake), "no column takes such a cell"
            raise FileRefused([FileMistake(file_name, sheet.sheet, name_cell(row, place), wrong.text)])


def _read_cell(cell: RawCell) -> str:
    """What a cell holds as a person would type it."""
    if cell is None:
        return ""
    if isinstance(cell, ShownNumber) and read_shown(cell.shown or "") != exact_number(cell):
        return (cell.shown or "").strip()
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, int | float):
        return plain(exact_number(float(cell)).normalize())
    return str(cell).strip()


def _check_lines(file_name: str, lines: Sequence[_FilledRow], record: TeamRecord) -> Iterator[FileMistake]:
    known = {(row.kind, row.id) for row in record.rows}
    seen: dict[tuple[str, ...], int] = {}
    for line in lines:
        number = line.texts.get(NUMBER, "")
        if number and (line.kind, number) not in known:
            text = f"编号「{number}」不是导出时填好的；新的请留空，由程序编号"
            yield FileMistake(file_name, line.sheet, line.cell(NUMBER), text)
        key = (line.sheet, number) if number else (line.sheet, *line.values().values())
        if key in seen:
            yield FileMistake(file_name, line.sheet, f"第 {line.row} 行", f"与第 {seen[key]} 行相同")
        seen.setdefault(key, line.row)


def _list_known(ledger: Ledger, inspection: str, actor: str) -> dict[tuple[str, ...], str]:
    """What was drafted or judged in the inspection already, as it was first written."""
    found = {}
    with reading(ledger.engine) as connection:
        for sheet, columns in _COLUMNS.items():
            kind = _KINDS[sheet]
            for row in list_records(connection, kind, inspection=inspection, created_by=actor):
                first = read_version(connection, kind, row.id, 1) or row
                found[(kind, *show_fields(ledger.pack, kind, columns, first).values())] = str(row.id)
    return found


def _plan_new(
    ledger: Ledger, record: TeamRecord, line: _FilledRow, known: Mapping[tuple[str, ...], str]
) -> tuple[MergedRow, Action | None]:
    values = line.values()
    unit = ledger.registry.resolve(values["unit"]) if values["unit"] else None
    as_kept = {**values, "unit": unit or values["unit"]}
    files = tuple(name for name in line.texts.get(FILES, "").replace("、", "\n").split("\n") if name.strip())
    number = known.get((line.kind, *as_kept.values()))
    if number is not None:
        return MergedRow(line.sheet, line.row, line.kind, "known", number), None
    given = {name: _give(ledger.pack, line.kind, name, as_kept) for name, text in values.items() if text}
    action = "draft" if line.kind == "finding" else "judge"
    made = Action(line.kind, None, action, {"inspection": record.inspection, **given})
    return MergedRow(line.sheet, line.row, line.kind, "new", files=files), made


def _give(pack: Pack, kind: str, name: str, form: Mapping[str, str]) -> object:
    """A field as the ledger takes it, from all the cells of its row."""
    text = form[name]
    if (kind, name) == ("judgement", "marks"):
        text = turn_given(pack, form["unit"], form["indicator"], text)
    if name == "legal_basis":
        return [line.strip() for line in text.split("\n") if line.strip()]
    assert name in FIELDS[kind]
    return text or None


def _plan_change(
    ledger: Ledger, line: _FilledRow, base: BaseRow, keep: Mapping[str, Literal["ours", "theirs"]]
) -> tuple[MergedRow, Action | None]:
    with reading(ledger.engine) as connection:
        current = find_record(connection, base.kind, base.id)
    assert current is not None, "objects are never deleted"
    columns = _COLUMNS[line.sheet]
    stands = show_fields(ledger.pack, base.kind, columns, current)
    form = line.values()
    if (unit := ledger.registry.resolve(form["unit"])) is not None:
        form["unit"] = unit
    differences = []
    for name, was in base.values.items():
        ours, theirs = form[name] != was, stands[name] != was
        if (ours or theirs) and form[name] != stands[name]:
            title = name_field(base.kind, name)
            differences.append(VersionDifference(name, title, was, stands[name], form[name], ours and theirs))
    mine = [each for each in differences if each.form != each.base]
    conflicts = [each for each in mine if each.conflict]
    choice = keep.get(base.id, keep.get("*"))
    place = (line.sheet, line.row, line.kind)
    if conflicts and choice is None:
        return MergedRow(*place, "conflict", base.id, tuple(differences)), None
    if conflicts and choice == "theirs":
        mine = [each for each in mine if not each.conflict]
        outcome: Outcome = "kept"
    elif not mine:
        same = any(form[name] != was for name, was in base.values.items())
        return MergedRow(*place, "known" if same else "unchanged", base.id), None
    else:
        outcome = "parallel" if len(differences) > len(mine) or conflicts else "edited"
    row = MergedRow(*place, outcome, base.id, tuple(differences))
    if not mine:
        return row, None
    given = {each.field: _give(ledger.pack, base.kind, each.field, form) for each in mine}
    reason = line.texts.get(REASON) or None
    action = "edit" if base.kind == "finding" else "revise"
    return row, Action(base.kind, base.id, action, given, current.version, reason)


def _place(file_name: str, origins: Sequence[_FilledRow], place: int, refused: RefusedAction) -> FileMistake:
    if place >= len(origins):
        return FileMistake(file_name, None, None, refused.sentence)
    line = origins[place]
    cell = line.cell(refused.field) if isinstance(refused, FieldRefused) else f"第 {line.row} 行"
    return FileMistake(file_name, line.sheet, cell, refused.sentence)
