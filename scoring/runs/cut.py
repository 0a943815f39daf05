"""One unit's part of a stored run: its own items and totals, and nothing that names another unit."""

from __future__ import annotations

import csv
import io
import json
from typing import Literal

import pyarrow.compute as pc

from data.runs.folder import RunFolder
from scoring.runs.interchange import make_items, write_table

Format = Literal["json", "csv", "parquet"]


def cut_run(run: RunFolder, format: Format, unit: str) -> bytes:
    """The unit's rows as the whole run is handed out. Raises RunChanged."""
    if format == "json":
        content, manifest = json.loads(run.read("result.json")), dict(run.manifest)
        manifest.pop("batches", None)
        own = {name: [row for row in content[name] if row["unit"] == unit] for name in ("items", "totals")}
        return json.dumps({"run": manifest, **own}, ensure_ascii=False, indent=1).encode()
    if format == "csv":
        rows = csv.DictReader(io.StringIO(run.read("items.csv").decode("utf-8-sig")))
        out = io.StringIO()
        writer = csv.DictWriter(out, rows.fieldnames or [], lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(row for row in rows if row["unit"] == unit)
        return b"\xef\xbb\xbf" + out.getvalue().encode()
    table = make_items(run)
    return write_table(table.filter(pc.equal(table["unit"], unit)))
