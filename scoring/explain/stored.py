"""The explanations of a run on disk: written once beside the result, read unit by unit.

``explanations.jsonl.gz`` holds one JSON record to a line, in the order of the result's items; it is an ordinary
gzip file (``zcat`` reads it) made of one member for each unit, and ``explanations.index.json`` says where each
begins, so that one unit is read without the others.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from scoring.explain.record import UnitRecords

RECORDS, INDEX = "explanations.jsonl.gz", "explanations.index.json"
Record = dict[str, Any]


def write_explanations(folder: Path, found: Iterable[UnitRecords]) -> None:
    """Both files into ``folder``; the same records give the same bytes. No more than one unit is held in memory."""
    index: list[dict[str, Any]] = []
    with (folder / RECORDS).open("wb") as file:
        for unit in found:
            start = file.tell()
            _write_unit(file, unit.records)
            index.append({"cohort": unit.cohort, "unit": unit.unit, "start": start, "bytes": file.tell() - start})
    lines = ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in index)
    (folder / INDEX).write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def _write_unit(file: IO[bytes], records: Iterable[Record]) -> None:
    # No name and no time in the header: nothing but the records decides over the bytes.
    with gzip.GzipFile(filename="", mode="wb", fileobj=file, compresslevel=6, mtime=0) as member:
        for record in records:
            member.write((json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n").encode())


@dataclass(frozen=True)
class Explanations:
    """The stored records of a run."""

    folder: Path
    places: dict[tuple[str, str], tuple[int, int]]

    def read_unit(self, cohort: str, unit: str) -> list[Record]:
        """All records of a unit in a cohort, in the order of the table; empty where it has none."""
        if (cohort, unit) not in self.places:
            return []
        start, size = self.places[(cohort, unit)]
        with (self.folder / RECORDS).open("rb") as file:
            file.seek(start)
            content = gzip.decompress(file.read(size))
        # In one go, so that keys, the same in every line, are made once; within a text a break is escaped.
        lines = content.decode().rstrip("\n").replace("\n", ",")
        return list(json.loads(f"[{lines}]"))

    def read_all(self) -> Iterator[tuple[str, str, list[Record]]]:
        """Cohort, unit and records, unit by unit."""
        for cohort, unit in self.places:
            yield cohort, unit, self.read_unit(cohort, unit)


def open_explanations(folder: Path) -> Explanations | None:
    """What :func:`write_explanations` left in ``folder``; None where there is nothing."""
    if not (folder / INDEX).is_file() or not (folder / RECORDS).is_file():
        return None
    entries = json.loads((folder / INDEX).read_bytes())
    return Explanations(
        folder, {(entry["cohort"], entry["unit"]): (entry["start"], entry["bytes"]) for entry in entries}
    )
