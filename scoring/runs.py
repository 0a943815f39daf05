"""Stored runs: what went in, by hash, and what came out, byte for byte.

A run's folder is written once and never changed. Its id is derived from its inputs alone, so scoring the
same inputs again finds the same run.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import importlib.metadata
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from data.batches import BatchFile, Inputs
from data.registers import Declared
from data.store import RunRecord, record_run
from data.workspace import Workspace, check_workspace_writable, open_workspace_store
from indicators.model import Pack
from indicators.reader import hash_pack, load_pack
from indicators.refusal import Refusal
from indicators.succession import Succession
from scoring.account import keep_account
from scoring.agreement import check_records, check_totals
from scoring.engine import list_members
from scoring.explain import explain_run
from scoring.explain.stored import Explanations, open_explanations, write_explanations
from scoring.results import write_csv, write_frame, write_json, write_parquet
from scoring.run import Result, score

SCHEMA = "ducha.result.v1"


class RunNotFound(Refusal):
    """There is no run of that id in the workspace."""

    def __init__(self, run: str, known: list[str]) -> None:
        self.run = run
        shown = "、".join(known[-5:]) or "还没有,请先运行 ducha score"
        super().__init__(f"找不到评分运行 {run};已有:{shown}")


class RunDiffers(Refusal):
    """A recomputed or repeated run does not give the stored bytes."""

    def __init__(self, run: str, what: str, differences: list[str]) -> None:
        self.run = run
        self.differences = differences
        listed = "".join(f"\n  {line}" for line in differences[:20])
        super().__init__(f"评分运行 {run} 复算不一致:{what}{listed}")


@dataclass(frozen=True)
class StoredRun:
    """A run on disk. ``manifest`` is what went in; ``result`` are the bytes of result.json."""

    id: str
    folder: Path
    manifest: dict[str, Any]
    result: bytes

    @property
    def content(self) -> dict[str, Any]:
        """The result as data: run, items, totals."""
        return dict(json.loads(self.result))


def write_manifest(pack: Pack, inputs: Inputs, year: int, as_of: date) -> dict[str, Any]:
    """Everything that the result depends on; nothing of when or by whom it was computed."""
    batches = [
        {
            "dataset": file.dataset,
            "batch": file.id,
            "parquet": file.path.name,
            "file": file.file_name,
            "sheet": file.sheet,
            "sha256": file.file_sha256,
            "rows": file.rows,
            "columns": file.columns,
            "live": None if file.live is None else [list(scope) for scope in file.live],
            "fictional": file.fictional,
        }
        for file in inputs.files
    ]
    manifest = {
        "schema": SCHEMA,
        "pack": {
            "id": pack.head.id,
            "title": pack.head.title,
            "version": pack.head.version,
            "sha256": pack.sha256,
            "not_a_ranking": pack.head.not_a_ranking,
        },
        "fictional": is_fictional(inputs),
        "year": year,
        "as_of": as_of.isoformat(),
        "members_sha256": hash_members(pack, year, as_of),
        "scopes_sha256": _hash_text(_write_scopes(inputs)),
        "declared": [[each.dataset, each.unit, each.period, each.day.isoformat()] for each in sorted(inputs.declared)],
        "batches": batches,
        "engine": {
            "ducha": importlib.metadata.version("ducha"),
            "duckdb": duckdb.__version__,
            "chinesecalendar": importlib.metadata.version("chinesecalendar"),
        },
    }
    digest = _hash_text(json.dumps(manifest, ensure_ascii=False, sort_keys=True))
    return {"id": f"{year}-{as_of:%Y%m%d}-{digest[:12]}", **manifest}


def hash_members(pack: Pack, year: int, as_of: date) -> dict[str, str]:
    """For each cohort the SHA-256 of who is compared in it: the units' ids, one to a line, in the register's order."""
    members = list_members(pack, Succession.of_year(pack.registry, year, as_of))
    return {
        cohort.id: _hash_text("".join(f"{row['unit']}\n" for row in members if row["cohort"] == cohort.id))
        for cohort in pack.head.cohorts
    }


def is_fictional(inputs: Inputs) -> bool:
    """Whether made-up data take part: then all that shows the result must say so."""
    return any(file.fictional for file in inputs.files)


def _hash_text(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _write_scopes(inputs: Inputs) -> str:
    return "".join(f"{dataset}\t{unit}\t{period}\n" for dataset, unit, period in sorted(inputs.scopes))


def store_run(
    workspace: Workspace, pack: Pack, inputs: Inputs, year: int, as_of: date, *, now: datetime, user: str
) -> tuple[StoredRun, Result]:
    """Score and keep the run. Raises what :func:`score` raises, and RunDiffers if the same run gave other bytes.

    Raises MarksDiffer where a mark is not what its calculation line, its formula or the sum of its parts comes to.
    """
    check_workspace_writable(workspace)
    manifest = write_manifest(pack, inputs, year, as_of)
    result = score(pack, inputs, year, as_of)
    content = write_json(manifest, pack, result)
    folder = workspace.runs_folder / manifest["id"]
    record = RunRecord(id=manifest["id"], year=year, as_of=as_of, created_at=now, created_by=user)
    if folder.exists():
        stored = read_run(workspace, manifest["id"])
        if stored.result != content:
            raise RunDiffers(stored.id, "同样的输入算出了不同的结果", compare_results(stored.result, content))
        record_run(open_workspace_store(workspace), record)
        return stored, result
    files = {
        "manifest.json": json.dumps(manifest, ensure_ascii=False, indent=1).encode(),
        "scopes.tsv": _write_scopes(inputs).encode(),
        "result.json": content,
        "items.csv": write_csv(pack, result),
        "items.parquet": write_parquet(pack, result),
        "parts.parquet": write_frame(result.parts),
        "run.sql": write_sql(result).encode(),
        "account.json": keep_account(pack, inputs, year, as_of).write(),
    }
    check_totals(pack, result)
    _freeze_pack(workspace, pack)
    explained = check_records(pack, year, explain_run(pack, inputs, result, run_id=manifest["id"]))
    if not _write_folder(folder, files, lambda draft: write_explanations(draft, explained)):
        # Somebody else stored the same run in the meantime: then it holds the same bytes.
        return store_run(workspace, pack, inputs, year, as_of, now=now, user=user)
    record_run(open_workspace_store(workspace), record)
    return StoredRun(manifest["id"], folder, manifest, content), result


def write_sql(result: Result) -> str:
    """The statements of a run, in order, each under the name of the table that it makes."""
    return "\n\n".join(f"-- {name}\n{text};" for name, text in result.sql.items()) + "\n"


def _write_folder(folder: Path, files: dict[str, bytes], fill: Callable[[Path], None]) -> bool:
    """Make the folder with all files at once, so that a killed process leaves no half of it; False if it exists.

    ``fill`` writes what is too large to be held in memory.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=folder.parent))
    try:
        for name, content in files.items():
            (draft / name).write_bytes(content)
        fill(draft)
        for path in draft.iterdir():
            with path.open("rb") as file:
                os.fsync(file.fileno())
        draft.chmod(0o755)
        _rename_folder(draft, folder)
        return True
    except FileExistsError:
        return False
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _rename_folder(source: Path, target: Path) -> None:
    """Rename; FileExistsError where the target is there already, as only some systems say by themselves."""
    try:
        source.rename(target)
    except OSError as error:
        if error.errno in (errno.ENOTEMPTY, errno.EEXIST):
            raise FileExistsError(target) from error
        raise


