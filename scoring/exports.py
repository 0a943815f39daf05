"""A stored run for download, cut to what the person may see."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from data.ledger.ledger import Ledger, find_record
from data.ledger.refusals import RoleRefused
from data.store import reading
from scoring.runs import StoredRun

Format = Literal["json", "csv", "parquet"]
MEDIA_TYPES: dict[Format, str] = {
    "json": "application/json",
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
}
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
    other unit: no list of batches.
    """
    unit = find_export_unit(ledger, actor)
    content = _read_all(run, format) if unit is None else _read_unit(run, format, unit)
    name = f"评分结果-{run.id}" + (f"-{_name_unit(ledger, unit)}" if unit is not None else "")
    return Export(f"{name}.{format}", MEDIA_TYPES[format], content)


def _name_unit(ledger: Ledger, unit: str) -> str:
    return next((each.name for each in ledger.pack.registry.units if each.id == unit), unit)


def _read_all(run: StoredRun, format: Format) -> bytes:
    if format == "json":
        return run.result
    return (run.folder / f"items.{format}").read_bytes()


def _read_unit(run: StoredRun, format: Format, unit: str) -> bytes:
    if format == "json":
        content, manifest = run.content, dict(run.manifest)
        manifest.pop("batches", None)
        own = {name: [row for row in content[name] if row["unit"] == unit] for name in ("items", "totals")}
        return json.dumps({"run": manifest, **own}, ensure_ascii=False, indent=1).encode()
    stored = (run.folder / f"items.{format}").read_bytes()
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
