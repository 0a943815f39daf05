"""A stored run for download, cut to what the person may see."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from data.clock import office_day
from data.intake.self_marks import find_self_marks
from data.ledger.ledger import Ledger
from data.ledger.reading import list_disputed
from data.ledger.rights.roles import COMPARING
from data.ledger.rights.sight import read_actor
from data.runs.folder import RunFolder
from data.store.database import reading
from data.store.drafts import open_nameless
from data.store.workspace import Workspace
from data.trail.refusals import RefusedAction, RoleRefused, UnitRefused
from scoring.documents.apart import Material, SheetMaker, cut_run_apart
from scoring.documents.export import TITLES, DocumentKind, Subject, name_file, open_archive
from scoring.documents.export import Format as SheetFormat
from scoring.documents.glyphs import MissingGlyphs
from scoring.documents.ledger import list_rectifications, name_head
from scoring.documents.view import find_before
from scoring.runs.cut import Format
from scoring.runs.interchange import make_items, write_table
from scoring.runs.newer import write_newer

MEDIA_TYPES: dict[Format, str] = {
    "json": "application/json",
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
}
SHEET_TYPES: dict[SheetFormat, str] = {
    SheetFormat.xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    SheetFormat.docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    SheetFormat.pdf: "application/pdf",
    SheetFormat.html: "text/html",
    SheetFormat.json: "application/json",
}
#: What a unit may take along: the others tell of findings that it was not told of yet, or of other units.
_OF_UNIT = (DocumentKind.score,)


@dataclass(frozen=True)
class Export:
    """A file to hand out; ``file`` is open, at its beginning, and gone when it is closed."""

    file_name: str
    media_type: str
    file: BinaryIO

    @property
    def content(self) -> bytes:
        """All of it."""
        self.file.seek(0)
        return self.file.read()


def find_export_unit(ledger: Ledger, actor: str) -> str | None:
    """The only unit whose results a person may take along; None for all of them.

    Raises RoleRefused for who may take none.
    """
    with reading(ledger.engine) as connection:
        person = read_actor(connection, actor)
    if set(person.roles) & COMPARING:
        return None
    if "unit_contact" in person.roles:
        return str(person.unit)
    raise RoleRefused("您的角色不能导出评分结果", actor=actor)


def export_run(ledger: Ledger, actor: str, run: RunFolder, format: Format) -> Export:
    """The run's result, or a contact's own unit of it: JSON and CSV as they are stored. Raises RoleRefused.

    What a contact takes along holds the own unit's items and totals, and of the manifest what names no
    other unit: no list of batches. Raises RefusedAction for a format that there is not, and NotMade.
    """
    if format not in MEDIA_TYPES:
        raise RefusedAction(f"没有这样的文件：{format}")
    unit = find_export_unit(ledger, actor)
    content = _read_whole(run, format) if unit is None else cut_run_apart(run, format, unit)
    name = f"评分结果-{run.path.name}" + (f"-{_name_unit(ledger, unit)}" if unit is not None else "")
    return Export(f"{name}.{format}", MEDIA_TYPES[format], io.BytesIO(content))


def _read_whole(run: RunFolder, format: Format) -> bytes:
    if format == "parquet":
        return write_table(make_items(run))
    return run.read("result.json" if format == "json" else "items.csv")


@dataclass(frozen=True)
class SheetsAsked:
    """Which documents of a run, as somebody asked for them; without ``unit`` those of the whole cohort, or of all."""

    kind: str
    format: str
    cohort: str | None = None
    unit: str | None = None


def list_kinds(ledger: Ledger, actor: str) -> list[DocumentKind]:
    """The documents that a person may take along: a contact those about the own unit. Raises RoleRefused."""
    return list(DocumentKind) if find_export_unit(ledger, actor) is None else list(_OF_UNIT)


def export_sheets(
    ledger: Ledger, workspace: Workspace, actor: str, run: RunFolder, asked: SheetsAsked, now: datetime
) -> Export:
    """Documents of a run: one file, or several in an archive.

    Raises RoleRefused and UnitRefused for what the person may not see, RefusedAction for what there is not, NotMade.
    """
    kinds, own = list_kinds(ledger, actor), find_export_unit(ledger, actor)
    if asked.kind not in set(DocumentKind) or asked.format not in set(SheetFormat):
        raise RefusedAction(f"没有这样的文件：{asked.kind}.{asked.format}")
    kind, form, unit = DocumentKind(asked.kind), SheetFormat(asked.format), asked.unit or own
    if kind not in kinds:
        raise RoleRefused("您的角色不能导出这种文件", actor=actor)
    if own is not None and unit != own:
        raise UnitRefused("只能导出本单位的文件")
    with SheetMaker(_gather(ledger, workspace, run, now, whole=own is None)) as maker:
        subjects = maker.list_subjects(kind, asked.cohort, unit)
        try:
            if len(subjects) == 1:
                name, content = maker.make(subjects[0], form)
                return Export(name_file(name, set()), SHEET_TYPES[form], io.BytesIO(content))
            packed = _pack(maker, subjects, form)
        except MissingGlyphs as missing:
            raise RefusedAction(f"{missing}") from None
    return Export(f"{TITLES[kind]}-{run.path.name}.zip", "application/zip", packed)


def _pack(maker: SheetMaker, subjects: Sequence[Subject], form: SheetFormat) -> BinaryIO:
    """All of them in one archive, in a file that has no name and is gone when it is closed."""
    taken: set[str] = set()
    packed = open_nameless()
    with open_archive(packed) as put:
        for subject in subjects:
            name, content = maker.make(subject, form)
            put(name_file(name, taken), content)
    return packed


def _gather(ledger: Ledger, workspace: Workspace, run: RunFolder, now: datetime, *, whole: bool) -> Material:
    """What the documents need of store and ledger; the trail's head stands on those of the office alone."""
    return Material(
        workspace,
        run,
        find_before(workspace, run),
        trail=name_head(ledger) if whole else "",
        newer=write_newer(workspace, ledger, run.manifest),
        disputed=frozenset(list_disputed(ledger, run.manifest["year"])),
        self_marks=find_self_marks(workspace, ledger.pack),
        rectifications=list_rectifications(ledger, office_day(now)),
    )


def _name_unit(ledger: Ledger, unit: str) -> str:
    return next((each.name for each in ledger.pack.registry.units if each.id == unit), unit)
