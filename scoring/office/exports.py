"""A stored run for download, cut to what the person may see."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from data.clock import office_day
from data.ledger.ledger import Ledger, find_record
from data.ledger.reading import list_disputed
from data.store.database import reading
from data.store.workspace import Workspace
from data.trail.refusals import Refused, RoleRefused, UnitRefused
from scoring.documents.export import TITLES, Exporter, Kind, export, list_subjects, name_file, open_archive
from scoring.documents.export import Format as SheetFormat
from scoring.documents.glyphs import MissingGlyphs
from scoring.documents.ledger import name_head, read_rectifications, write_self_marks
from scoring.documents.pdf_apart import PdfSetter
from scoring.documents.view import open_view
from scoring.runs.newer import write_newer
from scoring.runs.store import StoredRun

Format = Literal["json", "csv", "parquet"]
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
_OF_UNIT = (Kind.score,)
_SEES_ALL = {"inspector", "reviewer", "lead", "appeal_officer", "verifier", "leader", "auditor"}


@dataclass(frozen=True)
class Export:
    """A file to hand out."""

    file_name: str
    media_type: str
    content: bytes


def find_export_unit(ledger: Ledger, actor: str) -> str | None:
    """The only unit whose results a person may take along; None for all of them.

    Raises RoleRefused for who may take none.
    """
    with reading(ledger.engine) as connection:
        person = find_record(connection, "user", actor)
    if person is None or person["state"] != "active":
        raise RoleRefused(f"没有用户「{actor}」,或者账号已停用", actor=actor)
    if set(person["roles"]) & _SEES_ALL:
        return None
    if "unit_contact" in person["roles"]:
        return str(person["unit"])
    raise RoleRefused("您的角色不能导出评分结果", actor=actor)


def export_run(ledger: Ledger, actor: str, run: StoredRun, format: Format) -> Export:
    """The run's result as it is stored, or a contact's own unit of it. Raises RoleRefused.

    What a contact takes along holds the own unit's items and totals, and of the manifest what names no
    other unit: no list of batches. Raises Refused for a format that there is not.
    """
    if format not in MEDIA_TYPES:
        raise Refused(f"没有这样的文件:{format}")
    unit = find_export_unit(ledger, actor)
    content = _read_all(run, format) if unit is None else _read_unit(run, format, unit)
    name = f"评分结果-{run.id}" + (f"-{_name_unit(ledger, unit)}" if unit is not None else "")
    return Export(f"{name}.{format}", MEDIA_TYPES[format], content)


@dataclass(frozen=True)
class SheetsAsked:
    """Which documents of a run, as somebody asked for them; without ``unit`` those of the whole cohort, or of all."""

    kind: str
    format: str
    cohort: str | None = None
    unit: str | None = None


def list_kinds(ledger: Ledger, actor: str) -> list[Kind]:
    """The documents that a person may take along: a contact those about the own unit. Raises RoleRefused."""
    return list(Kind) if find_export_unit(ledger, actor) is None else list(_OF_UNIT)


def export_sheets(
    ledger: Ledger, workspace: Workspace, actor: str, run: StoredRun, asked: SheetsAsked, now: datetime
) -> Export:
    """Documents of a run: one file, or several in an archive.

    Raises RoleRefused and UnitRefused for what the person may not see, and Refused for what there is not.
    """
    kinds, own = list_kinds(ledger, actor), find_export_unit(ledger, actor)
    if asked.kind not in set(Kind) or asked.format not in set(SheetFormat):
        raise Refused(f"没有这样的文件:{asked.kind}.{asked.format}")
    kind, form, unit = Kind(asked.kind), SheetFormat(asked.format), asked.unit or own
    if kind not in kinds:
        raise RoleRefused("您的角色不能导出这种文件", actor=actor)
    if own is not None and unit != own:
        raise UnitRefused("只能导出本单位的文件")
    disputed = list_disputed(ledger, run.manifest["year"])
    trail, newer = name_head(ledger) if own is None else "", write_newer(workspace, ledger, run)
    with open_view(workspace, run, trail=trail, disputed=disputed, newer=newer) as view, PdfSetter() as setter:
        known = {row["unit"] for rows in view.totals.values() for row in rows}
        if (unit is not None and unit not in known) or asked.cohort not in (None, *view.totals):
            raise Refused("这次评分里没有这个单位或考核组")
        subjects = list_subjects(view, [kind], asked.cohort, unit)
        self_marks = write_self_marks(workspace, view.pack, view.year)
        rectify = read_rectifications(ledger, office_day(now))
        exporter = Exporter(view, self_marks=self_marks, rectify=rectify, set_pdf=setter.write)
        if len(subjects) == 1:
            try:
                name, content = exporter.make(subjects[0], form)
            except MissingGlyphs as missing:
                raise Refused(f"{missing}") from None
            return Export(name_file(name, set()), SHEET_TYPES[form], content)
        packed = io.BytesIO()
        with open_archive(packed) as put:
            _, refused = export(exporter, subjects, [form], put)
    if refused:
        raise Refused(f"{refused[0]}")
    return Export(f"{TITLES[kind]}-{run.id}.zip", "application/zip", packed.getvalue())


def _name_unit(ledger: Ledger, unit: str) -> str:
    return next((each.name for each in ledger.pack.registry.units if each.id == unit), unit)


def _read_all(run: StoredRun, format: Format) -> bytes:
    if format == "json":
        return run.result
    return run.files.read(f"items.{format}")


def _read_unit(run: StoredRun, format: Format, unit: str) -> bytes:
    if format == "json":
        content, manifest = run.content, dict(run.manifest)
        manifest.pop("batches", None)
        own = {name: [row for row in content[name] if row["unit"] == unit] for name in ("items", "totals")}
        return json.dumps({"run": manifest, **own}, ensure_ascii=False, indent=1).encode()
    stored = run.files.read(f"items.{format}")
    if format == "csv":
        rows = list(csv.DictReader(io.StringIO(stored.decode("utf-8-sig"))))
        out = io.StringIO()
        writer = csv.DictWriter(out, rows[0] if rows else [], lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(row for row in rows if row["unit"] == unit)
        return b"\xef\xbb\xbf" + out.getvalue().encode()
    table = pq.read_table(io.BytesIO(stored))
    sink = pa.BufferOutputStream()
    pq.write_table(table.filter(pc.equal(table["unit"], unit)), sink, compression="zstd")
    return bytes(sink.getvalue().to_pybytes())