def _freeze_pack(workspace: Workspace, pack: Pack) -> None:
    """Keep the pack as it was: a later change of the workspace's pack leaves old runs recomputable."""
    frozen = workspace.root / "packs" / pack.sha256[:16]
    if not frozen.exists():
        frozen.parent.mkdir(exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=frozen.parent))
        shutil.copytree(workspace.pack_folder, draft / "pack")
        if hash_pack(draft / "pack") == pack.sha256:
            # Another run may freeze the same pack at the same moment: either copy will do.
            with contextlib.suppress(FileExistsError):
                _rename_folder(draft / "pack", frozen)
        shutil.rmtree(draft)


def list_runs(workspace: Workspace) -> list[str]:
    """The ids of the stored runs, oldest first."""
    folders = [folder for folder in workspace.runs_folder.glob("[0-9]*") if (folder / "result.json").is_file()]
    return [folder.name for folder in sorted(folders, key=lambda folder: (folder.stat().st_mtime_ns, folder.name))]


def read_run(workspace: Workspace, run: str | None = None) -> StoredRun:
    """A stored run; the newest one without an id. Raises RunNotFound."""
    known = list_runs(workspace)
    chosen = run or (known[-1] if known else "")
    if chosen not in known:
        raise RunNotFound(chosen or "(最近一次)", known)
    folder = workspace.runs_folder / chosen
    manifest = json.loads((folder / "manifest.json").read_bytes())
    return StoredRun(chosen, folder, manifest, (folder / "result.json").read_bytes())


def read_manifest(workspace: Workspace, run: str) -> dict[str, Any]:
    """What went into a stored run, without what came out. Raises RunNotFound."""
    known = list_runs(workspace)
    if run not in known:
        raise RunNotFound(run, known)
    return dict(json.loads((workspace.runs_folder / run / "manifest.json").read_bytes()))


