"""The explanations of a run on disk: written once beside the result, read unit by unit.

``explanations.jsonl.gz`` holds one JSON record to a line, in the order of the result's items; it is an ordinary
gzip file (``zcat`` reads it) made of one member for each unit, and ``explanations.index.json`` says where each
begins, so that one unit is read without the others.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic_core import to_json

from data.runs.folder import RunChanged, RunFolder
from scoring.explain.explanation import EXPLANATIONS, Explanation

if TYPE_CHECKING:
    from scoring.explain.record import UnitRecords

RECORDS, INDEX = "explanations.jsonl.gz", "explanations.index.json"
Record = dict[str, object]
#: A record, or the line of one that was written before.
Line = Record | bytes
#: So many units wait to be packed.
WAITING = 4


def write_explanations(folder: Path, found: Iterable[UnitRecords]) -> None:
    """Both files into ``folder``; the same records give the same bytes. Few units are held in memory.

    Each unit is packed beside the making of the next ones.
    """
    index: list[dict[str, object]] = []
    packed: deque[tuple[str, str, Future[bytes]]] = deque()
    with (folder / RECORDS).open("wb") as file, ThreadPoolExecutor(1) as beside:

        def put(cohort: str, unit: str, done: Future[bytes]) -> None:
            start, content = file.tell(), done.result()
            file.write(content)
            place = {"start": start, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            index.append({"cohort": cohort, "unit": unit, **place})

        for each in found:
            packed.append((each.cohort, each.unit, beside.submit(_pack_lines, _write_lines(each.records))))
            if len(packed) > WAITING:
                put(*packed.popleft())
        for waiting in packed:
            put(*waiting)
    lines = ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in index)
    (folder / INDEX).write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def _write_lines(records: Iterable[Line]) -> bytes:
    return b"".join((record if isinstance(record, bytes) else to_json(record)) + b"\n" for record in records)


def _pack_lines(lines: bytes) -> bytes:
    # No name and no time in the header: nothing but the records decides over the bytes.
    content = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=content, compresslevel=6, mtime=0) as member:
        member.write(lines)
    return content.getvalue()


@dataclass(frozen=True)
class RecordPlace:
    """Where a unit's records lie, and what they hash to (None: stored by an older version)."""

    start: int
    bytes: int
    sha256: str | None


@dataclass(frozen=True)
class Explanations:
    """The stored records of a run."""

    folder: Path
    places: dict[tuple[str, str], RecordPlace]

    def read_unit(self, cohort: str, unit: str) -> tuple[Explanation, ...]:
        """All records of a unit in a cohort, in the order of the table; empty where it has none. Raises RunChanged."""
        if not (lines := self.read_lines(cohort, unit)):
            return ()
        # In one go, so that keys, the same in every line, are made once.
        return EXPLANATIONS.validate_json(b"[" + b",".join(lines) + b"]")

    def read_lines(self, cohort: str, unit: str) -> list[bytes]:
        """The same as they were written. Raises RunChanged."""
        place = self.places.get((cohort, unit))
        if place is None:
            return []
        try:
            with (self.folder / RECORDS).open("rb") as file:
                file.seek(place.start)
                packed = file.read(place.bytes)
        except FileNotFoundError:
            raise RunChanged(self.folder.name, f"{RECORDS} 不见了") from None
        if place.sha256 is not None and hashlib.sha256(packed).hexdigest() != place.sha256:
            raise RunChanged(self.folder.name, f"{RECORDS} 里 {unit} 的逐项说明被改动过")
        # Within a text a break is escaped.
        return gzip.decompress(packed).rstrip(b"\n").split(b"\n")

    def read_all(self) -> Iterator[tuple[str, str, tuple[Explanation, ...]]]:
        """Cohort, unit and records, unit by unit."""
        for cohort, unit in self.places:
            yield cohort, unit, self.read_unit(cohort, unit)


def open_explanations(folder: Path, run: RunFolder | None = None) -> Explanations | None:
    """What :func:`write_explanations` left in ``folder``, checked against the ``run`` that it is part of, if any.

    None where there is nothing, as in the runs of older versions. Raises RunChanged.
    """
    if run is None and not ((folder / INDEX).is_file() and (folder / RECORDS).is_file()):
        return None
    if run is not None and not (run.has(INDEX) and run.has(RECORDS)):
        return None
    entries = json.loads(run.read(INDEX) if run is not None else (folder / INDEX).read_bytes())
    places = {
        (entry["cohort"], entry["unit"]): RecordPlace(entry["start"], entry["bytes"], entry.get("sha256"))
        for entry in entries
    }
    return Explanations(folder, places)
