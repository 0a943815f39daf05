"""Runs, and the packs that they were scored by, on the trail: noted when a run is stored, compared when it is read."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.engine import Engine

from data.runs.adoption import note_pack
from data.runs.folder import RunChanged, RunFolder
from data.store.database import RunRecord, reading, record_run
from data.trail.noted import note_event, noting, read_noted
from indicators.pack.model import Pack


def note_run(engine: Engine, root: Path, record: RunRecord, pack: Pack, folder: RunFolder) -> None:
    """Note that a run was stored, and the pack where it is used for the first time, in one transaction.

    The same run again changes nothing. Raises PackChanged, and RunChanged where the trail knows other files of it.
    """
    with noting(engine, root) as connection:
        now, actor = record.created_at, record.created_by
        words = f"第一次用《{pack.head.title}》{pack.head.version} 版评分"
        note_pack(connection, pack, words, now=now, actor=actor)
        record_run(connection, record)
        stored = read_noted(connection, "run", record.id)
        if stored is None:
            content = {"manifest_sha256": folder.sealed, "pack_sha256": pack.sha256}
            words = f"{record.year} 年，截至 {record.as_of}"
            note_event(connection, "run", record.id, "store", content, now=now, actor=actor, reason=words)
        elif stored["manifest_sha256"] != folder.sealed:
            raise RunChanged(record.id, "文件清单不是留痕所记的那一份")


def check_noted(engine: Engine, folder: RunFolder) -> None:
    """Raise RunChanged where the trail knows the run otherwise, or not at all although its version notes runs."""
    run = folder.path.name
    with reading(engine) as connection:
        noted = read_noted(connection, "run", run)
    if noted is None and folder.hashes is not None:
        raise RunChanged(run, "留痕里没有保存过这次运行")
    if noted is not None and noted["manifest_sha256"] != folder.sealed:
        raise RunChanged(run, "文件清单不是留痕所记的那一份")