def read_inputs(workspace: Workspace, run: StoredRun) -> tuple[Pack, Inputs]:
    """The pack and the data that a run was made of, checked by hash. Raises RunDiffers when they changed."""
    manifest = run.manifest
    pack = load_pack(workspace.root / "packs" / manifest["pack"]["sha256"][:16])
    if pack.sha256 != manifest["pack"]["sha256"]:
        raise RunDiffers(run.id, "保存的指标包被改动过", [])
    members = hash_members(pack, manifest["year"], date.fromisoformat(manifest["as_of"]))
    # Runs of before this was noted are compared by their results alone.
    if changed := [
        name for name, digest in manifest.get("members_sha256", members).items() if members.get(name) != digest
    ]:
        raise RunDiffers(run.id, f"考核组 {'、'.join(changed)} 的单位与当时不同", [])
    files = []
    for entry in manifest["batches"]:
        path = workspace.batches_folder / entry["dataset"] / entry["parquet"]
        if not path.is_file() or not entry["parquet"].startswith(_hash_file(path)[:16]):
            raise RunDiffers(run.id, f"报送批次 {entry['batch']}({entry['file']})的数据缺失或被改动过", [])
        live = None if entry["live"] is None else tuple((unit, period) for unit, period in entry["live"])
        files.append(
            BatchFile(
                id=entry["batch"],
                dataset=entry["dataset"],
                path=path,
                file_name=entry["file"],
                file_sha256=entry["sha256"],
                sheet=entry["sheet"],
                columns=entry["columns"],
                rows=entry["rows"],
                live=live,
                # Runs of before this was kept for each file knew it of all their files together.
                fictional=entry.get("fictional", manifest["fictional"]),
            )
        )
    text = (run.folder / "scopes.tsv").read_text(encoding="utf-8")
    if _hash_text(text) != manifest["scopes_sha256"]:
        raise RunDiffers(run.id, "报送范围记录 scopes.tsv 被改动过", [])
    return pack, Inputs(tuple(files), read_scopes(text), read_declared(manifest))


def read_declared(manifest: Mapping[str, Any]) -> frozenset[Declared]:
    """What was declared of registers when a run was made; nothing in runs of before there were declarations."""
    return frozenset(
        Declared(dataset, unit, period, date.fromisoformat(day))
        for dataset, unit, period, day in manifest.get("declared", ())
    )


def read_scopes(text: str) -> frozenset[tuple[str, str, int]]:
    """The scopes (dataset, unit, period) that a run's ``scopes.tsv`` holds."""
    scopes = [line.split("\t") for line in text.splitlines()]
    return frozenset((dataset, unit, int(period)) for dataset, unit, period in scopes)


@contextlib.contextmanager
def read_explanations(workspace: Workspace, run: StoredRun) -> Iterator[Explanations]:
    """The explanation records of a run; a run that was stored without them is recomputed, into a folder that goes.

    Raises RunDiffers where that does not give the stored marks.
    """
    stored = open_explanations(run.folder)
    if stored is not None:
        yield stored
        return
    pack, inputs = read_inputs(workspace, run)
    result = score(pack, inputs, run.manifest["year"], date.fromisoformat(run.manifest["as_of"]))
    again = write_json(run.manifest, pack, result)
    if again != run.result:
        raise RunDiffers(run.id, "没有保存逐项说明,重新计算又与保存的结果不同", compare_results(run.result, again))
    with tempfile.TemporaryDirectory(prefix="ducha-") as folder:
        write_explanations(Path(folder), explain_run(pack, inputs, result, run_id=run.id))
        recomputed = open_explanations(Path(folder))
        assert recomputed is not None
        yield recomputed


def _hash_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def recompute_run(workspace: Workspace, run: StoredRun, *, threads: int | None = None) -> bytes:
    """The bytes of result.json computed anew from the stored inputs, under the stored manifest."""
    pack, inputs = read_inputs(workspace, run)
    result = score(pack, inputs, run.manifest["year"], date.fromisoformat(run.manifest["as_of"]), threads=threads)
    return write_json(run.manifest, pack, result)


def check_run(workspace: Workspace, run: StoredRun) -> None:
    """Recompute a run and compare it byte for byte. Raises RunDiffers with what is different."""
    again = recompute_run(workspace, run)
    if again != run.result:
        raise RunDiffers(run.id, "下列内容不同(- 为保存的,+ 为复算的)", compare_results(run.result, again))


def compare_results(stored: bytes, again: bytes) -> list[str]:
    """The lines in which two results differ; each line is one item or total."""
    before, after = stored.decode().splitlines(), again.decode().splitlines()
    known_before, known_after = set(before), set(after)
    return [f"- {line}" for line in before if line not in known_after] + [
        f"+ {line}" for line in after if line not in known_before
    ]
